import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import t, { test } from 'tap'
import { originalText } from '../../src/lib/csv.ts'
import { dialogue, post } from '../setup/conversations.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { parseCsv } from './parse-csv.ts'

const s = await startTestService(t)

/** Columns of an export of calls that are no fields of a call. */
const namesAndCosts = [
  'skillbase_name',
  'campaign_name',
  'contact_name',
  'cost_stt',
  'cost_llm',
  'cost_tts',
  'cost_livekit',
  'cost_total',
]

/** Downloads an export. Returns the response, the column names and the rows by column name. */
async function downloadCsv(company: TestCompany, path: string, separator?: string) {
  const response = await s.request('GET', path, company.headers)
  if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(response.body)}`)
  const [header = [], ...rows] = parseCsv(response.body.replace(/^\ufeff/, ''), separator)
  const records = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])))
  return { response, header, records: records as Record<string, string>[] }
}

test('a CSV export of calls and metrics', async (t) => {
  const a = await s.createCompany()
  const formulas = [
    '=HYPERLINK("http://evil.example","x")',
    '+1+cmd|calc',
    '-2+3',
    '@SUM(A1:A9)',
    '\t=1+1',
    '\r=1+1',
    '\n=1',
    '＝1+1',
    '＋1+1',
    '－1+1',
    '＠SUM(1)',
    '+abc',
  ]
  const plainTexts = [
    '+79991234567',
    '-5',
    '+12.5',
    'a=1',
    'says "hi", twice',
    'two\r\nlines; and\nthree',
    'Привет, мир',
    "'quoted",
    ' =1+1',
  ]
  for (const ended_reason of [...formulas, ...plainTexts]) {
    const { id } = await post(s, a, '/api/calls', {
      direction: 'inbound',
      caller_number: '+7 (999) 123-45-67',
      callee_number: '=1+1',
    })
    await post(s, a, `/api/calls/${id}/turns`, { turns: dialogue('greeting') })
    await post(s, a, `/api/calls/${id}/complete`, {
      ended_reason,
      duration_sec: 12.5,
      outcome: 'success',
      collected_data: { note: '=1+1, "x"' },
      reported_cost: { total: '0.000123' },
      sentiment_score: -0.25,
    })
  }
  const listed = (await s.request('GET', '/api/calls?limit=200', a.headers)).body.items

  t.test(
    'An export contains every call and field of the list, in its order, with unchanged values',
    async (t) => {
      const { response, header, records } = await downloadCsv(a, '/api/calls/export')
      t.match(response.headers, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="calls.csv"',
        'cache-control': 'no-store',
      })
      t.equal(records.length, listed.length)
      t.same(
        [...header].sort(),
        [...Object.keys(listed[0]).filter((name) => name !== 'company_id'), ...namesAndCosts].sort(),
      )
      for (const [i, call] of listed.entries()) {
        for (const name of header.filter((one) => !namesAndCosts.includes(one))) {
          const value = call[name]
          const text = value === null ? '' : typeof value === 'object' ? null : String(value)
          const cell = originalText(records[i]?.[name] ?? '')
          if (text !== null) t.equal(cell, text, name)
          else t.same(JSON.parse(cell ?? ''), value, name)
        }
      }
    },
  )

  t.test(
    'Cells that a spreadsheet would run as formulas are escaped; phone numbers and numbers are not',
    async (t) => {
      const { records } = await downloadCsv(a, '/api/calls/export')
      const reasons = records.map(({ ended_reason }) => ended_reason)
      for (const text of formulas) {
        const escaped = `'${text.replace(/^\s/, "$&'")}`
        t.ok(reasons.includes(escaped), JSON.stringify(text))
      }
      for (const text of plainTexts) t.ok(reasons.includes(text), JSON.stringify(text))
      t.ok(records.every(({ caller_number }) => caller_number === '+79991234567'))
      t.ok(records.every(({ callee_number }) => callee_number === "'=1+1"))
      const cells = records.flatMap((record) => Object.values(record))
      t.same(
        cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^[+-]\d+(\.\d+)?$/.test(cell)),
        [],
      )
    },
  )

  t.test('Separator, decimal comma and byte order mark can be requested for a Russian Excel', async (t) => {
    const { response, records } = await downloadCsv(
      a,
      '/api/calls/export?separator=%3B&decimal=,&bom=true',
      ';',
    )
    t.ok(response.body.startsWith('\ufeffid;external_call_id;'))
    t.ok(records.every(({ duration_sec }) => duration_sec === '12,5'))
    t.ok(records.some(({ ended_reason }) => ended_reason === 'Привет, мир'))
    const unencoded = await downloadCsv(a, '/api/calls/export?separator=;', ';')
    t.equal(unencoded.records.length, listed.length, 'the semicolon need not be percent-encoded')
    t.notOk(unencoded.response.body.startsWith('\ufeff'))
    t.equal((await s.request('GET', '/api/calls/export?separator=|', a.headers)).status, 400)
  })

  t.test('An export of metrics contains the values of the list, with exact amounts', async (t) => {
    const { response, records } = await downloadCsv(a, '/api/call-metrics/export')
    t.match(response.headers['content-disposition'], /filename="call-metrics.csv"/)
    const metrics = (await s.request('GET', '/api/call-metrics?limit=200', a.headers)).body.items
    t.same(
      records.map(({ call_id }) => call_id),
      metrics.map((row: { call_id: string }) => row.call_id),
    )
    const ofTheCall = ['started_at', 'is_outcome_classified', 'is_dialed', 'is_answered']
    for (const [i, row] of metrics.entries()) {
      for (const [name, cell] of Object.entries(records[i] ?? {})) {
        if (ofTheCall.includes(name)) continue
        t.equal(cell, row[name] === null ? '' : String(row[name]), name)
      }
    }
    t.match(records[0], { cost_total: '0.000123', sentiment_score: '-0.25', user_turn_count: '1' })
    const comma = await downloadCsv(a, '/api/call-metrics/export?separator=;&decimal=,', ';')
    t.match(comma.records[0], { cost_total: '0,000123', sentiment_score: '-0,25' })
  })

  t.test(
    'An export accepts the filters of the list; an invalid filter gives a problem response, not a file',
    async (t) => {
      const count = async (query: string) =>
        (await downloadCsv(a, `/api/calls/export?${query}`)).records.length
      t.equal(await count('direction=outbound'), 0)
      t.equal(await count('outcome=success&status=completed'), listed.length)
      t.equal(await count('end=2020-01-01'), 0)
      t.equal((await downloadCsv(a, '/api/call-metrics/export?outcome=fail')).records.length, 0)
      const invalidTime = await s.request('GET', '/api/calls/export?start=9999-12-31T23:59:60Z', a.headers)
      t.match(invalidTime, {
        status: 400,
        headers: { 'content-type': /problem/, 'content-disposition': undefined },
      })
      const nul = await s.request('GET', '/api/calls/export?external_call_id=%00', a.headers)
      t.match(nul, { status: 400, headers: { 'content-type': /problem/ } })
    },
  )

  t.test('An export contains no call of another company; without calls it has only the header', async (t) => {
    const b = await s.createCompany()
    const { response, header, records } = await downloadCsv(b, '/api/calls/export')
    t.equal(records.length, 0)
    t.equal(response.body, `${header.join(',')}\r\n`)
    t.equal((await downloadCsv(b, '/api/call-metrics/export')).records.length, 0)
    t.equal((await s.request('GET', '/api/calls/export', await a.createKey('ingest'))).status, 403)
    const headResponse = await s.request('HEAD', '/api/calls/export', a.headers)
    t.match(headResponse, { status: 200, body: '', headers: { 'content-type': /text\/csv/ } })
  })
})

