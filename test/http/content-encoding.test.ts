import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import t, { test } from 'tap'
import { carrierSecret } from '../contract/recipes.ts'
import { sendRaw } from '../setup/raw-http.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t, { CARRIER_SECRET: carrierSecret })
const company = await s.createCompany()

/** Sends a body with a Content-Encoding. */
async function send(url: string, encoding: string, payload: Buffer, type = 'application/json') {
  const headers = { ...company.headers, 'content-type': type, 'content-encoding': encoding }
  const response = await s.app.inject({ method: 'POST', url, headers, payload })
  return { status: response.statusCode, headers: response.headers, body: response.json() }
}

let calls = 0
const callBody = () => JSON.stringify({ direction: 'inbound', external_call_id: `сжато ${++calls}` })

test('A body with a Content-Encoding is decoded', async (t) => {
  for (const [encoding, payload] of [
    ['gzip', gzipSync(callBody())],
    ['x-gzip', gzipSync(callBody())],
    ['GZIP', gzipSync(callBody())],
    ['deflate', deflateSync(callBody())],
    ['br', brotliCompressSync(callBody())],
    ['identity', Buffer.from(callBody())],
  ] as const)
    t.match(
      await send('/api/calls', encoding, payload),
      { status: 201, body: { external_call_id: /^сжато \d$/ } },
      encoding,
    )
  const csv = gzipSync('phone_number,reason\n+79161234567,asked\n+79161234568,asked\n')
  t.match(await send('/api/suppressions/import', 'gzip', csv, 'text/csv'), {
    status: 200,
    body: { created: 2 },
  })
})

test('A body in another encoding, or in several, gets 415 with those that are decoded', async (t) => {
  const refused = { status: 415, body: { code: 'unsupported_encoding' } }
  for (const encoding of ['compress', 'zstd', 'gzip, gzip', 'constructor', 'utf-8']) {
    const response = await send('/api/calls', encoding, gzipSync(gzipSync(callBody())))
    t.match(response, refused, encoding)
    t.equal(response.headers['accept-encoding'], 'gzip, deflate, br')
    t.match(response.body.detail, `Content-Encoding "${encoding}". Send it with one of gzip, deflate, br, or`)
  }
  const form = await send(
    '/api/suppressions/import',
    'gzip',
    gzipSync('x'),
    'multipart/form-data; boundary=x',
  )
  t.match(form, { ...refused, headers: { 'accept-encoding': 'identity' } })
  const { items } = (await s.request('GET', '/api/suppressions', company.headers)).body
  t.equal(items.length, 2, 'nothing of it was stored')
})

test('The body of a signed webhook is not decoded for a stranger', async (t) => {
  t.match(await send('/api/carrier/events', 'gzip', gzipSync('{"events":[]}')), {
    status: 415,
    body: { code: 'unsupported_encoding', detail: /Send the body without one/ },
  })
})

test('A body that is not of its encoding, or incomplete, gets 400', async (t) => {
  const complete = gzipSync(JSON.stringify({ direction: 'inbound', external_call_id: 'x'.repeat(200) }))
  for (const payload of [Buffer.from(callBody()), complete.subarray(0, -12), complete.subarray(0, 15)])
    t.match(await send('/api/calls', 'gzip', payload), {
      status: 400,
      body: { code: 'malformed_request', detail: /cannot be decoded/ },
    })
  t.match(await send('/api/suppressions/import', 'gzip', Buffer.from('phone_number\n1'), 'text/csv'), {
    status: 400,
  })
})

test('A body is not decoded beyond the largest body of its route', async (t) => {
  const zeros = (bytes: number) => gzipSync(Buffer.alloc(bytes, 0x20), { level: 9 })
  // 200 kB that decode to 200 MB.
  const bomb = zeros(200 * 2 ** 20)
  const before = process.memoryUsage().arrayBuffers
  let largest = 0
  const timer = setInterval(() => {
    largest = Math.max(largest, process.memoryUsage().arrayBuffers - before)
  }, 5)
  for (let i = 0; i < 5; i++) {
    t.match(await send('/api/calls', 'gzip', bomb), { status: 413, body: { code: 'body_too_large' } })
  }
  clearInterval(timer)
  t.ok(largest < 100 * 2 ** 20, `${largest} bytes`)
  const list = await send('/api/suppressions/import', 'gzip', bomb, 'text/csv')
  t.match(list, { status: 413, body: { code: 'body_too_large' } })
  const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
  const head = `POST /api/calls HTTP/1.1\r\nHost: x\r\nAuthorization: ${company.headers.authorization}\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`
  t.match(await sendRaw(url, Buffer.concat([Buffer.from(head), bomb])), [
    { status: 413, headers: { connection: 'close' }, body: { code: 'body_too_large' } },
  ])
})

test('A Content-Encoding without a body, or on GET, is ignored', async (t) => {
  const headers = { ...company.headers, 'content-encoding': 'gzip' }
  t.equal((await s.request('GET', '/api/company', headers)).status, 200)
  const { status } = await s.request('POST', '/api/live/tickets', headers)
  t.equal(status, 201)
})

test('A body of another type gets 415 with the types that the operation takes', async (t) => {
  const post = (path: string, type: string) =>
    s.request('POST', path, { ...company.headers, 'content-type': type }, 'phone_number=1')
  const problem = (types: string) => ({
    status: 415,
    headers: { accept: types.replaceAll(' or ', ', ') },
    body: { code: 'unsupported_media_type', detail: new RegExp(`Send it as ${types}\\.$`) },
  })
  const form = 'application/x-www-form-urlencoded'
  t.match(await post('/api/calls', form), problem('application/json'))
  t.match((await post('/api/calls', form)).body.detail, `The body has the Content-Type "${form}".`)
  t.match(
    await post('/api/suppressions/import', form),
    problem('application/json or text/csv or multipart/form-data'),
  )
  t.match(await post(`/api/campaigns/${company.id}/call-list`, 'text/csv'), problem('multipart/form-data'))
})
