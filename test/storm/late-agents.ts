import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { signBody } from '../../src/telephony/signature.ts'
import type { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import { requestWithRetries } from './operator.ts'

/** Ways in which models and people write that a contact opts out. */
const optOuts = [true, 'true', 'yes', 1, 'да']

/** A route by which a report about a call can arrive. */
type Route = 'complete' | 'PATCH' | 'telemetry' | 'carrier'

/** An ended attempt. */
interface EndedCall {
  company_id: string
  call_id: string
  call_task_id: string
  phone_number: string
  /** Time since its end, ms. */
  age: number
}

/** A report of an ended attempt, which the service has acknowledged. Times in ms. */
export interface LateReport extends EndedCall {
  route: Route
  fact: 'success' | 'callback' | 'opt_out'
  /** The requested time of a callback. */
  callback_at: number | undefined
  /** The time of the response. */
  since: number
}

/** The agents go on until they have made this many reports, one of them after the grace period, for at most `maxOvertimeMs`. */
const minReports = 10
export const maxOvertimeMs = 120_000

/** Report outcomes, callbacks and opt-outs of calls that have ended, at any time after the end. One report per contact. */
export class LateAgents {
  readonly reports: LateReport[] = []
  private readonly reportedTasks = new Set<string>()
  private readonly url: string
  private readonly keys: ReadonlyMap<string, string>
  private readonly carrierSecret: string
  private readonly random: SeededRandom
  private readonly graceMs: number

  constructor(
    url: string,
    keys: ReadonlyMap<string, string>,
    carrierSecret: string,
    random: SeededRandom,
    graceMs: number,
  ) {
    this.url = url
    this.keys = keys
    this.carrierSecret = carrierSecret
    this.random = random
    this.graceMs = graceMs
  }

  /** Reports until this time, in ms. */
  async run(db: Sql, until: number): Promise<void> {
    const hasReported = () =>
      this.reports.length >= minReports && this.reports.some(({ age }) => age > this.graceMs)
    const isEnough = () => Date.now() >= until + maxOvertimeMs || hasReported()
    while (Date.now() < until || !isEnough()) {
      await sleep(this.random.between(50, 250))
      const call = await this.pickCall(db)
      if (call !== undefined) await this.report(call)
    }
  }

  private async pickCall(db: Sql): Promise<EndedCall | undefined> {
    const calls = await db<EndedCall[]>`
      select company_id, id as call_id, call_task_id, callee_number as phone_number,
        extract(epoch from clock_timestamp() - ended_at)::float8 * 1000 as age
      from calls where status in ('completed', 'failed', 'cancelled') and is_dialed and call_task_id is not null
      order by answered_at is null, ended_at desc limit 200`
      // The database is being restarted: the next round reads again.
      .catch(() => [])
    const fresh = calls.filter(({ call_task_id }) => !this.reportedTasks.has(call_task_id))
    return fresh[Math.floor(this.random.next() * fresh.length)]
  }

  private async report(call: EndedCall): Promise<void> {
    const { random } = this
    this.reportedTasks.add(call.call_task_id)
    const fact = random.pick({ success: 2, callback: 4, opt_out: 3 })
    // A carrier reports no callback and no opt-out.
    const route = random.pick({ complete: 3, PATCH: 3, telemetry: 3, carrier: fact === 'success' ? 3 : 0 })
    const callback_at =
      fact === 'callback' ? Math.round(Date.now() + random.between(2_000, 8_000)) : undefined
    const completion = {
      outcome: fact === 'opt_out' ? 'fail' : fact,
      ...(fact === 'opt_out' && {
        collected_data: { opt_out: optOuts[Math.floor(random.next() * optOuts.length)] },
      }),
      ...(callback_at !== undefined && {
        collected_data: { callback_at: new Date(callback_at).toISOString() },
      }),
    }
    if (await this.send(route, call, completion))
      this.reports.push({ ...call, route, fact, callback_at, since: Date.now() })
  }

  /** Returns whether the report was acknowledged. */
  private async send(route: Route, { company_id, call_id }: EndedCall, completion: object): Promise<boolean> {
    const key = this.keys.get(company_id) ?? ''
    const request = (method: string, path: string, body: object, headers = {}) =>
      requestWithRetries(this.url, method, path, key, body, headers)
    switch (route) {
      case 'complete':
        return (await request('POST', `/api/calls/${call_id}/complete`, completion)).status === 200
      case 'PATCH':
        return (await request('PATCH', `/api/calls/${call_id}`, completion)).status === 200
      case 'telemetry': {
        const { body } = await request('POST', '/api/telemetry', {
          completions: [{ call_id, ...completion }],
        })
        return (body.completions as { accepted?: number } | undefined)?.accepted === 1
      }
      case 'carrier': {
        const event = { company_id, call_id, type: 'ended', at: new Date().toISOString(), ...completion }
        const body = { events: [event] }
        const signature = signBody(this.carrierSecret, JSON.stringify(body), new Date())
        return (
          (await request('POST', '/api/carrier/events', body, { 'x-signature': signature })).body.taken === 1
        )
      }
    }
  }
}
