import type { Settings } from './options.ts'
import { type EncodedItem, parseProblem, parseResponse, requestBody, type TelemetryResponse } from './wire.ts'

export type BatchResult =
  | { kind: 'accepted'; response: TelemetryResponse }
  /** The service rejected the request as a whole, and would do so again: it is too large or cannot be parsed. */
  | { kind: 'rejected'; reason: string }
  /** The request can be sent again. `isSlow`: only after a change of configuration, such as the key or the URL. */
  | { kind: 'failed'; error: Error; retryAfterMs: number; isSlow: boolean }

/** Longest Retry-After that is respected, ms. A longer one is shortened. */
const maxRetryAfterMs = 300_000

/** Sends one batch. Never rejects; aborting `controller` ends the request early. */
export async function sendBatch(
  settings: Settings,
  batch: readonly EncodedItem[],
  controller: AbortController,
): Promise<BatchResult> {
  const { endpoint, key, timeoutMs, environment } = settings
  const timer = environment.setTimeout(() => {
    controller.abort(new Error(`The service did not respond within ${timeoutMs} ms.`))
  }, timeoutMs)
  try {
    const response = await environment.fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: requestBody(batch),
      redirect: 'manual',
      signal: controller.signal,
    })
    return batchResultOf(response, await response.text(), environment.date())
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error))
    return { kind: 'failed', error: cause, retryAfterMs: 0, isSlow: false }
  } finally {
    environment.clearTimeout(timer)
  }
}

function batchResultOf({ status, headers }: Response, text: string, now: Date): BatchResult {
  if (status === 200) {
    const response = parseResponse(text)
    if (response !== undefined) return { kind: 'accepted', response }
    const error = new Error('The response does not come from the telemetry API. Check the option url.')
    return { kind: 'failed', error, retryAfterMs: 0, isSlow: false }
  }
  const problem = parseProblem(text)
  const reason = `The service returned status ${status}${problem === undefined ? '' : `, ${problem}`}`
  // A 413 also means a request that is too large when it comes from a proxy. A 400 or 422 without a problem document
  // does not come from the service.
  if (status === 413 || (problem !== undefined && (status === 400 || status === 422)))
    return { kind: 'rejected', reason }
  const isTemporary = status >= 500 || [408, 409, 425, 429].includes(status)
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now)
  return { kind: 'failed', error: new Error(reason), retryAfterMs, isSlow: !isTemporary }
}

/** Retry-After in ms from now; 0 when missing or invalid. The header is seconds or a date (RFC 9110, section 10.2.3). */
function parseRetryAfter(value: string | null, now: Date): number {
  if (value === null) return 0
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(ms) ? Math.min(maxRetryAfterMs, Math.max(0, ms)) : 0
}
