import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { testDatabase } from './setup/postgres.ts'
import { projectRoot } from './setup/programs.ts'
import { startTestService } from './setup/service.ts'

// The SQL that the platform's testing guide has a person type into psql, as it stands there. It names companies,
// skillbases and calls by `<company_id>` and the like, to be filled in from what the statements before returned.
const fixtures = ['1-skillbase.sql', '2-campaign.sql', '3-metrics.sql']
const statementsIn = (text: string): string[] =>
  text
    .split(/;[ ]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
const guide = fixtures.map((name) =>
  statementsIn(readFileSync(join(projectRoot, 'test/guide', name), 'utf8')),
)

/** Runs one statement and answers its rows, as text. */
type Run = (statement: string) => Promise<string[][]>

/** As a person would: psql, which ends at the first error. */
const throughPsql =
  (url: string): Run =>
  (statement) => {
    const layout = ['--no-psqlrc', '-qAt', '-F', '\x1f', '-R', '\x1e', '-v', 'ON_ERROR_STOP=1']
    const psql = spawn('psql', [...layout, '-d', url, '-f', '-'], { stdio: ['pipe', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
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

/** The protocol that psql speaks, where there is no psql. */
function throughClient(t: Test, url: string): Run {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  t.teardown(() => sql.end())
  return async (statement) =>
    (await sql.unsafe(statement).simple().values()).map((row) =>
      row.map((value: unknown) => String(value ?? '')),
    )
}

/** A person at the guide: types its statements in its order, and notes the ids they return. */
function person(run: Run) {
  const ids: Record<string, string> = {}
  const type = async (statement: string): Promise<string[][]> => {
    const filled = statement.replace(/<(\w+?)_id(?:_from_above)?>/g, (_, what: string) => {
      if (ids[what] === undefined)
        throw new Error(`The guide names the id of a ${what} that it has not made.`)
      return ids[what]
    })
    const rows = await run(`${filled};`)
    const made = /^INSERT INTO (\w+)/.exec(statement)?.[1]
    if (made !== undefined) ids[made.replace(/ies$/, 'y').replace(/s$/, '')] = rows[0]?.[0] ?? ''
    return rows
  }
  return { ids, type }
}

/** The whole of the guide's SQL; answers the ids of what it leaves. */
async function follow(t: Test, run: Run): Promise<Record<string, string>> {
  const { ids, type } = person(run)
  const [ofSkillbase = [], ofCampaign = [], ofMetrics = []] = guide
  const [makeCompany = '', makeSkillbase = '', readSkillbase = '', deleteSkillbase = ''] = ofSkillbase

  t.match(await type(makeCompany), [[/^[0-9a-f-]{36}$/]])
  t.match(await type(makeSkillbase), [[ids.skillbase, 'Test Skillbase', '1']])
  const [skillbase] = await type(readSkillbase)
  t.same(skillbase?.slice(0, 4), [ids.skillbase, 'Test Skillbase', 'test-skillbase', '1'])
  const config = JSON.parse(skillbase?.[4] ?? '')
  t.match(config, {
    context: { role: 'Тестовый ассистент', facts: ['Работаем с 9 до 21'] },
    flow: { type: 'linear', states: ['greeting', 'inquiry', 'booking'] },
    llm: { provider: 'groq', temperature: 0.7 },
  })
  t.same(await type(deleteSkillbase), [])
  t.same(await type(readSkillbase), [], 'and it is gone')
  // Its next part needs the skillbase that this one deleted at its end: the person makes it again, as before.
  await type(makeSkillbase)

  const [makeCampaign = '', readCampaign = ''] = ofCampaign
  t.match(await type(makeCampaign), [[ids.campaign, 'Test Campaign', 'draft']])
  t.same(await type(readCampaign), [[ids.campaign, 'Test Campaign', 'draft', 'Test Skillbase']])

  const [makeCall = '', makeMetrics = '', readMetrics = ''] = ofMetrics
  await type(makeCall)
  await type(makeMetrics)
  const [metrics] = await type(readMetrics)
  t.same(metrics?.slice(0, 4).map(Number), [150.5, 800.2, 0.035, 10])
  t.equal(metrics?.[4], '+79991234567')
  return ids
}

const hasPsql = spawnSync('psql', ['--version']).status === 0

test('the SQL of the guide', async (t) => {
  t.test('runs as it stands, in its order, and its selects answer what was put in', async (t) => {
    const { url } = await testDatabase(t)
    await follow(t, throughClient(t, url))
  })

  t.test('runs so in psql', { skip: hasPsql ? false : 'there is no psql here' }, async (t) => {
    const { url } = await testDatabase(t)
    await follow(t, throughPsql(url))
    const tables = (await throughPsql(url)('\\dt')).map(([, name]) => name)
    for (const name of ['skillbases', 'campaigns', 'call_tasks', 'call_metrics', 'call_logs']) {
      t.ok(tables.includes(name), `\\dt lists ${name}`)
    }
    t.ok((await throughPsql(url)('\\d skillbases')).flat().includes('config'), '\\d shows its columns')
  })

  t.test('leaves rows that the API serves like its own', async (t) => {
    const s = await startTestService(t)
    const ids = await follow(t, throughClient(t, s.url))
    const made = await s.request('POST', `/api/companies/${ids.company}/keys`, s.platform, {
      name: 'guide',
      scopes: ['read'],
    })
    const headers = { authorization: `Bearer ${made.body.key}` }
    const get = async (path: string) => {
      const answer = await s.request('GET', path, headers)
      t.equal(answer.status, 200, path)
      return answer.body
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
  const skip = existsSync(original) ? false : 'the guide itself is not here'
  t.test("is the guide's own, word for word", { skip }, async (t) => {
    const texts = readdirSync(original).map((name) => readFileSync(original + name, 'utf8'))
    const blocks = texts.flatMap((text) =>
      [...text.matchAll(/^```sql\n(.*?)^```/gms)].map((match) => match[1] ?? ''),
    )
    const isSql = (line: string) => !/^(--|psql )/.test(line)
    const statements = blocks.map((block) => statementsIn(block.split('\n').filter(isSql).join('\n')))
    t.same(guide, statements)
  })
})
