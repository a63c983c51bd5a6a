// Whatever the order in which a carrier, an agent and a user report, and whatever their clocks, a contact ends the same.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import type { Outcome } from '../../src/db/schema/index.ts'
import { applyCarrierEvents } from '../../src/modules/dialing/index.ts'
import type { CarrierEvent, DialRequest } from '../../src/telephony/carrier.ts'
import { seededRandom } from '../analytics/fixtures.ts'
import { after, assertConsistent, DialingFixture } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)

/** A report of a call. `sec`: when it happened, in seconds after the call was dialed. */
type Report =
  | { from: 'carrier'; sec: number; type: CarrierEvent['type']; outcome?: Outcome; ended_reason?: string }
  | { from: 'agent'; sec: number; body: object }
  | { from: 'user'; sec: number; body: object }

const answered: Report = { from: 'carrier', sec: 5, type: 'answered' }
const ended = (outcome?: Outcome): Report => ({
  from: 'carrier',
  sec: 60,
  type: 'ended',
  ended_reason: 'hang_up',
  ...(outcome && { outcome }),
})
const complete = (body: object): Report => ({ from: 'agent', sec: 62, body })
const patch = (body: object): Report => ({ from: 'user', sec: 65, body })
const callback_at = '2026-11-23T14:00:00Z'
const conversation = [answered, ended()]

/** What is reported of a call, in the order in which it happened. */
const scenarios: Record<string, readonly Report[]> = {
  success: [...conversation, complete({ outcome: 'success' })],
  'no report': conversation,
  callback: [...conversation, complete({ outcome: 'callback', collected_data: { callback_at } })],
  'unreadable callback': [
    ...conversation,
    complete({ outcome: 'callback', collected_data: { callback_at: 'soon' } }),
  ],
  'opt-out': [...conversation, complete({ outcome: 'fail', collected_data: { opt_out: 'да' } })],
  'callback by PATCH': [
    ...conversation,
    complete({}),
    patch({ outcome: 'callback', collected_data: { callback_at } }),
  ],
  'success, corrected to a callback': [
    ...conversation,
    complete({ outcome: 'success', collected_data: { name: 'Anna' } }),
    patch({ outcome: 'callback', collected_data: { callback_at } }),
  ],
  'callback, corrected to an opt-out': [
    ...conversation,
    complete({ outcome: 'callback', collected_data: { callback_at } }),
    patch({ outcome: 'fail', collected_data: { opt_out: 1 } }),
  ],
  'voicemail for the carrier, success for the agent': [
    answered,
    ended('voicemail'),
    complete({ outcome: 'success' }),
  ],
  busy: [ended('busy')],
  'no answer, and an opt-out by PATCH': [ended('no_answer'), patch({ collected_data: { opt_out: 'yes' } })],
  'invalid number': [ended('invalid_number')],
  'lost, then found': [ended('lost'), ended('no_answer')],
}

/** The reports of one contact's first call, in the order in which they arrive. */
interface Contact {
  scenario: string
  call: DialRequest
  reports: readonly Report[]
  /** By how much the clocks of its reporters are wrong, in seconds. */
  skew: () => number
}

const orders = 5
/** Seconds between two reports: shorter and longer than the grace period of the agent. */
const pauses = [1, 5, 20]

class Contacts {
  private readonly fixture: DialingFixture
  private readonly random: () => number
  private seconds = 60

  constructor(fixture: DialingFixture, random: () => number) {
    this.fixture = fixture
    this.random = random
  }

  /** For each scenario one contact whose reports arrive in order, and some with random orders, repetitions and clocks. */
  assign(calls: readonly DialRequest[]): Contact[] {
    return Object.entries(scenarios).flatMap(([scenario, reports], i) =>
      Array.from({ length: 1 + orders }, (_, order) => {
        const call = calls[i * (1 + orders) + order]
        if (call === undefined) throw new Error('a contact was not dialed')
        return order === 0
          ? { scenario, call, reports, skew: () => 0 }
          : { scenario, call, reports: this.disorder(reports), skew: () => (this.random() * 2 - 1) * 3_600 }
      }),
    )
  }

  private disorder(reports: readonly Report[]): Report[] {
    const repeated = reports.flatMap((report) => (this.random() < 0.4 ? [report, report] : [report]))
    return repeated
      .map((report) => ({ report, place: this.random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ report }) => report)
  }

