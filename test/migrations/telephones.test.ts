// The data changes of migration 0010: contacts, suppressions and attempts of the same telephone.
import type { Sql } from 'postgres'
import { type Test, test } from 'tap'
import { downgrade, upgrade } from '../../src/db/migrations/migrate.ts'
import { emptyDatabase } from '../setup/postgres.ts'
import { companyId, connectTo, fillTables } from './fixtures.ts'

const before = '0009'
const idOf = (n: number) => `00000000-0000-4000-8000-0000000010${String(n).padStart(2, '0')}`

/** A database before the migration, with a company and a running campaign. */
async function oldDatabase(t: Test): Promise<{ sql: Sql; url: string }> {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  await upgrade(url, before)
  await fillTables(sql)
  await sql`delete from leases`
  await sql`delete from task_events`
  await sql`update call_tasks set call_id = null`
  await sql`delete from simulated_calls`
  await sql`delete from calls`
  await sql`delete from call_tasks`
  await sql`delete from suppressions`
  return { sql, url }
}

interface OldTask {
  number: string
  status?: string
  attempts?: number
  /** How old the contact is, in days. */
  days?: number
  /** The contact has a call and a history entry, and with `live` or `ended` a lease. */
  call?: 'settled' | 'live' | 'ended'
}

/** Inserts contacts; the id of each is that of its index. */
async function insertTasks(sql: Sql, tasks: OldTask[]): Promise<void> {
  for (const [i, { number, status = 'pending', attempts = 0, days = 0, call }] of tasks.entries()) {
    const id = idOf(i)
    await sql`insert into call_tasks (company_id, campaign_id, id, phone_number, status, attempt_count, created_at)
      values (${companyId}, ${companyId}, ${id}, ${number}, ${status}, ${attempts}, now() - ${days} * interval '1 day')`
    if (call === undefined) continue
    const callStatus = call === 'live' ? 'active' : 'completed'
    await sql`insert into calls (company_id, id, campaign_id, call_task_id, skillbase_id, direction, callee_number, status)
      values (${companyId}, ${id}, ${companyId}, ${id}, ${companyId}, 'outbound', ${number}, ${callStatus})`
    await sql`update call_tasks set call_id = ${id} where id = ${id}`
    await sql`insert into task_events (company_id, call_task_id, campaign_id, at, status, rule, call_id)
      values (${companyId}, ${id}, ${companyId}, now(), 'retry', 'busy_retry', ${id})`
    if (call === 'settled') continue
    const isLive = call === 'live'
    await sql`insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until,
        is_live, settle_at)
      values (${companyId}, ${id}, ${id}, ${companyId}, ${number}, 'w', now(), now(), ${isLive},
        ${isLive ? null : sql`now()`})`
  }
  await sql`update campaigns k set total_tasks = n.total, completed_tasks = n.completed, failed_tasks = n.failed from (
      select count(*) as total, count(*) filter (where status = 'completed') as completed,
        count(*) filter (where status = 'failed') as failed from call_tasks) n
    where k.id = ${companyId}`
}

const tasksOf = async (sql: Sql) =>
  (await sql`select phone_number, status from call_tasks order by phone_number`).map(
    ({ phone_number, status }) => `${phone_number} ${status}`,
  )

const countersOf = async (sql: Sql) =>
  (await sql`select total_tasks, completed_tasks, failed_tasks from campaigns where id = ${companyId}`)[0]

