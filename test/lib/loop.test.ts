import { type Test, test } from 'tap'
import { delayAfter, type LoopOptions, startLoop } from '../../src/lib/loop.ts'
import { loopMetrics } from '../../src/lib/loop-metrics.ts'
import { mapInSlices, TimeSlices } from '../../src/lib/time-slice.ts'

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
})

const never = 3_600_000

/** Starts a loop whose steps have these results, one after the other, then 0; and stops it when the test ends. */
function startWith(t: Test, results: (number | Error)[], options: Partial<LoopOptions> = {}) {
  const errors: unknown[] = []
  const waiting: { runs: number; resolve: () => void }[] = []
  let runs = 0
  const step = async () => {
    runs++
    for (const { runs: awaited, resolve } of waiting) if (runs >= awaited) resolve()
    const result = results.shift() ?? 0
    if (result instanceof Error) throw result
    return result
  }
  const onError = (error: unknown) => errors.push(error)
  const loop = startLoop({ name: t.name, step, intervalMs: never, onError, ...options })
  t.teardown(() => loop.stop())
  return {
    loop,
    errors,
    countRuns: () => runs,
    /** Resolves when this number of steps has started. */
    untilRuns: (awaited: number) =>
      new Promise<void>((resolve) => {
        if (runs >= awaited) resolve()
        else waiting.push({ runs: awaited, resolve })
      }),
  }
}

/** Values of the metrics of a loop, by name and labels without `loop`. */
async function metricsOf(loop: string): Promise<Record<string, number>> {
  const metrics = await Promise.all(loopMetrics.map((metric) => metric.get()))
  const values = metrics.flatMap((metric) =>
    (metric.values as { value: number; labels: Record<string, string>; metricName?: string }[])
      .filter(({ labels }) => labels.loop === loop && labels.le === undefined)
      .map(({ value, labels, metricName }) => [
        [metricName ?? metric.name, labels.result].filter(Boolean).join(' '),
        value,
      ]),
  )
  return Object.fromEntries(values)
}

test('A loop continues after failures, and counts runs, items, failures and durations', async (t) => {
  const results = [new Error('first'), new Error('second'), 3, 4]
  const { loop, errors, untilRuns } = startWith(t, results, { intervalMs: 1 })
  await untilRuns(5)
  await loop.stop()
  t.match(errors, [{ message: 'first' }, { message: 'second' }])
  const metrics = await metricsOf(t.name)
  t.equal(metrics['new_voice_loop_runs_total failure'], 2)
  t.ok(Number(metrics['new_voice_loop_runs_total success']) >= 3)
  t.equal(metrics.new_voice_loop_items_total, 7)
  t.equal(
    metrics.new_voice_loop_duration_seconds_count,
    2 + Number(metrics['new_voice_loop_runs_total success']),
  )
})

