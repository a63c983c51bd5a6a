import type { ServerResponse } from 'node:http'
import { type Test, test } from 'tap'
import {
  isPublicAddress,
  PrivateAddressError,
  publicLookup,
} from '../src/modules/webhooks/delivery/public-addresses.ts'
import { retryDelaySec, retryDelaysSec } from '../src/modules/webhooks/delivery/retry-schedule.ts'
import {
  createSender,
  Deliverer,
  fanOutStep,
  pruneDeliveries,
  releaseBlockedDeliveries,
  type Sender,
} from '../src/modules/webhooks/index.ts'
import { hasValidSignature, Receiver } from './setup/receiver.ts'
import { startTestService, type TestCompany, type TestService } from './setup/service.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test reads what came, whatever it is.
type Row = any

/** A company with a receiver, and the worker that tells it, stepped by hand. */
class Bench {
  readonly s: TestService
  readonly company: TestCompany
  readonly receiver: Receiver
  readonly sender: Sender
  readonly deliverer: Deliverer
  now = new Date()
  webhook: Row
  private readonly t: Test

  private constructor(t: Test, s: TestService, company: TestCompany, receiver: Receiver, timeoutMs: number) {
    this.t = t
    this.s = s
    this.company = company
    this.receiver = receiver
    this.sender = createSender({ toPrivate: true, timeoutMs })
    this.deliverer = this.another()
  }

  static async of(t: Test, s: TestService, event_types = ['*'], timeoutMs = 20_000): Promise<Bench> {
    // What other tests left is not told while this one's clock runs ahead.
    await s.db.client.unsafe('delete from webhooks')
    const bench = new Bench(t, s, await s.createCompany(), await Receiver.of(t), timeoutMs)
    bench.webhook = await bench.make('POST', '/api/webhooks', { url: bench.receiver.url, event_types })
    t.teardown(async () => {
      await bench.deliverer.whenIdle()
      await bench.sender.close()
    })
    return bench
  }

  another(sender = this.sender): Deliverer {
    const onFault = (error: unknown) => this.t.fail(String(error))
    return new Deliverer({ db: this.s.db, sender, now: () => this.now, onError: onFault })
  }

