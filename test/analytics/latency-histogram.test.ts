import t, { test } from 'tap'
import { startTestService } from '../setup/service.ts'
import type { TurnSeed } from './expected-figures.ts'
import { analyticsOn, randomCalls, seededRandom } from './fixtures.ts'

const s = await startTestService(t)
const { seed, getOk, createSkillbase } = analyticsOn(s)

const path = 'analytics/latency-histogram'

interface Bucket {
  lower_ms: number
  upper_ms: number
  count: number
}

const replies = (latencies: number[]): TurnSeed[] =>
  latencies.map((e2e_latency) => ({ role: 'assistant', e2e_latency }))

test('The histogram counts every measured turn of a period once, in buckets of 2 %', async (t) => {
  const company = await s.createCompany()
  // 497 replies of about 580 ms, and 59 that wait for a whole endpointing delay of 2,500 ms.
  const random = seededRandom(5)
  const around = (n: number, ms: number) => Array.from({ length: n }, () => ms + 8 * random() - 4)
  await seed(company, [
    { started_at: '2026-05-04T10:00:00Z', turns: replies(around(497, 580)) },
    { started_at: '2026-05-04T11:20:00Z', turns: replies([...around(59, 2_500), 0, 0, 0.004, 600_000]) },
    { started_at: '2026-05-05T00:00:00Z', turns: replies([7]) },
  ])
  const day = 'start=2026-05-04&end=2026-05-05'
  const histogram = await getOk(t, company, `${path}?${day}`)
  t.match(histogram, { latency: 'e2e_latency', n: 560, relative_error: 0.01, timezone: 'UTC' })
  const countBetween = (from: number, to: number, buckets: Bucket[] = histogram.buckets) =>
    buckets
      .filter(({ lower_ms, upper_ms }) => upper_ms > from && lower_ms < to)
      .reduce((sum, { count }) => sum + count, 0)
  t.equal(countBetween(0, 1_000_000), 558, 'without the bucket of zeros')
  t.same(histogram.buckets[0], { lower_ms: 0, upper_ms: 0, count: 2 })
  t.same([countBetween(570, 590), countBetween(2_490, 2_510)], [497, 59])
  t.equal(countBetween(0.003, 0.005), 1)
  t.equal(histogram.buckets.at(-1).count, 1)
  for (const { lower_ms, upper_ms } of histogram.buckets.slice(1))
    t.ok(Math.abs(upper_ms / lower_ms - 1.0202) < 1e-4, `${lower_ms} to ${upper_ms}`)

  const merged = await getOk(t, company, `${path}?${day}&merge=35`)
  t.equal(
    merged.buckets.reduce((sum: number, { count }: Bucket) => sum + count, 0),
    560,
  )
  t.ok(merged.buckets.length < 8)
  t.same([countBetween(570, 590, merged.buckets), countBetween(2_490, 2_510, merged.buckets)], [497, 59])
  t.same((await getOk(t, company, `${path}?${day}&latency=ttfb_tts`)).buckets, [])
  const empty = await getOk(t, company, `${path}?start=2020-01-01&end=2020-01-02`)
  t.match(empty, { n: 0, buckets: [] })
  const zoned = await getOk(t, company, `${path}?${day}&timezone=Asia/Kolkata`)
  t.equal(zoned.n, 560, 'the day ends at 18:30 UTC')
  for (const query of ['merge=0', 'merge=201', 'latency=latency_tts']) {
    const { status } = await s.request('GET', `/api/${path}?${query}`, company.headers)
    t.equal(status, 400, query)
  }
})

test('For every latency, filter and period the counts add up to n of the metrics', async (t) => {
  const company = await s.createCompany()
  const { skillbase, campaigns } = await createSkillbase(company)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  await seed(company, randomCalls(150, '2026-05-01T00:00:00Z', '2026-05-09T00:00:00Z', ids))
  for (const query of [
    'start=2026-05-01&end=2026-05-09',
    'start=2026-05-02T07:20:00Z&end=2026-05-07T03:40:00Z',
    `start=2026-05-02&end=2026-05-07&timezone=Asia/Kolkata&campaign_id=${campaigns[0]}`,
    'start=2026-05-01&end=2026-05-09&direction=inbound&outcome=success',
  ]) {
    const { latency } = await getOk(t, company, `analytics/metrics?${query}`)
    for (const [name, figures] of Object.entries<{ n: number; min: number; max: number }>(latency)) {
      const { n, buckets } = await getOk(t, company, `${path}?${query}&latency=${name}`)
      t.equal(n, figures.n, `${name} of ${query}`)
      t.equal(
        buckets.reduce((sum: number, { count }: Bucket) => sum + count, 0),
        n,
      )
      if (n === 0) continue
      const [first, last] = [buckets[0], buckets.at(-1)]
      t.ok(first.lower_ms <= figures.min && figures.min <= first.upper_ms * 1.000001)
      t.ok(last.lower_ms * 0.999999 <= figures.max && figures.max <= last.upper_ms * 1.000001)
    }
  }
})
