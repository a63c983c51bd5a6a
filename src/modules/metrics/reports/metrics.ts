import type { Tx } from '../../../db/transaction.ts'
import { invalid, Refusal } from '../../../lib/errors.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { type Bucket, bucketEdges } from '../aggregate/calendar.ts'
import { emptyFigures, type Figures, type GroupFigures } from '../aggregate/figure-types.ts'
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

/** Calls that have one value in each dimension. null: the calls have none. */
export interface Group extends Figures {
  /** The values as text, joined by "/" where there are two; null where there are none. */
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
  /** The period covers a part of it only. */
  is_partial: boolean
}

export interface Timeseries extends ZonedPeriod {
  bucket: Bucket
  buckets: BucketFigures[]
}

/** An answer holds so many groups, those with most calls, and says how many it leaves out. */
export const maxGroups = 1_000

/** What the calls of a period add up to; with `group_by` for each group too. @throws Refusal as `spanOf` */
export async function getMetrics(tx: Tx, query: MetricsQuery, now: Date): Promise<Metrics> {
  const span = resolvePeriod(query, now)
  const cuts = query.group_by ?? []
  const cells = await aggregateCalls(tx, {
    period: span,
    filter: query,
    groupingSets: cuts.length === 0 ? [[]] : [[], cuts],
  })
  const whole = cells.find(({ set }) => set.length === 0)
  const total = { ...span, ...figuresOfGroup(whole) }
  if (cuts.length === 0) return total
  const groups = cells.filter(({ set }) => set.length > 0).sort(byRank)
  return {
    ...total,
    groups: await withNames(tx, groups.slice(0, maxGroups)),
    groups_left_out: Math.max(0, groups.length - maxGroups),
  }
}

/** The figures alone, without what they are of. */
export function figuresOfGroup(cell: GroupFigures<Figures> | undefined): Figures {
  if (cell === undefined) return emptyFigures
  const { set: _set, values: _values, ...figures } = cell
  return figures
}

/** Time in its order, everything else by how many calls there are. */
function byRank(a: GroupFigures<Figures>, b: GroupFigures<Figures>): number {
  for (const cut of a.set) {
    if (cut !== 'hour_of_day' && cut !== 'day_of_week') continue
    const difference = Number(a.values[cut]) - Number(b.values[cut])
    if (difference !== 0) return difference
  }
  const [first, second] = [keyOf(a) ?? '', keyOf(b) ?? '']
  return b.calls.total - a.calls.total || (first < second ? -1 : 1)
}

function keyOf({ set, values }: GroupFigures<Figures>): string | null {
  const given = set.map((cut) => values[cut] ?? null)
  return given.every((value) => value === null) ? null : given.map((value) => value ?? '').join('/')
}

async function withNames(tx: Tx, cells: GroupFigures<Figures>[]): Promise<Group[]> {
  const names = await findNames(tx, {
    campaign: cells.map(({ values }) => values.campaign),
    skillbase: cells.map(({ values }) => values.skillbase),
  })
  return cells.map((cell) => ({
    key: keyOf(cell),
    values: cell.values,
    names: {
      ...('campaign' in cell.values && { campaign: names.campaign(cell.values.campaign) }),
      ...('skillbase' in cell.values && { skillbase: names.skillbase(cell.values.skillbase) }),
    },
    ...figuresOfGroup(cell),
  }))
}

/**
 * The figures of each bucket of the zone's calendar, also of those without calls. The first and the last bucket are
 * whole hours, days, weeks or months; only calls of the period count in them.
 *
 * @throws Refusal as `spanOf`, or when there are too many buckets
 */
export async function getTimeseries(tx: Tx, query: TimeseriesQuery, now: Date): Promise<Timeseries> {
  const span = resolvePeriod(query, now)
  const bucket = query.bucket ?? 'day'
  const edges = bucketEdges(span, bucket, span.timezone)
  const starts = edges.slice(0, -1)
  const cells = await aggregateCalls(tx, {
    period: span,
    filter: query,
    groupingSets: [['bucket']],
    bucketStarts: starts,
  })
  const byBucket = new Map(cells.map((cell) => [cell.values.bucket, cell]))
  return {
    ...span,
    bucket,
    buckets: starts.map((start, i) => {
      const end = edges[i + 1] as Date
      const is_partial = start < span.start || end > span.end
      return { start, end, is_partial, ...figuresOfGroup(byBucket.get(i + 1)) }
    }),
  }
}

export type NamedQuery = MetricsQuery & TimeseriesQuery

/**
 * Several queries at one moment: each is answered as by itself, as a time series where it names a bucket.
 *
 * @throws Refusal whose pointers tell which query is at fault
 */
export async function queryMetrics(
  tx: Tx,
  queries: Record<string, NamedQuery>,
  now: Date,
): Promise<Record<string, Metrics | Timeseries>> {
  const results: [string, Metrics | Timeseries][] = []
  for (const [name, query] of Object.entries(queries)) {
    results.push([name, await pointedAt(`/queries/${name}`, () => answer(tx, query, now))])
  }
  return Object.fromEntries(results)
}

async function answer(tx: Tx, query: NamedQuery, now: Date): Promise<Metrics | Timeseries> {
  if (query.bucket === undefined) return getMetrics(tx, query, now)
  if (query.group_by === undefined) return getTimeseries(tx, query, now)
  throw invalid('bucket_and_group_by', 'A query names `bucket` or `group_by`, not both.', [
    { pointer: '/group_by', detail: 'does not go with bucket' },
  ])
}

/** Refusals of one part of an input point into the whole of it. */
async function pointedAt<T>(at: string, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const faults = error.errors?.map(({ pointer, detail }) => ({ pointer: `${at}${pointer}`, detail }))
    throw new Refusal(error.kind, error.code, error.message, faults)
  }
}