  async make(method: string, path: string, body?: unknown): Promise<Row> {
    const answer = await this.s.request(method, path, this.company.headers, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  newCall = async (): Promise<string> =>
    (await this.make('POST', '/api/calls', { direction: 'inbound', caller_number: '+79995550000' })).id

  rate = (call: string, rating: number) => this.make('POST', `/api/calls/${call}/rate`, { rating })

  /** Events get their places, and webhooks their deliveries. */
  async fanOut(): Promise<void> {
    await this.s.events.step()
    while ((await fanOutStep(this.s.db, this.now)) > 0) await this.s.events.step()
  }

  /** All that is due is sent, and what becomes due by that. */
  async deliver(): Promise<void> {
    await this.fanOut()
    while ((await this.deliverer.step(this.now)) > 0) await this.deliverer.whenIdle()
  }

  async later(seconds: number): Promise<void> {
    this.now = new Date(this.now.getTime() + seconds * 1000)
    await this.deliver()
  }

  deliveries = async (query = ''): Promise<Row[]> =>
    (await this.make('GET', `/api/webhooks/${this.webhook.id}/deliveries?limit=200${query}`)).items.reverse()

  whole = (id: string): Promise<Row> => this.make('GET', `/api/webhooks/${this.webhook.id}/deliveries/${id}`)
}

const env = { WEBHOOKS_TO_PRIVATE: 'true' }

test('what a receiver is told, and how it knows that it is from us', async (t) => {
  const s = await startTestService(t, env)

  t.test('every event but turns, each signed, with an id of its own, in order', async (t) => {
    const b = await Bench.of(t, s)
    const call = await b.newCall()
    await b.make('POST', `/api/calls/${call}/turns`, { turns: [{ turn_index: 0, role: 'user' }] })
    await b.make('POST', `/api/calls/${call}/complete`, { outcome: 'success' })
    await b.deliver()
    t.same(b.receiver.types, ['call.created', 'call.ended', 'call.metrics'])
    t.equal(new Set(b.receiver.ids).size, 3)
    t.ok(b.receiver.requests.every((heard) => hasValidSignature(b.webhook.secret, heard)))
    const { items } = await b.make('GET', '/api/events')
    const ended = items.find((event: Row) => event.type === 'call.ended')
    t.match(b.receiver.requests[1]?.event, {
      ...{ type: 'call.ended', event_id: ended.id, timestamp: ended.at, company_id: b.company.id },
      ...{ call_id: call, data: { call: { id: call, status: 'completed', outcome: 'success' } } },
    })
    t.match(b.receiver.requests[0]?.headers, {
      'content-type': 'application/json',
      'user-agent': /new-voice/,
      'webhook-timestamp': /^\d{10}$/,
      'webhook-signature': /^v1,/,
    })
    const log = await b.deliveries()
    t.match(
      log.map(({ id, status, http_status, attempt_count }) => ({ id, status, http_status, attempt_count })),
      b.receiver.ids.map((id) => ({ id, status: 'delivered', http_status: 200, attempt_count: 1 })),
    )
    t.match((await b.whole(log[0].id)).attempts, [
      { n: 1, http_status: 200, error: null, duration_ms: Number },
    ])
    await b.later(3600)
    t.equal(b.receiver.requests.length, 3, 'and nothing twice')
  })

  t.test('the types that were asked for alone, turns too; of what happened after it was made', async (t) => {
    const b = await Bench.of(t, s, ['call.turns', 'campaign.created'])
    const early = await b.newCall()
    await b.make('PATCH', `/api/webhooks/${b.webhook.id}`, { event_types: ['call.turns'] })
    await b.make('POST', `/api/calls/${early}/turns`, {
      turns: [{ turn_index: 0, role: 'user', content: 'Hello' }],
    })
    await b.deliver()
    t.match(
      b.receiver.requests.map(({ event }) => event),
      [{ type: 'call.turns', data: { turns: [{ turn_index: 0, content: 'Hello' }] } }],
    )
    const late = await Receiver.of(t)
    await b.make('POST', '/api/webhooks', { url: late.url, event_types: ['*', 'call.turns'] })
    await b.newCall()
    await b.deliver()
    t.same(late.types, ['call.created'])
  })

  t.test('what was changed on its way, or is old, is not genuine', async (t) => {
    const b = await Bench.of(t, s)
    await b.newCall()
    await b.deliver()
    const [heard] = b.receiver.requests
    if (heard === undefined) throw new Error('nothing was heard')
    t.ok(hasValidSignature(b.webhook.secret, heard))
    t.notOk(
      hasValidSignature(b.webhook.secret, { ...heard, body: heard.body.replace('inbound', 'outbound') }),
    )
    t.notOk(
      hasValidSignature(b.webhook.secret, { ...heard, headers: { ...heard.headers, 'webhook-id': 'x' } }),
    )
    t.notOk(hasValidSignature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', heard))
    const shown = JSON.stringify([await b.make('GET', '/api/webhooks'), await b.deliveries(), s.logLines])
    t.notOk(shown.includes(b.webhook.secret), 'the secret is shown once')
  })

  t.test('a new secret signs at once, and the old one beside it for a day', async (t) => {
    const b = await Bench.of(t, s)
    const old = b.webhook.secret
    const { secret } = await b.make('POST', `/api/webhooks/${b.webhook.id}/rotate-secret`, {})
    t.not(secret, old)
    await b.newCall()
    await b.deliver()
    t.same(
      [old, secret].map((one) => hasValidSignature(one, b.receiver.requests[0] as never)),
      [true, true],
    )
    b.now = new Date(b.now.getTime() + 86_400_000 + 60_000)
    await b.newCall()
    await b.deliver()
    t.match(b.receiver.requests[1]?.headers['webhook-signature'], /^v1,\S+$/, 'one signature')
  })

  t.test('a test says at once what came of it, is tried once, and harms nothing', async (t) => {
    const b = await Bench.of(t, s)
    const test = () => b.make('POST', `/api/webhooks/${b.webhook.id}/test`, {})
    t.match(await test(), {
      event_type: 'webhook.test',
      status: 'delivered',
      http_status: 200,
      event_id: null,
    })
    t.match(b.receiver.requests[0]?.event, { type: 'webhook.test', data: { webhook_id: b.webhook.id } })
    t.ok(hasValidSignature(b.webhook.secret, b.receiver.requests[0] as never))
    b.receiver.respond = () => 500
    t.match(await test(), {
      ...{ status: 'dead', http_status: 500, error: 'answered 500', next_attempt_at: null },
      attempts: [{ n: 1, http_status: 500 }],
    })
    b.receiver.respond = () => 410
    await test()
    await b.later(86_400)
    t.equal(b.receiver.requests.length, 3)
    t.match(await b.make('GET', `/api/webhooks/${b.webhook.id}`), { is_enabled: true, failing_since: null })
  })

  t.test('a webhook that is switched off waits, and goes on where it stopped', async (t) => {
    const b = await Bench.of(t, s)
    const path = `/api/webhooks/${b.webhook.id}`
    await b.newCall()
    await b.deliver()
    await b.make('PATCH', path, { is_enabled: false })
    const [one, two] = [await b.newCall(), await b.newCall()]
    await b.later(60)
    t.equal(b.receiver.requests.length, 1)
    await b.make('PATCH', path, { is_enabled: true })
    await b.later(1)
    t.same(
      b.receiver.requests.slice(1).map(({ event }) => event.call_id),
      [one, two],
    )
    await b.make('DELETE', path)
    await b.newCall()
    await b.later(60)
    t.equal(b.receiver.requests.length, 3)
  })

  t.test('a company has 20 webhooks at most', async (t) => {
    const b = await Bench.of(t, s)
    const body = { url: 'https://crm.example.com/x', event_types: ['*'] }
    for (let i = 1; i < 20; i++) await b.make('POST', '/api/webhooks', body)
    const refused = await s.request('POST', '/api/webhooks', b.company.headers, body)
    t.match(refused, { status: 409, body: { code: 'too_many_webhooks' } })
  })
})

test('a receiver that fails is told again: the same id, in order, and for a day', async (t) => {
  const s = await startTestService(t, env)

  t.test('what failed comes again by itself, and what follows of the same call waits for it', async (t) => {
    const b = await Bench.of(t, s)
    const [sick, well] = [await b.newCall(), await b.newCall()]
    let failures = 0
    b.receiver.respond = ({ event }) => (event.call_id === sick && ++failures <= 2 ? 503 : 200)
    await b.rate(sick, 1)
    await b.rate(well, 2)
    await b.deliver()
    const told = () =>
      b.receiver.requests.map(({ event }) => `${event.type} ${event.call_id === sick ? 'sick' : 'well'}`)
    t.same(told().sort(), ['call.created sick', 'call.created well', 'call.updated well'])
    const [first, second] = (await b.deliveries()).filter(({ order_key: _, ...row }) => row)
    t.match(first, { status: 'pending', attempt_count: 1, http_status: 503, error: 'answered 503' })
    const wait = (Date.parse(first.next_attempt_at) - b.now.getTime()) / 1000
    t.ok(wait >= 4.7 && wait <= 5.3, `again after ${wait} s`)
    t.ok(second)
    await b.later(6)
    await b.later(33)
    t.same(told().slice(3), ['call.created sick', 'call.created sick', 'call.updated sick'])
    const ids = b.receiver.requests.filter(
      ({ event }) => event.type === 'call.created' && event.call_id === sick,
    )
    t.equal(new Set(ids.map(({ id }) => id)).size, 1, 'the id is the same each time')
    t.equal(new Set(ids.map(({ headers }) => headers['webhook-timestamp'])).size, 3, 'each is signed anew')
    t.ok(b.receiver.requests.at(-1) && isGenuineAt(b, b.receiver.requests.at(-1)))
    const { attempts } = await b.whole(first.id)
    t.match(attempts, [
      { n: 1, http_status: 503, error: 'answered 503' },
      { n: 2, http_status: 503 },
      { n: 3, http_status: 200, error: null },
    ])
  })

  t.test('hanging, closing early and being away are failures, told apart in the log', async (t) => {
    const b = await Bench.of(t, s, ['*'], 1_000)
    const held: ServerResponse[] = []
    const ways: [(reply: ServerResponse) => unknown, RegExp][] = [
      [(reply) => held.push(reply) && undefined, /no answer in time/],
      [(reply) => void reply.socket?.destroy(), /connection was cut/],
      [(reply) => void reply.socket?.end('HTTP/1.1 200 O'), /cut|failed/],
      [(reply) => void reply.writeHead(302, { location: 'http://169.254.169.254/' }).end(), /redirect/],
      [() => 404, /answered 404/],
    ]
    await b.newCall()
    let wait = 0
    for (const [i, [way, error]] of ways.entries()) {
      b.receiver.respond = (_, reply) => way(reply)
      await b.later(wait)
      wait = (retryDelaysSec[i] ?? 0) * 1.1
      const [row] = await b.deliveries()
      t.match(row, { status: 'pending', attempt_count: i + 1, error }, String(error))
    }
    b.receiver.respond = () => 200
    await b.later(wait)
    t.match(await b.deliveries(), [{ status: 'delivered', attempt_count: 6, error: null }])
    t.equal(new Set(b.receiver.ids).size, 1)
    const away = { url: 'http://127.0.0.1:1/', event_types: ['*'] }
    const { id } = await b.make('POST', '/api/webhooks', away)
    t.match(await b.make('POST', `/api/webhooks/${id}/test`, {}), { error: 'the connection was refused' })
    for (const one of held) one.destroy()
  })

  t.test('an answer that is broken off after its status counts: it was told', async (t) => {
    const b = await Bench.of(t, s)
    b.receiver.respond = (_, reply) => {
      reply.writeHead(200, { 'content-length': '1000' }).flushHeaders()
      setImmediate(() => reply.destroy())
    }
    await b.newCall()
    await b.deliver()
    t.match(await b.deliveries(), [{ status: 'delivered', http_status: 200 }])
  })

  t.test('Retry-After is kept to, for an hour at most', async (t) => {
    const b = await Bench.of(t, s)
    await b.newCall()
    const waits: number[] = []
    for (const after of ['120', new Date(b.now.getTime() + 700_000).toUTCString(), '999999', 'nonsense']) {
      b.receiver.respond = (_, reply) => void reply.writeHead(429, { 'retry-after': after }).end()
      await b.later(waits.at(-1) ?? 0)
      const [row] = await b.deliveries()
      waits.push(Math.ceil((Date.parse(row.next_attempt_at) - b.now.getTime()) / 1000))
    }
    t.equal(waits[0], 120)
    t.ok(Math.abs((waits[1] ?? 0) - 580) <= 2, `${waits[1]}`)
    t.equal(waits[2], 3600)
    t.ok(Math.abs((waits[3] ?? 0) - 600) <= 31, `${waits[3]}`)
  })

  t.test('eleven attempts over a day, then it is dead; it can be sent again, and so can all', async (t) => {
    const sum = retryDelaysSec.reduce((all, one) => all + one, 0)
    t.equal(sum, 86_400)
    t.equal(retryDelaySec(retryDelaysSec.length + 1, undefined, 0), undefined)
    const b = await Bench.of(t, s)
    const call = await b.newCall()
    await b.rate(call, 1)
    b.receiver.respond = ({ event }) => (event.type === 'call.created' ? 500 : 200)
    await b.deliver()
    for (const delay of retryDelaysSec) {
      t.notOk(b.receiver.types.includes('call.updated'))
      // Something else is told meanwhile: a receiver that takes anything is not switched off.
      await b.later(delay * 1.05)
      await b.make('POST', '/api/campaigns', await campaignOf(b))
      await b.deliver()
    }
    t.equal(b.receiver.types.filter((type) => type === 'call.created').length, 11)
    t.equal(
      b.receiver.types.filter((type) => type === 'call.updated').length,
      1,
      'what waited for it is told then',
    )
    const [dead] = await b.deliveries('&status=dead')
    t.match(dead, {
      event_type: 'call.created',
      attempt_count: 11,
      error: 'answered 500',
      next_attempt_at: null,
    })
    await b.later(86_400)
    t.equal(b.receiver.types.filter((type) => type === 'call.created').length, 11)

    b.receiver.respond = () => 200
    const path = `/api/webhooks/${b.webhook.id}/deliveries/${dead.id}/resend`
    t.match(await b.make('POST', path, {}), { id: dead.id, status: 'pending', finished_at: null })
    const again = await s.request('POST', path, b.company.headers, {})
    t.match(again, { status: 409, body: { code: 'delivery_pending' } })
    await b.later(1)
    t.match(await b.whole(dead.id), { status: 'delivered', attempt_count: 12 })
    t.equal(b.receiver.requests.at(-1)?.id, dead.id)
  })

  t.test('all that is dead is sent again in its order', async (t) => {
    const b = await Bench.of(t, s)
    const call = await b.newCall()
    for (let rating = 1; rating <= 4; rating++) await b.rate(call, rating)
    await b.fanOut()
    await s.db.client.unsafe(
      `update webhook_deliveries set status = 'dead', finished_at = now(), next_attempt_at = null`,
    )
    t.match(await b.make('POST', `/api/webhooks/${b.webhook.id}/resend`, {}), { resent: 5 })
    await b.later(1)
    t.same(
      b.receiver.requests.map(({ event }) => event.event_id),
      (await b.deliveries()).map(({ event_id }) => event_id).sort((x, y) => x - y),
    )
  })

  t.test('a receiver that nothing reaches for a day is switched off, and somebody is told', async (t) => {
    const b = await Bench.of(t, s)
    b.receiver.respond = () => 500
    for (let hours = 0; hours <= 25; hours++) {
      await b.newCall()
      await b.later(3600)
    }
    const off = await b.make('GET', `/api/webhooks/${b.webhook.id}`)
    t.match(off, { is_enabled: false, disabled_at: /^20/, disabled_reason: /for a day.*answered 500/ })
    await s.events.step()
    const { items } = await b.make('GET', '/api/events?types=webhook.disabled')
    t.match(items, [{ data: { webhook_id: b.webhook.id, reason: off.disabled_reason } }])
    const heard = b.receiver.requests.length
    await b.later(86_400)
    t.equal(b.receiver.requests.length, heard, 'nothing is sent to it')
    b.receiver.respond = () => 200
    const on = await b.make('PATCH', `/api/webhooks/${b.webhook.id}`, { is_enabled: true })
    t.match(on, { is_enabled: true, disabled_at: null, disabled_reason: null, failing_since: null })
    await b.later(86_400)
    await b.make('POST', `/api/webhooks/${b.webhook.id}/resend`, {})
    await b.later(1)
    const created = b.receiver.requests.slice(heard).filter(({ event }) => event.type === 'call.created')
    t.equal(new Set(created.map(({ id }) => id)).size, 26, 'and switched on again it is told all')
  })

  t.test('a receiver that says 410 is switched off at once', async (t) => {
    const b = await Bench.of(t, s)
    const other = await Receiver.of(t)
    await b.make('POST', '/api/webhooks', { url: other.url, event_types: ['webhook.disabled'] })
    b.receiver.respond = () => 410
    await b.newCall()
    await b.later(1)
    t.match(await b.make('GET', `/api/webhooks/${b.webhook.id}`), {
      is_enabled: false,
      disabled_reason: /410/,
    })
    await b.later(1)
    t.match(other.requests[0]?.event, { type: 'webhook.disabled', data: { webhook_id: b.webhook.id } })
  })
})

/** As the library, at the clock of the bench: it takes nothing that is more than five minutes off. */
const isGenuineAt = (b: Bench, heard: Parameters<typeof hasValidSignature>[1] | undefined) =>
  heard !== undefined && hasValidSignature(b.webhook.secret, heard)

async function campaignOf(b: Bench): Promise<object> {
  const { items } = await b.make('GET', '/api/skillbases?limit=1')
  const found =
    items[0] ??
    (await b.make('POST', '/api/skillbases', {
      ...{
        name: 'Bot',
        slug: 'bot',
        config: (await import('../src/modules/skillbases/index.ts')).exampleConfig,
      },
    }))
  return { name: 'C', skillbase_id: found.id }
}

test('several workers, and those that die', async (t) => {
  const s = await startTestService(t, env)

  t.test('however many fan out and deliver at once, each event is told once and in order', async (t) => {
    const b = await Bench.of(t, s)
    const calls = await Promise.all(Array.from({ length: 12 }, () => b.newCall()))
    for (let rating = 1; rating <= 4; rating++) await Promise.all(calls.map((call) => b.rate(call, rating)))
    const deliverers = [b.another(), b.another(), b.another()]
    for (let round = 0; round < 60; round++) {
      await s.events.step()
      const steps = deliverers.flatMap((one) => [fanOutStep(s.db, b.now), one.step(b.now)])
      await Promise.all(steps)
      await Promise.all(deliverers.map((one) => one.whenIdle()))
    }
    t.equal(b.receiver.requests.length, 60)
    t.equal(new Set(b.receiver.ids).size, 60)
    for (const call of calls) {
      const told = b.receiver.requests.filter(({ event }) => event.call_id === call)
      const ids = told.map(({ event }) => event.event_id)
      t.same(
        ids,
        [...ids].sort((x, y) => x - y),
      )
    }
  })

  t.test('what a worker took and died with is sent again by another, under the same id', async (t) => {
    const b = await Bench.of(t, s)
    await b.newCall()
    await b.fanOut()
    const dead = b.another({ send: () => new Promise(() => undefined), close: async () => undefined })
    t.equal(await dead.step(b.now), 1)
    t.equal(await b.deliverer.step(b.now), 0, 'not while it may live')
    await b.later(61)
    t.match(await b.deliveries(), [{ status: 'delivered', attempt_count: 2 }])
    t.equal(b.receiver.requests.length, 1)
  })

  t.test('an answer that comes when another has told it already changes nothing but the log', async (t) => {
    const b = await Bench.of(t, s)
    await b.newCall()
    await b.fanOut()
    let answer: (sent: Row) => void = () => undefined
    const slow = b.another({
      send: () => new Promise((resolve) => (answer = resolve)),
      close: async () => undefined,
    })
    await slow.step(b.now)
    await b.later(61)
    answer({ http_status: 500, error: 'answered 500', duration_ms: 70_000, retry_after: undefined })
    await slow.whenIdle()
    const [row] = await b.deliveries()
    t.match(row, { status: 'delivered', attempt_count: 2, error: null })
    t.match((await b.whole(row.id)).attempts, [
      { n: 1, error: 'answered 500' },
      { n: 2, error: null },
    ])
  })

  t.test('one receiver that hangs keeps no other waiting', async (t) => {
    const b = await Bench.of(t, s)
    const well = await Receiver.of(t)
    await b.make('POST', '/api/webhooks', { url: well.url, event_types: ['*'] })
    const held: ServerResponse[] = []
    b.receiver.respond = (_, reply) => held.push(reply) && undefined
    await Promise.all(Array.from({ length: 40 }, () => b.newCall()))
    await b.fanOut()
    const sender = createSender({ toPrivate: true, timeoutMs: 60_000 })
    t.teardown(() => sender.close())
    const deliverer = b.another(sender)
    const limit = performance.now() + 10_000
    while (well.requests.length < 40 && performance.now() < limit) await deliverer.step(b.now)
    t.same([well.requests.length, b.receiver.requests.length], [40, 10], 'ten of one at once, at most')
    for (const reply of held) reply.destroy()
    await deliverer.whenIdle()
  })

  t.test('what waits for a delivery that is gone is woken', async (t) => {
    const b = await Bench.of(t, s)
    const call = await b.newCall()
    await b.rate(call, 3)
    await b.fanOut()
    await s.db.client.unsafe(`delete from webhook_deliveries where event_type = 'call.created'`)
    await b.deliver()
    t.equal(b.receiver.requests.length, 0)
    t.equal(await releaseBlockedDeliveries(s.db, b.now), 1)
    await b.deliver()
    t.same(b.receiver.types, ['call.updated'])
  })

  t.test('the log is kept for 30 days after a delivery ended', async (t) => {
    const b = await Bench.of(t, s)
    await b.newCall()
    await b.deliver()
    t.equal(await pruneDeliveries(s.db, new Date(b.now.getTime() + 29 * 86_400_000)), 0)
    t.equal(await pruneDeliveries(s.db, new Date(b.now.getTime() + 31 * 86_400_000)), 1)
    t.same(await b.deliveries(), [])
  })
})

test('webhooks reach into no private network', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()

  t.test('such an address is refused when it is written, whatever it is dressed in', async (t) => {
    const refused = [
      ...['http://crm.example.com/', 'ftp://crm.example.com/', 'https://user:pass@crm.example.com/'],
      ...['https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f.0.0.1/', 'https://0/'],
      ...['https://10.0.0.8/', 'https://172.16.0.1/', 'https://192.168.1.1/', 'https://169.254.169.254/'],
      ...[
        'https://100.64.0.1/',
        'https://192.0.2.1/',
        'https://224.0.0.1/',
        'https://[::1]/',
        'https://[::]/',
      ],
      ...[
        'https://[::ffff:127.0.0.1]/',
        'https://[fe80::1]/',
        'https://[fd00::1]/',
        'https://[64:ff9b::a00:1]/',
      ],
      ...['https://localhost/', 'https://LOCALHOST./', 'https://a.localhost/', 'https://intranet/'],
    ]
    for (const url of refused) {
      const answer = await s.request('POST', '/api/webhooks', company.headers, { url, event_types: ['*'] })
      t.match(answer, { status: 422, body: { code: 'invalid_url', errors: [{ pointer: '/url' }] } }, url)
    }
    const good = { url: 'https://crm.example.com:8443/a?b=c', event_types: ['*'] }
    const { body } = await s.request('POST', '/api/webhooks', company.headers, good)
    const change = { url: 'https://10.0.0.1/' }
    t.equal((await s.request('PATCH', `/api/webhooks/${body.id}`, company.headers, change)).status, 422)
  })

  t.test(
    'and when it is sent: what a name is looked up to counts, and redirects are not followed',
    async (t) => {
      for (const all of [true, false]) {
        const error = await new Promise((resolve) => publicLookup('localhost', { all }, resolve))
        t.type(error, PrivateAddressError)
      }
      const sender = createSender({ toPrivate: false })
      t.teardown(() => sender.close())
      const receiver = await Receiver.of(t)
      const message = { id: 'm', body: '{}', secrets: ['whsec_AAAA'] }
      for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')])
        t.match(await sender.send({ ...message, url }, new Date()), {
          http_status: null,
          error: 'the address is private, loopback or link-local',
        })
      t.same(receiver.requests, [])
      t.same(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'].map(isPublicAddress), [true, true, true])
    },
  )
})
