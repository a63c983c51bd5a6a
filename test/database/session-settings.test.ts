import postgres from 'postgres'
import { test } from 'tap'
import { connect } from '../../src/db/client.ts'
import { upgrade } from '../../src/db/migrations/migrate.ts'
import { startupParameters } from '../../src/db/session-settings.ts'
import { inCompany } from '../../src/db/transaction.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import { connectTo, schemaFingerprint } from '../migrations/fixtures.ts'
import { createSkillbase, post } from '../setup/conversations.ts'
import { emptyDatabase, testDatabase } from '../setup/postgres.ts'
import { startTestService, type TestService } from '../setup/service.ts'

/** Settings of a database that change how values are written, or what transactions see. */
const unusualSettings = {
  DateStyle: "'German, DMY'",
  TimeZone: "'Asia/Kolkata'",
  IntervalStyle: "'sql_standard'",
  bytea_output: "'escape'",
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  default_transaction_isolation: "'serializable'",
  search_path: 'extra, public',
}

/** Sets them for all later connections to the database. */
async function setUnusualSettings(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const database = new URL(url).pathname.slice(1)
  await sql.unsafe('create schema extra')
  for (const [name, value] of Object.entries(unusualSettings))
    await sql.unsafe(`alter database ${database} set ${name} = ${value}`)
  await sql.end()
}

const now = new Date('2026-11-23T12:00:00Z')

/** Uses the main routes. Returns their responses, without ids and keys, which are random. */
async function responsesOf(s: TestService): Promise<unknown[]> {
  s.setNow(now)
  const company = await s.createCompany()
  const skillbase_id = await createSkillbase(s, company)
  await post(s, company, `/api/skillbases/${skillbase_id}/publish`, {})
  const campaign = await post(s, company, '/api/campaigns', {
    name: 'C',
    skillbase_id,
    start_time: '2026-12-01T00:00:00Z',
    blackout_dates: ['2026-12-25'],
    daily_start_time: '09:00',
    daily_end_time: '18:00',
    timezone: 'Europe/Moscow',
  })
  await post(s, company, `/api/campaigns/${campaign.id}/tasks`, {
    tasks: [{ phone_number: '+79161234567', next_attempt_at: '2026-12-02T10:00:00.123+03:00' }],
  })
  await post(s, company, `/api/campaigns/${campaign.id}/start`, {})
  const call = await post(s, company, '/api/calls', {
    direction: 'inbound',
    skillbase_id,
    started_at: '2026-11-22T21:59:59.999Z',
  })
  const turns = [0.1 + 0.2, 123.45678901234568, 1 / 3].map((latency_llm, turn_index) => ({
    turn_index,
    role: 'assistant',
    latency_llm,
    content: String.raw`\ ' \n`,
  }))
  await post(s, company, `/api/calls/${call.id}/turns`, { turns })
  await post(s, company, `/api/calls/${call.id}/complete`, {
    outcome: 'success',
    duration_sec: 12.345678901234567,
  })
  await post(s, company, '/api/suppressions', {
    phone_number: '+79161234568',
    expires_at: '2027-05-04T00:00:00Z',
  })
  await foldCompany(s.db, company.id)
  const paths = [
    `campaigns/${campaign.id}`,
    `campaigns/${campaign.id}/tasks`,
    `campaigns/${campaign.id}/schedule`,
    `campaigns/${campaign.id}/log`,
    'calls?start=2026-11-22&end=2026-11-23',
    `calls/${call.id}/logs`,
    `calls/${call.id}/metrics`,
    'calls/export',
    'call-metrics/export',
    'analytics/metrics?start=2026-11-01&end=2026-12-01&timezone=Europe/Moscow',
    'suppressions',
  ]
  const responses = []
  for (const path of paths) {
    const { status, body } = await s.request('GET', `/api/${path}`, company.headers)
    responses.push({ path, status, body })
  }
  const text = JSON.stringify(responses)
  return JSON.parse(
    text
      .replace(/[\da-f]{8}-[\da-f-]{27}/g, 'ID')
      // Times that the database sets, which are those of this test run.
      .replace(/"(created_at|updated_at)":"20[^"]+"/g, '"$1":""')
      .replace(
        /20\d\d-\d\d-\d\dT[\d:.]+Z,20\d\d-\d\d-\d\dT[\d:.]+Z(?=(,(?:\d+|true|false|Bot)?)*(\\r|"))/g,
        'TIMES',
      ),
  )
}

test('Settings of the database or the role do not change what the service reads and writes', async (t) => {
  const [usual, unusual] = [await startTestService(t), await startTestService(t)]
  await setUnusualSettings(unusual.url)
  const expected = await responsesOf(usual)
  for (const { path, status } of expected as { path: string; status: number }[]) t.equal(status, 200, path)
  t.same(await responsesOf(unusual), expected)
})

test('Every connection has the settings of the service', async (t) => {
  const { url } = await testDatabase(t)
  await setUnusualSettings(url)
  const db = connect(url, { max: 3 })
  t.teardown(() => db.close())
  const listening = db.openConnection({ onnotify: () => undefined, onclose: () => undefined })
  t.teardown(() => listening.end())
  const ofPools = {
    ...startupParameters,
    extra_float_digits: '1',
    IntervalStyle: 'postgres',
    bytea_output: 'hex',
    transaction_isolation: 'read committed',
  }
  const assertSettings = async (
    settings: Record<string, string>,
    send: (text: string) => PromiseLike<unknown>,
  ) => {
    for (const [name, value] of Object.entries(settings))
      t.same(await send(`select current_setting('${name}') as value`), [{ value }], name)
  }
  await assertSettings(startupParameters, (text) => listening.unsafe(text))
  await assertSettings(ofPools, (text) => db.send(text, []))
  const company_id = '00000000-0000-4000-8000-000000000000'
  await inCompany(db, company_id, (tx) => assertSettings(ofPools, (text) => tx.send(text, [])))
})

test('Migrations make the same schema in a database with unusual settings', async (t) => {
  const [usual, unusual] = [await testDatabase(t), await emptyDatabase(t)]
  await setUnusualSettings(unusual.url)
  await connectTo(t, unusual.url).unsafe(
    `alter database ${new URL(unusual.url).pathname.slice(1)} reset search_path`,
  )
  await upgrade(unusual.url)
  const fingerprint = (url: string) => {
    const address = new URL(url)
    for (const [name, value] of Object.entries({ ...startupParameters, IntervalStyle: 'postgres' }))
      address.searchParams.set(name, value)
    return schemaFingerprint(connectTo(t, address.href))
  }
  t.same(await fingerprint(unusual.url), await fingerprint(usual.url))
})
