import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Test } from 'tap'
import t, { test } from 'tap'
import type { Outcome } from '../src/db/schema/index.ts'
import { foldCompany } from '../src/modules/rollups/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import {
  type CallSeed,
  differences,
  divided,
  expected,
  figuresIn,
  type TurnSeed,
  usd,
  zero,
} from './analytics/figures.ts'
import { startTestService, type TestCompany } from './setup/service.ts'

const s = await startTestService(t)

/** Writes calls, their turns and their metrics as rows: what analytics read, without what makes them. */
async function seed(company: TestCompany, seeds: CallSeed[]): Promise<string[]> {
  const calls = seeds.map(({ turns: _, metrics: __, ...call }) => ({
    direction: 'inbound',
    status: 'completed',
    ...call,
    id: randomUUID(),
  }))
  const idOf = (i: number) => calls[i]?.id
  const turns = seeds.flatMap(({ turns = [] }, i) =>
    turns.map((turn, turn_index) => ({ ...turn, turn_index, call_id: idOf(i) })),
  )
  const metrics = seeds.flatMap(({ metrics }, i) =>
    metrics === undefined ? [] : [{ is_derived: true, ...metrics, call_id: idOf(i) }],
  )
  const rows = (table: string, list: object[], defaults: object) => {
    const filled = list.map((row) => ({
      company_id: company.id,
      created_at: '2026-01-01Z',
      ...defaults,
      ...row,
    }))
    const columns = [...new Set(filled.flatMap((row) => Object.keys(row)))].map((c) => `"${c}"`).join(', ')
    return sql`insert into ${sql.raw(table)} (${sql.raw(columns)})
      select ${sql.raw(columns)} from json_populate_recordset(null::${sql.raw(table)}, ${JSON.stringify(filled)}::text::json)`
  }
  const times = { updated_at: '2026-01-01Z' }
  await s.db.orm.transaction(async (tx) => {
    await tx.execute(rows('calls', calls, { ...times, turn_count: 0, states_visited: [] }))
    if (turns.length > 0) await tx.execute(rows('call_logs', turns, {}))
    const counts = { turn_count: 0, user_turn_count: 0, bot_turn_count: 0 }
    const withIds = metrics.map((row) => ({ ...row, id: randomUUID() }))
    if (metrics.length > 0) await tx.execute(rows('call_metrics', withIds, { ...times, ...counts }))
    await tx.execute(sql`
      insert into dirty_calls (company_id, call_id) select company_id, id from calls where company_id = ${company.id}`)
  })
  return calls.map(({ id }) => id)
}

/** Asked before what was seeded is folded, and after: the answer is the same. */
async function get(who: TestCompany, path: string) {
  const before = (await s.request('GET', `/api/${path}`, who.headers)).body
  await foldCompany(s.db, who.id)
  const after = (await s.request('GET', `/api/${path}`, who.headers)).body
  const faults = differences(before, after).filter(
    (fault) => !/^\/(start|end|previous_|request_id)/.test(fault),
  )
  if (faults.length > 0) throw new Error(`folding changed the answer: ${faults.join('; ')}`)
  return after
}

async function ask(t: Test, who: TestCompany, path: string) {
  const answer = await s.request('GET', `/api/${path}`, who.headers)
  t.equal(answer.status, 200, `${path} ${answer.status === 200 ? '' : JSON.stringify(answer.body)}`)
  return get(who, path)
}

/** A skillbase with versions 1 and 2, and two campaigns of it. */
async function world(company: TestCompany, name = 'Bot') {
  const made = async (path: string, body: object) => {
    const answer = await s.request('POST', path, company.headers, body)
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body.id as string
  }
  const slug = `bot-${randomUUID()}`
  const skillbase = await made('/api/skillbases', { name, slug, config: exampleConfig })
  await s.request('PATCH', `/api/skillbases/${skillbase}`, company.headers, {
    config: { llm: { temperature: 0.1 } },
  })
  const campaign = (name: string) => made('/api/campaigns', { name, skillbase_id: skillbase })
  return { skillbase, campaigns: [await campaign('First'), await campaign('Second')] as const }
}

test('every figure of a few calls is what a hand computes', async (t) => {
  const a = await s.createCompany()
  const derived = { turn_count: 3, bot_turn_count: 2, user_turn_count: 1 }
  await seed(a, [
    {
      started_at: '2026-05-04T10:00:00Z',
      outcome: 'success',
      duration_sec: 60,
      turns: [
        { role: 'assistant', eou_latency: 100, latency_llm: 10 },
        { role: 'user', ttfb_stt: 70 },
        { role: 'assistant', eou_latency: 300 },
      ],
      metrics: {
        ...derived,
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
      duration_sec: 30,
      turns: [
        { role: 'assistant', eou_latency: 200 },
        { role: 'assistant', eou_latency: 1000 },
      ],
      metrics: { ...derived, interruption_count: 0, llm_input_tokens: 500, cost_total: '0.000001' },
    },
    {
      started_at: '2026-05-04T12:00:00Z',
      status: 'cancelled',
      outcome: 'cancelled',
      metrics: { ...derived },
    },
    { started_at: '2026-05-04T13:00:00Z', status: 'active' },
  ])
  const metrics = await ask(t, a, 'analytics/metrics?start=2026-05-04&end=2026-05-05')
  const wanted = {
    start: '2026-05-04T00:00:00.000Z',
    end: '2026-05-05T00:00:00.000Z',
    timezone: 'UTC',
    calls: { total: 4, completed: 1, failed: 1, cancelled: 1, live: 1, inbound: 3, outbound: 1 },
    success_rate: 1 / 3,
    turns: 5,
    duration: { n: 2, avg: 45, min: 30, max: 60, sum: 90 },
    latency: {
      // 100 200 300 1000: the median is between the second and the third; p90 is at 2.7, p95 at 2.85, p99 at 2.97.
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
      latency_llm: { n: 1, avg: 10, min: 10, max: 10, p50: 10, p90: 10, p95: 10, p99: 10, few_samples: true },
      ttfb_stt: { n: 1, avg: 70, min: 70, max: 70, p50: 70, p90: 70, p95: 70, p99: 70, few_samples: true },
      ttfb_tts: {
        n: 0,
        avg: null,
        min: null,
        max: null,
        p50: null,
        p90: null,
        p95: null,
        p99: null,
        few_samples: true,
      },
    },
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
      // Of the two calls that are priced, half up; of their minute and a half.
      per_call: '0.150001',
      per_minute: '0.200001',
      priced_calls: 2,
      unpriced_calls: 0,
      unmeasured_calls: 1,
    },
    outcomes: { success: 1, no_answer: 1, cancelled: 1 },
    interruption: { n: 4, count: 1, rate: 0.25 },
    calls_without_turns: 0,
  }
  t.same(differences(metrics, wanted), [])
})

