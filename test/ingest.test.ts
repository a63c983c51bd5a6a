import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { connect } from '../src/db/client.ts'
import { createGroupCommit } from '../src/modules/telemetry/ingest/group-commit.ts'
import { type CallTurns, validateTurns } from '../src/modules/telemetry/ingest/ingest-turns.ts'
import { startTestService, type TestCompany } from './setup/service.ts'

const s = await startTestService(t)

async function makeCalls(who: TestCompany, count: number): Promise<string[]> {
  const rows = await s.db.orm.execute<{ id: string }>(sql`
    insert into calls (company_id, direction, status)
    select ${who.id}::uuid, 'inbound', 'active' from generate_series(1, ${count}) returning id`)
  return rows.map(({ id }) => id)
}

const turn = (turn_index: number, more: object = {}) => ({ turn_index, role: 'assistant', ...more })
const stored = async (call_id: string) =>
  (
    await s.db.orm.execute<{ turn_index: number; content: string | null }>(
      sql`select turn_index, content from call_logs where call_id = ${call_id}::uuid order by turn_index`,
    )
  ).map((row) => ({ ...row }))

/** Transactions a database has committed. */
const commits = async () =>
  Number(
    (
      await s.db.orm.execute<{ n: string }>(
        sql`select pg_stat_force_next_flush(), xact_commit as n from pg_stat_database where datname = current_database()`,
      )
    )[0]?.n,
  )

test('turns that come at once share transactions, and each request is told of its own', async (t) => {
  const who = await s.createCompany()
  const calls = await makeCalls(who, 50)
  const take = createGroupCommit(s.db)
  const turns = calls.flatMap((id) =>
    [0, 1].map((half) => validateTurns(id, [turn(2 * half), turn(2 * half + 1)])),
  )
  const before = await commits()
  const taken = await Promise.all(turns.map((one) => take(who.id, one)))
  const used = (await commits()) - before
  t.same(
    taken,
    turns.map(() => ({ accepted: 2, duplicates: 0, rejected: [] })),
  )
  t.ok(used < 20, `${used} transactions for ${turns.length} requests`)
  for (const id of calls) t.equal((await stored(id)).length, 4)
})

test('the same turns in many requests at once are stored once', async (t) => {
  const who = await s.createCompany()
  const [id = ''] = await makeCalls(who, 1)
  const take = createGroupCommit(s.db)
  const same = () => validateTurns(id, [turn(0, { content: 'a' }), turn(1), turn(1, { content: 'b' })])
  const taken = await Promise.all(Array.from({ length: 30 }, () => take(who.id, same())))
  t.equal(
    taken.reduce((sum, { accepted }) => sum + accepted, 0),
    2,
  )
  t.equal(
    taken.reduce((sum, { duplicates }) => sum + duplicates, 0),
    30 + 29 * 2,
    'each repeats one itself, and 29 repeat both',
  )
  t.same(await stored(id), [
    { turn_index: 0, content: 'a' },
    { turn_index: 1, content: 'b' },
  ])
})

test('who writes of a call that is not there harms nobody in the same transaction', async (t) => {
  const who = await s.createCompany()
  const other = await s.createCompany()
  const [first = '', second = ''] = await makeCalls(who, 2)
  const [foreign = ''] = await makeCalls(other, 1)
  const take = createGroupCommit(s.db)
  const nobody = '00000000-0000-4000-8000-00000000dead'
  const all = await Promise.allSettled(
    [first, nobody, foreign, second].map((id) => take(who.id, validateTurns(id, [turn(0)]))),
  )
  t.match(all, [
    { status: 'fulfilled' },
    { status: 'rejected', reason: { kind: 'not_found' } },
    { status: 'rejected', reason: { kind: 'not_found' } },
    { status: 'fulfilled' },
  ])
  t.equal((await stored(first)).length + (await stored(second)).length, 2)
  t.equal((await stored(foreign)).length, 0)
})

test('what the database refuses of one request is stored for the others', async (t) => {
  const who = await s.createCompany()
  const calls = await makeCalls(who, 3)
  const take = createGroupCommit(s.db)
  const batch: CallTurns[] = calls.map((id) => validateTurns(id, [turn(0)]))
  // A rule that the service does not know of: only the database refuses it.
  const broken = batch[1] as CallTurns
  for (const { row } of broken.rows.values()) Object.assign(row, { role: 'nobody' })
  const all = await Promise.allSettled(batch.map((one) => take(who.id, one)))
  t.same(
    all.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  t.same(await Promise.all(calls.map(async (id) => (await stored(id)).length)), [1, 0, 1])
})

test('a connection that is lost while turns are stored fails their requests, and sending them again doubles nothing', async (t) => {
  const who = await s.createCompany()
  const [id = ''] = await makeCalls(who, 1)
  const db = connect(s.url, { max: 4, applicationName: 'ingest that dies' })
  t.teardown(() => db.close())
  const take = createGroupCommit(db)
  const kill = () =>
    s.db.orm.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ingest that dies'`,
    )
  let failures = 0
  for (let i = 0; i < 40; i++) {
    const send = () =>
      take(who.id, validateTurns(id, [turn(i), turn(i + 1)])).then(
        () => true,
        () => false,
      )
    const sent = send()
    if (i % 4 === 3) await kill()
    for (let isStored = await sent, tries = 0; !isStored && tries < 20; tries++) {
      failures++
      isStored = await send()
    }
  }
  t.same(
    (await stored(id)).map(({ turn_index }) => turn_index),
    Array.from({ length: 41 }, (_, i) => i),
    `${failures} requests failed`,
  )
})

test('more than can wait is refused at once with 503, and nothing that was accepted is lost', async (t) => {
  const who = await s.createCompany()
  const calls = await makeCalls(who, 40)
  const headers = await who.createKey('ingest')
  const body = (first: number) => ({ turns: Array.from({ length: 1000 }, (_, i) => turn(first + i)) })
  const answers = await Promise.all(
    calls.map((id) => s.request('POST', `/api/calls/${id}/turns`, headers, body(0))),
  )
  const refused = answers.filter(({ status }) => status === 503)
  t.ok(refused.length > 0, `${refused.length} of ${answers.length}`)
  t.ok(refused.every(({ headers }) => Number(headers['retry-after']) > 0))
  for (const [i, { status }] of answers.entries())
    t.equal((await stored(calls[i] ?? '')).length, status === 200 ? 1000 : 0, String(status))
})

test('a turn that comes while its call ends is in the metrics of the call', async (t) => {
  const who = await s.createCompany()
  const headers = await who.createKey('ingest', 'read')
  for (const id of await makeCalls(who, 10)) {
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
