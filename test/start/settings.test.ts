// Settings of the database, secrets in files, and what messages about them contain.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { ConfigError, readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { emptyDatabase, testDatabase } from '../setup/postgres.ts'
import { platformKey, spawnService } from '../setup/spawn-service.ts'

/** Has every character that a URL gives a meaning. Its parts occur nowhere else. */
const password = 'Zq9@Xk8/Wv7#Yj6?Qu5%41:Hg4'
const partsOfPassword = /Zq9|Xk8|Wv7|Yj6|Qu5|Hg4/

function secretFile(t: Test, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'new-voice-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'secret')
  writeFileSync(path, content)
  return path
}

/** Creates an owner of the database with the password above. */
async function ownerWithPassword(t: Test, url: string): Promise<string> {
  const name = `owner_${randomBytes(4).toString('hex')}`
  const sql = postgres(url, { max: 1 })
  await sql.unsafe(`create role ${name} superuser login password '${password}'`)
  t.teardown(async () => {
    await sql.unsafe(`drop role ${name}`)
    await sql.end()
  })
  return name
}

/** The lines with which reading the configuration fails. */
function errorOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

test('The service connects with PGHOST, PGUSER, PGDATABASE and a password of any characters', async (t) => {
  const { url } = await testDatabase(t)
  const { hostname: PGHOST, port: PGPORT, pathname } = new URL(url)
  const database = { PGHOST, PGPORT, PGDATABASE: pathname.slice(1), PGUSER: await ownerWithPassword(t, url) }
  for (const [name, secret] of [
    ['PGPASSWORD', password],
    ['PGPASSWORD_FILE', secretFile(t, `${password}\n`)],
  ] as const) {
    const service = spawnService({ env: { ...database, [name]: secret, LOG_LEVEL: 'silent' } })
    t.teardown(service.kill)
    const ready = await fetch(`${await service.url}/health/ready`)
    t.match(await ready.json(), { status: 'ok' }, name)
    await service.kill()
  }
})

test('DATABASE_URL takes precedence over PGHOST, and gets a missing password from PGPASSWORD', (t) => {
  const urlOf = (env: Record<string, string>) => readConfig(env).databaseUrl
  t.equal(urlOf({}), undefined, 'the embedded database')
  t.equal(urlOf({ PGUSER: 'me', PGPASSWORD: 'x', PGDATABASE: 'x' }), undefined, 'without a host')
  t.equal(urlOf({ PGHOST: 'db', PGUSER: 'a b', PGPASSWORD: 'x/y' }), 'postgres://a%20b:x%2Fy@db:5432/a%20b')
  t.equal(
    urlOf({ PGHOST: 'db', PGPORT: '6000', PGDATABASE: 'calls', PGSSLMODE: 'require' }),
    'postgres://db:6000/calls?sslmode=require',
  )
  t.equal(urlOf({ DATABASE_URL: 'postgres://one:1@a/x', PGHOST: 'b', PGUSER: 'two' }), 'postgres://one:1@a/x')
  t.equal(
    urlOf({ DATABASE_URL: 'postgres://one@a/x?max=20', PGPASSWORD_FILE: secretFile(t, 'p@ss') }),
    'postgres://one:p%40ss@a/x?max=20',
  )
  t.equal(readConfig({ PGHOST: 'db' }).autoMigrate, false, 'as with DATABASE_URL')
  t.match(errorOf({ PGHOST: '::1' }), [/^PGHOST must be the name or IPv4 address/])
  t.match(errorOf({ PGHOST: '/var/run/postgresql', PGPORT: '0', PGSSLMODE: 'loud' }), [
    /PGHOST/,
    /PGPORT/,
    /PGSSLMODE/,
  ])
  t.end()
})

test('No part of a password is taken for the host, and none is in a message', async (t) => {
  const wrongUrls = [
    `postgres://u:${password}@127.0.0.1/db`,
    'postgres://u:Zq9@Xk8/Wv7@127.0.0.1/db',
    'postgres://u:Zq9#Wv7@127.0.0.1/db',
    'postgres://u:Zq9@Xk8?Wv7@127.0.0.1/db',
    'postgres://u:12/Wv7@127.0.0.1/db',
    'postgres://u:Zq9%Wv7@127.0.0.1/db',
    'mysql://u:Zq9@127.0.0.1/db',
    'Zq9',
  ]
  for (const DATABASE_URL of wrongUrls) {
    const lines = errorOf({ DATABASE_URL })
    t.match(lines, [/^DATABASE_URL must be a URL like postgres:.*@ as %40.* or set PGHOST/], DATABASE_URL)
    t.notMatch(lines.join(), partsOfPassword)
  }
  const { databaseUrl } = readConfig({ DATABASE_URL: 'postgres://u:Zq9@Xk8@127.0.0.1/db' })
  t.equal(databaseUrl, 'postgres://u:Zq9%40Xk8@127.0.0.1/db', '@ alone is not ambiguous')
  const service = spawnService({ env: { DATABASE_URL: `postgres://u:${password}@127.0.0.1/db` } })
  t.teardown(service.kill)
  t.same(await service.ended, { code: 1, signal: null })
  t.match(service.output(), /^DATABASE_URL must be/)
  t.notMatch(service.output(), partsOfPassword)
})

