import Fastify from 'fastify'
import { test } from 'tap'
import { registerPrometheusMetrics } from '../../src/http/health-and-metrics.ts'
import { nameActivities } from '../../src/http/request-hooks.ts'
import { type EventLoopBlock, watchEventLoop } from '../../src/lib/event-loop-monitor.ts'
import { startLoop } from '../../src/lib/loop.ts'
import { waitUntil } from '../setup/wait-until.ts'

const block = (ms: number) => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('A route or loop that blocks the event loop is named in the log and in the metrics', async (t) => {
  const blocks: EventLoopBlock[] = []
  const monitor = watchEventLoop((each) => blocks.push(each))
  t.teardown(() => monitor.stop())
  // The first block is found by a late timer, so it has to end after the timer was due.
  const loop = startLoop({
    name: 'blocking-loop',
    intervalMs: 1,
    step: async () => {
      block(200)
      return 0
    },
    onError: (error) => t.fail(error as Error),
  })
  await waitUntil('the loop is named', () => blocks.some(({ activity }) => activity === 'blocking-loop'))
  await loop.stop()
  t.match(blocks[0], { activity: undefined, candidates: ['blocking-loop'] })
  t.ok((blocks.find(({ activity }) => activity === 'blocking-loop')?.ms ?? 0) >= 200)

  const app = Fastify()
  nameActivities(app)
  registerPrometheusMetrics(app, undefined)
  app.post('/slow/:id', async () => block(60))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const body = JSON.stringify({ text: 'x'.repeat(100_000) })
  await fetch(`${url}/slow/7`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  t.ok(blocks.some(({ activity }) => activity === 'POST /slow/:id'))
  const metrics = await (await fetch(`${url}/metrics`)).text()
  t.match(metrics, /new_voice_event_loop_blocked_seconds_total\{activity="blocking-loop"\} \d/)
  t.match(metrics, /new_voice_event_loop_blocked_seconds_total\{activity="POST \/slow\/:id"\} \d/)
})
