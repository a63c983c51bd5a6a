import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { readCompany } from '../../src/db/transaction.ts'
import { listCalls } from '../../src/modules/calls/index.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import { indexStep } from '../../src/modules/search/index.ts'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { post } from '../setup/conversations.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'

const s = await startTestService(t)

const list = async (company: TestCompany, query: Record<string, string | string[]>) => {
  const text = new URLSearchParams(
    Object.entries(query).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    ),
  )
  return s.request('GET', `/api/calls?${text}`, company.headers)
}

const idsOf = async (company: TestCompany, query: Record<string, string | string[]>): Promise<string[]> => {
  const { status, body } = await list(company, query)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.items.map(({ id }: { id: string }) => id)
}

/** Ids of all pages, each read with the cursor of the previous one. */
async function allIds(company: TestCompany, query: Record<string, string>) {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const { status, body } = await list(company, { ...query, ...(cursor && { cursor }) })
    if (status !== 200) throw new Error(JSON.stringify(body))
    ids.push(...body.items.map(({ id }: { id: string }) => id))
    cursor = body.next_cursor
  } while (cursor !== null)
  return ids
}

/** A call that has ended, with these turns. */
async function conversation(company: TestCompany, texts: string[], more: object = {}): Promise<string> {
  const { id } = await post(s, company, '/api/calls', { direction: 'inbound', ...more })
  const turns = texts.map((content, turn_index) => ({ turn_index, role: 'user', content }))
  await post(s, company, `/api/calls/${id}/turns`, { turns })
  await post(s, company, `/api/calls/${id}/complete`, { outcome: 'success', duration_sec: 1 })
  return id
}

test('Calls are found by the number of the other side in any spelling', async (t) => {
  const a = await s.createCompany()
  const inbound = await conversation(a, ['x'], {
    caller_number: '+79161234567',
    callee_number: '+74951112233',
  })
  const outbound = await conversation(a, ['x'], {
    direction: 'outbound',
    caller_number: '+74951112233',
    callee_number: '+7 916 123 45 67',
  })
  await conversation(a, ['x'], { caller_number: 'anonymous' })
  const spellings = [
    '+79161234567',
    '+7 (916) 123-45-67',
    '+7-916-123-45-67',
    '8 (916) 123-45-67',
    '89161234567',
    '8-916-123-45-67',
    '9161234567',
    '(916) 1234567',
    '7 916 123 45 67',
    '00 7 916 123 45 67',
    '８９１６１２３４５６７',
  ]
  for (const phone_number of spellings)
    t.same(await idsOf(a, { phone_number, default_country: 'RU' }), [outbound, inbound], phone_number)
  t.same(await idsOf(a, { phone_number: '+74951112233' }), [], 'our own number is not that of the other side')
  t.same(await idsOf(a, { phone_number: '+79161234567', direction: 'inbound' }), [inbound])
  t.match(await list(a, { phone_number: '8916' }), { status: 422, body: { code: 'invalid_phone_number' } })
  t.match(await list(a, { phone_number: '89161234567', default_country: 'XX' }), {
    status: 422,
    body: { errors: [{ pointer: '/default_country' }] },
  })
  t.same(await idsOf(await s.createCompany(), { phone_number: '+79161234567' }), [])
})

test('A filter takes several values, repeated or separated by commas', async (t) => {
  const a = await s.createCompany()
  await s.db.orm.execute(sql`
    insert into calls (company_id, direction, status, outcome, started_at)
    select ${a.id}::uuid, 'outbound', (array['completed', 'failed', 'cancelled'])[1 + i % 3],
      (array['success', 'no_answer', 'busy', null])[1 + i % 4], '2026-01-01Z'::timestamptz + i * interval '1 minute'
    from generate_series(0, 119) i`)
  const expected = async (where: string) =>
    (
      await s.db.orm.execute<{ id: string }>(
        sql`select id from calls where company_id = ${a.id}::uuid and ${sql.raw(where)} order by started_at desc, id desc`,
      )
    ).map(({ id }) => id)
  const both = await expected(`status in ('completed', 'failed')`)
  t.same(await idsOf(a, { status: 'completed,failed', limit: '200' }), both)
  t.same(await idsOf(a, { status: ['completed', 'failed'], limit: '200' }), both)
  t.same(await allIds(a, { status: 'completed,failed', limit: '7' }), both, 'page by page')
  t.same(await idsOf(a, { status: 'completed,failed', limit: '20', skip: '30' }), both.slice(30, 50))
  t.match((await list(a, { status: 'completed,failed', limit: '5' })).body, {
    total: 80,
    total_is_exact: true,
  })
  t.same(
    await allIds(a, { status: 'failed,cancelled', outcome: 'busy,success', limit: '9', sort: 'started_at' }),
    (await expected(`status in ('failed', 'cancelled') and outcome in ('busy', 'success')`)).reverse(),
  )
  t.match(await list(a, { status: 'completed,lost' }), { status: 400 })
})

