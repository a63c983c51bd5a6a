import { Agent, type Dispatcher, request } from 'undici'
import { hasPrivateHost, PrivateAddressError, publicLookup } from './public-addresses.ts'
import { signatureHeader } from './signature.ts'

/** Time limit for connecting, sending, and receiving the response headers, ms. */
export const responseTimeoutMs = 15_000
const connectTimeoutMs = 5_000
const keepAliveTimeoutMs = 10_000
const maxResponseBytes = 64 * 1024

export interface WebhookMessage {
  url: string
  /** The same for every attempt. */
  id: string
  body: string
  secrets: readonly string[]
}

export interface SendResult {
  /** null when no response was received. */
  http_status: number | null
  /** Why the attempt failed, without addresses or content; null when the status is 2xx. */
  error: string | null
  duration_ms: number
  /** The receiver's Retry-After, seconds. */
  retry_after: number | undefined
}

export interface Sender {
  send(message: WebhookMessage, at: Date): Promise<SendResult>
  close(): Promise<void>
}

/**
 * Creates a sender. It connects to public addresses only, unless `allowPrivateAddresses`. Redirects are not followed,
 * because they could lead to a private address.
 */
export function createSender({
  allowPrivateAddresses,
  timeoutMs = responseTimeoutMs,
}: {
  allowPrivateAddresses: boolean
  timeoutMs?: number
}): Sender {
  const agent = new Agent({
    connect: { timeout: connectTimeoutMs, ...(!allowPrivateAddresses && { lookup: publicLookup }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxResponseSize: maxResponseBytes,
  })
  return {
    send: async (message, at) => {
      const startedAt = performance.now()
      const elapsed = () => Math.round(performance.now() - startedAt)
      try {
        if (!allowPrivateAddresses && hasPrivateHost(new URL(message.url))) throw new PrivateAddressError()
        const { statusCode, headers, body } = await post(agent, message, at, timeoutMs)
        // The body is not used; reading it lets the connection be used again.
        await body.dump({ limit: maxResponseBytes }).catch(() => undefined)
        const retry_after = retryAfterSec(headers['retry-after'], at)
        return {
          http_status: statusCode,
          error: statusError(statusCode),
          duration_ms: elapsed(),
          retry_after,
        }
      } catch (error) {
        return {
          http_status: null,
          error: networkError(error),
          duration_ms: elapsed(),
          retry_after: undefined,
        }
      }
    },
    close: () => agent.destroy(),
  }
}

function post(agent: Dispatcher, { url, id, body, secrets }: WebhookMessage, at: Date, timeoutMs: number) {
  const timestamp = Math.floor(at.getTime() / 1000)
  return request(url, {
    method: 'POST',
    dispatcher: agent,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'new-voice-webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureHeader(secrets, id, timestamp, body),
    },
    body,
  })
}

function statusError(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400)
    return `The receiver returned status ${status}, a redirect, which is not followed.`
  return `The receiver returned status ${status}.`
}

/** Retry-After in seconds from now; the header is seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterSec(header: string | string[] | undefined, now: Date): number | undefined {
  if (typeof header !== 'string') return undefined
  if (/^\d+$/.test(header)) return Number(header)
  const retryAt = Date.parse(header)
  return Number.isNaN(retryAt) ? undefined : Math.max(0, (retryAt - now.getTime()) / 1000)
}

const noResponse = 'The receiver did not respond in time.'
const connectionClosed = 'The receiver closed the connection without a response.'

const errorTexts: Record<string, string> = {
  PRIVATE_ADDRESS: 'The address is private, loopback or link-local.',
  ENOTFOUND: 'The host name does not exist.',
  EAI_AGAIN: 'The host name could not be resolved.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: connectionClosed,
  UND_ERR_SOCKET: connectionClosed,
  UND_ERR_CONNECT_TIMEOUT: 'The connection could not be established in time.',
  UND_ERR_HEADERS_TIMEOUT: noResponse,
  CERT_HAS_EXPIRED: 'The certificate of the receiver has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the receiver is self-signed.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the receiver is for another host name.',
}

/** A text for a network error. Messages of the network stack are not used, because they contain addresses. */
function networkError(error: unknown): string {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: { code?: string } }
  if (name === 'TimeoutError' || name === 'AbortError') return noResponse
  const errorCode = [code, cause?.code].find((value) => typeof value === 'string')
  return (
    (errorCode !== undefined && errorTexts[errorCode]) ||
    `The request failed${errorCode ? ` (${errorCode})` : ''}.`
  )
}
