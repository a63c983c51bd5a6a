import { test } from 'tap'
import { startTestService } from '../setup/service.ts'

test('A company that makes the event loop late waits, and others are served', async (t) => {
  const s = await startTestService(t)
  const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
  const [busy, other] = [await s.createCompany(), await s.createCompany()]
  const statusOf = async (path: string, { headers } = busy) => (await fetch(url + path, { headers })).status
  /** Blocks the event loop for 100 ms, as a heavy request would. */
  const block = () => {
    const end = performance.now() + 100
    while (performance.now() < end);
  }
  const finished: string[] = []
  const send = async (name: string, company: typeof busy) => {
    t.equal(await statusOf('/api/company', company), 200)
    finished.push(name)
  }
  /** Whether the response to the other company, whose request was last, was not the last one. */
  const isOtherServedFirst = async () => {
    finished.length = 0
    const timer = setInterval(block, 120)
    const pending = Array.from({ length: 30 }, () => send('busy', busy))
    await Promise.all([...pending, send('other', other)])
    clearInterval(timer)
    return finished.indexOf('other') < 15
  }
  // Sampling starts some time after the server listens.
  while (!(await isOtherServedFirst()));
  t.pass('the other company does not wait for the requests that were sent before')
  t.equal(await statusOf('/health/live'), 200)
})
