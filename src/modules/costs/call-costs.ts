import { type CostAmounts, type CostLine, type CostName, costNames } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { getCall } from '../calls/index.ts'
import { readBillableCalls } from './price-calls-queries.ts'
import { listSupersededCosts } from './rerate.ts'

export interface CallCosts {
  call_id: string
  /** Reported amounts where there are any, else calculated ones. */
  counted: CostAmounts
  reported: CostAmounts
  /** Empty for a call without usage, and for costs that hand-written SQL has stored. */
  lines: CostLine[]
  superseded: { rerate_id: string; created_at: Date; counted: CostAmounts; lines: CostLine[] }[]
}

/**
 * The costs of a call with their lines, the costs that its providers reported, and its costs before each rerate. They are
 * empty for a call that was not answered, or not measured.
 *
 * @throws Refusal 'not_found' when the call does not exist
 */
export async function getCallCosts(tx: ReadTx, call_id: string): Promise<CallCosts> {
  const [call] = await readBillableCalls(tx, { call_ids: [call_id] })
  if (call === undefined) await getCall(tx, call_id)
  const superseded = await listSupersededCosts(tx, call_id)
  return {
    call_id,
    counted: call?.current ?? {},
    reported: call?.reported ?? {},
    lines: linesOf(call?.cost_lines),
    superseded: superseded.map((row) => ({
      rerate_id: row.rerate_id,
      created_at: row.created_at,
      counted: amountsOf(row),
      lines: linesOf(row.cost_lines),
    })),
  }
}

/** Lines that were stored before `via_alias` existed do not have it. */
const linesOf = (lines: CostLine[] | null | undefined): CostLine[] =>
  (lines ?? []).map((line) => ({ ...line, via_alias: line.via_alias ?? null }))

function amountsOf(row: Record<`cost_${CostName}`, string | null>): CostAmounts {
  const amounts: CostAmounts = {}
  for (const name of costNames) {
    const amount = row[`cost_${name}`]
    if (amount !== null) amounts[name] = amount
  }
  return amounts
}
