import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuid, uuidArray } from '../../db/query/parameters.ts'
import { type CostAmounts, costNames, type rerates } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { add, formatFixed, isZero, parseDecimal } from '../../lib/numbers/decimal.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { applyReportedCosts } from './calculate-costs.ts'
import { calculateCallCosts, readPricesFor, writeCosts } from './price-calls.ts'
import { type BillableCall, calculatedCosts, readBillableCalls } from './price-calls-queries.ts'

type Rerate = Pick<typeof rerates.$inferSelect, 'id' | 'is_dry_run'>

/** The result for no calls. */
export const emptyResult = {
  changed: 0,
  unpriced_before: 0,
  unpriced_after: 0,
  before: {} as CostAmounts,
  after: {} as CostAmounts,
}

/** Calculates the costs of calls again and compares them. Stores the costs that changed, unless it is a dry run. */
export async function repriceCalls(tx: Tx, { id, is_dry_run }: Rerate, callIds: string[]) {
  const calls = await readBillableCalls(tx, { call_ids: callIds })
  const prices = await readPricesFor(tx, calls)
  const priced = calls.map((call) => {
    const costs = calculateCallCosts(call, prices)
    return { call, costs, after: applyReportedCosts(costs, call.reported) }
  })
  const changed = priced.filter(({ call, after }) =>
    costNames.some((name) => call.current[name] !== after[name]),
  )
  if (!is_dry_run && changed.length > 0) {
    const changedIds = changed.map(({ call }) => call.call_id)
    await keepSupersededCosts(tx, { rerate_id: id, call_ids: changedIds })
    await writeCosts(tx, changed)
    await markCallsChanged(tx, changedIds)
  }
  return {
    changed: changed.length,
    unpriced_before: priced.filter(({ call }) => isUnpriced(call.current, call)).length,
    unpriced_after: priced.filter(({ call, after }) => isUnpriced(after, call)).length,
    before: sumOfPriced(priced.map(({ call }) => call.current)),
    after: sumOfPriced(priced.map(({ after }) => after)),
  }
}

/** Whether a call has usage, but no known total. */
const isUnpriced = (amounts: CostAmounts, call: BillableCall) =>
  amounts.total === undefined &&
  Object.values(call.usage).some((quantity) => !isZero(parseDecimal(quantity ?? 0)))

/** Copies the current costs of calls to superseded_costs before they are overwritten. Index: call_metrics_call_id_key. */
const keepSupersededCosts = defineCompanyQuery({
  name: 'costs.keep_superseded_costs',
  params: { rerate_id: uuid, call_ids: uuidArray },
  row: {},
  sql: (p) => sql`
    insert into superseded_costs (company_id, call_id, rerate_id, ${calculatedCosts})
    select company_id, call_id, ${p.rerate_id}, ${calculatedCosts} from call_metrics
    where company_id = ${p.company_id} and call_id = any(${p.call_ids})`,
})

/** Sums the calls whose total is known, so that no sum of components exceeds the total. The others are counted. */
const sumOfPriced = (amounts: CostAmounts[]) =>
  amounts.filter(({ total }) => total !== undefined).reduce(addAmounts, {})

/** Adds amounts by name. A name that neither has is absent from the sums. */
export function addAmounts(a: CostAmounts, b: CostAmounts): CostAmounts {
  const sums: CostAmounts = {}
  for (const name of costNames) {
    if (a[name] === undefined && b[name] === undefined) continue
    sums[name] = formatFixed(add(parseDecimal(a[name] ?? 0), parseDecimal(b[name] ?? 0)), 6)
  }
  return sums
}
