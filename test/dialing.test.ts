import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { type Test, test } from 'tap'
import type { Db } from '../src/db/client.ts'
import type { Outcome } from '../src/db/schema/index.ts'
import {
  applyCarrierEvents,
  breakerStep,
  Dialer,
  rescueStep,
  scheduleStep,
  settleStep,
} from '../src/modules/dialing/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import type {
  CallRef,
  Carrier,
  CarrierEvent,
  DialRequest,
  DialResult,
  LookupResult,
} from '../src/telephony/carrier.ts'
import { startTestService, type TestCompany, type TestService } from './setup/service.ts'

/** A carrier that does what a test tells it to, and remembers what it was asked. */
class ScriptedCarrier implements Carrier {
  readonly name = 'scripted'
  readonly dialed: DialRequest[] = []
  readonly hungUp: string[] = []
  answer: (call: DialRequest) => DialResult | Promise<DialResult> = () => ({ kind: 'accepted' })
  looked: (call: CallRef) => LookupResult = () => ({ kind: 'unknown' })

  async dial(call: DialRequest): Promise<DialResult> {
    this.dialed.push(call)
    return this.answer(call)
  }

  async hangUp({ call_id }: CallRef): Promise<boolean> {
    this.hungUp.push(call_id)
    return true
  }

  async lookup(call: CallRef): Promise<LookupResult> {
    return this.looked(call)
  }
}

let counted = 0
const freshNumber = () => `+7999${String(5_000_000 + counted++)}`
const noon = new Date('2026-11-23T12:00:00Z')
const after = (seconds: number, from = noon) => new Date(from.getTime() + seconds * 1000)

/** A company of a test's own with a scripted carrier, and the loops of a worker that a test steps by hand. */
class Bench {
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

  /** Nothing of other tests runs; `beside`: what runs goes on. */
  static async of(s: TestService, { beside = false } = {}): Promise<Bench> {
    if (!beside) {
      await s.db.orm.execute(
        sql`update campaigns set status = 'stopped' where status in ('scheduled', 'running', 'paused')`,
      )
      await s.db.orm.execute(sql`delete from leases`)
    }
    s.setNow(noon)
    const company = await s.createCompany()
    const make = (path: string, body: unknown) => s.request('POST', path, company.headers, body)
    const { body } = await make('/api/skillbases', {
      name: 'Bot',
      slug: `bot-${randomUUID()}`,
      config: exampleConfig,
    })
    await make(`/api/skillbases/${body.id}/publish`, {})
    return new Bench(s, company, body.id)
  }

  get db(): Db {
    return this.s.db
  }

  at(now: Date) {
    this.now = now
    this.s.setNow(now)
  }

  async call(method: string, path: string, body?: unknown) {
    this.s.setNow(this.now)
    const answer = await this.s.request(method, path, this.company.headers, body)
    if (answer.status >= 300) {
      const logged = this.s.logLines.filter((line) => line.includes('"err"')).at(-1) ?? ''
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)} ${logged}`)
    }
    return answer.body
  }

  /** A running campaign with so many contacts (or these). */
  async campaign(contacts: number | object[], settings: object = {}): Promise<string> {
    const { id } = await this.call('POST', '/api/campaigns', {
      ...{ name: 'C', skillbase_id: this.bot, max_concurrent_calls: 1_000, calls_per_minute: 60_000 },
      ...settings,
    })
    const tasks =
      typeof contacts === 'number'
        ? Array.from({ length: contacts }, () => ({ phone_number: freshNumber() }))
        : contacts
    if (tasks.length > 0) await this.call('POST', `/api/campaigns/${id}/tasks`, { tasks })
    await this.call('POST', `/api/campaigns/${id}/start`)
    return id
  }

  dialer(worker = 'one'): Dialer {
    return new Dialer({
      ...{ db: this.db, carrier: this.carrier, worker, now: () => this.now, monotonic: () => 0 },
      onError: (error) => {
        throw error
      },
    })
  }

  /** One claim of one worker, its dials answered and recorded. Answers whom it dialed. */
  async dial(dialer = this.dialer()): Promise<DialRequest[]> {
    const before = this.carrier.dialed.length
    await dialer.step(this.now)
    await dialer.waitForDials()
    return this.carrier.dialed.slice(before)
  }

  event(call: CallRef, type: CarrierEvent['type'], more: Partial<CarrierEvent> = {}) {
    const { company_id, call_id } = call
    return applyCarrierEvents(this.db, [{ company_id, call_id, type, at: this.now, ...more }], this.now)
  }

  end(call: CallRef, outcome: CarrierEvent['outcome'], more: Partial<CarrierEvent> = {}) {
    return this.event(call, 'ended', { outcome, ended_reason: 'scripted', ...more })
  }

  settle = () => settleStep(this.db, this.now)

  async tasks(id: string) {
    const { items } = await this.call('GET', `/api/campaigns/${id}/tasks?limit=200`)
    return items
  }

  async task(id: string) {
    const [task] = await this.tasks(id)
    return task
  }
}

/** What every state of a database must hold: attempts, leases, tasks and counters say the same. */
export async function checkBooks(t: Test, db: Db, company_id: string): Promise<void> {
  const [found] = await db.orm.execute(sql`
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
  t.same(found, { wrong_counters: 0, lost_tasks: 0, wrong_leases: 0, wrong_tasks: 0 }, 'the books agree')
}

const minuteMs = 60_000

/** The most that began in any 60 s. */
export function worstMinute(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  let [worst, from] = [0, 0]
  for (const [i, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= minuteMs) from++
    worst = Math.max(worst, i - from + 1)
  }
  return worst
}

