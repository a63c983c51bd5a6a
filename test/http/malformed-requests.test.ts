import t, { type Test, test } from 'tap'
import { sensitiveLines } from '../contract/requests.ts'
import { parseResponses, RawConnection, type RawResponse, sendRaw } from '../setup/raw-http.ts'
import { startTestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'

const s = await startTestService(t)
const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
const company = await s.createCompany()
const key = `Authorization: ${company.headers.authorization}\r\n`

/** Checks that the only response is a problem, over a connection that is then closed. */
function checkProblem(t: Test, responses: RawResponse[], status: number, code: string, detail: RegExp) {
  t.equal(responses.length, 1)
  const [{ headers = {}, body = {} } = {}] = responses
  t.match(headers, {
    'content-type': /^application\/problem\+json/,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': /^[0-9a-f-]{36}$/,
    date: /GMT$/,
  })
  t.match(body, { type: 'about:blank', status, code, detail, request_id: headers['x-request-id'] })
  t.ok(
    s.logLines.some((line) => line.includes(String(headers['x-request-id']))),
    'the request id is in the log',
  )
}

const get = (target: string, headers = '', version = 'HTTP/1.1') =>
  `GET ${target} ${version}\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`
const post = (headers: string, body: string) =>
  `POST /api/calls HTTP/1.1\r\nHost: x\r\n${key}Content-Type: application/json\r\n${headers}\r\n${body}`

test('What is not HTTP/1.1 gets a problem with what is wrong, and its connection is closed', async (t) => {
  const cases: [string, string | Buffer, RegExp][] = [
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', /method of HTTP/],
    ['TLS on the plain port', Buffer.from('16030100c8010000c40303', 'hex'), /without TLS/],
    ['no version', 'GET /api/company\r\nHost: x\r\n\r\n', /HTTP\/1\.1/],
    ['an unknown version', get('/', '', 'HTTP/7.3'), /HTTP\/1\.1/],
    ['a space in the URL', get('/api/calls?q=a b'), /./],
    ['a header without a colon', get('/', 'no colon here\r\n'), /header is not valid/],
    ['a header whose name has a space', get('/', 'X Y: 1\r\n'), /header is not valid/],
    ['a control character in a header', get('/', 'X-A: \u0001\r\n'), /header is not valid/],
    ['a length that is not a number', post('Content-Length: ten\r\n', '{}'), /length of the body/],
    ['a negative length', post('Content-Length: -1\r\n', '{}'), /length of the body/],
    ['two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), /length of the body/],
    ['two equal lengths', post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}'), /length of the body/],
    [
      'a length and chunks',
      post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      /length of the body/,
    ],
    [
      'chunks and a length',
      post('Transfer-Encoding: chunked\r\nContent-Length: 2\r\n', '0\r\n\r\n'),
      /length of the body/,
    ],
    ['a transfer that is not chunked', post('Transfer-Encoding: gzip\r\n', '{}'), /Transfer-Encoding/],
    ['chunked not last', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'), /Transfer-Encoding/],
    ['a chunk without a size', post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n'), /size of a chunk/],
  ]
  for (const [name, bytes, detail] of cases)
    await t.test(name, async (t) =>
      checkProblem(t, await sendRaw(url, bytes), 400, 'malformed_request', detail),
    )
})

test('Headers that are too large get 431', async (t) => {
  const large = `X-Large: ${'x'.repeat(20_000)}\r\n`
  checkProblem(t, await sendRaw(url, get('/', large)), 431, 'headers_too_large', /16 KiB/)
  const many = Array.from({ length: 900 }, (_, i) => `X-Header-${i}: ${'y'.repeat(10)}\r\n`).join('')
  checkProblem(t, await sendRaw(url, get('/', many)), 431, 'headers_too_large', /16 KiB/)
})

test('A URL with raw or wrongly encoded characters, or without a path, gets 400', async (t) => {
  const targets: [string, RegExp][] = [
    ['/api/calls?q=Привет', /not ASCII|URL of the request line/],
    ['/api/caf\u00e9', /not ASCII|URL of the request line/],
    ['/api/calls/%', /Encode a percent sign as %25/],
    ['/api/calls/%E0%A4%A', /Encode a percent sign as %25/],
    ['/api/calls?q=100%', /Encode a percent sign as %25/],
    ['/api/calls?q=%ED%A0%80', /Encode a percent sign as %25/],
    ['*', /no path/],
    ['ftp://x/api/calls', /no path|URL of the request line/],
  ]
  for (const [target, detail] of targets)
    await t.test(target, async (t) => {
      const responses = await sendRaw(url, get(target, key))
      t.match(responses, [{ status: 400, body: { status: 400, detail } }])
      t.match(responses[0]?.body.code, /^malformed_(url|request)$/)
    })
})

test('A URL of more than 14,000 characters gets 414, and an id of any other length 400', async (t) => {
  const long = await sendRaw(url, get(`/api/calls/${'x'.repeat(14_100)}`, key))
  t.match(long, [{ status: 414, body: { code: 'uri_too_long', detail: /14000/ } }])
  const id = await sendRaw(url, get(`/api/calls/${'x'.repeat(13_000)}`, key))
  t.match(id, [{ status: 400, body: { code: 'invalid_params' } }])
})

test('Requests that HTTP allows are served', async (t) => {
  const status = async (bytes: string) => (await sendRaw(url, bytes)).map((response) => response.status)
  t.same(await status(get('/api/company', key)), [200])
  t.same(await status(get(`http://other.example/api/company`, key)), [200], 'an absolute URL')
  t.same(await status(get(`HTTP://other.example`)), [302], 'an absolute URL without a path')
  t.same(await status(`GET /api/company HTTP/1.0\r\n${key}\r\n`), [200], 'HTTP/1.0 without Host')
  t.same(await status(`\r\n\r\n${get('/api/company', key)}`), [200], 'empty lines before the request')
  const body = '{"direction":"inbound"}'
  const chunks = `5;name=value\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\nX-Trailer: 1\r\n\r\n`
  t.same(
    await status(post('Connection: close\r\nTransfer-Encoding: chunked\r\n', chunks)),
    [201],
    'chunks with an extension and a trailer',
  )
  const expecting = `Connection: close\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n`
  t.same(await status(post(expecting, body)), [100, 201])
  t.match(await sendRaw(url, post(`${expecting.replace('100-continue', 'magic')}`, body)), [
    { status: 417, body: { code: 'expectation_failed' } },
  ])
  t.match(await sendRaw(url, 'GET /api/company HTTP/1.1\r\nConnection: close\r\n\r\n'), [
    { status: 400, body: { code: 'malformed_request', detail: /Host/ } },
  ])
})

test('Two slashes name no route, and no other host', async (t) => {
  for (const target of ['//api/company', '//evil.example', '//evil.example/docs'])
    t.match(await sendRaw(url, get(target, key)), [
      { status: 404, headers: { location: undefined }, body: { code: 'route_not_found' } },
    ])
})

test('A response belongs to its request, also when a malformed one follows it', async (t) => {
  const valid = `GET /api/company HTTP/1.1\r\nHost: x\r\n${key}\r\n`
  const responses = await sendRaw(url, `${valid}${valid}NOT HTTP\r\n\r\n`)
  t.same(
    responses.map(({ status }) => status),
    [200, 200, 400],
  )
  // The body is longer than announced: its rest is the next request.
  const long = await sendRaw(url, post('Content-Length: 23\r\n', '{"direction":"inbound"}surplus\r\n\r\n'))
  t.same(
    long.map(({ status }) => status),
    [201, 400],
  )
})

test('A request whose headers do not arrive in time gets 408, and an unused connection none', async (t) => {
  const late = await startTestService(t)
  late.app.server.headersTimeout = 100
  const lateUrl = await late.app.listen({ host: '127.0.0.1', port: 0 })
  const started = new RawConnection(lateUrl)
  started.send('GET /api/company HTTP/1.1\r\nHost: x\r\n')
  const unused = new RawConnection(lateUrl)
  const [response] = parseResponses(await started.closed)
  t.match(response, { status: 408, body: { code: 'request_timeout' } })
  t.equal(await unused.closed, '')
})

test('Clients that send garbage and disconnect leave no connection open', async () => {
  const connections = Array.from({ length: 50 }, () => new RawConnection(url))
  for (const [i, connection] of connections.entries()) {
    connection.send(
      i % 2 === 0 ? 'garbage\r\n\r\n' : 'POST /api/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
    )
    if (i % 3 === 0) connection.socket.destroy()
    else if (i % 2 === 1) connection.socket.end()
  }
  await Promise.all(connections.map(({ closed }) => closed))
  await waitUntil(
    'all connections are closed',
    () => new Promise((resolve) => s.app.server.getConnections((_error, count) => resolve(count === 0))),
  )
})

test('The log of these tests has no URL, key or header, and no error', (t) => {
  t.same(sensitiveLines(s.logLines).slice(0, 5), [])
  t.same(
    s.logLines.filter((line) => JSON.parse(line).level >= 50),
    [],
  )
  t.end()
})
