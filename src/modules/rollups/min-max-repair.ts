import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'
import { minMaxColumns } from './contributions.ts'

/** One hour of a detail series (a series that is not a total). */
export interface RollupHour {
  series_id: number
  /** Start of the hour, as timestamptz text. */
  bucket: string
}

/** The min and max columns, computed from `x`, which is call_contributions (`source`) or metric_rollups (`column`). */
const recomputed = (from: 'column' | 'source') =>
  sql.raw(
    minMaxColumns.map((minMax) => `${minMax.aggregate}(x.${minMax[from]}) as ${minMax.column}`).join(', '),
  )
const assignments = sql.raw(minMaxColumns.map(({ column }) => `${column} = recomputed.${column}`).join(', '))

/**
 * Recomputes the min and max columns of these hours, of their days, and of the totals that contain them. Sums are
 * corrected by subtraction, but a removed min or max can only be replaced by reading the remaining values: contributions
 * for an hour, hours for a day. Also deletes those of these rollups that have no calls any more.
 *
 * The caller holds the company's lock.
 */
export async function repairMinMax(tx: Tx, hours: readonly RollupHour[]): Promise<void> {
  if (hours.length === 0) return
  const company = sql`${tx.company_id}::uuid`
  const detailHours = sql`json_to_recordset(${JSON.stringify(hours)}::text::json) as h(series_id int, bucket timestamptz)`
  const detailDays = sql`(select distinct series_id, date_trunc('day', bucket, 'UTC') as bucket from ${detailHours})`
  const totalHours = sql`(
    select distinct t.id as series_id, t.direction, t.outcome, h.bucket from ${detailHours}
    join metric_series s on s.company_id = ${company} and s.id = h.series_id
    join metric_series t on t.company_id = ${company} and t.is_total
      and t.direction = s.direction and t.outcome is not distinct from s.outcome)`
  const totalDays = sql`(
    select distinct series_id, date_trunc('day', bucket, 'UTC') as bucket from ${totalHours} as t)`
  await tx.execute(detailHoursFromContributions(company, detailHours))
  await tx.execute(daysFromHours(company, detailDays))
  await tx.execute(totalHoursFromDetailHours(company, totalHours))
  await tx.execute(daysFromHours(company, totalDays))
  await tx.execute(sql`
    delete from metric_rollups r
    using (select * from ${detailHours} union select series_id, bucket from ${totalHours} as t) as h
    where r.company_id = ${company} and r.series_id = h.series_id and r.calls = 0
      and (r.grain = 'hour' and r.bucket = h.bucket
        or r.grain = 'day' and r.bucket = date_trunc('day', h.bucket, 'UTC'))`)
}

const detailHoursFromContributions = (company: SQL, detailHours: SQL) => sql`
    update metric_rollups r set ${assignments} from (
      select h.series_id, h.bucket, ${recomputed('source')} from ${detailHours}
      left join call_contributions x on x.company_id = ${company} and x.series_id = h.series_id
        and x.started_at >= h.bucket and x.started_at < h.bucket + interval '1 hour'
      group by 1, 2
    ) as recomputed
    where r.company_id = ${company} and r.grain = 'hour'
      and r.series_id = recomputed.series_id and r.bucket = recomputed.bucket`

const totalHoursFromDetailHours = (company: SQL, totalHours: SQL) => sql`
    update metric_rollups r set ${assignments} from (
      select h.series_id, h.bucket, ${recomputed('column')} from ${totalHours} as h
      join metric_series s on s.company_id = ${company} and not s.is_total
        and s.direction = h.direction and s.outcome is not distinct from h.outcome
        and s.first_bucket <= h.bucket and s.last_bucket >= h.bucket
      left join metric_rollups x on x.company_id = ${company} and x.grain = 'hour' and x.series_id = s.id
        and x.bucket = h.bucket
      group by 1, 2
    ) as recomputed
    where r.company_id = ${company} and r.grain = 'hour'
      and r.series_id = recomputed.series_id and r.bucket = recomputed.bucket`

const daysFromHours = (company: SQL, days: SQL) => sql`
    update metric_rollups r set ${assignments} from (
      select h.series_id, h.bucket, ${recomputed('column')} from ${days} as h
      left join metric_rollups x on x.company_id = ${company} and x.grain = 'hour'
        and x.series_id = h.series_id and x.bucket >= h.bucket and x.bucket < h.bucket + interval '1 day'
      group by 1, 2
    ) as recomputed
    where r.company_id = ${company} and r.grain = 'day'
      and r.series_id = recomputed.series_id and r.bucket = recomputed.bucket`
