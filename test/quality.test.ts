import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import t, { test } from 'tap'
import type { Outcome } from '../src/db/schema/index.ts'
import { twoProportionPValue, wilsonInterval } from '../src/lib/numbers/proportions.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { type CallFacts, classifyCall } from '../src/modules/telemetry/classification-rules.ts'
import { startTestService, type TestCompany, type TestResponse } from './setup/service.ts'

const s = await startTestService(t)

const bare: CallFacts = {
  status: 'completed',
  ended_reason: null,
  duration_sec: null,
  user_turns: 0,
  bot_turns: 0,
  last_state: undefined,
}
const talked = { user_turns: 3, bot_turns: 4, duration_sec: 40 }
const state = (name: string, place: 'start' | 'middle' | 'end' | 'both' = 'middle') => ({
  id: name.toLowerCase().replaceAll(' ', '_'),
  name,
  is_start: place === 'start' || place === 'both',
  is_end: place === 'end' || place === 'both',
})

/** What is known of a call, and what it comes to; undefined: nothing can be said. */
const cases: [what: string, Partial<CallFacts>, Outcome | undefined, confidence?: number][] = [
  ['nothing is known', {}, undefined],
  ['a failed call without a word and without a reason', { status: 'failed' }, undefined],
  ['a conversation of which no state is known', talked, undefined],
  ['a reason that says nothing', { ...talked, ended_reason: 'participant_disconnected' }, undefined],
  ['cancelled', { status: 'cancelled', ended_reason: '486 Busy Here' }, 'cancelled', 0.95],
  ['SIP 486', { status: 'failed', ended_reason: '486 Busy Here' }, 'busy', 0.95],
  ['SIP 600', { status: 'failed', ended_reason: 'SIP/2.0 600 Busy Everywhere' }, 'busy', 0.95],
  ['SIP 480', { status: 'failed', ended_reason: 'sip_480' }, 'no_answer', 0.9],
  ['SIP 487, our own CANCEL', { status: 'failed', ended_reason: 'SIP 487' }, 'no_answer', 0.9],
  ['SIP 404', { status: 'failed', ended_reason: 'sip status code: 404' }, 'invalid_number', 0.9],
  ['SIP 603', { status: 'failed', ended_reason: '603' }, 'declined', 0.9],
  ['SIP 607', { status: 'failed', ended_reason: '607 Unwanted' }, 'blocked', 0.95],
  ['SIP 503', { status: 'failed', ended_reason: '503 Service Unavailable' }, 'carrier_error', 0.9],
  ['a code that says too little', { status: 'failed', ended_reason: '489 Bad Event' }, undefined],
  ['a number that is no code', { status: 'failed', ended_reason: '4861' }, undefined],
  ['words for busy', { status: 'failed', ended_reason: 'Busy-Here' }, 'busy', 0.95],
  ['LiveKit: USER_UNAVAILABLE', { status: 'failed', ended_reason: 'USER_UNAVAILABLE' }, 'no_answer', 0.7],
  [
    'LiveKit: SIP_TRUNK_FAILURE',
    { status: 'failed', ended_reason: 'SIP_TRUNK_FAILURE' },
    'carrier_error',
    0.9,
  ],
  ["an outcome's own word", { status: 'failed', ended_reason: 'invalid number' }, 'invalid_number', 0.9],
  ['busy, and yet somebody spoke', { ...talked, ended_reason: 'busy' }, undefined],
  ['an answering machine', { ...talked, ended_reason: 'machine_end_beep' }, 'voicemail', 0.9],
  ['handed to a person', { ...talked, ended_reason: 'call_transferred' }, 'transferred', 0.9],
  ['as long as it may be', { ...talked, ended_reason: 'max_duration' }, 'max_duration', 0.9],
  ['the agent crashed', { ...talked, status: 'failed', ended_reason: 'crash' }, 'agent_error', 0.8],
  [
    'it crashed after the end was reached',
    { ...talked, ended_reason: 'error', last_state: state('Booking', 'end') },
    'success',
    0.7,
  ],
  ['an end of the flow', { ...talked, last_state: state('Farewell', 'end') }, 'success', 0.7],
  ['an end named a success', { ...talked, last_state: state('Booked', 'end') }, 'success', 0.8],
  ['an end named a refusal', { ...talked, last_state: state('Not interested', 'end') }, 'fail', 0.8],
  ['an end that denies success', { ...talked, last_state: state('Not booked', 'end') }, 'fail', 0.8],
  ['a Russian refusal', { ...talked, last_state: state('Отказ клиента', 'end') }, 'fail', 0.8],
  ['an end with a person', { ...talked, last_state: state('Оператор', 'end') }, 'transferred', 0.8],
  ['an end to call back', { ...talked, last_state: state('Call back', 'end') }, 'callback', 0.8],
  ['an end, and nobody spoke', { bot_turns: 2, last_state: state('Booking', 'end') }, 'fail', 0.5],
  ['a flow of one state', { ...talked, last_state: state('Talk', 'both') }, undefined],
  ['left in the middle', { ...talked, last_state: state('Inquiry') }, 'fail', 0.6],
  ['left at the start', { ...talked, last_state: state('Greeting', 'start') }, 'fail', 0.7],
  ['left in the middle at once', { ...talked, duration_sec: 9.9, last_state: state('Inquiry') }, 'fail', 0.7],
  ['failed in the middle', { ...talked, status: 'failed', last_state: state('Inquiry') }, 'fail', 0.5],
  ['nobody answered the bot', { bot_turns: 1, duration_sec: 30 }, 'fail', 0.5],
  ['over in seconds', { ...talked, duration_sec: 4 }, 'fail', 0.5],
]

