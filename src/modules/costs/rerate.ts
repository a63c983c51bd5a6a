import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuid, uuidArray } from '../../db/query/parameters.ts'
import { type CostAmounts, calls, costNames, rerates, supersededCosts } from '../../db/schema/index.ts'
import { inCompany, type ReadTx, type Tx } from '../../db/transaction.ts'
import { invalidIfNotFound, notFound } from '../../lib/errors.ts'
import { add, formatFixed, isZero, parseDecimal } from '../../lib/numbers/decimal.ts'
import { callFilters } from '../calls/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { getSkillbase } from '../skillbases/index.ts'
import { applyReportedCosts } from './calculate-costs.ts'
import { calculateCallCosts, readPricesFor, writeCosts } from './price-calls.ts'
import { type BillableCall, calculatedCosts, readBillableCalls } from './price-calls-queries.ts'

export type Rerate = typeof rerates.$inferSelect

export interface RerateInput {
  start: Date
  end: Date
  is_dry_run: boolean
  skillbase_id?: string | undefined
  campaign_id?: string | undefined
}

/** Calls per transaction. */
const callsPerBatch = 500
/** Batches that are priced within the request; a worker prices the rest. */
const maxBatchesPerRequest = 2

/**
 * Creates a rerate: the calls of a period are priced again with the current price book, or, with `is_dry_run`, only
 * compared. The pricing itself is done by `advanceRerate` and `rerateStep`.
 *
 * @throws Refusal 'invalid' when the skillbase or the campaign does not exist
 */
export async function startRerate(tx: Tx, input: RerateInput): Promise<Rerate> {
  const { skillbase_id, campaign_id } = input
  if (skillbase_id !== undefined)
    await invalidIfNotFound(getSkillbase(tx, skillbase_id), 'skillbase', skillbase_id)
  if (campaign_id !== undefined)
    await invalidIfNotFound(getCampaign(tx, campaign_id), 'campaign', campaign_id)
  const [rerate] = await tx
    .insert(rerates)
    .values({ ...input, company_id: tx.company_id })
    .returning()
  return rerate as Rerate
}

/** Prices the first 1,000 calls of a rerate within the request. Returns the rerate with its progress. */
export async function advanceRerate(db: Db, company_id: string, id: string, now: Date): Promise<Rerate> {
  for (let i = 0; i < maxBatchesPerRequest; i++) {
    const { status } = await inCompany(db, company_id, (tx) => priceNextBatch(tx, id, now))
    if (status === 'completed') break
  }
  return inCompany(db, company_id, (tx) => getRerate(tx, id))
}

/**
 * Prices the next batch of a running rerate, which is chosen at random: a rerate that always fails does not block the
 * others. Returns 1, or 0 when no rerate is running.
 */
export async function rerateStep(db: Db, now: Date): Promise<number> {
  const [nextRerate] = await db.orm
    .select({ company_id: rerates.company_id, id: rerates.id })
    .from(rerates)
    .where(eq(rerates.status, 'running'))
    .orderBy(sql`random()`)
    .limit(1)
  if (nextRerate === undefined) return 0
  await inCompany(db, nextRerate.company_id, (tx) => priceNextBatch(tx, nextRerate.id, now))
  return 1
}

/**
 * Prices the next calls of a rerate, keeps their previous costs, and stores the progress, all in one transaction: after a
 * crash the rerate continues where it stopped, and no call is priced twice. Locks the rerate and the calls.
 */
async function priceNextBatch(tx: Tx, id: string, now: Date): Promise<Rerate> {
  const [rerate] = await tx.select().from(rerates).where(isRerate(tx, id)).for('update')
  if (rerate === undefined) throw notFound('rerate')
  if (rerate.status === 'completed') return rerate
  const batch = await lockNextCalls(tx, rerate)
  const lastCall = batch.at(-1)
  const callIds = batch.map((call) => call.id)
  const result = batch.length === 0 ? emptyResult : await repriceCalls(tx, rerate, callIds)
  const isDone = batch.length < callsPerBatch
  const [updated] = await tx
    .update(rerates)
    .set({
      calls: rerate.calls + batch.length,
      changed_calls: rerate.changed_calls + result.changed,
      unpriced_before: rerate.unpriced_before + result.unpriced_before,
      unpriced_after: rerate.unpriced_after + result.unpriced_after,
      before: addAmounts(rerate.before, result.before),
      after: addAmounts(rerate.after, result.after),
      ...(lastCall && { last_started_at: lastCall.started_at, last_call_id: lastCall.id }),
      ...(isDone && { status: 'completed' as const, finished_at: now }),
    })
    .where(isRerate(tx, id))
    .returning()
  return updated as Rerate
}

/** SQL condition: the row of this rerate. */
const isRerate = (tx: ReadTx, id: string) => and(eq(rerates.company_id, tx.company_id), eq(rerates.id, id))

/**
 * The next calls of the period after the last one that was priced, oldest first. Locks them, so that none is completed or
 * filled by a late turn until its costs are stored. Index: calls_started_at_idx.
 */
const lockNextCalls = (tx: Tx, rerate: Rerate) => {
  const { start, end, skillbase_id, campaign_id, last_started_at, last_call_id } = rerate
  const filter = {
    start,
    end,
    skillbase_id: skillbase_id ?? undefined,
    campaign_id: campaign_id ?? undefined,
  }
  const isNext =
    last_started_at === null
      ? undefined
      : sql`(${calls.started_at}, ${calls.id}) > (${sql.param(last_started_at, calls.started_at)}, ${last_call_id}::uuid)`
  return tx
    .select({ id: calls.id, started_at: calls.started_at })
    .from(calls)
    .where(and(callFilters(tx, filter), isNext))
    .orderBy(calls.started_at, calls.id)
    .limit(callsPerBatch)
    .for('no key update')
}

const emptyResult = {
  changed: 0,
  unpriced_before: 0,
  unpriced_after: 0,
  before: {} as CostAmounts,
  after: {} as CostAmounts,
}

/** Calculates the costs of calls again and compares them. Stores the costs that changed, unless it is a dry run. */
async function repriceCalls(tx: Tx, { id, is_dry_run }: Rerate, callIds: string[]) {
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
function addAmounts(a: CostAmounts, b: CostAmounts): CostAmounts {
  const sums: CostAmounts = {}
  for (const name of costNames) {
    if (a[name] === undefined && b[name] === undefined) continue
    sums[name] = formatFixed(add(parseDecimal(a[name] ?? 0), parseDecimal(b[name] ?? 0)), 6)
  }
  return sums
}

/** @throws Refusal 'not_found' */
export async function getRerate(tx: ReadTx, id: string): Promise<Rerate> {
  const [rerate] = await tx.select().from(rerates).where(isRerate(tx, id))
  if (rerate === undefined) throw notFound('rerate')
  return rerate
}

/** One page of rerates, latest first. */
export const listRerates = (tx: ReadTx, query: PageQuery): Promise<Page<Rerate>> =>
  listPage(tx, { from: rerates, where: eq(rerates.company_id, tx.company_id), key: [rerates.id] }, query)

/** The costs of a call before each rerate that changed them, latest first. */
export const listSupersededCosts = (tx: ReadTx, call_id: string) =>
  tx
    .select()
    .from(supersededCosts)
    .where(and(eq(supersededCosts.company_id, tx.company_id), eq(supersededCosts.call_id, call_id)))
    .orderBy(desc(supersededCosts.created_at), desc(supersededCosts.rerate_id))
