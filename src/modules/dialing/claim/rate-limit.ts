/**
 * Rate limiting is a GCRA (ITU-T I.371): each campaign stores the theoretical time of its next attempt, and every
 * attempt moves that time by one spacing. An attempt may start up to `toleranceMs` early, and a claimed attempt is
 * dialed within its deadline or not at all. A spacing of (60 s + tolerance + deadline) / calls_per_minute keeps any
 * 60 s within calls_per_minute, also by the carrier's clock: in W seconds at most ceil((W + tolerance + deadline) /
 * spacing) attempts start.
 */
export const toleranceMs = 400

/** Time from claim to dial request, for carriers that need no preparation. */
export const defaultDialDeadlineMs = 600

/**
 * Seconds to divide by calls_per_minute to get the spacing of attempts, for a carrier with this dial deadline in ms.
 */
export const rateWindowSec = (dialDeadlineMs: number) => 60 + (toleranceMs + dialDeadlineMs) / 1000
