import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'

/**
 * The limits of a campaign after a change, and whether it may dial. The change takes effect at some time between its
 * request and the response; times in ms.
 */
export interface State {
  sentAt: number
  respondedAt: number
  may_dial: boolean
  max_concurrent_calls: number
  calls_per_minute: number
}

/** A campaign and all its states, oldest first. */
export interface WatchedCampaign {
  company_id: string
  id: string
  history: State[]
  numbers: string[]
}

/** A number that was suppressed; `since` is the time of the response, in ms. */
export interface Suppressed {
  company_id: string
  phone_number: string
  since: number
}

let numbersUsed = 0
/** Ofcom reserves +44 7700 900000 to 900999 for drama; these numbers continue that range. */
export const freshNumber = () => `+4477009${String(100_000 + numbersUsed++).slice(1)}`

const maxRetryMs = 300_000

/**
 * Repeats a request until the API responds with less than 500, and not 429. The same Idempotency-Key is sent each
 * time.
 * @throws after 5 min; the message names the request and the last response
 */
export async function requestWithRetries(
  url: string,
  method: string,
  path: string,
  key: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> & { items?: Record<string, unknown>[] } }> {
  const idempotency = { 'idempotency-key': randomUUID() }
  const until = Date.now() + maxRetryMs
  for (let last = ''; ; ) {
    try {
      const response = await fetch(`${url}${path}`, {
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
      const text = await response.text()
      if (response.status < 500 && response.status !== 429) {
        return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
      }
      last = `${response.status} ${text}`
    } catch (error) {
      last = String((error as Error).cause ?? error)
    }
    if (Date.now() > until) throw new Error(`${method} ${path} failed for 5 min; the last response: ${last}`)
    await sleep(200)
  }
}

/**
 * Sends random commands: pauses, resumes, edits and stops campaigns, adds and cancels contacts, and suppresses numbers.
 * Records each state of the campaigns.
 */
export class Operator {
  actions = 0
  readonly suppressed: Suppressed[] = []
  /** Tasks that were cancelled, and campaigns that were stopped: their contacts are not called again. */
  readonly cancelledTasks = new Set<string>()
  readonly stoppedCampaigns = new Set<string>()
  private readonly url: string
  private readonly keys: ReadonlyMap<string, string>
  private readonly random: SeededRandom

  constructor(url: string, keys: ReadonlyMap<string, string>, random: SeededRandom) {
    this.url = url
    this.keys = keys
    this.random = random
  }

  request({ company_id }: { company_id: string }, method: string, path: string, body?: unknown) {
    return requestWithRetries(this.url, method, path, this.keys.get(company_id) ?? '', body)
  }

  /** Requests a change, and records the state of the campaign after it. */
  async change(
    campaign: WatchedCampaign,
    change: Partial<State>,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<void> {
    const sentAt = Date.now()
    const previous = campaign.history.at(-1) as State
    const next: State = { ...previous, ...change, sentAt, respondedAt: Number.POSITIVE_INFINITY }
    campaign.history.push(next)
    const { status } = await this.request(campaign, method, path, body)
    next.respondedAt = Date.now()
    // The request was rejected, so the state of the campaign has not changed.
    if (status >= 400) Object.assign(next, { ...previous, sentAt, respondedAt: next.respondedAt })
  }

  async runRandomCommand(campaigns: readonly WatchedCampaign[]): Promise<void> {
    this.actions++
    const { random } = this
    const campaign = campaigns[Math.floor(random.next() * campaigns.length)] as WatchedCampaign
    const path = `/api/campaigns/${campaign.id}`
    const command = random.pick({
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
    if (command === 'pause') await this.change(campaign, { may_dial: false }, 'POST', `${path}/pause`, {})
    else if (command === 'resume') await this.resume(campaign)
    else if (command === 'edit') {
      const limits = {
        max_concurrent_calls: Math.round(random.between(2, 25)),
        calls_per_minute: Math.round(random.between(60, 1_500)),
      }
      await this.change(campaign, limits, 'PATCH', path, limits)
    } else if (command === 'close') await this.close(campaign)
    else if (command === 'open') await this.open(campaign)
    else if (command === 'stop') {
      this.stoppedCampaigns.add(campaign.id)
      await this.change(campaign, { may_dial: false }, 'POST', `${path}/stop?hang_up=true`, {})
    } else await this.changeContacts(campaign, command)
  }

  /** Resumes a campaign, also one that the breaker paused. A closed campaign stays closed. */
  async resume(campaign: WatchedCampaign): Promise<void> {
    const isClosed = this.closed.has(campaign.id)
    await this.change(campaign, { may_dial: !isClosed }, 'POST', `/api/campaigns/${campaign.id}/resume`, {})
  }

  /** Campaigns whose windows are closed by blackout dates. */
  private readonly closed = new Set<string>()

  private async close(campaign: WatchedCampaign): Promise<void> {
    const days = [0, 1, 2].map((i) => new Date(Date.now() + (i - 1) * 86_400_000).toISOString().slice(0, 10))
    this.closed.add(campaign.id)
    await this.change(campaign, { may_dial: false }, 'PATCH', `/api/campaigns/${campaign.id}`, {
      blackout_dates: days,
    })
  }

  async open(campaign: WatchedCampaign): Promise<void> {
    if (this.closed.delete(campaign.id)) await this.removeBlackouts(campaign)
  }

  async removeBlackouts(campaign: WatchedCampaign): Promise<void> {
    // The campaign may be running, so it may dial from now on.
    await this.change(campaign, { may_dial: true }, 'PATCH', `/api/campaigns/${campaign.id}`, {
      blackout_dates: [],
    })
  }

  private async changeContacts(
    campaign: WatchedCampaign,
    command: 'add' | 'cancel' | 'suppress',
  ): Promise<void> {
    if (command === 'add') {
      const tasks = Array.from({ length: 5 }, () => ({ phone_number: freshNumber() }))
      const { status } = await this.request(campaign, 'POST', `/api/campaigns/${campaign.id}/tasks`, {
        tasks,
      })
      if (status < 300) campaign.numbers.push(...tasks.map(({ phone_number }) => phone_number))
    } else if (command === 'cancel') {
      const status = this.random.pick({ pending: 1, in_progress: 1 })
      const { body } = await this.request(
        campaign,
        'GET',
        `/api/campaigns/${campaign.id}/tasks?status=${status}&limit=1`,
      )
      const [task] = body.items ?? []
      if (task === undefined) return
      this.cancelledTasks.add(String(task.id))
      await this.request(campaign, 'PATCH', `/api/call-tasks/${task.id}`, { status: 'cancelled' })
    } else {
      const phone_number = campaign.numbers[
        Math.floor(this.random.next() * campaign.numbers.length)
      ] as string
      const { company_id } = campaign
      const { status } = await this.request(campaign, 'POST', '/api/suppressions', {
        phone_number,
        reason: 'do_not_call',
      })
      if (status < 300) this.suppressed.push({ company_id, phone_number, since: Date.now() })
    }
  }
}
