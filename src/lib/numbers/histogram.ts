/**
 * Histograms of positive values in logarithmic buckets, after DDSketch (Masson, Rim, Lee: PVLDB 12 (2019), 2195-2205):
 * bucket i contains the values in (gamma^(i-1), gamma^i], so the middle of a bucket is off by at most `relativeError`.
 * Values of 1 and below are in bucket 0.
 *
 * A histogram is one integer, the sum of count(i) * 10^(10 i): ten decimal digits per bucket. Histograms are therefore
 * merged by adding these numbers, and values are removed by subtracting them, in any order.
 */
const relativeError = 0.01
export const logGamma = Math.log((1 + relativeError) / (1 - relativeError))
export const digitsPerBucket = 10

/** The exact smallest and largest value, which are stored beside a histogram. */
export interface MinMax {
  min: number
  max: number
}

/** The buckets that are not empty, ascending, with their counts. @throws Error when the text is not a histogram */
function parseHistogram(text: string): [bucket: number, count: number][] {
  if (!/^\d+$/.test(text)) throw new Error('a histogram must be a non-negative integer')
  const buckets: [number, number][] = []
  for (let end = text.length, bucket = 0; end > 0; end -= digitsPerBucket, bucket++) {
    const count = Number(text.slice(Math.max(0, end - digitsPerBucket), end))
    if (count > 0) buckets.push([bucket, count])
  }
  return buckets
}

const middleOf = (bucket: number) =>
  bucket === 0 ? 0.5 : (2 * Math.exp(bucket * logGamma)) / (1 + Math.exp(logGamma))

const bucketOf = (value: number) => (value <= 1 ? 0 : Math.ceil(Math.log(value) / logGamma))

/**
 * Replaces a stored minimum or maximum that is no longer in the histogram, because its value was subtracted, by the middle
 * of the first or last bucket. A neighbouring bucket counts as the same one, because logarithms are rounded.
 */
export function correctMinMax(histogram: string, { min, max }: MinMax): MinMax {
  const buckets = parseHistogram(histogram)
  const [first, last] = [buckets[0]?.[0] ?? 0, buckets.at(-1)?.[0] ?? 0]
  const correct = (value: number, bucket: number) =>
    Math.abs(bucketOf(value) - bucket) <= 1 ? value : middleOf(bucket)
  return { min: correct(min, first), max: correct(max, last) }
}

/**
 * Quantiles of a histogram, each off by at most `relativeError` (for values above 1). Like percentile_cont of PostgreSQL,
 * it interpolates between the two values next to the rank. A value is estimated by the middle of its bucket.
 *
 * @param shares each 0 to 1, such as 0.95
 * @param isExact whether `min` and `max` belong to the current values: then the first and last value are taken from
 * them. After a subtraction they may be stale, and up to two buckets off.
 */
export function quantiles(
  histogram: string,
  { min, max }: MinMax,
  shares: readonly number[],
  isExact: boolean,
): number[] {
  const buckets = parseHistogram(histogram)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  const valueAt = (rank: number) => {
    if (isExact && rank <= 0) return min
    if (isExact && rank >= total - 1) return max
    let cumulative = 0
    for (const [bucket, count] of buckets) {
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
