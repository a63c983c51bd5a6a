import { type SQL, sql } from 'drizzle-orm'
import { callStatuses, type Direction, finalCallStatuses, type Outcome } from '../../../db/schema/index.ts'
import { malformed } from '../../../lib/errors.ts'
import { assertTimeZone, type Period, parsePeriod } from '../../../lib/time/instants.ts'
import { utcOffsets } from './calendar.ts'

/** The dimensions that calls can be grouped by. A request names at most two. */
export const dimensions = [
  'campaign',
  'skillbase',
  'version',
  'outcome',
  'direction',
  'hour_of_day',
  'day_of_week',
] as const
export type Dimension = (typeof dimensions)[number]

/** A dimension, or the time bucket, whose values are the numbers 1, 2, ... of `AggregateQuery.bucketStarts`. */
export type GroupKey = Dimension | 'bucket'

/** Selects calls. An absent field matches all calls. An id of another company matches none. */
export interface MetricsFilter {
  skillbase_id?: string | undefined
  skillbase_version?: number | undefined
  campaign_id?: string | undefined
  campaign_ids?: string[] | undefined
  direction?: Direction | undefined
  outcome?: Outcome | undefined
}

/** The period of a request: ISO dates or date-times, and the IANA zone in which dates are read. */
export interface PeriodQuery {
  start?: string | undefined
  end?: string | undefined
  timezone?: string | undefined
}

export interface ZonedPeriod extends Period {
  timezone: string
}

/** Which calls to aggregate, and how to group them. */
export interface AggregateQuery {
  period: ZonedPeriod
  filter: MetricsFilter
  /** Like GROUPING SETS in SQL: groups for each set; `[]` is one group of all calls. */
  groupingSets: GroupKey[][]
  /** Starts of the time buckets, ascending; the first is not after the period's start. Required by the key `bucket`. */
  bucketStarts?: Date[]
}

/**
 * The period that a request asks for. Without `end` it ends now; without `start` it is 30 days long.
 *
 * @throws Refusal when a bound is not a valid time or outside of the supported years, the zone is unknown, or start is
 * not before end
 */
export function resolvePeriod(query: PeriodQuery, now: Date): ZonedPeriod {
  const timezone = query.timezone ?? 'UTC'
  assertTimeZone(timezone, '/timezone')
  const period = parsePeriod({ start: query.start, end: query.end }, now, timezone)
  assertSupportedYears(period)
  return { ...period, timezone }
}

/** Years that have room for one more bucket both in PostgreSQL's timestamps and in four-digit ISO dates. */
const supportedYears = { from: 1000, until: 9000 }

/** @throws Refusal 'malformed' (invalid_time) when a bound is outside of the supported years */
export function assertSupportedYears(period: Period): void {
  const { from, until } = supportedYears
  for (const name of ['start', 'end'] as const) {
    const year = period[name].getUTCFullYear()
    if (year >= from && year < until) continue
    const detail = `\`${name}\` must be in the years ${from} to ${until - 1}.`
    throw malformed('invalid_time', detail, [{ pointer: `/${name}`, detail: `${detail} Received ${year}.` }])
  }
}

const finalStatuses: readonly string[] = finalCallStatuses
const liveStatuses = callStatuses.filter((status) => !finalStatuses.includes(status))

/** The call has not ended. Statuses are listed so that the index on calls.status is used. */
export const isLive: SQL = sql`status in (${sql.raw(liveStatuses.map((status) => `'${status}'`).join(', '))})`

/** A PostgreSQL array literal. The elements must not contain quotes, commas or braces: ids, numbers, dates. */
export const arrayLiteral = (values: readonly (string | number | Date)[]): string =>
  `{${values.map((value) => (value instanceof Date ? value.toISOString() : value)).join(',')}}`

/**
 * Whether a row of `relation` (calls, or series of calls) matches the filter. An absent field becomes `null is null`, so
 * that the statement's text is the same for all filters.
 */
export function matchesFilter(filter: MetricsFilter, relation: string): SQL {
  const campaign_ids = filter.campaign_ids === undefined ? null : arrayLiteral(filter.campaign_ids)
  const equals = (column: string, type: string, value: string | number | undefined) => {
    const [name, cast, wanted] = [sql.raw(`${relation}.${column}`), sql.raw(type), value ?? null]
    return sql`(${wanted}::${cast} is null or ${name} = ${wanted}::${cast})`
  }
  return sql`${equals('skillbase_id', 'uuid', filter.skillbase_id)}
      and ${equals('skillbase_version', 'int', filter.skillbase_version)}
      and ${equals('campaign_id', 'uuid', filter.campaign_id)}
      and (${campaign_ids}::uuid[] is null or ${sql.raw(relation)}.campaign_id = any(${campaign_ids}::uuid[]))
      and ${equals('direction', 'text', filter.direction)}
      and ${equals('outcome', 'text', filter.outcome)}`
}

/** The keys of all grouping sets, each once. */
export const groupKeysOf = (groupingSets: GroupKey[][]): GroupKey[] => [...new Set(groupingSets.flat())]

export const groupColumnOf = (key: GroupKey): SQL => sql.raw(`by_${key}`)

/**
 * A select list with a column `by_<key>` for each group key, over a relation `p` that has the series keys and the
 * instant `at`. `clock` is a join that the select list needs, undefined when it needs none.
 */
export function groupColumns({ period, groupingSets, bucketStarts = [] }: AggregateQuery): {
  columns: SQL
  clock: SQL | undefined
} {
  const keys = groupKeysOf(groupingSets)
  const needsClock = keys.includes('hour_of_day') || keys.includes('day_of_week')
  return {
    columns: sql.join(keys.map((key) => sql`${expressionOf(key, bucketStarts)} as ${groupColumnOf(key)}, `)),
    clock: needsClock ? wallClock(period) : undefined,
  }
}

function expressionOf(key: GroupKey, bucketStarts: Date[]): SQL {
  if (key === 'hour_of_day') return sql`extract(hour from clock.local)::int`
  if (key === 'day_of_week') return sql`extract(isodow from clock.local)::int`
  if (key === 'bucket') return sql`width_bucket(p.at, ${arrayLiteral(bucketStarts)}::timestamptz[])`
  return columnOfDimension[key]
}

const columnOfDimension: Record<Exclude<Dimension, 'hour_of_day' | 'day_of_week'>, SQL> = {
  campaign: sql`p.campaign_id`,
  skillbase: sql`p.skillbase_id`,
  version: sql`p.skillbase_version`,
  outcome: sql`p.outcome`,
  direction: sql`p.direction`,
}

/** Joins the zone's wall-clock time at `p.at` as `clock.local`. */
function wallClock(period: ZonedPeriod): SQL {
  const { since, seconds } = utcOffsets(period, period.timezone)
  return sql`cross join lateral (
    select p.at at time zone 'UTC' + make_interval(secs => (${arrayLiteral(seconds)}::float8[])[
      greatest(1, width_bucket(p.at, ${arrayLiteral(since)}::timestamptz[]))]) as local
  ) as clock`
}
