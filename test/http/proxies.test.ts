// Runs the settings of nginx and Caddy in docs/operations.md, and those of compose.yaml, in front of a service. What is not
// installed is skipped.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { freePort } from '../setup/ports.ts'
import { projectRoot } from '../setup/programs.ts'
import { startTestService, type TestService } from '../setup/service.ts'
import { TestSocket } from '../setup/sockets.ts'
import { waitUntil } from '../setup/wait-until.ts'

const skipWithout = (program: string, versionArg: string) =>
  spawnSync(program, [versionArg]).status === 0 ? false : `${program} is not installed`
const skip = skipWithout('nginx', '-v')
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')

/** The server of the docs, without TLS. */
const documentedServer = () =>
  (/```nginx\n([\s\S]*?)```/.exec(read('docs/operations.md'))?.[1] ?? '')
    .replace('listen 443 ssl;', 'listen 8080;')
    .replaceAll(/ssl_certificate.*/g, '')

/** The whole settings of the service `proxy`. Compose replaces $$ by $. */
const composeSettings = () =>
  (/^ {6}NGINX_CONF: \|\n((?: {8}.*\n|\n)+)/m.exec(read('compose.yaml'))?.[1] ?? '')
    .replaceAll('$$', '$')
    .replace('http://api:3000', 'http://127.0.0.1:3000')

function createFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'new-voice-proxy-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a proxy, and waits until it listens. */
async function startProxy(
  t: Test,
  url: string,
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
) {
  const proxy = spawn(program, args, { env: { ...process.env, ...env } })
  let errors = ''
  proxy.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const ended = once(proxy, 'exit')
  t.teardown(async () => {
    proxy.kill()
    await ended
  })
  await waitUntil(`${program} listens`, () => {
    if (proxy.exitCode !== null) throw new Error(`${program} ended: ${errors}`)
    return fetch(url).then(
      () => true,
      () => false,
    )
  })
}

/** Starts nginx with these settings on a free port, before the service. Returns its URL. */
async function startNginx(t: Test, settings: string, service: string): Promise<string> {
  const folder = createFolder(t)
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  const text = settings
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replace('http://127.0.0.1:3000', service)
    .replaceAll('/tmp/', `${folder}/`)
  // Root would run its workers as a user who cannot read the folder.
  writeFileSync(file, process.getuid?.() === 0 ? `user root;\n${text}` : text)
  const url = `http://127.0.0.1:${port}`
  await startProxy(t, url, 'nginx', ['-p', folder, '-e', 'stderr', '-c', file, '-g', 'daemon off;'])
  return url
}

/** Starts Caddy with the settings of the docs, without TLS, before the service. Returns its URL. */
async function startCaddy(t: Test, service: string): Promise<string> {
  const folder = createFolder(t)
  const url = `http://127.0.0.1:${await freePort()}`
  const documented = /```caddyfile\n([\s\S]*?)```/.exec(read('docs/operations.md'))?.[1] ?? ''
  const settings = documented
    .replace('host.example {', `${url} {`)
    .replace('127.0.0.1:3000', new URL(service).host)
  const file = join(folder, 'Caddyfile')
  writeFileSync(file, `{\n  admin off\n}\n${settings}`)
  await startProxy(t, url, 'caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
  })
  return url
}

const requestsPerMinute = 30
const env = { TRUST_PROXY: '1', RATE_LIMIT_PER_MINUTE: String(requestsPerMinute) }

/** Checks what a proxy must pass on. `base` is the URL of the service at the proxy. */
async function checkProxy(t: Test, s: TestService, base: string): Promise<void> {
  const company = await s.createCompany()
  const response = await fetch(`${base}/api/company`, { headers: company.headers })
  t.match(await response.json(), { id: company.id })
  const socket = await TestSocket.open(`${base}/api/live`, company.headers)
  socket.terminate()
  // More than the 1 MB that nginx allows by default. The service rejects the content.
  const body = JSON.stringify({ name: 'x'.repeat(2_000_000) })
  const large = await fetch(`${base}/api/campaigns`, {
    method: 'POST',
    headers: { ...company.headers, 'content-type': 'application/json' },
    body,
  })
  t.match(await large.json(), { status: 400, code: 'invalid_body' })
  let status = 200
  for (let i = 0; i <= requestsPerMinute && status === 200; i++) {
    const headers = { 'x-forwarded-for': `203.0.113.${i}` }
    status = (await fetch(`${base}/openapi.json`, { headers })).status
  }
  t.equal(status, 429, 'the address that the proxy reports counts, not those that the client adds')
}

/** The service as the docs configure it under a path. Returns its URL, too. */
async function startUnderPath(t: Test): Promise<{ s: TestService; service: string }> {
  const s = await startTestService(t, { ...env, PUBLIC_URL: 'https://host.example/voice' })
  return { s, service: await s.app.listen({ port: 0, host: '127.0.0.1' }) }
}

/** Checks that the page of the docs finds its script under the path, and what a proxy must pass on. */
async function checkProxyWithPath(t: Test, s: TestService, url: string): Promise<void> {
  const page = await (await fetch(`${url}/voice/docs`)).text()
  const [, script = ''] = /src="([^"]+scalar\.js)"/.exec(page) ?? []
  t.equal((await fetch(url + script)).status, 200, script)
  await checkProxy(t, s, `${url}/voice`)
}

test('The nginx example of the docs serves the API, uploads, WebSockets and /docs under a path', {
  skip,
}, async (t) => {
  const { s, service } = await startUnderPath(t)
  const settings = `pid /tmp/pid; events {} http { access_log off; client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi; uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi; ${documentedServer()} }`
  await checkProxyWithPath(t, s, await startNginx(t, settings, service))
})

test('The Caddy example of the docs serves the API, uploads, WebSockets and /docs under a path', {
  skip: skipWithout('caddy', 'version'),
}, async (t) => {
  const { s, service } = await startUnderPath(t)
  await checkProxyWithPath(t, s, await startCaddy(t, service))
})

test('The proxy of compose.yaml serves the API, uploads and WebSockets', { skip }, async (t) => {
  const s = await startTestService(t, env)
  const service = await s.app.listen({ port: 0, host: '127.0.0.1' })
  await checkProxy(t, s, await startNginx(t, composeSettings(), service))
})
