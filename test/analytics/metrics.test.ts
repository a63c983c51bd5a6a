import t, { test } from 'tap'
import { queries } from '../../src/db/query/define-query.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import { startTestService } from '../setup/service.ts'
import {
  type CallSeed,
  differences,
  divideHalfUp,
  expectedFigures,
  figuresIn,
  formatUsd,
  noFigures,
  type TurnSeed,
} from './expected-figures.ts'
import { analyticsOn, randomCalls, wallClock } from './fixtures.ts'

const s = await startTestService(t)
const { seed, get, getOk, createSkillbase } = analyticsOn(s)

const dayPath = 'analytics/metrics?start=2026-05-04&end=2026-05-05'

test('Every figure of five calls equals the value computed by hand', async (t) => {
  const company = await s.createCompany()
  const counts = { turn_count: 3, bot_turn_count: 2, user_turn_count: 1 }
  await seed(company, [
    {
      started_at: '2026-05-04T10:00:00Z',
      outcome: 'success',
      ring_sec: 5,
      duration_sec: 60,
      turns: [
        { role: 'assistant', eou_latency: 100, latency_llm: 10 },
        { role: 'user', ttfb_stt: 70 },
        { role: 'assistant', eou_latency: 300 },
      ],
      metrics: {
        ...counts,
        interruption_count: 1,
        stt_duration_sec: 1.5,
        llm_input_tokens: 1000,
        llm_output_tokens: 50,
        tts_characters: 200,
        livekit_duration_sec: 60,
        cost_stt: '0.1',
        cost_llm: '0.2',
        cost_total: '0.3',
      },
    },
    {
      started_at: '2026-05-04T11:00:00Z',
      direction: 'outbound',
      status: 'failed',
      outcome: 'no_answer',
      ring_sec: 25,
      duration_sec: 30,
      turns: [
        { role: 'assistant', eou_latency: 200 },
        { role: 'assistant', eou_latency: 1000 },
      ],
      metrics: { ...counts, interruption_count: 0, llm_input_tokens: 500, cost_total: '0.000001' },
    },
    { started_at: '2026-05-04T12:00:00Z', status: 'cancelled', outcome: 'cancelled', metrics: counts },
    { started_at: '2026-05-04T13:00:00Z', status: 'active' },
    // In none of the figures but not_dialed.
    {
      started_at: '2026-05-04T14:00:00Z',
      status: 'cancelled',
      outcome: 'cancelled',
      ended_reason: 'not_dialed',
    },
  ])
  const metrics = await getOk(t, company, dayPath)
  const latencyFiguresOf = (n: number, value: number | null) => ({
    n,
    avg: value,
    min: value,
    max: value,
    p50: value,
    p90: value,
    p95: value,
    p99: value,
    few_samples: true,
  })
  const expected = {
    start: '2026-05-04T00:00:00.000Z',
    end: '2026-05-05T00:00:00.000Z',
    timezone: 'UTC',
    calls: {
      total: 4,
      completed: 1,
      failed: 1,
      cancelled: 1,
      live: 1,
      inbound: 3,
      outbound: 1,
      dialed: 3,
      answered: 1,
      not_dialed: 1,
    },
    answer_rate: 1 / 3,
    success_rate: 1,
    turns: 5,
    ring: { n: 2, avg: 15 },
    duration: { n: 2, avg: 45, min: 30, max: 60, sum: 90 },
    latency: {
      // 100, 200, 300, 1000: the median is between the second and the third; p90 is at 2.7, p95 at 2.85, p99 at 2.97.
      eou_latency: {
        n: 4,
        avg: 400,
        min: 100,
        max: 1000,
        p50: 250,
        p90: 790,
        p95: 895,
        p99: 979,
        few_samples: true,
      },
      latency_llm: latencyFiguresOf(1, 10),
      ttfb_stt: latencyFiguresOf(1, 70),
      ttfb_tts: latencyFiguresOf(0, null),
      e2e_latency: latencyFiguresOf(0, null),
    },
    overlap: { n: 4, count: 0, rate: 0 },
    usage: {
      stt_duration_sec: 1.5,
      llm_input_tokens: 1500,
      llm_cached_input_tokens: null,
      llm_output_tokens: 50,
      tts_characters: 200,
      livekit_duration_sec: 60,
    },
    cost: {
      total: '0.300001',
      stt: '0.100000',
      llm: '0.200000',
      tts: null,
      livekit: null,
      known: '0.300001',
      // Over the two priced calls and their 90 seconds, rounded half up.
      per_call: '0.150001',
      per_minute: '0.200001',
      priced_calls: 2,
      unpriced_calls: 0,
      unmeasured_calls: 1,
    },
    outcomes: { success: 1, no_answer: 1, cancelled: 1 },
    interruption: { n: 4, count: 1, rate: 0.25, turns: 6, per_turn: 1 / 6 },
    calls_without_turns: 0,
  }
  t.same(differences(metrics, expected), [])
})

