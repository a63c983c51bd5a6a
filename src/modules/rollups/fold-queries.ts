import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { columnList } from '../../db/query/column-list.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuidArray } from '../../db/query/parameters.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
import { aggregateSql, hourOf } from './aggregate-sql.ts'
import { currentContributions, seriesKeys, storedColumns } from './contributions.ts'
import {
  addExcluded,
  aggregateColumns,
  extendByExcluded,
  isLessExtreme,
  replaceByExcluded,
  wasExtreme,
} from './rollup-columns.ts'

type FoldParams = { company_id: SQL; call_ids: SQL }

const callsToFold = ({ call_ids }: FoldParams) => sql`(select unnest(${call_ids}) as call_id)`
const keys = columnList(seriesKeys)

/**
 * Creates the series of these calls, and their totals by direction and outcome, and extends the hours that they span.
 * Ids are numbered per company, so the caller holds the company's lock. Index: metric_series_labels_key.
 */
export const upsertSeries = defineCompanyQuery({
  name: 'rollups.upsert_series',
  params: { call_ids: uuidArray },
  row: {},
  sql: (p) => sql`
    with call_hours as (
      select ${columnList(seriesKeys, 'c.')}, ${hourOf('c.started_at')} as bucket
      from ${callsToFold(p)} as ids join calls c on c.company_id = ${p.company_id} and c.id = ids.call_id
    ), series_spans as (
      select false as is_total, ${keys}, min(bucket) as first_bucket, max(bucket) as last_bucket
      from call_hours group by ${keys}
      union all
      select true, null, null, null, direction, outcome, min(bucket), max(bucket)
      from call_hours group by direction, outcome
    )
    insert into metric_series as s (company_id, id, is_total, ${keys}, first_bucket, last_bucket)
    select ${p.company_id},
      row_number() over () + (select coalesce(max(id), 0) from metric_series where company_id = ${p.company_id}),
      is_total, ${keys}, first_bucket, last_bucket
    from series_spans
    on conflict (company_id, is_total, ${keys}) do update
    set first_bucket = least(s.first_bucket, excluded.first_bucket),
      last_bucket = greatest(s.last_bucket, excluded.last_bucket)
    where excluded.first_bucket < s.first_bucket or excluded.last_bucket > s.last_bucket`,
})

/**
 * `current_contributions`: the current contributions of the calls, with their series. A call whose keys changed after
 * `upsertSeries` may have a series that does not span its hour. It is left out, as if deleted, and is folded again because
 * of the change record of that change. Rows are compared as text: null equals null, and the planner can still hash-join.
 */
const currentContributionsWithSeries = (p: FoldParams) => {
  const spansItsHour = (series: string) =>
    sql`${hourOf('latest.started_at')} between ${sql.raw(series)}.first_bucket and ${sql.raw(series)}.last_bucket`
  return sql`
    contributions_without_series as materialized (${currentContributions(p.company_id, callsToFold(p))}
    ), current_contributions as materialized (
      select latest.*, detail.id as series_id, total.id as total_series_id from contributions_without_series latest
      join metric_series detail on detail.company_id = ${p.company_id} and not detail.is_total
        and row(${columnList(seriesKeys, 'detail.')})::text = row(${columnList(seriesKeys, 'latest.')})::text
        and ${spansItsHour('detail')}
      join metric_series total on total.company_id = ${p.company_id} and total.is_total
        and row(total.direction, total.outcome)::text = row(latest.direction, latest.outcome)::text and ${spansItsHour('total')}
    )`
}

/** `deltas`: the stored contribution (sign -1) and the current contribution (sign 1) of each call for which they differ. */
const deltas = (p: FoldParams) => sql`
    folded_contributions as materialized (
      select contribution.* from ${callsToFold(p)} as ids
      join call_contributions contribution on contribution.company_id = ${p.company_id} and contribution.call_id = ids.call_id
    ), changed_calls as materialized (
      select call_id, latest.call_id is null as is_deleted
      from current_contributions latest full join folded_contributions folded using (call_id)
      where row(${columnList(storedColumns, 'latest.')}) is distinct from row(${columnList(storedColumns, 'folded.')})
    ), deltas as materialized (
      select -1 as sign, ${columnList(storedColumns, 'folded.')}
      from folded_contributions folded join changed_calls using (call_id)
      union all
      select 1, ${columnList(storedColumns, 'latest.')} from current_contributions latest join changed_calls using (call_id)
    )`

/** Stores the current contributions, to be subtracted when the call changes again. Index: call_contributions_pkey. */
const storeContributions = (p: FoldParams) => sql`
    deleted_contributions as (
      delete from call_contributions contribution using changed_calls
      where is_deleted and contribution.company_id = ${p.company_id} and contribution.call_id = changed_calls.call_id
    ), stored_contributions as (
      insert into call_contributions (company_id, call_id, ${columnList(storedColumns)})
      select ${p.company_id}, call_id, ${columnList(storedColumns, 'latest.')}
      from current_contributions latest join changed_calls using (call_id)
      on conflict (company_id, call_id) do update
      set ${replaceByExcluded}
    )`

/** Adds sums and histograms, and extends min and max. min-max-repair.ts corrects a min or max that was removed. */
const addToRollups = (p: FoldParams) => sql`
    updated_rollups as (
      insert into metric_rollups as r (company_id, grain, series_id, bucket, ${aggregateColumns()})
      select ${p.company_id}, grain, series_id, bucket, ${aggregateColumns()} from aggregates
      on conflict (company_id, series_id, grain, bucket) do update set ${addExcluded}, ${extendByExcluded}
    )`

/**
 * Hours that may have lost their min or max: a call left the hour, or one of its measures is no longer as low or as
 * high. `is_extreme` is true when that measure was the min or max of its hour. The statement's snapshot shows
 * metric_rollups as they were before `updated_rollups`.
 */
const hoursToRepair = (p: FoldParams) => sql`
    select folded.series_id, ${hourOf('folded.started_at')} as bucket,
      bool_or(coalesce(${wasExtreme}, false)) as is_extreme, 0 as unrecorded_changes
    from folded_contributions folded join changed_calls using (call_id) left join current_contributions latest using (call_id)
    left join metric_rollups r on r.company_id = ${p.company_id} and r.grain = 'hour'
      and r.series_id = folded.series_id and r.bucket = ${hourOf('folded.started_at')}
    where latest.call_id is null or latest.series_id <> folded.series_id
      or ${hourOf('latest.started_at')} <> ${hourOf('folded.started_at')} or ${isLessExtreme}
    group by 1, 2`

/**
 * Folds calls: replaces their stored contributions by their current ones. One statement, so that both are read from one
 * snapshot. Returns hours whose min or max may be out of date, and one row without an hour, whose `unrecorded_changes` is
 * the number of calls that had changed without a change record. The caller holds the company's advisory lock, so no other
 * transaction writes these rows.
 */
export const foldContributions = defineCompanyQuery({
  name: 'rollups.fold_contributions',
  params: { call_ids: uuidArray },
  row: {
    series_id: Nullable(Type.Integer()),
    bucket: Nullable(Type.Date()),
    is_extreme: Type.Boolean(),
    unrecorded_changes: Type.Integer(),
  },
  sql: (p) => sql`
    with ${currentContributionsWithSeries(p)},
    ${deltas(p)},
    ${storeContributions(p)},
    ${aggregateSql},
    ${addToRollups(p)}
    ${hoursToRepair(p)}
    union all
    select null, null, false, count(*)::int from changed_calls
    where not exists (
      select from dirty_calls c where c.company_id = ${p.company_id} and c.call_id = changed_calls.call_id)`,
})
