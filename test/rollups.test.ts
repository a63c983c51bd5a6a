import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { connect, type Db } from '../src/db/client.ts'
import { latencies, outcomes } from '../src/db/schema/index.ts'
import { asOwner } from '../src/db/transaction.ts'
import type { SetAsideItem } from '../src/lib/set-aside.ts'
import { reconcileStep } from '../src/modules/agreement/index.ts'
import { foldCompany, foldStep, rebuildDay } from '../src/modules/rollups/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { type CallSeed, differences, expectedFigures, figuresIn } from './analytics/expected-figures.ts'
import { seededRandom } from './analytics/fixtures.ts'
import { startTestService, type TestCompany } from './setup/service.ts'
import { terminatedAfter } from './setup/terminated.ts'

const s = await startTestService(t)

type Random = () => number
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** Random calls start within this many hours after 2026-05-03 00:00 UTC. */
const spreadHours = 60
const hourMs = 3_600_000

interface Ids {
  skillbases: string[]
  campaigns: string[]
}

/**
 * Returns a function that sends one random request which changes the company's calls: creates a call, reports turns (also
 * late, overlapping and repeated ones), completes, corrects or deletes it, or puts or deletes its metrics.
 */
function randomChanges(company: TestCompany, random: Random, ids: Ids): () => Promise<unknown> {
  const calls: string[] = []
  const reports: { id: string; body: object }[] = []
  const request = (method: string, path: string, body?: object) =>
    s.request(method, `/api/calls${path}`, company.headers, body)
  // Sometimes zero, or less than a millisecond.
  const latency = () =>
    random() < 0.1 ? 0 : Math.round(Math.exp(5 + 3 * random()) * 10) / 10 / pick(random, [1, 1, 1e3])
  const turn = (turn_index: number) => ({
    turn_index,
    role: pick(random, ['user', 'assistant'] as const),
    ...Object.fromEntries(latencies.flatMap((name) => (random() < 0.6 ? [[name, latency()]] : []))),
    ...(random() < 0.5 && { was_interrupted: random() < 0.3 }),
    ...(random() < 0.1 && { is_filler: true }),
    ...(random() < 0.1 && { e2e_latency: -latency() }),
    ...(random() < 0.5 && { llm_input_tokens: Math.floor(random() * 2000), tts_characters: 40 }),
  })
  const createCall = async () => {
    const startedAt = Date.parse('2026-05-03T00:00:00Z') + Math.floor(random() * spreadHours * hourMs)
    const { body } = await request('POST', '', {
      direction: pick(random, ['inbound', 'outbound']),
      started_at: new Date(startedAt).toISOString(),
      ...(random() < 0.7 && { skillbase_id: pick(random, ids.skillbases) }),
      ...(random() < 0.5 && { campaign_id: pick(random, ids.campaigns) }),
    })
    calls.push(body.id)
  }
  const reportTurns = async (id: string) => {
    const first = Math.floor(random() * 6)
    const body = { turns: Array.from({ length: 1 + Math.floor(random() * 5) }, (_, i) => turn(first + i)) }
    reports.push({ id, body })
    await request('POST', `/${id}/turns`, body)
  }
  const repeatReport = async () => {
    const report = pick(random, reports)
    if (report) await request('POST', `/${report.id}/turns`, report.body)
  }
  const complete = (id: string) =>
    request('POST', `/${id}/complete`, {
      ...(random() < 0.8 && { outcome: pick(random, outcomes) }),
      status: pick(random, ['completed', 'failed', 'cancelled']),
      ...(random() < 0.3 && { ended_reason: 'not_dialed' }),
      duration_sec: Math.floor(random() * 1000) / 10,
      ...(random() < 0.5 && {
        reported_cost: { llm: (random() / 10).toFixed(6), total: random().toFixed(6) },
      }),
      ...(random() < 0.3 && { livekit_duration_sec: 30 }),
    })
  const correctOutcome = (id: string) =>
    request('PATCH', `/${id}`, { outcome: pick(random, [...outcomes, null]) })
  const putMetrics = (id: string) =>
    request('PUT', `/${id}/metrics`, { eou_latency_avg: latency(), turn_count: 3, interruption_count: 1 })
  const deleteMetrics = (id: string) => request('DELETE', `/${id}/metrics`)
  const deleteCall = (id: string) => request('DELETE', `/${id}`)
  // Turns are reported twice as often as anything else.
  const changes = [
    reportTurns,
    reportTurns,
    repeatReport,
    complete,
    correctOutcome,
    putMetrics,
    deleteMetrics,
    deleteCall,
  ]
  return async () => {
    if (calls.length < 5 || random() < 0.25) return createCall()
    const change = pick(random, changes)
    return change(pick(random, calls))
  }
}

