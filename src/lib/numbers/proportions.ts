/** Successes among `n` trials. */
export interface Proportion {
  successes: number
  n: number
}

/** The 97.5 % point of the normal distribution: two-sided, 95 %. */
const z95 = 1.959963984540054

/**
 * The 95 % interval that a proportion is in, by Wilson's score method; null without a trial. It holds for few trials
 * and near 0 and 1 too, where "value +- 2 standard errors" does not: E. B. Wilson, JASA 22 (1927), 209-212, and
 * L. D. Brown, T. T. Cai, A. DasGupta, Statistical Science 16 (2001), 101-133.
 */
export function wilsonInterval({ successes, n }: Proportion): { low: number; high: number } | null {
  if (n === 0) return null
  const share = successes / n
  const shrink = 1 + z95 ** 2 / n
  const middle = (share + z95 ** 2 / (2 * n)) / shrink
  const half = (z95 / shrink) * Math.sqrt((share * (1 - share)) / n + z95 ** 2 / (4 * n ** 2))
  return {
    low: successes === 0 ? 0 : Math.max(0, middle - half),
    high: successes === n ? 1 : Math.min(1, middle + half),
  }
}

/**
 * How likely a difference at least this large is by chance alone: the pooled two-proportion z test, two-sided
 * (NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3). null where the normal distribution is no fair picture:
 * fewer than 5 successes or failures are to be expected in one of the two.
 */
export function twoProportionPValue(a: Proportion, b: Proportion): number | null {
  if (a.n === 0 || b.n === 0) return null
  const pooled = (a.successes + b.successes) / (a.n + b.n)
  if (Math.min(a.n, b.n) * Math.min(pooled, 1 - pooled) < 5) return null
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n))
  const z = (a.successes / a.n - b.successes / b.n) / error
  return 2 * upperTail(Math.abs(z))
}

/** The share of the normal distribution above z >= 0, within 7.5e-8: Abramowitz and Stegun, 26.2.17. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const coefficients = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153]
  const sum = coefficients.reduce((rest, coefficient) => (rest + coefficient) * t, 0)
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum
}
