import { type SQL, sql } from 'drizzle-orm'
import { callStatuses, type Direction, finalCallStatuses, type Outcome } from '../../../db/schema/index.ts'
import { malformed } from '../../../lib/errors.ts'
import { assertTimeZone, type Period, parsePeriod } from '../../../lib/time/instants.ts'
import { utcOffsets } from './calendar.ts'

/** By what calls are told apart: at most two at once. */
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

/** A dimension, or the bucket of time that `Scope.starts` begins. */
export type GroupKey = Dimension | 'bucket'

/** Which calls of the period count. An id that is not the company's finds none. */
export interface MetricsFilter {
  skillbase_id?: string | undefined
  skillbase_version?: number | undefined
  campaign_id?: string | undefined
  campaign_ids?: string[] | undefined
  direction?: Direction | undefined
  outcome?: Outcome | undefined
}

/** What a query says of the time: dates are of the zone. */
export interface PeriodQuery {
  start?: string | undefined
  end?: string | undefined
  timezone?: string | undefined
}

export interface ZonedPeriod extends Period {
  timezone: string
}

/** What is to be measured: the calls of a span that fit, once for each set of cuts; `[]` is all of them together. */
export interface AggregateQuery {
  period: ZonedPeriod
  filter: MetricsFilter
  groupingSets: GroupKey[][]
  /** Where the buckets begin, ascending; the first is not after the span's start. */
  bucketStarts?: Date[]
}

/**
 * The span a query asks for; without `end` it ends now, without `start` it is 30 days long.
 *
 * @throws Refusal when a bound is no time of our calendar, the zone is unknown, or the start is not before the end
 */
export function resolvePeriod(query: PeriodQuery, now: Date): ZonedPeriod {
  const timezone = query.timezone ?? 'UTC'
  assertTimeZone(timezone, '/timezone')
  return {
    ...assertSupportedYears(parsePeriod({ start: query.start, end: query.end }, now, timezone)),
    timezone,
  }
}

const [firstYear, lastYear] = [1000, 9000]

/** Beyond these years neither the database's calendar nor the wire's has room for a bucket more. @throws Refusal */
export function assertSupportedYears(period: Period): Period {
  for (const name of ['start', 'end'] as const) {
    const year = period[name].getUTCFullYear()
    if (year >= firstYear && year < lastYear) continue
    const detail = `The period is to lie within the years ${firstYear} to ${lastYear}.`
    throw malformed('invalid_time', detail, [{ pointer: `/${name}`, detail: 'is too far from now' }])
  }
  return period
}

const finalWords: readonly string[] = finalCallStatuses
const words = (list: readonly string[]) => sql.raw(list.map((word) => `'${word}'`).join(', '))

/** The call has not ended; named so that the index of states serves. */
export const isLive: SQL = sql`status in (${words(callStatuses.filter((status) => !finalWords.includes(status)))})`

/** PostgreSQL reads this as an array; the elements hold no quotes, commas or braces. */
export const arrayLiteral = (values: readonly (string | number | Date)[]): string =>
  `{${values.map((value) => (value instanceof Date ? value.toISOString() : value)).join(',')}}`

/** Whether a call, or a series of calls, is of the choice. What is not asked for is `null is null`: one text for all. */
export function matchesFilter(choice: MetricsFilter, relation: string): SQL {
  const campaign_ids = choice.campaign_ids === undefined ? null : arrayLiteral(choice.campaign_ids)
  const is = (column: string, type: string, value: string | number | undefined) => {
    const [name, kind, given] = [sql.raw(`${relation}.${column}`), sql.raw(type), value ?? null]
    return sql`(${given}::${kind} is null or ${name} = ${given}::${kind})`
  }
  return sql`${is('skillbase_id', 'uuid', choice.skillbase_id)}
      and ${is('skillbase_version', 'int', choice.skillbase_version)}
      and ${is('campaign_id', 'uuid', choice.campaign_id)}
      and (${campaign_ids}::uuid[] is null or ${sql.raw(relation)}.campaign_id = any(${campaign_ids}::uuid[]))
      and ${is('direction', 'text', choice.direction)}
      and ${is('outcome', 'text', choice.outcome)}`
}

/** Each cut that some set has, once. */
export const groupKeysOf = (sets: GroupKey[][]): GroupKey[] => [...new Set(sets.flat())]

export const groupColumnOf = (cut: GroupKey): SQL => sql.raw(`by_${cut}`)

/** Parts with a column `by_<cut>` for each cut of the scope, from a relation `p` that has labels and the instant `at`. */
export function groupColumns({
  period: span,
  groupingSets: sets,
  bucketStarts: starts = [],
}: AggregateQuery): { columns: SQL; clock: SQL | undefined } {
  const cuts = groupKeysOf(sets)
  const needsClock = cuts.includes('hour_of_day') || cuts.includes('day_of_week')
  return {
    columns: sql.join(cuts.map((cut) => sql`${columnOf(cut, starts)} as ${groupColumnOf(cut)}, `)),
    clock: needsClock ? wallClock(span) : undefined,
  }
}

function columnOf(cut: GroupKey, starts: Date[]): SQL {
  if (cut === 'hour_of_day') return sql`extract(hour from clock.local)::int`
  if (cut === 'day_of_week') return sql`extract(isodow from clock.local)::int`
  if (cut === 'bucket') return sql`width_bucket(p.at, ${arrayLiteral(starts)}::timestamptz[])`
  return plain[cut]
}

const plain: Record<Exclude<Dimension, 'hour_of_day' | 'day_of_week'>, SQL> = {
  campaign: sql`p.campaign_id`,
  skillbase: sql`p.skillbase_id`,
  version: sql`p.skillbase_version`,
  outcome: sql`p.outcome`,
  direction: sql`p.direction`,
}

/** The zone's wall clock at the instant, as a relation beside it. */
function wallClock(span: ZonedPeriod): SQL {
  const { since, seconds } = utcOffsets(span, span.timezone)
  return sql`cross join lateral (
    select p.at at time zone 'UTC' + make_interval(secs => (${arrayLiteral(seconds)}::float8[])[
      greatest(1, width_bucket(p.at, ${arrayLiteral(since)}::timestamptz[]))]) as local
  ) as clock`
}
