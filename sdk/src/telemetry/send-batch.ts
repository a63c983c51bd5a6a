import type { Settings } from './options.ts'
import { type EncodedItem, parseProblem, parseResponse, requestBody, type TelemetryResponse } from './wire.ts'

/** What became of a request. */
export type BatchResult =
  | { kind: 'taken'; answer: TelemetryResponse }
  /** As a whole, and so it would be again: it is too large, or something in it is beyond reading. */
  | { kind: 'refused'; reason: string }
  /** To be sent again; slowly where somebody has to mend something first: the key, or the address. */
  | { kind: 'failed'; error: Error; retryAfterMs: number; isSlow: boolean }

/** Retry-After is waited for up to this, ms: who asks for more may have mistaken the unit. */
const longestRetryAfter = 300_000

/** Sends one batch. Never throws; `controller` ends it early. */
export async function sendBatch(
  settings: Settings,
  batch: readonly EncodedItem[],
  controller: AbortController,
): Promise<BatchResult> {
  const { endpoint, key, timeoutMs, world } = settings
  const limit = world.setTimeout(() => {
    controller.abort(new Error(`The service did not answer in ${timeoutMs} ms.`))
  }, timeoutMs)
  try {
    const response = await world.fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: requestBody(batch),
      redirect: 'manual',
      signal: controller.signal,
    })
    return batchResultOf(response, await response.text(), world.date())
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error))
    return { kind: 'failed', error: reason, retryAfterMs: 0, isSlow: false }
  } finally {
    world.clearTimeout(limit)
  }
}

function batchResultOf({ status, headers }: Response, text: string, now: Date): BatchResult {
  if (status === 200) {
    const answer = parseResponse(text)
    if (answer !== undefined) return { kind: 'taken', answer }
    const error = new Error('The answer is not of the service: is the url right?')
    return { kind: 'failed', error, retryAfterMs: 0, isSlow: false }
  }
  const problem = parseProblem(text)
  const reason = `The service answered ${status}${problem === undefined ? '' : `, ${problem}`}`
  // 413 may be the word of a proxy, about the size. A 400 counts as the service's when it says why.
  if (status === 413 || (problem !== undefined && (status === 400 || status === 422)))
    return { kind: 'refused', reason }
  const isPassing = status >= 500 || [408, 409, 425, 429].includes(status)
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), now)
  return { kind: 'failed', error: new Error(reason), retryAfterMs, isSlow: !isPassing }
}

/** Seconds, or a date (RFC 9110, 10.2.3), as ms from now. */
function readRetryAfter(value: string | null, now: Date): number {
  if (value === null) return 0
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(ms) ? Math.min(longestRetryAfter, Math.max(0, ms)) : 0
}
