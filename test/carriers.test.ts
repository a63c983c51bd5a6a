import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'drizzle-orm'
import { type Test, test } from 'tap'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { connect } from '../src/db/client.ts'
import { applyCarrierEvents, Dialer, settleStep } from '../src/modules/dialing/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import type { Carrier, CarrierEvent, DialRequest, DialResult } from '../src/telephony/carrier.ts'
import { hasValidSignature, signBody } from '../src/telephony/signature.ts'
import { defaultRates, planCall, type Rates, withFaults } from '../src/telephony/simulated/call-plan.ts'
import { type SimulatedCarrier, simulatedCarrier } from '../src/telephony/simulated/simulated-carrier.ts'
import { webhookCarrier } from '../src/telephony/webhook-carrier.ts'
import { freePort } from './setup/ports.ts'
import { startTestService, type TestCompany, type TestService } from './setup/service.ts'
import { ratesOfOnly } from './setup/simulated.ts'

const noon = new Date('2026-11-23T12:00:00Z')
const after = (seconds: number, from = noon) => new Date(from.getTime() + seconds * 1000)
const bounds = { ring_timeout_sec: 30, max_call_duration_sec: 600 }
const secret = 'a-secret-of-carriers-for-tests'

let counted = 0
const freshNumber = () => `+44770090${String(1_000 + counted++)}`

const requestOf = (company_id: string, change: Partial<DialRequest> = {}): DialRequest => ({
  ...{ company_id, call_id: randomUUID(), campaign_id: randomUUID(), call_task_id: randomUUID() },
  ...{ phone_number: freshNumber(), caller_number: null, skillbase_id: randomUUID(), skillbase_version: 1 },
  ...{ attempt: 1, ...bounds, not_after: after(0.6) },
  ...change,
})

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

test('a simulated call is planned by its number, and all of them by the shares that are set', async (t) => {
  const plan = (seed: string, phone_number: string, attempt: number) =>
    planCall(seed, phone_number, attempt, defaultRates, bounds)

  t.test('the same seed, number and attempt meet the same fate, others another', async (t) => {
    t.same(plan('1', '+447700900001', 1), plan('1', '+447700900001', 1))
    const fates = (seed: string, attempt: number) =>
      Array.from({ length: 50 }, (_, i) => plan(seed, `+4477009000${i + 10}`, attempt).fate)
    t.not(String(fates('1', 1)), String(fates('2', 1)))
    t.not(String(fates('1', 1)), String(fates('1', 2)))
  })

  t.test('fates come in their shares, and ring and talk as long as people do', async (t) => {
    const plans = Array.from({ length: 20_000 }, (_, i) => plan('shares', `+4477${i}`, 1))
    for (const [fate, share] of Object.entries(defaultRates.fates)) {
      const found = plans.filter((one) => one.fate === fate).length / plans.length
      t.ok(Math.abs(found - share) < 0.012, `${fate}: ${found} of ${share}`)
    }
    const at = (what: string) => (one: (typeof plans)[number]) =>
      one.steps.find((step) => step.do === what)?.at ?? Number.NaN
    const answered = plans.filter((one) => one.fate === 'human' && one.conversation !== null)
    const rings = median(answered.map(at('answer'))) / 1000
    t.ok(Math.abs(rings - 9) < 0.6, `people answer after ${rings} s (9)`)
    const talks = median(answered.map((one) => at('end')(one) - at('answer')(one))) / 1000
    t.ok(talks > 30 && talks < 65, `conversations last ${talks} s`)
    const short =
      answered.filter((one) => at('end')(one) - at('answer')(one) < 10_000).length / answered.length
    t.ok(short > 0.13 && short < 0.25, `${short} are over within 10 s`)
    for (const { steps, fate } of plans) {
      const end = steps.find((step) => step.do === 'end')?.at ?? Number.NaN
      if (!(end >= 0 && end <= 1000 * (30 + 600))) t.fail(`${fate} ends after ${end} ms`)
    }
  })

  t.test('a bad day has so many times as many faults, and no more than half of anything', async (t) => {
    const bad = withFaults(defaultRates, 6)
    t.equal(bad.fates.trunk, defaultRates.fates.trunk * 6)
    t.equal(bad.fates.human, defaultRates.fates.human)
    t.equal(withFaults(defaultRates, 1_000).late, 0.5)
    t.equal(withFaults(defaultRates, 0).lost, 0)
  })
})

