import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { testDatabase } from '../setup/postgres.ts'
import { projectRoot } from '../setup/programs.ts'
import { startTestService } from '../setup/service.ts'

// The SQL statements of the platform's testing guide, word for word. Placeholders like `<company_id>` stand for ids
// that earlier statements returned.
const fixtures = ['1-skillbase.sql', '2-campaign.sql', '3-metrics.sql']
const statementsIn = (text: string): string[] =>
  text
    .split(/;[ ]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
const guide = fixtures.map((name) =>
  statementsIn(readFileSync(join(projectRoot, 'test/guide', name), 'utf8')),
)

/** Runs one statement and returns its rows as text. */
type Run = (statement: string) => Promise<string[][]>

/** Runs statements with psql, as a person does. */
const throughPsql =
  (url: string): Run =>
  (statement) => {
    const layout = ['--no-psqlrc', '-qAt', '-F', '\x1f', '-R', '\x1e', '-v', 'ON_ERROR_STOP=1']
    const psql = spawn('psql', [...layout, '-d', url, '-f', '-'], { stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    psql.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
    })
    psql.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    psql.stdin.end(statement)
    return new Promise((resolve, reject) => {
      psql.once('error', reject)
      psql.once('close', (code) => {
        if (code !== 0) return reject(new Error(err))
        const rows = out.trimEnd().split('\x1e')
        resolve(rows.filter((row) => row !== '').map((row) => row.split('\x1f')))
      })
    })
  }

/** Runs statements with the simple query protocol, like psql. */
function throughClient(t: Test, url: string): Run {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  t.teardown(() => sql.end())
  return async (statement) =>
    (await sql.unsafe(statement).simple().values()).map((row) =>
      row.map((value: unknown) => String(value ?? '')),
    )
}

/** Runs statements of the guide in order. Remembers the ids that they return and fills them into later statements. */
function createGuideRunner(run: Run) {
  const ids: Record<string, string> = {}
  const execute = async (statement: string): Promise<string[][]> => {
    const filled = statement.replace(/<(\w+?)_id(?:_from_above)?>/g, (_, name: string) => {
      if (ids[name] === undefined) throw new Error(`No earlier statement created a ${name}.`)
      return ids[name]
    })
    const rows = await run(`${filled};`)
    const table = /^INSERT INTO (\w+)/.exec(statement)?.[1]
    if (table !== undefined) ids[table.replace(/ies$/, 'y').replace(/s$/, '')] = rows[0]?.[0] ?? ''
    return rows
  }
  return { ids, execute }
}

/** Runs all statements of the guide and checks their results. Returns the ids of the rows that remain. */
async function followGuide(t: Test, run: Run): Promise<Record<string, string>> {
  const { ids, execute } = createGuideRunner(run)
  const [skillbaseStatements = [], campaignStatements = [], metricsStatements = []] = guide
  const [insertCompany = '', insertSkillbase = '', selectSkillbase = '', deleteSkillbase = ''] =
    skillbaseStatements

  t.match(await execute(insertCompany), [[/^[0-9a-f-]{36}$/]])
  t.match(await execute(insertSkillbase), [[ids.skillbase, 'Test Skillbase', '1']])
  const [skillbase] = await execute(selectSkillbase)
  t.same(skillbase?.slice(0, 4), [ids.skillbase, 'Test Skillbase', 'test-skillbase', '1'])
  const config = JSON.parse(skillbase?.[4] ?? '')
  t.match(config, {
    context: { role: 'Тестовый ассистент', facts: ['Работаем с 9 до 21'] },
    flow: { type: 'linear', states: ['greeting', 'inquiry', 'booking'] },
    llm: { provider: 'groq', temperature: 0.7 },
  })
  t.same(await execute(deleteSkillbase), [])
  t.same(await execute(selectSkillbase), [], 'the skillbase is deleted')
  // The next part of the guide needs the skillbase that this part deletes at its end, so it is created again.
  await execute(insertSkillbase)

  const [insertCampaign = '', selectCampaign = ''] = campaignStatements
  t.match(await execute(insertCampaign), [[ids.campaign, 'Test Campaign', 'draft']])
  t.same(await execute(selectCampaign), [[ids.campaign, 'Test Campaign', 'draft', 'Test Skillbase']])

  const [insertCall = '', insertMetrics = '', selectMetrics = ''] = metricsStatements
  await execute(insertCall)
  await execute(insertMetrics)
  const [metrics] = await execute(selectMetrics)
  t.same(metrics?.slice(0, 4).map(Number), [150.5, 800.2, 0.035, 10])
  t.equal(metrics?.[4], '+79991234567')
  return ids
}

const hasPsql = spawnSync('psql', ['--version']).status === 0

test('The SQL of the testing guide', async (t) => {
  t.test('Runs unchanged and in order, and its SELECT statements return the inserted rows', async (t) => {
    const { url } = await testDatabase(t)
    await followGuide(t, throughClient(t, url))
  })

  t.test('Runs in psql', { skip: hasPsql ? false : 'psql is not installed' }, async (t) => {
    const { url } = await testDatabase(t)
    await followGuide(t, throughPsql(url))
    const tables = (await throughPsql(url)('\\dt')).map(([, name]) => name)
    for (const name of ['skillbases', 'campaigns', 'call_tasks', 'call_metrics', 'call_logs']) {
      t.ok(tables.includes(name), `\\dt lists ${name}`)
    }
    t.ok((await throughPsql(url)('\\d skillbases')).flat().includes('config'), '\\d lists its columns')
  })

  t.test('Creates rows that the API serves', async (t) => {
    const s = await startTestService(t)
    const ids = await followGuide(t, throughClient(t, s.url))
    const key = await s.request('POST', `/api/companies/${ids.company}/keys`, s.platform, {
      name: 'guide',
      scopes: ['read'],
    })
    const headers = { authorization: `Bearer ${key.body.key}` }
    const get = async (path: string) => {
      const { status, body } = await s.request('GET', path, headers)
      t.equal(status, 200, path)
      return body
    }
    t.match(await get(`/api/skillbases/${ids.skillbase}`), { slug: 'test-skillbase', version: 1 })
    t.match(await get(`/api/skillbases/${ids.skillbase}/versions`), { items: [{ version: 1 }], total: 1 })
    t.match(await get(`/api/campaigns/${ids.campaign}`), {
      status: 'draft',
      max_concurrent_calls: 5,
      calls_per_minute: 10,
    })
    t.match(await get(`/api/calls/${ids.call}`), {
      status: 'completed',
      direction: 'outbound',
      caller_number: '+79991234567',
    })
    t.match(await get(`/api/calls/${ids.call}/metrics`), {
      ttfb_stt_avg: 150.5,
      eou_latency_avg: 1200.5,
      stt_duration_sec: 45.3,
      llm_output_tokens: 200,
      ttfb_stt_min: null,
    })
    for (const list of ['skillbases', 'campaigns', 'calls'])
      t.equal((await get(`/api/${list}`)).total, 1, list)
  })

  const original = join(projectRoot, '../shared/seed/')
  const skip = existsSync(original) ? false : 'the guide is not in this checkout'
  t.test('Is identical to the SQL in the guide', { skip }, async (t) => {
    const texts = readdirSync(original).map((name) => readFileSync(original + name, 'utf8'))
    const blocks = texts.flatMap((text) =>
      [...text.matchAll(/^```sql\n(.*?)^```/gms)].map((match) => match[1] ?? ''),
    )
    const isSql = (line: string) => !/^(--|psql )/.test(line)
    const statements = blocks.map((block) => statementsIn(block.split('\n').filter(isSql).join('\n')))
    t.same(guide, statements)
  })
})
