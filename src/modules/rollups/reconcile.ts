import { and, eq } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { rollupChecks } from '../../db/schema/index.ts'
import { type Difference, rebuildDay } from './rebuild.ts'
import { claimDay } from './rebuild-queries.ts'

/** Called with each day whose rollups differed from its calls, after they were rebuilt. `day` is a UTC date. */
export type OnDifference = (difference: Difference & { company_id: string; day: string }) => void

/** The UTC hour at which the nightly comparison starts. */
const startHour = 2
/** The number of past days that are compared every night; `npm run rollups` compares older ones. */
const comparedDays = 31

/**
 * Compares the rollups of one day of one company with its calls, and rebuilds them if they differ, because hand-written
 * SQL changes calls without a change record. Each of the last 31 days is compared once a night, by the process that
 * claims it first. Returns 1 when a day was compared, 0 when all days have been compared tonight.
 */
export async function reconcileStep(db: Db, now: Date, onDifference: OnDifference): Promise<number> {
  const tonight = new Date(now)
  tonight.setUTCHours(startHour, 0, 0, 0)
  if (now < tonight) return 0
  const [claimed] = await claimDay(db, { tonight, now, days: comparedDays })
  if (claimed === undefined) return 0
  const { company_id, day, starts_at } = claimed
  const difference = await rebuildDay(db, company_id, starts_at)
  if (difference.wrong_calls + difference.wrong_buckets > 0) {
    await db.orm
      .update(rollupChecks)
      .set(difference)
      .where(and(eq(rollupChecks.company_id, company_id), eq(rollupChecks.day, day)))
    onDifference({ company_id, day, ...difference })
  }
  return 1
}
