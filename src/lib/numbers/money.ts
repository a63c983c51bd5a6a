import { formatShortest, parseDecimal } from './decimal.ts'

/** USD as an exact decimal: text, or a JSON number, whose shortest text is the decimal that its sender wrote. */
export type Usd = string | number

/** The amount as text that PostgreSQL parses exactly. It rounds half up to 6 decimal places when storing. */
export const usdText = (amount: Usd): string => String(amount)

/** `to - from`, exact. Both have six decimal places, as PostgreSQL formats amounts. */
export function usdDifference(from: string, to: string): string {
  const difference = microUsd(to) - microUsd(from)
  const digits = String(difference < 0n ? -difference : difference).padStart(7, '0')
  return `${difference < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

const microUsd = (amount: string): bigint => BigInt(amount.replace('.', ''))

/** Amounts by name, each an exact decimal string. null when no amount is given. */
export function usdAmounts(
  amounts: Record<string, Usd | null | undefined> | undefined,
): Record<string, string> | null {
  const entries = Object.entries(amounts ?? {}).filter((entry): entry is [string, Usd] => entry[1] != null)
  if (entries.length === 0) return null
  return Object.fromEntries(
    entries.map(([name, amount]) => [name, formatShortest(parseDecimal(usdText(amount)), 12)]),
  )
}
