import { truncate } from '../text.ts'

/** An exact non-negative decimal, as a fraction of two integers. No floating-point arithmetic is involved. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

export const zero: Fraction = { numerator: 0n, denominator: 1n }

const decimalPattern = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

/** Longest text of a decimal, and largest exponent: BigInt takes time that grows with the square of the digits. */
const maxLength = 400

/**
 * Parses decimal text, or the shortest text of a JavaScript number: 37.42 becomes 3742/100, not its nearest binary value.
 *
 * @throws Error when it is negative or not a number, or has more than 400 characters or decimal places
 */
export function parseDecimal(value: string | number): Fraction {
  const text = String(value)
  const [, whole, fractional = '', exponent = '0'] =
    text.length <= maxLength ? (decimalPattern.exec(text) ?? []) : []
  if (whole === undefined || Math.abs(Number(exponent)) > maxLength)
    throw new Error(`not a non-negative decimal number: ${truncate(text, 50)}`)
  const places = fractional.length - Number(exponent)
  const digits = BigInt(whole + fractional)
  return places > 0
    ? { numerator: digits, denominator: 10n ** BigInt(places) }
    : { numerator: digits * 10n ** BigInt(-places), denominator: 1n }
}

export const add = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
})

export const multiply = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
})

/** `a - b`, or zero when `b` is larger. */
export const subtractDownToZero = (a: Fraction, b: Fraction): Fraction =>
  isLessThan(a, b)
    ? zero
    : {
        numerator: a.numerator * b.denominator - b.numerator * a.denominator,
        denominator: a.denominator * b.denominator,
      }

export const smallerOf = (a: Fraction, b: Fraction): Fraction => (isLessThan(a, b) ? a : b)

/** `a / b`. Division by zero is not detected here: formatting the result throws a RangeError. */
export const divide = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.denominator,
  denominator: a.denominator * b.numerator,
})

export const isZero = ({ numerator }: Fraction): boolean => numerator === 0n

export const isLessThan = (a: Fraction, b: Fraction): boolean =>
  a.numerator * b.denominator < b.numerator * a.denominator

/** Rounds up to a multiple of `step`; returns `value` when it is a multiple already, or `step` is zero. */
export function roundUpToStep(value: Fraction, step: Fraction): Fraction {
  if (isZero(step)) return value
  const { numerator, denominator } = divide(value, step)
  const steps = (numerator + denominator - 1n) / denominator
  return multiply({ numerator: steps, denominator: 1n }, step)
}

/** Decimal text with exactly `places` decimal places, rounded half up. */
export function formatFixed({ numerator, denominator }: Fraction, places: number): string {
  const scale = 10n ** BigInt(places)
  const rounded = (2n * numerator * scale + denominator) / (2n * denominator)
  const digits = String(rounded).padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** Like `formatFixed`, without trailing zeros. */
export const formatShortest = (value: Fraction, places: number): string =>
  formatFixed(value, places).replace(/\.?(?<!0)0+$/, '') || '0'

/** Whether the value can be written with at most `places` decimal places, without rounding. */
export const hasAtMostDecimals = ({ numerator, denominator }: Fraction, places: number): boolean =>
  (numerator * 10n ** BigInt(places)) % denominator === 0n
