import type { ServerResponse } from 'node:http'
import { test } from 'tap'
import { queries } from '../../src/db/query/define-query.ts'
import { acrossCompanies } from '../../src/db/transaction.ts'
import type { SetAsideItem } from '../../src/lib/set-aside.ts'
import { findDueDeliveries } from '../../src/modules/webhooks/delivery/delivery-queries.ts'
import { DeliverySlots } from '../../src/modules/webhooks/delivery/slots.ts'
import { BlockedDeliveryReleaser, createSender, Deliverer } from '../../src/modules/webhooks/index.ts'
import { Receiver } from '../setup/receiver.ts'
import { startTestService, type TestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { env, Fixture, type Row } from './fixture.ts'

/** Inserts webhooks of a company with this url, each with `n` due deliveries. */
const insertDeliveries = (s: TestService, company_id: string, url: string, webhooks: number, n: number) =>
  s.db.client.unsafe(`
    with inserted as (
      insert into webhooks (company_id, url, event_types, secret, position)
      select '${company_id}', '${url}', '{*}', 'whsec_AAAA', 0 from generate_series(1, ${webhooks}) returning id
    ) insert into webhook_deliveries (company_id, webhook_id, event_id, event_type, order_key, body, next_attempt_at)
    select '${company_id}', id, i, 'call.created', i::text, '{}', now() - interval '1 hour'
    from inserted, generate_series(1, ${n}) i`)

/** A receiver that holds every request without a response. */
async function hangingReceiver(t: Test) {
  const receiver = await Receiver.of(t)
  const held: ServerResponse[] = []
  receiver.respond = (_, reply) => void held.push(reply)
  return { receiver, release: () => held.map((reply) => reply.destroy()) }
}
type Test = Parameters<typeof Receiver.of>[0]

test('Webhooks of one company do not delay those of another', async (t) => {
  const s = await startTestService(t, env)
  const sender = createSender({ allowPrivateAddresses: true, timeoutMs: 60_000 })
  t.teardown(() => sender.close())

  t.test(
    'While receivers of ten companies hang, the event of another is delivered by the next step',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      const receivers = await Promise.all(Array.from({ length: 10 }, () => hangingReceiver(t)))
      for (const { receiver } of receivers)
        await insertDeliveries(s, (await s.createCompany()).id, receiver.url, 20, 20)
      const deliverer = fixture.newDeliverer(sender)
      while ((await deliverer.step(new Date())) > 0);
      await fixture.newCall()
      await fixture.fanOut()
      t.equal(await deliverer.step(new Date()), 1)
      await waitUntil('the healthy receiver has its event', () => fixture.receiver.requests.length === 1)
      await waitUntil('it is recorded', async () => (await fixture.deliveries())[0]?.status === 'delivered')
      t.equal(await deliverer.step(new Date()), 0, 'the other companies still hold all of their slots')
      for (const { release } of receivers) release()
      await deliverer.whenIdle()
    },
  )

  t.test('Pending deliveries of one company, however many, do not delay the event of another', async (t) => {
    const fixture = await Fixture.of(t, s)
    const { receiver, release } = await hangingReceiver(t)
    const storm = await s.createCompany()
    await insertDeliveries(s, storm.id, receiver.url, 1, 20_000)
    await fixture.newCall()
    await fixture.fanOut()
    const deliverer = fixture.newDeliverer(sender)
    await deliverer.step(new Date())
    await waitUntil('the event is delivered', () => fixture.receiver.requests.length === 1)
    await waitUntil('two of the storm are in flight', () => receiver.requests.length === 2)
    const plan = await acrossCompanies(
      s.db,
      async (tx) => {
        await findDueDeliveries(tx, noWebhook)
        const { text } = queries.get('webhooks.find_due_deliveries') as { text: string }
        const values = [uuid0, uuid0, '1000', new Date().toISOString(), '10']
        return (await tx.send(`explain (analyze, buffers) ${text}`, values))
          .map((line) => line['QUERY PLAN'])
          .join('\n')
      },
      { plans: 'fresh' },
    )
    t.notMatch(plan, /Seq Scan on webhook_deliveries/)
    const buffers = Math.max(...[...String(plan).matchAll(/shared hit=(\d+)/g)].map(([, n]) => Number(n)))
    t.ok(buffers < 1_000, `a claim reads ${buffers} pages, not one for each of 20,000 deliveries`)
    release()
    await deliverer.whenIdle()
  })

  t.test('A receiver that times out gets one slot, and more again as soon as it responds', async (t) => {
    const slots = new DeliverySlots()
    const target = { company_id: 'c', webhook_id: 'w', host: 'h', is_failing: false }
    const fill = () => {
      const taken = []
      while (slots.hasRoom(target)) taken.push(slots.take(target))
      return taken
    }
    const room = (result: { duration_ms: number; is_timeout: boolean }) => {
      const taken = fill()
      for (const free of taken) free(result)
      return taken.length
    }
    const timeout = { duration_ms: 15_000, is_timeout: true }
    const quick = { duration_ms: 50, is_timeout: false }
    t.equal(room(timeout), 2)
    t.same([room(timeout), room(timeout)], [1, 1])
    t.same([room(quick), room(quick), room(quick), room(quick)], [1, 2, 8, 10])
    t.equal(room({ duration_ms: 6_000, is_timeout: false }), 10, 'slow responses halve the slots too')
    t.equal(room(quick), 1)
    const failing = { ...target, webhook_id: 'other', is_failing: true }
    slots.take(failing)
    t.notOk(slots.hasRoom(failing), 'a webhook that failed for another worker starts with one')
  })

  t.test(
    'One host gets at most 50 requests at a time, however many companies and webhooks send to it',
    async (t) => {
      const slots = new DeliverySlots()
      let taken = 0
      for (let i = 0; i < 200; i++) {
        const target = { company_id: `c${i}`, webhook_id: `w${i}`, host: 'h', is_failing: false }
        if (!slots.hasRoom(target)) continue
        slots.take(target)
        taken++
      }
      t.equal(taken, 50)
      t.ok(slots.hasRoom({ company_id: 'c0', webhook_id: 'x', host: 'other', is_failing: false }))
    },
  )

  t.test('A delivery that cannot be sent is dead with its reason, and the others are sent', async (t) => {
    const fixture = await Fixture.of(t, s)
    const calls = [await fixture.newCall(), await fixture.newCall(), await fixture.newCall()]
    await fixture.fanOut()
    await s.db.client.unsafe(
      `update webhook_deliveries set attempt_count = 2147483647 where order_key = '${calls[0]}'`,
    )
    await s.db.client.unsafe(
      `update webhook_deliveries set body = repeat('x', 2097153) where order_key = '${calls[1]}'`,
    )
    const setAside: SetAsideItem[] = []
    const onError = (error: unknown) => t.fail(String(error))
    const deliverer = new Deliverer({
      db: s.db,
      sender: fixture.sender,
      now: () => fixture.now,
      onError,
      onSetAside: (item) => setAside.push(item),
    })
    while ((await deliverer.step(fixture.now)) > 0) await deliverer.whenIdle()
    t.same(
      fixture.receiver.requests.map(({ event }) => event.call_id),
      [calls[2]],
    )
    const dead = await fixture.deliveries('&status=dead')
    t.match(dead.map(({ error }: Row) => error).sort(), [
      /A number is out of range \(22003\)/,
      /The body is larger than 2 MB/,
    ])
    t.match(
      setAside.map(({ kind, id }) => ({ kind, id })).sort((x, y) => (x.id < y.id ? -1 : 1)),
      dead.map(({ id }: Row) => ({ kind: 'delivery', id })).sort((x: Row, y: Row) => (x.id < y.id ? -1 : 1)),
    )
    t.notMatch(JSON.stringify(await fixture.deliveries()), /xxxx/, 'lists do not read bodies')
  })

  t.test('Tests of a webhook whose receiver hangs wait for each other, and too many get 503', async (t) => {
    const fixture = await Fixture.of(t, s)
    const { receiver, release } = await hangingReceiver(t)
    const { id } = await fixture.request('POST', '/api/webhooks', { url: receiver.url, event_types: ['*'] })
    const statuses: number[] = []
    const tests = Array.from({ length: 12 }, async () => {
      const { status } = await s.request('POST', `/api/webhooks/${id}/test`, fixture.company.headers, {})
      statuses.push(status)
    })
    await waitUntil('two are refused', () => statuses.length === 2)
    t.same([statuses, receiver.requests.length], [[503, 503], 2])
    receiver.respond = () => 200
    release()
    await Promise.all(tests)
    t.equal(statuses.filter((status) => status === 200).length, 10)
  })

  t.test('Concurrent requests cannot create more than 20 webhooks', async (t) => {
    const fixture = await Fixture.of(t, s)
    const create = () =>
      s.request('POST', '/api/webhooks', fixture.company.headers, {
        url: fixture.receiver.url,
        event_types: ['*'],
      })
    const statuses = (await Promise.all(Array.from({ length: 30 }, create))).map(({ status }) => status)
    t.same([statuses.filter((n) => n === 201).length, statuses.filter((n) => n === 409).length], [19, 11])
  })
})

