import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'drizzle-orm'
import { type Test, test } from 'tap'
import { applyCarrierEvents, Dialer, settleStep } from '../src/modules/dialing/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import type {
  CallRef,
  Carrier,
  CarrierEvent,
  CarrierEventHandler,
  DialRequest,
  DialResult,
} from '../src/telephony/carrier.ts'
import { hasValidSignature } from '../src/telephony/signature.ts'
import { defaultRates, planCall, type Rates, withFaults } from '../src/telephony/simulated/call-plan.ts'
import { type SimulatedCarrier, simulatedCarrier } from '../src/telephony/simulated/simulated-carrier.ts'
import { webhookCarrier } from '../src/telephony/webhook-carrier.ts'
import { aroundTheClock } from './setup/example-campaign.ts'
import { freePort } from './setup/ports.ts'
import { startTestService, type TestCompany, type TestService } from './setup/service.ts'
import { ratesOfOnly } from './setup/simulated.ts'

const noon = new Date('2026-11-23T12:00:00Z')
const after = (seconds: number, from = noon) => new Date(from.getTime() + seconds * 1000)
const callLimits = { ring_timeout_sec: 30, max_call_duration_sec: 600 }
const secret = 'a-secret-of-carriers-for-tests'

let numbersUsed = 0
const freshNumber = () => `+44770090${String(1_000 + numbersUsed++)}`

const requestOf = (company_id: string, change: Partial<DialRequest> = {}): DialRequest => ({
  company_id,
  call_id: randomUUID(),
  campaign_id: randomUUID(),
  call_task_id: randomUUID(),
  phone_number: freshNumber(),
  phone_extension: null,
  caller_number: null,
  skillbase_id: randomUUID(),
  skillbase_version: 1,
  attempt: 1,
  ...callLimits,
  not_after: after(0.6),
  ...change,
})

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

test('Plans of simulated calls', async (t) => {
  const plan = (seed: string, phone_number: string, attempt: number) =>
    planCall(seed, phone_number, attempt, defaultRates, callLimits)

  t.test(
    'The same seed, number and attempt give the same plan, and different ones give different plans',
    async (t) => {
      t.same(plan('1', '+447700900001', 1), plan('1', '+447700900001', 1))
      const fates = (seed: string, attempt: number) =>
        Array.from({ length: 50 }, (_, i) => plan(seed, `+4477009000${i + 10}`, attempt).fate)
      t.not(String(fates('1', 1)), String(fates('2', 1)))
      t.not(String(fates('1', 1)), String(fates('1', 2)))
    },
  )

  t.test('Fates occur in proportion to their rates, and ring and talk times are realistic', async (t) => {
    const plans = Array.from({ length: 20_000 }, (_, i) => plan('shares', `+4477${i}`, 1))
    for (const [fate, share] of Object.entries(defaultRates.fates)) {
      const actualShare = plans.filter((plan) => plan.fate === fate).length / plans.length
      t.ok(Math.abs(actualShare - share) < 0.012, `${fate}: ${actualShare}, expected ${share}`)
    }
    const timeOf = (action: string) => (plan: (typeof plans)[number]) =>
      plan.steps.find((step) => step.do === action)?.at ?? Number.NaN
    const answered = plans.filter(({ fate, conversation }) => fate === 'human' && conversation !== null)
    const ringSec = median(answered.map(timeOf('answer'))) / 1000
    t.ok(Math.abs(ringSec - 9) < 0.6, `people answer after ${ringSec} s, expected 9`)
    const talkSec = median(answered.map((plan) => timeOf('end')(plan) - timeOf('answer')(plan))) / 1000
    t.ok(talkSec > 30 && talkSec < 65, `conversations last ${talkSec} s`)
    const shortShare =
      answered.filter((plan) => timeOf('end')(plan) - timeOf('answer')(plan) < 10_000).length /
      answered.length
    t.ok(shortShare > 0.13 && shortShare < 0.25, `${shortShare} of the conversations are over within 10 s`)
    for (const { steps, fate } of plans) {
      const end = steps.find((step) => step.do === 'end')?.at ?? Number.NaN
      if (!(end >= 0 && end <= 1000 * (30 + 600))) t.fail(`${fate} ends after ${end} ms`)
    }
  })

  t.test('withFaults multiplies the rates of faults, up to 0.5 each', async (t) => {
    const faulty = withFaults(defaultRates, 6)
    t.equal(faulty.fates.trunk, defaultRates.fates.trunk * 6)
    t.equal(faulty.fates.human, defaultRates.fates.human)
    t.equal(withFaults(defaultRates, 1_000).late, 0.5)
    t.equal(withFaults(defaultRates, 0).lost, 0)
  })
})

