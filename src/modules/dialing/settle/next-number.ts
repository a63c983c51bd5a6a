import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineQuery, type RowOf } from '../../../db/query/define-query.ts'
import { integer, nullable, recordset, text, timestamptz, uuid } from '../../../db/query/parameters.ts'
import type { PlatformTx } from '../../../db/transaction.ts'
import { e164Pattern, extensionPattern } from '../../../lib/phone/contact-numbers.ts'
import { phoneIdentity } from '../../../lib/phone/identity.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'
import { resolveDialTimezone } from '../../../lib/time/dial-timezone.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'
import { applyCancellation, type RetryDecision } from './retry-decision.ts'
import type { lockEndedAttempts } from './settle-queries.ts'

type EndedAttempt = RowOf<typeof lockEndedAttempts>

/** A number that a contact goes on with, because its current number does not exist. */
export interface NextNumber {
  company_id: string
  call_task_id: string
  phone_number: string
  phone_extension: string | null
  dial_timezone: string
  timezone_source: string
  /** Its place in further_numbers, from 0. */
  position: number
  /** Length of further_numbers. */
  further: number
}

/**
 * Further numbers of tasks that may be dialed, in their order: not suppressed, and of no other contact of the campaign. An
 * element that hand-written SQL stored in another form is left out, because storing it as the number would fail. Indexes:
 * call_tasks_pkey, suppressions_phone_identity_key and call_tasks_phone_identity_key; `x >= y and x <= y order by x` means
 * `x = y`: see lockEndedAttempts.
 */
const findFurtherNumbers = defineQuery({
  name: 'dialing.find_further_numbers',
  params: { tasks: recordset('r', { company_id: uuid, call_task_id: uuid }), now: timestamptz },
  row: {
    company_id: Type.String(),
    call_task_id: Type.String(),
    campaign_id: Type.String(),
    timezone: Nullable(Type.String()),
    phone_number: Type.String(),
    phone_extension: Nullable(Type.String()),
    position: Type.Integer(),
    further: Type.Integer(),
  },
  sql: (p) => sql`
    select task.company_id, task.id as call_task_id, task.campaign_id, task.timezone, n.phone_number, n.phone_extension,
      n.position, jsonb_array_length(task.further_numbers) as further
    from ${p.tasks}
    cross join lateral (
      select * from call_tasks where company_id = r.company_id and id >= r.call_task_id and id <= r.call_task_id
      order by id limit 1) as task
    cross join lateral (
      select item->>'phone_number' as phone_number, item->>'phone_extension' as phone_extension,
        phone_identity(item->>'phone_number') as phone_identity, (place - 1)::int as position
      from jsonb_array_elements(task.further_numbers) with ordinality as numbers(item, place)) as n
    where n.phone_number ~ '${sql.raw(e164Pattern)}' and coalesce(n.phone_extension, '0') ~ '${sql.raw(extensionPattern)}'
      and (select 1 from suppressions s
        where s.company_id = task.company_id and s.phone_identity = n.phone_identity
          and ${isSuppressionActive(p.now)} limit 1) is null
      and (select 1 from call_tasks t
        where t.company_id = task.company_id and t.phone_identity >= n.phone_identity
          and t.phone_identity <= n.phone_identity and t.campaign_id = task.campaign_id
        order by t.phone_identity limit 1) is null
    order by n.position`,
})
type FurtherNumberRow = RowOf<typeof findFurtherNumbers>

/**
 * Finds the next number of each contact whose attempt ended with invalid_number. A contact without an entry has none left
 * that may be dialed. The caller has locked the campaigns, so that no other transaction adds a contact with the same number.
 *
 * @returns by the id of the task
 */
export async function findNextNumbers(
  tx: PlatformTx,
  attempts: readonly EndedAttempt[],
  now: Date,
): Promise<Map<string, NextNumber>> {
  const tasks = attempts.flatMap(({ company_id, call_task_id, outcome, is_number_replaced }) =>
    outcome === 'invalid_number' && call_task_id !== null && !is_number_replaced
      ? [{ company_id, call_task_id }]
      : [],
  )
  const chosen = new Map<string, NextNumber>()
  if (tasks.length === 0) return chosen
  const taken = new Set<string>()
  for (const row of await findFurtherNumbers(tx, { tasks, now })) {
    const key = `${row.campaign_id} ${phoneIdentity(row.phone_number)}`
    if (chosen.has(row.call_task_id) || taken.has(key)) continue
    taken.add(key)
    chosen.set(row.call_task_id, nextNumberOf(row))
  }
  return chosen
}

const nextNumberOf = ({ campaign_id: _, timezone, ...number }: FurtherNumberRow): NextNumber => ({
  ...number,
  ...resolveDialTimezone(timezone, number.phone_number),
})

/** The decision to call the contact's next number at once. The attempt uses up no retry; see decideRetry. */
export function decideNextNumber(
  { ended_at, outcome_counts, is_task_cancelled }: EndedAttempt,
  { further }: NextNumber,
): RetryDecision {
  const place = 1 + (outcome_counts?.invalid_number ?? 0)
  const decision: RetryDecision = {
    status: 'retry',
    countsAsAttempt: true,
    retryAt: ended_at,
    rule: 'next_number',
    detail: `number ${place} of ${place + further} does not exist; the next one is called`,
  }
  return applyCancellation(decision, is_task_cancelled)
}

/**
 * The decision when the contact already goes on with another number: the attempt is decided again, after a late report. As
 * `decideNextNumber`.
 */
export const decideReplacedNumber = ({ ended_at }: EndedAttempt): RetryDecision => ({
  status: 'retry',
  countsAsAttempt: true,
  retryAt: ended_at,
  rule: 'next_number',
  detail: 'its number does not exist; the next one is called',
})

/** Makes each next number the number of its task. The former one is dropped: it is not tried again. Index: call_tasks_pkey. */
export const storeNextNumbers = defineQuery({
  name: 'dialing.store_next_numbers',
  params: {
    numbers: recordset('n', {
      company_id: uuid,
      call_task_id: uuid,
      phone_number: text,
      phone_extension: nullable(text),
      dial_timezone: text,
      timezone_source: text,
      position: integer,
    }),
  },
  row: {},
  sql: (p) => sql`
    update call_tasks t set phone_number = n.phone_number, phone_extension = n.phone_extension,
      further_numbers = t.further_numbers - n.position, dial_timezone = n.dial_timezone, timezone_source = n.timezone_source
    from ${p.numbers} where t.company_id = n.company_id and t.id = n.call_task_id`,
})
