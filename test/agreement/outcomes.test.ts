// A call, its metrics and its call task have one outcome, however it is set.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { type Outcome, outcomes } from '../../src/db/schema/index.ts'
import { type OutcomeSource, outcomeAfter, setOutcome } from '../../src/modules/calls/outcome.ts'
import { classifiedReasonPrefix } from '../../src/modules/telemetry/classification-rules.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { after, DialingFixture } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)

/** Turns from which no rule derives an outcome: they visit no state of the flow. */
const conversation = [
  { turn_index: 0, role: 'assistant', content: 'Hello.' },
  { turn_index: 1, role: 'user', content: 'Yes.' },
]

/** The outcome of the call; of its metrics, undefined without metrics; and what describes it. */
async function outcomeOf(fixture: DialingFixture, call_id: string) {
  const [row] = await s.db.orm.execute<Record<string, unknown>>(sql`
    select c.outcome, c.is_outcome_classified, m.outcome as of_metrics, m.outcome_confidence as confidence,
      m.outcome_reason as reason, m.call_id is not null as has_metrics
    from calls c left join call_metrics m on m.company_id = c.company_id and m.call_id = c.id
    where c.company_id = ${fixture.company.id} and c.id = ${call_id}`)
  return row
}

const same = (outcome: Outcome | null) => ({ outcome, of_metrics: outcome, has_metrics: true })
const report = (fixture: DialingFixture, call_id: string, turns: object[]) =>
  fixture.request('POST', `/api/calls/${call_id}/turns`, { turns })
const complete = (fixture: DialingFixture, call_id: string, body: object) =>
  fixture.request('POST', `/api/calls/${call_id}/complete`, body)
const patch = (fixture: DialingFixture, call_id: string, body: object) =>
  fixture.request('PATCH', `/api/calls/${call_id}`, body)

/** A campaign of one contact who is on the line. */
async function answeredCall(settings: object = {}) {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1, settings)
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.sendEvent(call, 'answered')
  return { fixture, campaign_id, call, id: call.call_id }
}

test('The outcome of an attempt whose agent never reports is written to its metrics too', async (t) => {
  const { fixture, campaign_id, call, id } = await answeredCall()
  await report(fixture, id, conversation)
  fixture.setNow(after(60))
  await fixture.sendEvent(call, 'ended', { ended_reason: 'hang_up' })
  t.match(await outcomeOf(fixture, id), same(null))
  fixture.setNow(after(80))
  await fixture.settle()
  t.match(await outcomeOf(fixture, id), { ...same('agent_error'), is_outcome_classified: true })
  t.match(await fixture.task(campaign_id), { outcome: 'agent_error', outcome_counts: { agent_error: 1 } })
})

test('A test call and its metrics have the same outcome', async (t) => {
  const fixture = await DialingFixture.create(s)
  const path = `/api/skillbases/${fixture.bot}/test-call`
  const { id } = await fixture.request('POST', path, { phone_number: '+79161234567' })
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.sendEvent(call, 'answered')
  await report(fixture, id, conversation)
  fixture.setNow(after(60))
  await fixture.sendEvent(call, 'ended', {})
  fixture.setNow(after(80))
  await fixture.settle()
  t.match(await outcomeOf(fixture, id), same('agent_error'))
})

test('Metrics that arrive before the carrier ends the call have its outcome', async (t) => {
  const fixture = await DialingFixture.create(s)
  await fixture.startCampaign(2)
  const [busy, corrected] = (await fixture.dial()) as [DialRequest, DialRequest]
  await fixture.request('PUT', `/api/calls/${busy.call_id}/metrics`, { livekit_duration_sec: 3 })
  await fixture.endCall(busy, 'busy')
  t.match(await outcomeOf(fixture, busy.call_id), same('busy'))

  await fixture.request('PUT', `/api/calls/${corrected.call_id}/metrics`, { outcome: 'voicemail' })
  await fixture.endCall(corrected, 'no_answer')
  t.match(await outcomeOf(fixture, corrected.call_id), same('voicemail'), 'the first report counts')
})