test('A company without calls has counts of 0, and null for every other figure', async (t) => {
  const company = await s.createCompany()
  t.same(differences(figuresIn(await getOk(t, company, dayPath)), noFigures), [])
})

const unmeasuredCalls: CallSeed[] = [
  { started_at: '2026-05-04T10:00:00Z', turns: [{ role: 'user' }], metrics: { eou_latency_avg: null } },
  { started_at: '2026-05-04T10:00:00Z', status: 'active', outcome: null },
]

test('Figures without measurements are null', async (t) => {
  const company = await s.createCompany()
  await seed(company, unmeasuredCalls)
  const { calls, latency, cost, usage, ring, duration, interruption } = await getOk(t, company, dayPath)
  t.equal(calls.total, 2)
  t.same(ring, { n: 0, avg: null })
  const { n, few_samples, ...latencyFigures } = latency.eou_latency
  t.same([n, few_samples], [0, true])
  const { priced_calls, unpriced_calls, unmeasured_calls, ...amounts } = cost
  t.same([priced_calls, unpriced_calls, unmeasured_calls], [0, 0, 1], 'a live call is not unmeasured')
  const { n: timedCalls, ...durationFigures } = duration
  const { n: interruptibleTurns, turns, ...interruptionFigures } = interruption
  t.same([timedCalls, interruptibleTurns, turns], [0, 0, 0])
  for (const figures of [latencyFigures, amounts, usage, durationFigures, interruptionFigures])
    t.ok(
      Object.values(figures).every((value) => value === null),
      JSON.stringify(figures),
    )
})

test('A measured zero is zero, not null', async (t) => {
  const company = await s.createCompany()
  await seed(company, [
    ...unmeasuredCalls,
    { started_at: '2026-05-04T11:00:00Z', metrics: { cost_total: '0', interruption_count: 0 } },
  ])
  const { cost, interruption } = await getOk(t, company, dayPath)
  t.match(cost, { total: '0.000000', per_call: '0.000000', per_minute: null })
  t.match(interruption, { count: 0, rate: null })
})

test('Costs are summed exactly, whatever their number and size', async (t) => {
  const company = await s.createCompany()
  const costs = [
    ...Array(1000).fill('0.1'),
    ...Array(1000).fill('0.2'),
    '0.000001',
    '999999.999999',
    '123.456789',
  ]
  await seed(
    company,
    costs.map((cost_total) => ({
      started_at: '2026-05-04T10:00:00Z',
      metrics: { cost_total, cost_llm: cost_total },
    })),
  )
  const { cost } = await getOk(t, company, dayPath)
  t.equal(cost.total, '1000423.456789')
  t.equal(cost.llm, '1000423.456789')
  t.equal(cost.tts, null)
  t.equal(cost.per_call, formatUsd(divideHalfUp(1000423456789n, 2003n)))
  t.equal(cost.per_minute, null, 'no call has a duration')
  const report = await getOk(t, company, 'analytics/costs?start=2026-05-04&end=2026-05-05')
  t.equal(report.cost.total, '1000423.456789')
  t.equal(report.by_day[0].cost.total, '1000423.456789')
})

