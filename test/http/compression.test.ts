import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { brotliDecompressSync, createGunzip, gunzipSync } from 'node:zlib'
import t, { test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { post } from '../setup/conversations.ts'
import { type Headers, startTestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'

const s = await startTestService(t, { WEBHOOKS_TO_PRIVATE: 'true' })
const company = await s.createCompany()
for (let i = 0; i < 50; i++)
  await post(s, company, '/api/calls', { direction: 'inbound', caller_number: `+7916${1_000_000 + i}` })

const get = (url: string, encoding?: string, headers: Headers = company.headers) =>
  s.app.inject({ url, headers: { ...headers, ...(encoding && { 'accept-encoding': encoding }) } })

test('JSON and CSV are compressed for clients that accept it', async (t) => {
  for (const url of ['/api/calls?limit=50', '/api/calls/export']) {
    const plain = await get(url)
    t.equal(plain.headers['content-encoding'], undefined)
    for (const [accepted, encoding, decode] of [
      ['gzip', 'gzip', gunzipSync],
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
      ['*', 'gzip', gunzipSync],
    ] as const) {
      const compressed = await get(url, accepted)
      t.match(
        compressed.headers,
        { 'content-encoding': encoding, vary: /accept-encoding/ },
        `${url} ${accepted}`,
      )
      t.equal(decode(compressed.rawPayload).toString(), plain.payload)
      t.ok(compressed.rawPayload.length < plain.rawPayload.length / 4)
    }
    for (const accepted of ['identity', 'gzip;q=0', 'zstd'])
      t.equal((await get(url, accepted)).headers['content-encoding'], undefined, accepted)
    const head = await s.app.inject({
      method: 'HEAD',
      url,
      headers: { ...company.headers, 'accept-encoding': 'gzip' },
    })
    t.match(head, { statusCode: 200, payload: '' })
  }
})

test('Small responses and other types are not compressed', async (t) => {
  for (const url of ['/api/company', '/health/ready', '/nowhere', '/metrics'])
    t.equal((await get(url, 'gzip')).headers['content-encoding'], undefined, url)
})

test('A response that contains a secret is not compressed', async (t) => {
  const headers = { ...company.headers, 'accept-encoding': 'gzip, br' }
  const create = (url: string, body: object) => s.request('POST', url, headers, body)
  const webhook = {
    url: `https://hook.example/${'a'.repeat(1_900)}`,
    event_types: ['call.ended'],
    description: 'a'.repeat(500),
  }
  const created = await create('/api/webhooks', webhook)
  t.match(created, { status: 201, headers: { 'content-encoding': undefined }, body: { secret: /./ } })
  const rotated = await create(`/api/webhooks/${created.body.id}/rotate-secret`, {})
  t.match(rotated, { status: 200, headers: { 'content-encoding': undefined }, body: { secret: /./ } })

  const facts = Array.from({ length: 40 }, (_, i) => `${i} ${'a'.repeat(90)}`)
  const config = { ...exampleConfig, context: { ...exampleConfig.context, facts } }
  const bot = await post(s, company, '/api/skillbases', { name: 'Bot', slug: 'bot', config })
  const stored = await get(`/api/skillbases/${bot.id}`, 'br')
  t.equal(stored.headers['content-encoding'], 'br', 'a config has no secret')
  await post(s, company, `/api/skillbases/${bot.id}/publish`, {})
  const call = await create('/api/calls', { direction: 'inbound', skillbase_id: bot.id })
  const brief = await s.request('GET', `/api/calls/${call.body.id}/brief`, headers)
  t.match(brief, { status: 200, headers: { 'content-encoding': undefined } })
  t.ok(JSON.stringify(brief.body).length > 4_000)
})

test('Each batch of rows of a compressed export arrives when it is written', async (t) => {
  const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
  // More rows than the buffers of a connection hold, so that the export waits for its reader.
  await s.db.client`
    insert into calls (company_id, direction, status, caller_number, ended_reason)
    select ${company.id}, 'inbound', 'queued', '+7916' || (2000000 + i), md5(i::text) || md5((i * 7)::text)
    from generate_series(1, 60000) i`
  const request = httpGet(`${url}/api/calls/export`, {
    headers: { ...company.headers, 'accept-encoding': 'gzip' },
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  t.equal(response.headers['content-encoding'], 'gzip')
  const rows = createGunzip()
  response.pipe(rows)
  const [first] = (await once(rows, 'data')) as [Buffer]
  t.match(first.toString(), /^id,/)
  rows.pause()
  response.pause()
  const before = process.memoryUsage().rss
  await waitUntil('the export waits', async () => response.readableLength > 0)
  t.ok(process.memoryUsage().rss - before < 100 * 2 ** 20)
  response.destroy()
  await waitUntil('the export ends with its client', async () => {
    const [row] = await s.db.client`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and state = 'active'
        and pid <> pg_backend_pid()`
    return row?.n === 0
  })
  t.same(
    s.logLines.filter((line) => JSON.parse(line).level >= 50),
    [],
    'a client that disconnects is no error',
  )
})

test('The ETag of /openapi.json is that of its content', async (t) => {
  const { headers, payload } = await get('/openapi.json', 'gzip;q=0')
  t.equal(headers.etag, `"${createHash('sha256').update(payload).digest('base64url')}"`)
})
