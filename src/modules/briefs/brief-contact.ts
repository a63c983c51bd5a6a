import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { type BriefContact, callBriefs, callTasks } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Call } from '../calls/index.ts'
import { getCompany } from '../companies/index.ts'

const isBriefOf = (tx: Tx, call_id: string) =>
  and(eq(callBriefs.company_id, tx.company_id), eq(callBriefs.call_id, call_id))

/**
 * The contact of a call as it was when its brief was first requested. Lists and company names change later; the prompt of
 * a call does not. Also records that an agent has requested the brief.
 */
export async function getBriefContact(tx: Tx, call: Call, now: Date): Promise<BriefContact> {
  const [stored] = await tx.select().from(callBriefs).where(isBriefOf(tx, call.id))
  if (stored !== undefined && stored.briefed_at !== null) return stored.contact
  await storeBriefContact(tx, call.id, stored?.contact ?? (await currentContact(tx, call)), now)
  // Of two concurrent requests, the first one's contact is stored and both return it.
  const [row] = await tx.select().from(callBriefs).where(isBriefOf(tx, call.id))
  if (row === undefined) throw new Error('the contact of the brief was not stored')
  return row.contact
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
  const { name } = await getCompany(tx, tx.company_id)
  const otherNumber = call.direction === 'outbound' ? call.callee_number : call.caller_number
  const [task] =
    call.call_task_id === null
      ? []
      : await tx
          .select()
          .from(callTasks)
          .where(and(eq(callTasks.company_id, tx.company_id), eq(callTasks.id, call.call_task_id)))
  return {
    company_name: name,
    contact_name: task?.contact_name ?? null,
    phone_number: task?.phone_number ?? otherNumber,
    phone_extension: task?.phone_extension ?? null,
    contact_data: task?.contact_data ?? {},
  }
}

/** Whether an agent has requested the brief of a call, which means that an agent is ready to talk. */
export async function isBriefFetched(db: Db, company_id: string, call_id: string): Promise<boolean> {
  const [brief] = await db.orm
    .select({ briefed_at: callBriefs.briefed_at })
    .from(callBriefs)
    .where(and(eq(callBriefs.company_id, company_id), eq(callBriefs.call_id, call_id)))
  return brief !== undefined && brief.briefed_at !== null
}