test('null is not zero: where nothing was measured nothing is said', async (t) => {
  const a = await s.createCompany()
  const nothing = await ask(t, a, 'analytics/metrics?start=2026-05-04&end=2026-05-05')
  t.same(differences(figuresIn(nothing), zero), [])
  await seed(a, [
    { started_at: '2026-05-04T10:00:00Z', turns: [{ role: 'user' }], metrics: { eou_latency_avg: null } },
    { started_at: '2026-05-04T10:00:00Z', status: 'active', outcome: null },
  ])
  const { calls, latency, cost, usage, duration, interruption, success_rate } = await ask(
    t,
    a,
    'analytics/metrics?start=2026-05-04&end=2026-05-05',
  )
  t.equal(calls.total, 2)
  const { n, few_samples, ...measured } = latency.eou_latency
  t.same([n, few_samples], [0, true])
  const { priced_calls, unpriced_calls, unmeasured_calls, ...priced } = cost
  t.same([priced_calls, unpriced_calls, unmeasured_calls], [0, 0, 1], 'a live call has no price yet')
  const { n: timed, ...lengths } = duration
  const { n: interruptible, ...interruptions } = interruption
  t.same([timed, interruptible], [0, 0])
  for (const figures of [measured, priced, usage, lengths, interruptions])
    t.ok(
      Object.values(figures).every((value) => value === null),
      JSON.stringify(figures),
    )
  t.equal(success_rate, null)
  await seed(a, [{ started_at: '2026-05-04T11:00:00Z', metrics: { cost_total: '0', interruption_count: 0 } }])
  const zeros = await ask(t, a, 'analytics/metrics?start=2026-05-04&end=2026-05-05')
  t.match(zeros.cost, { total: '0.000000', per_call: '0.000000', per_minute: null }, 'and zero is not null')
  t.match(zeros.interruption, { count: 0, rate: null })
})

test('a period is half-open, and a date is the first instant of the day in the zone', async (t) => {
  const a = await s.createCompany()
  const at = (started_at: string) => ({ started_at })
  await seed(a, [
    at('2026-05-03T23:59:59.999Z'),
    at('2026-05-04T00:00:00.000Z'),
    at('2026-05-04T23:59:59.999Z'),
    at('2026-05-05T00:00:00.000Z'),
  ])
  const count = async (query: string) => (await ask(t, a, `analytics/metrics?${query}`)).calls.total
  t.equal(await count('start=2026-05-04&end=2026-05-05'), 2)
  t.equal(await count('start=2026-05-04T00:00:00.001Z&end=2026-05-05T00:00:00.001Z'), 2)
  t.equal(await count('start=2026-05-03&end=2026-05-06'), 4)
  t.equal(await count('start=2026-05-04&end=2026-05-05&timezone=Asia/Kolkata'), 2, '18:30 to 18:30 UTC')
  t.equal(await count('start=2026-05-04T03:00:00%2B03:00&end=2026-05-05T03:00:00%2B03:00'), 2)
  s.setNow(new Date('2026-06-03T00:00:00Z'))
  t.teardown(() => s.setNow(undefined))
  t.equal(await count(''), 3, 'the last 30 days without bounds, and now is not in them')
})

test('costs are added exactly, however many and however small', async (t) => {
  const a = await s.createCompany()
  const costs = [
    ...Array(1000).fill('0.1'),
    ...Array(1000).fill('0.2'),
    '0.000001',
    '999999.999999',
    '123.456789',
  ]
  await seed(
    a,
    costs.map((cost_total) => ({
      started_at: '2026-05-04T10:00:00Z',
      metrics: { cost_total, cost_llm: cost_total },
    })),
  )
  const { cost } = await ask(t, a, 'analytics/metrics?start=2026-05-04&end=2026-05-05')
  t.equal(cost.total, '1000423.456789')
  t.equal(cost.llm, '1000423.456789')
  t.equal(cost.tts, null)
  t.equal(cost.per_call, usd(divided(1000423456789n, 2003n)))
  t.equal(cost.per_minute, null, 'no call has a duration')
  const report = await ask(t, a, 'analytics/costs?start=2026-05-04&end=2026-05-05')
  t.equal(report.cost.total, '1000423.456789')
  t.equal(report.by_day[0].cost.total, '1000423.456789')
})

