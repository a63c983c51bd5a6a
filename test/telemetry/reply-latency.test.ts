import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { asOwner } from '../../src/db/transaction.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const company = await s.createCompany()

interface StoredTurn {
  turn_index: number
  e2e_latency: number | null
  is_e2e_computed: boolean
  overlap_ms: number | null
  is_filler: boolean | null
  extra_data: Record<string, unknown> | null
}

async function createCall() {
  const { body } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
  const id: string = body.id
  const request = async (method: string, path: string, body?: object) => {
    const response = await s.request(method, `/api/calls/${id}/${path}`, company.headers, body)
    t.ok(response.status < 300, JSON.stringify(response.body))
    return response.body
  }
  return {
    id,
    report: (...turns: object[]) => request('POST', 'turns', { turns }),
    complete: async () => (await request('POST', 'complete', { outcome: 'success' })).metrics,
    metrics: () => request('GET', 'metrics'),
    turns: async (): Promise<StoredTurn[]> => (await request('GET', 'logs')).items,
    replyLatencies: async () =>
      ((await request('GET', 'logs')).items as StoredTurn[]).map(({ e2e_latency, is_e2e_computed }) =>
        is_e2e_computed ? `computed ${e2e_latency}` : e2e_latency,
      ),
  }
}

const user = (turn_index: number, fields = {}) => ({ turn_index, role: 'user', ...fields })
const agent = (turn_index: number, fields = {}) => ({ turn_index, role: 'assistant', ...fields })
const stages = { latency_llm: 200, ttfb_tts: 100 }

test('The reply latency of a turn is as reported, else end of utterance + LLM + TTS, else null', async (t) => {
  const call = await createCall()
  await call.report(
    agent(0, { eou_latency: 500, ...stages }),
    agent(1, { e2e_latency: 650, eou_latency: 500, ...stages }),
    agent(2, { eou_latency: 500, latency_llm: 200 }),
    agent(3, { e2e_latency: 0 }),
    agent(4, { e2e_latency: -1, eou_latency: 400, ...stages }),
    agent(5, { eou_latency: 599_900, ...stages }),
    user(6, { eou_latency: 500, ...stages }),
    agent(7, { extra_data: { e2e_latency_ms: 900, note: 'of an older SDK' } }),
  )
  t.same(await call.replyLatencies(), ['computed 800', 650, null, 0, 'computed 700', null, null, 900])
  t.same((await call.turns()).at(-1)?.extra_data, { note: 'of an older SDK' })
  const metrics = await call.complete()
  t.match(metrics, { e2e_latency_avg: 610, e2e_latency_min: 0, e2e_latency_max: 900, overlap_count: 0 })
})

test('The end of utterance may be reported with the turn of the user that the reply follows', async (t) => {
  const turns = [
    agent(0, { content: 'Hello', ...stages }),
    user(1, { eou_latency: 400 }),
    agent(2, { content: 'One moment', is_filler: true, ...stages }),
    { turn_index: 3, role: 'system' },
    agent(4, stages),
    agent(5, { content: 'Anything else?', ...stages }),
    user(6, { eou_latency: 300 }),
    user(7),
    agent(8, stages),
    user(9, { eou_latency: -50 }),
    agent(10, stages),
    user(11, { eou_latency: 400 }),
    agent(12, { overlap_ms: 9, e2e_latency: -20, ...stages }),
  ]
  const expected = [null, null, null, null, 'computed 700', ...Array(8).fill(null)]
  const orders = [
    turns,
    turns.toReversed(),
    turns.filter((_, i) => i % 2).concat(turns.filter((_, i) => i % 2 === 0)),
  ]
  for (const order of orders) {
    const call = await createCall()
    for (const turn of order) await call.report(turn)
    t.same(await call.replyLatencies(), expected)
    t.match(await call.complete(), { e2e_latency_avg: 700, overlap_count: 2 })
  }
})

test('A part that arrives later completes the reply latency, and a reported one replaces a computed one', async (t) => {
  const call = await createCall()
  await call.report(user(0), agent(1, { latency_llm: 200 }))
  t.match(await call.complete(), { e2e_latency_avg: null })
  await call.report(agent(1, { ttfb_tts: 100 }))
  t.same(await call.replyLatencies(), [null, null])
  await call.report(agent(1, { eou_latency: 500 }))
  t.same(await call.replyLatencies(), [null, 'computed 800'])
  t.match(await call.metrics(), { e2e_latency_avg: 800 })

  t.match(await call.report(agent(1, { e2e_latency: 640 })), { accepted: 1, rejected: [] })
  t.same(await call.replyLatencies(), [null, 640])
  t.match(await call.metrics(), { e2e_latency_avg: 640 })
  t.match(await call.report(agent(1, { e2e_latency: 641 })), {
    rejected: [{ pointer: '/turns/0/e2e_latency', code: 'contradicts' }],
  })
  t.same(await call.replyLatencies(), [null, 640], 'the first reported value is kept')
})

test('A turn that proves to be filler later has no reply latency, and the answer gets it', async (t) => {
  const call = await createCall()
  await call.report(user(0, { eou_latency: 400 }), agent(1, stages), agent(2, stages))
  t.same(await call.replyLatencies(), [null, 'computed 700', null])
  await call.report(agent(1, { is_filler: true }))
  t.same(await call.replyLatencies(), [null, null, 'computed 700'])
})

