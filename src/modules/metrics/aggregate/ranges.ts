import type { Period } from '../../../lib/time/instants.ts'
import { utcOffsets } from './calendar.ts'
import { type AggregateQuery, groupKeysOf } from './filters.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A span in pieces: whole days and hours of UTC, which rollups hold, and what is left at its edges. */
export interface Ranges {
  day: Period[]
  hour: Period[]
  edge: Period[]
}

/**
 * Cuts a scope's span so that no piece lies in two of its groups. What begins or ends within an hour (a bound, or a
 * bucket of a zone that is half an hour off) is an edge; where the clock itself is half an hour off and hours are told
 * apart by it, the whole span is.
 */
export function splitIntoRanges({
  period: span,
  groupingSets: sets,
  bucketStarts: starts = [],
}: AggregateQuery): Ranges {
  const cuts = groupKeysOf(sets)
  const needsClock = cuts.includes('hour_of_day') || cuts.includes('day_of_week')
  if (needsClock && !hasWholeHours(span, span.timezone)) return { day: [], hour: [], edge: [span] }
  const inner = cuts.includes('bucket') ? starts.filter((at) => at > span.start && at < span.end) : []
  const bounds = [span.start, ...inner, span.end].map((at) => at.getTime())
  const pieces: Record<keyof Ranges, [number, number][]> = { day: [], hour: [], edge: [] }
  const add = (kind: keyof Ranges, from: number, until: number) => {
    if (from >= until) return
    const last = pieces[kind].at(-1)
    if (last?.[1] === from) last[1] = until
    else pieces[kind].push([from, until])
  }
  for (const [i, from] of bounds.slice(0, -1).entries()) {
    const until = bounds[i + 1] as number
    const [hour, lastHour] = [up(from, hourMs), down(until, hourMs)]
    if (hour >= lastHour) {
      add('edge', from, until)
      continue
    }
    add('edge', from, hour)
    const [day, lastDay] = [up(hour, dayMs), down(lastHour, dayMs)]
    if (needsClock || day >= lastDay) {
      add('hour', hour, lastHour)
    } else {
      add('hour', hour, day)
      add('day', day, lastDay)
      add('hour', lastDay, lastHour)
    }
    add('edge', lastHour, until)
  }
  const periods = (kind: keyof Ranges) =>
    pieces[kind].map(([from, until]) => ({ start: new Date(from), end: new Date(until) }))
  return { day: periods('day'), hour: periods('hour'), edge: periods('edge') }
}

const up = (at: number, unit: number) => Math.ceil(at / unit) * unit
const down = (at: number, unit: number) => Math.floor(at / unit) * unit

/** Whether an hour of UTC is an hour of the zone's clock, throughout the period. */
function hasWholeHours(period: Period, timezone: string): boolean {
  const { since, seconds } = utcOffsets(period, timezone)
  return (
    seconds.every((offset) => offset % 3600 === 0) &&
    since.slice(1).every((at) => at.getTime() % hourMs === 0)
  )
}