test('fewer than ten samples are said to be few', async (t) => {
  const a = await s.createCompany()
  const turn = (eou_latency: number): TurnSeed => ({ role: 'assistant', eou_latency })
  await seed(a, [{ started_at: '2026-05-04T10:00:00Z', turns: Array.from({ length: 9 }, (_, i) => turn(i)) }])
  const few = async () =>
    (await ask(t, a, 'analytics/metrics?start=2026-05-04&end=2026-05-05')).latency.eou_latency
  t.match(await few(), { n: 9, few_samples: true, max: 8 })
  await seed(a, [{ started_at: '2026-05-04T10:00:00Z', turns: [turn(9)] }])
  t.match(await few(), { n: 10, few_samples: false, max: 9 })
})

test('metrics put for a call whose agent keeps no turns count, but not in percentiles, and it is said', async (t) => {
  const a = await s.createCompany()
  const started_at = '2026-05-04T10:00:00Z'
  const call = async (body: object = {}) =>
    (await s.request('POST', '/api/calls', a.headers, { direction: 'inbound', started_at, ...body })).body.id
  const put = async (id: string, body: object) =>
    t.equal((await s.request('PUT', `/api/calls/${id}/metrics`, a.headers, body)).status, 200)
  await put(await call(), { eou_latency_avg: 5000, turn_count: 4, llm_input_tokens: 10, cost_total: '0.25' })
  await put(await call(), { tts_characters: 7 })
  const silent = await call()
  await s.request('POST', `/api/calls/${silent}/complete`, a.headers, {
    status: 'failed',
    outcome: 'no_answer',
  })
  const spoken = await call()
  const turns = [{ turn_index: 0, role: 'assistant', eou_latency: 400 }]
  await s.request('POST', `/api/calls/${spoken}/turns`, a.headers, { turns })
  await s.request('POST', `/api/calls/${spoken}/complete`, a.headers, { outcome: 'success' })
  const metrics = await ask(t, a, 'analytics/metrics?start=2026-05-04&end=2026-05-05')
  t.equal(metrics.calls_without_turns, 2, 'a call that nobody answered left nothing out')
  t.match(metrics.latency.eou_latency, { n: 1, max: 400 })
  t.match(metrics.usage, { llm_input_tokens: 10, tts_characters: 7 })
  t.equal(metrics.cost.total, '0.250000')
  t.equal(metrics.turns, 1)
})

/** A repeatable source of chance (mulberry32). */
function chance(state: number) {
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Ids {
  skillbases: string[]
  campaigns: string[]
}

/** Calls of all kinds, at any minute of a span. */
function anyCalls(count: number, from: string, to: string, ids: Ids, seedOf = 7): CallSeed[] {
  const next = chance(seedOf)
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T
  const often = <T>(value: T, share = 0.8) => (next() < share ? value : null)
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const amount = (limit: number) => (Math.floor(next() * limit * 1e6) / 1e6).toFixed(6)
  return Array.from({ length: count }, () => {
    const skillbase_id = often(pick(ids.skillbases), 0.9)
    const turns = Array.from({ length: Math.floor(next() * 9) }, (_, i) => {
      const measured = (limit: number) => (next() < 0.7 ? Math.floor(next() * limit * 100) / 100 : undefined)
      return {
        role: i % 2 === 0 ? ('assistant' as const) : ('user' as const),
        eou_latency: measured(3000),
        ttfb_stt: measured(400),
        latency_llm: measured(900),
        ttfb_tts: measured(300),
      }
    }) as TurnSeed[]
    const is_derived = turns.length > 0
    const bots = turns.filter(({ role }) => role === 'assistant').length
    const metrics = {
      is_derived,
      turn_count: is_derived ? turns.length : pick([0, 5]),
      bot_turn_count: bots,
      interruption_count: often(Math.floor(next() * (bots + 1))),
      stt_duration_sec: often(Math.floor(next() * 400) / 4),
      llm_input_tokens: often(Math.floor(next() * 5000)),
      llm_output_tokens: often(Math.floor(next() * 500)),
      tts_characters: often(Math.floor(next() * 900)),
      livekit_duration_sec: often(Math.floor(next() * 900)),
      cost_stt: often(amount(0.01)),
      cost_tts: often(amount(0.1)),
      cost_total: often(amount(1.5)),
    }
    return {
      started_at: new Date(start + Math.floor((next() * (end - start)) / 60_000) * 60_000).toISOString(),
      status: pick([
        'completed',
        'completed',
        'completed',
        'failed',
        'cancelled',
        'active',
        'ringing',
      ] as const),
      direction: pick(['inbound', 'outbound'] as const),
      outcome: often(pick(['success', 'fail', 'no_answer', 'voicemail', 'lost'] as const)),
      duration_sec: often(Math.floor(next() * 3000) / 10),
      skillbase_id,
      skillbase_version: skillbase_id === null ? null : pick([1, 2]),
      campaign_id: often(pick(ids.campaigns), 0.6),
      turns,
      ...(next() < 0.9 && { metrics }),
    }
  })
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const two = '2-digit'
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: two,
    day: two,
    weekday: 'short',
    hour: two,
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
  formats.set(timeZone, format)
  return format
}

/** What a wall clock in the zone shows, by the platform's own calendar. */
function wallClock(at: string | number, timeZone: string) {
  const parts = formatOf(timeZone).formatToParts(new Date(at))
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]))
  const date = `${part.year}-${part.month}-${part.day}`
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part.weekday ?? '') + 1
  const monday = new Date(Date.parse(`${date}T00:00:00Z`) - (weekday - 1) * 86_400_000)
  return {
    hour: `${date} ${part.hour} ${part.timeZoneName}`,
    day: date,
    week: monday.toISOString().slice(0, 10),
    month: `${part.year}-${part.month}`,
    hour_of_day: Number(part.hour),
    day_of_week: weekday,
  }
}

