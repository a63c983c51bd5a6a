/** Successes among `n` trials. */
export interface Proportion {
  successes: number
  n: number
}

/** The 97.5 % point of the standard normal distribution: two-sided, 95 %. */
const z95 = 1.959963984540054

/**
 * The 95 % confidence interval of a proportion by Wilson's score method; null when n is 0. Unlike "value +- 2 standard
 * errors" it is also valid for few trials and for proportions near 0 and 1: E. B. Wilson, JASA 22 (1927), 209-212, and
 * L. D. Brown, T. T. Cai, A. DasGupta, Statistical Science 16 (2001), 101-133.
 */
export function wilsonInterval({ successes, n }: Proportion): { low: number; high: number } | null {
  if (n === 0) return null
  const share = successes / n
  const scale = 1 + z95 ** 2 / n
  const center = (share + z95 ** 2 / (2 * n)) / scale
  const halfWidth = (z95 / scale) * Math.sqrt((share * (1 - share)) / n + z95 ** 2 / (4 * n ** 2))
  return {
    low: successes === 0 ? 0 : Math.max(0, center - halfWidth),
    high: successes === n ? 1 : Math.min(1, center + halfWidth),
  }
}

/**
 * The p-value of the difference between two proportions: the probability of a difference at least this large by chance
 * alone. Pooled two-proportion z test, two-sided (NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3). null when
 * the normal approximation does not hold: fewer than 5 expected successes or failures in either sample.
 */
export function twoProportionPValue(a: Proportion, b: Proportion): number | null {
  if (a.n === 0 || b.n === 0) return null
  const pooled = (a.successes + b.successes) / (a.n + b.n)
  if (Math.min(a.n, b.n) * Math.min(pooled, 1 - pooled) < 5) return null
  const standardError = Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n))
  const z = (a.successes / a.n - b.successes / b.n) / standardError
  return 2 * upperTail(Math.abs(z))
}

/** The probability of a standard normal value above z >= 0, within 7.5e-8: Abramowitz and Stegun, 26.2.17. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const coefficients = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153]
  const sum = coefficients.reduce((rest, coefficient) => (rest + coefficient) * t, 0)
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum
}
