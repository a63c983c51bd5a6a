import { sql } from 'drizzle-orm'
import type { Test } from 'tap'
import t, { test } from 'tap'
import { connect, type Db } from '../src/db/client.ts'
import { latencies, outcomes } from '../src/db/schema/index.ts'
import { asOwner } from '../src/db/transaction.ts'
import { foldCompany, foldStep, rebuildDay, reconcileStep } from '../src/modules/rollups/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { type CallSeed, differences, expected, figuresIn } from './analytics/figures.ts'
import { startTestService, type TestCompany } from './setup/service.ts'

const s = await startTestService(t)

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
function randomOf(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

type Random = ReturnType<typeof randomOf>
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
const hours = 60

/** What happens to calls: each step is a request, as agents and hands make them, in any order and more than once. */
function worldOf(who: TestCompany, random: Random, labels: { skillbases: string[]; campaigns: string[] }) {
  const calls: string[] = []
  const sent: { id: string; body: object }[] = []
  const ask = (method: string, path: string, body?: object) =>
    s.request(method, `/api/calls${path}`, who.headers, body)
  const latency = () => Math.round(Math.exp(5 + 3 * random()) * 10) / 10
  const turn = (turn_index: number) => ({
    turn_index,
    role: pick(random, ['user', 'assistant'] as const),
    ...Object.fromEntries(latencies.flatMap((name) => (random() < 0.6 ? [[name, latency()]] : []))),
    ...(random() < 0.5 && { was_interrupted: random() < 0.3 }),
    ...(random() < 0.5 && { llm_input_tokens: Math.floor(random() * 2000), tts_characters: 40 }),
  })
  const create = async () => {
    const at = Date.parse('2026-05-03T00:00:00Z') + Math.floor(random() * hours * 3_600_000)
    const { body } = await ask('POST', '', {
      direction: pick(random, ['inbound', 'outbound']),
      started_at: new Date(at).toISOString(),
      ...(random() < 0.7 && { skillbase_id: pick(random, labels.skillbases) }),
      ...(random() < 0.5 && { campaign_id: pick(random, labels.campaigns) }),
    })
    calls.push(body.id)
  }
  const turns = async (id: string) => {
    const first = Math.floor(random() * 6)
    const body = { turns: Array.from({ length: 1 + Math.floor(random() * 5) }, (_, i) => turn(first + i)) }
    sent.push({ id, body })
    await ask('POST', `/${id}/turns`, body)
  }
  const steps: Record<string, (id: string) => Promise<unknown>> = {
    turns,
    moreTurns: turns,
    again: async () => {
      const repeated = pick(random, sent)
      if (repeated) await ask('POST', `/${repeated.id}/turns`, repeated.body)
    },
    complete: (id) =>
      ask('POST', `/${id}/complete`, {
        ...(random() < 0.8 && { outcome: pick(random, outcomes) }),
        status: pick(random, ['completed', 'failed', 'cancelled']),
        duration_sec: Math.floor(random() * 1000) / 10,
        ...(random() < 0.5 && {
          reported_cost: { llm: (random() / 10).toFixed(6), total: random().toFixed(6) },
        }),
        ...(random() < 0.3 && { livekit_duration_sec: 30 }),
      }),
    correct: (id) => ask('PATCH', `/${id}`, { outcome: pick(random, [...outcomes, null]) }),
    measure: (id) =>
      ask('PUT', `/${id}/metrics`, { eou_latency_avg: latency(), turn_count: 3, interruption_count: 1 }),
    unmeasure: (id) => ask('DELETE', `/${id}/metrics`),
    remove: (id) => ask('DELETE', `/${id}`),
  }
  return async () => {
    if (calls.length < 5 || random() < 0.25) return create()
    const step = pick(random, Object.values(steps))
    return step(pick(random, calls))
  }
}

/** A company's calls as they are in its rows: what the figures are computed from another way. */
async function callsOf(who: TestCompany): Promise<(CallSeed & { version: number | null })[]> {
  const rows = await s.db.orm.execute<{ seed: CallSeed & { version: number | null } }>(sql`
    select json_build_object('started_at', c.started_at, 'status', c.status, 'direction', c.direction,
      'outcome', c.outcome, 'duration_sec', c.duration_sec, 'skillbase_id', c.skillbase_id,
      'version', c.skillbase_version, 'campaign_id', c.campaign_id,
      'turns', (select coalesce(json_agg(l), '[]') from call_logs l where l.company_id = c.company_id and l.call_id = c.id),
      'metrics', (select to_jsonb(m) || jsonb_build_object('cost_total', m.cost_total::text, 'cost_stt', m.cost_stt::text,
          'cost_llm', m.cost_llm::text, 'cost_tts', m.cost_tts::text, 'cost_livekit', m.cost_livekit::text)
        from call_metrics m where m.company_id = c.company_id and m.call_id = c.id)) as seed
    from calls c where c.company_id = ${who.id}::uuid`)
  return rows.map(({ seed }) => ({ ...seed, metrics: seed.metrics ?? undefined }) as never)
}

const period = 'start=2026-05-03&end=2026-05-06'
const dimensions: Record<string, (call: CallSeed & { version: number | null }) => unknown> = {
  campaign: (call) => call.campaign_id,
  skillbase: (call) => call.skillbase_id,
  version: (call) => call.version,
  outcome: (call) => call.outcome,
  direction: (call) => call.direction,
  hour_of_day: (call) => (new Date(call.started_at).getUTCHours() + 3) % 24,
  day_of_week: (call) => new Date(Date.parse(call.started_at) + 3 * 3_600_000).getUTCDay() || 7,
}

/**
 * Where the service's answers are not what the rows tell. Until a change is folded, a least or a most that it took away
 * may still be told: of latencies within two buckets.
 */
async function faultsOf(who: TestCompany, random: Random, isFolded = false): Promise<string[]> {
  const faults = await differencesOf(who, random)
  return isFolded ? faults : faults.filter((fault) => !isStaleExtreme(fault))
}

function isStaleExtreme(fault: string): boolean {
  const [, what, found, wanted] =
    /\/(duration|latency\/\w+)\/(?:min|max): (\S+), not (\S+)$/.exec(fault) ?? []
  if (what === undefined) return false
  return what === 'duration' || Math.abs(Number(found) - Number(wanted)) <= 0.041 * Number(wanted)
}

async function differencesOf(who: TestCompany, random: Random): Promise<string[]> {
  const calls = await callsOf(who)
  const [a, b] = [pick(random, Object.keys(dimensions)), pick(random, Object.keys(dimensions))]
  const cuts = [...new Set([a, b])]
  const path = `/api/analytics/metrics?start=2026-05-03T00:00:00Z&end=2026-05-06T00:00:00Z&timezone=Europe/Moscow&group_by=${cuts}`
  const { body } = await s.request('GET', path, who.headers)
  const faults = differences(figuresIn(body), expected(calls)).map((fault) => `total${fault}`)
  const groups = new Map<string, CallSeed[]>()
  for (const call of calls) {
    const key = JSON.stringify(cuts.map((cut) => dimensions[cut]?.(call) ?? null))
    groups.set(key, [...(groups.get(key) ?? []), call])
  }
  if (body.groups.length !== groups.size) faults.push(`${body.groups.length} groups, not ${groups.size}`)
  for (const group of body.groups) {
    const key = JSON.stringify(cuts.map((cut) => group.values[cut] ?? null))
    faults.push(
      ...differences(figuresIn(group), expected(groups.get(key) ?? [])).map((f) => `${cuts} ${key}${f}`),
    )
  }
  const campaign = pick(
    random,
    calls.map(({ campaign_id }) => campaign_id).filter((id) => id != null),
  )
  const zone = pick(random, ['UTC', 'Europe/Moscow', 'Asia/Kolkata'])
  const [start, end] = ['2026-05-03T07:20:00Z', '2026-05-05T03:40:00Z']
  const bucket = pick(random, ['hour', 'day'])
  const query = `start=${start}&end=${end}&bucket=${bucket}&timezone=${zone}${campaign ? `&campaign_id=${campaign}` : ''}`
  const series = (await s.request('GET', `/api/analytics/timeseries?${query}`, who.headers)).body
  for (const piece of series.buckets) {
    const inside = calls.filter(({ started_at, campaign_id }) => {
      const at = new Date(started_at)
      const isOf = campaign === undefined || campaign_id === campaign
      return (
        isOf &&
        at >= new Date(piece.start) &&
        at < new Date(piece.end) &&
        at >= new Date(start) &&
        at < new Date(end)
      )
    })
    faults.push(...differences(figuresIn(piece), expected(inside)).map((f) => `${zone} ${piece.start}${f}`))
  }
  return faults
}

async function labelsOf(who: TestCompany) {
  const made = async (path: string, body: object) =>
    (await s.request('POST', path, who.headers, body)).body.id as string
  const skillbases = await Promise.all(
    ['one', 'two'].map((slug) => made('/api/skillbases', { name: slug, slug, config: exampleConfig })),
  )
  const campaigns = await Promise.all(
    skillbases.map((skillbase_id) => made('/api/campaigns', { name: 'C', skillbase_id })),
  )
  return { skillbases, campaigns }
}

/** A folder whose connection is killed after so many of its statements. */
function dying(db: Db, after: number): Db {
  let said = 0
  const pool = new Proxy(db.pool, {
    get(target, name) {
      if (name !== 'acquire') {
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      }
      return async () => {
        const connection = await target.acquire()
        const send = connection.send.bind(connection)
        connection.send = ((...args: Parameters<typeof send>) => {
          if (said++ !== after) return send(...args)
          return send('select pg_terminate_backend(pg_backend_pid())')
        }) as typeof send
        return connection
      }
    },
  })
  return { ...db, pool }
}

const seeds = process.env.ROLLUP_SEEDS?.split(',').map(Number) ?? [1, 2, 3, Math.floor(Math.random() * 1e9)]
for (const seed of seeds) {
  test(`seed ${seed}: whatever happens to calls, in any order, with folders that die, the figures are those of the rows`, async (t) => {
    const random = randomOf(seed)
    const who = await s.createCompany()
    const step = worldOf(who, random, await labelsOf(who))
    const folders = [1, 2].map(() => connect(s.url, { max: 3 }))
    t.teardown(() => Promise.all(folders.map((db) => db.close())))
    let killed = 0
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 12; i++) await step()
      const fold = () =>
        Promise.allSettled([
          foldCompany(dying(folders[0] as Db, Math.floor(random() * 12)), who.id),
          foldCompany(folders[1] as Db, who.id),
        ])
      const [[first]] = await Promise.all([fold(), ...Array.from({ length: 6 }, step)])
      if (first.status === 'rejected') killed++
      const folding = fold()
      t.same(await faultsOf(who, random), [], `round ${round}, while it is folded`)
      if ((await folding)[0].status === 'rejected') killed++
      t.same(await faultsOf(who, random), [], `round ${round}, when some is folded`)
    }
    while ((await foldStep(s.db)) > 0);
    t.same(await faultsOf(who, random, true), [], 'all is folded')
    for (const day of ['2026-05-03', '2026-05-04', '2026-05-05']) {
      t.same(
        await rebuildDay(s.db, who.id, new Date(`${day}T00:00:00Z`)),
        { wrong_calls: 0, wrong_buckets: 0 },
        day,
      )
    }
    t.ok(killed > 0, `${killed} folders died`)
  })
}

