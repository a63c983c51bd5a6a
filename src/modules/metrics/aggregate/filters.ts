import type { Direction, Outcome } from '../../../db/schema/index.ts'
import { malformed } from '../../../lib/errors.ts'
import { assertTimeZone, minYear, type Period, parsePeriod } from '../../../lib/time/instants.ts'

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

/** Years with room for one more bucket in four-digit ISO dates. */
const supportedYears = { from: minYear, until: 9000 }

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
