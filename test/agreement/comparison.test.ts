// The nightly comparison finds and corrects every difference between tasks, calls, metrics, counters and rollups.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import type { SetAsideItem } from '../../src/lib/set-aside.ts'
import { compareDay, reconcileStep } from '../../src/modules/agreement/index.ts'
import { foldStep } from '../../src/modules/rollups/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { after, DialingFixture } from '../dialing/dialing-setup.ts'
import { dialogue } from '../setup/conversations.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)

const day = new Date('2026-11-23T00:00:00Z')
const agreement = { wrong_calls: 0, wrong_buckets: 0, wrong_values: 0, disagreements: [] }

/** A campaign of one contact who was busy, and then talked to. */
async function settledCampaign() {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1)
  const [busy] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(busy, 'busy')
  await fixture.settle()
  fixture.setNow(after(11 * 60))
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.sendEvent(call, 'answered')
  const turns = dialogue('greeting', 'booking').map((turn) => ({
    ...turn,
    tts_characters: 40,
    latency_llm: 300.5,
  }))
  await fixture.request('POST', `/api/calls/${call.call_id}/turns`, { turns })
  await fixture.request('POST', `/api/calls/${call.call_id}/complete`, { outcome: 'success' })
  await fixture.settle()
  while ((await foldStep(s.db)) > 0);
  const task = await fixture.task(campaign_id)
  const compare = () => compareDay(s.db, fixture.company.id, day)
  return { fixture, campaign_id, call_id: call.call_id, call_task_id: task.id, compare }
}

test('Each stored value that differs is found once, listed with both values, and corrected', async (t) => {
  const { campaign_id, call_id, call_task_id, compare } = await settledCampaign()
  t.same(await compare(), agreement)
  const differences: [change: string, field: string, stored: unknown, expected: unknown][] = [
    [`update calls set turn_count = 9 where id = '${call_id}'`, 'calls.turn_count', 9, 4],
    [
      `update call_metrics set bot_turn_count = 3 where call_id = '${call_id}'`,
      'call_metrics.bot_turn_count',
      3,
      2,
    ],
    [
      `update call_metrics set latency_llm_avg = 299 where call_id = '${call_id}'`,
      'call_metrics.latency_llm_avg',
      299,
      300.5,
    ],
    [
      `update call_metrics set tts_characters = null where call_id = '${call_id}'`,
      'call_metrics.tts_characters',
      null,
      160,
    ],
    [
      `update call_metrics set is_derived = false where call_id = '${call_id}'`,
      'call_metrics.is_derived',
      false,
      true,
    ],
    [
      `update call_tasks set outcome = 'fail' where id = '${call_task_id}'`,
      'call_tasks.outcome',
      'fail',
      'success',
    ],
    [
      `update call_tasks set outcome = null where id = '${call_task_id}'`,
      'call_tasks.outcome',
      null,
      'success',
    ],
    [
      `update call_tasks set attempt_count = 1 where id = '${call_task_id}'`,
      'call_tasks.attempt_count',
      1,
      2,
    ],
    [
      `update call_tasks set outcome_counts = '{"busy": 2}' where id = '${call_task_id}'`,
      'call_tasks.outcome_counts',
      { busy: 2 },
      { busy: 1, success: 1 },
    ],
    [`update campaigns set total_tasks = 2 where id = '${campaign_id}'`, 'campaigns.total_tasks', 2, 1],
    [
      `update campaigns set completed_tasks = 0 where id = '${campaign_id}'`,
      'campaigns.completed_tasks',
      0,
      1,
    ],
    [`update campaigns set failed_tasks = 1 where id = '${campaign_id}'`, 'campaigns.failed_tasks', 1, 0],
  ]
  const ids = {
    calls: { call_id },
    call_metrics: { call_id },
    call_tasks: { call_task_id, campaign_id },
    campaigns: { campaign_id },
  }
  for (const [change, field, stored, expected] of differences) {
    await s.db.orm.execute(sql.raw(change))
    const found = await compare()
    const idsOfField = ids[field.split('.')[0] as keyof typeof ids]
    t.match(found, { wrong_values: 1, wrong_buckets: 0 }, change)
    t.same(found.disagreements, [{ field, ...idsOfField, stored, expected }], change)
    while ((await foldStep(s.db)) > 0);
    t.same(await compare(), agreement, `after: ${change}`)
  }
})

test('Metrics whose outcome was changed while triggers were off get that of the call', async (t) => {
  const { call_id, compare } = await settledCampaign()
  await s.db.client.begin(async (tx) => {
    await tx`set local session_replication_role = replica`
    await tx`update call_metrics set outcome = 'busy', outcome_reason = 'x' where call_id = ${call_id}`
  })
  t.match(await compare(), {
    wrong_values: 1,
    disagreements: [{ field: 'call_metrics.outcome', call_id, stored: 'busy', expected: 'success' }],
  })
  t.same(await compare(), agreement)
})