test('the simulated carrier', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  let now = noon
  const events: CarrierEvent[] = []
  const faults: unknown[] = []
  const carrier = (rates: Rates, change: object = {}) =>
    simulatedCarrier({
      ...{ db: s.db, now: () => now, seed: 'test', speed: 100, rates },
      agent: { url: () => undefined, keyOf: async () => '' },
      onError: (error) => faults.push(error),
      ...change,
    })
  const listening = (made: SimulatedCarrier, take: (of: readonly CarrierEvent[]) => Promise<unknown>) => {
    // Stepped by hand: the loop is stopped at once.
    const stopped = made.start(take).stop()
    return stopped.then(() => made)
  }
  const take = async (of: readonly CarrierEvent[]) => void events.push(...of)
  const rows = (call_id: string) =>
    s.db.orm.execute(sql`select * from simulated_calls where call_id = ${call_id}::uuid`)
  const fresh = () => {
    now = noon
    events.length = 0
    faults.length = 0
    return s.db.orm.execute(sql`delete from simulated_calls`)
  }

  t.test('a call asked for twice is placed once', async (t) => {
    await fresh()
    const made = carrier(ratesOfOnly('human'))
    const call = requestOf(company.id)
    t.same(await Promise.all([made.dial(call), made.dial(call)]), [
      { kind: 'accepted' },
      { kind: 'accepted' },
    ])
    t.match(await rows(call.call_id), [{ dial_requests: 2, status: 'dialing' }])
  })

  t.test('a call asked for too late is not placed', async (t) => {
    await fresh()
    now = after(1)
    const call = requestOf(company.id)
    t.match(await carrier(ratesOfOnly('human')).dial(call), { kind: 'refused', outcome: 'no_capacity' })
    t.same([...(await rows(call.call_id))], [])
    t.same(await carrier(ratesOfOnly('human')).lookup(call), { kind: 'unknown' })
  })

  t.test('an ambiguous answer may or may not have rung: lookup knows', async (t) => {
    await fresh()
    const made = carrier(ratesOfOnly('ambiguous'))
    const kinds: string[] = []
    for (let i = 0; i < 20; i++) {
      const call = requestOf(company.id)
      t.match(await made.dial(call), { kind: 'ambiguous' })
      kinds.push((await made.lookup(call)).kind)
    }
    t.same([...new Set(kinds)].sort(), ['live', 'unknown'])
  })

  t.test('what happened to a call is told in order, and lookup says the same, in any process', async (t) => {
    await fresh()
    const made = await listening(carrier(ratesOfOnly('no_answer')), take)
    const call = requestOf(company.id)
    await made.dial(call)
    const other = await listening(carrier(ratesOfOnly('no_answer')), take)
    t.match(await other.lookup(call), { kind: 'live', status: 'dialing' })
    now = after(0.01)
    await made.step(now)
    t.match(await other.lookup(call), { kind: 'live', status: 'ringing' })
    now = after(1)
    await other.step(now)
    t.same(
      events.map(({ type }) => type),
      ['ringing', 'ended'],
    )
    t.match(events[1], { call_id: call.call_id, outcome: 'no_answer', ended_reason: '480' })
    const found = await made.lookup(call)
    t.match(found, { kind: 'ended', event: { outcome: 'no_answer', at: events[1]?.at } })
    t.equal(await made.step(after(60)), 0, 'and nothing is left to tell')
  })

  t.test('an event that could not be taken in comes again', async (t) => {
    await fresh()
    let isDown = true
    const made = await listening(carrier(ratesOfOnly('busy')), async (of) => {
      if (isDown) throw new Error('the database is away')
      await take(of)
    })
    const call = requestOf(company.id)
    await made.dial(call)
    now = after(1)
    await t.rejects(made.step(now), /away/)
    isDown = false
    t.equal(await made.step(now), 0, 'another may be at it still')
    now = after(7)
    t.equal(await made.step(now), 1)
    t.match(events.at(-1), { type: 'ended', outcome: 'busy' })
  })

  t.test('two processes do not play one call twice', async (t) => {
    await fresh()
    const [one, two] = [
      await listening(carrier(ratesOfOnly('declined')), take),
      await listening(carrier(ratesOfOnly('declined')), take),
    ]
    const calls = Array.from({ length: 30 }, () => requestOf(company.id))
    await Promise.all(calls.map((call) => one.dial(call)))
    now = after(1)
    await Promise.all([one.step(now), two.step(now), one.step(now), two.step(now)])
    const ended = events.filter(({ type }) => type === 'ended').map(({ call_id }) => call_id)
    t.equal(ended.length, 30)
    t.equal(new Set(ended).size, 30)
  })

  t.test('a call that is hung up ends, and one that is over stays as it was', async (t) => {
    await fresh()
    const made = await listening(carrier(ratesOfOnly('human')), take)
    const call = requestOf(company.id)
    await made.dial(call)
    t.equal(await made.hangUp(call), true)
    await made.step(after(0.01))
    t.match(events, [{ type: 'ended', outcome: 'cancelled', ended_reason: 'hung_up' }])
    t.equal(await made.hangUp(call), true)
    t.equal(
      await made.hangUp({ company_id: company.id, call_id: randomUUID() }),
      true,
      'nor is an unknown one a fault',
    )
    t.match(await made.lookup(call), { kind: 'ended', event: { outcome: 'cancelled' } })
  })

  t.test('calls that ended a week ago are forgotten, others are not', async (t) => {
    await fresh()
    const made = await listening(carrier(ratesOfOnly('busy')), take)
    const [old, live] = [requestOf(company.id), requestOf(company.id)]
    await made.dial(old)
    await made.step(after(10))
    await made.dial(live)
    t.equal(await made.prune(after(7 * 86_400)), 0)
    t.equal(await made.prune(after(7 * 86_400 + 60)), 1)
    t.match(await rows(live.call_id), [{ status: 'dialing' }])
  })

  t.test('an agent whose API is away is silent; the call goes on, and somebody is told', async (t) => {
    await fresh()
    const away = `http://127.0.0.1:${await freePort()}`
    const made = await listening(
      carrier(ratesOfOnly('human'), { agent: { url: () => away, keyOf: async () => 'nv_x' } }),
      take,
    )
    await made.dial(requestOf(company.id))
    now = after(1)
    await made.step(now)
    t.ok(faults.length > 0)
    t.equal(events.at(-1)?.type, 'ended')
  })
})