/** Inserts deliveries of a webhook, numbered from 1, `perKey` with each order key. */
const insertKeys = (s: TestService, webhook_id: string, n: number, perKey: number, status: string) =>
  s.db.client.unsafe(`
    insert into webhook_deliveries
      (company_id, webhook_id, event_id, event_type, order_key, body, status, finished_at, next_attempt_at)
    select company_id, id, i, 'call.created', 'key ' || lpad(((i - 1) / ${perKey})::text, 6, '0'), '{}', '${status}',
      case when '${status}' = 'dead' then now() end,
      case when '${status}' = 'pending' and (i - 1) % ${perKey} = 0 then now() + interval '1 hour' end
    from webhooks, generate_series(1, ${n}) i where id = '${webhook_id}'`)

test('Work on many deliveries is done in bounded steps', async (t) => {
  const s = await startTestService(t, env)

  t.test(
    'A request resends the 1,000 oldest dead deliveries, and states whether there are more',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      await insertKeys(s, fixture.webhook.id, 2_100, 3, 'dead')
      const resend = () => fixture.request('POST', `/api/webhooks/${fixture.webhook.id}/resend`, {})
      const pending = async () =>
        (
          await s.db.client.unsafe(`
        select count(*)::int as n, max(event_id)::int as last, count(next_attempt_at)::int as due,
          count(*) filter (where next_attempt_at is not null and event_id % 3 <> 1)::int as due_early
        from webhook_deliveries where webhook_id = '${fixture.webhook.id}' and status = 'pending'`)
        )[0]
      t.same(await resend(), { resent: 1_000, has_more: true })
      t.same(await pending(), { n: 1_000, last: 1_000, due: 334, due_early: 0 })
      t.same(await resend(), { resent: 1_000, has_more: true })
      t.same(
        await pending(),
        { n: 2_000, last: 2_000, due: 667, due_early: 0 },
        'one of each order key is due',
      )
      t.same(await resend(), { resent: 100, has_more: false })
      t.same(await pending(), { n: 2_100, last: 2_100, due: 700, due_early: 0 })
      t.same(await resend(), { resent: 0, has_more: false })
    },
  )

  t.test('With exactly as many dead deliveries as one request resends, there are no more', async (t) => {
    const fixture = await Fixture.of(t, s)
    await insertKeys(s, fixture.webhook.id, 1_000, 1, 'dead')
    t.same(await fixture.request('POST', `/api/webhooks/${fixture.webhook.id}/resend`, {}), {
      resent: 1_000,
      has_more: false,
    })
  })

  t.test('Blocked deliveries are looked for in steps, in which companies have equal shares', async (t) => {
    const large = await Fixture.of(t, s)
    const company = await s.createCompany()
    const body = { url: large.receiver.url, event_types: ['*'] }
    const small = (await s.request('POST', '/api/webhooks', company.headers, body)).body
    await insertKeys(s, large.webhook.id, 3_000, 2, 'pending')
    await insertKeys(s, small.id, 2, 1, 'pending')
    const block = (webhook_id: string, key: string) =>
      s.db.client.unsafe(
        `update webhook_deliveries set next_attempt_at = null where webhook_id = '${webhook_id}' and order_key = '${key}'`,
      )
    await block(large.webhook.id, 'key 001499')
    await block(small.id, 'key 000001')
    const releaser = new BlockedDeliveryReleaser(s.db)
    const dueNow = async () =>
      (
        await s.db.client.unsafe(
          `select webhook_id, order_key, event_id::int from webhook_deliveries where next_attempt_at <= '${large.now.toISOString()}'`,
        )
      ).map((row) => ({ ...row }))
    t.equal(await releaser.step(large.now), 1, 'that of the small company')
    t.same(await dueNow(), [{ webhook_id: small.id, order_key: 'key 000001', event_id: 2 }])
    t.equal(await releaser.step(large.now), 1)
    t.match(await dueNow(), { length: 2 })
    t.ok(
      (await dueNow()).some(({ order_key, event_id }) => order_key === 'key 001499' && event_id === 2_999),
      'the first one of its key',
    )
    t.equal(await releaser.step(large.now), 0)
  })

  t.test('Looking for blocked deliveries reads one entry per order key, however many it has', async (t) => {
    const fixture = await Fixture.of(t, s)
    await insertKeys(s, fixture.webhook.id, 20_000, 5_000, 'pending')
    const plan = await acrossCompanies(
      s.db,
      async (tx) => {
        const { text } = queries.get('webhooks.release_first_deliveries_of_keys') as { text: string }
        const cursor = { company_id: fixture.company.id, webhook_id: uuid0, order_key: '' }
        const lines = await tx.send(`explain (analyze, buffers) ${text}`, [
          JSON.stringify([cursor]),
          '2000',
          fixture.now.toISOString(),
        ])
        return lines.map((line) => line['QUERY PLAN']).join('\n')
      },
      { plans: 'cached' },
    )
    t.notMatch(plan, /Seq Scan on webhook_deliveries/)
    const buffers = Math.max(...[...plan.matchAll(/shared hit=(\d+)/g)].map(([, n]) => Number(n)))
    t.ok(buffers < 200, `${buffers} pages: ${plan}`)
  })
})

const uuid0 = '00000000-0000-0000-0000-000000000000'
const noWebhook = {
  now: new Date(0),
  after_company_id: uuid0,
  after_webhook_id: uuid0,
  max_webhooks: 1,
  max_per_webhook: 1,
}
