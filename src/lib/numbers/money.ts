import { formatShortest, parseDecimal } from './decimal.ts'

/** USD as an exact decimal: text, or a JSON number, whose shortest text is what its sender wrote. */
export type Usd = string | number

/** The text PostgreSQL reads as this amount, exactly; it rounds half up to the millionth when storing. */
export const usdText = (amount: Usd): string => String(amount)

/** `to - from`, exact: both are decimals with six places, as PostgreSQL writes amounts. */
export function usdDifference(from: string, to: string): string {
  const difference = millionths(to) - millionths(from)
  const digits = String(difference < 0n ? -difference : difference).padStart(7, '0')
  return `${difference < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

const millionths = (amount: string): bigint => BigInt(amount.replace('.', ''))

/** Amounts by name as JSON, each the decimal it was written as; null where there is none. */
export function usdAmountsJson(amounts: Record<string, Usd | null | undefined> | undefined): string | null {
  const named = Object.entries(amounts ?? {}).filter((entry): entry is [string, Usd] => entry[1] != null)
  return named.length === 0
    ? null
    : JSON.stringify(
        Object.fromEntries(
          named.map(([name, amount]) => [name, formatShortest(parseDecimal(usdText(amount)), 12)]),
        ),
      )
}
