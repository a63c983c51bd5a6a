import { Type } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { text, timestamptz } from '../../db/query/parameters.ts'
import { type CompanyLimits, companyPace, leases, numberLimits, testCalls } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, invalid } from '../../lib/errors.ts'
import { phoneIdentity } from '../../lib/phone/identity.ts'
import { parsePhoneOrThrow } from '../../lib/phone.ts'
import { storeBriefContact } from '../briefs/index.ts'
import { type Call, createCall } from '../calls/index.ts'
import { getCompany } from '../companies/index.ts'
import { getRunnableVersion, getSkillbase } from '../skillbases/index.ts'
import { findSuppressedIdentities } from '../suppressions/index.ts'
import { cappedUntil } from './claim/attempt-limits.ts'
import { rateWindowSec, slotAfter, tolerance } from './claim/rate-limit.ts'

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
  if ((await findSuppressedIdentities(tx, [phoneIdentity(phone_number)], now)).size > 0) {
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

/**
 * The limits of the company, and which of them one more call to the number would exceed. Indexes: primary keys,
 * leases_campaign_idx, and those of `cappedUntil`.
 */
const checkLimits = defineCompanyQuery({
  name: 'dialing.check_limits',
  params: { phone_identity: text, now: timestamptz },
  row: {
    limits: Type.Unsafe<CompanyLimits>({ type: 'object' }),
    is_at_concurrency_limit: Type.Boolean(),
    is_at_rate_limit: Type.Boolean(),
    is_at_number_limit: Type.Boolean(),
  },
  sql: ({ company_id, phone_identity, now }) => sql`
    select k.limits,
      coalesce((select count(*) from leases l where l.company_id = k.id and l.is_live)
        >= (k.limits->>'max_concurrent_calls')::int, false) as is_at_concurrency_limit,
      k.limits ? 'calls_per_minute' and p.next_slot_at > ${now} + ${tolerance} as is_at_rate_limit,
      ${cappedUntil({
        company_id,
        phone_identity,
        per_day: sql.raw("(k.limits->>'attempts_per_number_per_day')::int"),
        per_week: sql.raw("(k.limits->>'attempts_per_number_per_week')::int"),
        min_hours: sql.raw("(k.limits->>'min_hours_between_attempts')::float8"),
        now,
      })} is not null as is_at_number_limit
    from companies k join company_pace p on p.company_id = k.id where k.id = ${company_id}`,
})

/**
 * Checks the company's limits and reserves one slot of its rate limit. Locks the company_pace row, as a claim does.
 *
 * @throws Refusal 'conflict' when a limit is reached
 */
async function reserveRateSlot(tx: Tx, phone_number: string, now: Date): Promise<void> {
  const { company_id } = tx
  const next_slot_at = sql`${companyPace.next_slot_at}`
  await tx
    .insert(companyPace)
    .values({ company_id, next_slot_at: now })
    .onConflictDoUpdate({ target: companyPace.company_id, set: { next_slot_at } })
  const [reached] = await checkLimits(tx, { phone_identity: phoneIdentity(phone_number), now })
  const limits = reached?.limits ?? {}
  const { max_concurrent_calls, calls_per_minute } = limits
  if (reached?.is_at_concurrency_limit) {
    const detail = `The company has reached its limit max_concurrent_calls (${max_concurrent_calls}). Wait until one of its calls has ended.`
    throw conflict('limit_reached', detail)
  }
  if (reached?.is_at_rate_limit) {
    const detail = `The company has reached its limit calls_per_minute (${calls_per_minute}). Try again in a few seconds.`
    throw conflict('limit_reached', detail)
  }
  if (reached?.is_at_number_limit) {
    const values = numberLimits.map((name) => `${name} (${limits[name] ?? 'none'})`).join(', ')
    const detail = `The number has reached a limit of the company: one of ${values}. Try again later, or use another number.`
    throw conflict('limit_reached', detail)
  }
  if (calls_per_minute === undefined) return
  const rateLimit = {
    next_slot_at,
    calls_per_minute: sql`${calls_per_minute}::float8`,
    window_sec: sql`${rateWindowSec(maxWaitMs)}::float8`,
    now: sql`${now.toISOString()}::timestamptz`,
  }
  await tx
    .update(companyPace)
    .set({ next_slot_at: slotAfter(sql.raw('1'), rateLimit) })
    .where(eq(companyPace.company_id, company_id))
}

/**
 * Inserts a lease without a worker, so that any worker may claim the call.
 *
 * @throws Refusal 'conflict' when the number is in a live call
 */
async function insertLease(tx: Tx, call_id: string, phone_number: string, now: Date): Promise<void> {
  const lease_until = new Date(now.getTime() + maxWaitMs)
  const [lease] = await tx
    .insert(leases)
    .values({ company_id: tx.company_id, call_id, phone_number, worker: '', claimed_at: now, lease_until })
    .onConflictDoNothing({ target: [leases.company_id, leases.phone_identity], where: sql`is_live` })
    .returning({ call_id: leases.call_id })
  if (lease === undefined) {
    throw conflict('number_busy', 'The number is in another call of the company. Wait until it has ended.')
  }
}