/** Runs what hand-made SQL may do, which nobody notes. */
const byHand = (who: TestCompany, statement: string) =>
  asOwner(s.db, who.id, (tx) => tx.execute(sql.raw(statement.replaceAll('$company', `'${who.id}'`))))

test('rows of hand-made SQL are found and folded, and so is what was folded of rows that are gone', async (t) => {
  const who = await s.createCompany()
  const day = new Date('2026-05-04T00:00:00Z')
  await byHand(
    who,
    `insert into calls (company_id, direction, status, started_at, duration_sec, outcome)
      select $company, 'inbound', 'completed', '2026-05-04'::timestamptz + i * interval '1 minute', i, 'success'
      from generate_series(1, 100) i`,
  )
  const count = async () =>
    (await s.request('GET', `/api/analytics/metrics?${period}`, who.headers)).body.calls.total
  t.equal(await count(), 0, 'nobody noted them')
  t.same(await rebuildDay(s.db, who.id, day), { wrong_calls: 100, wrong_buckets: 0 })
  t.equal(await count(), 100)
  t.same(await rebuildDay(s.db, who.id, day), { wrong_calls: 0, wrong_buckets: 0 })

  await byHand(who, `delete from calls where company_id = $company and duration_sec <= 40`)
  await byHand(
    who,
    `update calls set started_at = started_at + interval '1 day' where company_id = $company and duration_sec > 90`,
  )
  await byHand(
    who,
    `update calls set outcome = 'fail' where company_id = $company and duration_sec between 50 and 59`,
  )
  t.same(await rebuildDay(s.db, who.id, day), { wrong_calls: 60, wrong_buckets: 0 })
  t.same(
    differences(
      figuresIn((await s.request('GET', `/api/analytics/metrics?${period}`, who.headers)).body),
      expected(await callsOf(who)),
    ),
    [],
  )
})

