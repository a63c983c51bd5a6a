/**
 * Histograms of positive values in logarithmic buckets, after DDSketch (Masson, Rim, Lee: PVLDB 12 (2019), 2195-2205):
 * bucket i holds the values in (gamma^(i-1), gamma^i], so that the middle of a bucket is off by at most `relativeError`.
 * Values of 1 and below are in bucket 0.
 *
 * A histogram is one number, the sum of n(i) * 10^(10 i): ten decimal digits a bucket. Numbers add up, and are taken
 * away again, in any order.
 */
export const relativeError = 0.01
export const logGamma = Math.log((1 + relativeError) / (1 - relativeError))
export const digitsPerBucket = 10

/** What is known of a set of values beside its histogram: the first and the last of them, exactly. */
export interface MinMax {
  min: number
  max: number
}

/** Buckets and how many values are in each, ascending. @throws Error for what is no histogram */
export function parseHistogram(text: string): [bucket: number, n: number][] {
  if (!/^\d+$/.test(text)) throw new Error('a histogram is a whole number, not below zero')
  const buckets: [number, number][] = []
  for (let end = text.length, i = 0; end > 0; end -= digitsPerBucket, i++) {
    const n = Number(text.slice(Math.max(0, end - digitsPerBucket), end))
    if (n > 0) buckets.push([i, n])
  }
  return buckets
}

const middleOf = (bucket: number) =>
  bucket === 0 ? 0.5 : (2 * Math.exp(bucket * logGamma)) / (1 + Math.exp(logGamma))

const bucketOf = (value: number) => (value <= 1 ? 0 : Math.ceil(Math.log(value) / logGamma))

/**
 * The extremes, where the histogram has them: one that is of a value taken away since gives way to the middle of the
 * bucket that is the last now. Buckets next to each other count as the same, for logarithms are rounded.
 */
export function correctMinMax(text: string, { min, max }: MinMax): MinMax {
  const buckets = parseHistogram(text)
  const [first, last] = [buckets[0]?.[0] ?? 0, buckets.at(-1)?.[0] ?? 0]
  const nearest = (value: number, bucket: number) =>
    Math.abs(bucketOf(value) - bucket) <= 1 ? value : middleOf(bucket)
  return { min: nearest(min, first), max: nearest(max, last) }
}

/**
 * Quantiles of a histogram, each off by at most `relativeError` (above 1): as PostgreSQL's percentile_cont they lie
 * between the two values next to their rank, in proportion; these are taken from the middle of their buckets, and
 * where the extremes are exact the first and the last from them: one of a value taken away since may be two buckets off.
 */
export function quantiles(
  text: string,
  { min, max }: MinMax,
  shares: readonly number[],
  isExact: boolean,
): number[] {
  const buckets = parseHistogram(text)
  const total = buckets.reduce((sum, [, n]) => sum + n, 0)
  const valueAt = (rank: number) => {
    if (isExact && rank <= 0) return min
    if (isExact && rank >= total - 1) return max
    let before = 0
    for (const [bucket, n] of buckets) {
      before += n
      if (rank < before) return Math.min(max, Math.max(min, middleOf(bucket)))
    }
    return max
  }
  return shares.map((share) => {
    const rank = share * (total - 1)
    const low = valueAt(Math.floor(rank))
    return low + (valueAt(Math.ceil(rank)) - low) * (rank - Math.floor(rank))
  })
}
