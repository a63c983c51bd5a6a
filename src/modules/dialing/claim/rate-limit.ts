/**
 * Pacing is a GCRA (ITU-T I.371): a campaign has the theoretical time of its next attempt, and each attempt moves it by
 * one spacing. What was missed may be made up for by `toleranceMs`, and a claimed attempt is dialed within
 * `dialWithinMs` or not at all. A spacing of (60 s + both) / calls_per_minute keeps any 60 s, by the carrier's clock
 * too, to calls_per_minute: in W seconds at most ceil((W + both) / spacing) attempts begin.
 */
export const toleranceMs = 400
export const defaultDialDeadlineMs = 600

/** What calls_per_minute is divided into, seconds, where a carrier begins to dial within so many ms of the claim. */
export const rateWindowSec = (withinMs: number) => 60 + (toleranceMs + withinMs) / 1000