test('few_samples is true below ten samples', async (t) => {
  const company = await s.createCompany()
  const turn = (eou_latency: number): TurnSeed => ({ role: 'assistant', eou_latency })
  const started_at = '2026-05-04T10:00:00Z'
  const eouLatency = async () => (await getOk(t, company, dayPath)).latency.eou_latency
  await seed(company, [{ started_at, turns: Array.from({ length: 9 }, (_, i) => turn(i)) }])
  t.match(await eouLatency(), { n: 9, few_samples: true, max: 8 })
  await seed(company, [{ started_at, turns: [turn(9)] }])
  t.match(await eouLatency(), { n: 10, few_samples: false, max: 9 })
})

test('Calls measured without turns count in usage and cost, but not in percentiles', async (t) => {
  const company = await s.createCompany()
  const createCall = async () => {
    const body = { direction: 'inbound', started_at: '2026-05-04T10:00:00Z' }
    return (await s.request('POST', '/api/calls', company.headers, body)).body.id
  }
  const putMetrics = async (id: string, body: object) =>
    t.equal((await s.request('PUT', `/api/calls/${id}/metrics`, company.headers, body)).status, 200)
  await putMetrics(await createCall(), {
    eou_latency_avg: 5000,
    turn_count: 4,
    llm_input_tokens: 10,
    cost_total: '0.25',
  })
  await putMetrics(await createCall(), { tts_characters: 7 })
  const unanswered = await createCall()
  await s.request('POST', `/api/calls/${unanswered}/complete`, company.headers, {
    status: 'failed',
    outcome: 'no_answer',
  })
  const withTurns = await createCall()
  const turns = [{ turn_index: 0, role: 'assistant', eou_latency: 400 }]
  await s.request('POST', `/api/calls/${withTurns}/turns`, company.headers, { turns })
  await s.request('POST', `/api/calls/${withTurns}/complete`, company.headers, { outcome: 'success' })
  const metrics = await getOk(t, company, dayPath)
  t.equal(metrics.calls_without_turns, 2, 'an unanswered call is not counted: it cannot have turns')
  t.match(metrics.latency.eou_latency, { n: 1, max: 400 })
  t.match(metrics.usage, { llm_input_tokens: 10, tts_characters: 7 })
  t.equal(metrics.cost.total, '0.250000')
  t.equal(metrics.turns, 1)
})

