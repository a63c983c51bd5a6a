import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { originalText } from '../../src/lib/csv.ts'
import { readWorkbook, sheetRows } from '../../src/modules/call-lists/workbook/workbook.ts'
import { ZipArchive } from '../../src/modules/call-lists/workbook/zip-archive.ts'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { startTestService } from '../setup/service.ts'
import { parseCsv } from './parse-csv.ts'

const PUBLIC_URL = 'https://host.example/voice'
const s = await startTestService(t, { PUBLIC_URL })
const c = await createCampaignTester(s)

type Row = Record<string, string>

const pathOf = (campaign: string, query = '') => `/api/campaigns/${campaign}/results/export${query}`

const recordsOf = ([header = [], ...rows]: string[][]): Row[] =>
  rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])))

async function csvResults(campaign: string, query = '', separator?: string) {
  const { status, body } = await c.get(pathOf(campaign, query))
  if (status !== 200) throw new Error(JSON.stringify(body))
  const table = parseCsv(body, separator)
  return { header: table[0] ?? [], rows: recordsOf(table) }
}

/** A workbook as the reader of call lists reads it, which shares no code with the writer: the texts of each sheet's cells. */
async function sheetsOf(campaign: string, query = '') {
  const response = await s.app.inject({
    method: 'GET',
    url: pathOf(campaign, `?format=xlsx${query}`),
    headers: c.company.headers,
  })
  t.equal(response.statusCode, 200)
  const archive = new ZipArchive(response.rawPayload)
  const workbook = readWorkbook(archive)
  const sheets: { name: string; rows: string[][] }[] = []
  for (const sheet of workbook.sheets) {
    const rows: string[][] = []
    for await (const { cells } of sheetRows(archive, workbook, sheet)) rows.push(cells)
    sheets.push({ name: sheet.name, rows })
  }
  return { response, archive, sheets, rows: recordsOf(sheets[0]?.rows ?? []) }
}

/** An attempt of a contact that has ended. */
async function addCall(
  campaign: string,
  phone_number: string,
  call: { at: string; duration?: number; cost?: string; collected?: object },
): Promise<string> {
  const [row] = await s.db.orm.execute<{ id: string }>(sql`
    insert into calls (company_id, campaign_id, call_task_id, direction, callee_number, status, started_at, duration_sec, collected_data)
    select company_id, campaign_id, id, 'outbound', phone_number, 'completed', ${call.at}::timestamptz,
      ${call.duration ?? null}::double precision, ${call.collected ? JSON.stringify(call.collected) : null}::jsonb
    from call_tasks where campaign_id = ${campaign}::uuid and phone_number = ${phone_number} returning id`)
  if (call.cost !== undefined)
    await s.db.orm.execute(sql`
      insert into call_metrics (company_id, call_id, cost_total)
      values (${c.company.id}::uuid, ${row?.id}::uuid, ${call.cost}::numeric)`)
  return row?.id as string
}

const payloads = [
  '=HYPERLINK("http://evil.example","x")',
  'Zoë Müller-Größe',
  'Анна "Аня" Ёлкина',
  'O\'Neil; Ann, "Bo"',
  '👩‍👩‍👧 🇩🇪',
  '@SUM(1)',
  'a_x000D_b',
  'two\nlines',
]