test('Calls are sorted by start, duration and cost, page by page, with the filters of the list', async (t) => {
  const a = await s.createCompany()
  await s.db.orm.execute(sql`
    with added as (
      insert into calls (company_id, direction, status, started_at, duration_sec)
      select ${a.id}::uuid, (array['inbound', 'outbound'])[1 + i % 2], 'completed',
        '2026-01-01Z'::timestamptz + i * interval '1 minute', case when i % 5 > 0 then (i * 37 % 50)::double precision / 3 end
      from generate_series(0, 299) i returning company_id, id, started_at
    ) insert into call_metrics (company_id, call_id, cost_total)
      select company_id, id, case when extract(minute from started_at)::int % 4 > 0
        then (extract(minute from started_at)::int * 7 % 30) * 0.000001 end from added`)
  const expected = async (column: string, direction: string, where = 'true') =>
    (
      await s.db.orm.execute<{ id: string }>(sql`
        select c.id from calls c left join call_metrics m on m.call_id = c.id
        where c.company_id = ${a.id}::uuid and ${sql.raw(column)} is not null and ${sql.raw(where)}
        order by ${sql.raw(`${column} ${direction}, c.id ${direction}`)}`)
    ).map(({ id }) => id)
  const columns = { started_at: 'c.started_at', duration_sec: 'c.duration_sec', cost_total: 'm.cost_total' }
  for (const [name, column] of Object.entries(columns)) {
    t.same(await allIds(a, { sort: `-${name}`, limit: '33' }), await expected(column, 'desc'), `-${name}`)
    t.same(await allIds(a, { sort: name, limit: '33' }), await expected(column, 'asc'), name)
    t.same(
      await allIds(a, { sort: name, limit: '7', direction: 'inbound', status: 'completed,failed' }),
      await expected(column, 'asc', `direction = 'inbound'`),
      `${name}, filtered`,
    )
  }
  const { body } = await list(a, { sort: '-duration_sec', limit: '5' })
  t.match(body, { total: 5, total_is_exact: false })
  t.match(await list(a, { sort: 'duration_sec', cursor: body.next_cursor.slice(0, -6) }), {
    status: 400,
    body: { code: 'invalid_cursor' },
  })
  t.match(await list(a, { sort: 'rating' }), { status: 400 })
})

test('A search that does not finish in its time returns where the next request goes on', async (t) => {
  const c = await createCampaignTester(s)
  const campaign = await c.campaign()
  const phone_number = freshNumber()
  await c.add(campaign, { phone_number, contact_name: 'Łucja "Ęö" O’Brien 100%' })
  const id = (
    await s.db.orm.execute<{ id: string }>(sql`
      insert into calls (company_id, call_task_id, campaign_id, direction, started_at)
      select company_id, id, campaign_id, 'outbound', '2020-01-01Z' from call_tasks where phone_number = ${phone_number} returning id`)
  )[0]?.id
  await s.db.orm.execute(sql`
    insert into calls (company_id, direction, status, started_at) select ${c.company.id}::uuid, 'inbound', 'completed', '2026-01-01Z'::timestamptz + i * interval '1 s'
    from generate_series(1, 3000) i`)
  for (const contact_name of ['łucja', '"ĘÖ"', '100%', 'O’b'])
    t.same(await allIds(c.company, { contact_name }), [id], contact_name)
  for (const contact_name of ['100_', "'); drop table calls; --", '\\'])
    t.same(await allIds(c.company, { contact_name }), [], contact_name)
  const { scanPage } = await import('../../src/db/scan-page.ts')
  const { calls } = await import('../../src/db/schema/index.ts')
  let [requests, cursor, found]: [number, string | undefined, string[]] = [0, undefined, []]
  do {
    const page = await readCompany(s.db, c.company.id, (tx) =>
      scanPage(
        tx,
        {
          from: calls,
          where: sql`${calls.company_id} = ${c.company.id}::uuid`,
          matches: sql`${calls.id} = ${id}::uuid`,
          key: [calls.started_at, calls.id],
        },
        cursor === undefined ? {} : { cursor },
        0,
      ),
    )
    found = [...found, ...page.items.map((item) => item.id)]
    cursor = page.next_cursor ?? undefined
    t.equal(page.total_is_exact, cursor === undefined)
    requests++
  } while (cursor !== undefined)
  t.same(found, [id])
  t.equal(requests, 7, 'each request reads 500 of the 3,001 calls')
})

