import { test } from 'tap'
import { readCompany } from '../../src/db/transaction.ts'
import type { SetAsideItem } from '../../src/lib/set-aside.ts'
import { pruneEvents, readEventsAfter } from '../../src/modules/events/index.ts'
import { FailingCompanies, sequenceEvents } from '../../src/modules/events/sequence-events.ts'
import { fanOutStep } from '../../src/modules/webhooks/index.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'
import { env, Fixture, type Row } from '../webhooks/fixture.ts'
import { isEvent, startLiveService } from './setup.ts'

test('Events are sent whatever is stored', async (t) => {
  const { s, company, api, watch } = await startLiveService(t, env)
  const sql = (text: string) => s.db.client.unsafe(text)
  const newCall = (of: TestCompany = company) =>
    s.request('POST', '/api/calls', of.headers, { direction: 'inbound', caller_number: '+79995550000' })
  /** Stores an event with these items, as hand-written SQL could. */
  const storeItems = async (items: string) => {
    await sql(`insert into event_outbox (company_id, items) values ('${company.id}', ${items})`)
    await s.events.step()
  }
  const lastId = async (): Promise<number> => (await api('GET', '/api/events?limit=1')).last_id

  t.test(
    'Long values are null and listed in `truncated`, in events, on sockets and in webhooks',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      const { id } = (await newCall(fixture.company)).body
      const { client } = { client: (await watch('', fixture.company.headers)).client }
      await sql(`update calls set collected_data = jsonb_build_object('text', repeat('x', 4000000)),
      outcome_data = '{"kept": true}' where id = '${id}'`)
      await fixture.rate(id, 5)
      await fixture.deliver()
      const expected = {
        call: { id, collected_data: null, outcome_data: { kept: true } },
        truncated: ['call.collected_data'],
      }
      t.match(fixture.receiver.requests.at(-1)?.event.data, expected)
      const { items } = await fixture.request('GET', '/api/events?types=call.updated')
      t.match(items[0].data, expected)
      t.match((await client.next(isEvent('call.updated', id))).event.data, expected)
    },
  )

  t.test('Many calls with large values stop no webhook, and are delivered in small pages', async (t) => {
    const fixture = await Fixture.of(t, s, ['call.created'])
    for (let i = 0; i < 110; i++) await newCall(fixture.company)
    await sql(`update calls set collected_data = jsonb_build_object('text', repeat('x', 60000)),
      outcome_data = jsonb_build_object('text', repeat('x', 60000)) where company_id = '${fixture.company.id}'`)
    await s.events.step()
    let pages = 0
    while ((await fanOutStep(s.db, fixture.now)) > 0) pages++
    t.ok(pages > 5, `${pages} pages for 13 MB`)
    const [sizes] =
      await sql(`select count(*)::int as n, max(octet_length(body)) as bytes from webhook_deliveries
      where company_id = '${fixture.company.id}'`)
    t.match(sizes, { n: 110 })
    t.ok(sizes?.bytes > 120_000)
    let after = 0
    let found = 0
    for (let more = true; more; ) {
      const page = await fixture.request('GET', `/api/events?after=${after}&limit=1000`)
      t.ok(JSON.stringify(page).length < 5_000_000)
      found += page.items.length
      after = page.next_after
      more = page.has_more
    }
    t.equal(found, 110)
  })

  t.test(
    'The turns of an event that exceed 2 MB are left out, and the events behind it follow',
    async (t) => {
      const { id } = (await newCall()).body
      await sql(`insert into call_logs (company_id, call_id, turn_index, role, content)
      select '${company.id}', '${id}', i, 'user', repeat('x', 60000) from generate_series(0, 99) i`)
      const after = await lastId()
      await storeItems(`jsonb_build_array(jsonb_build_object('type', 'call.turns', 'call_id', '${id}', 'turns',
      (select jsonb_agg(i) from generate_series(0, 99) i)))`)
      await storeItems(`'[{"type": "campaign.edited"}]'`)
      const { items } = await api('GET', `/api/events?after=${after}`)
      t.match(items, [{ type: 'call.turns', data: { truncated: ['turns'] } }])
      t.equal(items[0].data.turns.length, 35)
      t.match((await api('GET', `/api/events?after=${items[0].id}`)).items, [{ type: 'campaign.edited' }])
    },
  )

  t.test('Items that no code of the service writes are skipped or repaired', async (t) => {
    const { client } = await watch()
    const after = await lastId()
    await storeItems(`'[null, 1, "x", {"type": "unknown"}, {"type": "call.updated", "call_id": "no uuid"},
      {"type": "call.turns", "call_id": "00000000-0000-0000-0000-00000000000a", "turns": "x"},
      {"type": "call.turns", "call_id": "00000000-0000-0000-0000-00000000000a", "turns": [1e99, -1, "1", 0]},
      {"type": "task.retry", "next_attempt_at": "2026-99-99"}, {"type": "campaign.edited"}]'`)
    const { items, next_after } = await api('GET', `/api/events?after=${after}`)
    t.match(items, [
      { id: after + 5, type: 'call.updated', call_id: null, data: { call: null } },
      { type: 'call.turns', data: { turns: [] } },
      { type: 'call.turns', data: { turns: [] } },
      { type: 'task.retry', data: { next_attempt_at: null } },
      { id: after + 9, type: 'campaign.edited' },
    ])
    t.equal(next_after, after + 9)
    await client.next(isEvent('campaign.edited'))
    await storeItems(`'[null]'`)
    await storeItems(`'[{"type": "campaign.paused"}]'`)
    await client.next(isEvent('campaign.paused'))
  })

  t.test('A transaction with very many or very large events is read in parts, without a gap', async (t) => {
    const after = await lastId()
    await storeItems(`(select jsonb_agg(jsonb_build_object('type', 'campaign.edited', 'text',
      repeat('x', case when i = 300 then 5000000 else 4000 end))) from generate_series(1, 450) i)`)
    const read = (from: number) => readCompany(s.db, company.id, (tx) => readEventsAfter(tx, from, 100))
    const ids: number[] = []
    const truncated: number[] = []
    let parts = 0
    for (let batch = await read(after); batch !== undefined; batch = await read(batch.position)) {
      parts++
      t.ok(JSON.stringify(batch).length < 2_000_000)
      for (const { id, item } of batch.events) {
        ids.push(id)
        if (item.truncated) truncated.push(id - after)
      }
    }
    t.same(
      ids,
      Array.from({ length: 450 }, (_, i) => after + i + 1),
    )
    t.same([parts, truncated], [3, [300]])
  })

  t.test('A flood of events of one company does not delay those of another', async (t) => {
    const flood = await s.createCompany()
    const { client } = await watch()
    const { client: flooded } = await watch('', flood.headers)
    await sql(`insert into event_outbox (company_id, items)
      select '${flood.id}', jsonb_build_array(jsonb_build_object('type', 'campaign.edited', 'text', repeat('x', 3000)))
      from generate_series(1, 4000)`)
    await s.events.step()
    await storeItems(`'[{"type": "campaign.resumed"}]'`)
    await client.next(isEvent('campaign.resumed'))
    t.ok(
      flooded.events.length < 4000,
      `${flooded.events.length} of 4,000 events of the other company were sent`,
    )
  })
})

