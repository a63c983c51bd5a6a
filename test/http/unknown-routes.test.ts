import t, { test } from 'tap'
import { AllowedMethods } from '../../src/http/unknown-routes.ts'
import { readDocument } from '../contract/document.ts'
import { problemErrors, unusedId } from '../contract/requests.ts'
import { sendRaw } from '../setup/raw-http.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t, { CORS_ORIGINS: 'https://app.example' })
const company = await s.createCompany()
const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
const document = await readDocument(s)

/** The methods of each path of the OpenAPI document, as Allow lists them. */
const allowOf = new Map<string, string>()
for (const { path } of document.operations) {
  const ofPath = document.operations.filter((operation) => operation.path === path)
  const has = (method: string) => ofPath.some((operation) => operation.method === method)
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(has)
  const withHead = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  allowOf.set(path, [...withHead, 'OPTIONS'].join(', '))
}
/** Whether another route with this method has an id in a place of the path: that id is then invalid. */
const isPathOfId = (path: string, method: string) =>
  document.operations.some(
    (other) =>
      other.method === method && new RegExp(`^${other.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )
const urlOf = (path: string) => path.replaceAll(/\{\w+\}/g, unusedId())

test('A path with other methods gets 405 and lists them in Allow', async (t) => {
  t.ok(allowOf.size > 60)
  for (const [path, allow] of allowOf) {
    for (const method of [
      'TRACE',
      'PROPFIND',
      ...['DELETE', 'PUT'].filter((name) => !allow.includes(name)),
    ]) {
      if (isPathOfId(path, method)) continue
      const response = await s.request(method, urlOf(path), company.headers)
      t.same(problemErrors(document, response, [405]), [], `${method} ${path}`)
      t.match(response, { headers: { allow }, body: { code: 'method_not_allowed' } }, `${method} ${path}`)
      t.match(response.body.detail, `does not have the method ${method}. Its methods: ${allow}.`)
    }
  }
})

test('OPTIONS lists the methods of a path, without a key', async (t) => {
  for (const [path, allow] of allowOf)
    t.match(await s.request('OPTIONS', urlOf(path)), { status: 204, body: '', headers: { allow } }, path)
  t.match(await s.request('OPTIONS', '/api/company/'), { headers: { allow: /^GET, / } }, 'a slash at the end')
  const unknown = await s.request('OPTIONS', '/api/nothing')
  t.same(problemErrors(document, unknown, [404]), [])
  t.match(await sendRaw(url, 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), [
    { status: 204, headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' } },
  ])
})

test('A preflight succeeds for every path and is used for 2 hours', async (t) => {
  const preflight = (path: string, origin = 'https://app.example') =>
    s.request('OPTIONS', path, {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,if-match',
    })
  for (const path of ['/api/campaigns', '/api/nothing'])
    t.match(await preflight(path), {
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': 'authorization,if-match',
        'access-control-max-age': '7200',
      },
    })
  t.match((await preflight('/api/campaigns')).headers, { allow: /GET, HEAD, POST/ })
  const { headers } = await preflight('/api/campaigns', 'https://evil.example')
  t.equal(headers['access-control-allow-origin'], undefined)
  const response = await s.request('GET', '/api/nothing', { origin: 'https://app.example' })
  t.equal(response.headers['access-control-allow-origin'], 'https://app.example', 'the 404 can be read')
})

test('Scripts of other origins can read every header that the API documents', async (t) => {
  const { headers } = await s.request('GET', '/api/company', { origin: 'https://app.example' })
  const exposed = String(headers['access-control-expose-headers']).split(', ')
  for (const name of [
    'etag',
    'location',
    'retry-after',
    'idempotency-replayed',
    'x-request-id',
    'ratelimit',
    'ratelimit-policy',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'content-disposition',
    'allow',
  ])
    t.ok(exposed.includes(name), name)
})

test('An unknown path that is nearly right names the right one', async (t) => {
  for (const [path, similar] of [
    ['/calls', '/api/calls'],
    ['/campaigns?limit=5', '/api/campaigns'],
    ['//api//calls', '/api/calls'],
    [`/calls/${company.id}/turns`, `/api/calls/${company.id}/turns`],
  ] as const)
    t.match(await s.request('GET', path), {
      status: 404,
      body: { code: 'route_not_found', detail: new RegExp(`Did you mean ${similar}\\?`) },
    })
  const { detail } = (await s.request('GET', '/nothing')).body
  t.equal(detail, 'No route has this path. All routes are listed at /docs and in /openapi.json.')
})

test('GET / leads to the documentation, also under the path of PUBLIC_URL', async (t) => {
  t.match(await s.request('GET', '/'), { status: 302, headers: { location: '/docs' } })
  const prefixed = await startTestService(t, { PUBLIC_URL: 'https://host.example/voice' })
  for (const path of ['/voice', '/voice/', '/voice?x=1', '/'])
    t.match(await prefixed.request('GET', path), { status: 302, headers: { location: '/voice/docs' } }, path)
  const closed = await startTestService(t, { PUBLIC_DOCS: 'false' })
  t.match(await closed.request('GET', '/'), { status: 404, body: { detail: 'No route has this path.' } })
})

test('The body of a request without a route is not read', async (t) => {
  const response = await s.app.inject({
    method: 'POST',
    url: '/nowhere',
    headers: { 'content-type': 'application/json' },
    payload: `"${'x'.repeat(5_000_000)}"`,
  })
  t.equal(response.statusCode, 404, 'and not 413')
  const broken =
    'POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{"a":'
  const next = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  t.match(await sendRaw(url, broken + next), [{ status: 404 }, { status: 200 }])
})

test('The methods of a path are those of its most specific route', (t) => {
  const allowed = new AllowedMethods()
  allowed.add('OPTIONS', '/*')
  allowed.add(['GET', 'HEAD'], '/api/calls/export')
  allowed.add('DELETE', '/api/calls/:id')
  allowed.add('GET', '/docs/static/*')
  t.same(allowed.find('/api/calls/export'), ['GET', 'HEAD', 'OPTIONS'])
  t.same(allowed.find('/api/calls/1/'), ['DELETE', 'OPTIONS'])
  t.same(allowed.find('/docs/static/a/b.js'), ['GET', 'OPTIONS'])
  for (const path of ['/', '/api/calls', '/api/calls//', '/api/calls/1/2', '/apixcalls/1'])
    t.equal(allowed.find(path), undefined, path)
  t.end()
})