test('The lag of a loop is 0 while it succeeds on time, and grows while it fails', async (t) => {
  startWith(t, [])
  t.equal((await metricsOf(t.name)).new_voice_loop_lag_seconds, 0)
  const fail = async () => {
    throw new Error('always')
  }
  const failing = startLoop({ name: 'failing', step: fail, intervalMs: 1, onError: () => undefined })
  t.teardown(() => failing.stop())
  let lag = 0
  while (lag < 0.01) {
    lag = Number((await metricsOf('failing')).new_voice_loop_lag_seconds)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await failing.stop()
  t.equal((await metricsOf('failing')).new_voice_loop_lag_seconds, undefined, 'a stopped loop has no lag')
})

test('Stopping a loop ends its pause immediately and starts no further step', async (t) => {
  const { loop, countRuns } = startWith(t, [])
  await loop.stop()
  t.equal(countRuns(), 1)
  loop.wake()
  await loop.stop()
  t.equal(countRuns(), 1)
})

// In the next three tests the pause before the 40th run would be 2^39 ms, cut to an hour, if it was not shortened.
const growing = { intervalMs: 1, maxPauseMs: never }

test('Waking a loop ends a pause that is longer than the interval', async (t) => {
  const { loop, untilRuns } = startWith(t, [], growing)
  const waking = setInterval(() => loop.wake(), 1)
  t.teardown(() => clearInterval(waking))
  await untilRuns(40)
})

test('A wake-up during a step is not lost: the next pause is the interval', async (t) => {
  const { loop, untilRuns } = startWith(t, [], {
    ...growing,
    msUntilDue: async () => {
      loop.wake()
      return Number.POSITIVE_INFINITY
    },
  })
  await untilRuns(40)
})

test('A loop pauses no longer than until work is due', async (t) => {
  const { untilRuns } = startWith(t, [], { ...growing, msUntilDue: async () => 2 })
  await untilRuns(40)
})

test('Waking a loop does not shorten the pause after a failure', async (t) => {
  const { loop, errors, countRuns } = startWith(t, [new Error('first')])
  while (errors.length === 0) await new Promise((resolve) => setImmediate(resolve))
  for (let i = 0; i < 100; i++) {
    loop.wake()
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.equal(countRuns(), 1)
})

test('Waking a loop does not shorten its interval', async (t) => {
  const { loop, countRuns } = startWith(t, [], { maxPauseMs: 2 * never })
  for (let i = 0; i < 100; i++) {
    loop.wake()
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.equal(countRuns(), 1)
})

test('Waking a loop soon ends a pause after the shortest pause, long before its interval', async (t) => {
  const { loop, untilRuns } = startWith(t, [], { minPauseMs: 1 })
  for (let run = 2; run < 10; run++) {
    loop.wakeSoon()
    await untilRuns(run)
  }
})

test('Waking a loop soon during a step is not lost', async (t) => {
  const { loop, untilRuns } = startWith(t, [], {
    minPauseMs: 1,
    msUntilDue: async () => {
      loop.wakeSoon()
      return Number.POSITIVE_INFINITY
    },
  })
  await untilRuns(10)
})

test('However often a loop is woken soon, one step follows, and not before the shortest pause', async (t) => {
  const patient = startWith(t, [], { minPauseMs: never, intervalMs: 2 * never })
  const quick = startWith(t, [], { minPauseMs: 1 })
  for (let i = 0; i < 100; i++) {
    patient.loop.wakeSoon()
    quick.loop.wakeSoon()
  }
  await quick.untilRuns(2)
  for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve))
  t.same([patient.countRuns(), quick.countRuns()], [1, 2])
})

test('Waking a loop soon does not shorten the pause after a failure', async (t) => {
  const { loop, errors, countRuns } = startWith(t, [new Error('first')], { minPauseMs: 0 })
  while (errors.length === 0) await new Promise((resolve) => setImmediate(resolve))
  for (let i = 0; i < 100; i++) {
    loop.wakeSoon()
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.equal(countRuns(), 1)
})

test('A long computation lets other work run every 10 ms', async (t) => {
  const slices = new TimeSlices()
  let turns = 0
  const count = () => {
    turns++
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  for (let step = 0; step < 4; step++) {
    const end = performance.now() + 12
    while (performance.now() < end);
    await slices.next()
  }
  clearImmediate(timer)
  t.ok(turns >= 4, `${turns} turns`)
})

test('A long list is mapped in slices, in order', async (t) => {
  let clock = 0
  t.intercept(performance, 'now', { value: () => (clock += 4) })
  let [mapped, before, most] = [0, 0, 0]
  const count = () => {
    most = Math.max(most, mapped - before)
    before = mapped
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  const items = Array.from({ length: 100 }, (_, i) => i)
  const doubled = await mapInSlices(items, (item) => {
    mapped++
    return item * 2
  })
  clearImmediate(timer)
  t.same(
    doubled,
    items.map((item) => item * 2),
  )
  t.ok(most > 0 && most <= 4, `${most} items between two turns of the event loop`)
})
