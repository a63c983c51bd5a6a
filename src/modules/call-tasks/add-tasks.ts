import { sql } from 'drizzle-orm'
import type { CountryCode } from 'libphonenumber-js/max'
import { v7 as uuidv7 } from 'uuid'
import type { Tx } from '../../db/transaction.ts'
import { parsePhone } from '../../lib/phone.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'
import { isTimeZone } from '../../lib/time/instants.ts'
import { addToCounters, assertNotOver, lockCampaign, recordCampaignEvent } from '../campaigns/index.ts'
import { findSuppressedNumbers } from '../suppressions/index.ts'

export interface TaskInput {
  phone_number: string
  contact_name?: string | null | undefined
  contact_data?: Record<string, unknown> | undefined
  priority?: number | undefined
  timezone?: string | null | undefined
  next_attempt_at?: string | null | undefined
}

/** Why a contact was not taken; its number is in the request, and not repeated here. */
export interface RejectedTask {
  index: number
  pointer: string
  code: string
  detail: string
}

export interface AddTasksResult {
  created: number
  /** Numbers the campaign has already, or that come twice in the request: the first stays. */
  skipped: number
  /** Numbers that the company does not call. */
  suppressed: number
  rejected: RejectedTask[]
}

/**
 * Adds contacts to a campaign, each number once. Bad ones are told, and harm no other.
 *
 * @throws Refusal 'not_found', or 'conflict' when the campaign is over
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
    const read = readTask(input, index, country)
    if ('pointer' in read) rejected.push(read)
    else if (!rows.has(read.phone_number)) rows.set(read.phone_number, read)
  }
  const suppressed = await findSuppressedNumbers(tx, [...rows.keys()], now)
  for (const number of suppressed) rows.delete(number)
  const created = rows.size === 0 ? 0 : await insert(tx, campaign_id, [...rows.values()], now)
  await addToCounters(tx, campaign_id, { total_tasks: created })
  if (created > 0)
    await recordCampaignEvent(tx, campaign_id, 'tasks_added', `${created} contact(s) were added`, now, {
      created,
    })
  const skipped = inputs.length - rejected.length - suppressed.size - created
  return { created, skipped, suppressed: suppressed.size, rejected }
}

function readTask(input: TaskInput, index: number, country: CountryCode | undefined) {
  const reject = (field: string, code: string, detail: string): RejectedTask => ({
    index,
    pointer: `/tasks/${index}/${field}`,
    code,
    detail,
  })
  const phone = parsePhone(input.phone_number, country)
  if (!phone.ok) return reject('phone_number', 'invalid_phone_number', phone.reason)
  if (input.timezone && !isTimeZone(input.timezone)) {
    return reject('timezone', 'unknown_timezone', 'is no zone of the IANA database')
  }
  if (input.next_attempt_at && Number.isNaN(Date.parse(input.next_attempt_at))) {
    return reject('next_attempt_at', 'invalid_time', 'is not an instant')
  }
  return {
    ...input,
    ...resolveDialTimezone(input.timezone, phone.number),
    id: uuidv7(),
    phone_number: phone.number,
  }
}

/** One statement for all, with one parameter; the unique number of a campaign decides what is new. */
async function insert(tx: Tx, campaign_id: string, rows: object[], now: Date): Promise<number> {
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
