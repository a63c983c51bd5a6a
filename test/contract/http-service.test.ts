import { gunzipSync } from 'node:zlib'
import t, { test } from 'tap'
import { readConfig } from '../../src/config.ts'
import { type Headers, startTestService, type TestResponse } from '../setup/service.ts'
import { readDocument } from './document.ts'
import { problemErrors, sensitiveLines, unusedId } from './requests.ts'
import { World } from './world.ts'

const s = await startTestService(t)
/** A service with CORS and a low rate limit. */
const limited = await startTestService(t, {
  CORS_ORIGINS: 'https://app.example,https://two.example',
  RATE_LIMIT_PER_MINUTE: '5',
  TRUST_PROXY: '1',
})
const document = await readDocument(s)
const w = await World.of(s)

test('Every response has the security headers and a request id', async (t) => {
  for (const url of ['/health/live', '/api/company', '/nowhere', '/docs', '/metrics', '/openapi.json']) {
    const { headers } = await s.request('GET', url)
    t.match(
      headers,
      {
        'x-content-type-options': 'nosniff',
        'x-frame-options': /^(SAMEORIGIN|DENY)$/,
        'content-security-policy': /default-src '(none|self)'/,
        'strict-transport-security': /max-age=\d+/,
        'referrer-policy': 'no-referrer',
        'x-request-id': /^[0-9a-f-]{36}$/,
      },
      url,
    )
    t.notMatch(headers, { 'x-powered-by': /./ })
    t.notMatch(String(headers['content-security-policy']), /https?:|\*|upgrade-insecure|unsafe-eval/, url)
  }
})

test('X-Request-Id of the caller is used, unless it is unsafe in a log line', async (t) => {
  const requestWithId = (id: string) => s.request('GET', '/api/company', { 'x-request-id': id })
  for (const id of ['abc-123', 'A.b_9', 'x'.repeat(128)]) {
    const response = await requestWithId(id)
    t.equal(response.headers['x-request-id'], id)
    t.equal(response.body.request_id, id)
  }
  for (const id of ['a b', '{"level":60}', 'a\tb', '<script>', 'x'.repeat(129), 'é', '', '../x', 'a,b']) {
    const response = await requestWithId(id)
    t.match(response.headers['x-request-id'], /^[0-9a-f-]{36}$/, JSON.stringify(id))
    t.equal(response.body.request_id, response.headers['x-request-id'])
  }
  t.ok(
    s.logLines.some((line) => JSON.parse(line).reqId === 'abc-123'),
    'the log has the id',
  )
})

test('CORS allows only the configured origins, with every method', async (t) => {
  const requestFrom = (origin: string) => limited.request('GET', '/health/live', { origin })
  for (const origin of ['https://app.example', 'https://two.example']) {
    const { headers } = await requestFrom(origin)
    t.equal(headers['access-control-allow-origin'], origin)
    t.match(headers.vary, /Origin/)
  }
  for (const origin of [
    'https://evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    'null',
  ]) {
    const { headers } = await requestFrom(origin)
    t.equal(headers['access-control-allow-origin'], undefined, origin)
    t.match(headers.vary, /Origin/, 'caches store the response per origin')
  }
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const preflight = await limited.request('OPTIONS', '/api/calls', {
      origin: 'https://app.example',
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,if-match,idempotency-key,x-company-id',
    })
    t.equal(preflight.status, 204)
    t.match(preflight.headers['access-control-allow-methods'], new RegExp(`\\b${method}\\b`))
    t.match(preflight.headers['access-control-allow-headers'], /if-match.*x-company-id/)
  }
  const withoutPreflightHeaders = await limited.request('OPTIONS', '/api/calls')
  t.equal(withoutPreflightHeaders.status, 204, 'OPTIONS without the headers of a preflight succeeds')
  const { headers } = await s.request('GET', '/health/live', { origin: 'https://app.example' })
  t.equal(headers['access-control-allow-origin'], undefined, 'without CORS_ORIGINS no origin is allowed')
})

