// The data changes of the migration that adds answers: durations of stored calls, and what was never dialed.
import { test } from 'tap'
import { connect } from '../../src/db/client.ts'
import { downgrade, upgrade } from '../../src/db/migrations/migrate.ts'
import { foldStep } from '../../src/modules/rollups/index.ts'
import { emptyDatabase } from '../setup/postgres.ts'
import { companyId, connectTo, fillTables, tags } from './fixtures.ts'

const migration = tags.findIndex((tag) => tag.endsWith('call_durations'))
const idOf = (n: number) => `00000000-0000-4000-8000-0000000012${String(n).padStart(2, '0')}`
const day = '2026-06-01T10:00:00Z'

interface OldCall {
  outcome: string | null
  status?: string
  direction?: string
  reason?: string
  turns?: number
  /** Seconds from the start to the end, and the stored duration if it is another. */
  lasted: number
  duration?: number
  isAttempt?: boolean
  /** Seconds from the start to the answer, as the carrier's record or an event has it. */
  answered?: number
  answeredBy?: 'livekit' | 'simulated' | 'event'
}

const oldCalls: (OldCall & {
  expected: [ring: number | null, duration: number | null, dialed: boolean, answered: boolean]
})[] = [
  {
    outcome: 'success',
    lasted: 65,
    isAttempt: true,
    answered: 5,
    answeredBy: 'livekit',
    expected: [5, 60, true, true],
  },
  {
    outcome: 'voicemail',
    lasted: 30,
    isAttempt: true,
    answered: 20,
    answeredBy: 'simulated',
    expected: [20, 10, true, true],
  },
  {
    outcome: 'fail',
    lasted: 50,
    isAttempt: true,
    answered: 8,
    answeredBy: 'event',
    expected: [8, 42, true, true],
  },
  { outcome: 'success', lasted: 70, isAttempt: true, expected: [null, 70, true, true] },
  { outcome: 'no_answer', status: 'failed', lasted: 25, isAttempt: true, expected: [25, null, true, false] },
  { outcome: 'busy', status: 'failed', lasted: 3, isAttempt: true, expected: [3, null, true, false] },
  { outcome: 'agent_error', lasted: 9, turns: 2, isAttempt: true, expected: [null, 9, true, true] },
  {
    outcome: 'cancelled',
    status: 'cancelled',
    reason: 'not_dialed',
    lasted: 2,
    isAttempt: true,
    expected: [null, null, false, false],
  },
  {
    outcome: 'cancelled',
    status: 'cancelled',
    reason: 'hung_up',
    lasted: 4,
    isAttempt: true,
    expected: [4, null, true, false],
  },
  { outcome: 'success', direction: 'inbound', lasted: 40, duration: 40, expected: [0, 40, true, true] },
  { outcome: null, direction: 'inbound', lasted: 90, duration: 80, expected: [10, 80, true, true] },
]

test('Stored calls get the durations that are known, and lose them again, both ways with correct rollups', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  await upgrade(url, String(migration - 1))
  await fillTables(sql)
  await sql`delete from test_calls`
  await sql`delete from simulated_calls`
  await sql`delete from livekit_calls`
  await sql`delete from metric_rollups`
  await sql`delete from call_contributions`
  for (const [i, call] of oldCalls.entries()) {
    const { outcome, status = 'completed', direction = 'outbound', reason = null, turns = 0, lasted } = call
    const task = call.isAttempt ? companyId : null
    await sql`insert into calls (company_id, id, direction, status, outcome, ended_reason, turn_count, call_task_id, started_at,
        ended_at, duration_sec)
      values (${companyId}, ${idOf(i)}, ${direction}, ${status}, ${outcome}, ${reason}, ${turns}, ${task}, ${day},
        ${day}::timestamptz + ${lasted} * interval '1 second', ${call.duration ?? lasted})`
    const answeredAt = sql`${day}::timestamptz + ${call.answered ?? 0} * interval '1 second'`
    if (call.answeredBy === 'livekit')
      await sql`insert into livekit_calls (company_id, call_id, state, reserved_at, rings_until, answered_at)
        values (${companyId}, ${idOf(i)}, 'answered', ${day}, ${day}, ${answeredAt})`
    if (call.answeredBy === 'simulated')
      await sql`insert into simulated_calls (company_id, call_id, phone_number, attempt, dialed_at, plan, status, answered_at)
        values (${companyId}, ${idOf(i)}, '+79991234567', 1, ${day}, '{}', 'ended', ${answeredAt})`
    if (call.answeredBy === 'event') {
      const items = JSON.stringify([{ type: 'call.status', call_id: idOf(i), status: 'active' }])
      await sql`insert into events (company_id, id, first_id, n, items, at)
        values (${companyId}, ${100 + i}, ${100 + i}, 1, ${items}::text::jsonb, ${answeredAt})`
    }
  }
  await sql`update call_tasks set status = 'retry', outcome = 'cancelled', call_id = ${idOf(7)}`
  const durations = async () =>
    (await sql`select duration_sec from calls where started_at = ${day} order by id`).map(
      (row) => row.duration_sec,
    )
  const before = await durations()

  await upgrade(url, '+1')
  const rows =
    await sql`select ring_sec, duration_sec, is_dialed, is_answered from calls where started_at = ${day} order by id`
  t.strictSame(
    rows.map((row) => [row.ring_sec, row.duration_sec, row.is_dialed, row.is_answered]),
    oldCalls.map(({ expected }) => expected),
  )
  t.match(await sql`select status, outcome from call_tasks`, [{ status: 'retry', outcome: null }])
  const db = connect(url)
  t.teardown(() => db.close())
  await upgrade(url)
  while ((await foldStep(db)) > 0);
  const counts =
    () => sql`select sum(calls)::int as calls, sum(dialed)::int as dialed, sum(answered)::int as answered,
      sum(not_dialed)::int as not_dialed from metric_rollups r
    join metric_series s on s.company_id = r.company_id and s.id = r.series_id
    where s.is_total and r.grain = 'day' and r.bucket = '2026-06-01Z'`
  t.match(
    await counts(),
    [{ calls: 10, dialed: 10, answered: 7, not_dialed: 1 }],
    'all calls were folded again',
  )

  await downgrade(url, String(migration - 1))
  t.strictSame(await durations(), before)
  const [old] = await sql`select sum(calls)::int as calls from metric_rollups r
    join metric_series s on s.company_id = r.company_id and s.id = r.series_id
    where s.is_total and r.grain = 'day' and r.bucket = '2026-06-01Z'`
  t.equal(old?.calls, 11)
})
