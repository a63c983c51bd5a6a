import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { type BriefContact, callBriefs, callTasks, campaigns } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { resolveDialTimezone, type ZoneSettings } from '../../lib/time/dial-timezone.ts'
import type { Call } from '../calls/index.ts'
import { getCompany } from '../companies/index.ts'
import type { CallTimezone } from './call-time.ts'

const isBriefOf = (tx: Tx, call_id: string) =>
  and(eq(callBriefs.company_id, tx.company_id), eq(callBriefs.call_id, call_id))

/** The contact of a call as it was when its brief was first requested. */
interface StoredContact {
  contact: BriefContact
  briefed_at: Date
}

/**
 * The contact of a call as it was when its brief was first requested, and when that was. Lists and company names change later;
 * the prompt of a call does not. Also records that an agent has requested the brief.
 */
export async function getBriefContact(tx: Tx, call: Call, now: Date): Promise<StoredContact> {
  const [stored] = await tx.select().from(callBriefs).where(isBriefOf(tx, call.id))
  if (isBriefed(stored)) return stored
  await storeBriefContact(tx, call.id, stored?.contact ?? (await currentContact(tx, call)), now)
  // Of two concurrent requests, the first one's contact is stored and both return it.
  const [row] = await tx.select().from(callBriefs).where(isBriefOf(tx, call.id))
  if (!isBriefed(row)) throw new Error('the contact of the brief was not stored')
  return row
}

const isBriefed = (
  row: { contact: BriefContact; briefed_at: Date | null } | undefined,
): row is StoredContact => row !== undefined && row.briefed_at !== null

/** The time zone of a contact. By its number for a contact without a campaign, or one that was stored before zones were. */
export function timezoneOf({ timezone, possible_timezones, phone_number }: BriefContact): CallTimezone {
  if (timezone !== undefined && possible_timezones !== undefined) return { timezone, possible_timezones }
  if (!phone_number) return { timezone: 'UTC', possible_timezones: [] }
  const zones = zonesIn(resolveDialTimezone(null, phone_number).dial_timezone)
  return { timezone: zones[0] ?? 'UTC', possible_timezones: zones }
}

const zonesIn = (dial_timezone: string): string[] => (dial_timezone === '' ? [] : dial_timezone.split(','))

/**
 * The zone in which a contact of a campaign is called. Of several possible ones that of the campaign, if it is one of them or
 * `unknown_zone` names it, else the first.
 */
function campaignTimezone({ timezone, unknown_zone }: ZoneSettings, dial_timezone: string): CallTimezone {
  const possible_timezones = zonesIn(dial_timezone)
  const [first = timezone, ...others] = possible_timezones
  const isOfCampaign =
    others.length > 0 && (unknown_zone === 'campaign' || possible_timezones.includes(timezone))
  return { timezone: isOfCampaign ? timezone : first, possible_timezones }
}

/**
 * Stores the contact for the prompt of a call, unless one is stored already.
 *
 * @param briefed_at when an agent requested the brief; null: none has yet
 */
export async function storeBriefContact(
  tx: Tx,
  call_id: string,
  contact: BriefContact,
  briefed_at: Date | null,
) {
  await tx
    .insert(callBriefs)
    .values({ company_id: tx.company_id, call_id, contact, briefed_at })
    .onConflictDoUpdate({
      target: [callBriefs.company_id, callBriefs.call_id],
      set: { briefed_at: sql`coalesce(${callBriefs.briefed_at}, excluded.briefed_at)` },
    })
}

/** The contact of the call's task, or the other party's number when the call belongs to no campaign. */
async function currentContact(tx: Tx, call: Call): Promise<BriefContact> {
  const { name: company_name } = await getCompany(tx, tx.company_id)
  const found = call.call_task_id === null ? undefined : await findTask(tx, call.call_task_id)
  if (found === undefined) {
    const phone_number = call.direction === 'outbound' ? call.callee_number : call.caller_number
    return { company_name, contact_name: null, phone_number, phone_extension: null, contact_data: {} }
  }
  const { task, timezone, unknown_zone } = found
  const { contact_name, phone_number, phone_extension, contact_data } = task
  const dial_timezone = task.dial_timezone ?? resolveDialTimezone(task.timezone, phone_number).dial_timezone
  return {
    company_name,
    contact_name,
    phone_number,
    phone_extension,
    contact_data,
    ...campaignTimezone({ timezone, unknown_zone }, dial_timezone),
  }
}

/** A task, with the settings of its campaign for time zones. */
async function findTask(tx: Tx, id: string) {
  const [found] = await tx
    .select({ task: callTasks, timezone: campaigns.timezone, unknown_zone: campaigns.unknown_zone })
    .from(callTasks)
    .innerJoin(
      campaigns,
      and(eq(campaigns.company_id, callTasks.company_id), eq(campaigns.id, callTasks.campaign_id)),
    )
    .where(and(eq(callTasks.company_id, tx.company_id), eq(callTasks.id, id)))
  return found
}

/** Whether an agent has requested the brief of a call, which means that an agent is ready to talk. */
export async function isBriefFetched(db: Db, company_id: string, call_id: string): Promise<boolean> {
  const [brief] = await db.orm
    .select({ briefed_at: callBriefs.briefed_at })
    .from(callBriefs)
    .where(and(eq(callBriefs.company_id, company_id), eq(callBriefs.call_id, call_id)))
  return brief !== undefined && brief.briefed_at !== null
}