test('Turns of hand-written SQL get their reply latency when metrics are derived', async (t) => {
  const call = await createCall()
  await asOwner(s.db, company.id, (tx) =>
    tx.execute(sql`insert into call_logs (call_id, turn_index, role, eou_latency, latency_llm, ttfb_tts)
      values (${call.id}, 0, 'assistant', 500, 200, 100)`),
  )
  t.match(await call.complete(), { e2e_latency_avg: 800 })
  t.same(await call.replyLatencies(), ['computed 800'])
})

test('Latencies of filler are stored, and count in no figure; its usage does', async (t) => {
  const own = await s.createCompany()
  const { body: created } = await s.request('POST', '/api/calls', own.headers, { direction: 'inbound' })
  const filler = { eou_latency: 10, e2e_latency: 20, latency_llm: 30, ttfb_tts: 40, tts_characters: 12 }
  await s.request('POST', `/api/calls/${created.id}/turns`, own.headers, {
    turns: [
      user(0),
      agent(1, { is_filler: true, ...filler }),
      agent(2, { eou_latency: 500, ...stages, tts_characters: 30 }),
      agent(3, { tts_characters: 3, extra_data: { is_filler: true } }),
    ],
  })
  await s.request('POST', `/api/calls/${created.id}/complete`, own.headers, { outcome: 'success' })
  const { items } = (await s.request('GET', `/api/calls/${created.id}/logs`, own.headers)).body
  t.match(items[1], { is_filler: true, ...filler })
  t.match(items[3], { is_filler: true, extra_data: null })
  const metrics = (await s.request('GET', `/api/calls/${created.id}/metrics`, own.headers)).body
  t.match(metrics, {
    e2e_latency_min: 800,
    eou_latency_min: 500,
    latency_llm_min: 200,
    ttfb_tts_min: 100,
    tts_characters: 45,
    bot_turn_count: 3,
  })
  for (const state of ['before folding', 'after folding']) {
    const { latency, overlap, turns } = (await s.request('GET', '/api/analytics/metrics', own.headers)).body
    t.same([latency.e2e_latency.n, latency.e2e_latency.p50, latency.latency_llm.n], [1, 800, 1], state)
    t.match({ overlap, turns }, { overlap: { n: 1, count: 0, rate: 0 }, turns: 4 })
    await foldCompany(s.db, own.id)
  }
})

test('A reply that begins too early is an overlap, and metrics have the share of overlaps', async (t) => {
  const own = await s.createCompany()
  const { body: created } = await s.request('POST', '/api/calls', own.headers, { direction: 'inbound' })
  const turns = [
    agent(0),
    agent(1, { e2e_latency: -426, content: 'Yes.', tts_characters: 4 }),
    agent(2, { eou_latency: -30, ...stages }),
    agent(3, { e2e_latency: 700 }),
    agent(4, { eou_latency: 600 }),
    user(5, { eou_latency: 600 }),
  ]
  const { body: result } = await s.request('POST', `/api/calls/${created.id}/turns`, own.headers, { turns })
  t.match(result, { accepted: 6, warnings: [{ index: 1, code: 'negative_latency' }, { index: 2 }] })
  t.equal(result.warnings.length, 2)
  await s.request('POST', `/api/calls/${created.id}/complete`, own.headers, { outcome: 'success' })
  const metrics = (await s.request('GET', `/api/calls/${created.id}/metrics`, own.headers)).body
  t.match(metrics, { overlap_count: 2, e2e_latency_avg: 700 })
  const { overlap } = (await s.request('GET', '/api/analytics/metrics', own.headers)).body
  t.same(overlap, { n: 4, count: 2, rate: 0.5 })
  const overview = (await s.request('GET', '/api/analytics/overview', own.headers)).body
  t.match(overview, { overlap_rate: { value: 0.5, previous: null }, e2e_latency_p50: { value: 700 } })
  const csv = await s.request('GET', '/api/call-metrics/export', own.headers)
  t.match(String(csv.body), /interruption_rate,overlap_count,/)
})

test('A latency that two instants contradict is null with a warning, and the other values are kept', async (t) => {
  const call = await createCall()
  const started_speaking_at = '2026-11-23T12:03:23Z'
  const contradicted = { started_speaking_at, stopped_speaking_at: '2026-11-23T14:00:00+02:00' }
  const latencies = { ttfb_stt: 203_000, eou_latency: 203_500, e2e_latency: 205_000, latency_stt: 203_000 }
  const { warnings } = await call.report(
    agent(0, { ...contradicted, ...latencies, ...stages, content: 'Good.' }),
    agent(1, { started_speaking_at, stopped_speaking_at: started_speaking_at, e2e_latency: 700 }),
    agent(2, { ...stages, extra_data: { contradicted_eou_latency: 203_500 } }),
    agent(3, { ...contradicted, ...stages }),
  )
  t.same(
    warnings.map(({ index, field, value, code }: Record<string, unknown>) => [index, field, value, code]),
    [
      ...['ttfb_stt', 'latency_stt', 'eou_latency', 'e2e_latency'].map((name) => [
        0,
        name,
        latencies[name as keyof typeof latencies],
        'contradicted_latency',
      ]),
      [2, 'eou_latency', 203_500, 'contradicted_latency'],
    ],
  )
  const turns = await call.turns()
  t.match(turns[0], { content: 'Good.', eou_latency: null, e2e_latency: null, ttfb_stt: null, ...stages })
  t.match(turns[0]?.extra_data, {
    contradicted_eou_latency: 203_500,
    stopped_speaking_at: '2026-11-23T12:00:00.000Z',
  })
  t.match(await call.complete(), { e2e_latency_avg: 700, eou_latency_avg: null, latency_llm_avg: 200 })
})