type StoredCall = CallSeed & { version: number | null }

/** The company's calls with turns and metrics, read from their tables. */
async function storedCalls(company: TestCompany): Promise<StoredCall[]> {
  const rows = await s.db.orm.execute<{ seed: StoredCall }>(sql`
    select json_build_object('started_at', c.started_at, 'status', c.status, 'direction', c.direction,
      'outcome', c.outcome, 'ended_reason', c.ended_reason, 'answered_at', c.answered_at, 'ring_sec', c.ring_sec,
      'duration_sec', c.duration_sec, 'turn_count', c.turn_count, 'skillbase_id', c.skillbase_id,
      'version', c.skillbase_version, 'campaign_id', c.campaign_id,
      'turns', (select coalesce(json_agg(l), '[]') from call_logs l where l.company_id = c.company_id and l.call_id = c.id),
      'metrics', (select to_jsonb(m) || jsonb_build_object('cost_total', m.cost_total::text, 'cost_stt', m.cost_stt::text,
          'cost_llm', m.cost_llm::text, 'cost_tts', m.cost_tts::text, 'cost_livekit', m.cost_livekit::text)
        from call_metrics m where m.company_id = c.company_id and m.call_id = c.id)) as seed
    from calls c where c.company_id = ${company.id}::uuid`)
  return rows.map(({ seed }) => ({ ...seed, metrics: seed.metrics ?? undefined }) as never)
}

const period = 'start=2026-05-03&end=2026-05-06'

/** The value of a call in each dimension, in the zone Europe/Moscow (UTC+3). */
const dimensions: Record<string, (call: StoredCall) => unknown> = {
  campaign: (call) => call.campaign_id,
  skillbase: (call) => call.skillbase_id,
  version: (call) => call.version,
  outcome: (call) => call.outcome,
  direction: (call) => call.direction,
  hour_of_day: (call) => (new Date(call.started_at).getUTCHours() + 3) % 24,
  day_of_week: (call) => new Date(Date.parse(call.started_at) + 3 * hourMs).getUTCDay() || 7,
}

/**
 * Lists where the service's figures differ from those of the stored calls. Until a change is folded, a minimum or maximum
 * that it removed may still be reported; of a latency, at most two histogram buckets away. It is a fault only when
 * `isFolded`.
 */
async function findFaults(company: TestCompany, random: Random, isFolded = false): Promise<string[]> {
  const calls = await storedCalls(company)
  const faults = [
    ...(await groupFaults(company, random, calls)),
    ...(await bucketFaults(company, random, calls)),
  ]
  return isFolded ? faults : faults.filter((fault) => !isStaleMinMax(fault))
}

function isStaleMinMax(fault: string): boolean {
  const [, figure, found, expected] =
    /\/(duration|latency\/\w+)\/(?:min|max): (\S+), not (\S+)$/.exec(fault) ?? []
  if (figure === undefined) return false
  return figure === 'duration' || Math.abs(Number(found) - Number(expected)) <= 0.041 * Number(expected)
}

