/** Seconds from a failed attempt to the next: eleven attempts, 24 h from the first to the last. */
export const retryDelaysSec: readonly number[] = [
  5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 29_845,
]
/** Longest Retry-After that is respected, seconds. A longer one is shortened. */
const maxRetryAfterSec = 3_600
/** A webhook is disabled when no delivery has succeeded for this long, ms. */
export const disableAfterMs = 24 * 3_600_000

/**
 * Seconds from the `n`th attempt in a row to the next one; undefined when no attempt is left. `retry_after` is the
 * receiver's Retry-After in seconds. `jitter`, 0 to 1, varies the delay by 5 % up or down, so that deliveries that
 * failed together are not retried together.
 */
export function retryDelaySec(
  n: number,
  retry_after: number | undefined,
  jitter: number,
): number | undefined {
  const delay = retryDelaysSec[n - 1]
  if (delay === undefined) return undefined
  return Math.max(delay * (0.95 + 0.1 * jitter), Math.min(retry_after ?? 0, maxRetryAfterSec))
}
