import { randomUUID } from 'node:crypto'
import t, { test } from 'tap'
import { inCompany } from '../../src/db/transaction.ts'
import { exampleConfig, getRunnableVersion } from '../../src/modules/skillbases/index.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'
import { pointersOf, withChange } from './configs.ts'
import { skillbaseClient, urlOf } from './skillbase-client.ts'

const s = await startTestService(t)
const { create, versionsOf, versionNumbersOf } = skillbaseClient(s)

test('Only a different config becomes a new version: neither key order nor explicit defaults count', async (t) => {
  const c = await s.createCompany()
  const { id, config, updated_at } = await create(c)
  const reversed = JSON.parse(JSON.stringify(config), (_key, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  )
  const reordered = await s.request('PUT', urlOf(id, '/config'), c.headers, reversed)
  t.match(reordered, { status: 200, body: { version: 1, updated_at } })
  const withoutTools = await s.request(
    'PUT',
    urlOf(id, '/config'),
    c.headers,
    withChange('/tools', undefined),
  )
  t.match(withoutTools, { status: 200, body: { version: 1, updated_at } })
  const otherConfig = withChange('/llm/temperature', 0.1)
  const changed = await s.request('PUT', urlOf(id, '/config'), c.headers, otherConfig)
  t.match(changed, { status: 200, body: { id, version: 2, config: otherConfig } })
  t.same(await versionNumbersOf(c, id), [2, 1])
  t.same((await s.request('GET', urlOf(id, '/versions/1'), c.headers)).body.config, config)
  t.same((await s.request('GET', urlOf(id, '/versions/2'), c.headers)).body.config, otherConfig)
  t.match(await s.request('GET', urlOf(id, '/versions/3'), c.headers), {
    status: 404,
    body: { code: 'skillbase_version_not_found' },
  })
  t.match(await s.request('GET', urlOf(id, '/versions/0'), c.headers), { status: 400 })
})

test('Changing name, slug, description or is_active creates no version', async (t) => {
  const c = await s.createCompany()
  const { id, config } = await create(c)
  const change = { name: 'Другой', slug: 'another', description: 'x', is_active: false }
  const { body } = await s.request('PATCH', urlOf(id), c.headers, change)
  t.match(body, { ...change, version: 1, config })
  t.match((await s.request('PUT', urlOf(id), c.headers, { description: null })).body, {
    description: null,
    name: 'Другой',
  })
  t.same(await versionNumbersOf(c, id), [1])
})

test('Concurrent changes of a config become consecutive versions, and none is lost', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  const temperatures = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
  const responses = await Promise.all(
    temperatures.map((n) =>
      s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', n)),
    ),
  )
  t.same(responses.map(({ body }) => body.version).sort(), [2, 3, 4, 5, 6, 7])
  t.same(await versionNumbersOf(c, id), [7, 6, 5, 4, 3, 2, 1])
  for (const { body } of responses) {
    const stored = await s.request('GET', urlOf(id, `/versions/${body.version}`), c.headers)
    t.same(stored.body.config, body.config)
  }
})

test('Versions are listed in pages', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  for (const n of [0.1, 0.2, 0.3, 0.4]) {
    await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', n))
  }
  const first = (await s.request('GET', urlOf(id, '/versions?limit=3'), c.headers)).body
  t.match(first, { total: 5, items: [{ version: 5 }, { version: 4 }, { version: 3 }] })
  const nextPage = urlOf(id, `/versions?limit=3&cursor=${first.next_cursor}`)
  const secondPage = (await s.request('GET', nextPage, c.headers)).body
  t.match(secondPage, { total: 5, next_cursor: null })
  t.same(
    secondPage.items.map(({ version }: { version: number }) => version),
    [2, 1],
  )
})

test('Restoring an old version creates a new one; restoring the current config changes nothing', async (t) => {
  const c = await s.createCompany()
  const { id, config } = await create(c)
  await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
  const restored = await s.request('POST', urlOf(id, '/restore'), c.headers, { version: 1 })
  t.match(restored, { status: 200, body: { version: 3, config, is_published: false } })
  const [newest, second, first] = await versionsOf(c, id)
  t.match(newest, { version: 3, restored_from: 1, config_hash: first?.config_hash })
  t.not(second?.config_hash, first?.config_hash)
  const restoredAgain = await s.request('POST', urlOf(id, '/restore'), c.headers, { version: 1 })
  t.match(restoredAgain, { status: 200, body: { version: 3, updated_at: restored.body.updated_at } })
  t.match(await s.request('POST', urlOf(id, '/restore'), c.headers, { version: 3 }), {
    status: 200,
    body: { version: 3 },
  })
  t.match(await s.request('POST', urlOf(id, '/restore'), c.headers, { version: 4 }), {
    status: 422,
    body: { code: 'unknown_version', errors: [{ pointer: '/version' }] },
  })
  t.match(await s.request('POST', urlOf(id, '/restore'), c.headers, {}), { status: 400 })
})

