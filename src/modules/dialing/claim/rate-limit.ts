import { type SQL, sql } from 'drizzle-orm'

/**
 * Rate limiting is a GCRA (ITU-T I.371): each campaign stores the theoretical time of its next attempt, and every
 * attempt moves that time by one spacing. An attempt may start up to `toleranceMs` early, and a claimed attempt is
 * dialed within its deadline or not at all. A spacing of (60 s + tolerance + deadline) / calls_per_minute keeps any
 * 60 s within calls_per_minute, also by the carrier's clock: in W seconds at most ceil((W + tolerance + deadline) /
 * spacing) attempts start.
 */
const toleranceMs = 400

/** Time from claim to dial request, for carriers that need no preparation. */
export const defaultDialDeadlineMs = 600

/**
 * Seconds to divide by calls_per_minute to get the spacing of attempts, for a carrier with this dial deadline in ms.
 */
export const rateWindowSec = (dialDeadlineMs: number) => 60 + (toleranceMs + dialDeadlineMs) / 1000

/** SQL: the tolerance as an interval. */
export const tolerance = sql.raw(`interval '${toleranceMs} ms'`)

interface RateLimit {
  next_slot_at: SQL
  calls_per_minute: SQL
  /** The result of `rateWindowSec`. */
  window_sec: SQL
  now: SQL
}

/** SQL: the number of attempts that a rate limit allows now: those whose spacing has passed, plus the next one. */
export const freeSlots = ({ next_slot_at, calls_per_minute, window_sec, now }: RateLimit): SQL => sql`
  floor(extract(epoch from ${now} + ${tolerance} - greatest(${next_slot_at}, ${now})) * ${calls_per_minute} / ${window_sec})::int + 1`

/** SQL: next_slot_at after this number of attempts. */
export const slotAfter = (
  attempts: SQL,
  { next_slot_at, calls_per_minute, window_sec, now }: RateLimit,
): SQL =>
  sql`greatest(${next_slot_at}, ${now}) + ${attempts} * make_interval(secs => ${window_sec} / ${calls_per_minute})`