test('A late turn that changes the outcome of a settled attempt changes metrics and task with it', async (t) => {
  const { fixture, campaign_id, call, id } = await answeredCall()
  fixture.setNow(after(60))
  await fixture.sendEvent(call, 'ended', { ended_reason: 'hang_up' })
  fixture.setNow(after(80))
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { outcome: 'agent_error', attempt_count: 1, status: 'retry' })
  await report(fixture, id, dialogueTo('inquiry'))
  t.match(await outcomeOf(fixture, id), { ...same('fail'), reason: /^Classified: / })
  await fixture.settle()
  const task = await fixture.task(campaign_id)
  t.match(task, { outcome: 'fail', attempt_count: 1, status: 'completed' })
  t.same(task.outcome_counts, { fail: 1 })
  await report(fixture, id, [{ turn_index: 9, role: 'user', state_id: 'nowhere' }])
  t.match(
    await outcomeOf(fixture, id),
    { ...same('agent_error'), confidence: 0.5, reason: /neither the agent nor the carrier/ },
    'a settled attempt keeps an outcome',
  )
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { outcome: 'agent_error', attempt_count: 1, status: 'retry' })
})

const dialogueTo = (state_id: string) => conversation.map((turn) => ({ ...turn, state_id }))

test('The first turn of a settled attempt shows that the contact was reached, which uses up an attempt', async (t) => {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1)
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(call, 'agent_error')
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { attempt_count: 0, outcome: 'agent_error' })
  await report(fixture, call.call_id, conversation)
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { attempt_count: 1, outcome: 'agent_error' })
})

test('A corrected outcome moves to metrics and task, whose retries are decided again', async (t) => {
  const { fixture, campaign_id, id } = await answeredCall()
  await report(fixture, id, conversation)
  await complete(fixture, id, { outcome: 'success', outcome_confidence: 0.9, outcome_reason: 'Booked.' })
  await fixture.settle()
  await patch(fixture, id, { outcome: 'no_answer' })
  t.match(await outcomeOf(fixture, id), { ...same('no_answer'), confidence: null, reason: null })
  await fixture.settle()
  const task = await fixture.task(campaign_id)
  t.match(task, {
    status: 'retry',
    outcome: 'no_answer',
    attempt_count: 1,
    next_attempt_at: after(30 * 60).toISOString(),
  })
  t.same(task.outcome_counts, { no_answer: 1 })

  await patch(fixture, id, { outcome: 'cancelled' })
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'cancelled', outcome: 'cancelled', attempt_count: 0 })
  await patch(fixture, id, { outcome: null })
  t.match(await outcomeOf(fixture, id), same(null))
  await fixture.settle()
  t.same((await fixture.task(campaign_id)).outcome_counts, {})
  await fixture.request('PUT', `/api/calls/${id}/metrics`, { outcome: 'fail', outcome_reason: 'No.' })
  await fixture.settle()
  t.match(await outcomeOf(fixture, id), { ...same('fail'), reason: 'No.' })
  t.match(await fixture.task(campaign_id), { outcome: 'fail', attempt_count: 1, status: 'completed' })
  await fixture.s.events.step()
  const { items } = await fixture.request('GET', '/api/events?limit=200')
  t.equal(
    items.filter(({ type }: { type: string }) => type === 'task.updated').length,
    4,
    'each correction is an event of the task',
  )
})

test('A correction of an earlier attempt does not change the outcome of the contact', async (t) => {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1)
  const [first] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(first, 'busy')
  await fixture.settle()
  fixture.setNow(after(11 * 60))
  const [second] = (await fixture.dial()) as [DialRequest]
  await patch(fixture, first.call_id, { outcome: 'no_answer' })
  t.match(
    await fixture.task(campaign_id),
    { status: 'in_progress', outcome: 'no_answer' },
    'the latest settled',
  )
  await fixture.endCall(second, 'declined')
  await fixture.settle()
  await patch(fixture, first.call_id, { outcome: 'voicemail' })
  const task = await fixture.task(campaign_id)
  t.match(task, { outcome: 'declined', attempt_count: 2 })
  t.same(task.outcome_counts, { voicemail: 1, declined: 1 })
  await fixture.request('PATCH', `/api/call-tasks/${task.id}`, { status: 'cancelled' })
  await fixture.request('PATCH', `/api/call-tasks/${task.id}`, { status: 'pending' })
  await patch(fixture, first.call_id, { outcome: 'busy' })
  t.same((await fixture.task(campaign_id)).outcome_counts, {}, 'attempts before a restart are not counted')
})