/** Faults of the total and of the groups by one or two random dimensions. */
async function groupFaults(company: TestCompany, random: Random, calls: StoredCall[]): Promise<string[]> {
  const [a, b] = [pick(random, Object.keys(dimensions)), pick(random, Object.keys(dimensions))]
  const groupBy = [...new Set([a, b])]
  const query = `start=2026-05-03T00:00:00Z&end=2026-05-06T00:00:00Z&timezone=Europe/Moscow&group_by=${groupBy}`
  const { body } = await s.request('GET', `/api/analytics/metrics?${query}`, company.headers)
  const faults = differences(figuresIn(body), expectedFigures(calls)).map((fault) => `total${fault}`)
  const callsByKey = new Map<string, CallSeed[]>()
  for (const call of calls) {
    const key = JSON.stringify(groupBy.map((dimension) => dimensions[dimension]?.(call) ?? null))
    callsByKey.set(key, [...(callsByKey.get(key) ?? []), call])
  }
  if (body.groups.length !== callsByKey.size)
    faults.push(`${body.groups.length} groups, not ${callsByKey.size}`)
  for (const group of body.groups) {
    const key = JSON.stringify(groupBy.map((dimension) => group.values[dimension] ?? null))
    const found = differences(figuresIn(group), expectedFigures(callsByKey.get(key) ?? []))
    faults.push(...found.map((fault) => `${groupBy} ${key}${fault}`))
  }
  return faults
}

/** Faults of a time series by a random bucket, in a random zone, of a random campaign. */
async function bucketFaults(company: TestCompany, random: Random, calls: StoredCall[]): Promise<string[]> {
  const campaign = pick(
    random,
    calls.map(({ campaign_id }) => campaign_id).filter((id) => id != null),
  )
  const timezone = pick(random, ['UTC', 'Europe/Moscow', 'Asia/Kolkata'])
  const [start, end] = ['2026-05-03T07:20:00Z', '2026-05-05T03:40:00Z']
  const bucket = pick(random, ['hour', 'day'])
  const filter = campaign ? `&campaign_id=${campaign}` : ''
  const query = `start=${start}&end=${end}&bucket=${bucket}&timezone=${timezone}${filter}`
  const { body } = await s.request('GET', `/api/analytics/timeseries?${query}`, company.headers)
  const faults: string[] = []
  for (const reported of body.buckets) {
    const callsOfBucket = calls.filter(({ started_at, campaign_id }) => {
      const startedAt = new Date(started_at)
      const isOfCampaign = campaign === undefined || campaign_id === campaign
      const isInBucket = startedAt >= new Date(reported.start) && startedAt < new Date(reported.end)
      const isInPeriod = startedAt >= new Date(start) && startedAt < new Date(end)
      return isOfCampaign && isInBucket && isInPeriod
    })
    const found = differences(figuresIn(reported), expectedFigures(callsOfBucket))
    faults.push(...found.map((fault) => `${timezone} ${reported.start}${fault}`))
  }
  return faults
}

/** Differences between the service's metrics of the period and those of the stored calls. */
async function metricsFaults(company: TestCompany): Promise<string[]> {
  const { body } = await s.request('GET', `/api/analytics/metrics?${period}`, company.headers)
  return differences(figuresIn(body), expectedFigures(await storedCalls(company)))
}

async function createSkillbases(company: TestCompany): Promise<Ids> {
  const create = async (path: string, body: object) =>
    (await s.request('POST', path, company.headers, body)).body.id as string
  const skillbases = await Promise.all(
    ['one', 'two'].map((slug) => create('/api/skillbases', { name: slug, slug, config: exampleConfig })),
  )
  const campaigns = await Promise.all(
    skillbases.map((skillbase_id) => create('/api/campaigns', { name: 'C', skillbase_id })),
  )
  return { skillbases, campaigns }
}

const unchanged = { wrong_calls: 0, wrong_buckets: 0 }

const seeds = process.env.ROLLUP_SEEDS?.split(',').map(Number) ?? [1, 2, 3, Math.floor(Math.random() * 1e9)]
for (const seed of seeds) {
  test(`Figures equal those of the stored calls after random changes and terminated folds (seed ${seed})`, async (t) => {
    const random = seededRandom(seed)
    const company = await s.createCompany()
    const change = randomChanges(company, random, await createSkillbases(company))
    const clients = [1, 2].map(() => connect(s.url, { max: 3 }))
    t.teardown(() => Promise.all(clients.map((db) => db.close())))
    let terminated = 0
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 12; i++) await change()
      const fold = () =>
        Promise.allSettled([
          foldCompany(terminatedAfter(clients[0] as Db, Math.floor(random() * 12)), company.id),
          foldCompany(clients[1] as Db, company.id),
        ])
      const [[first]] = await Promise.all([fold(), ...Array.from({ length: 6 }, change)])
      if (first.status === 'rejected') terminated++
      const folding = fold()
      t.same(await findFaults(company, random), [], `round ${round}, during folding`)
      if ((await folding)[0].status === 'rejected') terminated++
      t.same(await findFaults(company, random), [], `round ${round}, after partial folding`)
    }
    while ((await foldStep(s.db)) > 0);
    t.same(await findFaults(company, random, true), [], 'after folding everything')
    for (const day of ['2026-05-03', '2026-05-04', '2026-05-05']) {
      t.same(await rebuildDay(s.db, company.id, new Date(`${day}T00:00:00Z`)), unchanged, day)
    }
    t.ok(terminated > 0, `${terminated} folds were terminated`)
  })
}