test('what is known of a call says how it came out, and where it says nothing there is no outcome', async (t) => {
  for (const [what, facts, outcome, confidence] of cases) {
    const found = classifyCall({ ...bare, ...facts })
    t.same([found?.outcome, found?.confidence], [outcome, confidence], what)
    if (found !== undefined) t.match(found.reason, /^Classified: .+\.$/, what)
  }
})

async function made(who: TestCompany, path: string, body: object): Promise<TestResponse['body']> {
  const answer = await s.request('POST', path, who.headers, body)
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

const skillbaseOf = async (who: TestCompany): Promise<string> =>
  (await made(who, '/api/skillbases', { name: 'Bot', slug: `bot-${randomUUID()}`, config: exampleConfig })).id

const dialogue = (...states: string[]) =>
  states.flatMap((state_id, i) => [
    { turn_index: 2 * i, role: 'assistant', state_id, content: 'Hello' },
    { turn_index: 2 * i + 1, role: 'user', state_id, content: 'Yes' },
  ])

test('the outcome of an ended call', async (t) => {
  const a = await s.createCompany()
  const skillbase_id = await skillbaseOf(a)
  const ended = async (turns: object[], completion: object = {}, more: object = {}): Promise<string> => {
    const { id } = await made(a, '/api/calls', { direction: 'outbound', skillbase_id, ...more })
    if (turns.length > 0) await made(a, `/api/calls/${id}/turns`, { turns })
    await made(a, `/api/calls/${id}/complete`, { duration_sec: 30, ...completion })
    return id
  }
  /** What the call and its metrics say: outcome, whether it was classified, confidence, reason. */
  const said = async (id: string) => {
    const call = (await s.request('GET', `/api/calls/${id}`, a.headers)).body
    const metrics = (await s.request('GET', `/api/calls/${id}/metrics`, a.headers)).body
    if (metrics.outcome !== call.outcome) throw new Error(`call ${call.outcome}, metrics ${metrics.outcome}`)
    return [call.outcome, call.is_outcome_classified, metrics.outcome_confidence, metrics.outcome_reason]
  }

  t.test('is classified where nobody said it: by the last state, not by the last new one', async (t) => {
    const success = await ended(dialogue('greeting', 'inquiry', 'BOOKING'))
    const reason = 'Classified: it went to the end of the flow, "booking".'
    t.same(await said(success), ['success', true, 0.7, reason])
    const back = await ended(dialogue('greeting', 'booking', 'inquiry', 'greeting'))
    t.match(await said(back), ['fail', true, 0.7, /it ended in "greeting", before/])
    const busy = await ended([], { status: 'failed', ended_reason: '486 Busy Here' })
    t.match(await said(busy), ['busy', true, 0.95, /486 Busy Here/])
  })

  t.test('is null where nothing can be said', async (t) => {
    t.same(await said(await ended([])), [null, false, null, null])
    t.same(await said(await ended([], { status: 'failed' })), [null, false, null, null])
    const stateless = dialogue('x', 'y').map(({ state_id: _, ...turn }) => turn)
    t.same(await said(await ended(stateless)), [null, false, null, null])
    t.same(await said(await ended(dialogue('nowhere'))), [null, false, null, null], 'a state of no flow')
  })

  t.test('that was said is never classified', async (t) => {
    const id = await ended(dialogue('greeting', 'booking'), {
      outcome: 'callback',
      outcome_confidence: 0.4,
      outcome_reason: 'Tomorrow.',
    })
    t.same(await said(id), ['callback', false, 0.4, 'Tomorrow.'])
    await made(a, `/api/calls/${id}/turns`, {
      turns: [{ turn_index: 9, role: 'user', state_id: 'booking' }],
    })
    t.same(await said(id), ['callback', false, 0.4, 'Tomorrow.'])
  })

  t.test(
    'is classified again when a late turn tells more, and is unknown again when it tells less',
    async (t) => {
      const id = await ended(dialogue('greeting', 'inquiry'))
      t.match(await said(id), ['fail', true, 0.6])
      const say = (turn_index: number, state_id: string) =>
        made(a, `/api/calls/${id}/turns`, { turns: [{ turn_index, role: 'user', state_id }] })
      await say(10, 'booking')
      t.match(await said(id), ['success', true, 0.7, /end of the flow/])
      await say(11, 'nowhere')
      t.same(await said(id), [null, false, null, null])
      await say(12, 'booking')
      t.match(await said(id), ['success', true])
      const before = await said(id)
      await made(a, `/api/calls/${id}/complete`, {})
      t.same(await said(id), before, 'ended again, it says the same')
    },
  )

  t.test('that is said later wins over what was classified, however it is said', async (t) => {
    const byCompletion = await ended(dialogue('greeting', 'booking'))
    await made(a, `/api/calls/${byCompletion}/complete`, { outcome: 'fail', outcome_reason: 'No show.' })
    t.same(await said(byCompletion), ['fail', false, null, 'No show.'])
    await made(a, `/api/calls/${byCompletion}/complete`, { outcome: 'success' })
    t.same(await said(byCompletion), ['fail', false, null, 'No show.'], 'and what was said first stays')

    const byTelemetry = await ended(dialogue('greeting', 'booking'))
    await made(a, '/api/telemetry', { completions: [{ call_id: byTelemetry, outcome: 'success' }] })
    t.same(await said(byTelemetry), ['success', false, null, null], 'the same word, and now it is said')

    const byPatch = await ended(dialogue('greeting', 'booking'))
    await s.request('PATCH', `/api/calls/${byPatch}`, a.headers, { outcome: 'transferred' })
    t.same(await said(byPatch), ['transferred', false, null, null])
    await s.request('PATCH', `/api/calls/${byPatch}`, a.headers, { outcome: null })
    t.same(await said(byPatch), [null, false, null, null])

    const byMetrics = await ended(dialogue('greeting', 'booking'))
    await s.request('PUT', `/api/calls/${byMetrics}/metrics`, a.headers, {
      outcome: 'fail',
      tts_characters: 5,
    })
    t.same(await said(byMetrics), ['fail', false, null, null])
    await s.request('PUT', `/api/calls/${byMetrics}/metrics`, a.headers, { outcome: null })
    t.same(await said(byMetrics), ['fail', false, null, null], 'null says nothing')
  })

  t.test(
    'follows metrics that are put as a whole, and keeps a reason that came without an outcome',
    async (t) => {
      const { id } = await made(a, '/api/calls', { direction: 'inbound' })
      await made(a, `/api/calls/${id}/complete`, { duration_sec: 40, outcome_reason: 'Silence.' })
      t.same(await said(id), [null, false, null, 'Silence.'])
      await s.request('PUT', `/api/calls/${id}/metrics`, a.headers, { turn_count: 2, bot_turn_count: 2 })
      t.same(await said(id), ['fail', true, 0.5, 'Silence.'])
      await made(a, `/api/calls/${id}/complete`, { outcome: 'no_answer' })
      t.same(await said(id), ['no_answer', false, null, 'Silence.'])
    },
  )

  t.test('is not taken from a flow that hand-written SQL broke', async (t) => {
    const broken = await skillbaseOf(a)
    for (const flow of [
      '7',
      '{"type": "graph", "states": ["greeting", "booking"], "transitions": [{"from": 1}]}',
    ]) {
      await s.db.orm.execute(sql`
        update skillbases set version = version + 1, config = jsonb_set(config, '{flow}', ${flow}::text::jsonb)
        where id = ${broken}`)
      const id = await ended(dialogue('greeting', 'booking'), {}, { skillbase_id: broken })
      t.same(await said(id), [null, false, null, null], flow)
    }
  })

  t.test('counts in analytics as one that was said', async (t) => {
    const b = await s.createCompany()
    const skillbase_id = await skillbaseOf(b)
    for (const states of [['greeting'], ['greeting', 'booking']]) {
      const { id } = await made(b, '/api/calls', { direction: 'inbound', skillbase_id })
      await made(b, `/api/calls/${id}/turns`, { turns: dialogue(...states) })
      await made(b, `/api/calls/${id}/complete`, { duration_sec: 20 })
    }
    const { body } = await s.request('GET', '/api/analytics/metrics', b.headers)
    t.match(body, { success_rate: 0.5, outcomes: { success: 1, fail: 1 } })
    const rows = (await s.request('GET', '/api/analytics/calls', b.headers)).body.items
    t.ok(rows.every((row: { is_outcome_classified: boolean }) => row.is_outcome_classified))
  })
})

test('the interval of a share, and the chance of a difference, are those of the textbooks', async (t) => {
  const near = (found: number | undefined, wanted: number, what: string) =>
    t.ok(found !== undefined && Math.abs(found - wanted) < 5e-5, `${what}: ${found}, ${wanted}`)
  for (const [successes, n, low, high] of [
    [8, 10, 0.4902, 0.9433],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
  ] as const) {
    const interval = wilsonInterval({ successes, n })
    near(interval?.low, low, `${successes}/${n}`)
    near(interval?.high, high, `${successes}/${n}`)
  }
  t.equal(wilsonInterval({ successes: 0, n: 0 }), null)
  const chance = (a: [number, number], b: [number, number]) =>
    twoProportionPValue({ successes: a[0], n: a[1] }, { successes: b[0], n: b[1] })
  // z = 0.15 / sqrt(0.275 x 0.725 x 2/100) = 2.3754
  near(chance([20, 100], [35, 100]) ?? undefined, 0.01753, '20 % against 35 % of 100')
  near(chance([35, 100], [20, 100]) ?? undefined, 0.01753, 'the other way round')
  near(chance([50, 100], [50, 100]) ?? undefined, 1, 'no difference')
  t.equal(chance([1, 10], [3, 10]), null, 'too few')
  t.equal(chance([0, 100], [0, 100]), null, 'no success at all')
  t.equal(chance([0, 0], [5, 9]), null)
})

/** Calls of a version as rows: so many with each outcome, each with a cost and a latency. */
async function seedVersion(
  who: TestCompany,
  skillbase_id: string,
  version: number,
  counts: Partial<Record<Outcome, number>>,
  each: { cost: string; eou: number; interruptions: number },
) {
  for (const [outcome, n] of Object.entries(counts)) {
    await s.db.orm.execute(sql`
      with made as (
        insert into calls (company_id, skillbase_id, skillbase_version, direction, status, outcome, duration_sec, started_at, ended_at)
        select ${who.id}, ${skillbase_id}, ${version}::int, 'inbound', 'completed', ${outcome}, 60,
          '2026-05-04T10:00:00Z', '2026-05-04T10:01:00Z' from generate_series(1, ${n}::int)
        returning id
      ), turned as (
        insert into call_logs (company_id, call_id, turn_index, role, eou_latency)
        select ${who.id}, id, 0, 'assistant', ${each.eou} from made
      ), measured as (
        insert into call_metrics (company_id, call_id, is_derived, turn_count, bot_turn_count, interruption_count, cost_total)
        select ${who.id}, id, true, 2, 2, ${each.interruptions}, ${each.cost}::numeric from made
      )
      insert into dirty_calls (company_id, call_id) select ${who.id}, id from made`)
  }
}

test('two versions side by side', async (t) => {
  const a = await s.createCompany()
  const skillbase = await skillbaseOf(a)
  await s.request('PATCH', `/api/skillbases/${skillbase}`, a.headers, {
    config: { llm: { temperature: 0.1 } },
  })
  await s.request('PATCH', `/api/skillbases/${skillbase}`, a.headers, {
    config: { llm: { temperature: 0.3 } },
  })
  await seedVersion(
    a,
    skillbase,
    1,
    { success: 20, fail: 80 },
    { cost: '0.100003', eou: 800, interruptions: 1 },
  )
  await seedVersion(
    a,
    skillbase,
    2,
    { success: 35, fail: 65 },
    { cost: '0.100001', eou: 600, interruptions: 0 },
  )
  await seedVersion(a, skillbase, 3, { success: 2, fail: 1 }, { cost: '0.2', eou: 600, interruptions: 0 })
  const ask = (query: string, who = a) =>
    s.request('GET', `/api/analytics/compare?start=2026-05-01&end=2026-06-01&${query}`, who.headers)
  const compare = (version_a: number, version_b: number, more = '') =>
    ask(`skillbase_id=${skillbase}&version_a=${version_a}&version_b=${version_b}${more}`)

  t.test('show the whole figures of each, as the figures by version do', async (t) => {
    const { body } = await compare(1, 2)
    const url = `/api/analytics/metrics?start=2026-05-01&end=2026-06-01&group_by=version&skillbase_id=${skillbase}`
    const { groups } = (await s.request('GET', url, a.headers)).body
    for (const side of ['a', 'b'] as const) {
      const { version, ...figures } = body[side]
      const {
        key: _,
        values: __,
        names: ___,
        ...wanted
      } = groups.find((group: { key: string }) => group.key === String(version))
      t.same(figures, wanted, side)
    }
    t.match(body, { skillbase_id: skillbase, a: { version: 1 }, b: { version: 2 }, timezone: 'UTC' })
  })

  t.test('say the difference, its share, of how many, and whether it is more than chance', async (t) => {
    const { compared } = (await compare(1, 2)).body
    const { success_rate } = compared
    t.match(success_rate, { a: { value: 0.2, n: 100 }, b: { value: 0.35, n: 100 }, few_samples: false })
    t.ok(Math.abs(success_rate.difference - 0.15) < 1e-12 && Math.abs(success_rate.change - 0.75) < 1e-12)
    t.ok(Math.abs(success_rate.p_value - 0.01753) < 5e-5)
    t.equal(success_rate.is_beyond_chance, true)
    t.ok(success_rate.a.interval.low < 0.2 && success_rate.a.interval.high > 0.2)
    t.match(compared.eou_latency_p50, { a: { n: 100 }, b: { n: 100 }, few_samples: false })
    t.ok(Math.abs(compared.eou_latency_p95.difference + 200) < 10)
    t.match(compared.duration_avg_sec, { a: { value: 60, n: 100 }, difference: 0, change: 0 })
    t.match(compared.interruption_rate, { a: { value: 0.5, n: 200 }, b: { value: 0, n: 200 }, change: -1 })
    t.match(compared.cost_per_call, {
      a: { value: '0.100003', n: 100 },
      b: { value: '0.100001', n: 100 },
      difference: '-0.000002',
    })
    const back = (await compare(2, 1)).body.compared
    t.equal(back.cost_per_call.difference, '0.000002')
    t.equal(back.interruption_rate.change, null, 'there is no share of nothing')
  })

  t.test('say so where there are few, or none', async (t) => {
    const { compared } = (await compare(1, 3)).body
    t.match(compared.success_rate, { b: { n: 3 }, few_samples: true, p_value: null, is_beyond_chance: null })
    const none = (await compare(1, 2, '&direction=outbound')).body
    t.equal(none.a.calls.total, 0)
    t.match(none.compared, {
      success_rate: {
        a: { value: null, n: 0, interval: null },
        difference: null,
        change: null,
        few_samples: true,
      },
      cost_per_minute: { a: { value: null, n: 0 }, difference: null },
    })
  })

  t.test('are two, and are there', async (t) => {
    t.match((await compare(1, 1)).body, { status: 422, code: 'same_version' })
    const missing = await compare(1, 9)
    t.match(missing.body, { status: 422, code: 'unknown_version', errors: [{ pointer: '/version_b' }] })
    const other = await s.createCompany()
    const foreign = await ask(`skillbase_id=${skillbase}&version_a=1&version_b=2`, other)
    t.match(foreign.body, { status: 422, code: 'unknown_version', errors: [{ pointer: '/version_a' }] })
  })
})

/** RFC 4180, by another hand than the one that writes it. */
function readCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [[]]
  for (let i = 0; i < text.length; ) {
    let cell = ''
    if (text[i] === '"') {
      for (i++; !(text[i] === '"' && text[i + 1] !== '"'); i++) {
        if (i >= text.length) throw new Error('a quote is not closed')
        if (text[i] === '"') i++
        cell += text[i]
      }
      i++
    } else while (i < text.length && text[i] !== separator && text[i] !== '\r') cell += text[i++]
    rows.at(-1)?.push(cell)
    if (text[i] === separator) i++
    else if (text.startsWith('\r\n', i)) {
      i += 2
      if (i < text.length) rows.push([])
    } else throw new Error(`neither a separator nor an end of line at ${i}: ${text.slice(i - 20, i + 20)}`)
  }
  return rows
}