test('every group, filter and pair of groups agrees with counting the calls one by one', async (t) => {
  const a = await s.createCompany()
  const one = await world(a)
  const two = await world(a, 'Other bot')
  const ids = { skillbases: [one.skillbase, two.skillbase], campaigns: [...one.campaigns, two.campaigns[0]] }
  const calls = anyCalls(500, '2026-03-20T00:00:00Z', '2026-04-05T00:00:00Z', ids)
  await seed(a, calls)
  const outside = anyCalls(30, '2026-04-05T00:00:00Z', '2026-04-06T00:00:00Z', ids, 8)
  await seed(a, outside)
  const zone = 'Europe/Berlin'
  const period = `start=2026-03-20T00:00:00Z&end=2026-04-05T00:00:00Z&timezone=${zone}`
  const cutOf: Record<string, (call: CallSeed) => string | number | null> = {
    campaign: (call) => call.campaign_id ?? null,
    skillbase: (call) => call.skillbase_id ?? null,
    version: (call) => call.skillbase_version ?? null,
    outcome: (call) => call.outcome ?? null,
    direction: (call) => call.direction ?? null,
    hour_of_day: (call) => wallClock(call.started_at, zone).hour_of_day,
    day_of_week: (call) => wallClock(call.started_at, zone).day_of_week,
  }
  const dimensions = Object.keys(cutOf)
  const pairs = dimensions.flatMap((first, i) => dimensions.slice(i + 1).map((second) => [first, second]))
  for (const by of [...dimensions.map((name) => [name]), ...pairs]) {
    const answer = await ask(t, a, `analytics/metrics?${period}&group_by=${by.join(',')}`)
    const groups = new Map<string, CallSeed[]>()
    for (const call of calls) {
      const key = JSON.stringify(by.map((name) => cutOf[name]?.(call)))
      groups.set(key, [...(groups.get(key) ?? []), call])
    }
    const faults = differences(figuresIn(answer), expected(calls))
    t.equal(answer.groups.length, groups.size)
    t.equal(answer.groups_left_out, 0)
    for (const group of answer.groups) {
      const values = by.map((name) => group.values[name])
      faults.push(...differences(figuresIn(group), expected(groups.get(JSON.stringify(values)) ?? [])))
      const text = values.every((value) => value === null) ? null : values.map((v) => v ?? '').join('/')
      if (group.key !== text) faults.push(`key ${group.key}, not ${text}`)
    }
    t.same(faults.slice(0, 5), [], by.join(' and '))
  }
  const filters: [string, (call: CallSeed) => boolean][] = [
    [`skillbase_id=${one.skillbase}`, (call) => call.skillbase_id === one.skillbase],
    [
      `skillbase_id=${one.skillbase}&skillbase_version=2`,
      (call) => call.skillbase_id === one.skillbase && call.skillbase_version === 2,
    ],
    [`campaign_id=${one.campaigns[1]}`, (call) => call.campaign_id === one.campaigns[1]],
    [
      'direction=outbound&outcome=success',
      (call) => call.direction === 'outbound' && call.outcome === 'success',
    ],
    ['outcome=busy', () => false],
  ]
  for (const [query, test] of filters) {
    const answer = await ask(t, a, `analytics/metrics?${period}&${query}`)
    t.same(differences(figuresIn(answer), expected(calls.filter(test))), [], query)
  }
  const named = await ask(t, a, `analytics/metrics?${period}&group_by=campaign&group_by=skillbase`)
  const first = named.groups.find(
    (g: { values: Record<string, string> }) => g.values.campaign === one.campaigns[0],
  )
  t.equal(first.names.campaign, 'First')
  t.ok(['Bot', 'Other bot', null].includes(first.names.skillbase))
})

test('buckets are of the calendar of the zone, and those without calls are there', async (t) => {
  const a = await s.createCompany()
  const { skillbase, campaigns } = await world(a)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  const spring = anyCalls(160, '2026-03-27T00:00:00Z', '2026-03-31T00:00:00Z', ids, 1)
  const autumn = anyCalls(160, '2026-10-23T00:00:00Z', '2026-10-27T00:00:00Z', ids, 2)
  await seed(a, [...spring, ...autumn])
  const zones = [
    'UTC',
    'Europe/Berlin',
    'Europe/Moscow',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'America/New_York',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
  ]
  for (const timezone of zones) {
    for (const [calls, start, end] of [
      [spring, '2026-03-26', '2026-04-01'],
      [autumn, '2026-10-22', '2026-10-28'],
    ] as const) {
      for (const bucket of ['hour', 'day', 'week', 'month'] as const) {
        const answer = await ask(
          t,
          a,
          `analytics/timeseries?start=${start}&end=${end}&timezone=${timezone}&bucket=${bucket}`,
        )
        const within = calls.filter(({ started_at }) => started_at >= answer.start && started_at < answer.end)
        t.same(faultsOfBuckets(answer, within, bucket, timezone), [], `${timezone} ${bucket} ${start}`)
      }
    }
  }
})

type Answered = { start: string; end: string; buckets: { start: string; end: string; is_partial: boolean }[] }