/** Runs hand-written SQL, which writes no change record. $company is the company's id. */
const runHandWrittenSql = (company: TestCompany, statement: string) =>
  asOwner(s.db, company.id, (tx) => tx.execute(sql.raw(statement.replaceAll('$company', `'${company.id}'`))))

const may4 = new Date('2026-05-04T00:00:00Z')

/** Inserts a hundred calls on 2026-05-04. The first lasts 1 second, the last 100. */
const insertHundredCalls = (company: TestCompany) =>
  runHandWrittenSql(
    company,
    `insert into calls (company_id, direction, status, started_at, duration_sec, outcome)
      select $company, 'inbound', 'completed', '2026-05-04'::timestamptz + i * interval '1 minute', i, 'success'
      from generate_series(1, 100) i`,
  )

test('Rebuilding a day adds calls that were inserted by SQL, once', async (t) => {
  const company = await s.createCompany()
  await insertHundredCalls(company)
  const count = async () =>
    (await s.request('GET', `/api/analytics/metrics?${period}`, company.headers)).body.calls.total
  t.equal(await count(), 0, 'they have no change record')
  t.same(await rebuildDay(s.db, company.id, may4), { wrong_calls: 100, wrong_buckets: 0 })
  t.equal(await count(), 100)
  t.same(await rebuildDay(s.db, company.id, may4), unchanged)
})

test('Rebuilding a day corrects calls that SQL deleted, moved to another day or changed', async (t) => {
  const company = await s.createCompany()
  await insertHundredCalls(company)
  await rebuildDay(s.db, company.id, may4)
  await runHandWrittenSql(company, `delete from calls where company_id = $company and duration_sec <= 40`)
  await runHandWrittenSql(
    company,
    `update calls set started_at = started_at + interval '1 day' where company_id = $company and duration_sec > 90`,
  )
  await runHandWrittenSql(
    company,
    `update calls set outcome = 'fail' where company_id = $company and duration_sec between 50 and 59`,
  )
  t.same(await rebuildDay(s.db, company.id, may4), { wrong_calls: 60, wrong_buckets: 0 })
  t.same(await metricsFaults(company), [])
})

test('Rebuilding a day corrects rollups that SQL changed or deleted', async (t) => {
  const company = await s.createCompany()
  await insertHundredCalls(company)
  await rebuildDay(s.db, company.id, may4)
  await runHandWrittenSql(
    company,
    `update metric_rollups set calls = calls + 1 where company_id = $company and grain = 'day'`,
  )
  await runHandWrittenSql(
    company,
    `delete from metric_rollups where company_id = $company and grain = 'hour' and bucket = '2026-05-04T01:00Z'`,
  )
  t.same(await rebuildDay(s.db, company.id, may4), { wrong_calls: 0, wrong_buckets: 4 })
  t.same(await rebuildDay(s.db, company.id, may4), unchanged)
  t.same(await metricsFaults(company), [])
})

test('Calls that were never dialed stay counted when the last dialed call of their hour is deleted', async (t) => {
  const company = await s.createCompany()
  const complete = async (body: object) => {
    const started_at = '2026-05-04T10:00:00Z'
    const call = await s.request('POST', '/api/calls', company.headers, { direction: 'outbound', started_at })
    await s.request('POST', `/api/calls/${call.body.id}/complete`, company.headers, body)
    return call.body.id as string
  }
  const cancelled = { status: 'cancelled', outcome: 'cancelled' }
  await complete({ ...cancelled, ended_reason: 'not_dialed' })
  const dialed = await complete({ ...cancelled, answered_at: '2026-05-04T10:00:03Z', duration_sec: 5 })
  while ((await foldStep(s.db)) > 0);
  t.equal((await s.request('DELETE', `/api/calls/${dialed}`, company.headers)).status, 204)
  while ((await foldStep(s.db)) > 0);
  t.same(await rebuildDay(s.db, company.id, may4), unchanged)
})

