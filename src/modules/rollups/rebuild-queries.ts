import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { columnList } from '../../db/query/column-list.ts'
import { defineCompanyQuery, defineQuery } from '../../db/query/define-query.ts'
import { integer, nullable, timestamptz, uuid } from '../../db/query/parameters.ts'
import { aggregateSql } from './aggregate-sql.ts'
import { contributionColumns } from './contributions.ts'
import { aggregateColumns, isEmpty } from './rollup-columns.ts'

// A day of rollups has 24 hours. `interval '1 day'` would have 23 or 25 where the session's time zone changes its clock.

/** `day` is midnight UTC. */
type DayParams = { company_id: SQL; day: SQL }

const isInDay = (timestamp: string, day: SQL): SQL => {
  const column = sql.raw(timestamp)
  return sql`${column} >= ${day} and ${column} < ${day} + interval '24 hours'`
}

/** Stored contributions of a day, read series by series. Index: call_contributions_series_idx. */
const contributionsOfDay = (p: DayParams, columns: SQL) => sql`
    select ${columns} from metric_series s
    join call_contributions contribution on contribution.company_id = ${p.company_id} and contribution.series_id = s.id
      and ${isInDay('contribution.started_at', p.day)}
    where s.company_id = ${p.company_id} and not s.is_total
      and s.first_bucket < ${p.day} + interval '24 hours' and s.last_bucket >= ${p.day}`

/**
 * The next ids, ascending, of calls that started on a day or have a stored contribution on that day.
 * Index: calls_started_at_idx.
 */
export const findCallsOfDay = defineCompanyQuery({
  name: 'rollups.find_calls_of_day',
  params: { day: timestamptz, after: uuid, limit: integer },
  row: { id: Type.String() },
  sql: (p) => sql`
    select id from (
      select id from calls where company_id = ${p.company_id} and ${isInDay('started_at', p.day)}
      union
      ${contributionsOfDay(p, sql`contribution.call_id`)}
    ) as calls_of_day where id > ${p.after} order by id limit ${p.limit}`,
})

/** Common table expressions that aggregate all stored contributions of a day; the last is `aggregates`. */
const aggregatesOfDay = (p: DayParams) => sql`
    deltas as materialized (${contributionsOfDay(p, addedContribution)}
    ), ${aggregateSql}`
const addedContribution = sql`1 as sign, contribution.series_id, contribution.total_series_id,
      ${columnList(contributionColumns, 'contribution.')}`

/** The number of rollups of a day that differ from the stored contributions. */
export const countWrongRollups = defineCompanyQuery({
  name: 'rollups.count_wrong_rollups',
  params: { day: timestamptz },
  row: { n: Type.Integer() },
  sql: (p) => sql`
    with ${aggregatesOfDay(p)}
    select count(*)::int as n from aggregates a
    full join (
      select * from metric_rollups stored
      where company_id = ${p.company_id} and ${isInDay('bucket', p.day)} and not ${isEmpty('stored')}) r
      using (grain, series_id, bucket)
    where row(${aggregateColumns('a.')}) is distinct from row(${aggregateColumns('r.')})`,
})

/** The caller has deleted the rollups of the day. */
export const insertRollups = defineCompanyQuery({
  name: 'rollups.insert_rollups',
  params: { day: timestamptz },
  row: {},
  sql: (p) => sql`
    with ${aggregatesOfDay(p)}
    insert into metric_rollups (company_id, grain, series_id, bucket, ${aggregateColumns()})
    select ${p.company_id}, grain, series_id, bucket, ${aggregateColumns()} from aggregates`,
})

/** Whether company `c` has calls or series on `d.day`, and so something to compare. */
const hasData = sql`(
  exists (select from calls where company_id = c.id and ${isInDay('started_at', sql`d.day`)})
  or exists (select from metric_series where company_id = c.id
    and first_bucket < d.day + interval '24 hours' and last_bucket >= d.day))`

/** Each company with its UTC days, from `since` to before `until`, that have calls or rollups. */
export const findDays = defineQuery({
  name: 'rollups.find_days',
  params: { since: timestamptz, until: timestamptz, company_id: nullable(uuid) },
  row: { company_id: Type.String(), day: Type.Date() },
  sql: (p) => sql`
    select c.id as company_id, d.day from companies c
    cross join generate_series(${p.since}, ${p.until} - interval '1 ms', interval '24 hours') as d(day)
    where (${p.company_id} is null or c.id = ${p.company_id}) and ${hasData}
    order by c.id, d.day`,
})

/**
 * Marks the latest of the days before `tonight` that was not compared tonight as compared, and returns it. When two
 * processes choose the same day, the second waits for the first one's row and gets no row.
 */
export const claimDay = defineQuery({
  name: 'rollups.claim_day',
  params: { tonight: timestamptz, now: timestamptz, days: integer },
  row: { company_id: Type.String(), day: Type.String(), starts_at: Type.Date() },
  sql: (p) => sql`
    insert into rollup_checks as stored (company_id, day, checked_at, wrong_calls, wrong_buckets)
    select c.id, (d.day at time zone 'UTC')::date, ${p.now}, 0, 0 from companies c
    cross join (select date_trunc('day', ${p.tonight}, 'UTC') as today) as clock
    cross join generate_series(today - ${p.days} * interval '24 hours', today - interval '24 hours',
      interval '24 hours') as d(day)
    where ${hasData} and not exists (
      select from rollup_checks checks where checks.company_id = c.id and checks.day = (d.day at time zone 'UTC')::date
        and checks.checked_at >= ${p.tonight})
    order by d.day desc limit 1
    on conflict (company_id, day) do update set checked_at = excluded.checked_at, wrong_calls = 0, wrong_buckets = 0,
      wrong_values = 0, error = null
    where stored.checked_at < ${p.tonight}
    returning company_id, day::text as day, day::timestamp at time zone 'UTC' as starts_at`,
})