function faultsOfBuckets(
  { start, end, buckets }: Answered,
  calls: CallSeed[],
  unit: 'hour' | 'day' | 'week' | 'month',
  timezone: string,
): string[] {
  const faults: string[] = []
  const of = (at: string | number) => wallClock(at, timezone)[unit]
  const byKey = new Map<string, CallSeed[]>()
  for (const call of calls) {
    const key = of(call.started_at)
    byKey.set(key, [...(byKey.get(key) ?? []), call])
  }
  for (const [i, bucket] of buckets.entries()) {
    const key = of(bucket.start)
    const next = buckets[i + 1]
    faults.push(...differences(figuresIn(bucket as never), expected(byKey.get(key) ?? []), bucket.start))
    if (next !== undefined && next.start !== bucket.end) faults.push(`a gap after ${bucket.start}`)
    if (of(Date.parse(bucket.end) - 1) !== key)
      faults.push(`${bucket.start} to ${bucket.end} is more than one ${unit}`)
    if (of(Date.parse(bucket.start) - 1) === key)
      faults.push(`${bucket.start} is not where the ${unit} begins`)
    if (bucket.is_partial !== (bucket.start < start || bucket.end > end))
      faults.push(`is_partial of ${bucket.start}`)
  }
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined || first.start > start || last.end < end)
    faults.push('the period is not covered')
  const keys = new Set(buckets.map((bucket) => of(bucket.start)))
  if (keys.size !== buckets.length) faults.push('a bucket is there twice')
  return faults
}

test('a day on which the clock changes has 23 or 25 hours', async (t) => {
  const a = await s.createCompany()
  const hours = async (day: string, next: string, timezone: string) => {
    const { buckets } = await ask(
      t,
      a,
      `analytics/timeseries?start=${day}&end=${next}&bucket=hour&timezone=${timezone}`,
    )
    const [only] = (await ask(t, a, `analytics/timeseries?start=${day}&end=${next}&timezone=${timezone}`))
      .buckets
    return [buckets.length, (Date.parse(only.end) - Date.parse(only.start)) / 3_600_000]
  }
  t.same(await hours('2026-03-29', '2026-03-30', 'Europe/Berlin'), [23, 23])
  t.same(await hours('2026-10-25', '2026-10-26', 'Europe/Berlin'), [25, 25])
  t.same(await hours('2026-10-26', '2026-10-27', 'Europe/Berlin'), [24, 24])
  t.same(await hours('2026-03-29', '2026-03-30', 'Asia/Kolkata'), [24, 24])
  t.same(await hours('2026-03-29', '2026-03-30', 'Europe/Moscow'), [24, 24])
  t.same(await hours('2026-04-05', '2026-04-06', 'Australia/Lord_Howe'), [25, 24.5], 'half an hour more')
  t.same(await hours('2026-10-04', '2026-10-05', 'Australia/Lord_Howe'), [24, 23.5], 'half an hour less')
  // The hour from 2 to 3 comes twice, and a call of each counts in the same hour of the day.
  await seed(a, [
    { started_at: '2026-10-25T00:30:00Z' },
    { started_at: '2026-10-25T01:30:00Z' },
    { started_at: '2026-10-25T02:30:00Z' },
  ])
  const day = 'start=2026-10-25&end=2026-10-26&timezone=Europe/Berlin'
  const { groups } = await ask(t, a, `analytics/metrics?${day}&group_by=hour_of_day`)
  t.same(
    groups.map((g: { key: string; calls: { total: number } }) => [g.key, g.calls.total]),
    [
      ['2', 2],
      ['3', 1],
    ],
  )
  const { buckets } = await ask(t, a, `analytics/timeseries?${day}&bucket=hour`)
  t.same(
    buckets.flatMap((b: { start: string; calls: { total: number } }) => (b.calls.total ? [b.start] : [])),
    ['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z'],
  )
  const begins = async (query: string) =>
    (await ask(t, a, `analytics/timeseries?${query}`)).buckets.map((b: { start: string }) => b.start)
  t.same(
    await begins('start=2026-09-05&end=2026-09-07&timezone=America/Santiago'),
    ['2026-09-05T04:00:00.000Z', '2026-09-06T04:00:00.000Z'],
    'a day whose midnight is skipped begins at one',
  )
  t.equal(
    (await begins('start=2011-12-29&end=2012-01-01&timezone=Pacific/Apia')).length,
    2,
    'Apia left one out',
  )
  t.same(
    await begins('start=2026-01-30&end=2026-03-01&bucket=month'),
    ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    'buckets are whole, though the period begins within one',
  )
})

test('what cannot be answered is refused in a sentence that points at the fault', async (t) => {
  const a = await s.createCompany()
  const refused = async (path: string, status: number, pointer: string, code?: string) => {
    const { body, status: got } = await s.request('GET', `/api/analytics/${path}`, a.headers)
    t.equal(got, status, path)
    t.ok(body.errors[0].pointer.startsWith(pointer), `${path}: ${body.errors[0].pointer}`)
    if (code !== undefined) t.equal(body.code, code)
  }
  await refused('timeseries?bucket=hour&start=2026-01-01&end=2026-04-01', 422, '/start', 'too_many_buckets')
  await refused('costs?start=2020-01-01&end=2026-04-01', 422, '/start', 'too_many_buckets')
  await refused(
    'metrics?group_by=hour_of_day&start=1900-01-01&end=2026-01-01',
    422,
    '/start',
    'period_too_long',
  )
  await refused('metrics?start=2026-01-02&end=2026-01-01', 422, '/start', 'empty_period')
  await refused('metrics?start=2026-01-01&end=2026-01-01', 422, '/start', 'empty_period')
  await refused('metrics?timezone=Europe/Atlantis', 422, '/timezone', 'unknown_timezone')
  await refused('metrics?timezone=%2B03:00', 422, '/timezone')
  await refused('overview?start=0001-01-01&end=0001-01-02', 400, '/start', 'invalid_time')
  await refused('metrics?start=9999-12-30&end=9999-12-31', 400, '/start', 'invalid_time')
  await refused('metrics?start=yesterday', 400, '/start')
  await refused('metrics?group_by=outcome,direction,version', 400, '/group_by')
  await refused('metrics?group_by=weather', 400, '/group_by')
  await refused('metrics?skillbase_id=7', 400, '/skillbase_id')
  await refused('timeseries?bucket=year', 400, '/bucket')
  await refused('timeseries?group_by=outcome', 400, '/group_by')
  const most = await ask(t, a, 'analytics/timeseries?bucket=hour&start=2026-01-01&end=2026-03-25T08:00:00Z')
  t.equal(most.buckets.length, 2000)
})

