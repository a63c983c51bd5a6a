import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { noCompany, testCalls, uncountedOutcomes } from '../../db/schema/index.ts'
import { type Tx, withQueuePlans } from '../../db/transaction.ts'
import { conflict, invalid } from '../../lib/errors.ts'
import { parsePhoneOrThrow } from '../../lib/phone.ts'
import { storeBriefContact } from '../briefs/index.ts'
import { type Call, createCall } from '../calls/index.ts'
import { getCompany } from '../companies/index.ts'
import { getRunnableVersion, getSkillbase } from '../skillbases/index.ts'
import { findSuppressedNumbers } from '../suppressions/index.ts'
import type { ClaimedCall } from './claim/claim.ts'
import { rateWindowSec, toleranceMs } from './claim/rate-limit.ts'

export interface TestCallInput {
  phone_number: string
  version?: number | undefined
  caller_number?: string | undefined
  contact_name?: string | undefined
  contact_data?: Record<string, unknown> | undefined
  ring_timeout_sec?: number | undefined
  max_call_duration_sec?: number | undefined
}

/** Whoever asked for it waits by the telephone: one that no worker took within so long is not dialed any more, ms. */
const takenWithinMs = 60_000
/** Claimed in one step at most. */
const batch = 20

/**
 * Places a call to try a skillbase, of no campaign: a worker dials it at once. Suppressed numbers and the company's limits
 * hold for it as for any attempt, and a number that is being called is not called twice.
 *
 * @throws Refusal 'not_found'; 'invalid' for a number or config that is none; 'conflict' when it may not be placed now
 */
export async function placeTestCall(
  tx: Tx,
  skillbase_id: string,
  input: TestCallInput,
  now: Date,
): Promise<Call> {
  const newest = await getSkillbase(tx, skillbase_id)
  const { version } = await getRunnableVersion(tx, skillbase_id, input.version ?? newest.version)
  const phone_number = parsePhoneOrThrow(input.phone_number)
  if ((await findSuppressedNumbers(tx, [phone_number], now)).size > 0) {
    throw invalid('suppressed', 'This number is suppressed: it is not called.', [
      { pointer: '/phone_number', detail: 'is suppressed' },
    ])
  }
  await takeSlot(tx, phone_number, now)
  const { call } = await createCall(
    tx,
    {
      ...{ direction: 'outbound', skillbase_id, skillbase_version: version, status: 'queued' },
      ...{ callee_number: phone_number, caller_number: input.caller_number },
    },
    now,
  )
  await lease(tx, call.id, phone_number, now)
  const { ring_timeout_sec = 30, max_call_duration_sec = 600 } = input
  const { company_id } = tx
  await tx.insert(testCalls).values({
    ...{ company_id, call_id: call.id, phone_number, placed_at: now },
    ring_timeout_sec,
    max_call_duration_sec,
  })
  const { name: company_name } = await getCompany(tx, company_id)
  const { contact_name = null, contact_data = {} } = input
  await storeBriefContact(tx, call.id, { company_name, contact_name, phone_number, contact_data }, null)
  return call
}

interface Room extends Record<string, unknown> {
  is_full: boolean
  is_too_fast: boolean
  is_called_enough: boolean
}

