import { type OpenApiDocument, operationsOf, type Response, type RouteFacts } from './types.ts'

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' },
  example,
})
const seconds = (description: string, example: number) => ({
  description,
  schema: { type: 'integer', minimum: 0 },
  example,
})

/** Headers of responses, by their names. */
const responseHeaders = {
  'X-Request-Id': text(
    "Identifies the request in the logs of the service: the caller's own X-Request-Id, or a new UUID.",
    '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
  ),
  'X-RateLimit-Limit': seconds('Requests per minute that the company, or else the address, may send.', 6000),
  'X-RateLimit-Remaining': seconds('Requests that are left in this minute.', 5999),
  'X-RateLimit-Reset': seconds('Seconds until the minute ends.', 42),
  RateLimit: text(
    'What is left of the limit: requests (`r`) and seconds until it is whole again (`t`), by draft-ietf-httpapi-ratelimit-headers.',
    '"default";r=5999;t=42',
  ),
  'RateLimit-Policy': text(
    'The limit: requests (`q`) in a window of seconds (`w`).',
    '"default";q=6000;w=60',
  ),
  'Retry-After': seconds('Seconds to wait before the request is sent again.', 2),
  'Idempotency-Replayed': {
    description: '`true`: this is the stored response of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  ETag: text(
    'The state of the resource. Send it as If-Match with a change, so that a change of somebody else in the meantime is not overwritten, or as If-None-Match with a GET, to get 304 while it is the same.',
    '"kYt0bX3SgJQ7s0eT1uJ2-w"',
  ),
  Location: text('The path of what was created.', '/api/campaigns/0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'),
} satisfies Record<string, object>

type HeaderName = keyof typeof responseHeaders

const headersOfAll: readonly HeaderName[] = ['X-Request-Id']
const rateLimitHeaders: readonly HeaderName[] = [
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit',
  'RateLimit-Policy',
]

/** Adds to each response the headers that it can have. Those of errors are in the shared responses. */
export function addResponseHeaders(document: OpenApiDocument, facts: ReadonlyMap<string, RouteFacts>): void {
  for (const { operation } of operationsOf(document)) {
    const {
      isOfApi = false,
      isIdempotent = false,
      hasEtag = false,
    } = facts.get(operation.operationId ?? '') ?? {}
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      if (response.$ref !== undefined) continue
      const isSuccess = status < '300' && status !== '101'
      setHeaders(response, [
        ...headersOfAll,
        ...(isOfApi ? rateLimitHeaders : []),
        ...(isSuccess && isIdempotent ? (['Idempotency-Replayed'] as const) : []),
        ...(hasEtag && ['200', '201', '304'].includes(status) ? (['ETag'] as const) : []),
        ...(status === '201' ? (['Location'] as const) : []),
      ])
    }
  }
  const shared = document.components?.responses ?? {}
  for (const [name, response] of Object.entries(shared))
    setHeaders(response, [
      ...headersOfAll,
      ...rateLimitHeaders,
      ...(/(429|503)$/.test(name) ? (['Retry-After'] as const) : []),
    ])
  document.components = { ...document.components, headers: responseHeaders }
}

function setHeaders(response: Response, names: readonly HeaderName[]): void {
  response.headers = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
