/**
 * Histograms of values of at least zero in logarithmic buckets, after DDSketch (Masson, Rim, Lee: PVLDB 12 (2019),
 * 2195-2205): bucket i contains the values in (gamma^(i-1), gamma^i], so the middle of a bucket is off by at most
 * `relativeError`. Buckets of values below 1 have indexes below 0. Zeros are in no bucket.
 *
 * A histogram is one decimal number, the sum of count(i) * 10^(10 i): ten decimal digits per bucket, those of indexes
 * below 0 behind the point. Histograms are therefore merged by adding these numbers, and values are removed by
 * subtracting them, in any order. The number of zeros is the number of all values minus the counts of the buckets.
 */
export const relativeError = 0.01
const gamma = (1 + relativeError) / (1 - relativeError)
export const logGamma = Math.log(gamma)
/** The width of a bucket as a share of its lower bound. */
export const bucketWidth = gamma - 1
export const digitsPerBucket = 10

/** The smallest value that has a bucket of its own; smaller ones share it: of latencies in ms, a nanosecond. */
export const smallestValue = 1e-6

/** A histogram with what is stored beside it: the number of all values, and their exact minimum and maximum. */
export interface Histogram {
  /** The decimal number. */
  digits: string
  n: number
  min: number
  max: number
}

/** The number of values in (lower, upper]. Zeros have a bucket from 0 to 0. */
export interface HistogramBucket {
  lower: number
  upper: number
  count: number
}

/** The bucket of zeros: gamma^-Infinity is 0. */
const zeroBucket = Number.NEGATIVE_INFINITY

const upperBound = (bucket: number): number => Math.exp(bucket * logGamma)
const middleOf = (bucket: number): number => (2 * upperBound(bucket)) / (1 + gamma)
const bucketOf = (value: number): number =>
  value === 0 ? zeroBucket : Math.ceil(Math.log(Math.max(value, smallestValue)) / logGamma)

/** The buckets that are not empty, ascending, with their counts. @throws Error when the text is not a decimal number */
function countsOf({ digits, n }: Pick<Histogram, 'digits' | 'n'>): [bucket: number, count: number][] {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(digits) ?? []
  if (whole === undefined) throw new Error('a histogram must be a non-negative decimal number')
  const counts: [number, number][] = []
  const add = (bucket: number, text: string) => {
    const count = Number(text)
    if (count > 0) counts.push([bucket, count])
  }
  for (let last = Math.floor((fraction.length - 1) / digitsPerBucket); last >= 0; last--) {
    const start = last * digitsPerBucket
    add(-1 - last, fraction.slice(start, start + digitsPerBucket).padEnd(digitsPerBucket, '0'))
  }
  for (let end = whole.length, bucket = 0; end > 0; end -= digitsPerBucket, bucket++)
    add(bucket, whole.slice(Math.max(0, end - digitsPerBucket), end))
  const zeros = counts.reduce((rest, [, count]) => rest - count, n)
  return zeros > 0 ? [[zeroBucket, zeros], ...counts] : counts
}

/**
 * The buckets that are not empty, ascending. Their counts add up to `n`.
 *
 * @param merged how many neighbouring buckets are merged into one; the bounds are powers of gamma^merged
 */
export function histogramBuckets(histogram: Pick<Histogram, 'digits' | 'n'>, merged = 1): HistogramBucket[] {
  const buckets: HistogramBucket[] = []
  let lastGroup: number | undefined
  for (const [bucket, count] of countsOf(histogram)) {
    const group = Math.ceil(bucket / merged)
    const last = buckets.at(-1)
    if (last !== undefined && group === lastGroup) last.count += count
    else buckets.push({ lower: upperBound((group - 1) * merged), upper: upperBound(group * merged), count })
    lastGroup = group
  }
  return buckets
}

/**
 * Replaces a stored minimum or maximum that is no longer in the histogram, because its value was subtracted, by the middle
 * of the first or last bucket. A neighbouring bucket counts as the same one, because logarithms are rounded.
 */
export function correctMinMax(histogram: Histogram): { min: number; max: number } {
  const counts = countsOf(histogram)
  const [first, last] = [counts[0]?.[0] ?? zeroBucket, counts.at(-1)?.[0] ?? zeroBucket]
  const correct = (value: number, bucket: number) => {
    const own = bucketOf(value)
    return own === bucket || Math.abs(own - bucket) <= 1 ? value : middleOf(bucket)
  }
  return { min: correct(histogram.min, first), max: correct(histogram.max, last) }
}

/**
 * Quantiles of a histogram, each off by at most `relativeError`; those of zeros are exactly zero. The quantile of a share
 * p is the value at the rank p (n - 1) of the ascending values, counted from 0, with linear interpolation between the two
 * closest ranks: definition 7 of Hyndman and Fan (The American Statistician 50 (1996), 361-365), as percentile_cont of
 * PostgreSQL and the default of NumPy. A value is estimated by the middle of its bucket.
 *
 * @param shares each 0 to 1, such as 0.95
 * @param isExact whether `min` and `max` belong to the current values: then the first and last value are taken from
 * them. After a subtraction they may be stale, and up to two buckets off.
 */
export function quantiles(histogram: Histogram, shares: readonly number[], isExact: boolean): number[] {
  const { min, max } = histogram
  const counts = countsOf(histogram)
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const valueAt = (rank: number) => {
    if (isExact && rank <= 0) return min
    if (isExact && rank >= total - 1) return max
    let cumulative = 0
    for (const [bucket, count] of counts) {
      cumulative += count
      if (rank < cumulative) return Math.min(max, Math.max(min, middleOf(bucket)))
    }
    return max
  }
  return shares.map((share) => {
    const rank = share * (total - 1)
    const lower = valueAt(Math.floor(rank))
    return lower + (valueAt(Math.ceil(rank)) - lower) * (rank - Math.floor(rank))
  })
}
