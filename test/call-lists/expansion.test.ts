import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { startTestService } from '../setup/service.ts'
import { checkCounts, freshNumber, ImportTester } from './setup.ts'
import { numberCell, row, textCell, workbook, zip } from './workbook-files.ts'

const megabyte = 2 ** 20
/** A text that hardly compresses. */
const noise = randomBytes(megabyte / 2).toString('hex')
const shared = (index: number) => `<c t="s"><v>${index}</v></c>`
const repeated = (count: number, part: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join('')
/** A workbook with a heading and these rows, as XML. */
const sheet = (rows: string, sharedStrings?: string[]) =>
  workbook({
    sheets: [{ rows: row([textCell('phone'), textCell('note')]) + rows }],
    ...(sharedStrings && { sharedStrings }),
  })
/** A workbook part that is read before the sheet, with this XML. */
const partWorkbook = (name: string, xml: string) =>
  zip([
    {
      name: '_rels/.rels',
      data: Buffer.from(
        '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
      ),
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: Buffer.from(
        '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
    },
    {
      name: 'xl/workbook.xml',
      data: Buffer.from(
        name === 'xl/workbook.xml'
          ? xml
          : '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
      ),
    },
    { name: 'xl/worksheets/sheet1.xml', data: Buffer.from('<worksheet><sheetData/></worksheet>') },
    ...(name === 'xl/workbook.xml' ? [] : [{ name, data: Buffer.from(xml) }]),
  ])
/** An archive whose directory names one entry of 8 MB 60 times, each as another part of 8 MB. */
function overlapping(): Buffer {
  const archive = zip([
    { name: 'xl/workbook.xml', data: Buffer.from('<workbook/>') },
    { name: 'a', data: Buffer.from(randomBytes(megabyte).toString('hex').repeat(4)) },
  ])
  const end = archive.length - 22
  const directory = archive.readUInt32LE(end + 16)
  const last = archive.subarray(end - 47, end)
  const entries = Buffer.concat([archive.subarray(directory, end), ...Array.from({ length: 59 }, () => last)])
  const record = Buffer.from(archive.subarray(end))
  record.writeUInt16LE(61, 8)
  record.writeUInt16LE(61, 10)
  record.writeUInt32LE(entries.length, 12)
  return Buffer.concat([archive.subarray(0, directory), entries, record])
}

test('A file that expands is refused before it costs much, with what to do', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const other = await ImportTester.create(s)
  const number = freshNumber()
  const longText = 'x'.repeat(9_000)
  const wideHeading = `phone,${Array.from({ length: 199 }, (_, i) => `${'c'.repeat(190)}${i}`).join(',')}`
  const cases: Record<string, () => [Buffer | string, code: string]> = {
    'a shared string of 9 kB in 100,000 cells': () => [
      sheet(
        repeated(100_000, (i) => row([numberCell(`7916${1_000_000 + i}`), shared(0)])),
        [longText],
      ),
      'too_much_data',
    ],
    'a shared string of 30 kB in 100,000 cells, each of which is too long': () => [
      sheet(
        repeated(100_000, (i) => row([numberCell(`7916${1_000_000 + i}`), shared(0)])),
        ['x'.repeat(30_000)],
      ),
      'too_much_data',
    ],
    'a row that repeats a shared string 16,000 times': () => [
      sheet(row([textCell(number), ...Array.from({ length: 16_000 }, () => shared(0))]), [longText]),
      'line_too_long',
    ],
    'a cell in the last column of a sheet': () => [
      workbook({
        sheets: [
          {
            rows: `<row r="1"><c r="A1" t="inlineStr"><is><t>phone</t></is></c><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>`,
          },
        ],
      }),
      'too_many_columns',
    ],
    'an inline string in many parts': () => [
      sheet(
        `<row><c t="inlineStr"><is>${repeated(30_000, (i) => `<r><t>${noise.slice(i * 20, i * 20 + 20)}</t></r>`)}</is></c></row>`,
      ),
      'broken_workbook',
    ],
    'an inline string of 1 MB': () => [sheet(row([textCell(noise)])), 'broken_workbook'],
    'a tag that is never closed': () => [sheet(`<row a="${noise}`), 'broken_workbook'],
    'attributes that look like others': () => [
      sheet(`<row ${'r=""'.repeat(60_000)}><c/></row>`),
      'empty_file',
    ],
    'a million empty rows with a style': () => [
      workbook({
        sheets: [{ rows: repeated(1_000_000, (i) => `<row r="${i + 1}" s="1" customFormat="1"/>`) }],
      }),
      'empty_file',
    ],
    'a sheet that states a dimension of all cells': () => [
      workbook({ sheets: [{ rows: '</sheetData><dimension ref="A1:XFD1048576"/><sheetData>' }] }),
      'empty_file',
    ],
    'entities that expand (billion laughs)': () => [
      partWorkbook(
        'xl/sharedStrings.xml',
        `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${repeated(9, (i) => `<!ENTITY a${i} "${`&a${i - 1};`.repeat(10)}">`)}]><sst><si><t>&a8;</t></si></sst>`,
      ),
      'empty_file',
    ],
    '10,000 sheets that are one': () => [
      partWorkbook(
        'xl/workbook.xml',
        `<workbook><sheets>${'<sheet name="A" r:id="r1"/>'.repeat(10_000)}</sheets></workbook>`,
      ),
      'broken_workbook',
    ],
    'shared strings with a tag of 1 MB': () => [
      partWorkbook('xl/sharedStrings.xml', `<sst><si a="${noise}`),
      'broken_workbook',
    ],
    'an entry that is named 60 times (overlapping entries)': () => [overlapping(), 'too_large_unpacked'],
    'a part of 150 MB of equal characters': () => [
      partWorkbook('xl/sharedStrings.xml', 'x'.repeat(150 * megabyte)),
      'suspicious_archive',
    ],
    'column names of 38 kB and rows of 400 bytes': () => [
      `${wideHeading}\n${repeated(10_000, () => `${freshNumber()}${',1'.repeat(199)}\n`)}`,
      'too_much_data',
    ],
    'a line of 100 MB': () => [Buffer.alloc(99 * megabyte, 'x'), 'invalid_csv'],
    'a line of 60 MB of delimiters': () => [
      `phone,name\n${number},${','.repeat(60 * megabyte)}x`,
      'line_too_long',
    ],
    'a heading of 10,000 columns': () => [`phone${',x'.repeat(10_000)}\n${number}`, 'too_many_columns'],
    'a heading of 100,000 equal names': () => [`phone${',x'.repeat(100_000)}\n${number}`, 'too_many_columns'],
    'JSON Lines with 1,000 keys': () => [
      JSON.stringify(Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, number]))),
      'too_many_columns',
    ],
    'JSON Lines with other keys in each line': () => [
      repeated(
        90,
        (i) =>
          `${JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, k) => [`k${i}_${k}`, 1])))}\n`,
      ),
      'too_many_columns',
    ],
    'a JSON key of 10 MB': () => [`{"phone":"${number}","${'k'.repeat(10 * megabyte)}":1}`, 'line_too_long'],
    'a file compressed with gzip': () => [gzipSync(`phone\n${number}\n`), 'unreadable_format'],
    'UTF-16 of 40 MB without line ends': () => [
      Buffer.from(`\ufeffphone${'ж'.repeat(20 * megabyte)}`, 'utf16le'),
      'invalid_csv',
    ],
    '17 million blank lines': () => [`phone\n${'\n'.repeat(17_000_000)}${number}\n`, 'too_many_rows'],
  }
  for (const [name, create] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const [file, code] = create()
      const id = await tester.createCampaign()
      const response = await tester.upload(id, file, { default_country: 'RU' })
      t.match(response, { status: 422, body: { code } }, JSON.stringify(response.body).slice(0, 500))
      t.ok(
        /\.$/.test(response.body.detail) && response.body.detail.split('. ').length > 1,
        response.body.detail,
      )
      const [left] = await s.db.orm.execute(sql`select count(*)::int as rows from import_rows`)
      t.same(left, { rows: 0 }, 'no row stays staged')
      t.match((await other.upload(await other.createCampaign(), `phone\n${freshNumber()}`)).body, {
        created: 1,
      })
    })
  }
})