test('Groups and filters', async (t) => {
  const company = await s.createCompany()
  const firstBot = await createSkillbase(company)
  const secondBot = await createSkillbase(company, 'Other bot')
  const ids = {
    skillbases: [firstBot.skillbase, secondBot.skillbase],
    campaigns: [...firstBot.campaigns, secondBot.campaigns[0]],
  }
  const calls = randomCalls(500, '2026-03-20T00:00:00Z', '2026-04-05T00:00:00Z', ids)
  await seed(company, calls)
  const callsAfterPeriod = randomCalls(30, '2026-04-05T00:00:00Z', '2026-04-06T00:00:00Z', ids, 8)
  await seed(company, callsAfterPeriod)
  const zone = 'Europe/Berlin'
  const path = `analytics/metrics?start=2026-03-20T00:00:00Z&end=2026-04-05T00:00:00Z&timezone=${zone}`

  const dimensionValue: Record<string, (call: CallSeed) => string | number | null> = {
    campaign: (call) => call.campaign_id ?? null,
    skillbase: (call) => call.skillbase_id ?? null,
    version: (call) => call.skillbase_version ?? null,
    outcome: (call) => call.outcome ?? null,
    direction: (call) => call.direction ?? null,
    hour_of_day: (call) => wallClock(call.started_at, zone).hour_of_day,
    day_of_week: (call) => wallClock(call.started_at, zone).day_of_week,
  }
  const dimensions = Object.keys(dimensionValue)
  const pairs = dimensions.flatMap((first, i) => dimensions.slice(i + 1).map((second) => [first, second]))
  for (const groupBy of [...dimensions.map((name) => [name]), ...pairs]) {
    await t.test(`Each group by ${groupBy.join(' and ')} has the figures of its calls`, async (t) => {
      const response = await getOk(t, company, `${path}&group_by=${groupBy.join(',')}`)
      const callsByValues = new Map<string, CallSeed[]>()
      for (const call of calls) {
        const values = JSON.stringify(groupBy.map((name) => dimensionValue[name]?.(call)))
        callsByValues.set(values, [...(callsByValues.get(values) ?? []), call])
      }
      const faults = differences(figuresIn(response), expectedFigures(calls))
      t.equal(response.groups.length, callsByValues.size)
      t.equal(response.groups_left_out, 0)
      for (const group of response.groups) {
        const values = groupBy.map((name) => group.values[name])
        const callsOfGroup = callsByValues.get(JSON.stringify(values)) ?? []
        faults.push(...differences(figuresIn(group), expectedFigures(callsOfGroup)))
        const key = values.every((value) => value === null) ? null : values.map((v) => v ?? '').join('/')
        if (group.key !== key) faults.push(`key ${group.key}, not ${key}`)
      }
      t.same(faults.slice(0, 5), [])
    })
  }

  const filters: [query: string, matches: (call: CallSeed) => boolean][] = [
    [`skillbase_id=${firstBot.skillbase}`, (call) => call.skillbase_id === firstBot.skillbase],
    [
      `skillbase_id=${firstBot.skillbase}&skillbase_version=2`,
      (call) => call.skillbase_id === firstBot.skillbase && call.skillbase_version === 2,
    ],
    [`campaign_id=${firstBot.campaigns[1]}`, (call) => call.campaign_id === firstBot.campaigns[1]],
    [
      'direction=outbound&outcome=success',
      (call) => call.direction === 'outbound' && call.outcome === 'success',
    ],
    ['outcome=busy', () => false],
  ]
  for (const [query, matches] of filters) {
    await t.test(`Only calls that match ${query.replaceAll(/=[^&]*/g, '')} are counted`, async (t) => {
      const response = await getOk(t, company, `${path}&${query}`)
      t.same(differences(figuresIn(response), expectedFigures(calls.filter(matches))), [], query)
    })
  }

  await t.test('Groups carry the names of their campaign and skillbase', async (t) => {
    const { groups } = await getOk(t, company, `${path}&group_by=campaign&group_by=skillbase`)
    const first = groups.find(
      (group: { values: Record<string, string> }) => group.values.campaign === firstBot.campaigns[0],
    )
    t.equal(first.names.campaign, 'First')
    t.ok(['Bot', 'Other bot', null].includes(first.names.skillbase))
  })
})

