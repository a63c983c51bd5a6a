// Settings of the database, secrets in files, and what messages about them contain.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { ConfigError, readConfig } from '../../src/config.ts'
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