test('the campaign engine, step by step', async (t) => {
  const s = await startTestService(t)

  t.test(
    'a contact is claimed, dialed with its call written before, and settled by its outcome',
    async (t) => {
      const b = await Bench.of(s)
      const id = await b.campaign(1)
      b.carrier.answer = async ({ company_id, call_id }) => {
        const [call] = await b.db.orm.execute(sql`
        select status, started_at from calls where company_id = ${company_id}::uuid and id = ${call_id}::uuid`)
        t.match(call, { status: 'dialing' }, 'the call is there when the carrier is asked')
        return { kind: 'accepted' }
      }
      const [call] = await b.dial()
      t.match(await b.task(id), { status: 'in_progress', call_id: call?.call_id, attempt_count: 0 })
      t.same(await b.dial(), [], 'nobody is dialed twice')
      await b.event(call as CallRef, 'answered')
      b.at(after(60))
      await b.call('POST', `/api/calls/${call?.call_id}/complete`, { outcome: 'success' })
      t.equal(await b.settle(), 1)
      t.match(await b.task(id), { status: 'completed', outcome: 'success', attempt_count: 1 })
      await checkBooks(t, s.db, b.company.id)
      await scheduleStep(s.db, b.now)
      t.match(await b.call('GET', `/api/campaigns/${id}`), { status: 'completed', completed_tasks: 1 })
    },
  )

  t.test('of 1,000 contacts that four workers claim at once each is dialed once', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(1_000, { max_concurrent_calls: 10_000 })
    await s.db.orm.execute(sql`update campaigns set calls_per_minute = 60000000 where id = ${id}::uuid`)
    const workers = ['a', 'b', 'c', 'd'].map((name) => b.dialer(name))
    for (let round = 0; round < 100 && b.carrier.dialed.length < 1_000; round++) {
      await Promise.all(workers.map((worker) => worker.step(b.now)))
      b.at(after(round / 10))
    }
    await Promise.all(workers.map((worker) => worker.waitForDials()))
    t.equal(b.carrier.dialed.length, 1_000)
    t.equal(new Set(b.carrier.dialed.map(({ phone_number }) => phone_number)).size, 1_000)
    t.ok(new Set(workers).size > 1)
    await checkBooks(t, s.db, b.company.id)
  })

  t.test('live calls of a campaign never exceed max_concurrent_calls, however long one lasts', async (t) => {
    const b = await Bench.of(s)
    await b.campaign(10, { max_concurrent_calls: 3 })
    const first = await b.dial()
    t.equal(first.length, 3)
    for (const call of first) await b.event(call, 'answered')
    b.at(after(25 * 60))
    t.equal((await b.dial()).length, 0, 'calls of 25 minutes still count')
    await b.end(first[0] as CallRef, 'success')
    b.at(after(25 * 60 + 0.1))
    t.equal((await b.dial()).length, 1, 'a slot is free as soon as a call has ended')
  })

  t.test('attempts are spread evenly, and no 60 s hold more than calls_per_minute', async (t) => {
    const b = await Bench.of(s)
    await b.campaign(300, { calls_per_minute: 60 })
    const dialer = b.dialer()
    const times: number[] = []
    for (let ms = 0; ms < 180_000; ms += 100) {
      b.at(after(ms / 1000))
      for (const _ of await b.dial(dialer)) times.push(ms)
    }
    t.ok(worstMinute(times) <= 60, `worst minute: ${worstMinute(times)}`)
    t.ok(times.length >= 175, `${times.length} in three minutes`)
    t.ok(times.filter((ms) => ms < 1_000).length <= 2, 'no burst at the start')
    const gaps = times.slice(1).map((ms, i) => ms - (times[i] ?? 0))
    t.ok(Math.max(...gaps) <= 1_200, 'no pause either')
  })

  t.test('a company shares its limits among its campaigns, and none fails for it', async (t) => {
    const b = await Bench.of(s)
    await s.request('PATCH', `/api/companies/${b.company.id}`, s.platform, {
      limits: { max_concurrent_calls: 20, calls_per_minute: 30 },
    })
    const ids = [await b.campaign(60), await b.campaign(60), await b.campaign(60)]
    await scheduleStep(s.db, b.now)
    const workers = [b.dialer('a'), b.dialer('b')]
    const times: number[] = []
    const live: CallRef[] = []
    let worst = 0
    for (let ms = 0; ms < 150_000; ms += 200) {
      b.at(after(ms / 1000))
      const before = b.carrier.dialed.length
      await Promise.all(workers.map((worker) => worker.step(b.now)))
      await Promise.all(workers.map((worker) => worker.waitForDials()))
      const dialed = b.carrier.dialed.slice(before)
      times.push(...dialed.map(() => ms))
      live.push(...dialed)
      worst = Math.max(worst, live.length)
      if (ms % 3_000 === 0 && live.length > 0) await b.end(live.shift() as CallRef, 'success')
    }
    t.ok(worst <= 20 && worst >= 15, `at most ${worst} live`)
    t.ok(worstMinute(times) <= 30, `worst minute ${worstMinute(times)}`)
    for (const id of ids) {
      const of = b.carrier.dialed.filter(({ campaign_id }) => campaign_id === id).length
      t.ok(of > b.carrier.dialed.length / 4, `${of} of ${b.carrier.dialed.length} are of each campaign`)
      t.equal((await b.tasks(id)).filter(({ status }: { status: string }) => status === 'failed').length, 0)
    }
  })

  t.test('campaigns share by weight, companies alike whatever campaigns they have', async (t) => {
    const b = await Bench.of(s)
    await s.request('PATCH', `/api/companies/${b.company.id}`, s.platform, {
      limits: { max_concurrent_calls: 40 },
    })
    const [light, heavy] = [await b.campaign(100), await b.campaign(100, { weight: 3 })]
    await scheduleStep(s.db, b.now)
    await b.dial()
    const of = (id: string) => b.carrier.dialed.filter(({ campaign_id }) => campaign_id === id).length
    t.same([of(light), of(heavy)], [10, 30], 'three to one')

    const many = await Bench.of(s)
    for (let i = 0; i < 60; i++) await many.campaign(20)
    const few = await Bench.of(s, { beside: true })
    await few.campaign(20)
    const dialer = new Dialer({
      ...{ db: s.db, carrier: few.carrier, worker: 'w', now: () => few.now, monotonic: () => 0 },
      onError: (error) => {
        throw error
      },
    })
    await dialer.step(few.now)
    await dialer.waitForDials()
    const mine = few.carrier.dialed.filter(({ company_id }) => company_id === few.company.id)
    t.equal(mine.length, 20, 'a company of one campaign does not wait for one of sixty')
    for (let i = 0; i < 20; i++) {
      await dialer.step(few.now)
      await dialer.waitForDials()
      few.at(after(i))
    }
    const served = new Set(few.carrier.dialed.map(({ campaign_id }) => campaign_id))
    t.ok(served.size >= 61, 'and of sixty none is forgotten')
  })

  t.test('higher priority first, then who was due first, and a callback before all', async (t) => {
    const b = await Bench.of(s)
    const [low, high, due, later, back] = Array.from({ length: 5 }, freshNumber)
    const id = await b.campaign(
      [
        { phone_number: low, priority: -5 },
        { phone_number: later, next_attempt_at: after(3_600).toISOString(), priority: 900 },
        { phone_number: due, next_attempt_at: after(-60).toISOString() },
        { phone_number: high, priority: 10 },
        { phone_number: back },
      ],
      { max_concurrent_calls: 1 },
    )
    await s.db.orm.execute(sql`
      update call_tasks set outcome = 'callback', status = 'retry' where campaign_id = ${id}::uuid and phone_number = ${back}`)
    const order: string[] = []
    for (let i = 0; i < 4; i++) {
      const [call] = await b.dial()
      order.push(call?.phone_number ?? '')
      await b.end(call as CallRef, 'success')
      b.at(after(i))
    }
    t.same(order, [back, high, due, low])
    t.same(await b.dial(), [], 'who is due later waits')
    b.at(after(3_600))
    t.match(await b.dial(), [{ phone_number: later }])
  })

  t.test('a number that is in a call is not rung by another campaign of the company', async (t) => {
    const b = await Bench.of(s)
    const number = freshNumber()
    await b.campaign([{ phone_number: number }])
    const second = await b.campaign([{ phone_number: number }, { phone_number: freshNumber() }])
    const dialed = await b.dial()
    t.equal(dialed.filter(({ phone_number }) => phone_number === number).length, 1)
    t.equal(dialed.length, 2, 'and it holds up nobody else')
    await b.end(dialed.find(({ phone_number }) => phone_number === number) as CallRef, 'no_answer')
    b.at(after(2))
    t.match(await b.dial(), [{ phone_number: number, campaign_id: second }])
  })

  t.test('a claim that grew old is not dialed: it goes back and burns no attempt', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(3)
    let ticks = 0
    const slow = new Dialer({
      ...{ db: s.db, carrier: b.carrier, worker: 'slow', now: () => b.now, monotonic: () => 2_000 * ticks++ },
      onError: (error) => {
        throw error
      },
    })
    await slow.step(b.now)
    await slow.waitForDials()
    t.same(b.carrier.dialed, [], 'the carrier was never asked')
    await b.settle()
    for (const task of await b.tasks(id)) t.match(task, { status: 'retry', attempt_count: 0 })
    b.at(after(1))
    t.equal((await b.dial()).length, 3, 'the next claim has them')
    await checkBooks(t, s.db, b.company.id)
  })

  t.test('each outcome leads to its default decision when the campaign has no retry_policy', async (t) => {
    const b = await Bench.of(s)
    const defaults: [outcome: Outcome, status: string, attempts: number, minutesToRetry?: number][] = [
      ['success', 'completed', 1],
      ['transferred', 'completed', 1],
      ['max_duration', 'completed', 1],
      ['fail', 'completed', 1],
      ['callback', 'completed', 1],
      ['no_answer', 'retry', 1, 30],
      ['busy', 'retry', 1, 10],
      ['voicemail', 'failed', 1],
      ['declined', 'retry', 1, 24 * 60],
      ['invalid_number', 'failed', 1],
      ['blocked', 'failed', 1],
      ['agent_error', 'retry', 0],
      ['carrier_error', 'retry', 0],
      ['no_capacity', 'retry', 0],
      ['cancelled', 'cancelled', 0],
      ['lost', 'retry', 1, 30],
    ]
    const id = await b.campaign(defaults.length)
    const dialed = await b.dial()
    for (const [i, [outcome]] of defaults.entries()) await b.end(dialed[i] as CallRef, outcome)
    t.equal(await b.settle(), defaults.length)
    const tasks = await b.tasks(id)
    for (const [i, [outcome, status, attempt_count, minutes]] of defaults.entries()) {
      const task = tasks.find(({ call_id }: { call_id: string }) => call_id === dialed[i]?.call_id)
      t.match(task, { status, outcome, attempt_count }, outcome)
      if (minutes !== undefined) t.equal(task.next_attempt_at, after(minutes * 60).toISOString(), outcome)
    }
    await checkBooks(t, s.db, b.company.id)
  })

  /**
   * A campaign of one contact, whose every call ends with `outcome`, until its task is final. Returns the task and the
   * minutes from each attempt to the next.
   */
  const dialUntilFinal = async (outcome: Outcome, settings: object = {}) => {
    const b = await Bench.of(s)
    const id = await b.campaign(1, settings)
    const minutes: number[] = []
    for (let i = 0; i < 40; i++) {
      const [call] = await b.dial()
      if (call === undefined) throw new Error('nobody was dialed')
      await b.end(call, outcome)
      await b.settle()
      const task = await b.task(id)
      if (task.status !== 'retry') return { minutes, task }
      minutes.push((Date.parse(task.next_attempt_at) - b.now.getTime()) / minuteMs)
      b.at(new Date(Date.parse(task.next_attempt_at) + 2_000))
      await scheduleStep(s.db, b.now)
    }
    throw new Error('the task was not final after 40 attempts')
  }

  t.test('max_retries limits the attempts of a contact', async (t) => {
    const { minutes, task } = await dialUntilFinal('no_answer', { max_retries: 2, retry_delay_minutes: 5 })
    t.same(minutes, [5, 5])
    t.match(task, { status: 'failed', attempt_count: 3 })
  })

  t.test('retry_policy replaces number and delays of retries for the outcomes it names', async (t) => {
    const retry_policy = {
      no_answer: { max: 3, delays_minutes: [1, 15] },
      busy: { max: 0 },
      fail: { max: 1, delays_minutes: [60] },
    }
    const unanswered = await dialUntilFinal('no_answer', { max_retries: 1, retry_policy })
    t.same(unanswered.minutes, [1, 15, 15], 'the last delay is used again')
    t.match(unanswered.task, { status: 'failed', attempt_count: 4 }, 'its max goes before max_retries')

    const busy = await dialUntilFinal('busy', { retry_policy })
    t.same(busy.minutes, [], 'max 0 means no retry')
    t.match(busy.task, { status: 'failed' })

    const failed = await dialUntilFinal('fail', { retry_policy })
    t.same(failed.minutes, [60])
    t.match(
      failed.task,
      { status: 'completed', outcome: 'fail' },
      'a contact who was reached completes the task',
    )
  })

  t.test('voicemail is retried only when retry_policy names it', async (t) => {
    const without = await dialUntilFinal('voicemail')
    t.same(without.minutes, [])
    t.match(without.task, { status: 'failed' })

    const retry_policy = { voicemail: { max: 2, delays_minutes: [240] } }
    const retried = await dialUntilFinal('voicemail', { retry_policy })
    t.same(retried.minutes, [240, 240])
    t.match(retried.task, { status: 'failed', attempt_count: 3 })
  })

  t.test('a contact who declined is called once more, a day later, whatever max_retries says', async (t) => {
    const { minutes, task } = await dialUntilFinal('declined', { max_retries: 9 })
    t.same(minutes, [24 * 60])
    t.match(task, { status: 'failed', attempt_count: 2 })
  })

  t.test(
    'a carrier error uses up no attempt; retries back off from 30 s to 15 min; the tenth fails the task',
    async (t) => {
      const { minutes, task } = await dialUntilFinal('carrier_error', { max_retries: 0 })
      t.match(task, { status: 'failed', attempt_count: 0, outcome_counts: { carrier_error: 10 } })
      t.equal(minutes.length, 9)
      const [first = 0, last = 0] = [minutes[0], minutes[8]]
      t.ok(first >= 0.375 && first <= 0.625, `first retry after ${first} min: 30 s, give or take 25 %`)
      t.ok(last >= 11.25 && last <= 18.75, `last retry after ${last} min: 15 min, give or take 25 %`)
    },
  )

  t.test('a contact who asked for a callback is called at that time, before all others', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(2)
    const [asked, other] = await b.dial()
    await b.event(asked as CallRef, 'answered')
    const callback_at = '2026-11-23T15:30:00+03:00'
    await b.call('POST', `/api/calls/${asked?.call_id}/complete`, {
      outcome: 'callback',
      collected_data: { callback_at },
    })
    await b.end(other as CallRef, 'busy')
    await b.settle()
    const task = (await b.tasks(id)).find(({ outcome }: { outcome: string }) => outcome === 'callback')
    t.match(task, { status: 'retry', next_attempt_at: '2026-11-23T12:30:00.000Z', dial_priority: 2000 })
    b.at(after(30 * 60))
    t.match(
      (await b.dial()).map(({ phone_number }) => phone_number),
      [asked?.phone_number, other?.phone_number],
    )
  })

  t.test('a suppressed number is not taken, and one suppressed since is skipped at the dial', async (t) => {
    const b = await Bench.of(s)
    const [before, since, expired] = [freshNumber(), freshNumber(), freshNumber()]
    const suppressed = (phone_number: string, expires_at: string | null = null) =>
      s.db.orm.execute(sql`
        insert into suppressions (company_id, phone_number, expires_at)
        values (${b.company.id}::uuid, ${phone_number}, ${expires_at}::timestamptz)`)
    await suppressed(before)
    const id = await b.campaign([]).catch(() => undefined)
    t.equal(id, undefined, 'a campaign without contacts does not start')
    const made = await b.call('POST', '/api/campaigns', {
      name: 'C',
      skillbase_id: b.bot,
      calls_per_minute: 600,
    })
    const numbers = [before, since, expired].map((phone_number) => ({ phone_number }))
    t.match(await b.call('POST', `/api/campaigns/${made.id}/tasks`, { tasks: numbers }), {
      created: 2,
      suppressed: 1,
    })
    await b.call('POST', `/api/campaigns/${made.id}/start`)
    await suppressed(since)
    await suppressed(expired, after(-1).toISOString())
    t.match(await b.dial(), [{ phone_number: expired }])
    const skipped = (await b.tasks(made.id)).find(
      ({ phone_number }: { phone_number: string }) => phone_number === since,
    )
    t.match(skipped, { status: 'skipped', outcome: 'suppressed', attempt_count: 0 })
    t.match((await b.call('GET', `/api/call-tasks/${skipped.id}/history`)).items, [
      { kind: 'decision', rule: 'suppressed' },
    ])
  })

  t.test(
    'an opt-out, or a number that is blocked, is called by no campaign of the company again',
    async (t) => {
      const b = await Bench.of(s)
      await b.campaign(2)
      const [out, blocked] = await b.dial()
      await b.event(out as CallRef, 'answered')
      await b.call('POST', `/api/calls/${out?.call_id}/complete`, {
        outcome: 'fail',
        collected_data: { opt_out: true },
      })
      await b.end(blocked as CallRef, 'blocked')
      await b.settle()
      const rows = await s.db.orm.execute(sql`
      select phone_number, reason, source from suppressions where company_id = ${b.company.id}::uuid order by reason desc`)
      t.same(
        [...rows],
        [
          { phone_number: out?.phone_number, reason: 'opt_out', source: 'call' },
          { phone_number: blocked?.phone_number, reason: 'blocked', source: 'call' },
        ],
      )
    },
  )

  t.test('a number is called as often a day as the company allows, over all campaigns', async (t) => {
    const b = await Bench.of(s)
    const limits = { attempts_per_number_per_day: 2, attempts_per_number_per_week: 3 }
    await s.request('PATCH', `/api/companies/${b.company.id}`, s.platform, { limits })
    const number = freshNumber()
    const call = async () => {
      const id = await b.campaign([{ phone_number: number }])
      const [dialed] = await b.dial()
      if (dialed !== undefined) await b.end(dialed, 'success')
      await b.settle()
      return b.task(id)
    }
    t.match(await call(), { status: 'completed' })
    b.at(after(3_600))
    t.match(await call(), { status: 'completed' })
    b.at(after(7_200))
    const third = await call()
    t.match(third, { status: 'pending', attempt_count: 0, next_attempt_at: after(86_400).toISOString() })
    b.at(after(86_400))
    await scheduleStep(s.db, b.now)
    const dialed = await b.dial()
    t.match(dialed, [{ phone_number: number }], 'a day after the first')
    await b.end(dialed[0] as CallRef, 'success')
    b.at(after(3 * 86_400))
    const fourth = await call()
    t.match(fourth, { status: 'pending', next_attempt_at: after(7 * 86_400).toISOString() }, 'three a week')
  })

  t.test('what the carrier says twice, late or out of order comes to the same', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(1)
    const [call] = (await b.dial()) as [DialRequest]
    await b.event(call, 'answered')
    await b.event(call, 'ringing')
    const status = async () => (await b.call('GET', `/api/calls/${call.call_id}`)).status
    t.equal(await status(), 'active', 'a call does not go back to ringing')
    b.at(after(40))
    const ended = { outcome: 'success', at: after(30), ended_reason: 'hang_up' } as const
    await b.event(call, 'ended', ended)
    await b.event(call, 'ended', ended)
    await b.event(call, 'ended', { outcome: 'busy' })
    await b.event(call, 'answered')
    t.match(await b.call('GET', `/api/calls/${call.call_id}`), {
      ...{ status: 'completed', outcome: 'success', ended_at: after(30).toISOString(), duration_sec: 30 },
    })
    t.equal(await b.settle(), 1)
    t.equal(await b.settle(), 0)
    await b.event(call, 'ended', { outcome: 'no_answer' })
    t.equal(await b.settle(), 0)
    t.match(await b.task(id), { status: 'completed', attempt_count: 1 })
    t.equal(
      await b.event({ company_id: b.company.id, call_id: randomUUID() }, 'ended', {}),
      0,
      'unknown calls are passed over',
    )
    await checkBooks(t, s.db, b.company.id)
  })

  t.test('a conversation that ends without a word waits for its agent, and not for ever', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(4)
    const [said, silent, ...unheard] = (await b.dial()) as [
      DialRequest,
      DialRequest,
      DialRequest,
      DialRequest,
    ]
    for (const call of unheard) await b.event(call, 'ended', { ended_reason: 'hang_up' })
    for (const call of [said, silent]) {
      await b.event(call, 'answered')
      await b.event(call, 'ended', { ended_reason: 'hang_up' })
    }
    t.equal(await b.settle(), 0, 'it waits')
    b.at(after(5))
    for (const { call_id } of [said, unheard[0]]) {
      await b.call('POST', `/api/calls/${call_id}/complete`, { outcome: 'success' })
    }
    t.equal(await b.settle(), 2, 'the word came, and counts, though nobody had said that it was answered')
    b.at(after(16))
    t.equal(await b.settle(), 2)
    const tasks = await b.tasks(id)
    const of = ({ call_id }: CallRef) => tasks.find((task: { call_id: string }) => task.call_id === call_id)
    t.match(of(said), { status: 'completed', outcome: 'success' })
    t.match(of(silent), { status: 'retry', outcome: 'agent_error', attempt_count: 1 })
    t.match(of(unheard[0]), { status: 'completed', outcome: 'success' })
    t.match(of(unheard[1]), { status: 'retry', outcome: 'no_answer', outcome_counts: { no_answer: 1 } })
    await checkBooks(t, s.db, b.company.id)
  })

  t.test(
    'after an ambiguous answer nobody is dialed again before the carrier said what became of it',
    async (t) => {
      const b = await Bench.of(s)
      const answers: Record<string, LookupResult> = {}
      const id = await b.campaign(5, { ring_timeout_sec: 30, max_call_duration_sec: 60 })
      b.carrier.answer = () => ({ kind: 'ambiguous', reason: 'timed out' })
      b.carrier.looked = ({ call_id }) => answers[call_id] ?? { kind: 'unreachable', reason: 'away' }
      const [never, rings, over, away, thrown] = (await b.dial()) as DialRequest[]
      const rescue = () => rescueStep(s.db, b.carrier, 'two', b.now)
      t.equal(await rescue(), 0, 'not at once')
      b.at(after(5))
      const event: CarrierEvent = { ...(over as CallRef), type: 'ended', at: after(4), outcome: 'busy' }
      Object.assign(answers, {
        [never?.call_id ?? '']: { kind: 'unknown' },
        [rings?.call_id ?? '']: { kind: 'live', status: 'ringing' },
        [over?.call_id ?? '']: { kind: 'ended', event },
      })
      b.carrier.looked = (call) => {
        if (call.call_id === thrown?.call_id) throw new Error('broken')
        return answers[call.call_id] ?? { kind: 'unreachable', reason: 'away' }
      }
      t.equal(await rescue(), 5)
      await b.settle()
      const of = async (call: CallRef | undefined) =>
        (await b.tasks(id)).find((task: { call_id: string }) => task.call_id === call?.call_id)
      t.match(await of(never), { status: 'retry', attempt_count: 0 }, 'what was never placed goes back')
      t.match(await of(rings), { status: 'in_progress' })
      t.match(await of(over), { status: 'retry', outcome: 'busy', attempt_count: 1 })
      t.match(await of(away), { status: 'in_progress' }, 'who cannot be asked is asked again')
      t.match(await of(thrown), { status: 'in_progress' })
      b.carrier.answer = () => ({ kind: 'accepted' })
      t.match(await b.dial(), [{ phone_number: never?.phone_number }], 'only it is dialed again')
      b.at(after(200))
      await rescue()
      t.ok(b.carrier.hungUp.includes(rings?.call_id ?? ''), 'a call that outlasts its limits is hung up')
      b.at(after(30 + 60 + 660))
      await rescue()
      await b.settle()
      t.match(
        await of(away),
        { status: 'retry', outcome: 'lost', attempt_count: 1 },
        'given up for lost after all that time',
      )
      await checkBooks(t, s.db, b.company.id)
    },
  )

  t.test('a worker that dies between claim and dial loses nobody', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(3)
    b.carrier.dial = () => new Promise(() => undefined)
    await b.dialer('dies').step(b.now)
    b.at(after(19))
    t.equal(await rescueStep(s.db, b.carrier, 'two', b.now), 0, 'its lease holds')
    b.at(after(21))
    t.equal(await rescueStep(s.db, b.carrier, 'two', b.now), 3)
    await b.settle()
    for (const task of await b.tasks(id)) t.match(task, { status: 'retry', attempt_count: 0 })
    await checkBooks(t, s.db, b.company.id)
  })

  t.test('a dial that waits long for its answer keeps its lease', async (t) => {
    const b = await Bench.of(s)
    await b.campaign(1)
    let answer: (value: DialResult) => void = () => undefined
    b.carrier.answer = () =>
      new Promise<DialResult>((resolve) => {
        answer = resolve
      })
    const dialer = b.dialer()
    await dialer.step(b.now)
    for (let second = 5; second <= 60; second += 5) {
      b.at(after(second))
      await dialer.renewLeases(b.now)
      t.equal(await rescueStep(s.db, b.carrier, 'two', b.now), 0)
    }
    answer({ kind: 'ended', outcome: 'no_answer', ended_reason: '480' })
    await dialer.waitForDials()
    t.equal(await b.settle(), 1)
  })

  t.test(
    'the breaker halts a campaign that fails by no contact of it, and a resume begins to count anew',
    async (t) => {
      const b = await Bench.of(s)
      const fail = async (outcomes: CarrierEvent['outcome'][]) => {
        b.at(after(1, b.now))
        const id = await b.campaign(outcomes.length)
        b.at(after(1, b.now))
        const dialed = await b.dial()
        for (const [i, call] of dialed.entries()) await b.end(call, outcomes[i])
        await b.settle()
        await breakerStep(s.db, b.now)
        return b.call('GET', `/api/campaigns/${id}`)
      }
      const half = await fail(['carrier_error', 'busy', 'carrier_error', 'no_answer', 'agent_error', 'busy'])
      t.match(half, { status: 'paused', status_reason: /^3 of the last 6 attempts .*carrier_error/ })
      t.match(await fail(['busy', 'busy', 'no_answer', 'declined', 'carrier_error']), { status: 'running' })
      t.match(
        await fail(['carrier_error', 'carrier_error', 'carrier_error', 'carrier_error']),
        { status: 'running' },
        'four say little',
      )
      b.at(after(1, b.now))
      await b.call('POST', `/api/campaigns/${half.id}/resume`)
      await breakerStep(s.db, b.now)
      t.match(await b.call('GET', `/api/campaigns/${half.id}`), { status: 'running' })
      t.match((await b.call('GET', `/api/campaigns/${half.id}/log`)).items, [
        { event: 'resumed' },
        { event: 'breaker_opened', detail: /^3 of the last 6/ },
      ])
    },
  )
})