test("another company sees nothing, and its ids in a filter find none of one's own calls", async (t) => {
  const [a, b] = [await s.createCompany('A'), await s.createCompany('B')]
  const { skillbase, campaigns } = await world(a)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  const calls = anyCalls(40, '2026-05-01T00:00:00Z', '2026-05-31T00:00:00Z', ids)
  const [id] = await seed(a, calls)
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
    const text = JSON.stringify(await ask(t, b, path))
    for (const secret of [skillbase, ...campaigns, 'First', 'Bot']) t.notOk(text.includes(secret), path)
  }
  const own = await ask(t, b, `analytics/metrics?${period}&campaign_id=${campaigns[0]}`)
  t.same(differences(figuresIn(own), zero), [])
  t.equal((await ask(t, b, `analytics/metrics?${period}`)).calls.total, 1)
  t.equal((await ask(t, b, `analytics/calls?${period}`)).items.length, 1)
  t.equal((await ask(t, b, 'dashboard/recent-calls')).items.length, 1)
  t.equal((await s.request('GET', `/api/analytics/calls/${id}/metrics`, b.headers)).status, 404)
  t.equal((await ask(t, a, `analytics/metrics?${period}`)).calls.total, 40)
  const ingest = await a.createKey('ingest')
  t.equal((await s.request('GET', `/api/analytics/metrics?${period}`, ingest)).status, 403)
  const read = await a.createKey('read')
  const query = { queries: { all: { start: '2026-05-01', end: '2026-06-01' } } }
  t.equal(
    (await s.request('POST', '/api/analytics/query', read, query)).status,
    200,
    'reading is enough to query',
  )
})

test('an overview holds a period against the one before, which is as long', async (t) => {
  const a = await s.createCompany()
  const call = (
    started_at: string,
    cost_total: string | null,
    eou_latency: number,
    outcome: Outcome,
  ): CallSeed => ({
    started_at,
    outcome,
    duration_sec: 60,
    turns: [{ role: 'assistant', eou_latency }],
    metrics: { cost_total },
  })
  await seed(a, [
    call('2026-05-09T23:59:59.999Z', '9', 1, 'fail'),
    call('2026-05-10T00:00:00Z', '0.5', 400, 'success'),
    call('2026-05-16T23:59:59.999Z', '0.3', 600, 'fail'),
    call('2026-05-17T00:00:00Z', '0.4', 1000, 'success'),
    call('2026-05-18T00:00:00Z', '0.6', 2000, 'success'),
    call('2026-05-23T23:59:59.999Z', null, 3000, 'success'),
  ])
  const overview = await ask(t, a, 'analytics/overview?start=2026-05-17&end=2026-05-24')
  t.match(overview, {
    previous_start: '2026-05-10T00:00:00.000Z',
    previous_end: '2026-05-17T00:00:00.000Z',
    calls: { value: 3, previous: 2, change: 0.5 },
    success_rate: { value: 1, previous: 0.5, change: 1 },
    turns: { value: 3, previous: 2 },
    duration_avg_sec: { value: 60, previous: 60, change: 0 },
    eou_latency_p50: { previous: 500 },
    cost_total: { value: '1.000000', previous: '0.800000' },
    cost_per_call: { value: '0.500000', previous: '0.400000' },
    cost_per_minute: { value: '0.500000', previous: '0.400000' },
    interruption_rate: { value: null, previous: null, change: null },
  })
  t.same(differences(overview.cost_total.change, 0.25), [])
  const { value, change } = overview.eou_latency_p50
  t.same(differences({ p50: value }, { p50: 2000 }), [])
  t.equal(change, (value - 500) / 500)
  const first = await ask(t, a, 'analytics/overview?start=2026-05-03&end=2026-05-10')
  t.same(first.calls, { value: 1, previous: 0, change: null }, 'nothing to compare with')
  t.same(first.cost_total, { value: '9.000000', previous: null, change: null })
  const days = await ask(t, a, 'analytics/overview?start=2026-03-29&end=2026-03-30&timezone=Europe/Berlin')
  t.equal(days.previous_start, '2026-03-27T23:00:00.000Z', 'the day before a day of 23 hours has 24')
})

