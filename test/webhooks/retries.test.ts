import type { ServerResponse } from 'node:http'
import { test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { retryDelaySec, retryDelaysSec } from '../../src/modules/webhooks/delivery/retry-schedule.ts'
import {
  BlockedDeliveryReleaser,
  createSender,
  fanOutStep,
  pruneDeliveries,
} from '../../src/modules/webhooks/index.ts'
import { hasValidSignature, Receiver } from '../setup/receiver.ts'
import { startTestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { env, Fixture, type Row } from './fixture.ts'

test('Retries', async (t) => {
  const s = await startTestService(t, env)

  t.test(
    'A failed delivery is retried with the same id, and later events of the same call wait for it',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      const [failing, healthy] = [await fixture.newCall(), await fixture.newCall()]
      let failures = 0
      fixture.receiver.respond = ({ event }) => (event.call_id === failing && ++failures <= 2 ? 503 : 200)
      await fixture.rate(failing, 1)
      await fixture.rate(healthy, 2)
      await fixture.deliver()
      const received = () =>
        fixture.receiver.requests.map(
          ({ event }) => `${event.type} ${event.call_id === failing ? 'failing' : 'healthy'}`,
        )
      t.same(received().sort(), ['call.created failing', 'call.created healthy', 'call.updated healthy'])
      const [first, second] = (await fixture.deliveries()).filter(({ order_key: _, ...row }) => row)
      t.match(first, {
        status: 'pending',
        attempt_count: 1,
        http_status: 503,
        error: 'The receiver returned status 503.',
      })
      const wait = (Date.parse(first.next_attempt_at) - fixture.now.getTime()) / 1000
      t.ok(wait >= 4.7 && wait <= 5.3, `retried after ${wait} s`)
      t.ok(second)
      await fixture.advance(6)
      await fixture.advance(33)
      t.same(received().slice(3), ['call.created failing', 'call.created failing', 'call.updated failing'])
      const attemptsOfFirst = fixture.receiver.requests.filter(
        ({ event }) => event.type === 'call.created' && event.call_id === failing,
      )
      t.equal(new Set(attemptsOfFirst.map(({ id }) => id)).size, 1, 'the id is the same each time')
      t.equal(
        new Set(attemptsOfFirst.map(({ headers }) => headers['webhook-timestamp'])).size,
        3,
        'each attempt has its own timestamp',
      )
      t.ok(hasValidSignature(fixture.webhook.secret, fixture.receiver.requests.at(-1) as never))
      const { attempts } = await fixture.delivery(first.id)
      t.match(attempts, [
        { n: 1, http_status: 503, error: 'The receiver returned status 503.' },
        { n: 2, http_status: 503 },
        { n: 3, http_status: 200, error: null },
      ])
    },
  )

  t.test(
    'A timeout, a closed connection, a redirect and an error status are distinguished in the log',
    async (t) => {
      const fixture = await Fixture.of(t, s, ['*'], 1_000)
      const heldReplies: ServerResponse[] = []
      const failures: [(reply: ServerResponse) => unknown, RegExp][] = [
        [(reply) => heldReplies.push(reply) && undefined, /did not respond in time/],
        [(reply) => void reply.socket?.destroy(), /closed the connection/],
        [(reply) => void reply.socket?.end('HTTP/1.1 200 O'), /closed|failed/],
        [(reply) => void reply.writeHead(302, { location: 'http://169.254.169.254/' }).end(), /redirect/],
        [() => 404, /status 404/],
      ]
      await fixture.newCall()
      let wait = 0
      for (const [i, [fail, error]] of failures.entries()) {
        fixture.receiver.respond = (_, reply) => fail(reply)
        await fixture.advance(wait)
        wait = (retryDelaysSec[i] ?? 0) * 1.1
        const [row] = await fixture.deliveries()
        t.match(row, { status: 'pending', attempt_count: i + 1, error }, String(error))
      }
      fixture.receiver.respond = () => 200
      await fixture.advance(wait)
      t.match(await fixture.deliveries(), [{ status: 'delivered', attempt_count: 6, error: null }])
      t.equal(new Set(fixture.receiver.ids).size, 1)
      const unreachable = { url: 'http://127.0.0.1:1/', event_types: ['*'] }
      const { id } = await fixture.request('POST', '/api/webhooks', unreachable)
      t.match(await fixture.request('POST', `/api/webhooks/${id}/test`, {}), {
        error: 'The connection was refused.',
      })
      for (const reply of heldReplies) reply.destroy()
    },
  )

  t.test('A response that is cut off after its status line counts as delivered', async (t) => {
    const fixture = await Fixture.of(t, s)
    fixture.receiver.respond = (_, reply) => {
      reply.writeHead(200, { 'content-length': '1000' }).flushHeaders()
      setImmediate(() => reply.destroy())
    }
    await fixture.newCall()
    await fixture.deliver()
    t.match(await fixture.deliveries(), [{ status: 'delivered', http_status: 200 }])
  })

  t.test('Retry-After is respected, up to one hour', async (t) => {
    const fixture = await Fixture.of(t, s)
    await fixture.newCall()
    const waits: number[] = []
    for (const retryAfter of [
      '120',
      new Date(fixture.now.getTime() + 700_000).toUTCString(),
      '999999',
      'nonsense',
    ]) {
      fixture.receiver.respond = (_, reply) => void reply.writeHead(429, { 'retry-after': retryAfter }).end()
      await fixture.advance(waits.at(-1) ?? 0)
      const [row] = await fixture.deliveries()
      waits.push(Math.ceil((Date.parse(row.next_attempt_at) - fixture.now.getTime()) / 1000))
    }
    t.equal(waits[0], 120)
    t.ok(Math.abs((waits[1] ?? 0) - 580) <= 2, `${waits[1]}`)
    t.equal(waits[2], 3600)
    t.ok(Math.abs((waits[3] ?? 0) - 600) <= 31, `${waits[3]}`)
  })

  t.test('A delivery is dead after eleven attempts in 24 h, and can be resent', async (t) => {
    const totalSec = retryDelaysSec.reduce((total, delay) => total + delay, 0)
    t.equal(totalSec, 86_400)
    t.equal(retryDelaySec(retryDelaysSec.length + 1, undefined, 0), undefined)
    const fixture = await Fixture.of(t, s)
    const call = await fixture.newCall()
    await fixture.rate(call, 1)
    fixture.receiver.respond = ({ event }) => (event.type === 'call.created' ? 500 : 200)
    await fixture.deliver()
    for (const delay of retryDelaysSec) {
      t.notOk(fixture.receiver.types.includes('call.updated'))
      // Other events succeed, so that the webhook is not disabled.
      await fixture.advance(delay * 1.05)
      await fixture.request('POST', '/api/campaigns', await newCampaignBody(fixture))
      await fixture.deliver()
    }
    t.equal(fixture.receiver.types.filter((type) => type === 'call.created').length, 11)
    t.equal(
      fixture.receiver.types.filter((type) => type === 'call.updated').length,
      1,
      'the event that waited for it is sent then',
    )
    const [dead] = await fixture.deliveries('&status=dead')
    t.match(dead, {
      event_type: 'call.created',
      attempt_count: 11,
      error: 'The receiver returned status 500.',
      next_attempt_at: null,
    })
    await fixture.advance(86_400)
    t.equal(fixture.receiver.types.filter((type) => type === 'call.created').length, 11)

    fixture.receiver.respond = () => 200
    const path = `/api/webhooks/${fixture.webhook.id}/deliveries/${dead.id}/resend`
    t.match(await fixture.request('POST', path, {}), { id: dead.id, status: 'pending', finished_at: null })
    const secondResend = await s.request('POST', path, fixture.company.headers, {})
    t.match(secondResend, { status: 409, body: { code: 'delivery_pending' } })
    await fixture.advance(1)
    t.match(await fixture.delivery(dead.id), { status: 'delivered', attempt_count: 12 })
    t.equal(fixture.receiver.requests.at(-1)?.id, dead.id)
  })

  t.test('Resending all dead deliveries keeps their order', async (t) => {
    const fixture = await Fixture.of(t, s)
    const call = await fixture.newCall()
    for (let rating = 1; rating <= 4; rating++) await fixture.rate(call, rating)
    await fixture.fanOut()
    await s.db.client.unsafe(
      `update webhook_deliveries set status = 'dead', finished_at = now(), next_attempt_at = null`,
    )
    t.match(await fixture.request('POST', `/api/webhooks/${fixture.webhook.id}/resend`, {}), {
      resent: 5,
      has_more: false,
    })
    await fixture.advance(1)
    t.same(
      fixture.receiver.requests.map(({ event }) => event.event_id),
      (await fixture.deliveries()).map(({ event_id }) => event_id).sort((x, y) => x - y),
    )
  })

  t.test('A webhook without a success for 24 h is disabled, and webhook.disabled is emitted', async (t) => {
    const fixture = await Fixture.of(t, s)
    fixture.receiver.respond = () => 500
    for (let hours = 0; hours <= 25; hours++) {
      await fixture.newCall()
      await fixture.advance(3600)
    }
    const disabled = await fixture.request('GET', `/api/webhooks/${fixture.webhook.id}`)
    t.match(disabled, { is_enabled: false, disabled_at: /^20/, disabled_reason: /for 24 hours.*status 500/ })
    await s.events.step()
    const { items } = await fixture.request('GET', '/api/events?types=webhook.disabled')
    t.match(items, [{ data: { webhook_id: fixture.webhook.id, reason: disabled.disabled_reason } }])
    const countBefore = fixture.receiver.requests.length
    await fixture.advance(86_400)
    t.equal(fixture.receiver.requests.length, countBefore, 'nothing is sent to it')
    fixture.receiver.respond = () => 200
    const enabled = await fixture.request('PATCH', `/api/webhooks/${fixture.webhook.id}`, {
      is_enabled: true,
    })
    t.match(enabled, { is_enabled: true, disabled_at: null, disabled_reason: null, failing_since: null })
    await fixture.advance(86_400)
    await fixture.request('POST', `/api/webhooks/${fixture.webhook.id}/resend`, {})
    await fixture.advance(1)
    const created = fixture.receiver.requests
      .slice(countBefore)
      .filter(({ event }) => event.type === 'call.created')
    t.equal(
      new Set(created.map(({ id }) => id)).size,
      26,
      'after it is enabled again, it receives all events',
    )
  })

  t.test('A webhook whose receiver returns 410 is disabled after that attempt', async (t) => {
    const fixture = await Fixture.of(t, s)
    const otherReceiver = await Receiver.of(t)
    await fixture.request('POST', '/api/webhooks', {
      url: otherReceiver.url,
      event_types: ['webhook.disabled'],
    })
    fixture.receiver.respond = () => 410
    await fixture.newCall()
    await fixture.advance(1)
    t.match(await fixture.request('GET', `/api/webhooks/${fixture.webhook.id}`), {
      is_enabled: false,
      disabled_reason: /410/,
    })
    await fixture.advance(1)
    t.match(otherReceiver.requests[0]?.event, {
      type: 'webhook.disabled',
      data: { webhook_id: fixture.webhook.id },
    })
  })
})

async function newCampaignBody(fixture: Fixture): Promise<object> {
  const { items } = await fixture.request('GET', '/api/skillbases?limit=1')
  const skillbase =
    items[0] ??
    (await fixture.request('POST', '/api/skillbases', { name: 'Bot', slug: 'bot', config: exampleConfig }))
  return { name: 'C', skillbase_id: skillbase.id }
}

test('Several workers, and workers that die', async (t) => {
  const s = await startTestService(t, env)

  t.test('With several workers each event is delivered once and in order', async (t) => {
    const fixture = await Fixture.of(t, s)
    const calls = await Promise.all(Array.from({ length: 12 }, () => fixture.newCall()))
    for (let rating = 1; rating <= 4; rating++)
      await Promise.all(calls.map((call) => fixture.rate(call, rating)))
    const deliverers = [fixture.newDeliverer(), fixture.newDeliverer(), fixture.newDeliverer()]
    for (let round = 0; round < 60; round++) {
      await s.events.step()
      const steps = deliverers.flatMap((deliverer) => [
        fanOutStep(s.db, fixture.now),
        deliverer.step(fixture.now),
      ])
      await Promise.all(steps)
      await Promise.all(deliverers.map((deliverer) => deliverer.whenIdle()))
    }
    t.equal(fixture.receiver.requests.length, 60)
    t.equal(new Set(fixture.receiver.ids).size, 60)
    for (const call of calls) {
      const requestsOfCall = fixture.receiver.requests.filter(({ event }) => event.call_id === call)
      const ids = requestsOfCall.map(({ event }) => event.event_id)
      t.same(
        ids,
        [...ids].sort((x, y) => x - y),
      )
    }
  })

  t.test('A delivery whose worker died is sent by another worker after the lease expires', async (t) => {
    const fixture = await Fixture.of(t, s)
    await fixture.newCall()
    await fixture.fanOut()
    const deadWorker = fixture.newDeliverer({
      send: () => new Promise(() => undefined),
      close: async () => undefined,
    })
    t.equal(await deadWorker.step(fixture.now), 1)
    t.equal(await fixture.deliverer.step(fixture.now), 0, 'not before the lease expires')
    await fixture.advance(61)
    t.match(await fixture.deliveries(), [{ status: 'delivered', attempt_count: 2 }])
    t.equal(fixture.receiver.requests.length, 1)
  })

  t.test(
    'A response that arrives after another worker delivered only adds an attempt to the log',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      await fixture.newCall()
      await fixture.fanOut()
      let respond: (result: Row) => void = () => undefined
      const slowWorker = fixture.newDeliverer({
        send: () => new Promise((resolve) => (respond = resolve)),
        close: async () => undefined,
      })
      await slowWorker.step(fixture.now)
      await fixture.advance(61)
      respond({
        http_status: 500,
        error: 'The receiver returned status 500.',
        duration_ms: 70_000,
        retry_after: undefined,
      })
      await slowWorker.whenIdle()
      const [row] = await fixture.deliveries()
      t.match(row, { status: 'delivered', attempt_count: 2, error: null })
      t.match((await fixture.delivery(row.id)).attempts, [
        { n: 1, error: 'The receiver returned status 500.' },
        { n: 2, error: null },
      ])
    },
  )

  t.test('A receiver that does not respond does not delay others', async (t) => {
    const fixture = await Fixture.of(t, s)
    const healthy = await Receiver.of(t)
    await fixture.request('POST', '/api/webhooks', { url: healthy.url, event_types: ['*'] })
    const heldReplies: ServerResponse[] = []
    fixture.receiver.respond = (_, reply) => heldReplies.push(reply) && undefined
    await Promise.all(Array.from({ length: 40 }, () => fixture.newCall()))
    await fixture.fanOut()
    const sender = createSender({ allowPrivateAddresses: true, timeoutMs: 60_000 })
    t.teardown(() => sender.close())
    const deliverer = fixture.newDeliverer(sender)
    await waitUntil('the healthy receiver has all requests', async () => {
      await deliverer.step(fixture.now)
      return healthy.requests.length >= 40
    })
    t.same(
      [healthy.requests.length, fixture.receiver.requests.length],
      [40, 2],
      'a webhook that has not responded yet gets two requests in flight',
    )
    for (const reply of heldReplies) reply.destroy()
    await deliverer.whenIdle()
  })

  t.test('A delivery that waits for a deleted one is released', async (t) => {
    const fixture = await Fixture.of(t, s)
    const call = await fixture.newCall()
    await fixture.rate(call, 3)
    await fixture.fanOut()
    await s.db.client.unsafe(`delete from webhook_deliveries where event_type = 'call.created'`)
    await fixture.deliver()
    t.equal(fixture.receiver.requests.length, 0)
    t.equal(await new BlockedDeliveryReleaser(s.db).step(fixture.now), 1)
    await fixture.deliver()
    t.same(fixture.receiver.types, ['call.updated'])
  })

  t.test('Deliveries are stored for 30 days after they finished', async (t) => {
    const fixture = await Fixture.of(t, s)
    await fixture.newCall()
    await fixture.deliver()
    t.equal(await pruneDeliveries(s.db, new Date(fixture.now.getTime() + 29 * 86_400_000)), 0)
    t.equal(await pruneDeliveries(s.db, new Date(fixture.now.getTime() + 31 * 86_400_000)), 1)
    t.same(await fixture.deliveries(), [])
  })
})
