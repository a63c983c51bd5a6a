import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { type CompanyLimits, testCalls, uncountedOutcomes } from '../../db/schema/index.ts'
import { acrossCompanies, type Tx } from '../../db/transaction.ts'
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

/**
 * A test call that no worker has claimed after this time is not dialed, because the person who requested it expects an
 * immediate call.
 */
const maxWaitMs = 60_000
/** Test calls per claim. */
const batchSize = 20

/**
 * Queues a call to try a skillbase, outside of any campaign. A worker dials it within a second. Suppressions, the
 * limits of the company and the rule of one live call per number apply as to any attempt.
 *
 * @throws Refusal 'not_found'; 'invalid' for an invalid or suppressed number or an invalid config; 'conflict' when a
 *   limit is reached or the number is in a call
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
    throw invalid('suppressed', 'The number is suppressed and cannot be called.', [
      {
        pointer: '/phone_number',
        detail: 'This number is suppressed. Use another number, or delete its suppression.',
      },
    ])
  }
  await reserveRateSlot(tx, phone_number, now)
  const { call } = await createCall(
    tx,
    {
      direction: 'outbound',
      skillbase_id,
      skillbase_version: version,
      status: 'queued',
      callee_number: phone_number,
      caller_number: input.caller_number,
    },
    now,
  )
  await insertLease(tx, call.id, phone_number, now)
  const { ring_timeout_sec = 30, max_call_duration_sec = 600 } = input
  const { company_id } = tx
  await tx.insert(testCalls).values({
    company_id,
    call_id: call.id,
    phone_number,
    placed_at: now,
    ring_timeout_sec,
    max_call_duration_sec,
  })
  const { name: company_name } = await getCompany(tx, company_id)
  const { contact_name = null, contact_data = {} } = input
  await storeBriefContact(tx, call.id, { company_name, contact_name, phone_number, contact_data }, null)
  return call
}

/** The limits of the company, and which of them one more call would exceed. */
interface ReachedLimits extends Record<string, unknown> {
  limits: CompanyLimits
  is_at_concurrency_limit: boolean
  is_at_rate_limit: boolean
  is_at_number_limit: boolean
}

/**
 * Checks the company's limits and reserves one slot of its rate limit. Locks the company_pace row, as a claim does.
 *
 * @throws Refusal 'conflict' when a limit is reached
 */
async function reserveRateSlot(tx: Tx, phone_number: string, now: Date): Promise<void> {
  const nowSql = sql`${now.toISOString()}::timestamptz`
  const companyId = sql`${tx.company_id}::uuid`
  await tx.execute(sql`
    insert into company_pace (company_id, next_slot_at) values (${companyId}, ${nowSql}) on conflict do nothing`)
  await tx.execute(sql`select 1 from company_pace where company_id = ${companyId} for update`)
  const uncounted = sql.raw(uncountedOutcomes.map((outcome) => `'${outcome}'`).join(', '))
  const [reached] = await tx.execute<ReachedLimits>(sql`
    with past_attempts as (
      select c.started_at from call_tasks t join calls c on c.company_id = t.company_id and c.call_task_id = t.id
      where t.company_id = ${companyId} and t.phone_number = ${phone_number} and (c.outcome is null or c.outcome not in (${uncounted}))
      union all
      select t.placed_at from test_calls t join calls c on c.company_id = t.company_id and c.id = t.call_id
      where t.company_id = ${companyId} and t.phone_number = ${phone_number} and (c.outcome is null or c.outcome not in (${uncounted}))
    )
    select k.limits, coalesce((select count(*) from leases l where l.company_id = k.id and l.is_live)
        >= (k.limits->>'max_concurrent_calls')::int, false) as is_at_concurrency_limit,
      coalesce(k.limits ? 'calls_per_minute' and p.next_slot_at > ${nowSql} + make_interval(secs => ${toleranceMs / 1000}::float8),
        false) as is_at_rate_limit,
      coalesce((select count(*) from past_attempts where started_at > ${nowSql} - interval '1 day')
        >= (k.limits->>'attempts_per_number_per_day')::int, false)
      or coalesce((select count(*) from past_attempts where started_at > ${nowSql} - interval '7 days')
        >= (k.limits->>'attempts_per_number_per_week')::int, false) as is_at_number_limit
    from companies k join company_pace p on p.company_id = k.id where k.id = ${companyId}`)
  if (reached?.is_at_concurrency_limit) {
    const { max_concurrent_calls } = reached.limits
    const detail = `The company has reached its limit max_concurrent_calls (${max_concurrent_calls}). Wait until one of its calls has ended.`
    throw conflict('limit_reached', detail)
  }
  if (reached?.is_at_rate_limit) {
    const { calls_per_minute } = reached.limits
    const detail = `The company has reached its limit calls_per_minute (${calls_per_minute}). Try again in a few seconds.`
    throw conflict('limit_reached', detail)
  }
  if (reached?.is_at_number_limit) {
    const { attempts_per_number_per_day = 'none', attempts_per_number_per_week = 'none' } = reached.limits
    const detail = `The number has reached a limit of the company: attempts_per_number_per_day (${attempts_per_number_per_day}) or attempts_per_number_per_week (${attempts_per_number_per_week}). Try again later, or use another number.`
    throw conflict('limit_reached', detail)
  }
  await tx.execute(sql`
    update company_pace p set next_slot_at = greatest(p.next_slot_at, ${nowSql})
      + make_interval(secs => ${rateWindowSec(maxWaitMs)}::float8 / (k.limits->>'calls_per_minute')::float8)
    from companies k where k.id = p.company_id and p.company_id = ${companyId} and k.limits ? 'calls_per_minute'`)
}