test('cells that somebody changed are added up again', async (t) => {
  const who = await s.createCompany()
  const day = new Date('2026-05-04T00:00:00Z')
  await byHand(
    who,
    `insert into calls (company_id, direction, status, started_at, duration_sec)
      select $company, 'inbound', 'completed', '2026-05-04'::timestamptz + i * interval '1 minute', i from generate_series(1, 100) i`,
  )
  await rebuildDay(s.db, who.id, day)
  await byHand(
    who,
    `update metric_rollups set calls = calls + 1 where company_id = $company and grain = 'day'`,
  )
  await byHand(
    who,
    `delete from metric_rollups where company_id = $company and grain = 'hour' and bucket = '2026-05-04T01:00Z'`,
  )
  t.same(await rebuildDay(s.db, who.id, day), { wrong_calls: 0, wrong_buckets: 4 })
  t.same(await rebuildDay(s.db, who.id, day), { wrong_calls: 0, wrong_buckets: 0 })
  t.same(
    differences(
      figuresIn((await s.request('GET', `/api/analytics/metrics?${period}`, who.headers)).body),
      expected(await callsOf(who)),
    ),
    [],
  )
})

async function nightOf(t: Test, now: Date) {
  const found: unknown[] = []
  let days = 0
  while ((await reconcileStep(s.db, now, (difference) => found.push(difference))) > 0) days++
  t.ok(days >= 0)
  return { found, days }
}

