import t, { test } from 'tap'
import { startTestService } from '../setup/service.ts'
import { type CallSeed, differences, expectedFigures, figuresIn } from './expected-figures.ts'
import { analyticsOn, randomCalls, wallClock } from './fixtures.ts'

const s = await startTestService(t)
const { seed, getOk, createSkillbase } = analyticsOn(s)

test('Periods', async (t) => {
  const company = await s.createCompany()
  await seed(company, [
    { started_at: '2026-05-03T23:59:59.999Z' },
    { started_at: '2026-05-04T00:00:00.000Z' },
    { started_at: '2026-05-04T23:59:59.999Z' },
    { started_at: '2026-05-05T00:00:00.000Z' },
  ])

  await t.test('A period includes its start and excludes its end', async (t) => {
    const count = async (query: string) => (await getOk(t, company, `analytics/metrics?${query}`)).calls.total
    t.equal(await count('start=2026-05-04&end=2026-05-05'), 2)
    t.equal(await count('start=2026-05-04T00:00:00.001Z&end=2026-05-05T00:00:00.001Z'), 2)
    t.equal(await count('start=2026-05-03&end=2026-05-06'), 4)
    t.equal(await count('start=2026-05-04T03:00:00%2B03:00&end=2026-05-05T03:00:00%2B03:00'), 2)
  })

  await t.test('A date is the first instant of that day in the time zone', async (t) => {
    const query = 'start=2026-05-04&end=2026-05-05&timezone=Asia/Kolkata'
    t.equal((await getOk(t, company, `analytics/metrics?${query}`)).calls.total, 2, '18:30 to 18:30 UTC')
  })

  await t.test('Without bounds the period is the 30 days before now', async (t) => {
    s.setNow(new Date('2026-06-03T00:00:00Z'))
    t.teardown(() => s.setNow(undefined))
    t.equal((await getOk(t, company, 'analytics/metrics?')).calls.total, 3)
  })
})

test('Buckets follow the calendar of the zone and include those without calls', async (t) => {
  const company = await s.createCompany()
  const { skillbase, campaigns } = await createSkillbase(company)
  const ids = { skillbases: [skillbase], campaigns: [...campaigns] }
  // The clock changes in these weeks, in zones that have summer time.
  const spring = randomCalls(160, '2026-03-27T00:00:00Z', '2026-03-31T00:00:00Z', ids, 1)
  const autumn = randomCalls(160, '2026-10-23T00:00:00Z', '2026-10-27T00:00:00Z', ids, 2)
  await seed(company, [...spring, ...autumn])
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
        const query = `start=${start}&end=${end}&timezone=${timezone}&bucket=${bucket}`
        const series = await getOk(t, company, `analytics/timeseries?${query}`)
        const calledInPeriod = calls.filter(
          ({ started_at }) => started_at >= series.start && started_at < series.end,
        )
        t.same(bucketFaults(series, calledInPeriod, bucket, timezone), [], `${timezone} ${bucket} ${start}`)
      }
    }
  }
})

type Series = { start: string; end: string; buckets: { start: string; end: string; is_partial: boolean }[] }

/** Checks a time series against the calls of its period, and returns the faults. */
function bucketFaults(
  { start, end, buckets }: Series,
  calls: CallSeed[],
  unit: 'hour' | 'day' | 'week' | 'month',
  timezone: string,
): string[] {
  const faults: string[] = []
  const unitOf = (instant: string | number) => wallClock(instant, timezone)[unit]
  const callsByUnit = new Map<string, CallSeed[]>()
  for (const call of calls) {
    const key = unitOf(call.started_at)
    callsByUnit.set(key, [...(callsByUnit.get(key) ?? []), call])
  }
  for (const [i, bucket] of buckets.entries()) {
    const key = unitOf(bucket.start)
    const next = buckets[i + 1]
    const expected = expectedFigures(callsByUnit.get(key) ?? [])
    faults.push(...differences(figuresIn(bucket as never), expected, bucket.start))
    if (next !== undefined && next.start !== bucket.end) faults.push(`a gap after ${bucket.start}`)
    if (unitOf(Date.parse(bucket.end) - 1) !== key)
      faults.push(`${bucket.start} to ${bucket.end} is more than one ${unit}`)
    if (unitOf(Date.parse(bucket.start) - 1) === key)
      faults.push(`${bucket.start} is not the start of the ${unit}`)
    if (bucket.is_partial !== (bucket.start < start || bucket.end > end))
      faults.push(`is_partial of ${bucket.start}`)
  }
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined || first.start > start || last.end < end)
    faults.push('the buckets do not cover the period')
  const keys = new Set(buckets.map((bucket) => unitOf(bucket.start)))
  if (keys.size !== buckets.length) faults.push(`two buckets are in the same ${unit}`)
  return faults
}

