/** Seconds from a failed attempt to the next: 24 h from the first to the last, eleven attempts. */
export const retryDelaysSec: readonly number[] = [
  5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 29_845,
]
/** A receiver that asks for more is asked again after this all the same, seconds. */
const mostRetryAfter = 3_600
/** A receiver that nothing has reached for so long is switched off. */
export const disableAfterMs = 24 * 3_600_000

/**
 * When to try again after the `n`th attempt in a row, in seconds; undefined when there were enough. `jitter` 0 to 1
 * spreads by a tenth, so that what failed together does not come again together.
 */
export function retryDelaySec(
  n: number,
  retry_after: number | undefined,
  jitter: number,
): number | undefined {
  const delay = retryDelaysSec[n - 1]
  if (delay === undefined) return undefined
  return Math.max(delay * (0.95 + 0.1 * jitter), Math.min(retry_after ?? 0, mostRetryAfter))
}
