import { test } from 'tap'
import { startTestService } from '../setup/service.ts'

test('While the event loop is more than a second late, each company has one request at a time', async (t) => {
  const s = await startTestService(t)
  const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
  const [busy, other] = [await s.createCompany(), await s.createCompany()]
  const statusOf = async (path: string, { headers } = busy) => (await fetch(url + path, { headers })).status
  /** Blocks the event loop for 1.6 s: its lateness is sampled every 0.5 s. */
  const block = () => {
    const end = performance.now() + 1_600
    while (performance.now() < end);
  }
  const statusesOfTwenty = async () => {
    block()
    return Promise.all(Array.from({ length: 20 }, () => statusOf('/api/company')))
  }
  let statuses: number[] = []
  // Sampling starts some time after the server listens.
  while (!statuses.includes(503)) statuses = await statusesOfTwenty()
  t.ok(statuses.includes(200), 'the first of them is served')
  for (let i = 0; i < 3; i++) {
    const pending = statusesOfTwenty()
    t.equal(await statusOf('/api/company', other), 200, 'another company is served meanwhile')
    t.equal(await statusOf('/health/live'), 200)
    await pending
  }
  const allAtOnce = () => Promise.all(Array.from({ length: 20 }, () => statusOf('/api/company')))
  while ((await allAtOnce()).includes(503)) await new Promise((resolve) => setImmediate(resolve))
})