/** Holds the company's pace, as a claim does, and takes one slot of it. @throws Refusal 'conflict' when there is none */
async function takeSlot(tx: Tx, phone_number: string, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`
  const company = sql`${tx.company_id}::uuid`
  await tx.execute(sql`
    insert into company_pace (company_id, next_slot_at) values (${company}, ${at}) on conflict do nothing`)
  await tx.execute(sql`select 1 from company_pace where company_id = ${company} for update`)
  const uncounted = sql.raw(uncountedOutcomes.map((word) => `'${word}'`).join(', '))
  const [room] = await tx.execute<Room>(sql`
    with starts as (
      select c.started_at from call_tasks t join calls c on c.company_id = t.company_id and c.call_task_id = t.id
      where t.company_id = ${company} and t.phone_number = ${phone_number} and (c.outcome is null or c.outcome not in (${uncounted}))
      union all
      select t.placed_at from test_calls t join calls c on c.company_id = t.company_id and c.id = t.call_id
      where t.company_id = ${company} and t.phone_number = ${phone_number} and (c.outcome is null or c.outcome not in (${uncounted}))
    )
    select coalesce((select count(*) from leases l where l.company_id = k.id and l.is_live)
        >= (k.limits->>'max_concurrent_calls')::int, false) as is_full,
      coalesce(k.limits ? 'calls_per_minute' and p.next_slot_at > ${at} + make_interval(secs => ${toleranceMs / 1000}::float8),
        false) as is_too_fast,
      coalesce((select count(*) from starts where started_at > ${at} - interval '1 day')
        >= (k.limits->>'attempts_per_number_per_day')::int, false)
      or coalesce((select count(*) from starts where started_at > ${at} - interval '7 days')
        >= (k.limits->>'attempts_per_number_per_week')::int, false) as is_called_enough
    from companies k join company_pace p on p.company_id = k.id where k.id = ${company}`)
  if (room?.is_full)
    throw conflict('limit_reached', 'The company has as many calls going on as it may: wait for one to end.')
  if (room?.is_too_fast)
    throw conflict(
      'limit_reached',
      'The company begins as many calls a minute as it may: try again in a moment.',
    )
  if (room?.is_called_enough) {
    throw conflict('limit_reached', 'The number was called as often as the company allows.')
  }
  await tx.execute(sql`
    update company_pace p set next_slot_at = greatest(p.next_slot_at, ${at})
      + make_interval(secs => ${rateWindowSec(takenWithinMs)}::float8 / (k.limits->>'calls_per_minute')::float8)
    from companies k where k.id = p.company_id and p.company_id = ${company} and k.limits ? 'calls_per_minute'`)
}

/** Holds the number, and waits for a worker. @throws Refusal 'conflict' when it is being called */
async function lease(tx: Tx, call_id: string, phone_number: string, now: Date): Promise<void> {
  const until = new Date(now.getTime() + takenWithinMs).toISOString()
  const { count } = await tx.execute(sql`
    insert into leases (company_id, call_id, phone_number, worker, claimed_at, lease_until)
    values (${tx.company_id}::uuid, ${call_id}::uuid, ${phone_number}, '', ${now.toISOString()}::timestamptz,
      ${until}::timestamptz)
    on conflict (company_id, phone_number) where is_live do nothing`)
  if (count === 0)
    throw conflict('number_busy', 'This number is being called: wait until that call has ended.')
}

/** Takes test calls that wait for a worker; each is then to be dialed. */
export function claimTestCalls(db: Db, worker: string, now: Date, leaseMs: number): Promise<ClaimedCall[]> {
  const at = sql`${now.toISOString()}::timestamptz`
  const until = new Date(now.getTime() + leaseMs).toISOString()
  return withQueuePlans(db, noCompany, async (tx) => {
    const claimed = await tx.execute<ClaimedCall & Record<string, unknown>>(sql`
      with waiting as materialized (
        select company_id, call_id from leases
        where campaign_id is null and is_live and worker = '' and lease_until > ${at}
        order by claimed_at limit ${batch} for update skip locked
      ),
      leased as (
        update leases l set worker = ${worker}, claimed_at = ${at}, lease_until = ${until}::timestamptz
        from waiting w where l.company_id = w.company_id and l.call_id = w.call_id
      ),
      called as (
        update calls c set status = 'dialing', updated_at = now()
        from waiting w where c.company_id = w.company_id and c.id = w.call_id and c.status = 'queued'
        returning c.*
      ),
      noted as (insert into dirty_calls (company_id, call_id) select company_id, id from called)
      select c.company_id, c.id as call_id, null::uuid as call_task_id, null::uuid as campaign_id, t.phone_number,
        c.caller_number, c.skillbase_id, c.skillbase_version, 1 as attempt, t.ring_timeout_sec, t.max_call_duration_sec
      from called c join test_calls t on t.company_id = c.company_id and t.call_id = c.id`)
    return [...claimed]
  })
}
