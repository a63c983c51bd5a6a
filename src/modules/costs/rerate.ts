import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CostAmounts, costComponents, rerates, supersededCosts } from '../../db/schema/index.ts'
import { inCompany, type ReadTx, type Tx } from '../../db/transaction.ts'
import { invalid, notFound } from '../../lib/errors.ts'
import { add, formatFixed, parseDecimal } from '../../lib/numbers/decimal.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { applyReportedCosts } from './calculate-costs.ts'
import {
  type BillableCall,
  calculateCallCosts,
  readBillableCalls,
  readPricesFor,
  writeCosts,
} from './price-calls.ts'

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

const amountNames = [...costComponents, 'total'] as const

/**
 * Creates a rerate: the calls of a period are priced again with the current price book, or, with `is_dry_run`, only
 * compared. The pricing itself is done by `advanceRerate` and `rerateStep`.
 *
 * @throws Refusal 'invalid' when the skillbase or the campaign does not exist
 */
export async function startRerate(tx: Tx, input: RerateInput): Promise<Rerate> {
  await assertExists(tx, 'skillbase', input.skillbase_id)
  await assertExists(tx, 'campaign', input.campaign_id)
  const [rerate] = await tx
    .insert(rerates)
    .values({ ...input, company_id: tx.company_id })
    .returning()
  return rerate as Rerate
}

/** @throws Refusal 'invalid' */
async function assertExists(
  tx: Tx,
  resource: 'skillbase' | 'campaign',
  id: string | undefined,
): Promise<void> {
  if (id === undefined) return
  const table = sql.raw(`${resource}s`)
  const [row] = await tx.execute(
    sql`select 1 from ${table} where company_id = ${tx.company_id}::uuid and id = ${id}::uuid`,
  )
  if (row !== undefined) return
  const detail = `The company has no ${resource} with the id ${id}.`
  throw invalid(`unknown_${resource}`, detail, [{ pointer: `/${resource}_id`, detail }])
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
  const [nextRerate] = await db.orm.execute<{ company_id: string; id: string }>(
    sql`select company_id, id from rerates where status = 'running' order by random() limit 1`,
  )
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
      ...(lastCall && { last_started_at: new Date(lastCall.started_at), last_call_id: lastCall.id }),
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
async function lockNextCalls(tx: Tx, rerate: Rerate) {
  const { start, end, skillbase_id, campaign_id, last_started_at, last_call_id } = rerate
  return tx.execute<{ id: string; started_at: string }>(sql`
    select c.id, c.started_at::text as started_at from calls c
    where c.company_id = ${tx.company_id}::uuid
      and c.started_at >= ${start.toISOString()}::timestamptz and c.started_at < ${end.toISOString()}::timestamptz
      and (${last_call_id}::uuid is null or (c.started_at, c.id)
        > (${last_started_at?.toISOString() ?? null}::timestamptz, ${last_call_id}::uuid))
      and (${skillbase_id}::uuid is null or c.skillbase_id = ${skillbase_id}::uuid)
      and (${campaign_id}::uuid is null or c.campaign_id = ${campaign_id}::uuid)
    order by c.started_at, c.id limit ${callsPerBatch} for no key update`)
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
  const calls = await readBillableCalls(tx, callIds)
  const prices = await readPricesFor(tx, calls)
  const priced = calls.map((call) => {
    const costs = calculateCallCosts(call, prices)
    return { call, costs, after: applyReportedCosts(costs, call.reported) }
  })
  const changed = priced.filter(({ call, after }) =>
    amountNames.some((name) => call.current[name] !== after[name]),
  )
  if (!is_dry_run && changed.length > 0) {
    const changedIds = changed.map(({ call }) => call.call_id)
    await keepSupersededCosts(tx, id, changedIds)
    await writeCosts(tx, changed)
    await markCallsChanged(tx, changedIds)
  }
  return {
    changed: changed.length,
    unpriced_before: priced.filter(({ call }) => isUnpriced(call.current, call)).length,
    unpriced_after: priced.filter(({ call, after }) => isUnpriced(after, call)).length,
    before: priced.map(({ call }) => call.current).reduce(addAmounts, {}),
    after: priced.map(({ after }) => after).reduce(addAmounts, {}),
  }
}

/** Whether a call has usage, but no known total. */
const isUnpriced = (amounts: CostAmounts, call: BillableCall) =>
  amounts.total === undefined && Object.values(call.usage).some((quantity) => Number(quantity ?? 0) > 0)

/** Copies the current costs of calls to superseded_costs before they are overwritten. */
const keepSupersededCosts = (tx: Tx, rerate_id: string, callIds: string[]) =>
  tx.execute(sql`
    insert into superseded_costs (company_id, call_id, rerate_id, cost_stt, cost_llm, cost_tts, cost_livekit, cost_total,
      cost_lines)
    select company_id, call_id, ${rerate_id}::uuid, cost_stt, cost_llm, cost_tts, cost_livekit, cost_total, cost_lines
    from call_metrics
    where company_id = ${tx.company_id}::uuid and call_id = any(${`{${callIds.join(',')}}`}::uuid[])`)

/** Adds amounts by name. A name that neither has is absent from the sums. */
function addAmounts(a: CostAmounts, b: CostAmounts): CostAmounts {
  const sums: CostAmounts = {}
  for (const name of amountNames) {
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
