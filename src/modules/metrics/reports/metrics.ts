import type { ReadTx } from '../../../db/transaction.ts'
import { invalid, Refusal } from '../../../lib/errors.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { type Bucket, bucketEdges } from '../aggregate/calendar.ts'
import { type Figures, figuresOfGroup, type GroupFigures } from '../aggregate/figures.ts'
import {
  type Dimension,
  type MetricsFilter,
  type PeriodQuery,
  resolvePeriod,
  type ZonedPeriod,
} from '../aggregate/filters.ts'
import { findNames } from './names.ts'

export interface MetricsQuery extends PeriodQuery, MetricsFilter {
  group_by?: Dimension[] | undefined
}

export interface TimeseriesQuery extends PeriodQuery, MetricsFilter {
  bucket?: Bucket | undefined
}

/** Figures of the calls that have the same value in each requested dimension. */
export interface Group extends Figures {
  /** The values as text, joined by "/" when there are two; null when the calls have no value in any dimension. */
  key: string | null
  values: Partial<Record<Dimension, string | number | null>>
  names: { campaign?: string | null; skillbase?: string | null }
}

export interface Metrics extends ZonedPeriod, Figures {
  groups?: Group[]
  groups_left_out?: number
}

export interface BucketFigures extends Figures {
  start: Date
  end: Date
  /** The period covers only a part of the bucket. */
  is_partial: boolean
}

export interface Timeseries extends ZonedPeriod {
  bucket: Bucket
  buckets: BucketFigures[]
}

/** The maximum number of groups in a response: those with the most calls. `groups_left_out` counts the others. */
export const maxGroups = 1_000

/** Metrics of the calls in a period, in total and per group when group_by is given. @throws Refusal as `resolvePeriod` */
export async function getMetrics(tx: ReadTx, query: MetricsQuery, now: Date): Promise<Metrics> {
  const period = resolvePeriod(query, now)
  const keys = query.group_by ?? []
  const groupingSets = keys.length === 0 ? [[]] : [[], keys]
  const results = await aggregateCalls(tx, { period, filter: query, groupingSets })
  const total = { ...period, ...figuresOfGroup(results.find((group) => group.keys.length === 0)) }
  if (keys.length === 0) return total
  const groups = results.filter((group) => group.keys.length > 0).sort(compareGroups)
  return {
    ...total,
    groups: await withNames(tx, groups.slice(0, maxGroups)),
    groups_left_out: Math.max(0, groups.length - maxGroups),
  }
}

/** Order of groups: hours and weekdays ascending, then most calls first, then by key so that the order is stable. */
function compareGroups(a: GroupFigures, b: GroupFigures): number {
  for (const key of a.keys) {
    if (key !== 'hour_of_day' && key !== 'day_of_week') continue
    const difference = Number(a.values[key]) - Number(b.values[key])
    if (difference !== 0) return difference
  }
  const [keyOfA, keyOfB] = [keyText(a) ?? '', keyText(b) ?? '']
  return b.calls.total - a.calls.total || (keyOfA < keyOfB ? -1 : 1)
}

function keyText({ keys, values }: GroupFigures): string | null {
  const parts = keys.map((key) => values[key] ?? null)
  return parts.every((part) => part === null) ? null : parts.map((part) => part ?? '').join('/')
}

async function withNames(tx: ReadTx, groups: GroupFigures[]): Promise<Group[]> {
  const names = await findNames(tx, {
    campaign: groups.map(({ values }) => values.campaign),
    skillbase: groups.map(({ values }) => values.skillbase),
  })
  return groups.map((group) => ({
    key: keyText(group),
    values: group.values,
    names: {
      ...('campaign' in group.values && { campaign: names.campaign(group.values.campaign) }),
      ...('skillbase' in group.values && { skillbase: names.skillbase(group.values.skillbase) }),
    },
    ...figuresOfGroup(group),
  }))
}

/**
 * Metrics per time bucket of the zone's calendar, including buckets without calls. The first and the last bucket are
 * reported with their full start and end, but only calls in the period are counted.
 *
 * @throws Refusal as `resolvePeriod` and `bucketEdges`
 */
export async function getTimeseries(tx: ReadTx, query: TimeseriesQuery, now: Date): Promise<Timeseries> {
  const period = resolvePeriod(query, now)
  const bucket = query.bucket ?? 'day'
  const edges = bucketEdges(period, bucket, period.timezone)
  const bucketStarts = edges.slice(0, -1)
  const groups = await aggregateCalls(tx, {
    period,
    filter: query,
    groupingSets: [['bucket']],
    bucketStarts,
  })
  const byBucket = new Map(groups.map((group) => [group.values.bucket, group]))
  return {
    ...period,
    bucket,
    buckets: bucketStarts.map((start, i) => {
      const end = edges[i + 1] as Date
      const is_partial = start < period.start || end > period.end
      return { start, end, is_partial, ...figuresOfGroup(byBucket.get(i + 1)) }
    }),
  }
}

export type NamedQuery = MetricsQuery & TimeseriesQuery

/**
 * Runs several queries on one snapshot. Each has the same result as alone: a time series when it has a bucket, metrics
 * otherwise.
 *
 * @throws Refusal whose pointers name the invalid query, such as /queries/by_day/start
 */
export async function queryMetrics(
  tx: ReadTx,
  queries: Record<string, NamedQuery>,
  now: Date,
): Promise<Record<string, Metrics | Timeseries>> {
  const results: [string, Metrics | Timeseries][] = []
  for (const [name, query] of Object.entries(queries)) {
    results.push([name, await withPointerPrefix(`/queries/${name}`, () => runQuery(tx, query, now))])
  }
  return Object.fromEntries(results)
}

async function runQuery(tx: ReadTx, query: NamedQuery, now: Date): Promise<Metrics | Timeseries> {
  if (query.bucket === undefined) return getMetrics(tx, query, now)
  if (query.group_by === undefined) return getTimeseries(tx, query, now)
  const detail = 'A query has either `bucket` or `group_by`, not both. Send two queries to get both.'
  throw invalid('bucket_and_group_by', detail, [{ pointer: '/group_by', detail }])
}

/** Runs `fn`; a Refusal that it throws gets `prefix` before each of its pointers. */
async function withPointerPrefix<T>(prefix: string, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const errors = error.errors?.map(({ pointer, detail }) => ({ pointer: `${prefix}${pointer}`, detail }))
    throw new Refusal(error.kind, error.code, error.message, errors)
  }
}
