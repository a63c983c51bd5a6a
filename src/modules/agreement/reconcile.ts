import type { Db } from '../../db/client.ts'
import { failureReason, isTransientFailure } from '../../db/connection-errors.ts'
import { countSetAside, type OnSetAside } from '../../lib/set-aside.ts'
import { claimDay, recordCheck, recordCheckFailure } from '../rollups/index.ts'
import { compareDay, type DayComparison, differs } from './compare-day.ts'

/** Called with each day on which something differed, after it was corrected. `day` is a UTC date. */
export type OnDifference = (difference: DayComparison & { company_id: string; day: string }) => void

/** The UTC hour at which the nightly comparison starts. */
const startHour = 2
/** The number of past days that are compared every night; `npm run rollups` compares older ones. */
const comparedDays = 31

/**
 * Compares one day of one company by `compareDay`, because hand-written SQL changes rows without a change record, and
 * records the result in rollup_checks. Each of the last 31 days is compared once a night, by the process that claims it
 * first. Returns 1 when a day was compared, 0 when all days have been compared tonight. A comparison that fails is recorded with
 * its reason and is repeated the next night; the other days and companies are compared.
 */
export async function reconcileStep(
  db: Db,
  now: Date,
  onDifference: OnDifference,
  onSetAside: OnSetAside = countSetAside,
): Promise<number> {
  const tonight = new Date(now)
  tonight.setUTCHours(startHour, 0, 0, 0)
  if (now < tonight) return 0
  const [claimed] = await claimDay(db, { tonight, now, days: comparedDays })
  if (claimed === undefined) return 0
  const { company_id, day, starts_at } = claimed
  try {
    const comparison = await compareDay(db, company_id, starts_at)
    if (differs(comparison)) {
      await recordCheck(db, company_id, day, comparison)
      onDifference({ company_id, day, ...comparison })
    }
  } catch (error) {
    if (isTransientFailure(error)) throw error
    const reason = failureReason(error)
    await recordCheckFailure(db, company_id, day, reason)
    onSetAside({ kind: 'comparison', company_id, id: day, reason })
  }
  return 1
}
