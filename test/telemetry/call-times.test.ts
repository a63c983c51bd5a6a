// Instants and durations of calls that agents and API clients report.
import t, { test } from 'tap'
import { outcomes } from '../../src/db/schema/index.ts'
import { seededRandom } from '../analytics/fixtures.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const company = await s.createCompany()
const noon = new Date('2026-11-23T12:00:00Z')
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000).toISOString()
const atSecond = (seconds: number) => s.setNow(new Date(noon.getTime() + seconds * 1000))
t.teardown(() => s.setNow(undefined))

async function request(method: string, path: string, body?: object) {
  const response = await s.request(method, path, company.headers, body)
  if (response.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(response.body)}`)
  return response.body
}

/** Creates a call at noon. */
async function newCall(fields: object = {}): Promise<string> {
  atSecond(0)
  return (await request('POST', '/api/calls', { direction: 'outbound', ...fields })).id
}

/** Completes a call at a second after noon. Returns it. */
async function complete(id: string, sec: number, completion: object = {}) {
  atSecond(sec)
  return (await request('POST', `/api/calls/${id}/complete`, completion)).call
}

test('A call that is created as active was answered when it started', async (t) => {
  for (const fields of [{ direction: 'inbound' }, { direction: 'inbound', status: 'active' }]) {
    const id = await newCall({ ...fields, started_at: after(-10) })
    t.match(await request('GET', `/api/calls/${id}`), {
      answered_at: after(-10),
      ring_sec: 0,
      duration_sec: null,
    })
    t.match(await complete(id, 50), { ring_sec: 0, duration_sec: 60, ended_at: after(50) })
  }
})

test('PATCH and PUT to active record the answer, and the first one is kept', async (t) => {
  for (const method of ['PATCH', 'PUT']) {
    const id = await newCall({ status: 'queued' })
    t.match(await request('GET', `/api/calls/${id}`), { dialed_at: null, answered_at: null })
    atSecond(3)
    await request(method, `/api/calls/${id}`, { status: 'ringing' })
    atSecond(8)
    const active = await request(method, `/api/calls/${id}`, { status: 'active' })
    t.match(active, { dialed_at: after(3), answered_at: after(8), ring_sec: 5, is_answered: true }, method)
    atSecond(20)
    t.match(await request(method, `/api/calls/${id}`, { status: 'active' }), { answered_at: after(8) })
    t.match(await complete(id, 68, { answered_at: after(30) }), { ring_sec: 5, duration_sec: 60 })
  }
})

test('A completion reports the answer by its time or by the duration', async (t) => {
  const cases: [string, created: object, completion: object, expected: object][] = [
    ['answered_at', {}, { answered_at: after(5) }, { ring_sec: 5, duration_sec: 65, ended_at: after(70) }],
    ['both instants', {}, { answered_at: after(5), ended_at: after(65) }, { ring_sec: 5, duration_sec: 60 }],
    [
      'end and duration',
      {},
      { ended_at: after(65), duration_sec: 60 },
      { ring_sec: 5, answered_at: after(5) },
    ],
    [
      'duration of a ringing call',
      { status: 'ringing' },
      { duration_sec: 60 },
      { ring_sec: 10, answered_at: after(10) },
    ],
    [
      'duration of an active call',
      {},
      { duration_sec: 61.5 },
      { ring_sec: 0, ended_at: after(61.5), duration_sec: 61.5 },
    ],
    ['a duration with all its digits', {}, { duration_sec: 61.50012345 }, { duration_sec: 61.50012345 }],
    ['no report of a ringing call', { status: 'ringing' }, {}, { answered_at: null, duration_sec: null }],
    [
      'nobody answered',
      {},
      { outcome: 'no_answer' },
      { answered_at: null, ring_sec: 70, duration_sec: null },
    ],
    [
      'nobody answered, for 25 s',
      {},
      { outcome: 'busy', duration_sec: 25 },
      { ring_sec: 25, duration_sec: null, ended_at: after(25) },
    ],
    [
      'never dialed',
      {},
      { outcome: 'suppressed' },
      { is_dialed: false, dialed_at: null, ring_sec: null, duration_sec: null },
    ],
  ]
  for (const [name, created, completion, expected] of cases) {
    const id = await newCall({ started_at: after(0), ...created })
    t.match(await complete(id, 70, completion), expected, name)
  }
})

test('A duration that is longer than the call never moves its end into the future', async (t) => {
  const started = await newCall({ started_at: after(-10) })
  t.match(
    await complete(started, 40, { duration_sec: 3_600 }),
    { started_at: after(-10), ended_at: after(40), duration_sec: 50 },
    'it is shortened when the start was reported',
  )
  const id = await newCall()
  t.match(
    await complete(id, 1, { duration_sec: 3_600 }),
    { started_at: after(-3_599), answered_at: after(-3_599), ended_at: after(1), duration_sec: 3_600 },
    'a call that was created only after it had started, started that much earlier',
  )
  t.match(await complete(await newCall({ started_at: after(0) }), 40, { ended_at: after(500) }), {
    ended_at: after(40),
  })
  const { total } = await request('GET', `/api/calls?start=${after(-3_600)}&end=${after(-3_500)}`)
  t.equal(total, 1, 'lists have it at its new start')
})

test('A completion that is sent again changes no instant, and fills in a missing answer', async (t) => {
  const id = await newCall({ started_at: after(0), status: 'ringing' })
  await complete(id, 70, { ended_at: after(65) })
  t.match(await complete(id, 90, { answered_at: after(5), ended_at: after(80) }), {
    ring_sec: 5,
    duration_sec: 60,
  })
  t.match(await complete(id, 95, { answered_at: after(50), duration_sec: 1 }), {
    ring_sec: 5,
    duration_sec: 60,
  })
})

test('An instant outside of the call is moved to it, and is kept with a warning', async (t) => {
  const cases: [sent: object, stored: object, extra_data: object][] = [
    [
      { ended_at: after(-6), outcome: 'success', collected_data: { opt_out: true } },
      { ended_at: after(0), outcome: 'success', collected_data: { opt_out: true }, duration_sec: 0 },
      { reported_ended_at: after(-6) },
    ],
    [
      { ended_at: after(3_640) },
      { ended_at: after(40), duration_sec: 40 },
      { reported_ended_at: after(3_640) },
    ],
    [
      { answered_at: after(3_605), ended_at: after(3_640) },
      { ended_at: after(40) },
      { reported_answered_at: after(3_605), reported_ended_at: after(3_640) },
    ],
    [{ answered_at: after(5), ended_at: after(39) }, { answered_at: after(5), ended_at: after(39) }, {}],
  ]
  for (const [sent, stored, extra_data] of cases) {
    const created = { started_at: after(0), callee_number: '+79991234567' }
    const [byComplete, byTelemetry] = [await newCall(created), await newCall(created)]
    atSecond(40)
    const { call, warnings } = await request('POST', `/api/calls/${byComplete}/complete`, sent)
    t.match(call, stored, JSON.stringify(sent))
    const kept = Object.entries(extra_data)
    t.same(call.extra_data, kept.length === 0 ? null : extra_data)
    const fieldOf = (name: string) => name.replace('reported_', '')
    const expected = kept.map(([name, value]) => ({ field: fieldOf(name), value, code: 'clamped_time' }))
    t.match(warnings, expected)
    t.equal(warnings.length, expected.length)
    const body = { completions: [{ call_id: byTelemetry, ...sent }] }
    const { completions: result } = await request('POST', '/api/telemetry', body)
    t.match(result, { accepted: 1, rejected: [], warnings: expected.map((each) => ({ index: 0, ...each })) })
    t.match(await request('GET', `/api/calls/${byTelemetry}`), stored)
  }
})

test('A call does not start in the future', async (t) => {
  const id = await newCall({ started_at: after(3_600) })
  t.match(await request('GET', `/api/calls/${id}`), {
    started_at: after(0),
    extra_data: { reported_started_at: after(3_600) },
  })
  t.match(await complete(id, 1), { ended_at: after(1), duration_sec: 1 })
})

test('A telemetry request reports the answer, and an invalid one is rejected with its pointer', async (t) => {
  const id = await newCall({ started_at: after(0) })
  atSecond(65)
  const completions = [
    { call_id: id, answered_at: 'yesterday' },
    { call_id: id, answered_at: after(5), outcome: 'success' },
  ]
  const result = await request('POST', '/api/telemetry', { completions })
  t.match(result.completions, { accepted: 1, rejected: [{ pointer: /answered_at/ }] })
  t.match(await request('GET', `/api/calls/${id}`), { ring_sec: 5, duration_sec: 60 })
})

test('Whatever is reported in whatever order, dialed <= answered <= ended <= now, and the durations are between them', async (t) => {
  const random = seededRandom(19)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const maybe = (name: string, value: unknown) => (random() < 0.4 ? { [name]: value } : {})
  const instant = () => after(Math.floor(random() * 400) - 100)
  const wrong: string[] = []
  for (let i = 0; i < 60; i++) {
    const created = {
      ...maybe('started_at', after(0)),
      ...maybe('status', pick(['queued', 'dialing', 'ringing', 'active'])),
    }
    const id = await newCall(created)
    let sec = 0
    const reports: object[] = [created]
    for (let n = 0; n < 4; n++) {
      sec += Math.floor(random() * 50)
      atSecond(sec)
      const completion = {
        ...maybe('outcome', pick(outcomes)),
        ...maybe('answered_at', instant()),
        ...maybe('ended_at', after(Math.floor(random() * 300))),
        ...maybe('duration_sec', Math.floor(random() * 300)),
        ...maybe('ended_reason', 'not_dialed'),
      }
      reports.push({ sec, ...completion })
      if (random() < 0.3) await s.request('PATCH', `/api/calls/${id}`, company.headers, { status: 'active' })
      else await s.request('POST', `/api/calls/${id}/complete`, company.headers, completion)
      const call = await request('GET', `/api/calls/${id}`)
      const [dialed, answered, ended] = [call.dialed_at, call.answered_at, call.ended_at].map(
        (at) => at && Date.parse(at),
      )
      const isOrdered = [
        call.started_at && Date.parse(call.started_at),
        dialed,
        answered,
        ended,
        noon.getTime() + sec * 1000,
      ]
        .filter((at) => at != null)
        .every((at, k, list) => k === 0 || list[k - 1] <= at)
      const seconds = (from: number | null, until: number | null) =>
        from == null || until == null ? null : (until - from) / 1000
      const isMeasured =
        call.ring_sec === seconds(dialed, answered ?? ended) && call.duration_sec === seconds(answered, ended)
      if (!isOrdered || !isMeasured || (!call.is_dialed && dialed !== null))
        wrong.push(JSON.stringify({ reports, call }))
    }
  }
  t.same(wrong.slice(0, 1), [])
})

test('The interruption rate is of the turns of the agent, and interruptions per turn of all turns', async (t) => {
  const put = async (metrics: object) => request('PUT', `/api/calls/${await newCall()}/metrics`, metrics)
  t.match(
    await put({ interruption_count: 3, bot_turn_count: 6, turn_count: 10, interruption_rate: 0.3 }),
    { interruption_rate: 0.5, interruptions_per_turn: 0.3 },
    'the rate that a client calculates by another definition is replaced',
  )
  t.match(await put({ interruption_count: 3, turn_count: 10 }), {
    interruption_rate: null,
    interruptions_per_turn: 0.3,
  })
  t.match(await put({ interruption_count: 3 }), { interruption_rate: null, interruptions_per_turn: null })
  t.match(await put({ turn_count: 10, bot_turn_count: 5 }), {
    interruption_rate: null,
    interruptions_per_turn: null,
  })
  const id = await newCall()
  const turns = [true, false, false].map((was_interrupted, i) => ({
    turn_index: 2 * i,
    role: 'assistant',
    was_interrupted,
  }))
  await request('POST', `/api/calls/${id}/turns`, {
    turns: [...turns, { turn_index: 1, role: 'user', content: 'Yes' }],
  })
  await complete(id, 30, { outcome: 'success' })
  t.match(await request('GET', `/api/calls/${id}/metrics`), {
    interruption_rate: 1 / 3,
    interruptions_per_turn: 1 / 4,
  })
})
