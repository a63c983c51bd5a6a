import { type SQL, sql } from 'drizzle-orm'

/**
 * A call that has not ended this long after ring_timeout_sec + max_call_duration_sec is hung up. The carrier, which ends calls
 * by itself, should be faster.
 */
const hangUpMarginSec = 60

/** A call that still has not ended this long after the carrier was first asked to hang it up ends as `lost`, ms. */
export const lostAfterHangUpMs = 60_000

/** The same for a carrier that cannot be reached, after the time at which the call was to be hung up. */
export const lostAfterUnreachableMs = 540_000

/** SQL: when a call that is claimed at `at` is hung up, by the limits of the row with this alias. */
export const hangUpAt = (at: SQL, limits: string): SQL =>
  sql`${at} + make_interval(secs => ${sql.raw(`${limits}.ring_timeout_sec + ${limits}.max_call_duration_sec + ${hangUpMarginSec}`)})`

/** SQL: the same of a lease. One without limits is of a test call that waits to be dialed. */
export const hangUpAtOf = (lease: string): SQL =>
  sql.raw(`coalesce(${lease}.hang_up_at, ${lease}.claimed_at + interval '1 day')`)
