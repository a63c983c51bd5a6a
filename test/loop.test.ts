import { test } from 'tap'
import { delayAfter, type LoopRun, startLoop } from '../src/lib/loop.ts'

test('a loop whose step fails', async (t) => {
  t.test('waits its interval while nothing fails', (t) => {
    t.equal(delayAfter(0, 100, 0.5), 100)
    t.end()
  })

  t.test('waits twice as long after each failure in a row, up to a minute', (t) => {
    t.same(
      [1, 2, 3, 9, 10, 1_000].map((failures) => delayAfter(failures, 100, 0)),
      [200, 400, 800, 51_200, 60_000, 60_000],
    )
    t.end()
  })

  t.test('takes up to half of that wait off at random, and never waits less than its interval', (t) => {
    t.equal(delayAfter(3, 100, 1), 400)
    t.equal(delayAfter(1, 100, 1), 100)
    t.equal(delayAfter(5, 600_000, 0), 600_000, 'an interval above a minute stays as it is')
    t.end()
  })

  t.test('reports the error, goes on, and forgets earlier failures after a success', async (t) => {
    const results = [new Error('first'), new Error('second'), 3, 0]
    const errors: unknown[] = []
    const runs: LoopRun[] = []
    const done = new Promise<void>((resolve) => {
      const step = async () => {
        const result = results.shift() ?? 0
        if (result instanceof Error) throw result
        return result
      }
      const loop = startLoop(step, 1, (error) => errors.push(error), {
        onRun: (run) => {
          runs.push(run)
          if (results.length === 0) resolve(loop.stop())
        },
      })
    })
    await done
    t.match(errors, [{ message: 'first' }, { message: 'second' }])
    t.match(runs, [
      { items: 0, isFailure: true },
      { items: 0, isFailure: true },
      { items: 3, isFailure: false },
      { items: 0, isFailure: false },
    ])
    t.ok(runs.every(({ durationMs }) => durationMs >= 0))
  })
})

test('a loop that is stopped ends its pause at once and starts no further step', async (t) => {
  let runs = 0
  const loop = startLoop(
    async () => 0 * ++runs,
    3_600_000,
    (error) => t.fail(String(error)),
  )
  await loop.stop()
  t.equal(runs, 1)
})
