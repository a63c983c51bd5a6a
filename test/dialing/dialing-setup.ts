import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Test } from 'tap'
import type { Db } from '../../src/db/client.ts'
import { applyCarrierEvents, Dialer, settleStep } from '../../src/modules/dialing/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type {
  CallRef,
  Carrier,
  CarrierEvent,
  DialRequest,
  DialResult,
  LookupResult,
} from '../../src/telephony/carrier.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import type { TestCompany, TestService } from '../setup/service.ts'

/** A carrier whose results a test sets. Records dial and hang-up requests. */
export class ScriptedCarrier implements Carrier {
  readonly name = 'scripted'
  readonly dialed: DialRequest[] = []
  readonly hungUp: string[] = []
  dialResult: (call: DialRequest) => DialResult | Promise<DialResult> = () => ({ kind: 'accepted' })
  lookupResult: (call: CallRef) => LookupResult = () => ({ kind: 'unknown' })

  async dial(call: DialRequest): Promise<DialResult> {
    this.dialed.push(call)
    return this.dialResult(call)
  }

  async hangUp({ call_id }: CallRef): Promise<boolean> {
    this.hungUp.push(call_id)
    return true
  }

  async lookup(call: CallRef): Promise<LookupResult> {
    return this.lookupResult(call)
  }
}

let numbersUsed = 0
export const freshNumber = () => `+7999${String(5_000_000 + numbersUsed++)}`
const noon = new Date('2026-11-23T12:00:00Z')
export const after = (seconds: number, from = noon) => new Date(from.getTime() + seconds * 1000)
export const minuteMs = 60_000

/** Settings of a campaign whose own windows are always open. Contacts have hours besides. */
export const withoutWindows = {
  timezone: 'UTC',
  start_time: null,
  end_time: null,
  daily_start_time: null,
  daily_end_time: null,
  days_of_week: null,
  blackout_dates: [],
  unknown_zone: 'strictest' as const,
}

const throwError = (error: unknown) => {
  throw error
}

/** A company with a published skillbase and a scripted carrier. A test calls the worker's steps itself. */
export class DialingFixture {
  readonly carrier = new ScriptedCarrier()
  readonly s: TestService
  readonly company: TestCompany
  readonly bot: string
  now = noon

  private constructor(s: TestService, company: TestCompany, bot: string) {
    this.s = s
    this.company = company
    this.bot = bot
  }

  /** Creates the company. Stops the campaigns of earlier tests, unless `keepOthers` is set. */
  static async create(s: TestService, { keepOthers = false } = {}): Promise<DialingFixture> {
    if (!keepOthers) {
      await s.db.orm.execute(
        sql`update campaigns set status = 'stopped' where status in ('scheduled', 'running', 'paused')`,
      )
      await s.db.orm.execute(sql`delete from leases`)
    }
    s.setNow(noon)
    const company = await s.createCompany()
    const post = (path: string, body: unknown) => s.request('POST', path, company.headers, body)
    const { body } = await post('/api/skillbases', {
      name: 'Bot',
      slug: `bot-${randomUUID()}`,
      config: exampleConfig,
    })
    await post(`/api/skillbases/${body.id}/publish`, {})
    return new DialingFixture(s, company, body.id)
  }

  get db(): Db {
    return this.s.db
  }

  setNow(now: Date) {
    this.now = now
    this.s.setNow(now)
  }

