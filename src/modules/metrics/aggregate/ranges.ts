import type { Period } from '../../../lib/time/instants.ts'
import { utcOffsets } from './calendar.ts'
import type { AggregateQuery } from './filters.ts'
import { groupKeysOf, needsClock } from './grouping.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A period in parts: whole UTC days and UTC hours, which have rollups, and the partial hours at the edges. */
export interface Ranges {
  day: Period[]
  hour: Period[]
  edge: Period[]
}

/**
 * Splits a query's period so that no part belongs to two groups. An hour in which the period or a bucket starts or ends
 * (the zone may be half an hour off UTC) becomes an edge. When calls are grouped by hour of day or day of week, no whole
 * days are used; if an hour of the zone's clock is not always a UTC hour, the whole period is an edge.
 */
export function splitIntoRanges({ period, groupingSets, bucketStarts = [] }: AggregateQuery): Ranges {
  const keys = groupKeysOf(groupingSets)
  const usesHours = needsClock(keys)
  if (usesHours && !hasWholeHours(period, period.timezone)) return { day: [], hour: [], edge: [period] }
  const innerStarts = keys.includes('bucket')
    ? bucketStarts.filter((start) => start > period.start && start < period.end)
    : []
  const bounds = [period.start, ...innerStarts, period.end].map((bound) => bound.getTime())
  const parts: Record<keyof Ranges, [from: number, until: number][]> = { day: [], hour: [], edge: [] }
  const add = (kind: keyof Ranges, from: number, until: number) => {
    if (from >= until) return
    const last = parts[kind].at(-1)
    if (last?.[1] === from) last[1] = until
    else parts[kind].push([from, until])
  }
  for (const [i, from] of bounds.slice(0, -1).entries()) {
    const until = bounds[i + 1] as number
    const [firstHour, lastHour] = [ceilTo(hourMs, from), floorTo(hourMs, until)]
    if (firstHour >= lastHour) {
      add('edge', from, until)
      continue
    }
    add('edge', from, firstHour)
    const [firstDay, lastDay] = [ceilTo(dayMs, firstHour), floorTo(dayMs, lastHour)]
    if (usesHours || firstDay >= lastDay) {
      add('hour', firstHour, lastHour)
    } else {
      add('hour', firstHour, firstDay)
      add('day', firstDay, lastDay)
      add('hour', lastDay, lastHour)
    }
    add('edge', lastHour, until)
  }
  const periods = (kind: keyof Ranges) =>
    parts[kind].map(([from, until]) => ({ start: new Date(from), end: new Date(until) }))
  return { day: periods('day'), hour: periods('hour'), edge: periods('edge') }
}

const ceilTo = (unitMs: number, epochMs: number) => Math.ceil(epochMs / unitMs) * unitMs
const floorTo = (unitMs: number, epochMs: number) => Math.floor(epochMs / unitMs) * unitMs

/** Whether every hour of the zone's clock is a UTC hour, throughout the period. */
function hasWholeHours(period: Period, timezone: string): boolean {
  const { since, seconds } = utcOffsets(period, timezone)
  return (
    seconds.every((offset) => offset % 3600 === 0) &&
    since.slice(1).every((transition) => transition.getTime() % hourMs === 0)
  )
}
