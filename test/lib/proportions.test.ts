import { test } from 'tap'
import { twoProportionPValue, wilsonInterval } from '../../src/lib/numbers/proportions.ts'

test('Confidence intervals and p-values equal published values', async (t) => {
  const isNear = (actual: number | undefined, expected: number, name: string) =>
    t.ok(
      actual !== undefined && Math.abs(actual - expected) < 5e-5,
      `${name}: ${actual}, expected ${expected}`,
    )
  for (const [successes, n, low, high] of [
    [8, 10, 0.4902, 0.9433],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
  ] as const) {
    const interval = wilsonInterval({ successes, n })
    isNear(interval?.low, low, `${successes}/${n}`)
    isNear(interval?.high, high, `${successes}/${n}`)
  }
  t.equal(wilsonInterval({ successes: 0, n: 0 }), null)
  const pValue = (a: [number, number], b: [number, number]) =>
    twoProportionPValue({ successes: a[0], n: a[1] }, { successes: b[0], n: b[1] })
  // z = 0.15 / sqrt(0.275 x 0.725 x 2/100) = 2.3754
  isNear(pValue([20, 100], [35, 100]) ?? undefined, 0.01753, '20 % versus 35 %, 100 samples each')
  isNear(pValue([35, 100], [20, 100]) ?? undefined, 0.01753, 'with the samples swapped')
  isNear(pValue([50, 100], [50, 100]) ?? undefined, 1, 'no difference')
  t.equal(pValue([1, 10], [3, 10]), null, 'too few samples')
  t.equal(pValue([0, 100], [0, 100]), null, 'no successes')
  t.equal(pValue([0, 0], [5, 9]), null)
})
