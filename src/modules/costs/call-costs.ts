import { type CostAmounts, type CostLine, type CostName, costNames } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { notFound } from '../../lib/errors.ts'
import { getCall } from '../calls/index.ts'
import { readBillableCalls } from './price-calls-queries.ts'
import { listSupersededCosts } from './rerate.ts'

export interface CallCosts {
  call_id: string
  /** Reported amounts where there are any, else calculated ones. */
  counted: CostAmounts
  reported: CostAmounts
  lines: CostLine[] | null
  superseded: { rerate_id: string; created_at: Date; counted: CostAmounts; lines: CostLine[] | null }[]
}

/**
 * The costs of a call with their lines, the costs that its providers reported, and its costs before each rerate.
 *
 * @throws Refusal 'not_found' when the call does not exist or has no metrics
 */
export async function getCallCosts(tx: ReadTx, call_id: string): Promise<CallCosts> {
  const [call] = await readBillableCalls(tx, { call_ids: [call_id] })
  if (call === undefined) {
    await getCall(tx, call_id)
    throw notFound('call metrics')
  }
  const superseded = await listSupersededCosts(tx, call_id)
  return {
    call_id,
    counted: call.current,
    reported: call.reported,
    lines: call.cost_lines,
    superseded: superseded.map((row) => ({
      rerate_id: row.rerate_id,
      created_at: row.created_at,
      counted: amountsOf(row),
      lines: row.cost_lines,
    })),
  }
}

function amountsOf(row: Record<`cost_${CostName}`, string | null>): CostAmounts {
  const amounts: CostAmounts = {}
  for (const name of costNames) {
    const amount = row[`cost_${name}`]
    if (amount !== null) amounts[name] = amount
  }
  return amounts
}