test('An invalid query is rejected with a pointer to the field', async (t) => {
  const company = await s.createCompany()
  const assertRejected = async (path: string, status: number, pointer: string, code?: string) => {
    const response = await s.request('GET', `/api/analytics/${path}`, company.headers)
    t.equal(response.status, status, path)
    const { errors } = response.body
    t.ok(errors[0].pointer.startsWith(pointer), `${path}: ${errors[0].pointer}`)
    if (code !== undefined) t.equal(response.body.code, code)
  }
  const quarter = 'start=2026-01-01&end=2026-04-01'
  await assertRejected(`timeseries?bucket=hour&${quarter}`, 422, '/start', 'too_many_buckets')
  await assertRejected('costs?start=2020-01-01&end=2026-04-01', 422, '/start', 'too_many_buckets')
  await assertRejected(
    'metrics?group_by=hour_of_day&start=1900-01-01&end=2026-01-01',
    422,
    '/start',
    'period_too_long',
  )
  await assertRejected('metrics?start=2026-01-02&end=2026-01-01', 422, '/start', 'empty_period')
  await assertRejected('metrics?start=2026-01-01&end=2026-01-01', 422, '/start', 'empty_period')
  await assertRejected('metrics?timezone=Europe/Atlantis', 422, '/timezone', 'unknown_timezone')
  await assertRejected('metrics?timezone=%2B03:00', 422, '/timezone')
  await assertRejected('overview?start=0001-01-01&end=2026-01-02', 400, '/start', 'invalid_time')
  await assertRejected('metrics?start=9999-12-30&end=9999-12-31', 400, '/start', 'invalid_time')
  await assertRejected('metrics?start=yesterday', 400, '/start')
  await assertRejected('metrics?group_by=outcome,direction,version', 400, '/group_by')
  await assertRejected('metrics?group_by=weather', 400, '/group_by')
  await assertRejected('metrics?skillbase_id=7', 400, '/skillbase_id')
  await assertRejected('timeseries?bucket=year', 400, '/bucket')
  await assertRejected('timeseries?group_by=outcome', 400, '/group_by')
})

test('A time series of 2,000 buckets is returned', async (t) => {
  const company = await s.createCompany()
  const period = 'start=2026-01-01&end=2026-03-25T08:00:00Z'
  const { buckets } = await getOk(t, company, `analytics/timeseries?bucket=hour&${period}`)
  t.equal(buckets.length, 2000)
})

test('A company sees neither calls nor names of another company', async (t) => {
  const [a, b] = [await s.createCompany('A'), await s.createCompany('B')]
  const { skillbase, campaigns } = await createSkillbase(a)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  const [callOfA] = await seed(a, randomCalls(40, '2026-05-01T00:00:00Z', '2026-05-31T00:00:00Z', ids))
  await seed(b, [{ started_at: '2026-05-05T00:00:00Z' }])
  const period = 'start=2026-05-01&end=2026-06-01'
  const paths = [
    `analytics/metrics?${period}&campaign_id=${campaigns[0]}`,
    `analytics/metrics?${period}&skillbase_id=${skillbase}&group_by=campaign,skillbase`,
    `analytics/timeseries?${period}&bucket=month&skillbase_id=${skillbase}`,
    `analytics/overview?${period}&campaign_id=${campaigns[0]}`,
    `analytics/costs?${period}&campaign_id=${campaigns[0]}`,
    `analytics/calls?${period}&campaign_id=${campaigns[0]}`,
    `analytics/campaigns?${period}`,
    'dashboard/active-campaigns',
  ]
  for (const path of paths) {
    const text = JSON.stringify(await getOk(t, b, path))
    for (const secret of [skillbase, ...campaigns, 'First', 'Bot']) t.notOk(text.includes(secret), path)
  }
  const filtered = await getOk(t, b, `analytics/metrics?${period}&campaign_id=${campaigns[0]}`)
  t.same(differences(figuresIn(filtered), noFigures), [], "another company's id matches no call")
  t.equal((await getOk(t, b, `analytics/metrics?${period}`)).calls.total, 1)
  t.equal((await getOk(t, b, `analytics/calls?${period}`)).items.length, 1)
  t.equal((await getOk(t, b, 'dashboard/recent-calls')).items.length, 1)
  t.equal((await s.request('GET', `/api/analytics/calls/${callOfA}/metrics`, b.headers)).status, 404)
  const { total, not_dialed } = (await getOk(t, a, `analytics/metrics?${period}`)).calls
  t.equal(total + not_dialed, 40)
})

test('Analytics require the scope read, and no other', async (t) => {
  const company = await s.createCompany()
  const ingest = await company.createKey('ingest')
  const read = await company.createKey('read')
  t.equal((await s.request('GET', `/api/${dayPath}`, ingest)).status, 403)
  const body = { queries: { all: { start: '2026-05-01', end: '2026-06-01' } } }
  t.equal((await s.request('POST', '/api/analytics/query', read, body)).status, 200)
})