test('windows and lifecycle of campaigns', async (t) => {
  const carrier = new ScriptedCarrier()
  const s = await startTestService(t, {}, carrier)
  const tick = async (b: Bench, now: Date) => {
    b.at(now)
    await scheduleStep(s.db, now)
  }

  t.test('nobody is dialed outside of the windows, and an edit of them holds at once', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(2, {
      daily_start_time: '15:00',
      daily_end_time: '18:00',
      timezone: 'UTC',
      max_concurrent_calls: 1,
    })
    t.same(await b.dial(), [])
    t.match(await b.call('GET', `/api/campaigns/${id}/diagnostics`), {
      can_dial: false,
      reasons: [{ code: 'window_closed', contacts: 2 }],
    })
    await tick(b, after(3 * 3600 - 1))
    t.same(await b.dial(), [], 'a second before')
    await tick(b, after(3 * 3600))
    const [call] = (await b.dial()) as [DialRequest]
    t.ok(call, 'at the minute')
    await b.end(call, 'success')
    await b.call('PATCH', `/api/campaigns/${id}`, { daily_end_time: '15:00', daily_start_time: '14:00' })
    b.at(after(3 * 3600 + 2))
    t.same(await b.dial(), [], 'the window was taken away')
    await b.call('PATCH', `/api/campaigns/${id}`, { daily_start_time: null, daily_end_time: null })
    t.equal((await b.dial()).length, 1, 'and all hours given')
  })

  t.test(
    'a contact is called in its own hours: its zone as given, else by number, else the campaign',
    async (t) => {
      const b = await Bench.of(s)
      const id = await b.campaign(
        [
          { phone_number: '+74232123456' },
          { phone_number: '+74951234567' },
          { phone_number: '+18005550123' },
          { phone_number: '+74951234568', timezone: 'Asia/Yekaterinburg' },
        ],
        {
          timezone: 'Europe/Moscow',
          daily_start_time: '09:00',
          daily_end_time: '18:00',
          contact_daily_start_time: '10:00',
          contact_daily_end_time: '20:00',
        },
      )
      const tasks = await b.tasks(id)
      const of = (number: string) =>
        tasks.find((task: { phone_number: string }) => task.phone_number === number)
      t.match(of('+74232123456'), {
        dial_timezone: 'Asia/Vladivostok',
        timezone_source: 'number',
        timezone: null,
      })
      t.match(of('+74951234567'), { dial_timezone: 'Europe/Moscow', timezone_source: 'number' })
      t.match(of('+18005550123'), { dial_timezone: '', timezone_source: 'campaign' })
      t.match(of('+74951234568'), { dial_timezone: 'Asia/Yekaterinburg', timezone_source: 'given' })
      const when: Record<string, string> = {}
      for (let hour = 0; hour < 24; hour++) {
        await tick(b, new Date(Date.UTC(2026, 10, 24, hour)))
        for (const { phone_number } of await b.dial()) when[phone_number] = `${hour} UTC`
      }
      // Moscow's 9 to 18 is 6 to 15 UTC. Vladivostok's 10 to 20 is 0 to 10 UTC, Yekaterinburg's 5 to 15, Moscow's 7 to 17.
      t.same(when, {
        '+74232123456': '6 UTC',
        '+74951234568': '6 UTC',
        '+74951234567': '7 UTC',
        '+18005550123': '7 UTC',
      })
    },
  )

  t.test('a zone that hand-written SQL gives is worked out before anybody dials', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(1, { daily_start_time: '10:00', daily_end_time: '14:00', timezone: 'UTC' })
    await s.db.orm.execute(
      sql`update call_tasks set timezone = 'America/New_York' where campaign_id = ${id}::uuid`,
    )
    t.match(await b.task(id), { dial_timezone: null, timezone_source: null })
    t.same(await b.dial(), [])
    await scheduleStep(s.db, b.now)
    t.match(await b.task(id), { dial_timezone: 'America/New_York', timezone_source: 'given' })
    t.same(await b.dial(), [], 'it is seven in New York')
  })

  t.test('a retry is due in a window, and when windows widen, when it was due', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(1, {
      daily_start_time: '09:00',
      daily_end_time: '12:10',
      timezone: 'UTC',
      retry_delay_minutes: 30,
    })
    const [call] = (await b.dial()) as [DialRequest]
    await b.end(call, 'no_answer')
    await b.settle()
    t.match(await b.task(id), { status: 'retry', next_attempt_at: '2026-11-24T09:00:00.000Z' })
    const { id: task_id } = await b.task(id)
    t.match((await b.call('GET', `/api/call-tasks/${task_id}/history`)).items, [
      { kind: 'attempt', call_id: call.call_id, outcome: 'no_answer' },
      {
        kind: 'decision',
        rule: 'no_answer_retry',
        detail: /moved to the next calling window/,
        status: 'retry',
      },
    ])
    await b.call('PATCH', `/api/campaigns/${id}`, { daily_end_time: '20:00' })
    t.match(await b.task(id), { next_attempt_at: after(1800).toISOString() })
    await tick(b, after(1800))
    t.equal((await b.dial()).length, 1)
  })

  t.test(
    'three weeks over a change of clocks, in four zones: not one dial outside of its hours',
    async (t) => {
      const b = await Bench.of(s)
      const zones = ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe']
      const contacts = zones.flatMap((timezone) =>
        Array.from({ length: 40 }, () => ({ phone_number: freshNumber(), timezone })),
      )
      const start = new Date('2026-10-12T00:00:00Z')
      b.at(start)
      const id = await b.campaign(contacts, {
        ...{
          timezone: 'Europe/Berlin',
          daily_start_time: '00:00',
          daily_end_time: '24:00',
          days_of_week: [1, 2, 3, 4, 5],
        },
        ...{
          contact_daily_start_time: '22:30',
          contact_daily_end_time: '03:00',
          blackout_dates: ['2026-10-20', '2026-10-27'],
        },
        ...{ calls_per_minute: 1, max_concurrent_calls: 2, max_retries: 100, retry_delay_minutes: 600 },
      })
      const zoneOf = new Map(contacts.map(({ phone_number, timezone }) => [phone_number, timezone]))
      let [dials, wrong] = [0, 0]
      const local = new Map(
        zones.map((timeZone) => [
          timeZone,
          new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
        ]),
      )
      const dialer = b.dialer()
      for (let minutes = 0; minutes < 21 * 24 * 60; minutes += 30) {
        await tick(b, new Date(start.getTime() + minutes * minuteMs))
        for (const call of await b.dial(dialer)) {
          dials++
          const said = (zone: string) => local.get(zone)?.format(b.now) ?? ''
          const zone = zoneOf.get(call.phone_number) ?? ''
          const clock = said(zone).slice(11)
          const isIn = clock >= '22:30' || clock < '03:00'
          // A window belongs to the day it begins on: after midnight, the day before.
          const began = new Date(`${said(zone).slice(0, 10)}T12:00:00Z`)
          if (clock < '03:00') began.setUTCDate(began.getUTCDate() - 1)
          const isWeekday = ![0, 6].includes(began.getUTCDay())
          const berlin = new Date(`${said('Europe/Berlin').slice(0, 10)}T12:00:00Z`)
          const isBlack = ['2026-10-20', '2026-10-27'].some((date) =>
            [said(zone), said('Europe/Berlin')].some((at) => at.startsWith(date)),
          )
          if (!isIn || !isWeekday || [0, 6].includes(berlin.getUTCDay()) || isBlack) wrong++
          await b.end(call, 'no_answer')
        }
        await b.settle()
      }
      t.ok(dials > 300, `${dials} dials`)
      t.equal(wrong, 0, 'not one outside')
      t.match(await b.call('GET', `/api/campaigns/${id}`), { status: 'running' })
      await checkBooks(t, s.db, b.company.id)
    },
  )

  t.test('a scheduled campaign begins at its time, and at its end lets go of who waits', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(3, {
      start_time: after(60).toISOString(),
      end_time: after(120).toISOString(),
      max_concurrent_calls: 1,
    })
    const status = async () => (await b.call('GET', `/api/campaigns/${id}`)).status
    t.equal(await status(), 'scheduled')
    await tick(b, after(59))
    t.same([await status(), await b.dial()], ['scheduled', []])
    await tick(b, after(60))
    t.equal(await status(), 'running')
    const [call] = (await b.dial()) as [DialRequest]
    await tick(b, after(120))
    t.same((await b.tasks(id)).map((task: { status: string }) => task.status).sort(), [
      'in_progress',
      'skipped',
      'skipped',
    ])
    t.equal(await status(), 'running', 'a live call is waited for')
    await b.end(call, 'no_answer')
    await b.settle()
    t.match(await b.task(id).then(() => b.tasks(id)), [{}, {}, { status: 'failed', outcome: 'no_answer' }])
    await tick(b, after(121))
    t.match(await b.call('GET', `/api/campaigns/${id}`), {
      status: 'completed',
      status_reason: 'its end_time has passed',
    })
    await checkBooks(t, s.db, b.company.id)
  })

  t.test(
    'after a pause nobody is dialed, and a stop cancels what waits or would be tried again',
    async (t) => {
      const b = await Bench.of(s)
      const id = await b.campaign(3, { max_concurrent_calls: 2 })
      const [one, two] = (await b.dial()) as [DialRequest, DialRequest]
      await b.call('POST', `/api/campaigns/${id}/pause`)
      await b.end(one, 'busy')
      await b.settle()
      b.at(after(3600))
      t.same(await b.dial(), [], 'paused')
      t.match(await b.call('GET', `/api/campaigns/${id}/diagnostics`), {
        reasons: [{ code: 'not_running', detail: /paused by a user/ }],
      })
      await b.call('POST', `/api/campaigns/${id}/resume`)
      const again = await b.dial()
      t.equal(again.length, 1, 'resumed')
      await b.call('POST', `/api/campaigns/${id}/stop?hang_up=true`)
      t.same(
        carrier.hungUp.sort(),
        [two.call_id, again[0]?.call_id].sort(),
        'live calls are hung up when asked',
      )
      await b.end(two, 'no_answer')
      await b.end(again[0] as CallRef, 'cancelled')
      await b.settle()
      t.same(
        (await b.tasks(id)).map((task: { status: string }) => task.status),
        ['cancelled', 'cancelled', 'cancelled'],
      )
      await checkBooks(t, s.db, b.company.id)
    },
  )

  t.test('a pause waits for who is claiming: when it is answered nobody claims any more', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(50)
    const workers = Array.from({ length: 4 }, (_, i) => b.dialer(`w${i}`))
    const calls = async () => {
      const rows = await s.db.orm.execute(sql`select 1 from calls where campaign_id = ${id}::uuid`)
      return rows.length
    }
    const pausing = b.call('POST', `/api/campaigns/${id}/pause`).then(calls)
    const [atPause] = await Promise.all([
      pausing,
      ...workers.map(async (worker) => {
        for (let i = 0; i < 5; i++) await worker.step(b.now)
      }),
    ])
    t.equal(await calls(), atPause, 'what was claimed was claimed by then')
    await Promise.all(workers.map((worker) => worker.waitForDials()))
    const before = b.carrier.dialed.length
    await Promise.all(workers.map((worker) => worker.step(b.now)))
    t.equal(b.carrier.dialed.length, before)
    await checkBooks(t, s.db, b.company.id)
  })

  t.test('limits edited while it runs hold for the next attempt', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(20, { max_concurrent_calls: 2 })
    t.equal((await b.dial()).length, 2)
    await b.call('PATCH', `/api/campaigns/${id}`, { max_concurrent_calls: 5 })
    b.at(after(1))
    t.equal((await b.dial()).length, 3)
    await b.call('PATCH', `/api/campaigns/${id}`, { max_concurrent_calls: 1 })
    b.at(after(2))
    t.equal((await b.dial()).length, 0)
  })

  t.test('contacts are added and taken off while it runs', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(1, { max_concurrent_calls: 1 })
    const [call] = (await b.dial()) as [DialRequest]
    const [keep, gone] = [freshNumber(), freshNumber()]
    await b.call('POST', `/api/campaigns/${id}/tasks`, {
      tasks: [{ phone_number: keep }, { phone_number: gone, timezone: 'Asia/Tokyo' }],
    })
    const task = (await b.tasks(id)).find(
      ({ phone_number }: { phone_number: string }) => phone_number === gone,
    )
    await b.call('DELETE', `/api/call-tasks/${task.id}`)
    await b.end(call, 'success')
    await b.settle()
    await tick(b, after(2))
    t.match(await b.call('GET', `/api/campaigns/${id}`), { status: 'running', total_tasks: 2 })
    t.match(await b.dial(), [{ phone_number: keep }])
    await checkBooks(t, s.db, b.company.id)
  })

  t.test(
    'a campaign that is over runs again for those it did not reach, with all their attempts',
    async (t) => {
      const b = await Bench.of(s)
      const id = await b.campaign(3, { max_retries: 0 })
      const [good, bad, invalid] = (await b.dial()) as [DialRequest, DialRequest, DialRequest]
      await b.end(good, 'success')
      await b.end(bad, 'no_answer')
      await b.end(invalid, 'invalid_number')
      await b.settle()
      await tick(b, after(1))
      t.match(await b.call('GET', `/api/campaigns/${id}`), {
        status: 'completed',
        completed_tasks: 1,
        failed_tasks: 2,
      })
      const restarted = await b.call('POST', `/api/campaigns/${id}/restart`, { outcomes: ['no_answer'] })
      t.match(restarted, { status: 'running', failed_tasks: 1, ended_at: null })
      t.match(await b.dial(), [{ phone_number: bad.phone_number }])
      await checkBooks(t, s.db, b.company.id)
      const copy = await b.call('POST', `/api/campaigns/${id}/clone`, { contacts: 'unreached' })
      t.match(copy, { status: 'draft', name: 'C (copy)', total_tasks: 1, max_retries: 0 })
      t.match(await b.tasks(copy.id), [
        { phone_number: invalid.phone_number, status: 'pending', attempt_count: 0 },
      ])
      await checkBooks(t, s.db, b.company.id)
    },
  )

  t.test('a campaign that hand-written SQL starts is dialed, and its contacts too', async (t) => {
    const b = await Bench.of(s)
    await s.db.orm.execute(sql`
      with k as (
        insert into campaigns (company_id, skillbase_id, name, status) values (${b.company.id}::uuid, ${b.bot}::uuid, 'By hand', 'running')
        returning company_id, id
      )
      insert into call_tasks (company_id, campaign_id, phone_number, created_at)
      select company_id, id, ${freshNumber()}, ${after(-60).toISOString()}::timestamptz from k`)
    await scheduleStep(s.db, b.now)
    t.equal((await b.dial()).length, 1)
  })

  t.test('schedule, diagnostics, stats and log say what is so', async (t) => {
    const b = await Bench.of(s)
    const id = await b.campaign(
      [
        { phone_number: freshNumber() },
        { phone_number: freshNumber(), timezone: 'Asia/Tokyo' },
        { phone_number: freshNumber(), next_attempt_at: after(600).toISOString() },
      ],
      { timezone: 'UTC', daily_start_time: '10:00', daily_end_time: '14:00', max_concurrent_calls: 1 },
    )
    const schedule = await b.call('GET', `/api/campaigns/${id}/schedule?days=2`)
    t.match(schedule, {
      is_open: true,
      openings: [
        { start: '2026-11-23T12:00:00.000Z', end: '2026-11-23T14:00:00.000Z' },
        { start: '2026-11-24T10:00:00.000Z', end: '2026-11-24T14:00:00.000Z' },
        { start: '2026-11-25T10:00:00.000Z', end: '2026-11-25T12:00:00.000Z' },
      ],
    })
    t.match(
      schedule.zones.find(({ dial_timezone }: { dial_timezone: string }) => dial_timezone === 'Asia/Tokyo'),
      {
        ...{ waiting: 1, is_open: false },
        next_opening: { start: '2026-11-24T10:00:00.000Z', end: '2026-11-24T12:00:00.000Z' },
      },
    )
    const why = async () => {
      const { reasons } = await b.call('GET', `/api/campaigns/${id}/diagnostics`)
      return Object.fromEntries(
        reasons.map(({ code, contacts }: { code: string; contacts: number }) => [code, contacts]),
      )
    }
    t.same(await why(), { not_due: 1, window_closed: 1 })
    b.at(after(30))
    t.same(await why(), { no_worker: null, not_due: 1, window_closed: 1 })
    await b.dial()
    b.at(after(31))
    t.same(await why(), { at_max_concurrent_calls: null, not_due: 1, window_closed: 1 })
    t.match(await b.call('GET', `/api/campaigns/${id}/stats`), {
      calls_last_minute: 1,
      expected_end_at: null,
      tasks: { open: 3 },
    })
    const log = await b.call('GET', `/api/campaigns/${id}/log?limit=2`)
    t.match(log, { items: [{ event: 'started' }, { event: 'tasks_added' }], total: 3 })
    t.match(await b.call('GET', `/api/campaigns/${id}/log?cursor=${log.next_cursor}`), {
      items: [{ event: 'created' }],
    })
  })
})