test('costs are told by day, by skillbase and by campaign', async (t) => {
  const a = await s.createCompany()
  const one = await world(a)
  const two = await world(a, 'Other bot')
  const ids = { skillbases: [one.skillbase, two.skillbase], campaigns: [...one.campaigns, ...two.campaigns] }
  const calls = anyCalls(200, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', ids)
  await seed(a, calls)
  const zone = 'Asia/Kolkata'
  const report = await ask(t, a, `analytics/costs?start=2026-05-01T00:00:00Z&end=2026-05-10&timezone=${zone}`)
  const costs = (some: CallSeed[]) => {
    const { calls, cost, usage } = expected(some)
    return { calls: calls.total, cost, usage }
  }
  const part = ({ calls, cost, usage }: Record<string, unknown>) => ({ calls, cost, usage })
  t.same(differences(part(report), costs(calls)), [])
  for (const day of report.by_day) {
    const mine = calls.filter(
      (call) => wallClock(call.started_at, zone).day === wallClock(day.start, zone).day,
    )
    t.same(differences(part(day), costs(mine)), [], day.start)
  }
  t.equal(report.by_day.length, 9)
  t.equal(
    report.by_day.at(-1).cost.total,
    null,
    'a day without calls is there, and cost nothing that is known',
  )
  for (const row of report.by_skillbase) {
    const mine = calls.filter(({ skillbase_id }) => skillbase_id === row.skillbase_id)
    t.same(differences(part(row), costs(mine)), [], row.name)
    t.equal(row.name, { [one.skillbase]: 'Bot', [two.skillbase]: 'Other bot' }[row.skillbase_id] ?? null)
  }
  for (const row of report.by_campaign) {
    const mine = calls.filter(({ campaign_id }) => campaign_id === row.campaign_id)
    t.same(differences(part(row), costs(mine)), [], row.campaign_id)
  }
  const spent = report.by_campaign.map((row: { cost: { total: string } }) => Number(row.cost.total))
  t.same(
    spent,
    [...spent].sort((x, y) => y - x),
    'the costliest first',
  )
})

test('calls are listed with what was measured of each, latest first, each once', async (t) => {
  const a = await s.createCompany()
  const { skillbase, campaigns } = await world(a)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  const calls = anyCalls(57, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', ids)
  const callIds = await seed(a, calls)
  const listed: Record<string, unknown>[] = []
  let cursor = ''
  do {
    const page = await ask(
      t,
      a,
      `analytics/calls?start=2026-05-01&end=2026-05-08&limit=10${cursor && `&cursor=${cursor}`}`,
    )
    t.equal(page.total, 57)
    listed.push(...page.items)
    cursor = page.next_cursor
  } while (cursor && listed.length < 100)
  t.same(new Set(listed.map(({ call_id }) => call_id)), new Set(callIds))
  const times = listed.map(({ started_at }) => started_at as string)
  t.same(times, [...times].sort().reverse())
  for (const row of listed) {
    const call = calls[callIds.indexOf(row.call_id as string)] as CallSeed
    t.match(row, {
      started_at: call.started_at,
      status: call.status,
      outcome: call.outcome,
      duration_sec: call.duration_sec,
      campaign_id: call.campaign_id,
      campaign_name: call.campaign_id === null ? null : String,
      skillbase_name: call.skillbase_id === null ? null : 'Bot',
      cost_total: call.metrics?.cost_total ?? null,
      llm_input_tokens: call.metrics?.llm_input_tokens ?? null,
      is_derived: call.metrics?.is_derived ?? null,
    })
  }
  const found = async (query: string) =>
    new Set(
      (await ask(t, a, `analytics/calls?start=2026-05-01&end=2026-05-08&limit=200&${query}`)).items.map(
        (row: { call_id: string }) => row.call_id,
      ),
    )
  const where = (test: (call: CallSeed) => boolean) =>
    new Set(callIds.filter((_, i) => test(calls[i] as CallSeed)))
  const long = (call: CallSeed) => (call.duration_sec ?? -1) >= 100 && (call.duration_sec ?? -1) <= 200
  t.same(await found('min_duration_sec=100&max_duration_sec=200'), where(long))
  t.same(
    await found('status=ringing'),
    where(({ status }) => status === 'ringing'),
  )
  t.same(
    await found('outcome=success&direction=inbound'),
    where((c) => c.outcome === 'success' && c.direction === 'inbound'),
  )
  t.same(
    await found(`campaign_id=${campaigns[1]}&skillbase_version=1`),
    where((c) => c.campaign_id === campaigns[1] && c.skillbase_version === 1),
  )
  const [id] = callIds
  const detail = await ask(t, a, `analytics/calls/${id}/metrics`)
  t.equal(detail.call.id, id)
  t.equal(detail.metrics?.cost_total ?? null, calls[0]?.metrics?.cost_total ?? null)
  t.same(
    detail.turns.map((turn: TurnSeed & { turn_index: number }) => [
      turn.turn_index,
      turn.role,
      turn.eou_latency,
    ]),
    (calls[0]?.turns ?? []).map((turn, i) => [i, turn.role, turn.eou_latency ?? null]),
  )
  const bare = callIds.find((_, i) => calls[i]?.metrics === undefined)
  t.equal((await ask(t, a, `analytics/calls/${bare}/metrics`)).metrics, null)
})

test('campaigns are listed with how far they are and what their calls add up to', async (t) => {
  const a = await s.createCompany()
  const { skillbase, campaigns } = await world(a)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  const calls = anyCalls(80, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', ids)
  await seed(a, calls)
  await s.db.orm.execute(sql`
    update campaigns set total_tasks = 10, completed_tasks = 3, failed_tasks = 1, status = 'running'
    where id = ${campaigns[0]}::uuid`)
  const { items } = await ask(t, a, 'analytics/campaigns?start=2026-05-01&end=2026-05-08')
  t.same(
    items.map((row: { name: string }) => row.name),
    ['Second', 'First'],
  )
  for (const row of items) {
    const mine = calls.filter(({ campaign_id }) => campaign_id === row.campaign_id)
    t.same(differences(figuresIn(row), expected(mine)), [], row.name)
  }
  t.match(items[1], { status: 'running', total_tasks: 10, progress: 0.4 })
  t.match(items[0], { status: 'draft', progress: null })
  const none = await ask(t, a, 'analytics/campaigns?start=2025-05-01&end=2025-05-08&status=running')
  t.equal(none.items.length, 1)
  t.same(differences(figuresIn(none.items[0]), zero), [], 'a campaign without calls in the period is there')
  const active = await ask(t, a, 'dashboard/active-campaigns')
  const live = calls.filter(
    (call) => call.campaign_id === campaigns[0] && ['active', 'ringing'].includes(call.status ?? ''),
  )
  t.equal(active.items.length, 1)
  t.match(active.items[0], { name: 'First', progress: 0.4, live_calls: live.length })
})

test('the first screen tells of today in the zone, and of this moment', async (t) => {
  const a = await s.createCompany()
  const { campaigns } = await world(a)
  t.teardown(() => s.setNow(undefined))
  s.setNow(new Date('2026-05-10T22:30:00Z'))
  await seed(a, [
    { started_at: '2026-05-09T12:00:00Z', status: 'active' },
    { started_at: '2026-05-10T20:59:59.999Z', outcome: 'fail', duration_sec: 10 },
    {
      started_at: '2026-05-10T21:00:00Z',
      outcome: 'success',
      duration_sec: 30,
      metrics: { cost_total: '0.7' },
    },
    {
      started_at: '2026-05-10T22:00:00Z',
      outcome: 'fail',
      duration_sec: 90,
      turns: [
        { role: 'assistant', eou_latency: 500 },
        { role: 'assistant', eou_latency: 700 },
      ],
    },
  ])
  await s.db.orm.execute(sql`update campaigns set status = 'running' where id = ${campaigns[0]}::uuid`)
  t.match(await ask(t, a, 'dashboard/stats?timezone=Europe/Moscow'), {
    start: '2026-05-10T21:00:00.000Z',
    end: '2026-05-11T21:00:00.000Z',
    calls: { total: 2 },
    live_calls: 1,
    running_campaigns: 1,
    success_rate: 0.5,
    duration_avg_sec: 60,
    eou_latency: { n: 2, p50: 600, p95: 690, few_samples: true },
    cost: { total: '0.700000', unmeasured_calls: 1 },
    outcomes: { success: 1, fail: 1 },
  })
  t.equal((await ask(t, a, 'dashboard/stats')).calls.total, 3)
  t.equal(
    (await ask(t, a, 'dashboard/stats?timezone=Pacific/Auckland')).calls.total,
    3,
    'their day began at noon UTC',
  )
  const { items } = await ask(t, a, 'dashboard/recent-calls?limit=2')
  t.same(
    items.map((row: { started_at: string }) => row.started_at),
    ['2026-05-10T22:00:00.000Z', '2026-05-10T21:00:00.000Z'],
  )
})

test('several queries in one request are answered as each by itself', async (t) => {
  const a = await s.createCompany()
  const { skillbase, campaigns } = await world(a)
  await seed(
    a,
    anyCalls(50, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', {
      skillbases: [skillbase],
      campaigns: [...campaigns],
    }),
  )
  const span = { start: '2026-05-01', end: '2026-05-08', timezone: 'Europe/Moscow' }
  const query = (queries: object) => s.request('POST', '/api/analytics/query', a.headers, { queries })
  const answer = await query({
    total: span,
    by_day: { ...span, bucket: 'day' },
    toString: { ...span, group_by: ['outcome', 'direction'], campaign_id: campaigns[0] },
  })
  t.equal(answer.status, 200, JSON.stringify(answer.body))
  const text = new URLSearchParams(span)
  t.same(answer.body.results.total, await get(a, `analytics/metrics?${text}`))
  t.same(answer.body.results.by_day, await get(a, `analytics/timeseries?${text}&bucket=day`))
  t.same(
    answer.body.results.toString,
    await get(a, `analytics/metrics?${text}&group_by=outcome&group_by=direction&campaign_id=${campaigns[0]}`),
  )
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`q${i}`, span]))
  t.equal((await query(many(10))).status, 200)
  t.equal((await query(many(11))).status, 400)
  t.equal((await query({})).status, 400)
  t.equal((await query({ 'a/b': span })).status, 400)
  const both = await query({ one: span, two: { ...span, bucket: 'day', group_by: ['outcome'] } })
  t.match(both, { status: 422, body: { errors: [{ pointer: '/queries/two/group_by' }] } })
  const bad = await query({ one: { ...span, timezone: 'Nowhere/At_all' } })
  t.match(bad, { status: 422, body: { errors: [{ pointer: '/queries/one/timezone' }] } })
})

