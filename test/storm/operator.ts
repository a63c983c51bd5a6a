import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'

/** What a campaign may do from a moment on: when the operator asked for it, and when it had the answer. */
export interface State {
  sent: number
  answered: number
  may_dial: boolean
  max_concurrent_calls: number
  calls_per_minute: number
}

export interface Watched {
  company_id: string
  id: string
  history: State[]
  numbers: string[]
}

/** Numbers that were suppressed, and since when that was answered. */
export interface Suppressed {
  company_id: string
  phone_number: string
  since: number
}

let given = 0
/** Numbers that Ofcom keeps for drama begin so; these go on where nobody is. */
export const freshNumber = () => `+4477009${String(100_000 + given++).slice(1)}`

/** Asks until it is answered: the API may be away. A 4xx is an answer. */
export async function insist(
  url: string,
  method: string,
  path: string,
  key: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> & { items?: Record<string, unknown>[] } }> {
  const idempotency = { 'idempotency-key': randomUUID() }
  for (let tries = 0; ; tries++) {
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(method === 'POST' && idempotency),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      })
      const text = await answer.text()
      if (answer.status < 500 && answer.status !== 429) {
        return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
      }
    } catch (error) {
      if (tries > 300) throw error
    }
    await sleep(200)
  }
}

/** A careless operator: pauses, resumes, edits, stops, adds, cancels and suppresses, all the time. */
export class Operator {
  actions = 0
  readonly suppressed: Suppressed[] = []
  private readonly url: string
  private readonly keys: ReadonlyMap<string, string>
  private readonly dice: SeededRandom

  constructor(url: string, keys: ReadonlyMap<string, string>, dice: SeededRandom) {
    this.url = url
    this.keys = keys
    this.dice = dice
  }

  ask(of: { company_id: string }, method: string, path: string, body?: unknown) {
    return insist(this.url, method, path, this.keys.get(of.company_id) ?? '', body)
  }

  /** Asks for a change, and writes down what the campaign may do from then on. */
  async change(
    campaign: Watched,
    after: Partial<State>,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<void> {
    const sent = Date.now()
    const last = campaign.history.at(-1) as State
    const next: State = { ...last, ...after, sent, answered: Number.POSITIVE_INFINITY }
    campaign.history.push(next)
    const { status } = await this.ask(campaign, method, path, body)
    next.answered = Date.now()
    // Refused: the campaign was not in such a state any more, and goes on as it did.
    if (status >= 400) Object.assign(next, { ...last, sent, answered: next.answered })
  }

  async disturb(campaigns: readonly Watched[]): Promise<void> {
    this.actions++
    const { dice } = this
    const campaign = campaigns[Math.floor(dice.next() * campaigns.length)] as Watched
    const at = `/api/campaigns/${campaign.id}`
    const what = dice.pick({
      pause: 3,
      resume: 6,
      edit: 3,
      close: 1,
      open: 3,
      add: 2,
      cancel: 2,
      suppress: 2,
      stop: 0.15,
    })
    if (what === 'pause') await this.change(campaign, { may_dial: false }, 'POST', `${at}/pause`, {})
    else if (what === 'resume') await this.resume(campaign)
    else if (what === 'edit') {
      const limits = {
        max_concurrent_calls: Math.round(dice.between(2, 25)),
        calls_per_minute: Math.round(dice.between(60, 1_500)),
      }
      await this.change(campaign, limits, 'PATCH', at, limits)
    } else if (what === 'close') await this.close(campaign)
    else if (what === 'open') await this.open(campaign)
    else if (what === 'stop')
      await this.change(campaign, { may_dial: false }, 'POST', `${at}/stop?hang_up=true`, {})
    else await this.touchContacts(campaign, what)
  }

  /** Who was paused goes on, also where the breaker paused it; a closed one stays closed. */
  async resume(campaign: Watched): Promise<void> {
    const isClosed = this.closed.has(campaign.id)
    await this.change(campaign, { may_dial: !isClosed }, 'POST', `/api/campaigns/${campaign.id}/resume`, {})
  }

  private readonly closed = new Set<string>()

  private async close(campaign: Watched): Promise<void> {
    const days = [0, 1, 2].map((i) => new Date(Date.now() + (i - 1) * 86_400_000).toISOString().slice(0, 10))
    this.closed.add(campaign.id)
    await this.change(campaign, { may_dial: false }, 'PATCH', `/api/campaigns/${campaign.id}`, {
      blackout_dates: days,
    })
  }

  async open(campaign: Watched): Promise<void> {
    if (!this.closed.delete(campaign.id)) return
    // Whether it runs besides is not known here: from now on it may.
    await this.change(campaign, { may_dial: true }, 'PATCH', `/api/campaigns/${campaign.id}`, {
      blackout_dates: [],
    })
  }

  private async touchContacts(campaign: Watched, what: 'add' | 'cancel' | 'suppress'): Promise<void> {
    if (what === 'add') {
      const tasks = Array.from({ length: 5 }, () => ({ phone_number: freshNumber() }))
      const { status } = await this.ask(campaign, 'POST', `/api/campaigns/${campaign.id}/tasks`, { tasks })
      if (status < 300) campaign.numbers.push(...tasks.map(({ phone_number }) => phone_number))
    } else if (what === 'cancel') {
      const { body } = await this.ask(
        campaign,
        'GET',
        `/api/campaigns/${campaign.id}/tasks?status=pending&limit=1`,
      )
      const [task] = body.items ?? []
      if (task !== undefined)
        await this.ask(campaign, 'PATCH', `/api/call-tasks/${task.id}`, { status: 'cancelled' })
    } else {
      const phone_number = campaign.numbers[Math.floor(this.dice.next() * campaign.numbers.length)] as string
      const { company_id } = campaign
      const { status } = await this.ask(campaign, 'POST', '/api/suppressions', {
        phone_number,
        reason: 'do_not_call',
      })
      if (status < 300) this.suppressed.push({ company_id, phone_number, since: Date.now() })
    }
  }
}