test('Results have a row for each contact with its data, state, attempts, talk time, cost and last call', async (t) => {
  const campaign = await c.campaign()
  const [called, waiting] = [freshNumber(), freshNumber()]
  await c.add(
    campaign,
    {
      phone_number: called,
      contact_name: 'Anna',
      contact_data: { city: 'Perm', visits: 3, tags: ['a', 'b'] },
    },
    { phone_number: waiting, contact_data: { city: '79991234567', constructor: 'x' } },
  )
  await addCall(campaign, called, {
    at: '2026-05-04T10:00:00Z',
    duration: 40.5,
    cost: '0.100001',
    collected: { day: 'Monday', rating: 5 },
  })
  const last = await addCall(campaign, called, { at: '2026-05-05T10:00:00Z', duration: 2, cost: '0.000009' })
  await s.db.orm.execute(sql`
    update call_tasks set status = 'completed', outcome = 'success', attempt_count = 2
    where campaign_id = ${campaign}::uuid and phone_number = ${called}`)

  const { header, rows } = await csvResults(campaign)
  t.same(header, [
    'contact_name',
    'phone_number',
    'phone_extension',
    'contact_data.city',
    'contact_data.constructor',
    'contact_data.tags',
    'contact_data.visits',
    'status',
    'outcome',
    'attempt_count',
    'last_call_at',
    'last_call_id',
    'talk_time_sec',
    'cost_total',
    'last_call_url',
    'call_task_id',
    'collected_data.day',
    'collected_data.rating',
  ])
  t.match(rows[0], {
    contact_name: 'Anna',
    phone_number: called,
    'contact_data.city': 'Perm',
    'contact_data.constructor': '',
    'contact_data.tags': '["a","b"]',
    'contact_data.visits': '3',
    status: 'completed',
    outcome: 'success',
    attempt_count: '2',
    last_call_at: '2026-05-05T10:00:00.000Z',
    last_call_id: last,
    talk_time_sec: '42.5',
    cost_total: '0.100010',
    last_call_url: `${PUBLIC_URL}/api/calls/${last}`,
    'collected_data.day': 'Monday',
    'collected_data.rating': '5',
  })
  t.match(rows[1], {
    phone_number: waiting,
    'contact_data.city': '79991234567',
    'contact_data.constructor': 'x',
    status: 'pending',
    attempt_count: '0',
    last_call_at: '',
    talk_time_sec: '',
    cost_total: '',
    last_call_url: '',
  })
  t.equal(rows.length, 2)

  const comma = await csvResults(campaign, '?separator=;&decimal=,', ';')
  t.match(comma.rows[0], { talk_time_sec: '42,5', cost_total: '0,100010', phone_number: called })
  t.equal((await csvResults(campaign, '?status=completed,failed')).rows.length, 1, 'the filters of the list')
  t.equal((await csvResults(campaign, '?status=pending&status=completed')).rows.length, 2)

  const { response, archive, sheets, rows: cells } = await sheetsOf(campaign, '&timezone=Asia/Yekaterinburg')
  t.match(response.headers, {
    'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'content-disposition': 'attachment; filename="campaign-results.xlsx"',
  })
  t.same(
    sheets.map(({ name, rows }) => [name, rows[0]]),
    [['Results', header]],
  )
  t.match(cells[0], {
    phone_number: called,
    last_call_at: '2026-05-05 15:00:00',
    talk_time_sec: '42.5',
    attempt_count: '2',
    'contact_data.visits': '3',
  })
  t.equal(cells[1]?.['contact_data.city'], '79991234567')
  const xml = archive.text('xl/worksheets/sheet1.xml') ?? ''
  t.ok(xml.includes(`<is><t>${called}</t></is>`), 'a phone number is a text')
  t.ok(xml.includes('<is><t>79991234567</t></is>'))
  t.match(xml, /<c r="K2" s="\d+"><v>46147\.625<\/v><\/c>/, 'a time is a date')
})

test('An export of calls has the names of bot, campaign and contact, and the costs', async (t) => {
  const campaign = await c.campaign({ name: '=Spring "2026"' })
  const phone_number = freshNumber()
  await c.add(campaign, { phone_number, contact_name: 'Zoë' })
  await addCall(campaign, phone_number, { at: '2026-05-04T10:00:00Z', cost: '0.100001' })
  await addCall(campaign, phone_number, { at: '2026-05-03T10:00:00Z' })
  await s.db.orm.execute(sql`
    update calls set skillbase_id = ${c.publishedSkillbase}::uuid where campaign_id = ${campaign}::uuid`)
  const { body } = await c.get(`/api/calls/export?campaign_id=${campaign}`)
  const [priced, unpriced] = recordsOf(parseCsv(body))
  t.match(priced, {
    skillbase_name: 'Bot',
    campaign_name: `'=Spring "2026"`,
    contact_name: 'Zoë',
    cost_stt: '',
    cost_total: '0.100001',
  })
  t.match(unpriced, { contact_name: 'Zoë', cost_total: '' }, 'a call without a price has no cost')
})

test('A link to a call has no host that a request could choose', async (t) => {
  const own = await startTestService(t)
  const other = await createCampaignTester(own)
  const campaign = await other.campaign()
  await other.add(campaign, { phone_number: freshNumber() })
  await own.db.orm.execute(sql`
    insert into calls (company_id, campaign_id, call_task_id, direction) select company_id, campaign_id, id, 'outbound' from call_tasks`)
  const headers = { ...other.company.headers, host: 'evil.example' }
  const { body } = await own.request('GET', pathOf(campaign), headers)
  t.match(recordsOf(parseCsv(body))[0]?.last_call_url, /^\/api\/calls\/[0-9a-f-]{36}$/)
})