async function exported(who: TestCompany, path: string, separator?: string) {
  const answer = await s.request('GET', path, who.headers)
  if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  const [head = [], ...rows] = readCsv(answer.body.replace(/^\ufeff/, ''), separator)
  const records = rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])))
  return { answer, head, records: records as Record<string, string>[] }
}

test('an export of calls and metrics', async (t) => {
  const a = await s.createCompany()
  const hostile = [
    '=HYPERLINK("http://evil.example","x")',
    '+1+cmd|calc',
    '-2+3',
    '@SUM(A1:A9)',
    '\t=1+1',
    '\r=1+1',
    '\n=1',
    '＝1+1',
    '＋1+1',
    '－1+1',
    '＠SUM(1)',
    '+abc',
  ]
  const harmless = [
    '+79991234567',
    '-5',
    '+12.5',
    'a=1',
    'says "hi", twice',
    'two\r\nlines; and\nthree',
    'Привет, мир',
    "'quoted",
    ' =1+1',
  ]
  for (const ended_reason of [...hostile, ...harmless]) {
    const { id } = await made(a, '/api/calls', {
      direction: 'inbound',
      caller_number: '+7 (999) 123-45-67',
      callee_number: '=1+1',
    })
    await made(a, `/api/calls/${id}/turns`, { turns: dialogue('greeting') })
    await made(a, `/api/calls/${id}/complete`, {
      ended_reason,
      duration_sec: 12.5,
      outcome: 'success',
      collected_data: { note: '=1+1, "x"' },
      reported_cost: { total: '0.000123' },
      sentiment_score: -0.25,
    })
  }
  const listed = (await s.request('GET', '/api/calls?limit=200', a.headers)).body.items

  t.test('has every call of the list with its fields, latest first, each value whole', async (t) => {
    const { answer, head, records } = await exported(a, '/api/calls/export')
    t.match(answer.headers, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="calls.csv"',
      'cache-control': 'no-store',
    })
    t.equal(records.length, listed.length)
    t.same(
      [...head].sort(),
      Object.keys(listed[0])
        .filter((name) => name !== 'company_id')
        .sort(),
    )
    for (const [i, call] of listed.entries()) {
      for (const name of head) {
        const value = call[name]
        const text = value === null ? '' : typeof value === 'object' ? null : String(value)
        const cell = records[i]?.[name]?.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')
        if (text !== null) t.equal(cell, text, name)
        else t.same(JSON.parse(cell ?? ''), value, name)
      }
    }
  })

  t.test('runs in no sheet program, and leaves phone numbers and numbers as they are', async (t) => {
    const { records } = await exported(a, '/api/calls/export')
    const reasons = records.map(({ ended_reason }) => ended_reason)
    for (const text of hostile) t.ok(reasons.includes(`'${text}`), JSON.stringify(text))
    for (const text of harmless) t.ok(reasons.includes(text), JSON.stringify(text))
    t.ok(records.every(({ caller_number }) => caller_number === '+79991234567'))
    t.ok(records.every(({ callee_number }) => callee_number === "'=1+1"))
    const cells = records.flatMap((record) => Object.values(record))
    t.same(
      cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^[+-]\d+(\.\d+)?$/.test(cell)),
      [],
    )
  })

  t.test('is written as Excel of a Russian locale reads it, when asked', async (t) => {
    const { answer, records } = await exported(a, '/api/calls/export?separator=%3B&decimal=,&bom=true', ';')
    t.ok(answer.body.startsWith('\ufeffid;external_call_id;'))
    t.ok(records.every(({ duration_sec }) => duration_sec === '12,5'))
    t.ok(records.some(({ ended_reason }) => ended_reason === 'Привет, мир'))
    const raw = await exported(a, '/api/calls/export?separator=;', ';')
    t.equal(raw.records.length, listed.length, 'the semicolon may stand in the address as it is')
    t.notOk(raw.answer.body.startsWith('\ufeff'))
    t.equal((await s.request('GET', '/api/calls/export?separator=|', a.headers)).status, 400)
  })

  t.test('of metrics has what the list of metrics has, money as it is', async (t) => {
    const { answer, records } = await exported(a, '/api/call-metrics/export')
    t.match(answer.headers['content-disposition'], /filename="call-metrics.csv"/)
    const metrics = (await s.request('GET', '/api/call-metrics?limit=200', a.headers)).body.items
    t.same(
      records.map(({ call_id }) => call_id),
      metrics.map((row: { call_id: string }) => row.call_id),
    )
    for (const [i, row] of metrics.entries()) {
      for (const [name, cell] of Object.entries(records[i] ?? {})) {
        if (name === 'started_at' || name === 'is_outcome_classified') continue
        t.equal(cell, row[name] === null ? '' : String(row[name]), name)
      }
    }
    t.match(records[0], { cost_total: '0.000123', sentiment_score: '-0.25', user_turn_count: '1' })
    const comma = await exported(a, '/api/call-metrics/export?separator=;&decimal=,', ';')
    t.match(comma.records[0], { cost_total: '0,000123', sentiment_score: '-0,25' })
  })

  t.test('takes the filters of the list, and a fault in them is a problem and not a file', async (t) => {
    const count = async (query: string) => (await exported(a, `/api/calls/export?${query}`)).records.length
    t.equal(await count('direction=outbound'), 0)
    t.equal(await count('outcome=success&status=completed'), listed.length)
    t.equal(await count('end=2020-01-01'), 0)
    t.equal((await exported(a, '/api/call-metrics/export?outcome=fail')).records.length, 0)
    const faulty = await s.request('GET', '/api/calls/export?start=9999-12-31T23:59:60Z', a.headers)
    t.match(faulty, { status: 400, headers: { 'content-type': /problem/, 'content-disposition': undefined } })
    const nul = await s.request('GET', '/api/calls/export?external_call_id=%00', a.headers)
    t.match(nul, { status: 422, headers: { 'content-type': /problem/ } })
  })

  t.test("shows nothing of another company's, and an empty one has its first line", async (t) => {
    const b = await s.createCompany()
    const { answer, head, records } = await exported(b, '/api/calls/export')
    t.equal(records.length, 0)
    t.equal(answer.body, `${head.join(',')}\r\n`)
    t.equal((await exported(b, '/api/call-metrics/export')).records.length, 0)
    t.equal((await s.request('GET', '/api/calls/export', await a.createKey('ingest'))).status, 403)
    const headed = await s.request('HEAD', '/api/calls/export', a.headers)
    t.match(headed, { status: 200, body: '', headers: { 'content-type': /text\/csv/ } })
  })
})