test('A day on which the clock changes is shorter or longer than 24 hours', async (t) => {
  const company = await s.createCompany()
  const hoursOf = async (day: string, next: string, timezone: string) => {
    const path = `analytics/timeseries?start=${day}&end=${next}&timezone=${timezone}`
    const { buckets } = await getOk(t, company, `${path}&bucket=hour`)
    const [dayBucket] = (await getOk(t, company, path)).buckets
    return [buckets.length, (Date.parse(dayBucket.end) - Date.parse(dayBucket.start)) / 3_600_000]
  }
  t.same(await hoursOf('2026-03-29', '2026-03-30', 'Europe/Berlin'), [23, 23])
  t.same(await hoursOf('2026-10-25', '2026-10-26', 'Europe/Berlin'), [25, 25])
  t.same(await hoursOf('2026-10-26', '2026-10-27', 'Europe/Berlin'), [24, 24])
  t.same(await hoursOf('2026-03-29', '2026-03-30', 'Asia/Kolkata'), [24, 24])
  t.same(await hoursOf('2026-03-29', '2026-03-30', 'Europe/Moscow'), [24, 24])
  t.same(
    await hoursOf('2026-04-05', '2026-04-06', 'Australia/Lord_Howe'),
    [25, 24.5],
    'the clock is set back by half an hour',
  )
  t.same(
    await hoursOf('2026-10-04', '2026-10-05', 'Australia/Lord_Howe'),
    [24, 23.5],
    'the clock is set forward by half an hour',
  )
})

test('Lists and exports of calls cut days as the metrics of the same day do', async (t) => {
  const company = await s.createCompany()
  const startOfDay = Date.parse('2026-10-24T22:00:00Z')
  // Every quarter of an hour, from an hour before the day of 25 hours in Berlin to an hour after it.
  const instants = Array.from({ length: 27 * 4 }, (_, i) => new Date(startOfDay + (i - 4) * 900_000))
  await seed(
    company,
    instants.map((started_at) => ({
      started_at: started_at.toISOString(),
      metrics: { turn_count: 1, is_derived: false },
    })),
  )
  const totalsOf = async (query: string) => {
    const get = async (path: string) => {
      const { status, body } = await s.request('GET', `/api/${path}?${query}`, company.headers)
      t.equal(status, 200, `${path}: ${JSON.stringify(body.detail)}`)
      return body
    }
    const linesOf = async (path: string) =>
      String(await get(path))
        .trim()
        .split('\r\n').length - 1
    return [
      (await get('analytics/metrics')).calls.total,
      (await get('analytics/calls')).total,
      (await get('calls')).total,
      (await get('call-metrics')).total,
      await linesOf('calls/export'),
      await linesOf('call-metrics/export'),
    ]
  }
  const day = 'start=2026-10-25&end=2026-10-26'
  t.same(await totalsOf(`${day}&timezone=Europe/Berlin`), Array(6).fill(100))
  t.same(
    await totalsOf(`${day}&timezone=Asia/Kolkata`),
    Array(6).fill(86),
    '18:30 to 18:30 UTC; the first call is at 21:00',
  )
  t.same(await totalsOf(day), Array(6).fill(96), 'UTC by default')
  for (const path of ['calls', 'calls/export', 'call-metrics', 'call-metrics/export']) {
    const { status, body } = await s.request('GET', `/api/${path}?timezone=Mars/Base`, company.headers)
    t.match({ status, code: body.code }, { status: 422, code: 'unknown_timezone' }, path)
  }
})

test('A repeated hour', async (t) => {
  const company = await s.createCompany()
  // In Berlin, 02:30 in summer time, 02:30 in winter time, and 03:30.
  await seed(company, [
    { started_at: '2026-10-25T00:30:00Z' },
    { started_at: '2026-10-25T01:30:00Z' },
    { started_at: '2026-10-25T02:30:00Z' },
  ])
  const day = 'start=2026-10-25&end=2026-10-26&timezone=Europe/Berlin'

  await t.test('Both occurrences of a repeated hour are the same hour of the day', async (t) => {
    const { groups } = await getOk(t, company, `analytics/metrics?${day}&group_by=hour_of_day`)
    t.same(
      groups.map((group: { key: string; calls: { total: number } }) => [group.key, group.calls.total]),
      [
        ['2', 2],
        ['3', 1],
      ],
    )
  })

  await t.test('Each occurrence of a repeated hour is a bucket', async (t) => {
    const { buckets } = await getOk(t, company, `analytics/timeseries?${day}&bucket=hour`)
    t.same(
      buckets.flatMap((bucket: { start: string; calls: { total: number } }) =>
        bucket.calls.total ? [bucket.start] : [],
      ),
      ['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z'],
    )
  })
})

test('Starts of buckets', async (t) => {
  const company = await s.createCompany()
  const bucketStarts = async (query: string) =>
    (await getOk(t, company, `analytics/timeseries?${query}`)).buckets.map(
      (bucket: { start: string }) => bucket.start,
    )

  await t.test('A day whose midnight is skipped starts at 01:00', async (t) => {
    t.same(await bucketStarts('start=2026-09-05&end=2026-09-07&timezone=America/Santiago'), [
      '2026-09-05T04:00:00.000Z',
      '2026-09-06T04:00:00.000Z',
    ])
  })

  await t.test('A date that a zone skipped has no bucket', async (t) => {
    const starts = await bucketStarts('start=2011-12-29&end=2012-01-01&timezone=Pacific/Apia')
    t.equal(starts.length, 2, 'Apia had no 2011-12-30')
  })

  await t.test('A bucket is whole although the period starts inside of it', async (t) => {
    t.same(await bucketStarts('start=2026-01-30&end=2026-03-01&bucket=month'), [
      '2026-01-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
    ])
  })
})