test('Every secret can be given as a file; one line break at its end is not part of it', (t) => {
  const path = (content: string) => secretFile(t, content)
  const key = 'a-secret-of-24-characters'
  for (const [ending, expected] of [
    ['', key],
    ['\n', key],
    ['\r\n', key],
    ['\n\n', `${key}\n`],
  ] as const)
    t.equal(readConfig({ PLATFORM_KEY_FILE: path(key + ending) }).platformKey, expected)
  const config = readConfig({
    DATABASE_URL_FILE: path('postgres://u:p@db/x\n'),
    METRICS_TOKEN_FILE: path(key),
    CARRIER: 'webhook',
    CARRIER_URL: 'https://dialer.example',
    CARRIER_SECRET_FILE: path(key),
  })
  t.match(config, { databaseUrl: 'postgres://u:p@db/x', metricsToken: key, carrierSecret: key })
  const { livekit } = readConfig({
    CARRIER: 'livekit',
    LIVEKIT_URL: 'wss://livekit.example',
    LIVEKIT_API_KEY_FILE: path('api-key\n'),
    LIVEKIT_API_SECRET_FILE: path('api-secret\n'),
    LIVEKIT_SIP_TRUNK_ID: 'ST_x',
  })
  t.match(livekit, { apiKey: 'api-key', apiSecret: 'api-secret' })
  t.end()
})

test('A file of a secret that cannot be used is an error that names it, and contains nothing of it', (t) => {
  const path = secretFile(t, 'too-short')
  t.same(errorOf({ PLATFORM_KEY: platformKey, PLATFORM_KEY_FILE: path, PGPASSWORD_FILE: '/no/such/file' }), [
    'PGPASSWORD_FILE: the file /no/such/file cannot be read (ENOENT).',
    'PLATFORM_KEY and PLATFORM_KEY_FILE are both set. Set only one of them.',
  ])
  t.match(errorOf({ PLATFORM_KEY_FILE: secretFile(t, '\n') }), [/^PLATFORM_KEY_FILE must be .* not empty/])
  t.match(errorOf({ PLATFORM_KEY_FILE: tmpdir() }), [/cannot be read \(EISDIR\)/])
  t.match(errorOf({ PLATFORM_KEY_FILE: path }), [/^PLATFORM_KEY must be a secret of at least 24 characters/])
  t.notMatch(errorOf({ PLATFORM_KEY_FILE: path }).join(), /too-short/)
  t.end()
})

test('The command in the message about pending migrations exists and applies them', async (t) => {
  const { url: DATABASE_URL } = await emptyDatabase(t)
  const env = { DATABASE_URL, LOG_LEVEL: 'silent' }
  const refused = spawnService({ env })
  t.teardown(refused.kill)
  t.same(await refused.ended, { code: 1, signal: null })
  const command = /Run `([^`]+)`/.exec(refused.output())?.[1] ?? ''
  t.match(command, / upgrade$/)
  const { status, stderr } = spawnSync('bash', ['-c', command], {
    env: { ...process.env, DATABASE_URL },
    encoding: 'utf8',
  })
  t.equal(status, 0, stderr)
  const service = spawnService({ env })
  t.teardown(service.kill)
  t.equal((await fetch(`${await service.url}/health/ready`)).status, 200)
})

test('Parameters of managed databases work, or the message names what to do instead', async (t) => {
  const unusable = {
    'channel_binding=require': /has the parameter channel_binding, .*Remove it, and set sslmode=verify-full/,
    'sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem': /sslrootcert, .*NODE_EXTRA_CA_CERTS to that file/,
    'sslcert=a.pem&sslkey=b.pem': /sslcert.*Use a password/,
    'pgbouncer=true': /pgbouncer, .*prepare=false/,
  }
  for (const [parameters, expected] of Object.entries(unusable))
    t.match(errorOf({ DATABASE_URL: `postgres://u:p@db.example/x?${parameters}` })[0], expected)

  const { url } = await testDatabase(t)
  const parameters =
    'sslmode=prefer&channel_binding=prefer&keepalives=1&gssencmode=disable&options=-c%20work_mem%3D5MB'
  const { databaseUrl = '' } = readConfig({ DATABASE_URL: `${url}?${parameters}` })
  const sql = postgres(databaseUrl, { max: 1 })
  t.teardown(() => sql.end())
  t.match(await sql`show work_mem`, [{ work_mem: '5MB' }])

  const service = spawnService({ env: { DATABASE_URL: `${url}?no_such_parameter=1` } })
  t.teardown(service.kill)
  t.same(await service.ended, { code: 1, signal: null })
  t.match(
    service.output(),
    /rejects a parameter of DATABASE_URL: .*no_such_parameter.* Correct or remove it\./,
  )
})