test('Turns that SQL added to a call are counted in its metrics, costs and rollups after the next comparison', async (t) => {
  const { fixture, call_id, compare } = await settledCampaign()
  await s.db.orm.execute(sql`
    insert into call_logs (call_id, turn_index, role, tts_characters) values (${call_id}, 8, 'assistant', 60)`)
  const { wrong_values, disagreements } = await compare()
  t.equal(wrong_values, 4)
  t.same(
    disagreements.map(({ field }) => field),
    [
      'calls.turn_count',
      'call_metrics.turn_count',
      'call_metrics.bot_turn_count',
      'call_metrics.tts_characters',
    ],
  )
  const { body } = await s.request(
    'GET',
    '/api/analytics/metrics?start=2026-11-23&end=2026-11-24',
    fixture.company.headers,
  )
  t.match(JSON.stringify(body), /"tts_characters":220/)
  t.same(await compare(), agreement)
})

test('Rows that SQL inserted for another system are left alone', async (t) => {
  const company = await s.createCompany()
  await s.db.orm.execute(sql`
    with inserted as (
      insert into calls (company_id, direction, status, started_at, turn_count)
      values (${company.id}, 'inbound', 'completed', '2026-11-23T10:00Z', 10) returning id)
    insert into call_metrics (call_id, turn_count, latency_llm_avg, outcome) select id, 10, 800.2, 'success' from inserted`)
  t.match(
    await compareDay(s.db, company.id, day),
    { wrong_values: 0, wrong_calls: 1 },
    'only the rollups follow',
  )
  t.same(await compareDay(s.db, company.id, day), agreement)
})

test('The nightly comparison records the number of differences and reports a bounded list without phone numbers', async (t) => {
  const { fixture, call_id, campaign_id } = await settledCampaign()
  await s.db.orm.execute(sql`
    insert into call_tasks (company_id, campaign_id, phone_number, status)
    select company_id, campaign_id, '+7916' || (5000000 + n), 'failed' from call_tasks, generate_series(1, 3) n
    where campaign_id = ${campaign_id}`)
  await s.db.orm.execute(sql`update calls set turn_count = 5 where id = ${call_id}`)
  const reports: unknown[] = []
  while ((await reconcileStep(s.db, new Date('2026-11-24T02:00Z'), (each) => reports.push(each))) > 0);
  const mine = reports.filter((each) => (each as { company_id: string }).company_id === fixture.company.id)
  t.match(mine, [{ day: '2026-11-23', wrong_values: 3 }])
  t.notMatch(JSON.stringify(mine), /\+7/)
  const [check] = await s.db.orm.execute(
    sql`select wrong_values from rollup_checks where company_id = ${fixture.company.id}`,
  )
  t.same(check, { wrong_values: 3 })
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), { total_tasks: 4, failed_tasks: 3 })
})

test('At most 50 differences of a day are listed, and all are counted and corrected', async (t) => {
  const company = await s.createCompany()
  await s.db.orm.execute(sql`
    with inserted as (
      insert into calls (company_id, direction, status, started_at)
      select ${company.id}, 'inbound', 'completed', '2026-11-23T10:00Z' from generate_series(1, 60) returning id)
    insert into call_logs (call_id, turn_index, role) select id, 0, 'user' from inserted`)
  const { wrong_values, disagreements } = await compareDay(s.db, company.id, day)
  t.same([wrong_values, disagreements.length], [60, 50])
  t.same(await compareDay(s.db, company.id, day), agreement)
})

test('A day that cannot be compared is recorded with the reason, and the other companies are compared', async (t) => {
  const [broken, intact] = [await s.createCompany(), await s.createCompany()]
  // The sum of the tokens of both calls exceeds a bigint.
  await s.db.orm.execute(sql`
    with inserted as (
      insert into calls (company_id, direction, status, started_at)
      select ${broken.id}::uuid, 'inbound', 'completed', '2026-11-23T10:00Z' from generate_series(1, 2) returning id)
    insert into call_metrics (company_id, call_id, llm_input_tokens)
    select ${broken.id}::uuid, id, 9000000000000000000 from inserted`)
  await s.db.orm.execute(sql`insert into calls (company_id, direction, status, started_at)
    values (${intact.id}, 'inbound', 'completed', '2026-11-23T10:00Z')`)
  const reports: { company_id: string }[] = []
  const setAside: SetAsideItem[] = []
  const reconcile = () =>
    reconcileStep(
      s.db,
      new Date('2026-11-25T02:00Z'),
      (each) => reports.push(each),
      (item) => setAside.push(item),
    )
  while ((await reconcile()) > 0);
  t.same(
    reports.filter(({ company_id }) => company_id === intact.id).map(({ company_id }) => company_id),
    [intact.id],
  )
  const reason = 'A number is out of range (22003).'
  t.match(setAside, [{ kind: 'comparison', company_id: broken.id, id: '2026-11-23', reason }])
  t.match(
    await s.db.orm.execute(
      sql`select error from rollup_checks where company_id = ${broken.id} order by day desc limit 1`,
    ),
    [{ error: reason }],
  )
})