test('the figures of one answer agree with each other while calls come in', async (t) => {
  const a = await s.createCompany()
  const turns: TurnSeed[] = Array.from({ length: 3 }, () => ({ role: 'assistant', eou_latency: 1 }))
  const call = {
    started_at: '2026-05-04T10:00:00Z',
    outcome: 'success' as const,
    turns,
    metrics: { cost_total: '1' },
  }
  let isDone = false
  const writing = (async () => {
    for (let i = 0; i < 40; i++) await seed(a, [call, call])
  })().finally(() => {
    isDone = true
  })
  const faults: string[] = []
  let reads = 0
  do {
    const path = '/api/analytics/metrics?start=2026-05-04&end=2026-05-05&group_by=outcome'
    const [{ body: m }] = await Promise.all([s.request('GET', path, a.headers), foldCompany(s.db, a.id)])
    reads++
    const sums = [
      m.turns / 3,
      Number(m.cost.total ?? 0),
      m.latency.eou_latency.n / 3,
      m.groups[0]?.calls.total ?? 0,
    ]
    if (!sums.every((sum) => sum === m.calls.total)) faults.push(`${m.calls.total}: ${sums}`)
  } while (!isDone)
  await writing
  t.same(faults, [], `${reads} answers`)
  t.equal((await get(a, 'analytics/metrics?start=2026-05-04&end=2026-05-05')).calls.total, 80)
})
