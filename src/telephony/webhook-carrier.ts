import { type Static, Type } from '@sinclair/typebox'
import { outcomes } from '../db/schema/index.ts'
import { lazy } from '../lib/lazy.ts'
import { ajvWithFormats } from '../lib/schema/ajv.ts'
import { OneOf } from '../lib/schema/typebox.ts'
import { instantOf } from '../lib/time/instants.ts'
import type { CallRef, Carrier, DialRequest, DialResult, LookupResult } from './carrier.ts'
import { connectionFailure } from './connection-failure.ts'
import { signBody } from './signature.ts'

export interface WebhookOptions {
  /** Dial requests are POSTed to this URL. Calls are looked up (GET) and hung up (DELETE) at `<url>/<call_id>`. */
  url: string
  /** Signs the requests; see signature.ts. */
  secret: string
  now: () => Date
  /** Timeout of each request, ms; 10,000 by default. */
  timeoutMs?: number
}

/** The body of a 2xx response when the call is already over. */
const EndedBody = Type.Object({
  ended: Type.Object({ outcome: OneOf(outcomes), ended_reason: Type.Optional(Type.String()) }),
})

/** The body of a lookup response. The status is enough: without it, the call could not go on because of another value. */
const CallState = Type.Object({
  status: OneOf(['dialing', 'ringing', 'active', 'ended'] as const),
  outcome: Type.Optional(Type.Unknown()),
  ended_reason: Type.Optional(Type.Unknown()),
  answered_at: Type.Optional(Type.Unknown()),
  ended_at: Type.Optional(Type.Unknown()),
})

const validators = lazy(() => {
  const ajv = ajvWithFormats()
  return {
    isEndedBody: ajv.compile<Static<typeof EndedBody>>(EndedBody),
    isCallState: ajv.compile<Static<typeof CallState>>(CallState),
  }
})

/** An HTTP response, or why there is none. `wasSent`: the request may have reached the dialer. */
type HttpResult = { status: number; body: unknown } | { wasSent: boolean; reason: string }

/**
 * A carrier for any dialer with an HTTP API: requests are signed JSON, and events arrive at POST /api/carrier/events.
 */
export function webhookCarrier(options: WebhookOptions): Carrier {
  const send = (method: string, path: string, body: string, headers: Record<string, string> = {}) =>
    request(options, method, `${options.url}${path}`, body, headers)
  return {
    name: 'webhook',
    dial: async (call: DialRequest) =>
      dialResult(await send('POST', '', JSON.stringify(call), { 'idempotency-key': call.call_id })),
    hangUp: async ({ call_id }: CallRef) => {
      const response = await send('DELETE', `/${call_id}`, '')
      return 'status' in response && (response.status < 300 || response.status === 404)
    },
    lookup: async (call: CallRef) => lookupOf(call, await send('GET', `/${call.call_id}`, ''), options.now()),
  }
}

async function request(
  { secret, now, timeoutMs = 10_000 }: WebhookOptions,
  method: string,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<HttpResult> {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== '' && { 'content-type': 'application/json' }),
        'x-signature': signBody(secret, body, now()),
        ...headers,
      },
      ...(body !== '' && { body }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, body: parseJson(await response.text()) }
  } catch (error) {
    return connectionFailure(error)
  }
}

/** Parses a response body; undefined when it is empty or not JSON, because a dialer need not send a body. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The result of a dial request by its HTTP status. 2xx: accepted, or ended when the body reports it. 409 (the call is
 * already known): accepted. Other 4xx: refused, 429 for lack of capacity. Everything else: ambiguous.
 */
function dialResult(response: HttpResult): DialResult {
  if ('reason' in response) {
    return response.wasSent
      ? { kind: 'ambiguous', reason: response.reason, isFault: true }
      : { kind: 'refused', outcome: 'carrier_error', ended_reason: response.reason }
  }
  const { status, body } = response
  if ((status >= 200 && status < 300) || status === 409) {
    const { isEndedBody } = validators()
    if (!isEndedBody(body)) return { kind: 'accepted' }
    return { kind: 'ended', outcome: body.ended.outcome, ended_reason: body.ended.ended_reason ?? 'ended' }
  }
  if (status === 429) return { kind: 'refused', outcome: 'no_capacity', ended_reason: '429' }
  if (status < 400 || status >= 500) return { kind: 'ambiguous', reason: `HTTP ${status}`, isFault: true }
  const { outcome } = (body ?? {}) as { outcome?: unknown }
  const isInvalid = outcome === 'invalid_number'
  return {
    kind: 'refused',
    outcome: isInvalid ? 'invalid_number' : 'carrier_error',
    ended_reason: `HTTP ${status}`,
  }
}

/**
 * The result of a lookup by its response. A response without a valid status means that the dialer is unreachable; any other
 * value that is not valid is left out.
 */
function lookupOf({ company_id, call_id }: CallRef, response: HttpResult, now: Date): LookupResult {
  if ('reason' in response) return { kind: 'unreachable', reason: response.reason }
  const { status, body } = response
  if (status === 404) return { kind: 'unknown' }
  const { isCallState } = validators()
  if (status !== 200 || !isCallState(body)) return { kind: 'unreachable', reason: `HTTP ${status}` }
  const answered_at = optionalInstant(body.answered_at)
  if (body.status !== 'ended') return { kind: 'live', status: body.status, answered_at }
  const outcome = outcomes.find((known) => known === body.outcome)
  const ended_reason = typeof body.ended_reason === 'string' ? body.ended_reason : undefined
  const at = optionalInstant(body.ended_at) ?? now
  return {
    kind: 'ended',
    event: { company_id, call_id, type: 'ended', at, outcome, ended_reason, answered_at },
  }
}

const optionalInstant = (value: unknown) => (typeof value === 'string' ? instantOf(value) : undefined)
