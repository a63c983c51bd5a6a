import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CostAmounts, costComponents, rerates, supersededCosts } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
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

/** Calls that are priced in one transaction. */
const mostCalls = 500
/** Transactions that a request waits for; what is longer goes on in the background. */
const mostAtOnce = 2

const names = [...costComponents, 'total'] as const

/**
 * Begins to price the calls of a period anew. It goes on by `continueRerate`, whoever calls that.
 *
 * @throws Refusal 'invalid' when the skillbase or the campaign is not there
 */
export async function startRerate(tx: Tx, input: RerateInput): Promise<Rerate> {
  await checkThere(tx, 'skillbase', input.skillbase_id)
  await checkThere(tx, 'campaign', input.campaign_id)
  const [rerate] = await tx
    .insert(rerates)
    .values({ ...input, company_id: tx.company_id })
    .returning()
  return rerate as Rerate
}

async function checkThere(tx: Tx, what: 'skillbase' | 'campaign', id: string | undefined): Promise<void> {
  if (id === undefined) return
  const table = sql.raw(`${what}s`)
  const [row] = await tx.execute(
    sql`select 1 from ${table} where company_id = ${tx.company_id}::uuid and id = ${id}::uuid`,
  )
  if (row !== undefined) return
  const pointer = `/${what}_id`
  throw invalid(`unknown_${what}`, `There is no such ${what}.`, [{ pointer, detail: `no such ${what}` }])
}

/** A rerate, further on by as many calls as a request waits for. */
export async function advanceRerate(db: Db, company_id: string, id: string, now: Date): Promise<Rerate> {
  for (let i = 0; i < mostAtOnce; i++) {
    const { status } = await asOwner(db, company_id, (tx) => continueRerate(tx, id, now))
    if (status === 'completed') break
  }
  return asOwner(db, company_id, (tx) => getRerate(tx, id))
}

/** Takes a rerate that is under way some calls further, any: one that fails bars no other. Answers 1 when there was one. */
export async function rerateStep(db: Db, now: Date): Promise<number> {
  const [next] = await db.orm.execute<{ company_id: string; id: string }>(
    sql`select company_id, id from rerates where status = 'running' order by random() limit 1`,
  )
  if (next === undefined) return 0
  await asOwner(db, next.company_id, (tx) => continueRerate(tx, next.id, now))
  return 1
}

/**
 * Prices the next calls, keeps what they cost before, and notes how far it came, all in one transaction: after a crash it
 * goes on where it was, and no call is priced twice.
 */
async function continueRerate(tx: Tx, id: string, now: Date): Promise<Rerate> {
  const [rerate] = await tx.select().from(rerates).where(isRerate(tx, id)).for('update')
  if (rerate === undefined) throw notFound('rerate')
  if (rerate.status === 'completed') return rerate
  const batch = await nextCalls(tx, rerate)
  const last = batch.at(-1)
  const found =
    batch.length === 0
      ? noChange
      : await reprice(
          tx,
          rerate,
          batch.map(({ id }) => id),
        )
  const isDone = batch.length < mostCalls
  const [further] = await tx
    .update(rerates)
    .set({
      calls: rerate.calls + batch.length,
      changed_calls: rerate.changed_calls + found.changed,
      unpriced_before: rerate.unpriced_before + found.unpriced_before,
      unpriced_after: rerate.unpriced_after + found.unpriced_after,
      before: added(rerate.before, found.before),
      after: added(rerate.after, found.after),
      ...(last && { last_started_at: new Date(last.started_at), last_call_id: last.id }),
      ...(isDone && { status: 'completed' as const, finished_at: now }),
    })
    .where(isRerate(tx, id))
    .returning()
  return further as Rerate
}

const isRerate = (tx: Tx, id: string) => and(eq(rerates.company_id, tx.company_id), eq(rerates.id, id))