test('A row has at most 64 kB of contact_data', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const id = await tester.createCampaign()
  const cells = (length: number) => Array.from({ length: 7 }, () => 'ж'.repeat(length)).join(',')
  const { body } = await tester.upload(
    id,
    `phone,a,b,c,d,e,f,g\n${freshNumber()},${cells(4_600)}\n${freshNumber()},${cells(4_700)}\n`,
  )
  t.match(body, { created: 1, rejected: 1, refusals: { contact_data_too_large: 1 } })
  t.match(body.errors, [
    { line: 3, detail: /65,8\d\d bytes.*at most 65,536.*Map columns that you do not need to null\./ },
  ])
  await checkCounts(t, tester, id, body.import_id)
})

test('The response of an upload, its preview and its rejected rows are bounded', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const id = await tester.createCampaign()
  const names = Array.from({ length: 6 }, (_, i) => `c${i}`).join(',')
  const wide = `${Array.from({ length: 6 }, () => 'x'.repeat(9_000)).join(',')}`
  const { body } = await tester.upload(
    id,
    `phone,${names}\n${repeated(50, () => `${freshNumber()},${wide}\n`)}bad${','.repeat(5_000)}x\n`,
    { dry_run: 'true' },
  )
  t.match(body, { total: 51, created: 50, rejected: 1 })
  t.ok(body.preview.length >= 3 && body.preview.length < 10, `${body.preview.length} rows are shown`)
  t.ok(JSON.stringify(body).length < 400_000)
  const { items } = (await tester.request('GET', `/api/imports/${body.import_id}/rejected`)).body
  t.match(items, [{ code: 'too_many_cells' }])
  t.equal(items[0].cells.length, 1_000, 'a rejected row keeps its first 1,000 cells')
})

