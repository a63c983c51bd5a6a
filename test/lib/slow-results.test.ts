import { test } from 'tap'
import { SlowResults } from '../../src/lib/slow-results.ts'

/** A computation that takes this long by a clock that only the test moves. */
function setUp() {
  let [clock, computed] = [0, 0]
  const results = new SlowResults<number>(() => clock)
  const get = (tookMs: number, key = 'a') =>
    results.get(key, async () => {
      clock += tookMs
      return ++computed
    })
  return { results, get, wait: (ms: number) => (clock += ms) }
}

test('A slow result is kept for ten times as long as it took, at most a minute', async (t) => {
  const { get, wait } = setUp()
  t.equal(await get(200), 1)
  wait(1_999)
  t.equal(await get(200), 1)
  t.equal(await get(200, 'b'), 2, 'another key')
  wait(1)
  t.equal(await get(30_000), 3)
  wait(59_999)
  t.equal(await get(30_000), 3)
  wait(1)
  t.equal(await get(30_000), 4)
})

test('A fast result is computed each time, and one in progress is shared', async (t) => {
  const { get } = setUp()
  t.equal(await get(99), 1)
  t.equal(await get(99), 2)
  t.same(await Promise.all([get(99), get(99)]), [3, 3])
})

test('A failure is not kept', async (t) => {
  const { get, results } = setUp()
  await t.rejects(
    results.get('a', () => Promise.reject(new Error('failed'))),
    /failed/,
  )
  t.equal(await get(200), 1)
})
