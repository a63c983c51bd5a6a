import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type ProblemInput, problemBody, sendProblem } from './problem.ts'

/** The response that a connection is sending, or will send next. A member of the sockets of Node.js, not in its types. */
type HttpSocket = Socket & { _httpMessage?: ServerResponse | null }

const malformed = (detail: string): ProblemInput => ({ status: 400, code: 'malformed_request', detail })

const lengthProblem = malformed(
  'The headers that state the length of the body are not valid: send one Content-Length, or Transfer-Encoding: chunked, and not both.',
)

const versionProblem = malformed('The request line must end with HTTP/1.1 or HTTP/1.0.')

export const slowRequestProblem: ProblemInput = {
  status: 408,
  code: 'request_timeout',
  detail: 'The request took too long to arrive. Send it again.',
}

/** Problems of requests that Node.js cannot parse or that do not arrive, by the code of its error. */
const problems: Readonly<Record<string, ProblemInput>> = {
  ERR_HTTP_REQUEST_TIMEOUT: slowRequestProblem,
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers_too_large',
    detail: 'The URL and the headers have more than 16 KiB. Send fewer or smaller headers.',
  },
  HPE_INVALID_METHOD: malformed(
    'The request does not begin with a method of HTTP. This port speaks HTTP/1.1 without TLS: use http://, or the port of the proxy that terminates TLS.',
  ),
  HPE_INVALID_URL: malformed(
    'The URL of the request line is not valid. Percent-encode spaces, control characters and characters that are not ASCII.',
  ),
  HPE_INVALID_VERSION: versionProblem,
  HPE_INVALID_CONSTANT: malformed('The request line must have a method, a path and HTTP/1.1.'),
  HPE_INVALID_HEADER_TOKEN: malformed(
    'A header is not valid: its name or its value has a character that is not allowed.',
  ),
  HPE_INVALID_CONTENT_LENGTH: lengthProblem,
  HPE_UNEXPECTED_CONTENT_LENGTH: lengthProblem,
  HPE_INVALID_TRANSFER_ENCODING: {
    ...lengthProblem,
    detail: `${lengthProblem.detail} The only Transfer-Encoding is chunked; state a compressed body in Content-Encoding.`,
  },
  HPE_INVALID_CHUNK_SIZE: malformed('The size of a chunk of the body is not a hexadecimal number.'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'body_too_large',
    detail: 'The extensions of the chunks of the body are too large. Send chunks without extensions.',
  },
}

const otherProblem = malformed('The request is not valid HTTP/1.1: its syntax is wrong, or it ended early.')

/** Refuses a request that Node.js could not parse, or that did not arrive in time. */
export function refuseMalformedRequest(
  log: FastifyBaseLogger,
  { code = '' }: NodeJS.ErrnoException,
  socket: HttpSocket,
): void {
  // Browsers open connections in advance, and would take a response for that of their next request.
  const isUnused = code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0
  if (isUnused || code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  refuseConnection(log, problems[code] ?? otherProblem, socket)
}

/** How long a client has to read the response before its connection is closed, ms. */
const lingerMs = 1_000

/**
 * Sends a problem over a connection whose current request cannot be completed, and closes it. The responses to earlier requests
 * of the connection are sent before: a client would take the problem for one of them.
 */
export function refuseConnection(log: FastifyBaseLogger, problem: ProblemInput, socket: HttpSocket): void {
  // Also the next errors of the same connection.
  if (!socket.writable) return
  const response = socket._httpMessage
  if (response?.req.complete) {
    response.once('close', () => refuseConnection(log, problem, socket))
    return
  }
  if (response?.headersSent) {
    socket.destroy()
    return
  }
  const request_id = randomUUID()
  log.info({ reqId: request_id, status: problem.status, code: problem.code }, 'request refused')
  const body = JSON.stringify(problemBody(problem, request_id))
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${request_id}`,
    `Date: ${new Date().toUTCString()}`,
  ]
  // Destroyed at once, a connection with unread bytes is reset, and the client may lose the response.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

/**
 * Refuses HTTP/0.9, whose requests have no headers, and what Node.js would refuse with an empty response: a request without Host,
 * and an Expect other than 100-continue.
 */
export function refuseUnexpectedHeaders(app: FastifyInstance): void {
  app.server.on('checkExpectation', app.routing)
  app.addHook('onRequest', (request, reply, done) => {
    const problem = headerProblem(request.raw)
    if (problem === undefined) done()
    else void sendProblem(request, reply, problem)
  })
}

function headerProblem({ httpVersion, headers }: IncomingMessage): ProblemInput | undefined {
  if (httpVersion.startsWith('0')) return versionProblem
  if (httpVersion === '1.1' && headers.host === undefined)
    return malformed('The request has no Host header, which HTTP/1.1 requires.')
  if (headers.expect === undefined || headers.expect.toLowerCase() === '100-continue') return undefined
  const detail = 'The only expectation that can be met is 100-continue. Leave out the header Expect.'
  return { status: 417, code: 'expectation_failed', detail }
}
