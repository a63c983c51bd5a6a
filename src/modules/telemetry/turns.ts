import { and, eq } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { callLogs } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { getCall } from '../calls/index.ts'

export type Turn = typeof callLogs.$inferSelect

const isTurnOf = (tx: ReadTx, call_id: string) =>
  and(eq(callLogs.company_id, tx.company_id), eq(callLogs.call_id, call_id))

/** One page of a call's turns with their measurements, first turn first. @throws Refusal 'not_found' */
export async function listTurns(tx: ReadTx, call_id: string, query: PageQuery): Promise<Page<Turn>> {
  await getCall(tx, call_id)
  return listPage(
    tx,
    { from: callLogs, where: isTurnOf(tx, call_id), key: [callLogs.turn_index], order: 'asc' },
    query,
  )
}

/** The text of a whole call, first turn first. @throws Refusal 'not_found' */
export async function getTranscript(tx: ReadTx, call_id: string) {
  const { language } = await getCall(tx, call_id)
  const turns = await tx
    .select({
      turn_index: callLogs.turn_index,
      role: callLogs.role,
      content: callLogs.content,
      state_id: callLogs.state_id,
      was_interrupted: callLogs.was_interrupted,
      created_at: callLogs.created_at,
    })
    .from(callLogs)
    .where(isTurnOf(tx, call_id))
    .orderBy(callLogs.turn_index)
  return { call_id, language, turns }
}
