import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { connect } from '../../src/db/client.ts'
import { createGroupCommit } from '../../src/modules/telemetry/ingest/group-commit.ts'
import { type CallTurns, validateTurns } from '../../src/modules/telemetry/ingest/ingest-turns.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'

const s = await startTestService(t)

async function insertCalls(company: TestCompany, count: number): Promise<string[]> {
  const rows = await s.db.orm.execute<{ id: string }>(sql`
    insert into calls (company_id, direction, status)
    select ${company.id}::uuid, 'inbound', 'active' from generate_series(1, ${count}) returning id`)
  return rows.map(({ id }) => id)
}

const turn = (turn_index: number, fields: object = {}) => ({ turn_index, role: 'assistant', ...fields })
const storedTurns = async (call_id: string) =>
  (
    await s.db.orm.execute<{ turn_index: number; content: string | null }>(
      sql`select turn_index, content from call_logs where call_id = ${call_id}::uuid order by turn_index`,
    )
  ).map((row) => ({ ...row }))

/** Number of transactions that the database has committed. */
const countCommits = async () =>
  Number(
    (
      await s.db.orm.execute<{ n: string }>(
        sql`select pg_stat_force_next_flush(), xact_commit as n from pg_stat_database where datname = current_database()`,
      )
    )[0]?.n,
  )

test('Concurrent requests share transactions, and each gets the result of its own turns', async (t) => {
  const company = await s.createCompany()
  const calls = await insertCalls(company, 50)
  const commitTurns = createGroupCommit(s.db, s.deps.now)
  const turns = calls.flatMap((id) =>
    [0, 1].map((half) => validateTurns(id, [turn(2 * half), turn(2 * half + 1)])),
  )
  const commitsBefore = await countCommits()
  const results = await Promise.all(turns.map((request) => commitTurns(company.id, request)))
  const transactions = (await countCommits()) - commitsBefore
  t.same(
    results,
    turns.map(() => ({ accepted: 2, duplicates: 0, rejected: [], warnings: [] })),
  )
  t.ok(transactions < 20, `${transactions} transactions for ${turns.length} requests`)
  for (const id of calls) t.equal((await storedTurns(id)).length, 4)
})

test('Turns that are in many concurrent requests are stored once', async (t) => {
  const company = await s.createCompany()
  const [id = ''] = await insertCalls(company, 1)
  const commitTurns = createGroupCommit(s.db, s.deps.now)
  const newRequest = () => validateTurns(id, [turn(0, { content: 'a' }), turn(1), turn(1, { content: 'b' })])
  const results = await Promise.all(Array.from({ length: 30 }, () => commitTurns(company.id, newRequest())))
  t.equal(
    results.reduce((sum, { accepted }) => sum + accepted, 0),
    2,
  )
  t.equal(
    results.reduce((sum, { duplicates }) => sum + duplicates, 0),
    30 + 29 * 2,
    'one duplicate within each request, and both turns in 29 of them',
  )
  t.same(await storedTurns(id), [
    { turn_index: 0, content: 'a' },
    { turn_index: 1, content: 'b' },
  ])
})

test('Turns of an unknown call are rejected without failing other requests of the transaction', async (t) => {
  const company = await s.createCompany()
  const other = await s.createCompany()
  const [first = '', second = ''] = await insertCalls(company, 2)
  const [otherCompanysCall = ''] = await insertCalls(other, 1)
  const commitTurns = createGroupCommit(s.db, s.deps.now)
  const unknownCall = '00000000-0000-4000-8000-00000000dead'
  const results = await Promise.allSettled(
    [first, unknownCall, otherCompanysCall, second].map((id) =>
      commitTurns(company.id, validateTurns(id, [turn(0)])),
    ),
  )
  t.match(results, [
    { status: 'fulfilled' },
    { status: 'rejected', reason: { kind: 'not_found' } },
    { status: 'rejected', reason: { kind: 'not_found' } },
    { status: 'fulfilled' },
  ])
  t.equal((await storedTurns(first)).length + (await storedTurns(second)).length, 2)
  t.equal((await storedTurns(otherCompanysCall)).length, 0)
})

test('When the database rejects the data of one request, the other requests of the batch are stored', async (t) => {
  const company = await s.createCompany()
  const calls = await insertCalls(company, 3)
  const commitTurns = createGroupCommit(s.db, s.deps.now)
  const batch: CallTurns[] = calls.map((id) => validateTurns(id, [turn(0)]))
  // The role is made invalid after the validation, so only a constraint of the database rejects it.
  const invalid = batch[1] as CallTurns
  for (const { row } of invalid.rows.values()) Object.assign(row, { role: 'unknown' })
  const results = await Promise.allSettled(batch.map((request) => commitTurns(company.id, request)))
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  t.same(await Promise.all(calls.map(async (id) => (await storedTurns(id)).length)), [1, 0, 1])
})

test('Turns that are sent again after a lost connection are stored once', async (t) => {
  const company = await s.createCompany()
  const [id = ''] = await insertCalls(company, 1)
  const db = connect(s.url, { max: 4, applicationName: 'ingest with lost connections' })
  t.teardown(() => db.close())
  const commitTurns = createGroupCommit(db, s.deps.now)
  const terminateConnections = () =>
    s.db.orm.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ingest with lost connections'`,
    )
  let failures = 0
  for (let i = 0; i < 40; i++) {
    const send = () =>
      commitTurns(company.id, validateTurns(id, [turn(i), turn(i + 1)])).then(
        () => true,
        () => false,
      )
    const sent = send()
    if (i % 4 === 3) await terminateConnections()
    for (let isStored = await sent, tries = 0; !isStored && tries < 20; tries++) {
      failures++
      isStored = await send()
    }
  }
  t.same(
    (await storedTurns(id)).map(({ turn_index }) => turn_index),
    Array.from({ length: 41 }, (_, i) => i),
    `${failures} requests failed`,
  )
})

test('Requests above the queue limit get 503 with Retry-After, and accepted turns are all stored', async (t) => {
  const company = await s.createCompany()
  const calls = await insertCalls(company, 40)
  const headers = await company.createKey('ingest')
  const body = (first: number) => ({ turns: Array.from({ length: 1000 }, (_, i) => turn(first + i)) })
  const responses = await Promise.all(
    calls.map((id) => s.request('POST', `/api/calls/${id}/turns`, headers, body(0))),
  )
  const refused = responses.filter(({ status }) => status === 503)
  t.ok(refused.length > 0, `${refused.length} of ${responses.length}`)
  t.ok(refused.every(({ headers }) => Number(headers['retry-after']) > 0))
  for (const [i, { status }] of responses.entries())
    t.equal((await storedTurns(calls[i] ?? '')).length, status === 200 ? 1000 : 0, String(status))
})

test('Turns that arrive while their call ends are counted in its metrics', async (t) => {
  const company = await s.createCompany()
  const headers = await company.createKey('ingest', 'read')
  for (const id of await insertCalls(company, 10)) {
    await Promise.all([
      ...Array.from({ length: 6 }, (_, i) =>
        s.request('POST', `/api/calls/${id}/turns`, headers, {
          turns: [turn(i, { eou_latency: 100 * (i + 1) })],
        }),
      ),
      s.request('POST', `/api/calls/${id}/complete`, headers, { outcome: 'success' }),
    ])
    const { body } = await s.request('GET', `/api/calls/${id}/metrics`, headers)
    t.match(body, { turn_count: 6, eou_latency_min: 100, eou_latency_max: 600 })
  }
})