test('publish publishes the given version, or else the newest; a later config does not change it', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
  const published = await s.request('POST', urlOf(id, '/publish'), c.headers)
  t.match(published, { status: 200, body: { is_published: true, published_version: 2, version: 2 } })
  t.equal(published.headers.etag, (await s.request('GET', urlOf(id), c.headers)).headers.etag)
  await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', 0.2))
  t.match((await s.request('GET', urlOf(id), c.headers)).body, { version: 3, published_version: 2 })
  t.match(await s.request('POST', urlOf(id, '/publish'), c.headers, { version: 1 }), {
    body: { published_version: 1 },
  })
  t.match(await s.request('POST', urlOf(id, '/publish'), c.headers, {}), { body: { published_version: 3 } })
  t.match(await s.request('POST', urlOf(id, '/publish'), c.headers, { version: 4 }), {
    status: 422,
    body: { code: 'unknown_version' },
  })
})

test('unpublish clears the published version; repeating it changes nothing', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  await s.request('POST', urlOf(id, '/publish'), c.headers, {})
  const unpublished = await s.request('POST', urlOf(id, '/unpublish'), c.headers)
  t.match(unpublished, { status: 200, body: { is_published: false, published_version: null } })
  t.match(await s.request('POST', urlOf(id, '/unpublish'), c.headers, {}), {
    status: 200,
    body: { updated_at: unpublished.body.updated_at },
  })
})

test('A retired skillbase cannot be published', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  await s.request('PATCH', urlOf(id), c.headers, { is_active: false })
  t.match(await s.request('POST', urlOf(id, '/publish'), c.headers, {}), {
    status: 409,
    body: { code: 'skillbase_inactive' },
  })
})

test('Campaigns and calls run the given version, or else the published one', async (t) => {
  const c = await s.createCompany()
  const { id, config } = await create(c)
  const runnable = (version?: number) => inCompany(s.db, c.id, (tx) => getRunnableVersion(tx, id, version))
  await t.rejects(runnable(), { kind: 'conflict', code: 'not_published' })
  t.same(await runnable(1), { skillbase_id: id, version: 1, config })
  await s.request('POST', urlOf(id, '/publish'), c.headers, {})
  await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
  t.match(await runnable(), { version: 1, config })
  t.match(await runnable(2), { version: 2, config: { llm: { temperature: 0.1 } } })
  await t.rejects(runnable(3), { kind: 'not_found', code: 'skillbase_version_not_found' })
  await s.request('PATCH', urlOf(id), c.headers, { is_active: false })
  await t.rejects(runnable(1), { kind: 'conflict', code: 'skillbase_inactive' })
})

/** Inserts a skillbase with SQL, as an operator may do: no code has validated its config. */
async function insertWithSql(
  c: TestCompany,
  config: unknown,
  { version = 1, is_published = false }: { version?: number; is_published?: boolean } = {},
): Promise<string> {
  const [row] = await s.db.client.unsafe(
    `insert into skillbases (id, company_id, name, slug, config, version, is_published)
     values (gen_random_uuid(), $1, 'By SQL', $2, $3::text::jsonb, $4, $5) returning id`,
    [c.id, `by-sql-${randomUUID()}`, JSON.stringify(config), version, is_published],
  )
  return row?.id as string
}

const deleteVersionRows = (id: string) =>
  s.db.client`delete from skillbase_versions where skillbase_id = ${id}`

const invalidConfig = {
  colour: 'red',
  'two\nlines': { '': null },
  flow: { type: 'graph', states: ['a', 'a'], transitions: [] },
}

test('An invalid config inserted with SQL is returned unchanged, and validate lists its errors', async (t) => {
  const c = await s.createCompany()
  const id = await insertWithSql(c, invalidConfig)
  t.same((await s.request('GET', urlOf(id), c.headers)).body.config, invalidConfig)
  t.same((await s.request('GET', urlOf(id, '/config'), c.headers)).body.config, invalidConfig)
  t.same((await s.request('GET', urlOf(id, '/versions/1'), c.headers)).body.config, invalidConfig)
  t.same((await s.request('GET', '/api/skillbases', c.headers)).body.items[0].config, invalidConfig)
  const report = await s.request('POST', urlOf(id, '/validate'), c.headers, {})
  t.match(report, { status: 200, body: { valid: false } })
  t.same(pointersOf(report.body.errors), [
    '/config/colour',
    '/config/context',
    '/config/flow/states/1',
    '/config/llm',
    '/config/two\nlines',
    '/config/voice',
  ])
})