test('Calls are found by words of their transcripts in any form, Russian and English', async (t) => {
  const [a, b] = [await s.createCompany(), await s.createCompany()]
  const russian = await conversation(a, [
    'Добрый день!',
    'Запишите меня на приём к врачу, пожалуйста',
    'Ёлки',
  ])
  const english = await conversation(a, ["I'd like to cancel my appointments", 'Müller 🎉'])
  const mixed = await conversation(a, ['Мне нужен invoice за март', 'the врачи'])
  const ofOther = await conversation(b, ['Запишите меня к врачу', 'appointments'])
  const live = await post(s, a, '/api/calls', { direction: 'inbound' })
  await post(s, a, `/api/calls/${live.id}/turns`, {
    turns: [{ turn_index: 0, role: 'user', content: 'врач' }],
  })
  for (const company of [a, b]) await foldCompany(s.db, company.id)
  await indexStep(s.db)
  const find = (q: string, more: Record<string, string> = {}) => idsOf(a, { q, ...more })
  t.same(await find('врача'), [mixed, russian])
  t.same(await find('ВРАЧОМ прием'), [russian])
  t.same(await find('елка'), [russian], 'ё is е')
  t.same(await find('appointment'), [english])
  t.same(await find('cancelled'), [english])
  t.same(await find('invoices врач'), [mixed], 'both languages together')
  t.same(await find('"на приём"'), await find('приём'), 'a phrase')
  t.same(await find('врач -invoice'), [russian])
  t.same(await find('invoice or appointment'), [mixed, english])
  t.same(await find('müller'), [english])
  t.same(await find('врач', { sort: 'started_at' }), [russian, mixed])
  t.same(await find('врач', { outcome: 'fail' }), [])
  t.same(await find('врач', { sort: '-duration_sec', limit: '1' }), [mixed])
  t.same(await find('nothing'), [])
  t.same(await idsOf(b, { q: 'врач' }), [ofOther], 'a company finds its own calls')
  t.same(await allIds(a, { q: 'врач', limit: '1' }), [mixed, russian], 'page by page')

  for (const q of ['the and', 'и в на', '!!! ???', '""'])
    t.match(
      await list(a, { q }),
      { status: 422, body: { code: 'no_search_words', errors: [{ pointer: '/q' }] } },
      q,
    )
  t.same(await find("'); drop table call_texts; --"), [])
  for (const q of ['a:*b & | ! <-> ((', '\\', '%_%', ":A 'x"])
    t.equal((await list(a, { q })).status === 500, false, q)
  t.match(await list(a, { q: 'x'.repeat(10_000) }), { status: 400 })

  await post(s, a, `/api/calls/${english}/turns`, {
    turns: [{ turn_index: 7, role: 'user', content: 'a late zebra' }],
  })
  await foldCompany(s.db, a.id)
  await indexStep(s.db)
  t.same(await find('zebras'), [english], 'a late turn is found')
  await s.request('DELETE', `/api/calls/${english}`, a.headers)
  t.same(await find('zebra'), [], 'a deleted call is not')
})

test('A page of a search reads the calls of its days only, and finds rare words in old calls', async (t) => {
  const a = await s.createCompany()
  await s.db.orm.execute(sql`
    with added as (
      insert into calls (company_id, direction, status, started_at, ended_at)
      select ${a.id}::uuid, 'inbound', 'completed', at, at
      from generate_series(0, 3999) i cross join lateral (select '2026-03-01Z'::timestamptz - i * interval '3 hours' as at) times
      returning company_id, id, started_at
    ) insert into call_texts (company_id, call_id, started_at, content_hash, document)
      select company_id, id, started_at, 1, to_tsvector('russian', 'hello ' || case when started_at < '2024-10-20Z' then 'zebra' else '' end)
        || array_to_tsvector(array[transcript_day(company_id, started_at)]) from added`)
  await s.db.orm.execute(sql`analyze call_texts`)
  const days = await allIds(a, { q: 'hello', limit: '200' })
  t.equal(days.length, 4_000)
  t.equal(new Set(days).size, 4_000)
  const zebras = await allIds(a, { q: 'zebra', limit: '3' })
  t.ok(zebras.length > 0)
  t.same(zebras, days.slice(-zebras.length))
  const page = await readCompany(s.db, a.id, (tx) =>
    listCalls(
      tx,
      { q: 'hello', start: new Date('2026-02-01T00:00:00Z'), end: new Date('2026-02-02T00:00:00Z') },
      {},
    ),
  )
  t.equal(page.items.length, 8, 'a period')
  const [plan] = await readCompany(s.db, a.id, (tx) =>
    tx.execute<Record<string, string>>(
      sql`select count(*) as n from search_transcripts('hello'::tsquery, 'infinity', ${a.id}::uuid, '-infinity', 10)`,
    ),
  )
  t.equal(String(plan?.n), '10')
})
