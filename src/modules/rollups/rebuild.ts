import { and, eq, gte, lt } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { metricRollups, rollupChecks } from '../../db/schema/index.ts'
import { asOwner } from '../../db/transaction.ts'
import { nilUuid } from '../../lib/uuid.ts'
import { queueMissingTranscripts } from '../search/index.ts'
import { changedCalls } from './dirty-calls.ts'
import { foldCalls } from './fold.ts'
import { countWrongRollups, findCallsOfDay, findDays, insertRollups } from './rebuild-queries.ts'

/** The numbers of calls of a day whose stored contribution was outdated, and of wrong rows in metric_rollups. */
export interface Difference {
  wrong_calls: number
  wrong_buckets: number
}

/** Calls folded in one transaction. */
const batchSize = 2_000
const dayMs = 86_400_000

/**
 * Compares a day's rollups with its calls and rebuilds those that differ, while the service runs: first the rollups from
 * the stored contributions, then each stored contribution from its call, in batches, then the rollups again. A changed
 * call that waits in dirty_calls to be folded does not count as a difference. Also queues transcripts that were never
 * indexed.
 * `day` is midnight UTC.
 */
export async function rebuildDay(db: Db, company_id: string, day: Date): Promise<Difference> {
  const wrongBefore = await rebuildRollups(db, company_id, day)
  let wrong_calls = 0
  // The nil uuid is below every id.
  for (let lastId = nilUuid; ; ) {
    const batch = await asOwner(db, company_id, async (tx) => {
      const ids = (await findCallsOfDay(tx, { day, after: lastId, limit: batchSize })).map(({ id }) => id)
      const last = ids.at(-1)
      if (last === undefined) return undefined
      await changedCalls.lock(tx)
      const wrong = await foldCalls(tx, ids)
      await queueMissingTranscripts(tx, ids)
      return { lastId: last, wrong }
    })
    if (batch === undefined) break
    wrong_calls += batch.wrong
    lastId = batch.lastId
  }
  const wrong_buckets = wrongBefore + (await rebuildRollups(db, company_id, day))
  // What they failed at may have been rebuilt.
  await changedCalls.retrySetAside(db, company_id)
  return { wrong_calls, wrong_buckets }
}

/** Recomputes a day's rollups from the stored contributions if any differs. Returns the number of rows that differed. */
function rebuildRollups(db: Db, company_id: string, day: Date): Promise<number> {
  return asOwner(db, company_id, async (tx) => {
    await changedCalls.lock(tx)
    const wrong = (await countWrongRollups(tx, { day }))[0]?.n ?? 0
    if (wrong === 0) return 0
    await tx
      .delete(metricRollups)
      .where(
        and(
          eq(metricRollups.company_id, tx.company_id),
          gte(metricRollups.bucket, day),
          lt(metricRollups.bucket, new Date(day.getTime() + dayMs)),
        ),
      )
    await insertRollups(tx, { day })
    return wrong
  })
}

/** Records the differences that were found in the comparison that `claimDay` started. `day` is a UTC date. */
export async function recordCheck(
  db: Db,
  company_id: string,
  day: string,
  { wrong_calls, wrong_buckets, wrong_values }: Difference & { wrong_values: number },
): Promise<void> {
  await db.orm
    .update(rollupChecks)
    .set({ wrong_calls, wrong_buckets, wrong_values })
    .where(and(eq(rollupChecks.company_id, company_id), eq(rollupChecks.day, day)))
}

/** Records why the comparison that `claimDay` started failed. `day` is a UTC date. */
export async function recordCheckFailure(
  db: Db,
  company_id: string,
  day: string,
  error: string,
): Promise<void> {
  await db.orm
    .update(rollupChecks)
    .set({ error })
    .where(and(eq(rollupChecks.company_id, company_id), eq(rollupChecks.day, day)))
}

/** Each company with its UTC days, from `from` to before `until`, that have calls or rollups. */
export const findDaysWithCalls = (
  db: Db,
  span: { from: Date; until: Date; company_id?: string | undefined },
) => findDays(db, { since: span.from, until: span.until, company_id: span.company_id ?? null })
