import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import type { Test } from 'tap'
import { test } from 'tap'
import { createApiClient } from '../../src/cli/api-client.ts'
import { readRecordedCalls, replayCalls, startTimeOf } from '../../src/cli/replay.ts'
import { sampleFile, sampleText } from '../../src/cli/sample/generate.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { projectRoot } from '../setup/programs.ts'
import { startTestService, type TestService } from '../setup/service.ts'

/** A file of real calls. It must not be copied into this repository, so the test is skipped when it does not exist. */
const realFile = process.env.REAL_CALLS || join(projectRoot, '../shared/data/real-calls.jsonl')
const period = 'start=2026-01-01&end=2027-01-01'
const skip = existsSync(realFile) ? false : 'no file of real calls: set REAL_CALLS to its path'

test('Metrics of replayed real calls equal the figures calculated from their file', { skip }, (t) =>
  replayAndCompare(t, realFile),
)

test('Metrics of the replayed sample equal the figures calculated from its file', (t) =>
  replayAndCompare(t, fileURLToPath(sampleFile)))

test('The bundled sample is the output of its generator, and covers languages, outcomes and missing values', async (t) => {
  t.equal(readFileSync(sampleFile, 'utf8'), sampleText())
  const records = await readRecordedCalls()
  const distinct = (pick: (record: (typeof records)[number]) => unknown) => new Set(records.map(pick))
  t.ok(records.length >= 40)
  t.equal(distinct(({ vendor }) => vendor).size, 3)
  t.same([...distinct(({ language }) => language)].sort(), ['en', 'ru'])
  for (const outcome of [
    'success',
    'fail',
    'callback',
    'transferred',
    'voicemail',
    'no_answer',
    'busy',
  ] as const)
    t.ok(distinct((record) => record.outcome).has(outcome), outcome)
  const turns = records.flatMap((record) => record.turns)
  t.ok(turns.some(({ discard_reason }) => discard_reason !== null))
  t.ok(turns.some(({ was_interrupted }) => was_interrupted))
  t.ok(records.some(({ cost }) => cost === null))
})

test('An invalid file of calls is rejected with an error that names the invalid line', async (t) => {
  const dir = t.testdir({
    'broken.jsonl': '{"run":"a-20260101-000000",\n',
    'other.jsonl': '\n{"run":"a","call":"b","vendor":"v","greeting":null,"turns":[{"index":0}]}\n',
  })
  await t.rejects(readRecordedCalls(`${dir}/absent.jsonl`), { message: /cannot be read \(ENOENT\)/ })
  await t.rejects(readRecordedCalls(`${dir}/broken.jsonl`), {
    message: /line 1: This line is not valid JSON/,
  })
  await t.rejects(readRecordedCalls(`${dir}/other.jsonl`), { message: /line 2: \/turns\/0\/\w+: / })
})

test('A replay stops at a rejected call and names it', async (t) => {
  const s = await startTestService(t)
  const { headers } = await s.createCompany()
  const replay = (record: object) =>
    replayCalls({ api: apiOf(s, headers), skillbases: new Map([['v', 'no-id']]), calls: [record as never] })
  const record = { run: 'r-20260101-000000', call: 'call-1', vendor: 'v', greeting: null, turns: [] }
  await t.rejects(replay(record), { message: /\/api\/calls returned 400/ })
  await t.rejects(replay({ ...record, vendor: 'w' }), {
    message: 'r-20260101-000000/call-1: There is no skillbase for the vendor w.',
  })
  await t.rejects(replay({ ...record, run: 'r' }), { message: /The call has no started_at/ })
  t.same(startTimeOf(record as never), new Date('2026-01-01T00:02:00Z'))
})

/** One line of a file, parsed without the code under test. The cost is kept as the text of the file. */
interface Line {
  run: string
  call: string
  vendor: string
  greeting: string | null
  discard_reason: string | null
  duration_sec: number | null
  outcome?: string
  cost: string | null
  turns: {
    index: number
    caller_text: string
    agent_text: string
    e2e_latency_ms: number | null
    discard_reason: string | null
    latency_llm?: number
    llm_input_tokens?: number
    llm_cached_input_tokens?: number
    llm_output_tokens?: number
    tts_characters?: number
    stt_duration_sec?: number
    was_interrupted?: boolean
  }[]
}

/** Outcomes of calls that nobody answered. */
const unanswered = ['no_answer', 'busy', 'declined', 'invalid_number', 'blocked', 'carrier_error', 'lost']
const isUnanswered = ({ outcome = '' }: Line) => unanswered.includes(outcome)
/** The duration of a call that nobody answered is the time for which it rang. */
const talkOf = (line: Line) => (isUnanswered(line) ? null : line.duration_sec)

