import { Agent, type Dispatcher, request } from 'undici'
import { hasPrivateHost, PrivateAddressError, publicLookup } from './public-addresses.ts'
import { signatureHeader } from './signature.ts'

/** Connecting, sending and the answer's head together take so long at most. */
export const responseTimeoutMs = 15_000

export interface WebhookMessage {
  url: string
  /** The same however often it is sent. */
  id: string
  body: string
  secrets: readonly string[]
}

/** What came of one request; `error` says why it failed where no status does, without addresses or contents. */
export interface SendResult {
  http_status: number | null
  error: string | null
  duration_ms: number
  /** What the receiver asks to be left alone for, seconds. */
  retry_after: number | undefined
}

export interface Sender {
  send(message: WebhookMessage, at: Date): Promise<SendResult>
  close(): Promise<void>
}

/** Sends to public addresses only, unless `toPrivate`; redirects are not followed, so they lead nowhere else. */
export function createSender({
  toPrivate,
  timeoutMs = responseTimeoutMs,
}: {
  toPrivate: boolean
  timeoutMs?: number
}): Sender {
  const agent = new Agent({
    connect: { timeout: 5_000, ...(!toPrivate && { lookup: publicLookup }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
    maxResponseSize: 64 * 1024,
  })
  return {
    send: async (message, at) => {
      const began = performance.now()
      const elapsed = () => Math.round(performance.now() - began)
      try {
        if (!toPrivate && hasPrivateHost(new URL(message.url))) throw new PrivateAddressError()
        const { statusCode, headers, body } = await post(agent, message, at, timeoutMs)
        // The answer's text is nobody's concern, and reading it frees the connection.
        await body.dump({ limit: 64 * 1024 }).catch(() => undefined)
        const retry_after = secondsOf(headers['retry-after'], at)
        return { http_status: statusCode, error: faultOf(statusCode), duration_ms: elapsed(), retry_after }
      } catch (error) {
        return { http_status: null, error: wordsOf(error), duration_ms: elapsed(), retry_after: undefined }
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

function faultOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return 'answered with a redirect, which is not followed'
  return `answered ${status}`
}

/** Retry-After is seconds or a date (RFC 9110, section 10.2.3). */
function secondsOf(header: string | string[] | undefined, now: Date): number | undefined {
  if (typeof header !== 'string') return undefined
  if (/^\d+$/.test(header)) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now.getTime()) / 1000)
}

const words: Record<string, string> = {
  PRIVATE_ADDRESS: 'the address is private, loopback or link-local',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  ABORT_ERR: 'no answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is of another name',
}

/** Messages of the network name addresses: only what kind of failure it was is told. */
function wordsOf(error: unknown): string {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: { code?: string } }
  if (name === 'TimeoutError' || name === 'AbortError') return words.ABORT_ERR as string
  const known = [code, cause?.code].find((one) => typeof one === 'string')
  return (known !== undefined && words[known]) || `the request failed${known ? ` (${known})` : ''}`
}