  /** The body of the response. @throws for a status of 300 or more */
  async request(method: string, path: string, body?: unknown) {
    this.s.setNow(this.now)
    const response = await this.s.request(method, path, this.company.headers, body)
    if (response.status >= 300) {
      const logged = this.s.logLines.filter((line) => line.includes('"err"')).at(-1) ?? ''
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(response.body)} ${logged}`)
    }
    return response.body
  }

  /** Starts a campaign with this number of contacts, or with these; around the clock unless set. Returns its id. */
  async startCampaign(contacts: number | object[], settings: object = {}): Promise<string> {
    const { id } = await this.request('POST', '/api/campaigns', {
      name: 'C',
      skillbase_id: this.bot,
      max_concurrent_calls: 1_000,
      calls_per_minute: 60_000,
      ...aroundTheClock,
      ...settings,
    })
    const tasks =
      typeof contacts === 'number'
        ? Array.from({ length: contacts }, () => ({ phone_number: freshNumber() }))
        : contacts
    if (tasks.length > 0) await this.request('POST', `/api/campaigns/${id}/tasks`, { tasks })
    await this.request('POST', `/api/campaigns/${id}/start`)
    return id
  }

  newDialer(worker = 'one', monotonic = () => 0): Dialer {
    return new Dialer({
      db: this.db,
      carrier: this.carrier,
      worker,
      now: () => this.now,
      monotonic,
      onError: throwError,
    })
  }

  /** Claims once, and waits until the results of all dial requests are recorded. Returns the requests. */
  async dial(dialer = this.newDialer()): Promise<DialRequest[]> {
    const before = this.carrier.dialed.length
    await dialer.step(this.now)
    await dialer.waitForDials()
    return this.carrier.dialed.slice(before)
  }

  /** Returns the number of known calls. @throws when the event could not be stored */
  async sendEvent(call: CallRef, type: CarrierEvent['type'], more: Partial<CarrierEvent> = {}) {
    const { company_id, call_id } = call
    const events = [{ company_id, call_id, type, at: this.now, ...more }]
    const { failed, known_calls } = await applyCarrierEvents(this.db, events, this.now)
    for (const { error } of failed) throw error
    return known_calls
  }

  endCall(call: CallRef, outcome: CarrierEvent['outcome'], more: Partial<CarrierEvent> = {}) {
    return this.sendEvent(call, 'ended', { outcome, ended_reason: 'scripted', ...more })
  }

  settle = () => settleStep(this.db, this.now)

  async tasks(id: string) {
    const { items } = await this.request('GET', `/api/campaigns/${id}/tasks?limit=200`)
    return items
  }

  /** The only task of a campaign. */
  async task(id: string) {
    const [task] = await this.tasks(id)
    return task
  }
}

/** Makes every write of a call fail, as a row that hand-written SQL has stored may do. Returns a function that ends it. */
export async function poisonCall(
  db: Db,
  { call_id }: Pick<CallRef, 'call_id'>,
): Promise<() => Promise<unknown>> {
  await db.orm.execute(
    sql.raw(`
    create or replace function refuse_call() returns trigger language plpgsql as $$
    begin raise exception 'refused' using errcode = '22003'; end $$`),
  )
  const name = `"poisoned ${call_id}"`
  await db.orm.execute(
    sql.raw(`
    create trigger ${name} before update on calls for each row when (old.id = '${call_id}')
    execute function refuse_call()`),
  )
  return () => db.orm.execute(sql.raw(`drop trigger ${name} on calls`))
}

/** Asserts that attempts, leases, tasks and counters of a company are consistent, as they must be at any time. */
export async function assertConsistent(t: Test, db: Db, company_id: string): Promise<void> {
  const [inconsistencies] = await db.orm.execute(sql`
    select
      (select count(*)::int from campaigns k where company_id = ${company_id}::uuid and (total_tasks, completed_tasks, failed_tasks)
        <> (select count(*)::int, (count(*) filter (where status = 'completed'))::int,
          (count(*) filter (where status = 'failed'))::int from call_tasks t where t.company_id = k.company_id and t.campaign_id = k.id)
      ) as wrong_counters,
      (select count(*)::int from call_tasks t where company_id = ${company_id}::uuid and status = 'in_progress'
        and not exists (select 1 from leases l where l.company_id = t.company_id and l.call_task_id = t.id)) as lost_tasks,
      (select count(*)::int from leases l join calls c on c.company_id = l.company_id and c.id = l.call_id
        where l.company_id = ${company_id}::uuid and l.is_live <> (c.status in ('queued', 'dialing', 'ringing', 'active'))) as wrong_leases,
      (select count(*)::int from leases l join call_tasks t on t.company_id = l.company_id and t.id = l.call_task_id
        where l.company_id = ${company_id}::uuid and (t.status <> 'in_progress' or t.call_id <> l.call_id)) as wrong_tasks`)
  t.same(
    inconsistencies,
    { wrong_counters: 0, lost_tasks: 0, wrong_leases: 0, wrong_tasks: 0 },
    'attempts, leases, tasks and counters are consistent',
  )
}

/** The largest number of times within any 60 s. `times` are in ms. */
export function maxPerMinute(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  let [max, first] = [0, 0]
  for (const [i, time] of sorted.entries()) {
    while (time - (sorted[first] ?? time) >= minuteMs) first++
    max = Math.max(max, i - first + 1)
  }
  return max
}