/** A company with a bot, and a running campaign of one contact. */
async function campaignOfOne(
  s: TestService,
  company: TestCompany,
): Promise<{ id: string; phone_number: string }> {
  const make = async (path: string, body: unknown) => {
    const answer = await s.request('POST', path, company.headers, body)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  const bot = await make('/api/skillbases', {
    name: 'Bot',
    slug: `bot-${randomUUID()}`,
    config: exampleConfig,
  })
  await make(`/api/skillbases/${bot.id}/publish`, {})
  const { id } = await make('/api/campaigns', { name: 'C', skillbase_id: bot.id })
  const phone_number = freshNumber()
  await make(`/api/campaigns/${id}/tasks`, { tasks: [{ phone_number }] })
  await make(`/api/campaigns/${id}/start`, {})
  return { id, phone_number }
}

const dialerOf = (s: TestService, carrier: Carrier, now: () => Date) =>
  new Dialer({
    ...{ db: s.db, carrier, worker: 'w', now, monotonic: () => 0 },
    onError: (error) => {
      throw error
    },
  })

test('a simulated conversation is reported turn by turn over HTTP, as an agent would', async (t) => {
  const s = await startTestService(t)
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  const company = await s.createCompany()
  const { id } = await campaignOfOne(s, company)
  const { authorization = '' } = await company.createKey('ingest')
  const key = authorization.replace('Bearer ', '')
  let late = 0
  const now = () => new Date(Date.now() + late)
  const made = simulatedCarrier({
    ...{ db: s.db, now, seed: 'talk', speed: 10_000, rates: ratesOfOnly('human') },
    agent: {
      url: () => `http://127.0.0.1:${(s.app.server.address() as AddressInfo).port}`,
      keyOf: async () => key,
    },
    onError: (error) => t.fail(String(error)),
  })
  await made.start((events) => applyCarrierEvents(s.db, events, now())).stop()
  const dialer = dialerOf(s, made, now)
  await dialer.step(now())
  await dialer.waitForDials()
  late = 60_000
  await made.step(now())
  await settleStep(s.db, now())
  const [task] = (await s.request('GET', `/api/campaigns/${id}/tasks`, company.headers)).body.items
  t.match(task, { status: 'completed', outcome: 'success', attempt_count: 1 })
  const { body: turns } = await s.request('GET', `/api/calls/${task.call_id}/logs`, company.headers)
  t.ok(turns.items.length >= 3)
  t.ok(turns.items.some((turn: { eou_latency: number }) => turn.eou_latency > 0))
  const { body: metrics } = await s.request('GET', `/api/calls/${task.call_id}/metrics`, company.headers)
  t.ok(Number(metrics.cost_total) > 0)
  t.ok(metrics.eou_latency_avg > 0 && metrics.llm_input_tokens > 0)
})

interface Heard {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** A dialer of somebody else's: it answers what the test says, and keeps what it heard. */
async function dialerThat(t: Test, answer: (heard: Heard, reply: ServerResponse) => void) {
  const heard: Heard[] = []
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    heard.push(one)
    answer(one, reply)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls` }
}

test('the webhook carrier', async (t) => {
  const call = requestOf(randomUUID(), { call_id: randomUUID() })
  const json = (reply: ServerResponse, status: number, body?: unknown) =>
    void reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  t.test('a call goes out as signed JSON, its id the Idempotency-Key', async (t) => {
    const dialer = await dialerThat(t, (_, reply) => json(reply, 202))
    const made = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    t.same(await made.dial(call), { kind: 'accepted' })
    const [one] = dialer.heard as [Heard]
    t.equal(one.method, 'POST')
    t.equal(one.headers['idempotency-key'], call.call_id)
    t.same(JSON.parse(one.body), JSON.parse(JSON.stringify(call)))
    const signature = one.headers['x-signature'] as string
    t.ok(hasValidSignature(secret, one.body, signature, noon))
    t.notOk(hasValidSignature(secret, `${one.body} `, signature, noon), 'of this body')
    t.notOk(hasValidSignature('another-secret-of-somebody', one.body, signature, noon))
  })

  t.test('what an answer to a call means is the table', async (t) => {
    const table: [number, unknown, DialResult | object][] = [
      [200, undefined, { kind: 'accepted' }],
      [202, { id: 'theirs' }, { kind: 'accepted' }],
      [409, undefined, { kind: 'accepted' }],
      [200, { ended: { outcome: 'busy' } }, { kind: 'ended', outcome: 'busy', ended_reason: 'ended' }],
      [200, { ended: { outcome: 'nonsense' } }, { kind: 'accepted' }],
      [429, undefined, { kind: 'refused', outcome: 'no_capacity' }],
      [400, undefined, { kind: 'refused', outcome: 'carrier_error', ended_reason: 'HTTP 400' }],
      [401, undefined, { kind: 'refused', outcome: 'carrier_error' }],
      [422, { outcome: 'invalid_number' }, { kind: 'refused', outcome: 'invalid_number' }],
      [500, undefined, { kind: 'ambiguous', reason: 'HTTP 500' }],
      [502, 'gateway', { kind: 'ambiguous' }],
      [302, undefined, { kind: 'ambiguous', reason: 'HTTP 302' }],
    ]
    let now: [number, unknown] = [200, undefined]
    const dialer = await dialerThat(t, (_, reply) => json(reply, ...now))
    const made = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    for (const [status, body, expected] of table) {
      now = [status, body]
      t.match(await made.dial(call), expected, `${status} ${JSON.stringify(body)}`)
    }
  })

  t.test(
    'a dialer that hangs up, or answers too late, leaves it open; one that is not there was never asked',
    async (t) => {
      const rude = await dialerThat(t, (_, reply) => void reply.destroy())
      t.match(await webhookCarrier({ url: rude.url, secret, now: () => noon }).dial(call), {
        kind: 'ambiguous',
      })
      const slow = await dialerThat(t, () => undefined)
      const waiting = webhookCarrier({ url: slow.url, secret, now: () => noon, timeoutMs: 50 })
      t.match(await waiting.dial(call), { kind: 'ambiguous' })
      const nobody = webhookCarrier({
        url: `http://127.0.0.1:${await freePort()}/calls`,
        secret,
        now: () => noon,
      })
      t.match(await nobody.dial(call), { kind: 'refused', outcome: 'carrier_error' })
      t.match(await nobody.lookup(call), { kind: 'unreachable' })
      t.equal(await nobody.hangUp(call), false)
    },
  )

  t.test('it is asked about a call, and believed only where the answer is sound', async (t) => {
    const table: [number, unknown, object][] = [
      [200, { status: 'ringing' }, { kind: 'live', status: 'ringing' }],
      [404, undefined, { kind: 'unknown' }],
      [
        200,
        { status: 'ended', outcome: 'busy', ended_at: '2026-11-23T11:59:00Z' },
        { kind: 'ended', event: { type: 'ended', outcome: 'busy', at: new Date('2026-11-23T11:59:00Z') } },
      ],
      [200, { status: 'ended' }, { kind: 'ended', event: { at: noon, outcome: undefined } }],
      [200, { status: 'dreaming' }, { kind: 'unreachable' }],
      [200, 'nothing', { kind: 'unreachable' }],
      [403, undefined, { kind: 'unreachable', reason: 'HTTP 403' }],
      [500, undefined, { kind: 'unreachable' }],
    ]
    let now: [number, unknown] = [200, undefined]
    const dialer = await dialerThat(t, (_, reply) => json(reply, ...now))
    const made = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    for (const [status, body, expected] of table) {
      now = [status, body]
      t.match(await made.lookup(call), expected, `${status} ${JSON.stringify(body)}`)
    }
    t.match(dialer.heard.at(-1), { method: 'GET', url: `/calls/${call.call_id}` })
  })

  t.test('to hang up what is over, or unknown, is no fault', async (t) => {
    let status = 204
    const dialer = await dialerThat(t, (_, reply) => void reply.writeHead(status).end())
    const made = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    t.equal(await made.hangUp(call), true)
    t.match(dialer.heard[0], { method: 'DELETE', url: `/calls/${call.call_id}` })
    status = 404
    t.equal(await made.hangUp(call), true)
    status = 500
    t.equal(await made.hangUp(call), false)
  })
})