test('The simulated carrier', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  let now = noon
  const events: CarrierEvent[] = []
  const errors: unknown[] = []
  const newCarrier = (rates: Rates, change: object = {}) =>
    simulatedCarrier({
      db: s.db,
      now: () => now,
      seed: 'test',
      speed: 100,
      rates,
      agent: { url: () => undefined, keyOf: async () => '' },
      onError: (error) => errors.push(error),
      ...change,
    })
  /** Connects the carrier to `onEvents`, without its loop: the tests call step() themselves. */
  const connectCarrier = (simulated: SimulatedCarrier, onEvents: CarrierEventHandler) => {
    const stopped = simulated.start(onEvents).stop()
    return stopped.then(() => simulated)
  }
  const collect: CarrierEventHandler = async (received) => {
    events.push(...received)
    return { failed: [] }
  }
  const rowsOf = (call_id: string) =>
    s.db.orm.execute(sql`select * from simulated_calls where call_id = ${call_id}::uuid`)
  const reset = () => {
    now = noon
    events.length = 0
    errors.length = 0
    return s.db.orm.execute(sql`delete from simulated_calls`)
  }

  t.test('A repeated dial request places the call once', async (t) => {
    await reset()
    const simulated = newCarrier(ratesOfOnly('human'))
    const call = requestOf(company.id)
    t.same(await Promise.all([simulated.dial(call), simulated.dial(call)]), [
      { kind: 'accepted' },
      { kind: 'accepted' },
    ])
    t.match(await rowsOf(call.call_id), [{ dial_requests: 2, status: 'dialing' }])
  })

  t.test('The extension of a dial request is stored with the plan of the call', async (t) => {
    await reset()
    const call = requestOf(company.id, { phone_extension: '102' })
    await newCarrier(ratesOfOnly('human')).dial(call)
    t.match(await rowsOf(call.call_id), [{ plan: { phone_extension: '102' } }])
  })

  t.test('A dial request after not_after places no call', async (t) => {
    await reset()
    now = after(1)
    const call = requestOf(company.id)
    t.match(await newCarrier(ratesOfOnly('human')).dial(call), { kind: 'refused', outcome: 'no_capacity' })
    t.same([...(await rowsOf(call.call_id))], [])
    t.same(await newCarrier(ratesOfOnly('human')).lookup(call), { kind: 'unknown' })
  })

  t.test('After an ambiguous result, lookup finds out whether the call was placed', async (t) => {
    await reset()
    const simulated = newCarrier(ratesOfOnly('ambiguous'))
    const kinds: string[] = []
    for (let i = 0; i < 20; i++) {
      const call = requestOf(company.id)
      t.match(await simulated.dial(call), { kind: 'ambiguous' })
      kinds.push((await simulated.lookup(call)).kind)
    }
    t.same([...new Set(kinds)].sort(), ['live', 'unknown'])
  })

  t.test('An attempt that was not placed is placed when it is repeated often enough', async (t) => {
    await reset()
    const simulated = newCarrier(ratesOfOnly('ambiguous'))
    for (let number = 0; number < 10; number++) {
      const phone_number = freshNumber()
      let kind = ''
      for (let i = 0; i < 60 && kind !== 'live'; i++) {
        const call = requestOf(company.id, { phone_number })
        await simulated.dial(call)
        kind = (await simulated.lookup(call)).kind
      }
      t.equal(kind, 'live')
    }
  })

  t.test('Events are reported in order, and lookup returns the same state in any process', async (t) => {
    await reset()
    const simulated = await connectCarrier(newCarrier(ratesOfOnly('no_answer')), collect)
    const call = requestOf(company.id)
    await simulated.dial(call)
    const otherProcess = await connectCarrier(newCarrier(ratesOfOnly('no_answer')), collect)
    t.match(await otherProcess.lookup(call), { kind: 'live', status: 'dialing' })
    now = after(0.01)
    await simulated.step(now)
    t.match(await otherProcess.lookup(call), { kind: 'live', status: 'ringing' })
    now = after(1)
    await otherProcess.step(now)
    t.same(
      events.map(({ type }) => type),
      ['ringing', 'ended'],
    )
    t.match(events[1], { call_id: call.call_id, outcome: 'no_answer', ended_reason: '480' })
    const lookup = await simulated.lookup(call)
    t.match(lookup, { kind: 'ended', event: { outcome: 'no_answer', at: events[1]?.at } })
    t.equal(await simulated.step(after(60)), 0, 'no event is left')
  })

  t.test('Events that could not be stored are reported again', async (t) => {
    await reset()
    let isDown = true
    const simulated = await connectCarrier(newCarrier(ratesOfOnly('busy')), async (received) => {
      if (isDown) throw new Error('the database is down')
      return collect(received)
    })
    const call = requestOf(company.id)
    await simulated.dial(call)
    now = after(1)
    await t.rejects(simulated.step(now), /is down/)
    isDown = false
    t.equal(await simulated.step(now), 0, 'the failed step has locked the call for 5 s')
    now = after(7)
    t.equal(await simulated.step(now), 1)
    t.match(events.at(-1), { type: 'ended', outcome: 'busy' })
  })

  t.test('A call whose events cannot be stored is repeated alone; the others continue', async (t) => {
    await reset()
    let refused: CallRef | undefined
    const simulated = await connectCarrier(newCarrier(ratesOfOnly('busy')), async (received) => {
      const failed = received.filter(({ call_id }) => call_id === refused?.call_id)
      events.push(...received.filter((event) => !failed.includes(event)))
      return { failed }
    })
    const calls = [requestOf(company.id), requestOf(company.id)]
    for (const call of calls) await simulated.dial(call)
    refused = calls[0]
    now = after(1)
    t.equal(await simulated.step(now), 2)
    const ended = () => events.flatMap(({ type, call_id }) => (type === 'ended' ? [call_id] : []))
    t.same(ended(), [calls[1]?.call_id])
    refused = undefined
    now = after(7)
    t.equal(await simulated.step(now), 1)
    t.same(ended(), [calls[1]?.call_id, calls[0]?.call_id])
  })

  t.test('Many due calls of one company do not delay those of another', async (t) => {
    await reset()
    const simulated = await connectCarrier(newCarrier(ratesOfOnly('busy')), collect)
    const other = await s.createCompany()
    await Promise.all(Array.from({ length: 150 }, () => simulated.dial(requestOf(company.id))))
    const call = requestOf(other.id)
    await simulated.dial(call)
    now = after(1)
    t.equal(await simulated.step(now), 100)
    t.ok(events.some(({ type, call_id }) => type === 'ended' && call_id === call.call_id))
  })

  t.test('A company whose events take long does not hold up the calls of another', async (t) => {
    await reset()
    const other = await s.createCompany()
    const simulated = await connectCarrier(newCarrier(ratesOfOnly('busy'), { patienceMs: 20 }), (received) =>
      received[0]?.company_id === company.id ? new Promise(() => undefined) : collect(received),
    )
    for (const { id } of [company, other]) await simulated.dial(requestOf(id))
    now = after(1)
    t.equal(await simulated.step(now), 2)
    now = after(7)
    await simulated.dial({ ...requestOf(other.id), not_after: now })
    now = after(8)
    t.equal(await simulated.step(now), 1, 'what is still in progress is not taken a second time')
    const ended = () => events.filter(({ type }) => type === 'ended')
    while (ended().length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    for (const { company_id } of ended()) t.equal(company_id, other.id)
  })

  t.test('A call without an end is reported as live for ever, also after a hang-up', async (t) => {
    const stages = { human: 'active', no_answer: 'ringing', trunk: 'dialing' } as const
    for (const [fate, status] of Object.entries(stages)) {
      await reset()
      const rates = { ...ratesOfOnly(fate as keyof typeof stages), endless: 1 }
      const simulated = await connectCarrier(newCarrier(rates), collect)
      // A person answers within 60 s, so that the stage does not depend on the number.
      const call = requestOf(company.id, { ring_timeout_sec: 90 })
      t.same(await simulated.dial(call), { kind: 'accepted' })
      now = after(3_600)
      await simulated.step(now)
      t.equal(await simulated.hangUp(call), true)
      await simulated.step(after(7_200))
      t.match(await simulated.lookup(call), { kind: 'live', status }, fate)
      t.notOk(events.some(({ type }) => type === 'ended'))
      t.equal(await simulated.prune(after(8 * 86_400)), 1, 'its record is deleted with the others')
    }
  })

  t.test('A carrier with bad text reports characters that cannot be stored', async (t) => {
    await reset()
    const rates = { ...ratesOfOnly('busy'), bad_text: 1 }
    const simulated = await connectCarrier(newCarrier(rates), collect)
    await simulated.dial(requestOf(company.id))
    now = after(1)
    await simulated.step(now)
    const { ended_reason = '' } = events.at(-1) ?? {}
    t.ok(ended_reason.includes('\0') && !ended_reason.isWellFormed())
  })

  t.test('Two processes do not advance the same call', async (t) => {
    await reset()
    const [first, second] = [
      await connectCarrier(newCarrier(ratesOfOnly('declined')), collect),
      await connectCarrier(newCarrier(ratesOfOnly('declined')), collect),
    ]
    const calls = Array.from({ length: 30 }, () => requestOf(company.id))
    await Promise.all(calls.map((call) => first.dial(call)))
    now = after(1)
    await Promise.all([first.step(now), second.step(now), first.step(now), second.step(now)])
    const ended = events.filter(({ type }) => type === 'ended').map(({ call_id }) => call_id)
    t.equal(ended.length, 30)
    t.equal(new Set(ended).size, 30)
  })

  t.test('Hanging up ends a live call, and changes nothing for a call that is over', async (t) => {
    await reset()
    const simulated = await connectCarrier(newCarrier(ratesOfOnly('human')), collect)
    const call = requestOf(company.id)
    await simulated.dial(call)
    t.equal(await simulated.hangUp(call), true)
    await simulated.step(after(0.01))
    t.match(events, [{ type: 'ended', outcome: 'cancelled', ended_reason: 'hung_up' }])
    t.equal(await simulated.hangUp(call), true)
    t.equal(
      await simulated.hangUp({ company_id: company.id, call_id: randomUUID() }),
      true,
      'an unknown call is not an error',
    )
    t.match(await simulated.lookup(call), { kind: 'ended', event: { outcome: 'cancelled' } })
  })

  t.test('Calls are deleted 7 days after they ended', async (t) => {
    await reset()
    const simulated = await connectCarrier(newCarrier(ratesOfOnly('busy')), collect)
    const [old, live] = [requestOf(company.id), requestOf(company.id)]
    await simulated.dial(old)
    await simulated.step(after(10))
    await simulated.dial(live)
    t.equal(await simulated.prune(after(7 * 86_400)), 0)
    t.equal(await simulated.prune(after(7 * 86_400 + 60)), 1)
    t.match(await rowsOf(live.call_id), [{ status: 'dialing' }])
  })

  t.test('When the API cannot be reached, the call continues and onError receives the error', async (t) => {
    await reset()
    const offline = `http://127.0.0.1:${await freePort()}`
    const simulated = await connectCarrier(
      newCarrier(ratesOfOnly('human'), { agent: { url: () => offline, keyOf: async () => 'nv_x' } }),
      collect,
    )
    await simulated.dial(requestOf(company.id))
    now = after(10)
    await simulated.step(now)
    t.ok(errors.length > 0)
    t.equal(events.at(-1)?.type, 'ended')
  })
})

