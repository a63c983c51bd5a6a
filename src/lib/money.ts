/** USD as an exact decimal: text, or a JSON number, whose shortest text is what its sender wrote. */
export type Usd = string | number

/** The text PostgreSQL reads as this amount, exactly; it rounds half up to the millionth when storing. */
export const usd = (amount: Usd): string => String(amount)

/** `to - from`, exact: both are decimals with six places, as PostgreSQL writes amounts. */
export function moneyDifference(from: string, to: string): string {
  const difference = millionths(to) - millionths(from)
  const digits = String(difference < 0n ? -difference : difference).padStart(7, '0')
  return `${difference < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

const millionths = (amount: string): bigint => BigInt(amount.replace('.', ''))