test('The width of a file is known from its heading, before rows are read', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const id = await tester.createCampaign()
  const columns = (count: number) => Array.from({ length: count - 1 }, (_, i) => `,c${i}`).join('')
  t.match(await tester.upload(id, `phone${columns(200)}\n${freshNumber()}\n`), {
    status: 200,
    body: { created: 1 },
  })
  // The end of the file is not valid in its encoding: it is never read.
  const wide = Buffer.concat([
    Buffer.from(`phone${columns(201)}\n`),
    Buffer.from('x\n'.repeat(2_000_000)),
    Buffer.from([0xff, 0xfe]),
  ])
  t.match(await tester.upload(id, wide, { encoding: 'utf-8' }), {
    status: 422,
    body: { code: 'too_many_columns', detail: /has 201 columns; at most 200 are allowed/ },
  })
  const later = `phone,name\n${freshNumber()},Anna\n${freshNumber()}${',x'.repeat(300)}\n`
  t.match(await tester.upload(id, later), {
    status: 200,
    body: { created: 1, rejected: 1, refusals: { too_many_cells: 1 } },
  })
  t.match(
    await tester.upload(id, `phone${','.repeat(400)}\n${freshNumber()}${','.repeat(400)}\n`),
    {
      status: 200,
      body: { created: 1 },
    },
    'columns without a name and without contents do not count',
  )
})

test('contact_data that an import merges stays within 64 kB', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const id = await tester.createCampaign()
  const [grows, shrinks, added] = [freshNumber(), freshNumber(), freshNumber()]
  const cell = (length: number) => 'ж'.repeat(length)
  const update = (file: string) => tester.upload(id, file, { on_duplicate: 'update' })
  const stored = async () =>
    Object.fromEntries(
      (await tester.contacts(id)).map(({ phone_number, contact_data }) => [phone_number, contact_data]),
    ) as Record<string, Record<string, string>>
  const columns = (names: string, cells: string[]) =>
    `phone,${names}\n${cells.map((row) => `${row}\n`).join('')}`

  t.test('Rows that would exceed it are rejected with the reason, and the others are merged', async (t) => {
    const half = [cell(5_600), cell(5_600), cell(5_600)].join()
    await tester.upload(id, columns('a,b,c', [`${grows},${half}`, `${shrinks},${half}`]))
    const { body } = await update(
      columns('d,e,f', [`${grows},${half}`, `${added},${half}`, `${shrinks},short,short,short`]),
    )
    t.match(body, {
      status: 'completed',
      total: 3,
      created: 1,
      updated: 1,
      rejected: 1,
      refusals: { contact_data_too_large: 1 },
      errors: [{ line: 2, code: 'contact_data_too_large', detail: /stored values.*more than 65,536 bytes/ }],
    })
    const contacts = await stored()
    t.same(Object.keys(contacts[grows] ?? {}), ['a', 'b', 'c'], 'the contact is unchanged')
    t.equal(contacts[shrinks]?.d, 'short')
    t.equal(contacts[added]?.f?.length, 5_600)
    const exported = await tester.request('GET', `/api/imports/${body.import_id}/rejected/export`)
    t.ok(String(exported.body).includes(cell(5_600)), 'the rejected row has its cells')
    await checkCounts(t, tester, id, body.import_id)
  })

  t.test('Its size is that of the JSON that the API returns, to the byte', async (t) => {
    const exact = freshNumber()
    // Commas, colons, quotes and spaces within values count as they are; those between values have no spaces.
    const value = `x: "y", \\ z, ${'x'.repeat(9_000)}`
    const quoted = `"${value.replaceAll('"', '""')}"`
    const size = (data: object) => Buffer.byteLength(JSON.stringify(data))
    const names = 'abcdef'.split('')
    const first = Object.fromEntries(names.map((name) => [name, value]))
    const room = 65_536 - size({ ...first, rest: '', more: '' })
    await tester.upload(id, columns(names.join(), [`${exact},${names.map(() => quoted).join()}`]))
    const fill = (length: number) =>
      update(columns('rest,more', [`${exact},${'y'.repeat(9_000)},${'z'.repeat(length - 9_000)}`]))
    t.match((await fill(room + 1)).body, { updated: 0, rejected: 1 })
    t.match((await fill(room)).body, { updated: 1, rejected: 0 })
    t.equal(size((await stored())[exact] as object), 65_536)
  })

  t.test(
    'A contact that is larger, because it is older, can be updated as long as it does not grow',
    async (t) => {
      const old = freshNumber()
      await tester.upload(id, columns('a', [`${old},x`]))
      await s.db.client.unsafe(
        `update call_tasks set contact_data = jsonb_build_object('a', 'x', 'old', repeat('x', 70000)) where phone_number = '${old}'`,
      )
      t.match((await update(columns('a', [`${old},y`]))).body, { updated: 1, rejected: 0 })
      t.match((await update(columns('a', [`${old},longer`]))).body, { updated: 0, rejected: 1 })
      t.equal((await stored())[old]?.a, 'y')
    },
  )
})