test('An invalid config inserted with SQL cannot be published, restored or run', async (t) => {
  const c = await s.createCompany()
  const id = await insertWithSql(c, invalidConfig, { is_published: true })
  const rejected = { status: 422, body: { code: 'invalid_config' } }
  t.match(await s.request('POST', urlOf(id, '/publish'), c.headers, {}), rejected)
  await t.rejects(
    inCompany(s.db, c.id, (tx) => getRunnableVersion(tx, id)),
    { kind: 'invalid', code: 'invalid_config' },
  )
  t.match(await s.request('PATCH', urlOf(id), c.headers, { name: 'Still' }), { status: 200 })
  t.match(await s.request('PATCH', urlOf(id), c.headers, { config: { colour: 'blue' } }), { status: 400 })
  const repaired = await s.request('PUT', urlOf(id, '/config'), c.headers, exampleConfig)
  t.match(repaired, { status: 200, body: { version: 2 } })
  t.match(await s.request('POST', urlOf(id, '/restore'), c.headers, { version: 1 }), rejected)
  t.match(await s.request('POST', urlOf(id, '/publish'), c.headers, {}), { status: 200 })
})

test('A current version without a row is still readable, and is stored before the config changes', async (t) => {
  const c = await s.createCompany()
  const withoutAgent = withChange('/agent', undefined)
  const id = await insertWithSql(c, withoutAgent, { version: 4 })
  await deleteVersionRows(id)
  t.same(await versionNumbersOf(c, id), [4])
  t.match((await s.request('GET', urlOf(id, '/versions/4'), c.headers)).body, {
    version: 4,
    config: withoutAgent,
  })
  t.match(await s.request('PUT', urlOf(id, '/config'), c.headers, exampleConfig), { body: { version: 4 } })
  const next = withChange('/llm/temperature', 0.1)
  t.match(await s.request('PUT', urlOf(id, '/config'), c.headers, next), { body: { version: 5 } })
  t.same(await versionNumbersOf(c, id), [5, 4])
  t.same((await s.request('GET', urlOf(id, '/versions/4'), c.headers)).body.config, withoutAgent)
})

test('A version without a row is stored when it is run or published, so that campaigns can refer to it', async (t) => {
  const c = await s.createCompany()
  const [runId, publishedId] = [
    await insertWithSql(c, exampleConfig, { is_published: true }),
    await insertWithSql(c, exampleConfig),
  ]
  for (const id of [runId, publishedId]) await deleteVersionRows(id)
  t.match(await inCompany(s.db, c.id, (tx) => getRunnableVersion(tx, runId)), { version: 1 })
  await s.request('POST', urlOf(publishedId, '/publish'), c.headers, {})
  for (const id of [runId, publishedId]) {
    const stored = await s.db.client`select config_hash from skillbase_versions where skillbase_id = ${id}`
    t.match(stored[0]?.config_hash, /^[0-9a-f]{64}$/)
  }
})

test('A version number that SQL has set back is not assigned twice', async (t) => {
  const c = await s.createCompany()
  const id = await insertWithSql(c, exampleConfig)
  await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
  await s.db.client.unsafe('update skillbases set version = 1, config = $2::text::jsonb where id = $1', [
    id,
    JSON.stringify(exampleConfig),
  ])
  const next = await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/temperature', 0.2))
  t.match(next, { status: 200, body: { version: 3 } })
  t.same(await versionNumbersOf(c, id), [3, 2, 1])
})

test('Publish, unpublish and restore with an outdated If-Match get 412 and change nothing', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  for (const [command, body] of [['publish'], ['unpublish'], ['restore', { version: 1 }]] as const) {
    const outdated = String((await s.request('GET', urlOf(id), c.headers)).headers.etag)
    const { body: renamed, headers } = await s.request('PATCH', urlOf(id), c.headers, {
      name: `Before ${command}`,
    })
    const send = (etag: string) =>
      s.request('POST', urlOf(id, `/${command}`), { ...c.headers, 'if-match': etag }, body)
    t.match(await send(outdated), { status: 412, body: { code: 'stale_etag' } }, command)
    const { warnings: _, ...stored } = renamed
    t.same((await s.request('GET', urlOf(id), c.headers)).body, stored)
    t.equal((await send(String(headers.etag))).status, 200)
  }
})
