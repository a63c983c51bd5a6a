import type { ApiClient } from './api-client.ts'

/** Numbers that Ofcom keeps for drama: nobody has one. */
const numbers = Array.from({ length: 200 }, (_, i) => `+447700900${String(i).padStart(3, '0')}`)
const names = ['Anna', 'Boris', 'Carla', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hugo', 'Irina', 'Jonas']

const again = { max: 1, delays_minutes: [0] }

/** How often the view is drawn anew, ms. */
const drawMs = 200

/**
 * Makes a campaign of 200 contacts, runs it, and shows how far it is until it is done. Answers its id.
 *
 * @throws Error when a request is refused
 */
export async function runDemoCampaign(
  api: ApiClient,
  skillbase_id: string,
  say: (text: string) => void,
): Promise<string> {
  const { id } = await api.post('/api/campaigns', {
    ...{ name: `Demo of ${new Date().toISOString().slice(0, 16)}`, skillbase_id },
    ...{ max_concurrent_calls: 40, calls_per_minute: 1_500 },
    // Each of them as often as it would be called over days.
    retry_policy: { no_answer: again, busy: again, declined: { max: 0 } },
  })
  const tasks = numbers.map((phone_number, i) => ({ phone_number, contact_name: names[i % names.length] }))
  const added = await api.post(`/api/campaigns/${id}/tasks`, { tasks })
  say(`A campaign of ${added.created} contacts (${added.suppressed} suppressed), at most 40 calls at once:`)
  await api.post(`/api/campaigns/${id}/start`, {})
  const began = performance.now()
  const draw = view()
  for (;;) {
    const { status } = await api.get(`/api/campaigns/${id}`)
    const stats = await api.get(`/api/campaigns/${id}/stats`)
    draw(stats, (performance.now() - began) / 60_000, status)
    if (status !== 'running') break
    await new Promise((resolve) => setTimeout(resolve, drawMs))
  }
  return id
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read where they are known; the SDK will type them.
type Stats = any

/** Draws how far a campaign is: on a terminal in one line, elsewhere a line every tenth. */
function view(out: NodeJS.WriteStream = process.stdout) {
  const width = 30
  let tenth = -1
  return ({ tasks, calls, progress }: Stats, minutes: number, status: string): void => {
    const attempted = tasks.total - (tasks.by_status.pending ?? 0) - (tasks.by_status.skipped ?? 0)
    const full = Math.round(progress * width)
    const text = [
      `${'█'.repeat(full)}${'░'.repeat(width - full)} ${tasks.done}/${tasks.total} done`,
      `${String(calls.live).padStart(2)} live`,
      `${Math.max(0, calls.total - attempted)} retries`,
      `${Math.round(calls.total / minutes)} calls a minute`,
      ...(status === 'running' ? [] : [status]),
    ].join(' · ')
    if (out.isTTY) out.write(`\r${text}\x1b[K${status === 'running' ? '' : '\n'}`)
    else if (Math.floor(progress * 10) > tenth) {
      tenth = Math.floor(progress * 10)
      out.write(`${text}\n`)
    }
  }
}
