// PUBLIC_URL: the service behind a proxy that serves it under a path.
import { test } from 'tap'
import { readConfig } from '../../src/config.ts'
import { startTestService } from '../setup/service.ts'
import { TestSocket } from '../setup/sockets.ts'

const PUBLIC_URL = 'https://host.example/voice/'

test('Everything that makes URLs uses PUBLIC_URL', async (t) => {
  const s = await startTestService(t, { PUBLIC_URL })
  const { body: document } = await s.request('GET', '/voice/openapi.json')
  t.match(document.servers, [{ url: 'https://host.example/voice' }])

  const { body: page } = await s.request('GET', '/voice/docs')
  const links = [...String(page).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link ?? '')
  t.ok(links.length >= 4)
  for (const link of links) {
    t.match(link, /^\/voice\/docs\/static\//)
    t.equal((await s.request('GET', link)).status, 200, link)
  }
  const { body: script } = await s.request('GET', '/voice/docs/static/start.js')
  t.match(script, '"url":"/voice/openapi.json"', 'the page reads the document under the path')
  t.match((await s.request('GET', '/voice/docs')).headers, {
    'content-security-policy': /connect-src 'self' https:\/\/host\.example;/,
  })

  t.equal(readConfig({ PUBLIC_URL }).apiUrl, 'https://host.example/voice', 'where agents reach the API')
  t.equal(readConfig({ PUBLIC_URL, API_URL: 'http://api:3000/' }).apiUrl, 'http://api:3000')
  t.equal(readConfig({ PUBLIC_URL, ROLE: 'api' }).role, 'api', 'an api needs one of the two')
})

test('Routes exist with and without the path of PUBLIC_URL, so that a proxy may pass it on or remove it', async (t) => {
  const s = await startTestService(t, { PUBLIC_URL })
  const company = await s.createCompany()
  for (const prefix of ['', '/voice'])
    for (const path of ['/api/company', '/api/calls?limit=1', '/health/live', '/docs/', '/openapi.json'])
      t.equal((await s.request('GET', prefix + path, company.headers)).status, 200, prefix + path)
  for (const path of ['/voices/api/company', '/voicedocs', '/other/api/company'])
    t.match(await s.request('GET', path), { status: 404, body: { code: 'route_not_found' } }, path)
  const url = await s.app.listen({ port: 0, host: '127.0.0.1' })
  for (const prefix of ['', '/voice']) {
    const socket = await TestSocket.open(`${url}${prefix}/api/live`, company.headers)
    socket.terminate()
  }
  t.pass('WebSockets too')
})

test('Without PUBLIC_URL the document names its own host', async (t) => {
  const s = await startTestService(t)
  t.match((await s.request('GET', '/openapi.json')).body.servers, [{ url: '/' }])
  t.equal((await s.request('GET', '/voice/docs')).status, 404)
})

test('PUBLIC_URL is a URL that paths can be appended to', (t) => {
  for (const value of [
    'host.example',
    'ftp://host',
    'https://u:p@host',
    'https://host?x',
    'https://host#x',
    'https://',
  ])
    t.throws(() => readConfig({ PUBLIC_URL: value }), /PUBLIC_URL must be the URL under which clients/, value)
  t.end()
})

test('Probes are logged at level debug, and other requests at level info', async (t) => {
  const s = await startTestService(t)
  for (const path of ['/health/live', '/health/startup', '/health/ready', '/metrics'])
    await s.request('GET', path)
  const levels = s.logLines
    .map((line) => JSON.parse(line) as { level: number; msg: string; route?: string })
    .filter(({ msg }) => msg === 'request')
    .map(({ level, route }) => `${route} ${level}`)
  t.same(levels, ['/health/live 20', '/health/startup 20', '/health/ready 20', '/metrics 30'])
})
