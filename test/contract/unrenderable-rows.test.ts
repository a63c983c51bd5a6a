import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { takeSnapshot } from '../../src/modules/live/snapshot.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import { startTestService } from '../setup/service.ts'
import { type Operation, readDocument } from './document.ts'
import { carrierSecret, listeningCarrier, type Sample } from './recipes.ts'
import { callWith, headersFor, isSuccess, recipeOf } from './requests.ts'
import { World } from './world.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const w = await World.of(s)

/** Values that hand-written SQL can store and that neither JSON nor a Date can express, by type. Times are last: they move rows out of periods. */
const unrenderable: [type: string, value: string][] = [
  ['double precision', 'NaN'],
  ['double precision', 'Infinity'],
  ['double precision', '-Infinity'],
  ['numeric', 'NaN'],
  ['date', 'infinity'],
  ['date', '-infinity'],
  ['date', '0044-03-15 BC'],
  ['date', '20000-01-01'],
  ['timestamp with time zone', '0044-03-15 00:00:00+00'],
  ['timestamp with time zone', '0044-03-15 00:00:00+00 BC'],
  ['timestamp with time zone', '20000-01-01 00:00:00+00'],
  ['timestamp with time zone', '294276-12-31 23:59:59+00'],
  ['timestamp with time zone', '-infinity'],
  ['timestamp with time zone', 'infinity'],
]

/** Computed by the service from the tables that clients write; `npm run rollups -- rebuild` repairs them. */
const derivedTables = ['call_contributions', 'metric_rollups', 'metric_series']

/** Without these the key of the requests would not be valid. */
const excluded = new Set(['api_keys.expires_at', 'api_keys.revoked_at'])

interface Column {
  table: string
  column: string
  type: string
}

/** Stores the value in every row of the company, or in those with a value, as far as the constraints allow it. */
async function poison({ table, column, type }: Column, value: string): Promise<boolean> {
  const company = sql.raw(table === 'companies' ? 'id' : 'company_id')
  const set = sql.raw(`"${column}" = '${value}'::${type}`)
  for (const where of [sql`true`, sql`${sql.identifier(column)} is not null`]) {
    try {
      const { count } = await s.db.orm.execute(sql`
        update ${sql.raw(table)} set ${set} where ${company} = ${w.company.id}::uuid and ${where}`)
      return count > 0
    } catch (error) {
      // Class 22: the type does not have the value; 23: a constraint does not allow it.
      if (!/^2[23]/.test((error as { cause?: { code?: string } }).cause?.code ?? '')) throw error
    }
  }
  return false
}

test('A stored value that cannot be rendered fails no route', async (t) => {
  const operations = document.operations.filter(({ method }) => method === 'GET')
  const samples = new Map<Operation, Sample>()
  for (const operation of operations) samples.set(operation, await recipeOf(operation).sample(w))
  await s.events.step()
  await foldCompany(s.db, w.company.id)
  const columns = await s.db.orm.execute<Column & Record<string, unknown>>(sql`
    select c.table_name as table, c.column_name as column, c.data_type as type
    from information_schema.columns c join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER'
      and (c.table_name = 'companies' or exists (select from information_schema.columns id
        where id.table_schema = 'public' and id.table_name = c.table_name and id.column_name = 'company_id'))
    order by 1, 2`)
  const poisoned = new Set<string>()
  for (const [type, value] of unrenderable) {
    for (const column of columns.filter((each) => each.type === type)) {
      const name = `${column.table}.${column.column}`
      if (derivedTables.includes(column.table)) continue
      if (!excluded.has(name) && (await poison(column, value))) poisoned.add(name)
    }
    const errors: unknown[] = []
    for (const [operation, sample] of samples) {
      const { status, body } = await callWith(s, operation, sample, headersFor(w, operation))
      const mistakes = document.responseErrors(operation, status, body)
      if (!isSuccess(operation, status)) errors.push(operation.operationId, status, body)
      else errors.push(...mistakes.map((error) => `${operation.operationId}: ${error}`))
    }
    t.same(errors, [], `${type} ${value}`)
  }
  for (const name of ['calls.started_at', 'calls.ended_at', 'call_tasks.next_attempt_at'])
    t.ok(poisoned.has(name), `${name} accepts such a value`)
})

test('A list continues behind rows whose time cannot be rendered', async (t) => {
  const company = await s.createCompany()
  for (const started_at of [
    'infinity',
    '2026-11-23Z',
    '2026-11-22Z',
    '0044-03-15Z BC',
    '-infinity',
    '-infinity',
  ])
    await s.db.orm.execute(sql`
      insert into calls (company_id, direction, status, started_at)
      values (${company.id}::uuid, 'inbound', 'active', ${started_at}::timestamptz)`)
  const started: string[] = []
  let cursor = ''
  do {
    const { body } = await s.request('GET', `/api/calls?limit=1${cursor}`, company.headers)
    started.push(...body.items.map((call: { started_at: string }) => call.started_at))
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
  } while (cursor !== '' && started.length < 10)
  t.same(started.slice(0, 4), [
    '9999-12-31T23:59:59.999Z',
    '2026-11-23T00:00:00.000Z',
    '2026-11-22T00:00:00.000Z',
    '0001-01-01T00:00:00.000Z',
  ])
  t.ok(started.length <= 6, 'no row is listed twice')
  const { body: csv } = await s.request(
    'GET',
    '/api/calls/export?start=1900-01-01&end=9999-12-31',
    company.headers,
  )
  t.same(csv.match(/2026-11-2[23]T00:00:00.000Z/g)?.length, 2)
  const all = await s.request('GET', '/api/calls/export', company.headers)
  t.equal(all.body.match(/0001-01-01T00:00:00.000Z/g)?.length, 3)
  t.equal(all.body.match(/9999-12-31T23:59:59.999Z/g)?.length, 1)
})

test('Events and snapshots with times that cannot be rendered are sent', async (t) => {
  const company = await s.createCompany()
  const { body: call } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
  await s.events.step()
  for (const at of ['infinity', '-infinity', '0044-03-15T00:00:00+00:00 BC', '20000-01-01T00:00:00+00:00']) {
    await s.db.orm.execute(sql`
      update events set items = (
        select jsonb_agg(item || jsonb_build_object('next_attempt_at', ${at}::text)) from jsonb_array_elements(items) as item)
      where company_id = ${company.id}::uuid`)
    const { status, body } = await s.request('GET', '/api/events', company.headers)
    t.match(
      { status, body },
      { status: 200, body: { items: [{ data: { next_attempt_at: /^(9999|0001)-/ } }] } },
      at,
    )
  }
  await s.db.orm.execute(
    sql`update calls set started_at = '-infinity', updated_at = 'infinity' where id = ${call.id}::uuid`,
  )
  const { data } = await takeSnapshot(s.db, company.id, { call_id: call.id })
  t.match(JSON.parse(JSON.stringify(data)), { call: { started_at: '0001-01-01T00:00:00.000Z' } })
})
