import { test } from 'tap'
import {
  correctMinMax,
  digitsPerBucket,
  type Histogram,
  histogramBuckets,
  logGamma,
  quantiles,
  relativeError,
  smallestValue,
} from '../../src/lib/numbers/histogram.ts'
import { seededRandom } from '../analytics/fixtures.ts'

const unit = 10n ** BigInt(digitsPerBucket)
/** Buckets below 0 are behind the point: this many of them are kept. */
const bucketsBehindPoint = 700n

/** Packs values as SQL does, with the decimal number scaled to an integer. */
function packed(values: readonly number[]): bigint {
  return values
    .filter((value) => value > 0)
    .map((value) => BigInt(Math.ceil(Math.log(Math.max(value, smallestValue)) / logGamma)))
    .reduce((sum, bucket) => sum + unit ** (bucket + bucketsBehindPoint), 0n)
}

function histogramOf(values: readonly number[], scaled = packed(values)): Histogram {
  const behindPoint = Number(bucketsBehindPoint) * digitsPerBucket
  const text = String(scaled).padStart(behindPoint + 1, '0')
  const digits = `${text.slice(0, -behindPoint)}.${text.slice(-behindPoint)}`.replace(/\.?0+$/, '')
  return { digits: digits || '0', n: values.length, min: Math.min(...values), max: Math.max(...values) }
}

/** The value at the rank p (n - 1), interpolated between the two closest ranks. */
function exactQuantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = p * (sorted.length - 1)
  const [low = 0, high = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]]
  return low + (high - low) * (rank - Math.floor(rank))
}

const shares = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 1]
const isWithin = (actual: number, expected: number) =>
  Math.abs(actual - expected) <= (relativeError + 1e-9) * expected

/** Values of every magnitude: zeros, from a nanosecond to a millisecond, up to ten minutes. In ms. */
function randomValues(random: () => number, size: number): number[] {
  const magnitudes = [
    () => 0,
    () => 10 ** (-6 * random()),
    () => 1 - random(),
    () => 1,
    () => Math.exp(5 + 2 * random()),
    () => 600_000 * (1 - random()),
    () => 600_000,
  ].filter(() => random() < 0.6)
  return Array.from({ length: size }, () =>
    (magnitudes[Math.floor(random() * magnitudes.length)] ?? (() => 582))(),
  )
}

test('Quantiles of values of any magnitude are within the relative error, and zero is zero', (t) => {
  const random = seededRandom(19)
  for (let round = 0; round < 300; round++) {
    const values = randomValues(random, 1 + Math.floor(random() * 60))
    const histogram = histogramOf(values)
    const estimates = quantiles(histogram, shares, random() < 0.5)
    for (const [i, share] of shares.entries()) {
      const [estimate = Number.NaN, exact] = [estimates[i], exactQuantile(values, share)]
      if (!isWithin(estimate, exact)) t.fail(`round ${round}: p${share} is ${estimate}, not ${exact}`)
    }
    t.same(correctMinMax(histogram), { min: histogram.min, max: histogram.max })
  }
  t.end()
})

test('A merged histogram has the quantiles of all values, also after values were removed', (t) => {
  const random = seededRandom(20)
  for (let round = 0; round < 100; round++) {
    const parts = [1, 2, 3].map(() => randomValues(random, 1 + Math.floor(random() * 40)))
    const removed = parts[0] ?? []
    const kept = parts.slice(1).flat()
    const sum = parts.reduce((total, part) => total + packed(part), 0n) - packed(removed)
    const estimates = quantiles(histogramOf(kept, sum), shares, false)
    t.ok(
      shares.every((share, i) => isWithin(estimates[i] ?? Number.NaN, exactQuantile(kept, share))),
      `round ${round}`,
    )
  }
  t.end()
})

test('A stored minimum and maximum that were removed are replaced by those of the buckets', (t) => {
  const { min, max } = correctMinMax({ ...histogramOf([0.01, 40]), min: 0, max: 500 })
  t.ok(isWithin(min, 0.01))
  t.ok(isWithin(max, 40))
  t.same(correctMinMax({ ...histogramOf([0, 0]), min: 0, max: 500 }), { min: 0, max: 0 })
  t.end()
})

test('Buckets contain every value once, also when they are merged', (t) => {
  const random = seededRandom(21)
  for (const merged of [1, 2, 5, 35, 200]) {
    const values = randomValues(random, 200)
    const buckets = histogramBuckets(histogramOf(values), merged)
    t.equal(
      buckets.reduce((sum, { count }) => sum + count, 0),
      values.length,
    )
    for (const [i, { lower, upper, count }] of buckets.entries()) {
      // Logarithms are rounded, so a value at a bound may be in the next bucket.
      const inside = values.filter((value) =>
        upper === 0 ? value === 0 : value > lower * (1 - 1e-9) && value <= upper * (1 + 1e-9),
      )
      t.ok(inside.length >= count, `${count} values above ${lower} and up to ${upper}`)
      t.ok(i === 0 || lower >= (buckets[i - 1]?.upper ?? 0) * (1 - 1e-12), 'buckets do not overlap')
    }
  }
  t.same(histogramBuckets({ digits: '0', n: 0 }), [])
  t.throws(() => histogramBuckets({ digits: '-1', n: 1 }), { message: /non-negative/ })
  t.end()
})
