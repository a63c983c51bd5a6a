import { type Static, Type } from '@sinclair/typebox'
import { outcomes } from '../db/schema/index.ts'
import { ajvWithFormats } from '../lib/ajv.ts'
import { lazy } from '../lib/lazy.ts'
import { OneOf } from '../lib/typebox.ts'
import type { CallRef, Carrier, DialRequest, DialResult, LookupResult } from './carrier.ts'
import { signBody } from './signature.ts'

export interface WebhookOptions {
  /** Calls are posted to it; a call is asked about and hung up at `<url>/<call_id>`. */
  url: string
  secret: string
  now: () => Date
  timeoutMs?: number
}

/** An answer may say that the call is over already. */
const Over = Type.Object({
  ended: Type.Object({ outcome: OneOf(outcomes), ended_reason: Type.Optional(Type.String()) }),
})

const State = Type.Object({
  status: OneOf(['dialing', 'ringing', 'active', 'ended'] as const),
  outcome: Type.Optional(OneOf(outcomes)),
  ended_reason: Type.Optional(Type.String()),
  ended_at: Type.Optional(Type.String({ format: 'date-time' })),
})

const validators = lazy(() => {
  const ajv = ajvWithFormats()
  return {
    isOver: ajv.compile<Static<typeof Over>>(Over),
    isState: ajv.compile<Static<typeof State>>(State),
  }
})

/** What an HTTP request came to: an answer, or why there is none. `sent`: somebody may have heard it. */
type Asked = { status: number; body: unknown } | { sent: boolean; reason: string }

/** Errors that come before anything was sent: nobody was asked. */
const unsent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]

/** Any dialer that speaks HTTP: calls go out as signed JSON, what happens comes in at POST /api/carrier/events. */
export function webhookCarrier(options: WebhookOptions): Carrier {
  const ask = (method: string, path: string, body: string, headers: Record<string, string> = {}) =>
    request(options, method, `${options.url}${path}`, body, headers)
  return {
    name: 'webhook',
    dial: async (call: DialRequest) =>
      dialAnswer(await ask('POST', '', JSON.stringify(call), { 'idempotency-key': call.call_id })),
    hangUp: async ({ call_id }: CallRef) => {
      const asked = await ask('DELETE', `/${call_id}`, '')
      return 'status' in asked && (asked.status < 300 || asked.status === 404)
    },
    lookup: async (call: CallRef) => lookupOf(call, await ask('GET', `/${call.call_id}`, ''), options.now()),
  }
}

async function request(
  { secret, now, timeoutMs = 10_000 }: WebhookOptions,
  method: string,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<Asked> {
  try {
    const answer = await fetch(url, {
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
    return { status: answer.status, body: parsed(await answer.text()) }
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string }
    return { sent: !unsent.includes(code ?? ''), reason: code ?? (error as Error).name }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // An answer need not have a body, nor one in JSON.
    return undefined
  }
}

/** DialAnswer by status: 2xx and 409 (known already) accept; 4xx refuse; everything else leaves it open. */
function dialAnswer(asked: Asked): DialResult {
  if ('reason' in asked) {
    return asked.sent
      ? { kind: 'ambiguous', reason: asked.reason }
      : { kind: 'refused', outcome: 'carrier_error', ended_reason: asked.reason }
  }
  const { status, body } = asked
  if ((status >= 200 && status < 300) || status === 409) {
    const { isOver } = validators()
    if (!isOver(body)) return { kind: 'accepted' }
    return { kind: 'ended', outcome: body.ended.outcome, ended_reason: body.ended.ended_reason ?? 'ended' }
  }
  if (status === 429) return { kind: 'refused', outcome: 'no_capacity', ended_reason: '429' }
  if (status < 400 || status >= 500) return { kind: 'ambiguous', reason: `HTTP ${status}` }
  const { outcome } = (body ?? {}) as { outcome?: unknown }
  const isInvalid = outcome === 'invalid_number'
  return {
    kind: 'refused',
    outcome: isInvalid ? 'invalid_number' : 'carrier_error',
    ended_reason: `HTTP ${status}`,
  }
}

function lookupOf({ company_id, call_id }: CallRef, asked: Asked, now: Date): LookupResult {
  if ('reason' in asked) return { kind: 'unreachable', reason: asked.reason }
  const { status, body } = asked
  if (status === 404) return { kind: 'unknown' }
  const { isState } = validators()
  if (status !== 200 || !isState(body)) return { kind: 'unreachable', reason: `HTTP ${status}` }
  if (body.status !== 'ended') return { kind: 'live', status: body.status }
  const { outcome, ended_reason, ended_at } = body
  const at = ended_at === undefined ? now : new Date(ended_at)
  return { kind: 'ended', event: { company_id, call_id, type: 'ended', at, outcome, ended_reason } }
}