test('A URL that requires TLS of a server without TLS fails with what to change', async (t) => {
  const { url } = await testDatabase(t)
  for (const parameter of ['sslmode=verify-full', 'ssl=require']) {
    const service = spawnService({ env: { DATABASE_URL: `${url}?${parameter}` } })
    t.teardown(service.kill)
    t.same(await service.ended, { code: 1, signal: null })
    t.match(service.output(), /closed the connection .*If it does not use TLS, remove sslmode and ssl/)
  }
})

test('A service without any key prints a command, which creates a company and a key that works', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const service = spawnService({ env: { DATABASE_URL, PLATFORM_KEY: '' } })
  t.teardown(service.kill)
  const url = await service.url
  const command = /`([^`]+ create --company NAME --scopes admin)`/.exec(service.output())?.[1] ?? ''
  const run = (text: string) =>
    spawnSync('bash', ['-c', text], { env: { ...process.env, DATABASE_URL }, encoding: 'utf8' })
  const withName = (name: string, more = '') =>
    command.replace('npm run', 'npm run --silent').replace('NAME', `'${name}'`) + more
  const keyOf = ({ stdout }: { stdout: string }) => stdout.trim()
  const created = run(withName('Nördwind Ärzte'))
  t.match(created, { status: 0, stdout: /^nv_\S+\n$/, stderr: /Nördwind Ärzte \(nordwind-arzte\)/ })
  const headers = { authorization: `Bearer ${keyOf(created)}` }
  const list = await fetch(`${url}/api/campaigns`, { headers })
  t.equal(list.status, 200)

  const expiring = run(withName('nordwind-arzte', ' --name CI --expires 2099-01-31'))
  t.match(expiring, { status: 0, stderr: /Nördwind Ärzte/ }, 'the company is found by its slug')
  t.equal(run(withName('Nordwind, Ärzte')).status, 0, 'another company, although its slug would be the same')
  for (const [wrong, message] of [
    [withName('X').replace('admin', 'root'), /--scopes must be one or more of read, write, .*"root" is none/],
    [withName(''), /--company must be/],
    [withName('X', ' --expires tomorrow'), /--expires must be a date like/],
  ] as const)
    t.match(run(wrong), { status: 2, stdout: '', stderr: message })

  await service.kill()
  const restarted = spawnService({ env: { DATABASE_URL, PLATFORM_KEY: '' } })
  t.teardown(restarted.kill)
  await restarted.url
  t.notMatch(restarted.output(), /There is no API key/)
})

test('In a terminal the log has a line for people, and elsewhere a JSON object', (t) => {
  const write = (isTTY: boolean) => {
    const chunks: string[] = []
    const out = Object.assign(
      new Writable({ write: (chunk, _encoding, done) => done(void chunks.push(String(chunk))) }),
      { isTTY },
    )
    const log = createLogger('info', out)
    log.info({ role: 'all', url: 'http://127.0.0.1:3000' }, 'ready')
    log.info({ method: 'GET', route: '/api/calls/:id', status: 503, ms: 1.5, reqId: 'x' }, 'request')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
    return chunks.join('').replace(/\x1b\[\d+m/g, '')
  }
  t.match(write(true).split('\n'), [
    /^\[\d\d:\d\d:\d\d\] INFO: http:\/\/127\.0\.0\.1:3000 ready \{"role":"all"\}$/,
    /^\[\d\d:\d\d:\d\d\] INFO: GET \/api\/calls\/:id 503 in 1\.5 ms$/,
  ])
  const [ready = '', request = ''] = write(false).split('\n')
  t.match(JSON.parse(ready), { level: 30, url: 'http://127.0.0.1:3000', msg: 'ready' })
  t.match(JSON.parse(request), { status: 503, msg: 'request' })
  t.end()
})