test('Migration 0010 merges contacts of one telephone, with their calls, history and counters', async (t) => {
  const { sql, url } = await oldDatabase(t)
  await insertTasks(sql, [
    // Argentina: the contact that was called is kept, although it is newer.
    { number: '+5491123456789', days: 3 },
    { number: '+541123456789', status: 'completed', attempts: 2, days: 1, call: 'settled' },
    // Brazil: three forms, of which the oldest is kept.
    { number: '+5511987654321', days: 1 },
    { number: '+551187654321', days: 5, call: 'settled' },
    { number: '+5501187654321', days: 2, status: 'failed', call: 'settled' },
    // Mexico: the contact in a live call is kept, although another was called more often.
    { number: '+525512345678', status: 'failed', attempts: 4, call: 'settled' },
    { number: '+5215512345678', status: 'in_progress', call: 'live' },
    { number: '+79991234567', status: 'completed', attempts: 1 },
  ])
  await upgrade(url, '+1')
  t.same(await tasksOf(sql), [
    '+5215512345678 in_progress',
    '+541123456789 completed',
    '+551187654321 pending',
    '+79991234567 completed',
  ])
  const calls = await sql`
    select t.phone_number, count(distinct c.id)::int as calls, count(distinct e.call_id)::int as history from call_tasks t
    left join calls c on c.call_task_id = t.id left join task_events e on e.call_task_id = t.id
    group by t.phone_number order by 1`
  t.same(
    calls.map(({ phone_number, calls, history }) => [phone_number, calls, history]),
    [
      ['+5215512345678', 2, 2],
      ['+541123456789', 1, 1],
      ['+551187654321', 2, 2],
      ['+79991234567', 0, 0],
    ],
  )
  t.same(await countersOf(sql), { total_tasks: 4, completed_tasks: 2, failed_tasks: 0 })
  t.match(await sql`select call_task_id, is_live from leases`, [{ call_task_id: idOf(6), is_live: true }])
  t.match(await sql`select data from campaign_events where event = 'edited'`, [{ data: { merged: 4 } }])
  await downgrade(url, '-1')
  t.equal((await tasksOf(sql)).length, 4, 'the down migration keeps the contacts')
  await sql`insert into call_tasks (company_id, campaign_id, phone_number)
    values (${companyId}, ${companyId}, '+5491123456789')`
  await upgrade(url, '+1')
  t.equal((await tasksOf(sql)).length, 4, 'up again merges what was added in the meantime')
})

test('Migration 0010 keeps one attempt of a contact whose forms are both in progress', async (t) => {
  const { sql, url } = await oldDatabase(t)
  await insertTasks(sql, [
    { number: '+5491123456780', status: 'in_progress', attempts: 3, call: 'ended' },
    { number: '+541123456780', status: 'in_progress', call: 'live' },
    { number: '+5491123456781', status: 'in_progress', attempts: 3, call: 'ended' },
    { number: '+541123456781', status: 'in_progress', call: 'ended' },
  ])
  await upgrade(url, '+1')
  t.same(await tasksOf(sql), ['+541123456780 in_progress', '+5491123456781 in_progress'])
  t.same(
    (
      await sql`select t.phone_number, l.call_id = t.call_id as is_of_task from leases l
      join call_tasks t on t.id = l.call_task_id order by 1`
    ).map((row) => ({ ...row })),
    [
      { phone_number: '+541123456780', is_of_task: true },
      { phone_number: '+5491123456781', is_of_task: true },
    ],
    'each contact is settled once',
  )
})

test('Migration 0010 waits for a company with two live calls to one telephone', async (t) => {
  const { sql, url } = await oldDatabase(t)
  await insertTasks(sql, [
    { number: '+5215512345678', status: 'in_progress', call: 'live' },
    { number: '+525512345678', status: 'in_progress', call: 'live' },
  ])
  await t.rejects(upgrade(url, '+1'), { message: /two live calls to the same telephone: wait/ })
  t.equal((await tasksOf(sql)).length, 2)
  await sql`update leases set is_live = false, settle_at = now() where phone_number = '+525512345678'`
  await upgrade(url, '+1')
  t.same(await tasksOf(sql), ['+5215512345678 in_progress'])
})

test('Migration 0010 keeps the suppression of a telephone that expires last', async (t) => {
  const { sql, url } = await oldDatabase(t)
  const suppress = (number: string, days: number | null) => sql`
    insert into suppressions (company_id, phone_number, expires_at)
    values (${companyId}, ${number}, now() + ${days}::int * interval '1 day')`
  await suppress('+5491123456789', 10)
  await suppress('+541123456789', 20)
  await suppress('+551187654321', null)
  await suppress('+5511987654321', 30)
  await suppress('+525512345678', 5)
  await upgrade(url, '+1')
  const numbers = async () =>
    (await sql`select phone_number from suppressions order by 1`).map(({ phone_number }) => phone_number)
  const kept = ['+525512345678', '+541123456789', '+551187654321']
  t.same(await numbers(), kept)
  await downgrade(url, '-1')
  t.same(await numbers(), kept)
})