test('A day has 24 hours, also where the time zone of the session changes its clock', async (t) => {
  const company = await s.createCompany()
  const db = connect(`${s.url}?TimeZone=Europe/Berlin`)
  t.teardown(() => db.close())
  await runHandWrittenSql(
    company,
    `insert into calls (company_id, direction, started_at)
      select $company, 'inbound', '2026-03-29T00:30Z'::timestamptz + i * interval '1 hour' from generate_series(0, 23) i`,
  )
  // In Berlin this day has 23 hours.
  const day = new Date('2026-03-29T00:00:00Z')
  t.same(await rebuildDay(db, company.id, day), { wrong_calls: 24, wrong_buckets: 0 })
  t.same(await rebuildDay(db, company.id, day), unchanged)
})

/** Runs reconcileStep until no day is left. Returns the reported differences and the number of days compared. */
async function reconcileAll(now: Date) {
  const found: { day: string }[] = []
  let days = 0
  while ((await reconcileStep(s.db, now, (difference) => found.push(difference))) > 0) days++
  return { found, days }
}

test('From 02:00 UTC each of the last 31 days is compared once a night, and differences are reported once', async (t) => {
  const company = await s.createCompany()
  await runHandWrittenSql(
    company,
    `insert into calls (company_id, direction, started_at)
      values ($company, 'inbound', '2026-07-04T10:00Z'), ($company, 'inbound', '2026-07-20T10:00Z'), ($company, 'inbound', '2026-06-01T10:00Z')`,
  )
  t.same(await reconcileAll(new Date('2026-07-21T01:59:59Z')), { found: [], days: 0 }, 'before 02:00')
  const twoProcesses = await Promise.all([1, 2].map(() => reconcileAll(new Date('2026-07-21T02:00:00Z'))))
  const reported = twoProcesses.flatMap(({ found }) => found)
  t.same(
    new Set(reported.map(({ day }) => day)),
    new Set(['2026-07-04', '2026-07-20']),
    '2026-06-01 is more than 31 days ago',
  )
  t.equal(reported.length, 2)
  t.same((await reconcileAll(new Date('2026-07-21T03:00:00Z'))).days, 0, 'later in the same night')
  t.same((await reconcileAll(new Date('2026-07-22T02:00:00Z'))).found, [], 'the next night nothing differs')
})

test('A company whose calls cannot be folded does not delay the others, and can be rebuilt', async (t) => {
  const [broken, intact] = [await s.createCompany(), await s.createCompany()]
  const insertChangedCall = (company: TestCompany) =>
    runHandWrittenSql(
      company,
      `with inserted as (insert into calls (company_id, direction, started_at) values ($company, 'inbound', '2026-05-04T10:00Z') returning id)
       insert into dirty_calls (company_id, call_id) select $company, id from inserted`,
    )
  await insertChangedCall(broken)
  await foldStep(s.db)
  // The next call overflows this bigint.
  await runHandWrittenSql(
    broken,
    `update metric_rollups set calls = 9223372036854775807 where company_id = $company`,
  )
  await insertChangedCall(broken)
  await insertChangedCall(intact)
  await insertChangedCall(broken)
  const setAside: SetAsideItem[] = []
  while ((await foldStep(s.db, (item) => setAside.push(item))) > 0);
  const remaining = await s.db.orm.execute(
    sql`select company_id, call_id, failures, error, retry_at > now() as waits from dirty_calls order by seq`,
  )
  t.match(
    remaining,
    [1, 2].map(() => ({
      company_id: broken.id,
      failures: 1,
      error: 'A number is out of range (22003).',
      waits: true,
    })),
  )
  t.match(
    setAside,
    remaining.map(({ call_id }) => ({ kind: 'dirty_call', company_id: broken.id, id: call_id })),
  )
  await s.db.orm.execute(sql`update dirty_calls set retry_at = now()`)
  while ((await foldStep(s.db, (item) => setAside.push(item))) > 0);
  t.match(
    await s.db.orm.execute(
      sql`select failures, extract(epoch from retry_at - now()) > 3 as waits from dirty_calls`,
    ),
    [1, 2].map(() => ({ failures: 2, waits: true })),
    'each further failure doubles the delay',
  )
  t.equal(setAside.length, 2, 'and is not reported again')
  t.same(await rebuildDay(s.db, broken.id, may4), { wrong_calls: 0, wrong_buckets: 4 })
  t.ok((await foldStep(s.db)) > 0)
  t.same(await rebuildDay(s.db, broken.id, may4), unchanged)
})

