import { once } from 'node:events'
import type { Sql } from 'postgres'
import { type Test, test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { Client } from '../neighbours/client.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { platformKey, serviceCommand } from '../setup/spawn-service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import {
  createCompaniesContinuously,
  type ServiceProcess,
  scratchDirectory,
  startServiceProcess,
} from './service-process.ts'

const twoDaysMs = 2 * 86_400_000

/** Module that shifts the system clock of its process, and again when a message asks for it. The monotonic clock goes on. */
const shiftedClock = (offsetMs: number) =>
  `data:text/javascript,${encodeURIComponent(`
  const SystemDate = Date
  let offsetMs = ${offsetMs}
  const now = () => SystemDate.now() + offsetMs
  globalThis.Date = class extends SystemDate {
    constructor(...values) { values.length === 0 ? super(now()) : super(...values) }
    static now() { return now() }
  }
  process.on('message', (message) => {
    offsetMs = message.clock_offset_ms
    process.send({ clock_offset_ms: offsetMs })
  })
  process.channel?.unref()`)}`

/** Starts the service with a shifted clock. `setClock` shifts it while the service runs. Its database has the right time. */
async function startWithClock(t: Test, offsetMs: number) {
  const service = await startServiceProcess(t, scratchDirectory(t), {
    command: serviceCommand('--import', shiftedClock(offsetMs)),
    env: { LOG_LEVEL: 'warn', CARRIER: 'simulated', SIMULATED_SPEED: '200', SIMULATED_FAULTS: '0' },
  })
  const setClock = async (clock_offset_ms: number) => {
    const isSet = once(service.child, 'message')
    service.child.send({ clock_offset_ms })
    await isSet
  }
  return { service, setClock }
}

let usedNumbers = 0

/** Starts a campaign with contacts that are called once. Returns its id. */
async function startCampaign(client: Client, contacts: number): Promise<string> {
  const skillbase = await client.must('POST', '/api/skillbases', {
    name: 'Bot',
    slug: `bot-${usedNumbers}`,
    config: exampleConfig,
  })
  await client.must('POST', `/api/skillbases/${skillbase.id}/publish`)
  const { id } = await client.must('POST', '/api/campaigns', {
    name: 'C',
    skillbase_id: skillbase.id,
    ...aroundTheClock,
    max_retries: 0,
    max_concurrent_calls: 10,
    calls_per_minute: 3_000,
  })
  const tasks = Array.from({ length: contacts }, () => ({
    phone_number: `+7916${2_000_000 + usedNumbers++}`,
  }))
  await client.must('POST', `/api/campaigns/${id}/tasks`, { tasks })
  await client.must('POST', `/api/campaigns/${id}/start`)
  return id
}

const untilCompleted = (client: Client, campaign: string) =>
  waitUntil(
    'the campaign completes',
    async () => (await client.must('GET', `/api/campaigns/${campaign}`)).status === 'completed',
  )

/** Times that are far from now by intent: opening hours, validity of prices, expiry. */
const plannedTimes = ['opens_at', 'closes_at', 'effective_from', 'effective_to', 'expires_at']

/** Columns with a time that is more than a day from the database's, as `table.column`. */
async function findWrongTimes(sql: Sql): Promise<string[]> {
  const columns = await sql<{ table: string; column: string }[]>`
    select c.table_name as table, c.column_name as column
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and data_type = 'timestamp with time zone'
      and not c.column_name = any(${plannedTimes})`
  const wrong: string[] = []
  for (const { table, column } of columns) {
    const [row] = await sql`
      select count(*)::int as n from ${sql(table)}
      where abs(extract(epoch from ${sql(column)} - clock_timestamp())) > 86400`
    if (row?.n > 0) wrong.push(`${table}.${column}`)
  }
  return wrong
}

/** Checks that each contact of a campaign has its result, and that no call is longer than the test. */
async function checkCalls(t: Test, sql: Sql, campaign: string, contacts: number, startedAt: number) {
  const elapsedSec = (performance.now() - startedAt) / 1000
  const [tasks] = await sql`
    select count(*)::int as n, count(*) filter (where status in ('completed', 'failed'))::int as ended
    from call_tasks where campaign_id = ${campaign}`
  t.same(tasks, { n: contacts, ended: contacts }, 'every contact has its result')
  const durations = await sql`
    select duration_sec, extract(epoch from ended_at - started_at)::float8 as total_sec
    from calls where campaign_id = ${campaign}`
  t.ok(durations.length >= contacts)
  t.same(
    durations.filter(({ duration_sec, total_sec }) => duration_sec > total_sec || total_sec > elapsedSec),
    [],
    'durations are true',
  )
  t.ok(
    durations.some(({ duration_sec }) => duration_sec > 0),
    'people were talked to',
  )
}

/** Checks times and calls of a campaign that was dialed under a wrong clock. */
async function checkCampaign(t: Test, service: ServiceProcess, client: Client, contacts: number) {
  const startedAt = performance.now()
  const campaign = await startCampaign(client, contacts)
  await untilCompleted(client, campaign)
  const sql = service.admin()
  await checkCalls(t, sql, campaign, contacts, startedAt)
  t.same(await findWrongTimes(sql), [], 'all stored times are of the database')
}

test('A service whose clock is two days ahead stores the times of the database, and its campaigns dial', async (t) => {
  const { service } = await startWithClock(t, twoDaysMs)
  const client = await Client.ofNewCompany(service.url, platformKey)
  await checkCampaign(t, service, client, 20)
})

test('a service whose clock is two days behind', async (t) => {
  const { service, setClock } = await startWithClock(t, -twoDaysMs)
  const client = await Client.ofNewCompany(service.url, platformKey)

  await t.test('It stores the times of the database, and its campaigns dial', (t) =>
    checkCampaign(t, service, client, 20),
  )

  await t.test('While its clock jumps, campaigns dial and nothing acknowledged is lost', async (t) => {
    const startedAt = performance.now()
    const writer = createCompaniesContinuously(service, 'jumping')
    const call = await client.must('POST', '/api/calls', { direction: 'inbound', status: 'active' })
    const campaign = await startCampaign(client, 40)
    const dialed = async () => {
      const { completed_tasks, failed_tasks } = await client.must('GET', `/api/campaigns/${campaign}`)
      return completed_tasks + failed_tasks
    }
    for (const [offsetMs, contacts] of [
      [twoDaysMs, 5],
      [-twoDaysMs, 10],
      [0, 15],
      [3_600_000, 20],
    ] as const) {
      await setClock(offsetMs)
      await waitUntil(`${contacts} contacts are called`, async () => (await dialed()) >= contacts)
    }
    const { call: ended } = await client.must('POST', `/api/calls/${call.id}/complete`, {})
    t.ok(ended.duration_sec <= (performance.now() - startedAt) / 1000, `${ended.duration_sec} s`)
    await untilCompleted(client, campaign)
    const { acknowledged, statuses } = await writer.stop()
    t.same([...statuses], [201])
    const sql = service.admin()
    const stored = new Set((await sql`select slug from companies`).map(({ slug }) => slug))
    t.same(
      acknowledged.filter((slug) => !stored.has(slug)),
      [],
    )
    await checkCalls(t, sql, campaign, 40, startedAt)
    t.same(await findWrongTimes(sql), [], 'all stored times are of the database')
  })

  await t.test('A clock that is set back or ahead neither extends a rate limit nor lifts it', async (t) => {
    await setClock(0)
    const platform = new Client(service.url, platformKey)
    const limits = { requests_per_minute: 3 }
    const company = await platform.must('POST', '/api/companies', { name: 'L', slug: 'limited', limits })
    const key = { name: 'k', scopes: ['read'] }
    const { key: secret } = await platform.must('POST', `/api/companies/${company.id}/keys`, key)
    const exceed = async () => {
      let response = await fetch(service.url)
      for (let i = 0; i < 4; i++)
        response = await fetch(`${service.url}/api/calls`, { headers: { authorization: `Bearer ${secret}` } })
      return response
    }
    const last = async () => {
      const { status, headers } = await exceed()
      return { status, isSoon: Number(headers.get('retry-after')) <= 60 }
    }
    t.same(await last(), { status: 429, isSoon: true })
    await setClock(-twoDaysMs)
    t.same(await last(), { status: 429, isSoon: true }, 'it ends within a minute')
    await setClock(twoDaysMs)
    const first = await fetch(`${service.url}/api/calls`, { headers: { authorization: `Bearer ${secret}` } })
    t.equal(first.status, 429, 'a clock that is set ahead does not lift it')
  })

  t.equal(service.child.exitCode, null)
})
