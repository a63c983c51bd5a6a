import { test } from 'tap'
import { delayAfter, type LoopRun, startLoop } from '../../src/lib/loop.ts'

test('a loop', async (t) => {
  t.test('A loop waits its interval while no step fails', (t) => {
    t.equal(delayAfter(0, 100, 0.5), 100)
    t.end()
  })

  t.test('A loop waits twice as long after each consecutive failure, up to a minute', (t) => {
    t.same(
      [1, 2, 3, 9, 10, 1_000].map((failures) => delayAfter(failures, 100, 0)),
      [200, 400, 800, 51_200, 60_000, 60_000],
    )
    t.end()
  })

  t.test('Jitter shortens the wait after a failure by up to half, but never below the interval', (t) => {
    t.equal(delayAfter(3, 100, 1), 400)
    t.equal(delayAfter(1, 100, 1), 100)
    t.equal(delayAfter(5, 600_000, 0), 600_000, 'an interval above a minute is not changed')
    t.end()
  })

  t.test(
    'A loop reports the error of a failed step, continues, and waits its interval again after a success',
    async (t) => {
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
    },
  )
})

test('Stopping a loop ends its pause immediately and starts no further step', async (t) => {
  let runs = 0
  const loop = startLoop(
    async () => 0 * ++runs,
    3_600_000,
    (error) => t.fail(String(error)),
  )
  await loop.stop()
  t.equal(runs, 1)
})
