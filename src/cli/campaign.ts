import type { ApiClient } from './api-client.ts'

/** Numbers that Ofcom reserves for drama (07700 900000 to 900999). They are never assigned. */
const numbers = Array.from({ length: 200 }, (_, i) => `+447700900${String(i).padStart(3, '0')}`)
const names = ['Anna', 'Boris', 'Carla', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hugo', 'Irina', 'Jonas']

const oneImmediateRetry = { max: 1, delays_minutes: [0] }

const redrawIntervalMs = 200

/**
 * Creates a campaign of 200 contacts, runs it, and shows its progress until it ends. Returns its id.
 *
 * @throws Error when a request fails
 */
export async function runDemoCampaign(
  api: ApiClient,
  skillbase_id: string,
  print: (text: string) => void,
): Promise<string> {
  const { id } = await api.post('/api/campaigns', {
    name: `Demo of ${new Date().toISOString().slice(0, 16)}`,
    skillbase_id,
    max_concurrent_calls: 40,
    calls_per_minute: 1_500,
    // The demo runs at any time of the day, and simulated contacts do not sleep.
    contact_daily_start_time: '00:00',
    contact_daily_end_time: '24:00',
    // Retries have no delay, so that the demo shows them within minutes.
    retry_policy: { no_answer: oneImmediateRetry, busy: oneImmediateRetry, declined: { max: 0 } },
  })
  const tasks = numbers.map((phone_number, i) => ({ phone_number, contact_name: names[i % names.length] }))
  const added = await api.post(`/api/campaigns/${id}/tasks`, { tasks })
  print(
    `Campaign with ${added.created} contacts (${added.suppressed} suppressed), up to 40 concurrent calls:`,
  )
  await api.post(`/api/campaigns/${id}/start`, {})
  const startedAt = performance.now()
  const draw = progressView()
  for (;;) {
    const { status } = await api.get(`/api/campaigns/${id}`)
    const stats = await api.get(`/api/campaigns/${id}/stats`)
    draw(stats, (performance.now() - startedAt) / 60_000, status)
    if (status !== 'running') break
    await new Promise((resolve) => setTimeout(resolve, redrawIntervalMs))
  }
  return id
}

// biome-ignore lint/suspicious/noExplicitAny: the fields of responses are checked where they are read.
type Stats = any

/** Shows the progress of a campaign: in one line that is redrawn on a terminal, else a line per 10 %. */
function progressView(out: NodeJS.WriteStream = process.stdout) {
  const width = 30
  let lastTenth = -1
  return ({ tasks, calls, progress }: Stats, minutes: number, status: string): void => {
    const attempted = tasks.total - (tasks.by_status.pending ?? 0) - (tasks.by_status.skipped ?? 0)
    const filled = Math.round(progress * width)
    const text = [
      `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${tasks.done}/${tasks.total} done`,
      `${String(calls.live).padStart(2)} live`,
      `${Math.max(0, calls.total - attempted)} retries`,
      `${Math.round(calls.total / minutes)} calls per minute`,
      ...(status === 'running' ? [] : [status]),
    ].join(' · ')
    if (out.isTTY) out.write(`\r${text}\x1b[K${status === 'running' ? '' : '\n'}`)
    else if (Math.floor(progress * 10) > lastTenth) {
      lastTenth = Math.floor(progress * 10)
      out.write(`${text}\n`)
    }
  }
}
