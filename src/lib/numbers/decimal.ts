/** Exact decimals, at least zero: fractions of whole numbers. A float never touches them. */
export interface Fraction {
  readonly n: bigint
  readonly d: bigint
}

export const zero: Fraction = { n: 0n, d: 1n }

const shape = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

/**
 * The number that a decimal text is, or the one a JavaScript number is written as: 37.42 is 37.42, not its nearest binary.
 *
 * @throws Error for what is no number, or below zero
 */
export function parseDecimal(value: string | number): Fraction {
  const [, whole, part = '', exponent = '0'] = shape.exec(String(value)) ?? []
  if (whole === undefined) throw new Error('not a decimal of at least zero')
  const places = part.length - Number(exponent)
  const digits = BigInt(whole + part)
  return places > 0 ? { n: digits, d: 10n ** BigInt(places) } : { n: digits * 10n ** BigInt(-places), d: 1n }
}

export const add = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })
export const multiply = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d })
/** Not below zero: what is left of `a` when `b` is taken from it. */
export const subtractDownToZero = (a: Fraction, b: Fraction): Fraction =>
  isLessThan(a, b) ? zero : { n: a.n * b.d - b.n * a.d, d: a.d * b.d }
export const smallerOf = (a: Fraction, b: Fraction): Fraction => (isLessThan(a, b) ? a : b)
/** @throws RangeError when `b` is zero and the result is written */
export const divide = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d, d: a.d * b.n })

export const isZero = ({ n }: Fraction): boolean => n === 0n
export const isLessThan = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d

/** The next whole multiple of `step`, or `value` itself where it is one, or where there is no step. */
export function roundUpToStep(value: Fraction, step: Fraction): Fraction {
  if (isZero(step)) return value
  const { n, d } = divide(value, step)
  return multiply({ n: (n + d - 1n) / d, d: 1n }, step)
}

/** The decimal text with so many places, rounded half up. */
export function formatFixed({ n, d }: Fraction, places: number): string {
  const scale = 10n ** BigInt(places)
  const rounded = (2n * n * scale + d) / (2n * d)
  const digits = String(rounded).padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** As `fixed`, without zeros at the end. */
export const formatShortest = (value: Fraction, places: number): string =>
  formatFixed(value, places).replace(/\.?0+$/, '') || '0'