test('a long CSV export', async (t) => {
  const a = await s.createCompany()
  const rows = 24_000
  await s.db.orm.execute(sql`
    insert into calls (company_id, direction, status, started_at, ended_reason, outcome_data)
    select ${a.id}, 'inbound', 'completed', timestamptz '2026-05-04T10:00:00Z' + i * interval '1 s',
      'call ' || i, jsonb_build_object('note', repeat('x', 1500)) from generate_series(1, ${rows}::int) i`)
  const base = await s.app.listen({ port: 0, host: '127.0.0.1' })
  const watcher = postgres(s.url, { max: 1, onnotice: () => undefined })
  t.teardown(() => watcher.end())
  /** Open transactions of exports. */
  const openExports = () => watcher<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
      and (state like 'idle in transaction%' or state = 'active') and query ~ 'exported_'`
  /** Starts an export. On a busy machine the first requests may get 503. */
  const startExport = async (): Promise<IncomingMessage> => {
    let started: IncomingMessage | undefined
    await waitUntil('an export starts', async () => {
      const request = httpGet(`${base}/api/calls/export`, { headers: a.headers, agent: false })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.on('error', () => undefined)
      if (response.statusCode === 200) started = response
      else response.resume()
      return response.statusCode === 200
    })
    return started as IncomingMessage
  }
  /** The rest of a response, and whether it is complete. */
  const readRest = async (response: IncomingMessage) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    await new Promise<void>((resolve) => response.once('close', resolve))
    return { text: Buffer.concat(chunks).toString(), complete: response.complete }
  }

  t.test('A long export contains every call once and in order', async (t) => {
    const { text, complete } = await readRest(await startExport())
    t.ok(complete)
    const reasons = parseCsv(text)
      .slice(1)
      .map((row) => row[8])
    t.equal(reasons.length, rows)
    t.ok(reasons.every((reason, i) => reason === `call ${rows - i}`))
  })

  t.test(
    'An export waits for a slow reader, and releases its connection when the reader disconnects',
    async (t) => {
      const response = await startExport()
      await waitUntil('a transaction is open', async () => (await openExports()).length === 1)
      t.ok(!response.complete)
      response.destroy()
      await waitUntil('the transaction has ended', async () => (await openExports()).length === 0)
      t.equal((await s.request('GET', '/api/calls?limit=1', a.headers)).status, 200)
    },
  )

  t.test(
    'An export beyond the share of a company gets 503, another company can export, and so can the first one afterwards',
    async (t) => {
      // The pool of the tests has four connections: two are for exports, one of them for each company.
      const response = await startExport()
      const second = await s.request('GET', '/api/calls/export', a.headers)
      t.match(second, {
        status: 503,
        body: { code: 'too_many_exports', detail: /the maximum number of exports in progress \(1\)/ },
        headers: { 'retry-after': /\d/ },
      })
      t.equal((await downloadCsv(await s.createCompany(), '/api/calls/export')).records.length, 0)
      response.destroy()
      await waitUntil('the export has ended', async () => (await openExports()).length === 0)
      t.equal((await downloadCsv(a, '/api/calls/export?start=2027-01-01')).records.length, 0)
    },
  )

  t.test(
    'An export whose database connection is lost is not a complete response, and the next one works',
    async (t) => {
      const response = await startExport()
      await waitUntil('a transaction is open', async () => (await openExports()).length === 1)
      for (const { pid } of await openExports()) await watcher`select pg_terminate_backend(${pid})`
      const { text, complete } = await readRest(response)
      t.notOk(complete, 'the response is incomplete')
      t.ok(text.length > 0)
      t.ok(
        s.logLines.some(
          (line) =>
            line.includes('"level":50') &&
            line.includes('"route":"/api/calls/export"') &&
            !line.includes('select'),
        ),
        'the log reports it, without SQL',
      )
      t.equal((await downloadCsv(a, '/api/calls/export?start=2027-01-01')).records.length, 0)
    },
  )

  t.test('An export whose reader disconnects before its first row leaves no open transaction', async (t) => {
    let request: ReturnType<typeof httpGet> | undefined
    const requestExport = (): ReturnType<typeof httpGet> => {
      const sent = httpGet(`${base}/api/calls/export`, { headers: a.headers, agent: false })
      sent.on('error', () => undefined)
      // An immediate response is a 503 of a busy machine: try again.
      sent.on('response', (response) => {
        response.resume()
        request = requestExport()
      })
      return sent
    }
    await watcher.begin(async (locked) => {
      await locked`lock table calls in access exclusive mode`
      request = requestExport()
      await waitUntil('the export waits for the lock', async () => {
        const rows = await locked`select 1 from pg_locks where not granted and relation = 'calls'::regclass`
        return rows.length > 0
      })
      request?.destroy()
      await waitUntil('the statement is cancelled while the table is still locked', async () => {
        const rows = await locked`select 1 from pg_locks where not granted and relation = 'calls'::regclass`
        return rows.length === 0
      })
    })
    t.equal((await downloadCsv(a, '/api/calls/export?start=2027-01-01')).records.length, 0)
  })
})