test('A call that cannot be folded is left out, and the other changed calls of its company are folded', async (t) => {
  const company = await s.createCompany()
  await s.db.client.unsafe(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused' using errcode = '22003'; end $$`)
  await runHandWrittenSql(
    company,
    `with inserted as (insert into calls (company_id, direction, started_at, language)
       select $company, 'inbound', '2026-05-04T10:00Z', case when i = 250 then 'poison' end from generate_series(1, 500) i
       returning id)
     insert into dirty_calls (company_id, call_id) select $company, id from inserted`,
  )
  const [found] = await s.db.client.unsafe(`select id from calls where language = 'poison'`)
  const poisoned = found?.id
  await s.db.client.unsafe(`create trigger refuse before insert on call_contributions for each row
    when (new.call_id = '${poisoned}') execute function refuse()`)
  while ((await foldStep(s.db)) > 0);
  const counts = () =>
    s.db.client.unsafe(`select (select count(*)::int from call_contributions where company_id = '${company.id}') as folded,
      (select array_agg(call_id) from dirty_calls where company_id = '${company.id}') as waiting`)
  t.match(await counts(), [{ folded: 499, waiting: [poisoned] }])
  const setAside = () => s.request('GET', '/api/analytics/set-aside-calls', company.headers)
  t.match(await setAside(), {
    status: 200,
    body: {
      items: [
        {
          call_id: poisoned,
          missing_in: 'rollups',
          failures: 1,
          error: 'A number is out of range (22003).',
          retry_at: String,
        },
      ],
    },
  })
  const other = await s.createCompany()
  t.same((await s.request('GET', '/api/analytics/set-aside-calls', other.headers)).body, { items: [] })
  const period = '/api/analytics/metrics?start=2026-05-04&end=2026-05-05'
  t.match((await s.request('GET', period, company.headers)).body, { calls: { total: 500 } })
  await s.db.client.unsafe(
    'drop trigger refuse on call_contributions; update dirty_calls set retry_at = now()',
  )
  while ((await foldStep(s.db)) > 0);
  t.match(await counts(), [{ folded: 500, waiting: null }], 'it is folded when it is tried again')
  t.same((await setAside()).body, { items: [] })
})

test('No column that is added to the rollups accepts NaN or an infinite number', async (t) => {
  const company = await s.createCompany()
  await runHandWrittenSql(
    company,
    `with inserted as (insert into calls (company_id, direction) values ($company, 'inbound') returning company_id, id),
       metrics as (insert into call_metrics (company_id, call_id) select company_id, id from inserted)
     insert into call_logs (company_id, call_id, turn_index, role) select company_id, id, 0, 'assistant' from inserted`,
  )
  const columns = await s.db.client<{ table: string; column: string }[]>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and table_name in ('calls', 'call_metrics', 'call_logs')
      and data_type in ('double precision', 'numeric', 'real') and is_generated = 'NEVER'`
  t.ok(columns.length > 30)
  const accepted: string[] = []
  for (const { table, column } of columns)
    for (const value of ['NaN', 'Infinity', '-Infinity']) {
      const updated = s.db.client`
        update ${s.db.client(table)} set ${s.db.client(column)} = ${value} where company_id = ${company.id}`
      const isRefused = await updated.then(
        () => false,
        ({ code }) => ['23514', '22003'].includes(code),
      )
      if (!isRefused) accepted.push(`${table}.${column} = ${value}`)
    }
  t.same(accepted, [])
})
