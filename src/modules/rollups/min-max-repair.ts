import { type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { integer, recordset, timestamptz } from '../../db/query/parameters.ts'
import type { Tx } from '../../db/transaction.ts'
import {
  isEmpty,
  recomputedFromContributions,
  recomputedFromRollups,
  setRecomputed,
} from './rollup-columns.ts'

/** One hour of a detail series (a series that is not a total). */
export interface RollupHour {
  series_id: number
  /** Start of the hour. */
  bucket: Date
}

/**
 * Recomputes the min and max columns of these hours, of their days, and of the totals that contain them. Sums are
 * corrected by subtraction, but a removed min or max can only be replaced by reading the remaining values: contributions
 * for an hour, hours for a day. Also deletes those of these rollups that have no calls any more.
 *
 * The caller holds the company's lock.
 */
export async function repairMinMax(tx: Tx, hours: readonly RollupHour[]): Promise<void> {
  if (hours.length === 0) return
  await repairDetailHours(tx, { hours })
  await repairDetailDays(tx, { hours })
  await repairTotalHours(tx, { hours })
  await repairTotalDays(tx, { hours })
  await deleteEmptyRollups(tx, { hours })
}

const params = { hours: recordset('h', { series_id: integer, bucket: timestamptz }) }
type RepairParams = { company_id: SQL; hours: SQL }

/** The hours of the total series that contain the detail hours. */
const totalHours = (p: RepairParams) => sql`(
    select distinct t.id as series_id, t.direction, t.outcome, h.bucket from ${p.hours}
    join metric_series s on s.company_id = ${p.company_id} and s.id = h.series_id
    join metric_series t on t.company_id = ${p.company_id} and t.is_total
      and t.direction = s.direction and t.outcome is not distinct from s.outcome)`

const daysOf = (hours: SQL) =>
  sql`(select distinct series_id, date_trunc('day', bucket, 'UTC') as bucket from ${hours})`

/** Updates the rollups that `recomputed` selects: series_id, bucket, and the min and max columns. */
const update = (p: RepairParams, grain: 'hour' | 'day', recomputed: SQL) => sql`
    update metric_rollups r set ${setRecomputed} from (${recomputed}) as recomputed
    where r.company_id = ${p.company_id} and r.grain = ${sql.raw(`'${grain}'`)}
      and r.series_id = recomputed.series_id and r.bucket = recomputed.bucket`

/** Index: call_contributions_series_idx. */
const repairDetailHours = defineCompanyQuery({
  name: 'rollups.repair_detail_hours',
  params,
  row: {},
  sql: (p) =>
    update(
      p,
      'hour',
      sql`
      select h.series_id, h.bucket, ${recomputedFromContributions} from ${p.hours}
      left join call_contributions x on x.company_id = ${p.company_id} and x.series_id = h.series_id
        and x.started_at >= h.bucket and x.started_at < h.bucket + interval '1 hour'
      group by 1, 2`,
    ),
})

/** From the hours of all detail series of the total series' direction and outcome. Index: metric_rollups_pkey. */
const repairTotalHours = defineCompanyQuery({
  name: 'rollups.repair_total_hours',
  params,
  row: {},
  sql: (p) =>
    update(
      p,
      'hour',
      sql`
      select h.series_id, h.bucket, ${recomputedFromRollups} from ${totalHours(p)} as h
      join metric_series s on s.company_id = ${p.company_id} and not s.is_total
        and s.direction = h.direction and s.outcome is not distinct from h.outcome
        and s.first_bucket <= h.bucket and s.last_bucket >= h.bucket
      left join metric_rollups x on x.company_id = ${p.company_id} and x.grain = 'hour' and x.series_id = s.id
        and x.bucket = h.bucket
      group by 1, 2`,
    ),
})

/** From the hours of the same series. Index: metric_rollups_pkey. */
const repairDays = (p: RepairParams, days: SQL) =>
  update(
    p,
    'day',
    sql`
      select h.series_id, h.bucket, ${recomputedFromRollups} from ${days} as h
      left join metric_rollups x on x.company_id = ${p.company_id} and x.grain = 'hour'
        and x.series_id = h.series_id and x.bucket >= h.bucket and x.bucket < h.bucket + interval '24 hours'
      group by 1, 2`,
  )

const repairDetailDays = defineCompanyQuery({
  name: 'rollups.repair_detail_days',
  params,
  row: {},
  sql: (p) => repairDays(p, daysOf(p.hours)),
})

const repairTotalDays = defineCompanyQuery({
  name: 'rollups.repair_total_days',
  params,
  row: {},
  sql: (p) => repairDays(p, daysOf(sql`${totalHours(p)} as t`)),
})

const deleteEmptyRollups = defineCompanyQuery({
  name: 'rollups.delete_empty_rollups',
  params,
  row: {},
  sql: (p) => sql`
    delete from metric_rollups r
    using (select * from ${p.hours} union select series_id, bucket from ${totalHours(p)} as t) as h
    where r.company_id = ${p.company_id} and r.series_id = h.series_id and ${isEmpty('r')}
      and (r.grain = 'hour' and r.bucket = h.bucket
        or r.grain = 'day' and r.bucket = date_trunc('day', h.bucket, 'UTC'))`,
})