test('An attempt that was never dialed leaves the outcome of the contact as it was', async (t) => {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1)
  const [busy] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(busy, 'busy')
  await fixture.settle()
  fixture.setNow(after(11 * 60))
  fixture.carrier.dialResult = () => ({ kind: 'withheld', reason: 'paused' })
  await fixture.dial()
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'retry', outcome: 'busy' })
})

test('Details of another outcome in a late report are not stored', async (t) => {
  const { fixture, id } = await answeredCall()
  await report(fixture, id, conversation)
  await complete(fixture, id, { outcome: 'success' })
  await complete(fixture, id, { outcome: 'fail', outcome_confidence: 0.3, outcome_reason: 'Refused.' })
  t.match(await outcomeOf(fixture, id), { ...same('success'), confidence: null, reason: null })
  await complete(fixture, id, { outcome_reason: 'Booked for Monday.' })
  t.match(await outcomeOf(fixture, id), { ...same('success'), reason: 'Booked for Monday.' })
})

test('SQL that writes the outcome of a call or of its metrics changes both', async (t) => {
  const company = await s.createCompany()
  const [call] = await s.db.orm.execute<{ id: string }>(sql`
    insert into calls (company_id, direction, status) values (${company.id}, 'inbound', 'completed') returning id`)
  const id = call?.id ?? ''
  const both = async () => {
    const [row] = await s.db.orm.execute<Record<string, unknown>>(sql`
      select c.outcome, m.outcome as of_metrics, m.outcome_reason as reason from calls c
      join call_metrics m on m.call_id = c.id where c.id = ${id}`)
    return row
  }
  await s.db.orm.execute(
    sql`insert into call_metrics (call_id, outcome, outcome_reason) values (${id}, 'success', 'Sold.')`,
  )
  t.same(await both(), { outcome: 'success', of_metrics: 'success', reason: 'Sold.' })
  await s.db.orm.execute(
    sql`update call_metrics set outcome = 'fail', outcome_reason = 'No.' where call_id = ${id}`,
  )
  t.same(await both(), { outcome: 'fail', of_metrics: 'fail', reason: 'No.' })
  await s.db.orm.execute(sql`update calls set outcome = 'callback' where id = ${id}`)
  t.same(await both(), { outcome: 'callback', of_metrics: 'callback', reason: null })
  await s.db.orm.execute(sql`update call_metrics set outcome = null where call_id = ${id}`)
  t.same(
    await both(),
    { outcome: 'callback', of_metrics: 'callback', reason: null },
    'null does not remove it',
  )
  await s.db.orm.execute(sql`delete from call_metrics where call_id = ${id}`)
  await s.db.orm.execute(sql`insert into call_metrics (call_id, tts_characters) values (${id}, 5)`)
  t.match(await both(), { outcome: 'callback', of_metrics: 'callback' })
})

test('The rule of which outcome replaces which is the same in SQL, and the trigger has the prefix of reasons', async (t) => {
  const { id } = (await (
    await DialingFixture.create(s)
  ).request('POST', '/api/calls', {
    direction: 'inbound',
  })) as { id: string }
  const sources: OutcomeSource[] = ['correction', 'agent', 'carrier', 'classification']
  for (const source of sources) {
    for (const before of [null, 'success', 'lost'] as const) {
      for (const is_outcome_classified of before === null ? [false] : [false, true]) {
        for (const is_outcome_from_carrier of is_outcome_classified || before === null
          ? [false]
          : [false, true]) {
          for (const outcome of outcomes) {
            await s.db.orm.execute(sql`
              update calls set outcome = ${before}, is_outcome_classified = ${is_outcome_classified},
                is_outcome_from_carrier = ${is_outcome_from_carrier} where id = ${id}`)
            const [row] = await s.db.orm.execute(sql`
              update calls c set ${setOutcome(source, sql`${outcome}::text`)} where id = ${id}
              returning outcome, is_outcome_classified, is_outcome_from_carrier`)
            const columns = { outcome: before, is_outcome_classified, is_outcome_from_carrier }
            const expected = outcomeAfter(columns, source, outcome)
            t.same(row, expected, `${source}: ${JSON.stringify(columns)} -> ${outcome}`)
          }
        }
      }
    }
  }
  const [trigger] = await s.db.orm.execute<{ source: string }>(
    sql`select prosrc as source from pg_proc where proname = 'copy_outcome_to_metrics'`,
  )
  t.ok(trigger?.source.includes(`'${classifiedReasonPrefix}'`))
})
