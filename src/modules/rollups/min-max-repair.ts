import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'
import { minMaxColumns } from './contributions.ts'

/** An hour of a detailed series. */
export interface RollupHour {
  series_id: number
  bucket: string
}

const recomputed = (from: 'column' | 'source') =>
  sql.raw(minMaxColumns.map((each) => `${each.aggregate}(x.${each[from]}) as ${each.column}`).join(', '))
const replaced = sql.raw(minMaxColumns.map(({ column }) => `${column} = found.${column}`).join(', '))

/**
 * Sums are taken back by subtraction; a least or a most that is gone has to be looked for: in the facts of its hour,
 * then in the hours of its day, and the same for the totals. Cells that have no call any more go.
 */
export async function repairMinMax(tx: Tx, cells: readonly RollupHour[]): Promise<void> {
  if (cells.length === 0) return
  const company = sql`${tx.company_id}::uuid`
  const given = sql`json_to_recordset(${JSON.stringify(cells)}::text::json) as cell(series_id int, bucket timestamptz)`
  const days = sql`(select distinct series_id, date_trunc('day', bucket, 'UTC') as bucket from ${given})`
  const totals = sql`(
    select distinct t.id as series_id, t.direction, t.outcome, cell.bucket from ${given}
    join metric_series s on s.company_id = ${company} and s.id = cell.series_id
    join metric_series t on t.company_id = ${company} and t.is_total
      and t.direction = s.direction and t.outcome is not distinct from s.outcome)`
  const totalDays = sql`(select distinct series_id, date_trunc('day', bucket, 'UTC') as bucket from ${totals} as t)`
  await tx.execute(sql`
    update metric_rollups r set ${replaced} from (
      select cell.series_id, cell.bucket, ${recomputed('source')} from ${given}
      left join call_contributions x on x.company_id = ${company} and x.series_id = cell.series_id
        and x.started_at >= cell.bucket and x.started_at < cell.bucket + interval '1 hour'
      group by 1, 2
    ) as found
    where r.company_id = ${company} and r.grain = 'hour' and r.series_id = found.series_id and r.bucket = found.bucket`)
  await tx.execute(ofHours(tx, days))
  await tx.execute(sql`
    update metric_rollups r set ${replaced} from (
      select cell.series_id, cell.bucket, ${recomputed('column')} from ${totals} as cell
      join metric_series s on s.company_id = ${company} and not s.is_total
        and s.direction = cell.direction and s.outcome is not distinct from cell.outcome
        and s.first_bucket <= cell.bucket and s.last_bucket >= cell.bucket
      left join metric_rollups x on x.company_id = ${company} and x.grain = 'hour' and x.series_id = s.id
        and x.bucket = cell.bucket
      group by 1, 2
    ) as found
    where r.company_id = ${company} and r.grain = 'hour' and r.series_id = found.series_id and r.bucket = found.bucket`)
  await tx.execute(ofHours(tx, totalDays))
  await tx.execute(sql`
    delete from metric_rollups r
    using (select * from ${given} union select series_id, bucket from ${totals} as t) as cell
    where r.company_id = ${company} and r.series_id = cell.series_id and r.calls = 0
      and (r.grain = 'hour' and r.bucket = cell.bucket
        or r.grain = 'day' and r.bucket = date_trunc('day', cell.bucket, 'UTC'))`)
}

/** Days look for theirs in their hours. */
const ofHours = (tx: Tx, days: ReturnType<typeof sql>) => sql`
    update metric_rollups r set ${replaced} from (
      select cell.series_id, cell.bucket, ${recomputed('column')} from ${days} as cell
      left join metric_rollups x on x.company_id = ${tx.company_id}::uuid and x.grain = 'hour'
        and x.series_id = cell.series_id and x.bucket >= cell.bucket and x.bucket < cell.bucket + interval '1 day'
      group by 1, 2
    ) as found
    where r.company_id = ${tx.company_id}::uuid and r.grain = 'day'
      and r.series_id = found.series_id and r.bucket = found.bucket`