/** Starts a campaign of one contact, with its own skillbase. */
async function startCampaignOfOne(
  s: TestService,
  company: TestCompany,
): Promise<{ id: string; phone_number: string }> {
  const post = async (path: string, body: unknown) => {
    const response = await s.request('POST', path, company.headers, body)
    if (response.status >= 300) throw new Error(JSON.stringify(response.body))
    return response.body
  }
  const bot = await post('/api/skillbases', {
    name: 'Bot',
    slug: `bot-${randomUUID()}`,
    config: exampleConfig,
  })
  await post(`/api/skillbases/${bot.id}/publish`, {})
  const { id } = await post('/api/campaigns', { name: 'C', skillbase_id: bot.id, ...aroundTheClock })
  const phone_number = freshNumber()
  await post(`/api/campaigns/${id}/tasks`, { tasks: [{ phone_number }] })
  await post(`/api/campaigns/${id}/start`, {})
  return { id, phone_number }
}

const newDialer = (s: TestService, carrier: Carrier, now: () => Date) =>
  new Dialer({
    db: s.db,
    carrier,
    worker: 'w',
    now,
    monotonic: () => 0,
    onError: (error) => {
      throw error
    },
  })

test('A simulated conversation is reported over HTTP turn by turn, as by a real agent', async (t) => {
  const s = await startTestService(t)
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  const company = await s.createCompany()
  const { id } = await startCampaignOfOne(s, company)
  const { authorization = '' } = await company.createKey('ingest')
  const key = authorization.replace('Bearer ', '')
  let clockOffsetMs = 0
  const now = () => new Date(Date.now() + clockOffsetMs)
  const simulated = simulatedCarrier({
    db: s.db,
    now,
    seed: 'talk',
    speed: 10_000,
    rates: ratesOfOnly('human'),
    agent: {
      url: () => `http://127.0.0.1:${(s.app.server.address() as AddressInfo).port}`,
      keyOf: async () => key,
    },
    onError: (error) => t.fail(String(error)),
  })
  await simulated.start((events) => applyCarrierEvents(s.db, events, now())).stop()
  const dialer = newDialer(s, simulated, now)
  await dialer.step(now())
  await dialer.waitForDials()
  clockOffsetMs = 60_000
  await simulated.step(now())
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

interface ReceivedRequest {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** Starts a dialer with an HTTP API. The test writes its responses. Records all requests. */
async function startDialer(t: Test, respond: (request: ReceivedRequest, reply: ServerResponse) => void) {
  const requests: ReceivedRequest[] = []
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const received = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    requests.push(received)
    respond(received, reply)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls` }
}

test('The webhook carrier', async (t) => {
  const call = requestOf(randomUUID(), { call_id: randomUUID(), phone_extension: '102' })
  const json = (reply: ServerResponse, status: number, body?: unknown) =>
    void reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  t.test('A dial request is signed JSON with the call id as Idempotency-Key', async (t) => {
    const dialer = await startDialer(t, (_, reply) => json(reply, 202))
    const carrier = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    t.same(await carrier.dial(call), { kind: 'accepted' })
    const [received] = dialer.requests as [ReceivedRequest]
    t.equal(received.method, 'POST')
    t.equal(received.headers['idempotency-key'], call.call_id)
    t.same(JSON.parse(received.body), JSON.parse(JSON.stringify(call)))
    const signature = received.headers['x-signature'] as string
    t.ok(hasValidSignature(secret, received.body, signature, noon))
    t.notOk(hasValidSignature(secret, `${received.body} `, signature, noon), 'another body')
    t.notOk(hasValidSignature('another-secret-of-somebody', received.body, signature, noon))
  })

  t.test('The HTTP status decides the result of a dial request', async (t) => {
    const cases: [status: number, body: unknown, expected: DialResult | object][] = [
      [200, undefined, { kind: 'accepted' }],
      [202, { id: 'id-of-the-dialer' }, { kind: 'accepted' }],
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
    let response: [number, unknown] = [200, undefined]
    const dialer = await startDialer(t, (_, reply) => json(reply, ...response))
    const carrier = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    for (const [status, body, expected] of cases) {
      response = [status, body]
      t.match(await carrier.dial(call), expected, `${status} ${JSON.stringify(body)}`)
    }
  })

  t.test(
    'A closed connection or a timeout is ambiguous, and a refused connection is a carrier error',
    async (t) => {
      const closing = await startDialer(t, (_, reply) => void reply.destroy())
      t.match(await webhookCarrier({ url: closing.url, secret, now: () => noon }).dial(call), {
        kind: 'ambiguous',
      })
      const slow = await startDialer(t, () => undefined)
      const withShortTimeout = webhookCarrier({ url: slow.url, secret, now: () => noon, timeoutMs: 50 })
      t.match(await withShortTimeout.dial(call), { kind: 'ambiguous' })
      const unreachable = webhookCarrier({
        url: `http://127.0.0.1:${await freePort()}/calls`,
        secret,
        now: () => noon,
      })
      t.match(await unreachable.dial(call), { kind: 'refused', outcome: 'carrier_error' })
      t.match(await unreachable.lookup(call), { kind: 'unreachable' })
      t.equal(await unreachable.hangUp(call), false)
    },
  )

  t.test('A lookup needs a valid status; other values that are not valid are left out', async (t) => {
    const cases: [status: number, body: unknown, expected: object][] = [
      [200, { status: 'ringing' }, { kind: 'live', status: 'ringing' }],
      [404, undefined, { kind: 'unknown' }],
      [
        200,
        { status: 'ended', outcome: 'busy', ended_at: '2026-11-23T11:59:00Z' },
        { kind: 'ended', event: { type: 'ended', outcome: 'busy', at: new Date('2026-11-23T11:59:00Z') } },
      ],
      [200, { status: 'ended' }, { kind: 'ended', event: { at: noon, outcome: undefined } }],
      [
        200,
        { status: 'ended', outcome: 'hung up', ended_reason: 5, ended_at: 'today', answered_at: null },
        { kind: 'ended', event: { at: noon, outcome: undefined, ended_reason: undefined } },
      ],
      [
        200,
        { status: 'active', answered_at: 'now' },
        { kind: 'live', status: 'active', answered_at: undefined },
      ],
      [200, { status: 'unknown-status' }, { kind: 'unreachable' }],
      [200, 'nothing', { kind: 'unreachable' }],
      [403, undefined, { kind: 'unreachable', reason: 'HTTP 403' }],
      [500, undefined, { kind: 'unreachable' }],
    ]
    let response: [number, unknown] = [200, undefined]
    const dialer = await startDialer(t, (_, reply) => json(reply, ...response))
    const carrier = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    for (const [status, body, expected] of cases) {
      response = [status, body]
      t.match(await carrier.lookup(call), expected, `${status} ${JSON.stringify(body)}`)
    }
    t.match(dialer.requests.at(-1), { method: 'GET', url: `/calls/${call.call_id}` })
  })

  t.test('Hanging up a call that is over or unknown succeeds', async (t) => {
    let status = 204
    const dialer = await startDialer(t, (_, reply) => void reply.writeHead(status).end())
    const carrier = webhookCarrier({ url: dialer.url, secret, now: () => noon })
    t.equal(await carrier.hangUp(call), true)
    t.match(dialer.requests[0], { method: 'DELETE', url: `/calls/${call.call_id}` })
    status = 404
    t.equal(await carrier.hangUp(call), true)
    status = 500
    t.equal(await carrier.hangUp(call), false)
  })
})
