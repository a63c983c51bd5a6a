import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { CountryCode } from 'libphonenumber-js/max'
import { v7 as uuidv7 } from 'uuid'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { integer, jsonb, nullable, recordset, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import type { Tx } from '../../db/transaction.ts'
import type { RowErrorCode } from '../../lib/list-error-codes.ts'
import { phoneIdentity } from '../../lib/phone/identity.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'
import { instantOf, isTimeZone } from '../../lib/time/instants.ts'
import {
  addToCounters,
  assertAcceptsContacts,
  lockCampaign,
  recordCampaignEvent,
} from '../campaigns/index.ts'
import { findSuppressedIdentities } from '../suppressions/index.ts'
import { type NumbersInput, parseNumbers } from './parse-numbers.ts'

/** A contact to add. The fields are described in the table call_tasks. */
export interface TaskInput extends NumbersInput {
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
 * @throws Refusal 'not_found'; 'conflict' as `assertAcceptsContacts`
 */
export async function addTasks(
  tx: Tx,
  campaign_id: string,
  inputs: readonly TaskInput[],
  { country, now }: { country?: CountryCode | undefined; now: Date },
): Promise<AddTasksResult> {
  assertAcceptsContacts(await lockCampaign(tx, campaign_id), now)
  const rejected: RejectedTask[] = []
  const rows = new Map<string, Exclude<ReturnType<typeof parseTask>, RejectedTask>>()
  for (const [index, input] of inputs.entries()) {
    const parsed = parseTask(input, index, country)
    if ('pointer' in parsed) rejected.push(parsed)
    else if (!rows.has(phoneIdentity(parsed.phone_number)))
      rows.set(phoneIdentity(parsed.phone_number), parsed)
  }
  const suppressed = await findSuppressedIdentities(tx, [...rows.keys()], now)
  for (const identity of suppressed) rows.delete(identity)
  const [inserted] =
    rows.size === 0 ? [] : await insertTasks(tx, { campaign_id, tasks: [...rows.values()], now })
  const created = inserted?.created ?? 0
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
  const reject = (pointer: string, code: RowErrorCode, detail: string): RejectedTask => ({
    index,
    pointer: `/tasks/${index}${pointer}`,
    code,
    detail,
  })
  const numbers = parseNumbers(input, country)
  if ('pointer' in numbers) return reject(numbers.pointer, numbers.code, numbers.detail)
  if (input.timezone && !isTimeZone(input.timezone)) {
    return reject('/timezone', 'unknown_timezone', 'timezone is not an IANA time zone, like Europe/Moscow.')
  }
  const next_attempt_at = input.next_attempt_at ? instantOf(input.next_attempt_at) : null
  if (next_attempt_at === undefined) {
    const detail =
      'next_attempt_at is not an existing ISO 8601 date-time with an offset, like 2026-12-01T10:00:00+03:00.'
    return reject('/next_attempt_at', 'invalid_time', detail)
  }
  return {
    id: uuidv7(),
    ...numbers,
    contact_name: input.contact_name ?? null,
    contact_data: input.contact_data ?? {},
    timezone: input.timezone ?? null,
    ...resolveDialTimezone(input.timezone, numbers.phone_number),
    priority: input.priority ?? 0,
    next_attempt_at,
  }
}

/**
 * Inserts all rows with one statement and one parameter. Numbers that the campaign already has are skipped by its unique
 * index. Returns the number of rows inserted.
 */
const insertTasks = defineCompanyQuery({
  name: 'call_tasks.insert_tasks',
  params: {
    campaign_id: uuid,
    tasks: recordset('task', {
      id: uuid,
      phone_number: text,
      phone_extension: nullable(text),
      further_numbers: jsonb,
      contact_name: nullable(text),
      contact_data: jsonb,
      timezone: nullable(text),
      dial_timezone: text,
      timezone_source: text,
      priority: integer,
      next_attempt_at: nullable(timestamptz),
    }),
    now: timestamptz,
  },
  row: { created: Type.Integer() },
  sql: (p) => sql`
    with created_tasks as (
      insert into call_tasks
        (company_id, id, campaign_id, phone_number, phone_extension, further_numbers, contact_name, contact_data, timezone,
        dial_timezone, timezone_source, priority, next_attempt_at, created_at)
      select ${p.company_id}, id, ${p.campaign_id}, phone_number, phone_extension, further_numbers, contact_name,
        contact_data, timezone, dial_timezone, timezone_source, priority, next_attempt_at, ${p.now}
      from ${p.tasks} order by phone_number
      on conflict (company_id, phone_identity, campaign_id) do nothing
      returning 1
    )
    select count(*)::int as created from created_tasks`,
})
