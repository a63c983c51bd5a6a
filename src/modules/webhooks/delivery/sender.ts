import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { createLookup } from './host-lookup.ts'
import { hasPrivateHost, isPublicAddress, PrivateAddressError } from './public-addresses.ts'
import { signatureHeader } from './signature.ts'

/** Time limit for connecting, sending, and receiving the response headers, ms. */
export const responseTimeoutMs = 15_000
const connectTimeoutMs = 5_000
/** How long a connection without a request stays open, ms, whatever the receiver asks for. */
const keepAliveTimeoutMs = 4_000
/** Connections to one origin. */
const maxConnections = 50
/** Bytes of the response body that are read, and time for them, ms. The connection is closed when there are more. */
const maxResponseBytes = 64 * 1024
const bodyTimeoutMs = 1_000

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
  /** The receiver, or a name server, did not respond in time. */
  is_timeout: boolean
}

export interface Sender {
  send(message: WebhookMessage, at: Date): Promise<SendResult>
  close(): Promise<void>
}

export interface SenderOptions {
  allowPrivateAddresses: boolean
  timeoutMs?: number
  /** Name servers, `ip:port`; those of the system by default. */
  nameServers?: readonly string[]
}

/**
 * Creates a sender. It connects to public addresses only, unless `allowPrivateAddresses`. Redirects are not followed,
 * because they could lead to a private address. An attempt ends after `timeoutMs`, and after the status no more than 64 kB
 * or 1 s of the body is read.
 */
export function createSender({
  allowPrivateAddresses,
  timeoutMs = responseTimeoutMs,
  nameServers,
}: SenderOptions): Sender {
  const agent = new Agent({
    connect: checkedConnector({ allowPrivateAddresses, servers: nameServers }),
    connections: maxConnections,
    headersTimeout: timeoutMs,
    bodyTimeout: bodyTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    keepAliveMaxTimeout: keepAliveTimeoutMs,
    maxResponseSize: maxResponseBytes,
  })
  return {
    send: async (message, at) => {
      const startedAt = performance.now()
      const elapsed = () => Math.round(performance.now() - startedAt)
      try {
        if (!allowPrivateAddresses && hasPrivateHost(new URL(message.url))) throw new PrivateAddressError()
        const { statusCode, headers, body } = await post(agent, message, at, timeoutMs)
        const duration_ms = elapsed()
        // The body is not used; reading a short one lets the connection be used again.
        await body
          .dump({ limit: maxResponseBytes, signal: AbortSignal.timeout(bodyTimeoutMs) })
          .catch(() => undefined)
        const retry_after = retryAfterSec(headers['retry-after'], at)
        const error = statusError(statusCode)
        return { http_status: statusCode, error, duration_ms, retry_after, is_timeout: false }
      } catch (error) {
        return {
          http_status: null,
          error: networkError(error),
          duration_ms: elapsed(),
          retry_after: undefined,
          is_timeout: isTimeout(error),
        }
      }
    },
    close: () => agent.destroy(),
  }
}

/** Resolves names by `createLookup`, and checks the address of the established connection too. */
function checkedConnector(options: Parameters<typeof createLookup>[0]): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: createLookup(options) })
  if (options.allowPrivateAddresses) return connect
  return (target, done) =>
    connect(target, (...result) => {
      const [, socket] = result
      if (!socket || isPublicAddress(socket.remoteAddress ?? '')) return done(...result)
      socket.destroy()
      done(new PrivateAddressError(), null)
    })
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
  ENOTFOUND: 'The host name does not exist, or has no address.',
  LOOKUP_FAILED: 'The name servers of the host did not respond, or failed.',
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

const timeoutCodes: readonly unknown[] = [
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'ETIMEDOUT',
  'LOOKUP_FAILED',
]

const codesOf = (error: unknown): string[] => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } }
  return [code, cause?.code].filter((value) => typeof value === 'string')
}

/** The deadline of the attempt has passed. */
const isDeadline = (error: unknown): boolean =>
  ['TimeoutError', 'AbortError'].includes((error as { name?: string }).name ?? '')

const isTimeout = (error: unknown): boolean =>
  isDeadline(error) || codesOf(error).some((code) => timeoutCodes.includes(code))

/** A text for a network error. Messages of the network stack are not used, because they contain addresses. */
function networkError(error: unknown): string {
  if (isDeadline(error)) return noResponse
  const [code] = codesOf(error)
  return (code !== undefined && errorTexts[code]) || `The request failed${code ? ` (${code})` : ''}.`
}
