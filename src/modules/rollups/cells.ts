import { addends, extremes, histogramOf, histograms, marks } from './facts.ts'

export const valueColumns: readonly string[] = [
  ...Object.keys(addends),
  ...extremes.map(({ column }) => column),
  ...histograms,
]

export const hour = (at: string) => `date_trunc('hour', ${at}, 'UTC')`
const day = (at: string) => `date_trunc('day', ${at}, 'UTC')`

const nothing = (columns: readonly unknown[]) => columns.map(() => 'null').join(', ')
const lines = (texts: readonly string[]) => texts.join(',\n        ')

/**
 * Facts of the relation `diff` (columns of call_facts, and a `sign` of 1 or -1) added up to cells of metric_rollups:
 * common table expressions, the last of which is `cells(grain, series_id, bucket, ...valueColumns)`. Each hour is added
 * up once; its day, and the totals of both, from that. Nothing is joined: the planner cannot know how many there are.
 */
export const cellsOfDiff = `
    hourly as (
      select series_id, total_series_id, ${hour('started_at')} as bucket,
        ${lines(Object.entries(addends).map(([column, addend]) => `sum(sign * (${addend})) as ${column}`))},
        ${lines(extremes.map(({ how, column, of }) => `${how}(${of}) filter (where sign > 0) as ${column}`))}
      from diff group by 1, 2, 3
    ), counted as (
      select f.series_id, f.total_series_id, ${hour('f.started_at')} as bucket, marks.latency, marks.bucket as mark,
        sum(f.sign) as n
      from diff f ${marks} group by 1, 2, 3, 4, 5 having sum(f.sign) <> 0
    ), drawn as (
      select series_id, total_series_id, bucket,
        ${lines(histograms.map((column, i) => `${histogramOf('mark', 'n')} filter (where latency = ${i}) as ${column}`))}
      from counted group by 1, 2, 3
    ), pieces as (
      select *, ${histograms.map((column) => `null::numeric as ${column}`).join(', ')} from hourly
      union all
      select series_id, total_series_id, bucket, ${nothing(Object.keys(addends))}, ${nothing(extremes)}, ${histograms.join(', ')}
      from drawn
    ), cells as materialized (
      select cell.grain, cell.series_id, cell.bucket,
        ${lines(Object.keys(addends).map((column) => `coalesce(sum(${column}), 0) as ${column}`))},
        ${lines(extremes.map(({ how, column }) => `${how}(${column}) as ${column}`))},
        ${lines(histograms.map((column) => `coalesce(sum(${column}), 0) as ${column}`))}
      from pieces
      cross join lateral (values
        ('hour', pieces.series_id, bucket), ('day', pieces.series_id, ${day('bucket')}),
        ('hour', total_series_id, bucket), ('day', total_series_id, ${day('bucket')})
      ) as cell(grain, series_id, bucket)
      group by 1, 2, 3
    )`