test('The rate limit counts per company, and per IP address for public routes', async (t) => {
  const a = await limited.createCompany()
  const b = await limited.createCompany()
  const otherKey = await a.createKey('read')
  const statuses = async (times: number, headers = {}, url = '/api/company') => {
    const responses: TestResponse[] = []
    for (let i = 0; i < times; i++) responses.push(await limited.request('GET', url, headers))
    return responses.map(({ status }) => status)
  }
  t.same(await statuses(3, otherKey), [200, 200, 200])
  t.same(await statuses(3, a.headers), [200, 200, 429], 'more keys do not give more requests')
  const rejected = await limited.request('GET', '/api/company', a.headers)
  t.same(problemErrors(document, rejected, [429]), [])
  t.equal(rejected.body.code, 'rate_limited')
  t.ok(Number(rejected.headers['retry-after']) > 0 && Number(rejected.headers['retry-after']) <= 60)
  t.same(await statuses(2, b.headers), [200, 200], 'another company is not affected')
  const countOf = async (address: string, url: string, headers = {}) =>
    statuses(7, { ...headers, 'x-forwarded-for': address }, url)
  const limitedTo = (status: number) => [...Array(5).fill(status), 429, 429]
  t.same(await countOf('198.51.100.10', '/openapi.json'), limitedTo(200), 'public routes count per address')
  t.same(await countOf('198.51.100.11', '/api/company'), limitedTo(401), 'so do requests without a key')
  const unknown = { authorization: 'Bearer unknown' }
  t.same(await countOf('198.51.100.12', '/api/company', unknown), limitedTo(401), 'and with a wrong one')
  t.same(await countOf('198.51.100.13', '/nowhere'), limitedTo(404), 'and for unknown routes')
  t.same(await countOf('198.51.100.13', '/openapi.json'), Array(7).fill(429), 'all of an address together')
  t.same(await countOf('198.51.100.14', '/%'), limitedTo(400), 'and with a malformed URL')
  t.same(await countOf('198.51.100.10', '/api/company', b.headers), [200, 200, 200, 429, 429, 429, 429])
  const { status } = await limited.request('POST', '/api/carrier/events', {}, { events: [] })
  t.not(status, 429, 'signed webhooks have their own count')
  t.same(await statuses(1, limited.platform, '/api/companies'), [429], 'the platform has its own count')
  t.same(await statuses(20, {}, '/health/live'), Array(20).fill(200), 'health checks are not limited')
})

test('The state of the rate limit has the names of the IETF draft beside the older ones', async (t) => {
  const five = await startTestService(t, { RATE_LIMIT_PER_MINUTE: '5' })
  const { headers: ofCompany } = await five.createCompany()
  const headersOf = async (headers: Headers, url = '/api/company') =>
    (await five.request('GET', url, headers)).headers
  t.match(await headersOf(ofCompany), {
    'x-ratelimit-limit': /^5$/,
    'x-ratelimit-remaining': /^4$/,
    'x-ratelimit-reset': /^60$/,
    'ratelimit-policy': '"company";q=5;w=60',
    ratelimit: '"company";r=4;t=60',
  })
  t.match(await headersOf({}, '/nowhere'), {
    'ratelimit-policy': '"address";q=5;w=60',
    ratelimit: '"address";r=4;t=60',
  })
  for (let i = 0; i < 4; i++) await headersOf(ofCompany)
  const exceeded = await headersOf(ofCompany)
  t.match(exceeded.ratelimit, /^"company";r=0;t=(60|[1-5]\d)$/)
  t.equal(exceeded.ratelimit, `"company";r=0;t=${exceeded['retry-after']}`)
  t.equal((await headersOf({}, '/health/live')).ratelimit, undefined, 'health checks have no limit')
})

test('An address that guesses keys gets 429, and valid keys of the address still work', async (t) => {
  const company = await s.createCompany()
  const send = async (headers: Headers) =>
    s.app.inject({ method: 'GET', url: '/api/company', headers, remoteAddress: '198.51.100.7' })
  const guess = (i: number) =>
    send({ authorization: `Bearer guess-${i}`, 'x-forwarded-for': `203.0.113.${i % 250}` })
  const statuses: number[] = []
  for (let i = 0; i < 310; i++) statuses.push((await guess(i)).statusCode)
  t.same(statuses.slice(0, 300), Array(300).fill(401))
  t.same(statuses.slice(300), Array(10).fill(429), 'X-Forwarded-For of a stranger is ignored')
  t.match((await guess(310)).json(), { code: 'rate_limited', detail: /more than 300 wrong keys/ })
  t.equal((await send(company.headers)).statusCode, 200)
  t.equal((await send(await company.createKey('read'))).statusCode, 200, 'also a key that is new')
})

test('With TRUST_PROXY the address that the proxy reports counts, not one that the client adds', async (t) => {
  const send = async (forwardedFor: string) => {
    const headers = { 'x-forwarded-for': forwardedFor }
    return (await limited.request('GET', '/openapi.json', headers)).status
  }
  const ofOne: number[] = []
  for (let i = 0; i < 6; i++) ofOne.push(await send(`203.0.113.${i}, 198.51.100.1`))
  t.same(ofOne, [200, 200, 200, 200, 200, 429])
  t.equal(await send('198.51.100.2'), 200)
})

test('TRUST_PROXY is a number of proxies or a list of addresses', async (t) => {
  for (const [value, trusted] of [
    ['', false],
    ['2', 2],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ] as const)
    t.same(readConfig({ TRUST_PROXY: value }).trustProxy, trusted)
  for (const value of ['true', '0', '11', '10.0.0.0/33', 'proxy.example'])
    t.throws(() => readConfig({ TRUST_PROXY: value }), /TRUST_PROXY must be how many reverse proxies/)
})

test('limits.requests_per_minute of a company replaces the default rate limit', async (t) => {
  const company = await w.send(
    'POST',
    '/api/companies',
    { name: w.name(), slug: w.slug(), limits: { requests_per_minute: 3 } },
    s.platform,
  )
  const keyInput = { name: 'one', scopes: ['read'] }
  const { key } = await w.send('POST', `/api/companies/${company.id}/keys`, keyInput, s.platform)
  const authorization = `Bearer ${key}`
  const statuses: number[] = []
  for (let i = 0; i < 5; i++)
    statuses.push((await s.request('GET', '/api/company', { authorization })).status)
  t.same(statuses, [200, 200, 200, 429, 429])
  t.equal((await s.request('GET', '/api/company', w.company.headers)).status, 200)
})

