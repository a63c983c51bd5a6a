import { createHash } from 'node:crypto'
import t, { test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { rowsOf } from '../contract/rows.ts'
import { type Headers, startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const company = await s.createCompany()

test('An API key is shown once, and only its hash is stored', async (t) => {
  const url = `/api/companies/${company.id}/keys`
  const headers = { ...company.headers, 'idempotency-key': 'a key that is shown once' }
  const body = { name: 'shown once', scopes: ['read', 'read', 'ingest'] }
  const created = await s.request('POST', url, headers, body)
  const { key, ...shown } = created.body
  t.match(key, /^nv_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/)
  t.ok(key.startsWith(`${shown.prefix}_`), 'the prefix identifies the key')
  t.same(shown.scopes, ['read', 'ingest'])
  t.equal((await s.request('GET', '/api/company', { authorization: `Bearer ${key}` })).status, 200)

  const replay = await s.request('POST', url, headers, body)
  t.match(replay, { status: 409, body: { code: 'already_done' } })
  const readKey = await s.request('GET', `${url}/${shown.id}`, company.headers)
  t.same(Object.keys(readKey.body).sort(), Object.keys(shown).sort(), 'neither the key nor its hash is shown')
  const list = await s.request('GET', url, company.headers)
  t.notMatch(JSON.stringify([readKey.body, list.body, replay.body]), key.slice(12))

  const rows = await rowsOf(s, company.id)
  t.notMatch(JSON.stringify(rows), key.slice(12), 'no table contains it')
  const stored = JSON.parse(rows.api_keys?.find((row) => row.includes(shown.id)) ?? '{}')
  t.equal(stored.key_hash, createHash('sha256').update(key).digest('hex'))
  t.notMatch(s.logLines.join(''), key.slice(12), 'no log line contains it')
})

test('A key of a company cannot get the platform scope, no scope at all, or an expiry in the past', async (t) => {
  const url = `/api/companies/${company.id}/keys`
  const post = (body: object) =>
    s.request('POST', url, company.headers, { name: 'x', scopes: ['read'], ...body })
  t.equal((await post({ scopes: ['platform'] })).status, 400)
  t.equal((await post({ scopes: [] })).status, 400)
  t.match(await post({ expires_at: '2020-01-01T00:00:00Z' }), {
    status: 422,
    body: { code: 'already_expired' },
  })
  const writer = await company.createKey('write')
  t.equal((await s.request('POST', url, writer, { name: 'x', scopes: ['admin'] })).status, 403)
})

/** The service as another process would run it: same database, same clock. */
const otherProcess = await buildApp(s.deps, { version: '0', unready: async () => [] })
t.teardown(() => otherProcess.close())

/** The statuses that a key gets from both processes. */
async function statuses(headers: Headers): Promise<number[]> {
  const here = await s.request('GET', '/api/company', headers)
  const there = await otherProcess.inject({ url: '/api/company', headers })
  return [here.status, there.statusCode]
}

const start = new Date('2030-05-01T12:00:00.000Z')
const setElapsed = (ms: number) => s.setNow(new Date(start.getTime() + ms))

test('A revoked key is rejected by every process within 5 s', async (t) => {
  t.teardown(() => s.setNow(undefined))
  setElapsed(0)
  const url = `/api/companies/${company.id}/keys`
  const { key, id } = (await s.request('POST', url, company.headers, { name: 'x', scopes: ['read'] })).body
  const headers = { authorization: `Bearer ${key}` }
  setElapsed(1_000)
  t.same(await statuses(headers), [200, 200])
  t.equal((await s.request('DELETE', `${url}/${id}`, company.headers)).status, 204)
  setElapsed(6_000)
  t.same(await statuses(headers), [401, 401])
  t.equal((await s.request('DELETE', `${url}/${id}`, company.headers)).status, 204)
  const shown = await s.request('GET', `${url}/${id}`, company.headers)
  t.equal(shown.body.revoked_at, '2030-05-01T12:00:01.000Z', 'a second revocation keeps the first time')
})

test('A key is accepted until it expires, also when it is cached', async (t) => {
  t.teardown(() => s.setNow(undefined))
  setElapsed(0)
  const body = { name: 'x', scopes: ['read'], expires_at: '2030-05-01T12:01:00Z' }
  const { key } = (await s.request('POST', `/api/companies/${company.id}/keys`, company.headers, body)).body
  const headers = { authorization: `Bearer ${key}` }
  setElapsed(59_999)
  t.same(await statuses(headers), [200, 200])
  setElapsed(60_000)
  t.same(await statuses(headers), [401, 401])
})

test('last_used_at is updated at most once a minute', async (t) => {
  t.teardown(() => s.setNow(undefined))
  setElapsed(0)
  const url = `/api/companies/${company.id}/keys`
  const { key, id } = (await s.request('POST', url, company.headers, { name: 'x', scopes: ['read'] })).body
  const lastUsedAfterRequestAt = async (ms: number) => {
    setElapsed(ms)
    await statuses({ authorization: `Bearer ${key}` })
    return (await s.request('GET', `${url}/${id}`, company.headers)).body.last_used_at
  }
  t.equal((await s.request('GET', `${url}/${id}`, company.headers)).body.last_used_at, null)
  t.equal(await lastUsedAfterRequestAt(10_000), '2030-05-01T12:00:10.000Z')
  t.equal(await lastUsedAfterRequestAt(40_000), '2030-05-01T12:00:10.000Z')
  t.equal(await lastUsedAfterRequestAt(70_000), '2030-05-01T12:00:10.000Z')
  t.equal(await lastUsedAfterRequestAt(70_001 + 3_000), '2030-05-01T12:01:13.001Z')
})

test('Keys of a deactivated or deleted company are rejected within 5 s', async (t) => {
  t.teardown(() => s.setNow(undefined))
  setElapsed(0)
  const other = await s.createCompany()
  const change = (is_active: boolean) =>
    s.request('PATCH', `/api/companies/${other.id}`, s.platform, { is_active })
  t.same(await statuses(other.headers), [200, 200])
  t.equal(
    (await s.request('DELETE', `/api/companies/${other.id}`, s.platform)).status,
    409,
    'an active company cannot be deleted',
  )
  await change(false)
  setElapsed(5_000)
  t.same(await statuses(other.headers), [403, 403])
  t.match(await s.request('GET', '/api/company', other.headers), { body: { code: 'company_inactive' } })
  t.equal((await s.request('GET', `/api/companies/${other.id}/keys`, s.platform)).status, 200)
  await change(true)
  setElapsed(10_000)
  t.same(await statuses(other.headers), [200, 200])
  await change(false)
  t.equal((await s.request('DELETE', `/api/companies/${other.id}`, s.platform)).status, 204)
  setElapsed(15_000)
  t.same(await statuses(other.headers), [401, 401])
})