test('what a dialer reports at /api/carrier/events', async (t) => {
  const s = await startTestService(t, { CARRIER_SECRET: secret })
  const company = await s.createCompany()
  const { body: call } = await s.request('POST', '/api/calls', company.headers, {
    ...{ direction: 'outbound', callee_number: freshNumber(), status: 'dialing' },
  })
  const report = (events: object[], text = JSON.stringify({ events }), signature?: string | null) => {
    const signed = signature === undefined ? signBody(secret, text, new Date()) : signature
    const headers = { 'content-type': 'application/json', ...(signed !== null && { 'x-signature': signed }) }
    return s.request('POST', '/api/carrier/events', headers, text)
  }
  const ringing = { company_id: company.id, call_id: call.id, type: 'ringing', at: new Date().toISOString() }
  const status = async () => (await s.request('GET', `/api/calls/${call.id}`, company.headers)).body.status

  t.test('is taken only when it is signed, now, with our secret', async (t) => {
    const text = JSON.stringify({ events: [ringing] })
    const bad: [string, string | null][] = [
      ['no signature', null],
      ['nonsense', 'nonsense'],
      ['of another body', signBody(secret, '{}', new Date())],
      ['of another secret', signBody('another-secret-of-somebody', text, new Date())],
      ['from before', signBody(secret, text, new Date(Date.now() - 400_000))],
      ['from ahead', signBody(secret, text, new Date(Date.now() + 400_000))],
    ]
    for (const [what, signature] of bad) {
      const answer = await report([ringing], text, signature)
      t.match(answer, { status: 401, body: { code: 'unsigned' } }, what)
    }
    t.equal(await status(), 'dialing', 'and nothing of it was done')
    t.match(await report([], '{"events":'), { status: 400 })
    t.match(await report([{ ...ringing, type: 'sneezing' }]), { status: 400 })
  })

  t.test('moves its call, once, and what nobody knows is passed over', async (t) => {
    t.match(await report([ringing]), { status: 200, body: { taken: 1 } })
    t.equal(await status(), 'ringing')
    t.match(await report([ringing]), { status: 200, body: { taken: 1 } })
    const unknown = { ...ringing, call_id: randomUUID() }
    const stranger = { ...ringing, company_id: randomUUID() }
    t.match(await report([unknown, stranger]), { status: 200, body: { taken: 0 } })
    const ended = { ...ringing, type: 'ended', outcome: 'busy', ended_reason: '486 Busy Here' }
    t.match(await report([ended]), { status: 200, body: { taken: 1 } })
    t.equal(await status(), 'failed')
    await report([{ ...ended, outcome: 'success' }, ringing])
    const { body } = await s.request('GET', `/api/calls/${call.id}`, company.headers)
    t.match(
      body,
      { status: 'failed', outcome: 'busy', ended_reason: '486 Busy Here' },
      'a final state never moves',
    )
  })

  t.test('is refused where no secret is set', async (t) => {
    const db = connect(s.url, { max: 3 })
    const { CARRIER_SECRET: _, ...env } = { CARRIER_SECRET: '', DATABASE_URL: s.url }
    const app = await buildApp(
      { ...s.deps, db, config: readConfig(env) },
      { version: '0', unready: async () => [] },
    )
    t.teardown(async () => {
      await app.close()
      await db.close()
    })
    const answer = await app.inject({
      method: 'POST',
      url: '/api/carrier/events',
      payload: { events: [ringing] },
    })
    t.match(answer.json(), { status: 409, code: 'carrier_events_off' })
  })
})