const week = { start: '2026-05-01', end: '2026-05-08', timezone: 'Europe/Moscow' }

test('Each of several queries in one request has the same result as alone', async (t) => {
  const company = await s.createCompany()
  const { skillbase, campaigns } = await createSkillbase(company)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  await seed(company, randomCalls(50, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', ids))
  const queries = {
    total: week,
    by_day: { ...week, bucket: 'day' },
    toString: { ...week, group_by: ['outcome', 'direction'], campaign_id: campaigns[0] },
  }
  const { status, body } = await s.request('POST', '/api/analytics/query', company.headers, { queries })
  t.equal(status, 200, JSON.stringify(body))
  const period = new URLSearchParams(week)
  t.same(body.results.total, await get(company, `analytics/metrics?${period}`))
  t.same(body.results.by_day, await get(company, `analytics/timeseries?${period}&bucket=day`))
  const groupBy = 'group_by=outcome&group_by=direction'
  t.same(
    body.results.toString,
    await get(company, `analytics/metrics?${period}&${groupBy}&campaign_id=${campaigns[0]}`),
  )
})

test('A request has one to ten queries, and an error names the invalid query', async (t) => {
  const company = await s.createCompany()
  const post = (queries: object) => s.request('POST', '/api/analytics/query', company.headers, { queries })
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`q${i}`, week]))
  t.equal((await post(many(10))).status, 200)
  t.equal((await post(many(11))).status, 400)
  t.equal((await post({})).status, 400)
  t.equal((await post({ 'a/b': week })).status, 400, 'names have no slash')
  const bucketAndGroups = await post({ one: week, two: { ...week, bucket: 'day', group_by: ['outcome'] } })
  t.match(bucketAndGroups, { status: 422, body: { errors: [{ pointer: '/queries/two/group_by' }] } })
  const unknownZone = await post({ one: { ...week, timezone: 'Nowhere/At_all' } })
  t.match(unknownZone, { status: 422, body: { errors: [{ pointer: '/queries/one/timezone' }] } })
})

test('The figures of one response are consistent while calls are written and folded', async (t) => {
  const company = await s.createCompany()
  const turns: TurnSeed[] = Array.from({ length: 3 }, () => ({ role: 'assistant', eou_latency: 1 }))
  const call = {
    started_at: '2026-05-04T10:00:00Z',
    outcome: 'success' as const,
    turns,
    metrics: { cost_total: '1' },
  }
  let isDone = false
  const writing = (async () => {
    for (let i = 0; i < 40; i++) await seed(company, [call, call])
  })().finally(() => {
    isDone = true
  })
  const faults: string[] = []
  let reads = 0
  do {
    const [{ body }] = await Promise.all([
      s.request('GET', `/api/${dayPath}&group_by=outcome`, company.headers),
      foldCompany(s.db, company.id),
    ])
    reads++
    // Every call has 3 turns, costs 1 and is in the only group, so each of these must equal the number of calls.
    const callCounts = [
      body.turns / 3,
      Number(body.cost.total ?? 0),
      body.latency.eou_latency.n / 3,
      body.groups[0]?.calls.total ?? 0,
    ]
    if (!callCounts.every((count) => count === body.calls.total))
      faults.push(`${body.calls.total}: ${callCounts}`)
  } while (!isDone)
  await writing
  t.same(faults, [], `${reads} responses`)
  t.equal((await get(company, dayPath)).calls.total, 80)
})

test('Groups by the same dimensions in another order use the same statement', async (t) => {
  const company = await s.createCompany()
  const aggregates = () => [...queries.keys()].filter((name) => name.startsWith('metrics.aggregate_'))
  await getOk(t, company, `${dayPath}&group_by=outcome,version`)
  const before = aggregates()
  t.ok(before.includes('metrics.aggregate_all_and_version_outcome'))
  await getOk(t, company, `${dayPath}&group_by=version,outcome`)
  t.same(aggregates(), before)
})