const linesOf = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((text) => ({ ...JSON.parse(text), cost: /"cost": ?([0-9.e-]+)/.exec(text)?.[1] ?? null }))
    .map((line: Line) => ({ ...line, cost: line.cost ?? listPriceCost(line) }))

/**
 * The cost of a call without a reported cost, at list prices in USD, calculated in units of 10^-12 USD: speech to text
 * 0.0048 per minute, LLM 0.075 per million input, 0.0375 cached and 0.30 output tokens, text to speech 50 per million
 * characters. null when the call has no usage.
 */
function listPriceCost({ turns }: Line): string | null {
  const sumOf = (name: keyof Line['turns'][number], factor = 1) =>
    turns.reduce((sum, turn) => sum + BigInt(Math.round(Number(turn[name] ?? 0) * factor)), 0n)
  const cached = sumOf('llm_cached_input_tokens')
  const components = [
    sumOf('stt_duration_sec', 1000) * 80_000n,
    (sumOf('llm_input_tokens') - cached) * 75_000n + cached * 37_500n + sumOf('llm_output_tokens') * 300_000n,
    sumOf('tts_characters') * 50_000_000n,
  ].filter((amount) => amount > 0n)
  const total = components.reduce((sum, amount) => sum + (amount + 500_000n) / 1_000_000n, 0n)
  return components.length === 0 ? null : usd(total)
}

/** Converts a decimal text, also with an exponent, to millionths, rounded half up. */
function millionths(text: string): bigint {
  const [digits = '', exponent = '0'] = text.split('e')
  const [whole = '', part = ''] = digits.split('.')
  const significant = `${whole}${part}`
  const integerDigits = whole.length + Number(exponent) + 6
  const withZeros = significant.padStart(Math.max(0, -integerDigits) + significant.length + 1, '0')
  const roundedDigit = integerDigits + withZeros.length - significant.length
  const padded = withZeros.padEnd(roundedDigit + 1, '0')
  return BigInt(padded.slice(0, roundedDigit)) + (Number(padded[roundedDigit]) >= 5 ? 1n : 0n)
}

const usd = (amount: bigint) => `${amount / 1_000_000n}.${String(amount % 1_000_000n).padStart(6, '0')}`

function percentile(values: number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = p * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]]
  return low === undefined || high === undefined ? null : low + (high - low) * (rank - Math.floor(rank))
}

