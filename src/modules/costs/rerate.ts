import { Type } from '@sinclair/typebox'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { failureReason, isLockTimeout, isTransientFailure } from '../../db/connection-errors.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { timestamptz } from '../../db/query/parameters.ts'
import { calls, rerates, supersededCosts } from '../../db/schema/index.ts'
import { inCompany, type ReadTx, type Tx } from '../../db/transaction.ts'
import { invalidIfNotFound, notFound } from '../../lib/errors.ts'
import { backoffMs, countSetAside, maxFailures, type OnSetAside } from '../../lib/set-aside.ts'
import { callFilters } from '../calls/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import { getSkillbase } from '../skillbases/index.ts'
import { addAmounts, emptyResult, repriceCalls } from './reprice-calls.ts'

export type Rerate = typeof rerates.$inferSelect

export interface RerateInput {
  start: Date
  end: Date
  is_dry_run: boolean
  skillbase_id?: string | undefined
  campaign_id?: string | undefined
}

/** Calls per transaction. After a failure fewer are tried, down to the call that fails. */
const callsPerBatch = [500, 50, 1] as const
/** Batches that are priced within the request; a worker prices the rest. */
const maxBatchesPerRequest = 2
/** How long a rerate waits after one of its calls was locked, ms. */
const lockedDelayMs = 10_000

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

/** Prices the first 1,000 calls of a rerate within the request, unless one fails. Returns the rerate with its progress. */
export async function advanceRerate(db: Db, company_id: string, id: string, now: Date): Promise<Rerate> {
  for (let i = 0; i < maxBatchesPerRequest; i++) {
    await priceOrSetAside(db, { company_id, id }, now, countSetAside)
    const { status, retry_at } = await inCompany(db, company_id, (tx) => getRerate(tx, id))
    if (status !== 'running' || retry_at !== null) break
  }
  return inCompany(db, company_id, (tx) => getRerate(tx, id))
}

/**
 * Prices the next batch of a running rerate: of a company at random, and of one of its rerates at random, so that no company
 * with many rerates delays another. Returns 1, or 0 when no rerate is due.
 *
 * @throws a failure that the rerate has not caused
 */
export async function rerateStep(db: Db, now: Date, onSetAside: OnSetAside = countSetAside): Promise<number> {
  const [next] = await findNextRerate(db, { now })
  if (next === undefined) return 0
  await priceOrSetAside(db, next, now, onSetAside)
  return 1
}

/**
 * Prices the next batch. One that fails is tried again in smaller ones, and then with a growing delay. After 5 failures at one
 * call the rerate is `failed`, with the reason.
 *
 * @throws a failure that the rerate has not caused
 */
async function priceOrSetAside(
  db: Db,
  { company_id, id }: { company_id: string; id: string },
  now: Date,
  onSetAside: OnSetAside,
): Promise<void> {
  let failure: unknown
  for (const limit of callsPerBatch) {
    try {
      await inCompany(db, company_id, (tx) => priceNextBatch(tx, id, limit, now))
      return
    } catch (error) {
      if (isLockTimeout(error)) return postpone(db, company_id, id, now)
      if (isTransientFailure(error)) throw error
      failure = error
    }
  }
  await inCompany(db, company_id, (tx) => handleFailure(tx, id, failureReason(failure), now, onSetAside))
}

/** A call of the rerate is locked by another transaction: others go first, and the failure does not count. */
async function postpone(db: Db, company_id: string, id: string, now: Date): Promise<void> {
  const retry_at = new Date(now.getTime() + lockedDelayMs)
  await inCompany(db, company_id, (tx) => tx.update(rerates).set({ retry_at }).where(isRerate(tx, id)))
}

/** Index: rerates_running_idx. */
const findNextRerate = defineQuery({
  name: 'costs.find_next_rerate',
  params: { now: timestamptz },
  row: { company_id: Type.String(), id: Type.String() },
  sql: (p) => sql`
    select company_id, id from (
      select distinct on (company_id) company_id, id from rerates
      where status = 'running' and (retry_at is null or retry_at <= ${p.now})
      order by company_id, random()
    ) as one_per_company order by random() limit 1`,
})

/** Records that the next call could not be priced. Its owner sees the call and the reason in `error`. */
async function handleFailure(
  tx: Tx,
  id: string,
  reason: string,
  now: Date,
  onSetAside: OnSetAside,
): Promise<void> {
  const rerate = await lockRerate(tx, id)
  if (rerate?.status !== 'running') return
  const [call] = await nextCalls(tx, rerate, 1)
  const failures = rerate.failures + 1
  const isFailed = failures >= maxFailures
  await tx
    .update(rerates)
    .set({
      failures,
      error: `The call ${call?.id ?? ''} could not be priced. ${reason}`,
      retry_at: isFailed ? null : new Date(now.getTime() + backoffMs(failures)),
      ...(isFailed && { status: 'failed' as const, finished_at: now }),
    })
    .where(isRerate(tx, id))
  if (isFailed) onSetAside({ kind: 'rerate', company_id: tx.company_id, id, reason })
}

/** Locks a rerate; undefined when it does not exist. */
async function lockRerate(tx: Tx, id: string): Promise<Rerate | undefined> {
  const [rerate] = await tx.select().from(rerates).where(isRerate(tx, id)).for('update')
  return rerate
}

/**
 * Prices the next calls of a rerate, keeps their previous costs, and stores the progress, all in one transaction: after a
 * crash the rerate continues where it stopped, and no call is priced twice. Locks the rerate and the calls.
 */
async function priceNextBatch(tx: Tx, id: string, limit: number, now: Date): Promise<Rerate> {
  // A call that another transaction keeps locked delays its own rerate only.
  await tx.execute(sql`set local lock_timeout = '2s'`)
  const rerate = await lockRerate(tx, id)
  if (rerate === undefined) throw notFound('rerate')
  if (rerate.status !== 'running') return rerate
  const batch = await nextCalls(tx, rerate, limit).for('no key update')
  const lastCall = batch.at(-1)
  const callIds = batch.map((call) => call.id)
  const result = batch.length === 0 ? emptyResult : await repriceCalls(tx, rerate, callIds)
  const isDone = batch.length < limit
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
      error: null,
      failures: 0,
      retry_at: null,
      ...(isDone && { status: 'completed' as const, finished_at: now }),
    })
    .where(isRerate(tx, id))
    .returning()
  return updated as Rerate
}

/** SQL condition: the row of this rerate. */
const isRerate = (tx: ReadTx, id: string) => and(eq(rerates.company_id, tx.company_id), eq(rerates.id, id))

/**
 * The next calls of the period after the last one that was priced, oldest first. To be locked, so that none is completed or
 * filled by a late turn until its costs are stored. Index: calls_started_at_idx.
 */
const nextCalls = (tx: Tx, rerate: Rerate, limit: number) => {
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
    .limit(limit)
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
