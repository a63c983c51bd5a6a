// Which attempts count, by the table of outcomes, and the limits that they count against.
import t, { test } from 'tap'
import type { Outcome } from '../../src/db/schema/index.ts'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { after, assertConsistent, DialingFixture } from './dialing-setup.ts'

const s = await startTestService(t)

/** How an attempt ends. `withheld`: the call is never placed. `reached`: it was answered. */
type Ending = { outcome: Outcome; reached?: boolean } | 'withheld'

/** A campaign of one contact, called whenever it is due. */
class Contact {
  readonly fixture: DialingFixture
  readonly campaign_id: string

  private constructor(fixture: DialingFixture, campaign_id: string) {
    this.fixture = fixture
    this.campaign_id = campaign_id
  }

  static async create(settings: object = {}): Promise<Contact> {
    const fixture = await DialingFixture.create(s)
    return new Contact(fixture, await fixture.startCampaign(1, settings))
  }

  task = () => this.fixture.task(this.campaign_id)

  async rules(): Promise<string[]> {
    const { id } = await this.task()
    const { items } = await this.fixture.request('GET', `/api/call-tasks/${id}/history`)
    return items.flatMap(({ rule }: { rule: string | null }) => rule ?? [])
  }

  /** Calls the contact when it is due, and settles the attempt. Returns the dial request. @throws when it is not due */
  async call(ending: Ending): Promise<DialRequest> {
    const { fixture } = this
    const { next_attempt_at } = await this.task()
    if (next_attempt_at !== null) {
      fixture.setNow(new Date(Math.max(fixture.now.getTime(), Date.parse(next_attempt_at)) + 2_000))
      await scheduleStep(s.db, fixture.now)
    }
    fixture.carrier.dialResult = () =>
      ending === 'withheld' ? { kind: 'withheld', reason: 'too late' } : { kind: 'accepted' }
    const [request] = await fixture.dial()
    if (request === undefined) throw new Error('the contact was not dialed')
    if (ending !== 'withheld') {
      if (ending.reached) await fixture.sendEvent(request, 'answered')
      await fixture.endCall(request, ending.outcome)
    }
    await fixture.settle()
    return request
  }

  async callAll(...endings: Ending[]): Promise<void> {
    for (const ending of endings) await this.call(ending)
  }
}

const unanswered: Ending = { outcome: 'no_answer' }
const unreachedAgentError: Ending = { outcome: 'agent_error' }
const reachedAgentError: Ending = { outcome: 'agent_error', reached: true }
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value)

test('An attempt that ends as suppressed is not retried, and its contact is skipped', async (t) => {
  const contact = await Contact.create({ max_retries: 9 })
  await contact.call({ outcome: 'suppressed' })
  t.match(await contact.task(), {
    status: 'skipped',
    outcome: 'suppressed',
    attempt_count: 0,
    next_attempt_at: null,
  })
  t.same(await contact.rules(), ['suppressed'])
  contact.fixture.setNow(after(86_400))
  await scheduleStep(s.db, contact.fixture.now)
  t.same(await contact.fixture.dial(), [])
  t.match(await contact.fixture.request('GET', `/api/campaigns/${contact.campaign_id}`), {
    status: 'completed',
    failed_tasks: 0,
  })
  await assertConsistent(t, s.db, contact.fixture.company.id)
})

test('An agent_error that reached nobody does not count against max_retries', async (t) => {
  const contact = await Contact.create({ max_retries: 1 })
  await contact.callAll(...times(3, unreachedAgentError), unanswered)
  t.match(await contact.task(), { status: 'retry', outcome: 'no_answer', attempt_count: 1 })
  await contact.call(unanswered)
  t.match(await contact.task(), {
    status: 'failed',
    attempt_count: 2,
    outcome_counts: { agent_error: 3, no_answer: 2 },
    error_message: /at attempt 2, and no retry is left/,
  })
})

test('An agent_error that reached nobody does not count against the one retry after an agent_error', async (t) => {
  const contact = await Contact.create({ max_retries: 9 })
  await contact.callAll(unreachedAgentError, unreachedAgentError, reachedAgentError)
  t.match(await contact.task(), { status: 'retry', attempt_count: 1 })
  await contact.call(reachedAgentError)
  t.match(await contact.task(), { status: 'failed', attempt_count: 2 }, 'at most one retry')
})

