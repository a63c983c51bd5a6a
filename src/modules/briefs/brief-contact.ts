import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { type BriefContact, callBriefs, callTasks } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Call } from '../calls/index.ts'
import { getCompany } from '../companies/index.ts'

const isBrief = (tx: Tx, call_id: string) =>
  and(eq(callBriefs.company_id, tx.company_id), eq(callBriefs.call_id, call_id))

/**
 * Whom a call is with, as it was when that was first asked: lists and company names change, the prompt of a call does
 * not. Notes too that an agent has asked.
 */
export async function getBriefContact(tx: Tx, call: Call, now: Date): Promise<BriefContact> {
  const [kept] = await tx.select().from(callBriefs).where(isBrief(tx, call.id))
  if (kept !== undefined && kept.briefed_at !== null) return kept.contact
  await storeBriefContact(tx, call.id, kept?.contact ?? (await contactOf(tx, call)), now)
  // Two may have asked at once: the first one's stands for both.
  const [stored] = await tx.select().from(callBriefs).where(isBrief(tx, call.id))
  if (stored === undefined) throw new Error('the contact of a call was not kept')
  return stored.contact
}

/** Keeps what a call's prompt is to be filled with, unless it is kept already. `briefed_at` null: no agent has asked. */
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

/** The contact of a campaign, or the other party of a call that is of none. */
async function contactOf(tx: Tx, call: Call): Promise<BriefContact> {
  const { name } = await getCompany(tx, tx.company_id)
  const other = call.direction === 'outbound' ? call.callee_number : call.caller_number
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
    phone_number: task?.phone_number ?? other,
    contact_data: task?.contact_data ?? {},
  }
}

/** Whether an agent has asked for the brief of a call: somebody is there to speak. */
export async function isBriefFetched(db: Db, company_id: string, call_id: string): Promise<boolean> {
  const [brief] = await db.orm
    .select({ briefed_at: callBriefs.briefed_at })
    .from(callBriefs)
    .where(and(eq(callBriefs.company_id, company_id), eq(callBriefs.call_id, call_id)))
  return brief !== undefined && brief.briefed_at !== null
}