test('a long export', async (t) => {
  const a = await s.createCompany()
  const rows = 24_000
  await s.db.orm.execute(sql`
    insert into calls (company_id, direction, status, started_at, ended_reason, outcome_data)
    select ${a.id}, 'inbound', 'completed', timestamptz '2026-05-04T10:00:00Z' + i * interval '1 s',
      'call ' || i, jsonb_build_object('note', repeat('x', 1500)) from generate_series(1, ${rows}::int) i`)
  const base = await s.app.listen({ port: 0, host: '127.0.0.1' })
  const watcher = postgres(s.url, { max: 1, onnotice: () => undefined })
  t.teardown(() => watcher.end())
  /** Transactions that a cursor is open in. */
  const open = () => watcher<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
      and (state like 'idle in transaction%' or state = 'active') and query ~ 'exported_'`
  const until = async (what: string, holds: () => Promise<boolean>) => {
    const end = Date.now() + 10_000
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`not within 10 s: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  /** An export that has begun; a busy machine may refuse it first. */
  const start = async (): Promise<IncomingMessage> => {
    let begun: IncomingMessage | undefined
    await until('an export begins', async () => {
      const request = httpGet(`${base}/api/calls/export`, { headers: a.headers, agent: false })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.on('error', () => undefined)
      if (response.statusCode === 200) begun = response
      else response.resume()
      return response.statusCode === 200
    })
    return begun as IncomingMessage
  }
  /** Every byte that comes, and whether the answer came to its end. */
  const rest = async (response: IncomingMessage) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    await new Promise<void>((resolve) => response.once('close', resolve))
    return { text: Buffer.concat(chunks).toString(), complete: response.complete }
  }

  t.test('comes whole, every call once and in order', async (t) => {
    const { text, complete } = await rest(await start())
    t.ok(complete)
    const reasons = readCsv(text)
      .slice(1)
      .map((row) => row[8])
    t.equal(reasons.length, rows)
    t.ok(reasons.every((reason, i) => reason === `call ${rows - i}`))
  })

  t.test('waits for who reads slowly, and gives its connection back when they hang up', async (t) => {
    const response = await start()
    await until('a transaction is open', async () => (await open()).length === 1)
    t.ok(!response.complete)
    response.destroy()
    await until('the transaction has ended', async () => (await open()).length === 0)
    t.equal((await s.request('GET', '/api/calls?limit=1', a.headers)).status, 200)
  })

  t.test('that is one too many is told to come again, and the next one after is served', async (t) => {
    const both = [await start(), await start()]
    const third = await s.request('GET', '/api/calls/export', a.headers)
    t.match(third, { status: 503, body: { code: 'overloaded' }, headers: { 'retry-after': /\d/ } })
    for (const response of both) response.destroy()
    await until('both have ended', async () => (await open()).length === 0)
    t.equal((await exported(a, '/api/calls/export?start=2027-01-01')).records.length, 0)
  })

  t.test(
    'that loses its database in the middle does not look whole, and the next one is served',
    async (t) => {
      const response = await start()
      await until('a transaction is open', async () => (await open()).length === 1)
      for (const { pid } of await open()) await watcher`select pg_terminate_backend(${pid})`
      const { text, complete } = await rest(response)
      t.notOk(complete, 'the answer breaks off')
      t.ok(text.length > 0)
      t.ok(
        s.logLines.some((line) => line.includes('an export was cut off') && !line.includes('select')),
        'and the log says so, without SQL',
      )
      t.equal((await exported(a, '/api/calls/export?start=2027-01-01')).records.length, 0)
    },
  )

  t.test('whose reader left before it began leaves nothing behind', async (t) => {
    let request: ReturnType<typeof httpGet> | undefined
    const ask = (): ReturnType<typeof httpGet> => {
      const asked = httpGet(`${base}/api/calls/export`, { headers: a.headers, agent: false })
      asked.on('error', () => undefined)
      // Answered at once it was refused: the machine is busy.
      asked.on('response', (response) => {
        response.resume()
        request = ask()
      })
      return asked
    }
    await watcher.begin(async (locked) => {
      await locked`lock table calls in access exclusive mode`
      request = ask()
      await until('it waits', async () => {
        const rows = await locked`select 1 from pg_locks where not granted and relation = 'calls'::regclass`
        return rows.length > 0
      })
      request?.destroy()
    })
    await until('the transaction has ended', async () => (await open()).length === 0)
    t.equal((await exported(a, '/api/calls/export?start=2027-01-01')).records.length, 0)
  })
})
