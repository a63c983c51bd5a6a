import { type TSchema, Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { arrayOf, double, timestamptz, type ValuesOf } from '../../../db/query/parameters.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'
import { utcOffsets } from './calendar.ts'
import type { AggregateQuery, GroupKey } from './filters.ts'

/** The parameters of group keys. A statement without the key does not use them. */
export const groupingParams = {
  bucket_starts: arrayOf(timestamptz),
  /** The zone's offsets from UTC during the period: `offset_seconds[i]` applies from `offset_since[i]` on. */
  offset_since: arrayOf(timestamptz),
  offset_seconds: arrayOf(double),
}
export type GroupingSql = Record<keyof typeof groupingParams, SQL>

/** @throws Refusal as `utcOffsets` */
export function groupingValues(query: AggregateQuery): ValuesOf<typeof groupingParams> {
  const { period, groupingSets, bucketStarts = [] } = query
  const { since, seconds } = needsClock(groupKeysOf(groupingSets))
    ? utcOffsets(period, period.timezone)
    : { since: [], seconds: [] }
  return { bucket_starts: bucketStarts, offset_since: since, offset_seconds: seconds }
}

/** A group key: the type of its column `by_<key>`, which is null where a grouping set does not contain it, and its SQL. */
interface GroupColumn {
  type: TSchema
  value: (p: GroupingSql) => SQL
}

/** SQL over a relation `source` that has the series keys and the instant `at`, and `clock` if the key needs one. */
const groupColumnOf: Record<GroupKey, GroupColumn> = {
  campaign: { type: Type.String(), value: () => sql`source.campaign_id` },
  skillbase: { type: Type.String(), value: () => sql`source.skillbase_id` },
  version: { type: Type.Integer(), value: () => sql`source.skillbase_version` },
  outcome: { type: Type.String(), value: () => sql`source.outcome` },
  direction: { type: Type.String(), value: () => sql`source.direction` },
  hour_of_day: { type: Type.Integer(), value: () => sql`extract(hour from clock.local)::int` },
  day_of_week: { type: Type.Integer(), value: () => sql`extract(isodow from clock.local)::int` },
  bucket: { type: Type.Integer(), value: (p) => sql`width_bucket(source.at, ${p.bucket_starts})` },
}

const groupKeys = Object.keys(groupColumnOf) as GroupKey[]

/** The keys of all grouping sets, each once, always in the same order. */
export const groupKeysOf = (groupingSets: GroupKey[][]): GroupKey[] =>
  groupKeys.filter((key) => groupingSets.some((set) => set.includes(key)))

/** Whether a key is a time of the zone's clock. */
export const needsClock = (keys: GroupKey[]): boolean =>
  keys.includes('hour_of_day') || keys.includes('day_of_week')

/** Select list with a column `by_<key>` for each key. Each column ends with a comma, so that other columns can follow. */
export const groupColumns = (keys: GroupKey[], p: GroupingSql): SQL =>
  sql.join(keys.map((key) => sql`${groupColumnOf[key].value(p)} as ${groupName(key)}, `))

/** Joins the zone's wall-clock time at `source.at` as `clock.local`, if a key needs it. */
export const joinClock = (keys: GroupKey[], p: GroupingSql): SQL =>
  needsClock(keys)
    ? sql`cross join lateral (
      select source.at at time zone 'UTC' + make_interval(secs => (${p.offset_seconds})[
        greatest(1, width_bucket(source.at, ${p.offset_since}))]) as local
    ) as clock`
    : sql``

export const groupName = (key: GroupKey): SQL => sql.raw(`by_${key}`)

/** The row schema of the columns of these keys. */
export const groupRow = (keys: GroupKey[]): Record<string, TSchema> =>
  Object.fromEntries(keys.map((key) => [`by_${key}`, Nullable(groupColumnOf[key].type)]))
