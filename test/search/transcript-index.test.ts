import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import type { SetAsideItem } from '../../src/lib/set-aside.ts'
import { foldStep, rebuildDay } from '../../src/modules/rollups/index.ts'
import { indexStep } from '../../src/modules/search/index.ts'
import { post } from '../setup/conversations.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'

const s = await startTestService(t)

const fold = async () => {
  while ((await foldStep(s.db)) > 0);
}
const index = async () => {
  while ((await indexStep(s.db)) > 0);
}

const find = async (company: TestCompany, q: string): Promise<string[]> => {
  const { status, body } = await s.request(
    'GET',
    `/api/calls?${new URLSearchParams({ q, limit: '200' })}`,
    company.headers,
  )
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.items.map(({ id }: { id: string }) => id)
}

/** Ended calls with one turn each, as SQL would insert them; returns their ids in the order in which they are queued. */
async function insertCalls(
  company: TestCompany,
  count: number,
  content: string,
  day = '2026-05-04',
): Promise<string[]> {
  const rows = await s.db.orm.execute<{ id: string }>(sql`
    with added as (
      insert into calls (company_id, direction, status, started_at, ended_at)
      select ${company.id}::uuid, 'inbound', 'completed', at, at
      from generate_series(1, ${count}) i cross join lateral (select ${day}::timestamptz + i * interval '1 s' as at) times
      returning company_id, id
    ), turns as (
      insert into call_logs (company_id, call_id, turn_index, role, content) select company_id, id, 0, 'user', ${content} from added
    ) select id from added order by id`)
  return rows.map(({ id }) => id)
}

const queue = (company: TestCompany, ids: readonly string[]) =>
  s.db.orm.execute(sql`
    insert into changed_transcripts (company_id, call_id)
    select ${company.id}::uuid, id from unnest(${`{${ids.join()}}`}::uuid[]) with ordinality as ids (id, n) order by n`)

const countQueued = async (company: TestCompany) =>
  Number(
    (
      await s.db.orm.execute<{ n: number }>(
        sql`select count(*) as n from changed_transcripts where company_id = ${company.id}::uuid`,
      )
    )[0]?.n,
  )

test('A transcript is found once the loop of the search has indexed it; ingest and folding do not wait for it', async (t) => {
  const a = await s.createCompany()
  const { id } = await post(s, a, '/api/calls', { direction: 'inbound' })
  await post(s, a, `/api/calls/${id}/turns`, { turns: [{ turn_index: 0, role: 'user', content: 'zebra' }] })
  await fold()
  t.equal(await countQueued(a), 0, 'a live call is not queued')
  await post(s, a, `/api/calls/${id}/complete`, { outcome: 'success', duration_sec: 1 })
  t.same(await find(a, 'zebra'), [], 'not after its end')
  await fold()
  t.same(await find(a, 'zebra'), [], 'not after it was folded')
  await index()
  t.same(await find(a, 'zebra'), [id])
})

test('A step indexes one batch of each company, so that none waits for another', async (t) => {
  const [many, few] = [await s.createCompany(), await s.createCompany()]
  await queue(many, await insertCalls(many, 1_201, 'giraffe'))
  await queue(few, await insertCalls(few, 1, 'giraffe'))
  t.equal(await indexStep(s.db), 501)
  t.same([await countQueued(many), await countQueued(few)], [701, 0])
  t.equal((await find(few, 'giraffe')).length, 1)
  await index()
  t.equal(await countQueued(many), 0)
})

test('A batch of long transcripts ends at 2 MB of text', async (t) => {
  const a = await s.createCompany()
  const long = await insertCalls(a, 8, 'long words '.repeat(60_000))
  await queue(a, long)
  t.equal(await indexStep(s.db), 4, 'the record that reaches 2,000,000 bytes is the last one')
  await index()
  t.same(await countQueued(a), 0)
  t.equal((await find(a, 'long')).length, 8, 'a transcript is indexed up to a number of characters')
})

test('A call whose texts have not changed is not indexed again', async (t) => {
  const a = await s.createCompany()
  const [id = ''] = await insertCalls(a, 1, 'okapi')
  await queue(a, [id])
  await index()
  const version = () =>
    s.db.orm.execute(sql`select xmin::text, ctid::text from call_texts where call_id = ${id}::uuid`)
  const before = await version()
  t.equal(before.length, 1)
  await post(s, a, `/api/calls/${id}/rate`, { rating: 5 })
  await queue(a, [id, id])
  await fold()
  await index()
  t.same(await version(), before)
  await s.db.orm.execute(sql`update call_logs set content = 'tapir' where call_id = ${id}::uuid`)
  await queue(a, [id])
  await index()
  t.same([await find(a, 'okapi'), await find(a, 'tapir')], [[], [id]])
})

test('Rebuilding a day queues its transcripts that were never indexed', async (t) => {
  const a = await s.createCompany()
  const [id = '', ...others] = await insertCalls(a, 3, 'lemur', '2026-05-07')
  await queue(a, [id])
  await index()
  await rebuildDay(s.db, a.id, new Date('2026-05-07T00:00:00Z'))
  t.equal(await countQueued(a), 2)
  await index()
  t.same((await find(a, 'lemur')).sort(), [id, ...others].sort())
})

test('A transcript that cannot be indexed is set aside with its reason, and the others are indexed', async (t) => {
  const [a, b] = [await s.createCompany(), await s.createCompany()]
  const ids = await insertCalls(a, 120, 'walrus')
  const poisoned = ids[60] as string
  const others = ids.filter((id) => id !== poisoned)
  await s.db.client.unsafe(`create function refuse_text() returns trigger language plpgsql as
    $$ begin raise exception 'refused' using errcode = '22003'; end $$;
    create trigger refuse_text before insert on call_texts for each row
    when (new.call_id = '${poisoned}') execute function refuse_text()`)
  await queue(a, [...ids, poisoned])
  await queue(b, await insertCalls(b, 1, 'walrus'))
  const items: SetAsideItem[] = []
  while ((await indexStep(s.db, (item) => items.push(item))) > 0);
  const reason = 'A number is out of range (22003).'
  t.same(items, [{ kind: 'transcript', company_id: a.id, id: poisoned, reason }])
  t.equal((await find(b, 'walrus')).length, 1)
  const indexed = await s.db.orm.execute<{ call_id: string }>(
    sql`select call_id from call_texts where company_id = ${a.id}::uuid`,
  )
  t.same(indexed.map(({ call_id }) => call_id).sort(), others.sort())
  const setAside = (company: TestCompany) =>
    s.request('GET', '/api/analytics/set-aside-calls', company.headers)
  t.match(await setAside(a), {
    status: 200,
    body: {
      items: [{ call_id: poisoned, missing_in: 'search', failures: 1, error: reason, retry_at: String }],
    },
  })
  t.same((await setAside(b)).body, { items: [] })
  await s.db.orm.execute(sql`update changed_transcripts set retry_at = now()`)
  await indexStep(s.db, (item) => items.push(item))
  t.match((await setAside(a)).body, { items: [{ failures: 2 }] }, 'it fails again, and waits longer')
  t.equal(items.length, 1, 'it is reported once')
  await s.db.client.unsafe(
    'drop trigger refuse_text on call_texts; update changed_transcripts set retry_at = now()',
  )
  await index()
  t.equal(await countQueued(a), 0)
  t.same((await setAside(a)).body, { items: [] })
  t.ok((await find(a, 'walrus')).includes(poisoned))
})
