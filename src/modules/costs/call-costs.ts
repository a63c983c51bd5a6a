import { sql } from 'drizzle-orm'
import type { CostAmounts, CostLine } from '../../db/schema/index.ts'
import { costComponents } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { notFound } from '../../lib/errors.ts'
import { readBillableCalls } from './price-calls.ts'
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
  const [call] = await readBillableCalls(tx, [call_id])
  if (call === undefined) throw (await callExists(tx, call_id)) ? notFound('call metrics') : notFound('call')
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

async function callExists(tx: ReadTx, call_id: string): Promise<boolean> {
  const rows = await tx.execute(
    sql`select from calls where company_id = ${tx.company_id}::uuid and id = ${call_id}::uuid`,
  )
  return rows.length > 0
}

function amountsOf(
  row: Record<`cost_${(typeof costComponents)[number] | 'total'}`, string | null>,
): CostAmounts {
  const amounts: CostAmounts = {}
  for (const name of [...costComponents, 'total'] as const) {
    const amount = row[`cost_${name}`]
    if (amount !== null) amounts[name] = amount
  }
  return amounts
}