test('every night the last days are compared once, by however many processes, and what differs is told', async (t) => {
  const who = await s.createCompany()
  await byHand(
    who,
    `insert into calls (company_id, direction, started_at)
      values ($company, 'inbound', '2026-07-04T10:00Z'), ($company, 'inbound', '2026-07-20T10:00Z'), ($company, 'inbound', '2026-06-01T10:00Z')`,
  )
  t.same(
    await nightOf(t, new Date('2026-07-21T01:59:59Z')),
    { found: [], days: 0 },
    'not before two in the night',
  )
  const both = await Promise.all([1, 2].map(() => nightOf(t, new Date('2026-07-21T02:00:00Z'))))
  const told = both.flatMap(({ found }) => found)
  t.same(
    new Set(told.map((one) => (one as { day: string }).day)),
    new Set(['2026-07-04', '2026-07-20']),
    'a day beyond the last 31 is for npm run rollups',
  )
  t.equal(told.length, 2)
  t.same((await nightOf(t, new Date('2026-07-21T03:00:00Z'))).days, 0)
  t.same((await nightOf(t, new Date('2026-07-22T02:00:00Z'))).found, [], 'and the next night nothing differs')
})

test('what is wrong with one company does not keep the others from being folded', async (t) => {
  const [broken, sound] = [await s.createCompany(), await s.createCompany()]
  const note = (who: TestCompany) =>
    byHand(
      who,
      `with made as (insert into calls (company_id, direction, started_at) values ($company, 'inbound', '2026-05-04T10:00Z') returning id)
       insert into dirty_calls (company_id, call_id) select $company, id from made`,
    )
  await note(broken)
  await foldStep(s.db)
  await byHand(broken, `update metric_rollups set calls = 9223372036854775807 where company_id = $company`)
  await note(broken)
  await note(sound)
  await t.rejects(foldStep(s.db))
  const left = await s.db.orm.execute(sql`select company_id from dirty_calls`)
  t.same(
    left.map(({ company_id }) => company_id),
    [broken.id],
  )
  const day = new Date('2026-05-04T00:00:00Z')
  t.same(await rebuildDay(s.db, broken.id, day), { wrong_calls: 0, wrong_buckets: 4 }, 'and it can be mended')
  t.ok((await foldStep(s.db)) > 0)
  t.same(await rebuildDay(s.db, broken.id, day), { wrong_calls: 0, wrong_buckets: 0 })
})
