import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import type { Outcome } from '../../src/db/schema/index.ts'
import { startTestService } from '../setup/service.ts'
import {
  type CallSeed,
  differences,
  expectedFigures,
  figuresIn,
  isWithheld,
  noFigures,
  type TurnSeed,
} from './expected-figures.ts'
import { analyticsOn, randomCalls, wallClock } from './fixtures.ts'

const s = await startTestService(t)
const { seed, getOk, createSkillbase } = analyticsOn(s)

test('Overview', async (t) => {
  const company = await s.createCompany()
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
  await seed(company, [
    call('2026-05-09T23:59:59.999Z', '9', 1, 'fail'),
    call('2026-05-10T00:00:00Z', '0.5', 400, 'success'),
    call('2026-05-16T23:59:59.999Z', '0.3', 600, 'fail'),
    call('2026-05-17T00:00:00Z', '0.4', 1000, 'success'),
    call('2026-05-18T00:00:00Z', '0.6', 2000, 'success'),
    call('2026-05-23T23:59:59.999Z', null, 3000, 'success'),
    { started_at: '2026-05-20T00:00:00Z', status: 'cancelled', outcome: 'suppressed' },
  ])

  await t.test('The overview compares a period with the one of the same length before it', async (t) => {
    const overview = await getOk(t, company, 'analytics/overview?start=2026-05-17&end=2026-05-24')
    t.match(overview, {
      previous_start: '2026-05-10T00:00:00.000Z',
      previous_end: '2026-05-17T00:00:00.000Z',
      calls: { value: 3, previous: 2, change: 0.5 },
      dialed_calls: { value: 3, previous: 2 },
      not_dialed_calls: { value: 1, previous: 0, change: null },
      answer_rate: { value: 1, previous: 1, change: 0 },
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
  })

  await t.test('A change is null when the period before has no value', async (t) => {
    const overview = await getOk(t, company, 'analytics/overview?start=2026-05-03&end=2026-05-10')
    t.same(overview.calls, { value: 1, previous: 0, change: null })
    t.same(overview.cost_total, { value: '9.000000', previous: null, change: null })
  })

  await t.test('The period before is exactly as long, also when the clock changes', async (t) => {
    const hoursOf = async (query: string) => {
      const overview = await getOk(t, company, `analytics/overview?${query}`)
      t.equal(overview.previous_end, overview.start)
      const between = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 3_600_000
      return [between(overview.previous_start, overview.previous_end), between(overview.start, overview.end)]
    }
    const in30Days = 'start=2026-03-15T12:00:00Z&end=2026-04-14T12:00:00Z&timezone=Europe/Berlin'
    t.same(await hoursOf(in30Days), [720, 720])
    t.same(await hoursOf('timezone=Europe/Berlin'), [720, 720], 'the default period')
    t.same(await hoursOf('start=2026-03-29&end=2026-03-30&timezone=Europe/Berlin'), [23, 23])
    t.same(await hoursOf('start=2026-10-25&end=2026-10-26&timezone=Europe/Berlin'), [25, 25])
  })
})

test('The cost report has the costs of each day, skillbase and campaign', async (t) => {
  const company = await s.createCompany()
  const firstBot = await createSkillbase(company)
  const secondBot = await createSkillbase(company, 'Other bot')
  const ids = {
    skillbases: [firstBot.skillbase, secondBot.skillbase],
    campaigns: [...firstBot.campaigns, ...secondBot.campaigns],
  }
  const calls = randomCalls(200, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', ids)
  await seed(company, calls)
  const zone = 'Asia/Kolkata'
  const period = `start=2026-05-01T00:00:00Z&end=2026-05-10&timezone=${zone}`
  const report = await getOk(t, company, `analytics/costs?${period}`)
  const expectedCosts = (seeds: CallSeed[]) => {
    const { calls, cost, usage } = expectedFigures(seeds)
    return { calls: calls.total, cost, usage }
  }
  const costsIn = ({ calls, cost, usage }: Record<string, unknown>) => ({ calls, cost, usage })
  t.same(differences(costsIn(report), expectedCosts(calls)), [])
  const dayOf = (instant: string) => wallClock(instant, zone).day
  for (const day of report.by_day) {
    const callsOfDay = calls.filter(({ started_at }) => dayOf(started_at) === dayOf(day.start))
    t.same(differences(costsIn(day), expectedCosts(callsOfDay)), [], day.start)
  }
  t.equal(report.by_day.length, 9)
  t.equal(report.by_day.at(-1).cost.total, null, 'a day without calls is listed, with unknown cost')
  for (const row of report.by_skillbase) {
    const callsOfRow = calls.filter(({ skillbase_id }) => skillbase_id === row.skillbase_id)
    t.same(differences(costsIn(row), expectedCosts(callsOfRow)), [], row.name)
    t.equal(
      row.name,
      { [firstBot.skillbase]: 'Bot', [secondBot.skillbase]: 'Other bot' }[row.skillbase_id] ?? null,
    )
  }
  for (const row of report.by_campaign) {
    const callsOfRow = calls.filter(({ campaign_id }) => campaign_id === row.campaign_id)
    t.same(differences(costsIn(row), expectedCosts(callsOfRow)), [], row.campaign_id)
  }
  const totals = report.by_campaign.map((row: { cost: { total: string } }) => Number(row.cost.total))
  t.same(
    totals,
    [...totals].sort((x, y) => y - x),
    'highest total first',
  )
})

test('Calls', async (t) => {
  const company = await s.createCompany()
  const { skillbase, campaigns } = await createSkillbase(company)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  const calls = randomCalls(57, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', ids)
  const seededIds = await seed(company, calls)
  const callIds = seededIds.filter((_, i) => !isWithheld(calls[i] as CallSeed))
  const seedOf = (id: string) => calls[seededIds.indexOf(id)] as CallSeed
  const path = 'analytics/calls?start=2026-05-01&end=2026-05-08'

  await t.test('Calls are listed latest first, each once, with their metrics', async (t) => {
    const listed: Record<string, unknown>[] = []
    let cursor = ''
    do {
      const page = await getOk(t, company, `${path}&limit=10${cursor && `&cursor=${cursor}`}`)
      t.equal(page.total, callIds.length)
      listed.push(...page.items)
      cursor = page.next_cursor
    } while (cursor && listed.length < 100)
    t.equal(listed.length, callIds.length)
    t.same(new Set(listed.map(({ call_id }) => call_id)), new Set(callIds))
    const times = listed.map(({ started_at }) => started_at as string)
    t.same(times, [...times].sort().reverse())
    for (const row of listed) {
      const call = seedOf(row.call_id as string)
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
  })

  await t.test(
    'The list has as many calls as the figures count, and calls that were not dialed on request',
    async (t) => {
      const { calls: counts } = await getOk(t, company, 'analytics/metrics?start=2026-05-01&end=2026-05-08')
      t.ok(counts.not_dialed > 0)
      t.equal((await getOk(t, company, `${path}&limit=1`)).total, counts.total)
      t.equal((await getOk(t, company, `${path}&limit=1&is_dialed=true`)).total, counts.total)
      const { items, total } = await getOk(t, company, `${path}&limit=200&is_dialed=false`)
      t.equal(total, counts.not_dialed)
      t.ok(items.every((row: { is_dialed: boolean }) => row.is_dialed === false))
    },
  )

  await t.test(
    'Calls are filtered by duration, status, outcome, direction, campaign and version',
    async (t) => {
      const found = async (query: string) => {
        const { items } = await getOk(t, company, `${path}&limit=200&${query}`)
        return new Set(items.map((row: { call_id: string }) => row.call_id))
      }
      const idsWhere = (matches: (call: CallSeed) => boolean) =>
        new Set(callIds.filter((id) => matches(seedOf(id))))
      t.same(
        await found('min_duration_sec=100&max_duration_sec=200'),
        idsWhere(({ duration_sec }) => (duration_sec ?? -1) >= 100 && (duration_sec ?? -1) <= 200),
      )
      t.same(
        await found('status=ringing'),
        idsWhere(({ status }) => status === 'ringing'),
      )
      t.same(
        await found('outcome=success&direction=inbound'),
        idsWhere((call) => call.outcome === 'success' && call.direction === 'inbound'),
      )
      t.same(
        await found(`campaign_id=${campaigns[1]}&skillbase_version=1`),
        idsWhere((call) => call.campaign_id === campaigns[1] && call.skillbase_version === 1),
      )
    },
  )

  await t.test('The detail of a call has its metrics and the latencies of each turn', async (t) => {
    const [id] = seededIds
    const detail = await getOk(t, company, `analytics/calls/${id}/metrics`)
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
  })

  await t.test('The detail of a call without metrics has null for them', async (t) => {
    const id = callIds.find((id) => seedOf(id).metrics === undefined)
    t.equal((await getOk(t, company, `analytics/calls/${id}/metrics`)).metrics, null)
  })
})

test('Campaigns', async (t) => {
  const company = await s.createCompany()
  const { skillbase, campaigns } = await createSkillbase(company)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  const calls = randomCalls(80, '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z', ids)
  await seed(company, calls)
  await s.db.orm.execute(sql`
    update campaigns set total_tasks = 10, completed_tasks = 3, failed_tasks = 1, status = 'running'
    where id = ${campaigns[0]}::uuid`)

  await t.test(
    'Campaigns are listed newest first, with progress and the figures of their calls',
    async (t) => {
      const { items } = await getOk(t, company, 'analytics/campaigns?start=2026-05-01&end=2026-05-08')
      t.same(
        items.map((row: { name: string }) => row.name),
        ['Second', 'First'],
      )
      for (const row of items) {
        const callsOfRow = calls.filter(({ campaign_id }) => campaign_id === row.campaign_id)
        t.same(differences(figuresIn(row), expectedFigures(callsOfRow)), [], row.name)
      }
      t.match(items[1], { status: 'running', total_tasks: 10, progress: 0.4 })
      t.match(items[0], { status: 'draft', progress: null })
    },
  )

  await t.test('A campaign without calls in the period is listed too', async (t) => {
    const query = 'start=2025-05-01&end=2025-05-08&status=running'
    const { items } = await getOk(t, company, `analytics/campaigns?${query}`)
    t.equal(items.length, 1)
    t.same(differences(figuresIn(items[0]), noFigures), [])
  })

  await t.test('Active campaigns are listed with the number of their live calls', async (t) => {
    const { items } = await getOk(t, company, 'dashboard/active-campaigns')
    const live = calls.filter(
      (call) => call.campaign_id === campaigns[0] && ['active', 'ringing'].includes(call.status ?? ''),
    )
    t.equal(items.length, 1)
    t.match(items[0], { name: 'First', progress: 0.4, live_calls: live.length })
  })
})

test('Dashboard', async (t) => {
  const company = await s.createCompany()
  const { campaigns } = await createSkillbase(company)
  t.teardown(() => s.setNow(undefined))
  s.setNow(new Date('2026-05-10T22:30:00Z'))
  await seed(company, [
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

  await t.test('Dashboard stats cover today in the zone, and live calls whenever they started', async (t) => {
    t.match(await getOk(t, company, 'dashboard/stats?timezone=Europe/Moscow'), {
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
    t.equal((await getOk(t, company, 'dashboard/stats')).calls.total, 3)
    const auckland = await getOk(t, company, 'dashboard/stats?timezone=Pacific/Auckland')
    t.equal(auckland.calls.total, 3, 'the day started at 12:00 UTC there')
  })

  await t.test('Recent calls are the latest ones', async (t) => {
    const { items } = await getOk(t, company, 'dashboard/recent-calls?limit=2')
    t.same(
      items.map((row: { started_at: string }) => row.started_at),
      ['2026-05-10T22:00:00.000Z', '2026-05-10T21:00:00.000Z'],
    )
  })
})