/** The calls are held, so that none of them is completed or filled meanwhile. */
async function nextCalls(tx: Tx, rerate: Rerate) {
  const { start, end, skillbase_id, campaign_id, last_started_at, last_call_id } = rerate
  return tx.execute<{ id: string; started_at: string }>(sql`
    select c.id, c.started_at::text as started_at from calls c
    where c.company_id = ${tx.company_id}::uuid
      and c.started_at >= ${start.toISOString()}::timestamptz and c.started_at < ${end.toISOString()}::timestamptz
      and (${last_call_id}::uuid is null or (c.started_at, c.id)
        > (${last_started_at?.toISOString() ?? null}::timestamptz, ${last_call_id}::uuid))
      and (${skillbase_id}::uuid is null or c.skillbase_id = ${skillbase_id}::uuid)
      and (${campaign_id}::uuid is null or c.campaign_id = ${campaign_id}::uuid)
    order by c.started_at, c.id limit ${mostCalls} for no key update`)
}

const noChange = {
  changed: 0,
  unpriced_before: 0,
  unpriced_after: 0,
  before: {} as CostAmounts,
  after: {} as CostAmounts,
}

async function reprice(tx: Tx, { id, is_dry_run }: Rerate, call_ids: string[]) {
  const calls = await readBillableCalls(tx, call_ids)
  const prices = await readPricesFor(tx, calls)
  const priced = calls.map((call) => {
    const costs = calculateCallCosts(call, prices)
    return { call, costs, after: applyReportedCosts(costs, call.reported) }
  })
  const changed = priced.filter(({ call, after }) => names.some((name) => call.present[name] !== after[name]))
  if (!is_dry_run && changed.length > 0) {
    const ids = changed.map(({ call }) => call.call_id)
    await supersede(tx, id, ids)
    await writeCosts(tx, changed)
    await markCallsChanged(tx, ids)
  }
  const isUnpriced = (amounts: CostAmounts, call: BillableCall) =>
    amounts.total === undefined && Object.values(call.usage).some((used) => Number(used ?? 0) > 0)
  return {
    changed: changed.length,
    unpriced_before: priced.filter(({ call }) => isUnpriced(call.present, call)).length,
    unpriced_after: priced.filter(({ call, after }) => isUnpriced(after, call)).length,
    before: priced.map(({ call }) => call.present).reduce(added, {}),
    after: priced.map(({ after }) => after).reduce(added, {}),
  }
}

const supersede = (tx: Tx, rerate_id: string, call_ids: string[]) =>
  tx.execute(sql`
    insert into superseded_costs (company_id, call_id, rerate_id, cost_stt, cost_llm, cost_tts, cost_livekit, cost_total,
      cost_lines)
    select company_id, call_id, ${rerate_id}::uuid, cost_stt, cost_llm, cost_tts, cost_livekit, cost_total, cost_lines
    from call_metrics
    where company_id = ${tx.company_id}::uuid and call_id = any(${`{${call_ids.join(',')}}`}::uuid[])`)

/** Amounts added name by name; what is in neither is in none. */
function added(a: CostAmounts, b: CostAmounts): CostAmounts {
  const sums: CostAmounts = {}
  for (const name of names) {
    const [one, other] = [a[name], b[name]]
    if (one === undefined && other === undefined) continue
    sums[name] = formatFixed(add(parseDecimal(one ?? 0), parseDecimal(other ?? 0)), 6)
  }
  return sums
}

/** @throws Refusal 'not_found' */
export async function getRerate(tx: Tx, id: string): Promise<Rerate> {
  const [rerate] = await tx.select().from(rerates).where(isRerate(tx, id))
  if (rerate === undefined) throw notFound('rerate')
  return rerate
}

/** Rerates, the latest first. */
export const listRerates = (tx: Tx, query: PageQuery): Promise<Page<Rerate>> =>
  listPage(tx, { from: rerates, where: eq(rerates.company_id, tx.company_id), key: [rerates.id] }, query)

/** What a call was said to cost before, the latest first. */
export const listSupersededCosts = (tx: Tx, call_id: string) =>
  tx
    .select()
    .from(supersededCosts)
    .where(and(eq(supersededCosts.company_id, tx.company_id), eq(supersededCosts.call_id, call_id)))
    .orderBy(desc(supersededCosts.created_at), desc(supersededCosts.rerate_id))
