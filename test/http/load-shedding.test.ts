import { test } from 'tap'
import { startTestService } from '../setup/service.ts'

test('While the event loop is more than a second late, /api responds 503, but health checks 200', async (t) => {
  const s = await startTestService(t)
  const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
  const statusOf = async (path: string) => (await fetch(url + path, { headers: s.platform })).status
  /** Blocks the event loop for 1.6 s: its lateness is sampled every 0.5 s. */
  const block = () => {
    const end = performance.now() + 1_600
    while (performance.now() < end);
  }
  let status = 0
  // Sampling starts some time after the server listens.
  while (status !== 503) {
    block()
    status = await statusOf('/api/companies')
  }
  block()
  t.equal(await statusOf('/health/live'), 200)
  while ((await statusOf('/api/companies')) !== 200) await new Promise((resolve) => setImmediate(resolve))
})
