import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import type { Outcome } from '../../src/db/schema/index.ts'
import { createSkillbase } from '../setup/conversations.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'

const s = await startTestService(t)

/** Inserts calls of a skillbase version with these outcomes. Each call has the same cost, latency and interruptions. */
async function seedVersion(
  company: TestCompany,
  skillbase_id: string,
  version: number,
  counts: Partial<Record<Outcome, number>>,
  values: { cost: string; eou: number; interruptions: number },
) {
  for (const [outcome, n] of Object.entries(counts)) {
    await s.db.orm.execute(sql`
      with inserted_calls as (
        insert into calls (company_id, skillbase_id, skillbase_version, direction, status, outcome, duration_sec, started_at, ended_at)
        select ${company.id}, ${skillbase_id}, ${version}::int, 'inbound', 'completed', ${outcome}, 60,
          '2026-05-04T10:00:00Z', '2026-05-04T10:01:00Z' from generate_series(1, ${n}::int)
        returning id
      ), inserted_turns as (
        insert into call_logs (company_id, call_id, turn_index, role, eou_latency)
        select ${company.id}, id, 0, 'assistant', ${values.eou} from inserted_calls
      ), inserted_metrics as (
        insert into call_metrics (company_id, call_id, is_derived, turn_count, bot_turn_count, interruption_count, cost_total)
        select ${company.id}, id, true, 2, 2, ${values.interruptions}, ${values.cost}::numeric from inserted_calls
      )
      insert into dirty_calls (company_id, call_id) select ${company.id}, id from inserted_calls`)
  }
}

test('a comparison of two skillbase versions', async (t) => {
  const a = await s.createCompany()
  const skillbase = await createSkillbase(s, a)
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
  const request = (query: string, company = a) =>
    s.request('GET', `/api/analytics/compare?start=2026-05-01&end=2026-06-01&${query}`, company.headers)
  const compare = (version_a: number, version_b: number, filter = '') =>
    request(`skillbase_id=${skillbase}&version_a=${version_a}&version_b=${version_b}${filter}`)

  t.test(
    'A comparison contains the metrics of each version, equal to metrics grouped by version',
    async (t) => {
      const { body } = await compare(1, 2)
      const url = `/api/analytics/metrics?start=2026-05-01&end=2026-06-01&group_by=version&skillbase_id=${skillbase}`
      const { groups } = (await s.request('GET', url, a.headers)).body
      for (const side of ['a', 'b'] as const) {
        const { version, ...figures } = body[side]
        const {
          key: _,
          values: __,
          names: ___,
          ...expected
        } = groups.find((group: { key: string }) => group.key === String(version))
        t.same(figures, expected, side)
      }
      t.match(body, { skillbase_id: skillbase, a: { version: 1 }, b: { version: 2 }, timezone: 'UTC' })
    },
  )

  t.test('A comparison contains differences, relative changes, sample sizes and significance', async (t) => {
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
    const swapped = (await compare(2, 1)).body.compared
    t.equal(swapped.cost_per_call.difference, '0.000002')
    t.equal(swapped.interruption_rate.change, null, 'the relative change from zero is undefined')
  })

  t.test('Values with few or no samples are marked', async (t) => {
    const { compared } = (await compare(1, 3)).body
    t.match(compared.success_rate, { b: { n: 3 }, few_samples: true, p_value: null, is_beyond_chance: null })
    const withoutCalls = (await compare(1, 2, '&direction=outbound')).body
    t.equal(withoutCalls.a.calls.total, 0)
    t.match(withoutCalls.compared, {
      success_rate: {
        a: { value: null, n: 0, interval: null },
        difference: null,
        change: null,
        few_samples: true,
      },
      cost_per_minute: { a: { value: null, n: 0 }, difference: null },
    })
  })

  t.test('Both versions must exist and be different', async (t) => {
    t.match((await compare(1, 1)).body, { status: 422, code: 'same_version' })
    const missing = await compare(1, 9)
    t.match(missing.body, { status: 422, code: 'unknown_version', errors: [{ pointer: '/version_b' }] })
    const other = await s.createCompany()
    const foreign = await request(`skillbase_id=${skillbase}&version_a=1&version_b=2`, other)
    t.match(foreign.body, { status: 422, code: 'unknown_version', errors: [{ pointer: '/version_a' }] })
  })
})
