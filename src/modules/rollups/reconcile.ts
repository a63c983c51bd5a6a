import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { type Difference, dayHasData, rebuildDay } from './rebuild.ts'

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
  const claimed = await claimDay(db, tonight, now)
  if (claimed === undefined) return 0
  const difference = await rebuildDay(db, claimed.company_id, new Date(`${claimed.day}T00:00:00Z`))
  if (difference.wrong_calls + difference.wrong_buckets > 0) {
    await db.orm.execute(sql`
      update rollup_checks set wrong_calls = ${difference.wrong_calls}, wrong_buckets = ${difference.wrong_buckets}
      where company_id = ${claimed.company_id}::uuid and day = ${claimed.day}::date`)
    onDifference({ ...claimed, ...difference })
  }
  return 1
}

/**
 * Marks the latest day that was not compared tonight as compared, and returns it; undefined when there is none. When two
 * processes choose the same day, the second waits for the first one's row and gets undefined.
 */
async function claimDay(db: Db, tonight: Date, now: Date) {
  const [claimed] = await db.orm.execute<{ company_id: string; day: string }>(sql`
    insert into rollup_checks as stored (company_id, day, checked_at, wrong_calls, wrong_buckets)
    select c.id, (d.day at time zone 'UTC')::date, ${now.toISOString()}::timestamptz, 0, 0 from companies c
    cross join generate_series(date_trunc('day', ${tonight.toISOString()}::timestamptz, 'UTC')
      - make_interval(days => ${comparedDays}), date_trunc('day', ${tonight.toISOString()}::timestamptz, 'UTC')
      - interval '1 day', interval '1 day') as d(day)
    where ${dayHasData} and not exists (
      select from rollup_checks checks where checks.company_id = c.id and checks.day = (d.day at time zone 'UTC')::date
        and checks.checked_at >= ${tonight.toISOString()}::timestamptz)
    order by d.day desc limit 1
    on conflict (company_id, day) do update set checked_at = excluded.checked_at, wrong_calls = 0, wrong_buckets = 0
    where stored.checked_at < ${tonight.toISOString()}::timestamptz
    returning company_id, day::text`)
  return claimed
}
