import { sql } from 'drizzle-orm'
import type { CountryCode } from 'libphonenumber-js/max'
import { v7 as uuidv7 } from 'uuid'
import type { Tx } from '../../db/transaction.ts'
import type { RowErrorCode } from '../../lib/error-codes.ts'
import { parsePhone } from '../../lib/phone.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'
import { isTimeZone } from '../../lib/time/instants.ts'
import { addToCounters, assertNotOver, lockCampaign, recordCampaignEvent } from '../campaigns/index.ts'
import { findSuppressedNumbers } from '../suppressions/index.ts'

/** A contact to add. The fields are described in the table call_tasks. */
export interface TaskInput {
  phone_number: string
  contact_name?: string | null | undefined
  contact_data?: Record<string, unknown> | undefined
  priority?: number | undefined
  timezone?: string | null | undefined
  next_attempt_at?: string | null | undefined
}

/** The reason why a contact was not added. Phone numbers are not repeated in responses, only the index in the request. */
export interface RejectedTask {
  index: number
  pointer: string
  code: RowErrorCode
  detail: string
}

export interface AddTasksResult {
  created: number
  /** Contacts whose number the campaign already has, or that repeat a number of the request. The first one is kept. */
  skipped: number
  /** Contacts whose number is suppressed. */
  suppressed: number
  rejected: RejectedTask[]
}

/**
 * Adds contacts to a campaign, each number once. An invalid contact is reported in `rejected`; the others are added.
 *
 * @param country ISO 3166 country of numbers without a country code
 * @throws Refusal 'not_found'; 'conflict' when the campaign is completed or stopped
 */
export async function addTasks(
  tx: Tx,
  campaign_id: string,
  inputs: readonly TaskInput[],
  { country, now }: { country?: CountryCode | undefined; now: Date },
): Promise<AddTasksResult> {
  assertNotOver(await lockCampaign(tx, campaign_id))
  const rejected: RejectedTask[] = []
  const rows = new Map<string, object>()
  for (const [index, input] of inputs.entries()) {
    const parsed = parseTask(input, index, country)
    if ('pointer' in parsed) rejected.push(parsed)
    else if (!rows.has(parsed.phone_number)) rows.set(parsed.phone_number, parsed)
  }
  const suppressed = await findSuppressedNumbers(tx, [...rows.keys()], now)
  for (const number of suppressed) rows.delete(number)
  const created = rows.size === 0 ? 0 : await insertTasks(tx, campaign_id, [...rows.values()], now)
  await addToCounters(tx, campaign_id, { total_tasks: created })
  if (created > 0) {
    const detail = `${created} contact(s) were added`
    await recordCampaignEvent(tx, campaign_id, 'tasks_added', detail, now, { created })
  }
  const skipped = inputs.length - rejected.length - suppressed.size - created
  return { created, skipped, suppressed: suppressed.size, rejected }
}

/**
 * Returns the row to insert, or the reason why the contact is rejected. The reason does not repeat the value: it could be
 * a phone number in the wrong field.
 */
function parseTask(input: TaskInput, index: number, country: CountryCode | undefined) {
  const reject = (field: string, code: RowErrorCode, detail: string): RejectedTask => ({
    index,
    pointer: `/tasks/${index}/${field}`,
    code,
    detail,
  })
  const phone = parsePhone(input.phone_number, country)
  if (!phone.ok) return reject('phone_number', 'invalid_phone_number', `phone_number ${phone.reason}.`)
  if (input.timezone && !isTimeZone(input.timezone)) {
    return reject('timezone', 'unknown_timezone', 'timezone is not an IANA time zone, like Europe/Moscow.')
  }
  if (input.next_attempt_at && Number.isNaN(Date.parse(input.next_attempt_at))) {
    const detail =
      'next_attempt_at is not an ISO 8601 date-time with an offset, like 2026-12-01T10:00:00+03:00.'
    return reject('next_attempt_at', 'invalid_time', detail)
  }
  return {
    ...input,
    ...resolveDialTimezone(input.timezone, phone.number),
    id: uuidv7(),
    phone_number: phone.number,
  }
}

/**
 * Inserts all rows with one statement and one parameter. Numbers that the campaign already has are skipped by its unique
 * index. Returns the number of rows inserted.
 */
async function insertTasks(tx: Tx, campaign_id: string, rows: object[], now: Date): Promise<number> {
  const { count } = await tx.execute(sql`
    insert into call_tasks
      (company_id, id, campaign_id, phone_number, contact_name, contact_data, timezone, dial_timezone,
      timezone_source, priority, next_attempt_at, created_at)
    select ${tx.company_id}::uuid, id, ${campaign_id}::uuid, phone_number, contact_name,
      coalesce(contact_data, '{}'), timezone, dial_timezone, timezone_source, coalesce(priority, 0), next_attempt_at,
      ${now.toISOString()}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as task (id uuid, phone_number text, contact_name text,
      contact_data jsonb, timezone text, dial_timezone text, timezone_source text, priority int, next_attempt_at timestamptz)
    order by phone_number
    on conflict (company_id, campaign_id, phone_number) do nothing`)
  return count
}