  /** Sends the reports of all contacts, settling now and then. */
  async report(contacts: readonly Contact[]): Promise<void> {
    const rounds = Math.max(...contacts.map(({ reports }) => reports.length))
    for (let round = 0; round < rounds; round++) {
      const events: CarrierEvent[] = []
      for (const { call, reports, skew } of contacts) {
        const report = reports[round]
        if (report === undefined) continue
        const at = after(report.sec + skew())
        if (report.from !== 'carrier') {
          const times = report.from === 'agent' && this.random() < 0.5 ? { ended_at: at.toISOString() } : {}
          await this.send(report.from, call, { ...report.body, ...times })
          continue
        }
        const { company_id, call_id } = call
        const { from: _, sec: __, ...event } = report
        events.push({ ...event, company_id, call_id, at })
      }
      await applyCarrierEvents(s.db, events, this.fixture.now)
      await this.wait(pauses[Math.floor(this.random() * pauses.length)] ?? 1)
    }
    await this.wait(60)
  }

  private send(from: 'agent' | 'user', { call_id }: DialRequest, body: object) {
    const path = `/api/calls/${call_id}`
    return from === 'agent'
      ? this.fixture.request('POST', `${path}/complete`, body)
      : this.fixture.request('PATCH', path, body)
  }

  private async wait(seconds: number): Promise<void> {
    this.seconds += seconds
    this.fixture.setNow(after(this.seconds))
    if (seconds > 1) while ((await this.fixture.settle()) > 0);
  }
}

/** What has become of the contacts, by the id of the task. */
async function statesOf(fixture: DialingFixture, campaign_id: string) {
  const rows = await s.db.orm.execute<Record<string, unknown>>(sql`
    select t.id, t.status, t.outcome, t.attempt_count, t.outcome_counts, s.reason as suppressed,
      -- The usual delay depends on when the call has ended, as far as the clocks know.
      case when t.next_attempt_at = ${callback_at}::timestamptz then 'as requested'
        when t.next_attempt_at is not null then 'after a delay' end as next_attempt
    from call_tasks t
    left join suppressions s on s.company_id = t.company_id and s.phone_identity = t.phone_identity
    where t.company_id = ${fixture.company.id}::uuid and t.campaign_id = ${campaign_id}::uuid`)
  return new Map(rows.map(({ id, ...state }) => [id, state]))
}

const seeds = process.env.AGREEMENT_SEEDS?.split(',').map(Number) ?? [1, Math.floor(Math.random() * 1e9)]
for (const seed of seeds) {
  test(`Any order, repetition and clock of the reports leads to what their true order leads to (seed ${seed})`, async (t) => {
    const random = seededRandom(seed)
    const fixture = await DialingFixture.create(s)
    const names = Object.keys(scenarios)
    const campaign_id = await fixture.startCampaign(names.length * (1 + orders))
    const contacts = new Contacts(fixture, random)
    const assigned = contacts.assign(await fixture.dial())
    fixture.setNow(after(60))
    await contacts.report(assigned)
    await assertConsistent(t, s.db, fixture.company.id)

    const compare = async (when: string) => {
      const states = await statesOf(fixture, campaign_id)
      for (const name of names) {
        const [reference, ...others] = assigned.filter(({ scenario }) => scenario === name)
        for (const { call, reports } of others) {
          const expected = states.get(reference?.call.call_task_id ?? '')
          t.same(states.get(call.call_task_id ?? ''), expected, `${name} ${when}: ${JSON.stringify(reports)}`)
        }
      }
    }
    await compare('after the reports')

    fixture.setNow(after(3 * 3_600))
    const redialed = await fixture.dial()
    const redialedTasks = new Set(redialed.map(({ call_task_id }) => call_task_id))
    const isRedialed = ({ call }: Contact) => redialedTasks.has(call.call_task_id)
    t.same(
      names.filter((name) => assigned.some((contact) => contact.scenario === name && isRedialed(contact))),
      [
        'no report',
        'callback',
        'unreadable callback',
        'callback by PATCH',
        'success, corrected to a callback',
        'busy',
        'lost, then found',
      ],
      'no contact is called after a final outcome, and none is lost',
    )
    for (const call of redialed) await fixture.endCall(call, 'success')
    while ((await fixture.settle()) > 0);
    await compare('after the next attempt')
    fixture.setNow(after(30 * 3_600))
    t.same(await fixture.dial(), [], 'no contact is called a third time')
    await assertConsistent(t, s.db, fixture.company.id)
  })
}