test('Events that fail are set aside', async (t) => {
  const s = await startTestService(t, env)
  const sql = (text: string) => s.db.client.unsafe(text)

  t.test('Events of a company whose ids overflow do not stop those of others', async (t) => {
    const [broken, intact] = [await Fixture.of(t, s), await s.createCompany()]
    await sql(`insert into event_heads values ('${broken.company.id}', 1, 9223372036854775806)`)
    await broken.newCall()
    await s.request('POST', '/api/calls', intact.headers, {
      direction: 'inbound',
      caller_number: '+79995550000',
    })
    const failing = new FailingCompanies()
    const setAside: SetAsideItem[] = []
    const step = () => sequenceEvents(s.db, failing, (item) => setAside.push(item))
    t.match(await step(), { sequencedRows: 1 })
    t.match(setAside, [
      {
        kind: 'events_of_company',
        company_id: broken.company.id,
        reason: 'A number is out of range (22003).',
      },
    ])
    t.match(await step(), { sequencedRows: 0 })
    const rows = await sql(`select company_id from event_outbox`)
    t.match(rows, [{ company_id: broken.company.id }], 'they wait, and are not lost')
    await sql(`update event_heads set last_id = 0 where company_id = '${broken.company.id}'`)
    t.match(await sequenceEvents(s.db), { sequencedRows: 1 })
  })

  t.test('A head that SQL has lowered is corrected, and stops neither sequencing nor pruning', async (t) => {
    const fixture = await Fixture.of(t, s)
    await fixture.newCall()
    await s.events.step()
    await sql(`update event_heads set last_id = 0 where company_id = '${fixture.company.id}'`)
    t.ok((await pruneEvents(s.db, new Date(Date.now() + 8 * 86_400_000))) >= 1)
    await fixture.newCall()
    await s.events.step()
    await sql(`update event_heads set last_id = 0, first_id = 1 where company_id = '${fixture.company.id}'`)
    await fixture.newCall()
    await s.events.step()
    t.match(await sql(`select id from events where company_id = '${fixture.company.id}' order by id`), [
      { id: '1' },
      { id: '2' },
    ])
  })

  t.test('Rows that somebody has locked do not stop the deletion of others', async (t) => {
    const fixture = await Fixture.of(t, s)
    await fixture.newCall()
    await fixture.newCall()
    await s.events.step()
    const later = new Date(Date.now() + 8 * 86_400_000)
    await s.db.client.begin(async (tx) => {
      await tx.unsafe(`select 1 from events where company_id = '${fixture.company.id}' and id = 1 for update`)
      await pruneEvents(s.db, later)
      t.match(await sql(`select id from events`), [{ id: '1' }])
    })
    t.equal(await pruneEvents(s.db, later), 1)
  })

  t.test(
    'An event that a webhook cannot be sent is a dead delivery after five attempts; others are not delayed',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      await sql(`create function refuse_event() returns trigger language plpgsql as
      $$ begin raise exception 'refused' using errcode = '22023'; end $$`)
      const calls: string[] = []
      for (let i = 0; i < 5; i++) calls.push(await fixture.newCall())
      const other = await s.createCompany()
      await s.request('POST', '/api/webhooks', other.headers, {
        url: fixture.receiver.url,
        event_types: ['*'],
      })
      await sql(`create trigger refuse_event before insert on webhook_deliveries for each row
      when (new.event_id = 3 and new.status = 'pending' and new.company_id = '${fixture.company.id}')
      execute function refuse_event()`)
      const setAside: SetAsideItem[] = []
      const step = () => fanOutStep(s.db, fixture.now, (item) => setAside.push(item))
      await s.request('POST', '/api/calls', other.headers, {
        direction: 'inbound',
        caller_number: '+79995550000',
      })
      await s.events.step()
      while ((await step()) > 0);
      t.equal((await fixture.deliveries()).length, 2, 'the events before it')
      t.equal((await sql(`select 1 from webhook_deliveries where company_id = '${other.id}'`)).length, 1)
      for (const seconds of [2, 4, 8]) {
        fixture.now = new Date(fixture.now.getTime() + seconds * 1000)
        while ((await step()) > 0);
      }
      t.same(setAside, [])
      fixture.now = new Date(fixture.now.getTime() + 16_000)
      while ((await step()) > 0);
      t.match(setAside, [
        { kind: 'event_delivery', company_id: fixture.company.id, id: `${fixture.webhook.id} 3` },
      ])
      const rows: Row[] = await fixture.deliveries()
      t.match(
        rows.find(({ event_id }) => event_id === 3),
        {
          status: 'dead',
          event_type: 'call.created',
          error: /could not be delivered. A value is not allowed here \(22023\)/,
        },
      )
      t.same(rows.map(({ event_id }) => event_id).sort(), [1, 2, 3, 4, 5])
      await sql('drop trigger refuse_event on webhook_deliveries')
    },
  )
})