test('/metrics has request counts by route pattern, without ids or names', async (t) => {
  await s.request('GET', `/api/calls/${unusedId()}?zz=${w.slug()}`, w.company.headers)
  await s.request('GET', `/nowhere/${w.slug()}`)
  const metrics = await s.request('GET', '/metrics')
  t.match(metrics.headers['content-type'], /^text\/plain/)
  t.match(
    metrics.body,
    /http_request_duration_seconds_count\{method="GET",route="\/api\/calls\/:id",status="400"\} \d/,
  )
  t.match(metrics.body, /route="unknown",status="404"/)
  t.notMatch(metrics.body, /zebulon|[0-9a-f]{8}-[0-9a-f]{4}/)
})

test('/openapi.json is compressed, and not sent again to a client that has it', async (t) => {
  const get = (headers: Headers) => s.app.inject({ method: 'GET', url: '/openapi.json', headers })
  const plain = await get({ 'accept-encoding': 'gzip;q=0, br' })
  const compressed = await get({ 'accept-encoding': 'br, gzip' })
  t.equal(compressed.headers['content-encoding'], 'gzip')
  t.equal(gunzipSync(compressed.rawPayload).toString(), plain.payload)
  t.ok(compressed.rawPayload.length < plain.rawPayload.length / 4)
  // A proxy that compresses makes the ETag weak.
  for (const known of [`${plain.headers.etag}`, `W/${plain.headers.etag}`])
    t.match(await get({ 'if-none-match': known }), { statusCode: 304, payload: '' }, known)
})

test('/docs and /openapi.json can be closed, and /metrics can require a token', async (t) => {
  const metricsToken = 'a-token-for-prometheus-only'
  const closed = await startTestService(t, { PUBLIC_DOCS: 'false', METRICS_TOKEN: metricsToken })
  const status = async (url: string, authorization = '') =>
    (await closed.request('GET', url, { authorization })).status
  t.same(
    await Promise.all(
      ['/docs', '/docs/static/start.js', '/docs/static/scalar.js', '/openapi.json'].map((url) => status(url)),
    ),
    [404, 404, 404, 404],
  )
  t.same(
    [
      await status('/metrics'),
      await status('/metrics', 'Bearer another-token-of-somebody'),
      await status('/metrics', `Bearer ${metricsToken}`),
    ],
    [401, 401, 200],
  )
  t.equal(await status('/api/companies', `Bearer ${metricsToken}`), 401, 'the token opens nothing else')
  t.equal(await status('/health/live'), 200)
})

test('/docs shows the document of /openapi.json and loads nothing from other hosts', async (t) => {
  const docs = await s.request('GET', '/docs')
  t.equal(docs.status, 200)
  t.match(docs.headers['content-type'], /^text\/html/)
  t.match(docs.body, '<title>New Voice API</title>')
  t.notMatch(docs.body, /(src|href)="(https?:)?\/\//, 'no URL of another host')
  t.notMatch(docs.body, /<script(?![^>]*\bsrc=)[^>]*>\s*\S/, 'no inline script, which the policy would block')
  const policy = String(docs.headers['content-security-policy'])
  t.match(policy, "default-src 'none'")
  t.match(policy, "script-src 'self';")
  t.match(policy, "connect-src 'self';")
  const assets = [...docs.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url as string)
  t.ok(assets.length >= 4)
  const get = (url: string, headers: Headers = {}) => s.app.inject({ method: 'GET', url, headers })
  for (const url of assets) {
    const plain = await get(url)
    t.equal(plain.statusCode, 200, url)
    const compressed = await get(url, { 'accept-encoding': 'gzip' })
    t.equal(gunzipSync(compressed.rawPayload).toString(), plain.payload, url)
    t.equal((await get(url, { 'if-none-match': String(plain.headers.etag) })).statusCode, 304, url)
  }
  const { payload: start } = await get('/docs/static/start.js')
  t.match(start, '"url":"/openapi.json"')
  for (const setting of [
    '"withDefaultFonts":false',
    '"telemetry":false',
    '"agent":{"disabled":true}',
    '"mcp":{"disabled":true}',
  ])
    t.match(start, setting, 'the page contacts no other service')
  const { payload: script } = await get('/docs/static/scalar.js')
  t.match(script, 'createApiReference')
  t.equal((await s.request('GET', '/docs/')).status, 200)
  t.equal((await s.request('GET', '/docs/static/other.js')).status, 404)
  t.equal((await s.request('GET', '/openapi.json')).body.openapi, '3.1.0')
})

test('The log of these tests contains no personal data, keys, URLs or SQL, and no server error', async (t) => {
  t.same(sensitiveLines(s.logLines).slice(0, 5), [])
  t.same(
    s.logLines.filter((line) => JSON.parse(line).level >= 50),
    [],
  )
})