test('Names and data of any characters arrive unchanged in both formats, and none is a formula', async (t) => {
  const campaign = await c.campaign()
  await c.add(
    campaign,
    ...payloads.map((text) => ({
      phone_number: freshNumber(),
      contact_name: text,
      contact_data: { [text]: text, __proto__x: 1 },
    })),
  )
  const csv = await csvResults(campaign)
  t.same(
    csv.rows.map(({ contact_name = '' }) => originalText(contact_name)),
    payloads,
  )
  const cells = [csv.header, ...csv.rows.map((row) => Object.values(row))].flat()
  t.same(
    cells.filter((cell) => /^[=@\t\r]|^[+-](?!\d+$)/.test(cell)),
    [],
  )

  const { archive, rows, sheets } = await sheetsOf(campaign)
  t.same(
    rows.map(({ contact_name }) => contact_name),
    payloads,
  )
  for (const text of payloads) {
    t.ok(sheets[0]?.rows[0]?.includes(`contact_data.${text}`), text)
    t.ok(
      rows.some((row) => row[`contact_data.${text}`] === text),
      text,
    )
  }
  t.notMatch(archive.text('xl/worksheets/sheet1.xml'), /<f[ >]/)
})

test('The columns of 500 different keys are bounded; what has no column is in other_data', async (t) => {
  const campaign = await c.campaign()
  const keys = Array.from({ length: 500 }, (_, i) => `key ${String(i).padStart(3, '0')}`)
  const long = 'k'.repeat(300)
  await c.add(
    campaign,
    { phone_number: freshNumber(), contact_data: Object.fromEntries(keys.map((key) => [key, key])) },
    { phone_number: freshNumber(), contact_data: { [long]: 'long' } },
  )
  const { header, rows } = await csvResults(campaign)
  const columns = header.filter((name) => name.startsWith('contact_data.'))
  t.equal(columns.length, 200)
  t.equal(header.at(-1), 'other_data')
  const others = JSON.parse(rows[0]?.other_data ?? '').contact_data
  t.equal(Object.keys(others).length, 300)
  for (const key of keys) t.equal(rows[0]?.[`contact_data.${key}`] ?? others[key], key)
  t.same(JSON.parse(rows[1]?.other_data ?? ''), { contact_data: { [long]: 'long' } })
})

test('A text that is longer than a cell of Excel can hold is cut with a note, and whole in CSV', async (t) => {
  const campaign = await c.campaign()
  const text = '😀'.repeat(20_000)
  await c.add(campaign, { phone_number: freshNumber() })
  await s.db.orm.execute(sql`
    update call_tasks set contact_data = jsonb_build_object('note', ${text}::text) where campaign_id = ${campaign}::uuid`)
  t.equal((await csvResults(campaign)).rows[0]?.['contact_data.note'], text)
  const cell = (await sheetsOf(campaign)).rows[0]?.['contact_data.note'] ?? ''
  t.match(cell, /^😀+ \[cut off here: the value has 40000 characters, and a cell of Excel at most 32767\./u)
  t.ok(cell.length <= 32_767)
})

test('Results belong to one company; errors before the first row are problem responses', async (t) => {
  const campaign = await c.campaign()
  const stranger = await s.createCompany()
  for (const format of ['csv', 'xlsx'])
    t.match(await s.request('GET', pathOf(campaign, `?format=${format}`), stranger.headers), {
      status: 404,
      headers: { 'content-type': /problem/, 'content-disposition': undefined },
    })
  t.match(await c.get(pathOf(campaign, '?format=pdf')), { status: 400 })
  t.match(await c.get(pathOf(campaign, '?format=xlsx&timezone=Mars')), {
    status: 422,
    body: { code: 'unknown_timezone' },
  })
  t.equal((await csvResults(campaign)).rows.length, 0, 'no contacts')
  t.equal((await sheetsOf(campaign)).sheets[0]?.rows.length, 1, 'only the header')
  const head = await s.request('HEAD', pathOf(campaign, '?format=xlsx'), c.company.headers)
  t.match(head, { status: 200, body: '' })
})