/**
 * Inserts a lease without a worker, so that any worker may claim the call.
 *
 * @throws Refusal 'conflict' when the number is in a live call
 */
async function insertLease(tx: Tx, call_id: string, phone_number: string, now: Date): Promise<void> {
  const leaseUntil = new Date(now.getTime() + maxWaitMs).toISOString()
  const { count } = await tx.execute(sql`
    insert into leases (company_id, call_id, phone_number, worker, claimed_at, lease_until)
    values (${tx.company_id}::uuid, ${call_id}::uuid, ${phone_number}, '', ${now.toISOString()}::timestamptz,
      ${leaseUntil}::timestamptz)
    on conflict (company_id, phone_number) where is_live do nothing`)
  if (count === 0) {
    throw conflict('number_busy', 'The number is in another call of the company. Wait until it has ended.')
  }
}

/**
 * Claims queued test calls for this worker, oldest first; the caller dials them. `leaseMs` is the length of their
 * leases.
 */
export function claimTestCalls(db: Db, worker: string, now: Date, leaseMs: number): Promise<ClaimedCall[]> {
  const nowSql = sql`${now.toISOString()}::timestamptz`
  const leaseUntil = new Date(now.getTime() + leaseMs).toISOString()
  return acrossCompanies(
    db,
    async (tx) => {
      const claimed = await tx.execute<ClaimedCall & Record<string, unknown>>(sql`
      with queued_calls as materialized (
        select company_id, call_id from leases
        where campaign_id is null and is_live and worker = '' and lease_until > ${nowSql}
        order by claimed_at limit ${batchSize} for update skip locked
      ),
      updated_leases as (
        update leases l set worker = ${worker}, claimed_at = ${nowSql}, lease_until = ${leaseUntil}::timestamptz
        from queued_calls q where l.company_id = q.company_id and l.call_id = q.call_id
      ),
      claimed_calls as (
        update calls c set status = 'dialing', updated_at = now()
        from queued_calls q where c.company_id = q.company_id and c.id = q.call_id and c.status = 'queued'
        returning c.*
      ),
      recorded_changes as (insert into dirty_calls (company_id, call_id) select company_id, id from claimed_calls)
      select c.company_id, c.id as call_id, null::uuid as call_task_id, null::uuid as campaign_id, t.phone_number,
        c.caller_number, c.skillbase_id, c.skillbase_version, 1 as attempt, t.ring_timeout_sec, t.max_call_duration_sec
      from claimed_calls c join test_calls t on t.company_id = c.company_id and t.call_id = c.id`)
      return [...claimed]
    },
    { plans: 'fresh' },
  )
}