test('An agent_error counts from when it is known that somebody was reached', async (t) => {
  const contact = await Contact.create({ max_retries: 1 })
  const { call_id } = await contact.call(unreachedAgentError)
  await contact.fixture.request('POST', '/api/telemetry', {
    turns: [{ call_id, turn_index: 0, role: 'user', content: 'Hello?' }],
  })
  await contact.fixture.settle()
  t.match(await contact.task(), { status: 'retry', attempt_count: 1 })
  await contact.call(unanswered)
  t.match(await contact.task(), { status: 'failed', attempt_count: 2 }, 'max_retries is used up')
})

test('A restart begins a new count, also of agent errors that reached nobody', async (t) => {
  const contact = await Contact.create({ max_retries: 0 })
  await contact.callAll(unreachedAgentError, unreachedAgentError, unanswered)
  await contact.fixture.request('POST', `/api/campaigns/${contact.campaign_id}/restart`)
  await contact.fixture.request('PATCH', `/api/campaigns/${contact.campaign_id}`, { max_retries: 9 })
  await contact.callAll(reachedAgentError)
  t.match(await contact.task(), { status: 'retry', outcome_counts: { agent_error: 1 } })
  await contact.call(reachedAgentError)
  t.match(await contact.task(), { status: 'failed' }, 'those before the restart make no room for another')
})

test('A call that was not placed uses up nothing', async (t) => {
  const contact = await Contact.create({ max_retries: 0 })
  const attempts: number[] = []
  for (const ending of [
    ...times(12, 'withheld' as const),
    ...times(9, { outcome: 'carrier_error' } as const),
  ])
    attempts.push((await contact.call(ending)).attempt)
  t.same(attempts, [...times(12, 1), 1, 2, 3, 4, 5, 6, 7, 8, 9], 'it is no attempt for the carrier')
  t.match(
    await contact.task(),
    { status: 'retry', outcome: 'carrier_error', attempt_count: 0 },
    'nor one of the 10 that failed by fault of the carrier',
  )
  await contact.call('withheld')
  t.match(await contact.task(), { status: 'retry' })
  t.equal((await contact.call({ outcome: 'carrier_error' })).attempt, 10)
  t.match(await contact.task(), { status: 'failed', attempt_count: 0, error_message: /^10 attempts failed/ })
  await assertConsistent(t, s.db, contact.fixture.company.id)
})

const policy = { no_answer: { max: 9 }, busy: { max: 9 }, fail: { max: 9, delays_minutes: [60] } }

test('max_attempts limits all attempts that count, whatever the maxima of their outcomes are', async (t) => {
  const settings = { max_retries: 1, retry_policy: policy }
  const unlimited = await Contact.create(settings)
  await unlimited.callAll(unanswered, { outcome: 'busy' }, unanswered, { outcome: 'busy' })
  t.match(await unlimited.task(), { status: 'retry', attempt_count: 4 }, 'the default is no overall maximum')

  const contact = await Contact.create({ ...settings, max_attempts: 3 })
  await contact.callAll(unanswered, { outcome: 'carrier_error' }, { outcome: 'busy' }, 'withheld')
  t.match(await contact.task(), { status: 'retry', attempt_count: 2 }, 'what uses up no attempt is free')
  await contact.call(unanswered)
  t.match(await contact.task(), { status: 'failed', attempt_count: 3 })

  const reached = await Contact.create({ ...settings, max_attempts: 2 })
  await reached.callAll(unanswered, { outcome: 'fail', reached: true })
  t.match(await reached.task(), { status: 'completed', outcome: 'fail', attempt_count: 2 })
})

test('max_attempts limits callbacks too, and a contact who was reached is completed', async (t) => {
  const contact = await Contact.create({ max_attempts: 2 })
  await contact.call({ outcome: 'callback', reached: true })
  t.match(await contact.task(), { status: 'retry' })
  await contact.call({ outcome: 'callback', reached: true })
  t.match(await contact.task(), { status: 'completed', outcome: 'callback' })
  t.equal((await contact.rules()).at(-1), 'max_attempts')
})

test('max_attempts of a running campaign can be changed, and a copy of the campaign has it', async (t) => {
  const contact = await Contact.create({ retry_policy: policy, max_attempts: 1 })
  const path = `/api/campaigns/${contact.campaign_id}`
  t.match(await contact.fixture.request('PATCH', path, { max_attempts: 2 }), { max_attempts: 2 })
  await contact.call(unanswered)
  t.match(await contact.task(), { status: 'retry' })
  t.match(await contact.fixture.request('POST', `${path}/clone`), { max_attempts: 2 })
  t.match(await contact.fixture.request('PATCH', path, { max_attempts: null }), { max_attempts: null })
  const { headers } = contact.fixture.company
  t.match(await s.request('PATCH', path, headers, { max_attempts: 0 }), { status: 400 })
})
