import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { type Difference, dayHasData, rebuildDay } from './rebuild.ts'

/** What a check found wrong, for whoever is to hear of it. */
export type OnDifference = (found: Difference & { company_id: string; day: string }) => void

/** The hour of UTC from which on the last days are compared. */
const nightHour = 2
/** Days back that are compared every night; older ones by `npm run rollups`. */
const nightlyDays = 31

/**
 * Compares one day of one company with its calls, if one is due tonight, and mends it: rows that hand-made SQL wrote
 * are found so. Any number of processes may do it. Answers 1 when there was one.
 */
export async function reconcileStep(db: Db, now: Date, onDifference: OnDifference): Promise<number> {
  const tonight = new Date(now)
  tonight.setUTCHours(nightHour, 0, 0, 0)
  if (now < tonight) return 0
  const due = await claimDay(db, tonight, now)
  if (due === undefined) return 0
  const found = await rebuildDay(db, due.company_id, new Date(`${due.day}T00:00:00Z`))
  if (found.wrong_calls + found.wrong_buckets > 0) {
    await db.orm.execute(sql`
      update rollup_checks set wrong_calls = ${found.wrong_calls}, wrong_buckets = ${found.wrong_buckets}
      where company_id = ${due.company_id}::uuid and day = ${due.day}::date`)
    onDifference({ ...due, ...found })
  }
  return 1
}

async function claimDay(db: Db, tonight: Date, now: Date) {
  const [claimed] = await db.orm.execute<{ company_id: string; day: string }>(sql`
    insert into rollup_checks as k (company_id, day, checked_at, wrong_calls, wrong_buckets)
    select c.id, (d.day at time zone 'UTC')::date, ${now.toISOString()}::timestamptz, 0, 0 from companies c
    cross join generate_series(date_trunc('day', ${tonight.toISOString()}::timestamptz, 'UTC')
      - make_interval(days => ${nightlyDays}), date_trunc('day', ${tonight.toISOString()}::timestamptz, 'UTC')
      - interval '1 day', interval '1 day') as d(day)
    where ${dayHasData} and not exists (
      select from rollup_checks k where k.company_id = c.id and k.day = (d.day at time zone 'UTC')::date
        and k.checked_at >= ${tonight.toISOString()}::timestamptz)
    order by d.day desc limit 1
    on conflict (company_id, day) do update set checked_at = excluded.checked_at, wrong_calls = 0, wrong_buckets = 0
    where k.checked_at < ${tonight.toISOString()}::timestamptz
    returning company_id, day::text`)
  return claimed
}