/** The figures that the metrics of these calls must have. */
function figuresOf(lines: Line[]) {
  const exchanges = lines.flatMap(({ turns }) => turns)
  const measuredExchanges = lines
    .filter(({ discard_reason }) => discard_reason === null)
    .flatMap(({ turns }) => turns)
    .filter(({ discard_reason }) => discard_reason === null)
  const latencies = measuredExchanges.flatMap(({ e2e_latency_ms }) =>
    e2e_latency_ms === null ? [] : [e2e_latency_ms],
  )
  const llm = measuredExchanges.flatMap(({ latency_llm }) => latency_llm ?? [])
  const tokens = exchanges.flatMap(({ llm_input_tokens }) => llm_input_tokens ?? [])
  const durations = lines.flatMap((line) => talkOf(line) ?? [])
  const costs = lines.flatMap(({ cost }) => (cost === null ? [] : [millionths(cost)]))
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
  return {
    calls: lines.length,
    // Two turns per exchange, plus the greeting.
    turns: 2 * exchanges.length + lines.filter(({ greeting }) => greeting !== null).length,
    n: latencies.length,
    avg: sum(latencies) / latencies.length,
    min: Math.min(...latencies),
    max: Math.max(...latencies),
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    llm_p90: percentile(llm, 0.9),
    tokens: tokens.length === 0 ? null : sum(tokens),
    duration_sum: sum(durations),
    duration_max: Math.max(...durations),
    cost: costs.length === 0 ? null : usd(costs.reduce((a, b) => a + b)),
    unpriced: lines.length - costs.length,
    successes: lines.filter(({ outcome }) => outcome === 'success').length,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a response is read without a schema.
const figuresOfResponse = ({ calls, turns, latency, usage, duration, cost, outcomes }: any) => {
  const { n, avg, min, max, p50, p95 } = latency.e2e_latency
  return {
    calls: calls.total,
    turns,
    n,
    avg,
    min,
    max,
    p50,
    p95,
    llm_p90: latency.latency_llm.p90,
    tokens: usage.llm_input_tokens,
    duration_sum: duration.sum,
    duration_max: duration.max,
    cost: cost.total,
    unpriced: cost.unpriced_calls + cost.unmeasured_calls,
    successes: outcomes.success ?? 0,
  }
}

/** Figures that differ by more than 1e-9, or, for percentiles, by more than the 1 % error of rollups. */
function differences(actual: Record<string, unknown>, expected: Record<string, unknown>): string[] {
  const isNear = (a: unknown, b: unknown, error: number) =>
    a === b ||
    (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= error * Math.max(1, Math.abs(b)))
  return Object.keys(expected).flatMap((name) =>
    isNear(actual[name], expected[name], /p\d\d$/.test(name) ? 0.01 : 1e-9)
      ? []
      : [`${name}: ${actual[name]}, not ${expected[name]}`],
  )
}

const apiOf = (s: TestService, headers: Record<string, string>) => ({
  post: async (path: string, body: unknown) => {
    const response = await s.request('POST', path, headers, body)
    if (response.status >= 300)
      throw new Error(`${path} returned ${response.status}: ${response.body.detail}`)
    return response.body
  },
})

/** Every row of calls, turns and metrics, without updated_at. */
async function readAllRows(s: TestService) {
  const rows: unknown[] = []
  for (const [table, key] of [
    ['calls', 'id'],
    ['call_logs', 'call_id, turn_index'],
    ['call_metrics', 'call_id'],
  ]) {
    const text = `select to_jsonb(t) - 'updated_at' as row from ${table} t order by ${key}`
    rows.push(...(await s.db.orm.execute(sql.raw(text))))
  }
  return rows
}

async function replayAndCompare(t: Test, file: string): Promise<void> {
  const s = await startTestService(t)
  const company = await s.createCompany()
  const [lines, calls] = [linesOf(file), await readRecordedCalls(file)]
  const skillbases = new Map<string, string>()
  for (const vendor of new Set(lines.map((line) => line.vendor))) {
    const slug = `v-${skillbases.size}`
    const created = await s.request('POST', '/api/skillbases', company.headers, {
      name: vendor,
      slug,
      config: exampleConfig,
    })
    skillbases.set(vendor, created.body.id)
  }
  const url = await s.app.listen({ port: 0, host: '127.0.0.1' })
  const api = createApiClient(url, company.headers.authorization?.replace('Bearer ', '') ?? '')
  const progress: number[] = []
  const replay = { api, skillbases, calls, onProgress: (done: number) => progress.push(done) }
  const expectedTotal = figuresOf(lines)
  // Nothing in these files is unusable: every turn is stored as it is, without a warning.
  t.same(await replayCalls(replay), { turns: expectedTotal.turns, warnings: 0 })
  t.equal(progress.at(-1), lines.length)

  const figures = () => api.get(`/api/analytics/metrics?${period}&group_by=skillbase`)
  const first = await figures()
  t.same(differences(figuresOfResponse(first), expectedTotal), [], `all of ${lines.length} calls`)
  t.equal(first.groups.length, skillbases.size)
  for (const [vendor, id] of skillbases) {
    const expected = figuresOf(lines.filter((line) => line.vendor === vendor))
    const group = first.groups.find(({ key }: { key: string }) => key === id)
    t.same(differences(figuresOfResponse(group), expected), [], `${vendor}, as a group`)
    t.equal(group.names.skillbase, vendor)
    const filtered = await api.get(`/api/analytics/metrics?${period}&skillbase_id=${id}`)
    t.same(differences(figuresOfResponse(filtered), expected), [], `${vendor}, as a filter`)
  }
  await compareCalls(t, s, company.headers, lines)

  const rowsBefore = await readAllRows(s)
  t.same(await replayCalls(replay), { turns: 0, warnings: 0 }, 'a second replay adds no turn')
  t.same(await readAllRows(s), rowsBefore, 'a second replay changes no row')
  t.same(await figures(), first)
}

// biome-ignore lint/suspicious/noExplicitAny: a response is read without a schema.
const turnOf = (items: any[], index: number) => items.find(({ turn_index }) => turn_index === index)

/** Compares each call: its cost to 6 decimals, its turns, and that discarded latencies are not stored. */
async function compareCalls(
  t: Test,
  s: TestService,
  headers: Record<string, string>,
  lines: Line[],
): Promise<void> {
  const errors: string[] = []
  const listed = await s.request('GET', `/api/analytics/calls?${period}&limit=200`, headers)
  const byName = new Map(
    listed.body.items.map((row: { external_call_id: string }) => [row.external_call_id, row]),
  )
  for (const line of lines) {
    // biome-ignore lint/suspicious/noExplicitAny: a response is read without a schema.
    const row = byName.get(`${line.run}/${line.call}`) as any
    const cost = line.cost === null ? null : usd(millionths(line.cost))
    if (row.cost_total !== cost) errors.push(`${line.call} cost ${row.cost_total}, not ${cost}`)
    if (row.duration_sec !== talkOf(line)) errors.push(`${line.call} lasted ${row.duration_sec}`)
    const ringSec = isUnanswered(line) ? line.duration_sec : 0
    if (row.ring_sec !== ringSec) errors.push(`${line.call} rang ${row.ring_sec}`)
    const turnsWithInterruption = line.turns.filter(({ was_interrupted }) => was_interrupted !== undefined)
    const count =
      turnsWithInterruption.length === 0
        ? null
        : turnsWithInterruption.filter(({ was_interrupted }) => was_interrupted).length
    if (row.interruption_count !== count)
      errors.push(`${line.call} was interrupted ${row.interruption_count}`)
    if ((row.interruption_rate === null) !== (count === null))
      errors.push(`${line.call} has the rate ${row.interruption_rate}, and ${count} interruptions`)
    const { body } = await s.request('GET', `/api/calls/${row.call_id}/logs?limit=200`, headers)
    for (const turn of line.turns) {
      const user = turnOf(body.items, 2 * turn.index - 1)
      const assistant = turnOf(body.items, 2 * turn.index)
      const isLatencyUsed = line.discard_reason === null && turn.discard_reason === null
      if (user.role !== 'user' || user.content !== turn.caller_text || user.e2e_latency !== null)
        errors.push(`${line.call}: content of the caller in turn ${turn.index}`)
      if (assistant.role !== 'assistant' || assistant.content !== turn.agent_text)
        errors.push(`${line.call}: content of the agent in turn ${turn.index}`)
      if (assistant.e2e_latency !== (isLatencyUsed ? turn.e2e_latency_ms : null))
        errors.push(`${line.call}: latency ${assistant.e2e_latency} of turn ${turn.index}`)
      if (assistant.is_e2e_computed) errors.push(`${line.call}: computed latency of turn ${turn.index}`)
      const reason = line.discard_reason ?? turn.discard_reason
      if ((assistant.extra_data?.discard_reason ?? null) !== reason)
        errors.push(`${line.call}: discard_reason of turn ${turn.index}`)
    }
  }
  t.same(errors, [])
  const discarded = lines.flatMap(({ turns }) => turns.filter((turn) => turn.discard_reason !== null))
  t.ok(discarded.length > 0, `${discarded.length} turns have a discarded latency`)
}

/** A recorded turn of the file with its measured latency, or with the mistakes that recordings of real calls have. */
const mistakes: Record<string, (latency: number) => object> = {
  'a reply that began early': (latency) => ({ e2e_latency: -latency }),
  'a latency above ten minutes': (latency) => ({ e2e_latency: 600_000 + latency }),
  'a latency as text': (latency) => ({ e2e_latency: `${latency} ms` }),
  'an offset that does not exist': () => ({ created_at: '2026-07-30T18:06:15-18:30' }),
  'a speech that ended before it started': (latency) => ({
    e2e_latency: latency,
    started_speaking_at: '2026-07-30T18:06:15Z',
    stopped_speaking_at: '2026-07-30T18:02:52Z',
  }),
}

test('Of real calls with one odd value in each turn every turn is kept, with a warning', {
  skip,
}, async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  const kinds = Object.entries(mistakes)
  let [sent, warned, overlaps] = [0, 0, 0]
  for (const { greeting, turns } of linesOf(realFile)) {
    const { body: call } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
    const reported = turns.map(({ agent_text, caller_text, e2e_latency_ms }, i) => {
      const [kind, mistake = () => ({})] = kinds[(sent + i) % kinds.length] ?? []
      if (kind === 'a reply that began early') overlaps++
      const words = { content: agent_text ?? caller_text, tts_characters: agent_text?.length }
      return { turn_index: i, role: 'assistant', ...words, ...mistake(e2e_latency_ms ?? 1_000) }
    })
    const first = { turn_index: turns.length, role: 'assistant', content: greeting }
    const { body } = await s.request('POST', `/api/calls/${call.id}/turns`, company.headers, {
      turns: [...reported, first],
    })
    t.match(body, { accepted: turns.length + 1, rejected: [] })
    t.same(
      body.warnings.map(({ index }: { index: number }) => index),
      reported.map((_, i) => i),
    )
    const { items } = (await s.request('GET', `/api/calls/${call.id}/logs?limit=200`, company.headers)).body
    t.same(
      items.map(({ content }: { content: string }) => content),
      [...reported, first].map(({ content }) => content),
    )
    sent += turns.length
    warned += body.warnings.length
  }
  t.ok(sent >= 199)
  t.equal(warned, sent)
  const { overlap, latency } = (await s.request('GET', '/api/analytics/metrics', company.headers)).body
  t.equal(overlap.count, overlaps)
  t.equal(latency.e2e_latency.n, 0, 'no odd value is averaged')
})
