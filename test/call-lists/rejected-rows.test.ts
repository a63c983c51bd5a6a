import { type Test, test } from 'tap'
import { csvHeader, csvRows } from '../../src/lib/csv.ts'
import { rejectedColumns, rejectedTexts } from '../../src/modules/call-lists/export-rejected.ts'
import { decodedCells, stagedRowJson } from '../../src/modules/call-lists/file/staged-row.ts'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import { startTestService } from '../setup/service.ts'
import { readFile } from './read-file.ts'
import { checkCounts, freshNumber, ImportTester } from './setup.ts'
import { workbook } from './workbook-files.ts'

type Options = Parameters<typeof readFile>[1]

/** The rejected rows of a file, stored as by an upload, and their export. */
async function rejectedOf(file: Buffer | string, options: Options, separator: ',' | ';' = ',') {
  const { reading, rows } = await readFile(file, options)
  const rejected = rows
    .filter(({ code }) => code !== null)
    .map((row) => {
      const { cells } = JSON.parse(stagedRowJson(row, { keepsCells: false, keepsData: false })) as {
        cells: never
      }
      return { line: row.line, code: row.code, detail: row.detail, cells: decodedCells(cells) }
    })
  const stored = { reading: { ...reading } }
  const columns = rejectedColumns(stored)
  const texts = rejected.map((row) => rejectedTexts(stored, row))
  const text = csvHeader(columns, { separator }) + csvRows(columns, texts, { separator })
  return {
    text,
    reading,
    names: columns.slice(3).map(({ name }) => name),
    cells: texts.map((row) => row.slice(3)),
    codes: rejected.map(({ code }) => code),
  }
}

/** Checks that the export of the rejected rows of a file is read as the file was: the same columns, cells and reasons. */
async function checkRoundTrip(
  t: Test,
  title: string,
  file: Buffer | string,
  options: Options = { country: 'RU' },
) {
  for (const separator of [',', ';'] as const) {
    const first = await rejectedOf(file, options, separator)
    t.ok(first.codes.length > 0, `${title}: rows are rejected`)
    const second = await rejectedOf(first.text, { ...options, earlier: [first.reading] }, separator)
    t.same(
      [second.names, second.cells, second.codes],
      [first.names, first.cells, first.codes],
      `${title}, exported with ${separator}`,
    )
  }
}

const quoted = (cells: readonly string[], delimiter = ',') =>
  cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)

/** Cells that are changed easily on their way through an export and a spreadsheet. */
const difficultCells = [
  '=1+1',
  "'=1+1",
  "''=1+1",
  '+7 916',
  "'+79160000001",
  '-5',
  '-1+2',
  '@SUM(A1)',
  '\tafter a tab',
  "'\tafter a tab",
  '\rafter a carriage return',
  '\uff1d1+1',
  "'",
  "''",
  "'text'",
  '="01234"',
  '#N/A',
  'NULL',
  'one\ntwo\r\nthree',
  'a "quoted" word',
  '""',
  ' spaces around ',
  ';,|\t',
  'refused_line',
  '😀 Ж é',
  '0001',
  '1.50',
  'x'.repeat(1_503),
  'Ж'.repeat(33_000),
]

test('An export of rejected rows has the cells as they came', async (t) => {
  const [valid, other] = ['+79160000001', '+79160000002']

  t.test('Formula characters, apostrophes, quotes, line ends and long texts are restored', async (t) => {
    const rows = difficultCells.map((cell) => quoted(['bad', cell, cell]))
    await checkRoundTrip(t, 'each in a row', ['Phone,Name,Note', ...rows].join('\n'))
    const { cells } = await rejectedOf(['Phone,Name,Note', ...rows].join('\n'), {})
    // An apostrophe before a formula character is what an export adds.
    const read = difficultCells.map((cell) => (/^'+[=+\t]/.test(cell) ? cell.slice(1) : cell))
    t.same(
      cells,
      read.map((cell) => ['bad', cell, cell]),
    )
    await checkRoundTrip(
      t,
      'in the column of the phone',
      ['Phone,Name', ...difficultCells.map((cell) => quoted([cell, 'N']))].join('\n'),
    )
  })

  t.test('A row with more cells than columns is exported with all of them, and rejected again', async (t) => {
    await checkRoundTrip(t, 'more cells', `Phone,Name\n${valid},Anna,one,two\n,Boris\n${valid},C,=x\n`)
    const { text } = await rejectedOf(`Phone,Name\n${valid},Anna,one,two\n`, {})
    t.match(text, /,\+79160000001,Anna,one,two\r\n$/)
  })

  t.test(
    'Columns keep their place and name: repeated, without a name, as a formula, and 200 of them',
    async (t) => {
      await checkRoundTrip(t, 'repeated', 'Phone,Note,Note,,Phone\nbad,a,b,c,worse\n,d,,e,\n')
      await checkRoundTrip(t, 'formulas', 'Phone,=cmd(),+Note,-\nbad,1,2,3\n')
      const { text } = await rejectedOf('Phone,=cmd()\nbad,1\n', {})
      t.match(text, /^refused_line,refused_code,refused_detail,Phone,'=cmd\(\)\r\n/)
      const wide = Array.from({ length: 200 }, (_, i) => (i === 0 ? 'Phone' : `Column ${i}`))
      await checkRoundTrip(t, '200 columns', `${wide.join(',')}\nbad${',x'.repeat(199)}\n`)
    },
  )

  t.test('The reasons of an export that was uploaded are replaced, not repeated', async (t) => {
    const { text } = await rejectedOf('Phone,Name\nbad,Anna\n', {})
    const again = await rejectedOf(text.replace('bad', '7.99912E+10'), { country: 'RU' })
    t.match(
      again.text,
      /^refused_line,refused_code,refused_detail,Phone,Name\r\n2,phone_in_scientific_notation,/,
    )
    t.same(again.cells, [['7.99912E+10', 'Anna']])
  })

  t.test('Values of JSON Lines are JSON: objects, lists, large and exact numbers', async (t) => {
    const lines = [
      { phone: 'bad', a: { b: [1, '=x', null] }, c: ['', { d: 2 }], e: true, f: null },
      { phone: 12, a: '', c: '=x', e: "'=x", f: 'one\ntwo' },
    ].map((line) => JSON.stringify(line))
    lines.push(
      '{"phone": "worse", "a": 12345678901234567890, "c": 0.12345678901234567890, "e": 1e999, "f": -0.1}',
    )
    await checkRoundTrip(t, 'JSON Lines', lines.join('\n'))
    const { cells } = await rejectedOf(lines.join('\n'), {})
    t.same(cells[2], ['worse', '12345678901234567890', '0.12345678901234567890', '1e999', '-0.1'])
    t.same(cells[0], ['bad', '{"b":[1,"=x",null]}', '["",{"d":2}]', 'true', ''])
  })

  t.test('Cells of workbooks are exported as they are displayed', async (t) => {
    const rows = [
      ['Phone', 'Name', 'Note'],
      [valid, 'Anna', ''],
      ['bad', '=x', `call back\n${other}`],
      ['worse', "'=x", ' b '],
    ]
    await checkRoundTrip(t, 'workbook', workbook({ sheets: [{ name: 'List', rows }] }))
  })

  t.test('Characters that cannot be stored are rejected again', async (t) => {
    await checkRoundTrip(t, 'NUL', `Phone,Name,Note\n${valid},"a\0b",x\n${valid},a,"\\0\\u0000"\nbad,\0,\n`)
  })

  t.test('Columns are read as in the file, also when no number of the export is valid', async (t) => {
    await checkRoundTrip(
      t,
      'an unknown heading',
      `Абонент;Договор;Город\n${valid};9161112233;Пермь\n${other};9161112234;Пермь\n9;9161112244;Орёл\n12;9161112255;Омск\n`,
    )
    await checkRoundTrip(t, 'no heading', `Anna;${valid}\nBoris;${other}\nCarla;12345\n`)
    await checkRoundTrip(
      t,
      'a named column',
      `Phone,Manager contact\n${valid},${other}\nbad,${other}\n,${other}\n`,
    )
    await checkRoundTrip(t, 'an empty column', `Phone,Manager contact\n${valid},${other}\n,${other}\n`)
    await checkRoundTrip(
      t,
      'fields',
      `Phone,Priority,Timezone,Call at\n${valid},1,UTC,2026-12-01 10:00\n${valid},high,,\n${valid},,Mars,\n${valid},,,someday\n`,
    )
    await checkRoundTrip(t, 'data with the name of a field', `Phone,Priority\n${valid},High\nbad,Low\n`)
  })

  t.test(
    'An export whose file is unknown is not read by guessing: no other column is called instead',
    async (t) => {
      for (const rows of [`bad,${other}\n,${other}\n`, `,${other}\n`]) {
        const { text, codes } = await rejectedOf(`Phone,Manager contact\n${valid},${other}\n${rows}`, {})
        t.same((await rejectedOf(text, {})).codes, codes)
      }
      const { text } = await rejectedOf(
        `Абонент,Договор\n${valid},9161112233\n${other},9161112234\nbad,9161112235\n`,
        { country: 'RU' },
      )
      await t.rejects(rejectedOf(text, { country: 'RU' }), { code: 'no_phone_column' })
    },
  )

  t.test('Random files: the export has the same columns, cells and reasons', async (t) => {
    const random = new SeededRandom('rejected rows')
    const pick = <T>(items: readonly T[]) => items[Math.floor(random.next() * items.length)] as T
    const short = difficultCells.filter(({ length }) => length < 100)
    const names = [
      'Phone',
      'Телефон',
      'Name',
      'Note',
      'Note',
      '',
      '=Total',
      'Priority',
      'Timezone',
      'Work phone',
      '№',
      'a,b',
      'e-mail',
    ]
    for (let round = 0; round < 200; round++) {
      const heading = [
        pick(['Phone', 'phone_number', 'Мобильный']),
        ...Array.from({ length: 1 + (round % 6) }, () => pick(names)),
      ]
      const delimiter = pick([',', ';', '\t', '|'])
      const phoneCell = () => pick([valid, other, 'bad', '', '12345', '7.99912E+10', '84951234567', ...short])
      const cellOf = (name: string) =>
        /phone|телефон/i.test(name) ? phoneCell() : random.chance(0.3) ? '' : pick(short)
      const rowOf = (phone: string) => {
        const surplus = random.chance(0.1) ? ['surplus', pick(short)] : []
        return quoted([phone, ...heading.slice(1).map(cellOf), ...surplus], delimiter)
      }
      const phones = ['bad', ...Array.from({ length: 10 }, phoneCell)]
      const file = [quoted(heading, delimiter), ...phones.map(rowOf)].join('\r\n')
      await checkRoundTrip(t, `round ${round}: ${JSON.stringify(file)}`, file)
    }
  })
})

test('Rejected rows of an upload', async (t) => {
  const tester = await ImportTester.create(await startTestService(t))
  const rejectedOfImport = async (import_id: string) => {
    const items: { line: number; code: string; cells: unknown[] }[] = []
    let cursor = ''
    do {
      const { body } = await tester.request('GET', `/api/imports/${import_id}/rejected?limit=200${cursor}`)
      items.push(...body.items)
      cursor = body.next_cursor ? `&cursor=${body.next_cursor}` : ''
    } while (cursor !== '')
    return items
  }
  const exportOf = async (import_id: string): Promise<string> =>
    (await tester.request('GET', `/api/imports/${import_id}/rejected/export`)).body

  t.test('All rejected rows of a dry run can be read and downloaded, as those of an import', async (t) => {
    const rows = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? `bad,N${i}` : `${freshNumber()},N${i}`))
    const text = ['phone,name', ...rows].join('\n')
    const id = await tester.createCampaign()
    const dryRun = (await tester.upload(id, text, { dry_run: 'true' })).body
    t.match(dryRun, { is_dry_run: true, total: 300, created: 150, rejected: 150 })
    t.same(await tester.contacts(id), [])
    const listed = await rejectedOfImport(dryRun.import_id)
    t.equal(listed.length, 150)
    t.match(listed[149], { line: 300, code: 'invalid_phone_number', cells: ['bad', 'N298'] })
    const imported = (await tester.upload(id, text)).body
    t.same(await rejectedOfImport(imported.import_id), listed)
    t.equal(await exportOf(dryRun.import_id), await exportOf(imported.import_id))
    await checkCounts(t, tester, id, dryRun.import_id)
  })

  t.test(
    'With on_duplicate = reject a dry run lists the duplicates that the import would reject',
    async (t) => {
      const id = await tester.createCampaign()
      const [known, repeated, suppressed] = [freshNumber(), freshNumber(), freshNumber()]
      await tester.request('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: known }] })
      await tester.request('POST', '/api/suppressions', { phone_number: suppressed })
      const text = ['phone', known, repeated, 'bad', repeated, suppressed, suppressed].join('\n')
      const fields = { on_duplicate: 'reject' }
      const dryRun = (await tester.upload(id, text, { ...fields, dry_run: 'true' })).body
      t.match(dryRun, { created: 1, suppressed: 2, rejected: 3, refusals: { duplicate: 2 } })
      const listed = await rejectedOfImport(dryRun.import_id)
      t.match(listed, [
        { line: 2, code: 'duplicate', cells: [known] },
        { line: 4, code: 'invalid_phone_number', cells: ['bad'] },
        { line: 5, code: 'duplicate', cells: [repeated] },
      ])
      const imported = (await tester.upload(id, text, fields)).body
      t.same(await rejectedOfImport(imported.import_id), listed)
    },
  )

  t.test(
    'With on_duplicate = update a dry run lists the rows whose data would become too large, as the import does',
    async (t) => {
      const id = await tester.createCampaign()
      const [grows, shrinks, added, suppressed] = [freshNumber(), freshNumber(), freshNumber(), freshNumber()]
      const half = ['a', 'b', 'c', 'd'].map((name) => `"${name.repeat(9_000)}"`).join()
      const columns = (names: string, rows: string[]) => [`phone,${names}`, ...rows].join('\n')
      await tester.upload(id, columns('a,b,c,d', [`${grows},${half}`, `${shrinks},${half}`]))
      await tester.request('POST', '/api/suppressions', { phone_number: suppressed })
      const rows = [grows, shrinks, added, suppressed].map((number) => `${number},${half}`)
      const text = columns('e,f,g,h', [...rows, `${shrinks},,,,`, 'bad,,,,'])
      const fields = { on_duplicate: 'update' }
      const dryRun = (await tester.upload(id, text, { ...fields, dry_run: 'true' })).body
      const counts = {
        total: 6,
        created: 1,
        updated: 2,
        suppressed: 1,
        rejected: 2,
        refusals: { contact_data_too_large: 1, invalid_phone_number: 1 },
      }
      t.match(dryRun, counts)
      const listed = await rejectedOfImport(dryRun.import_id)
      t.match(listed, [
        { line: 2, code: 'contact_data_too_large', detail: /^With the stored values of the contact/ },
        { line: 7, code: 'invalid_phone_number' },
      ])
      const exported = await exportOf(dryRun.import_id)
      const imported = (await tester.upload(id, text, fields)).body
      t.match(imported, counts)
      t.same(imported.errors, dryRun.errors)
      t.same(await rejectedOfImport(imported.import_id), listed)
      t.equal(await exportOf(imported.import_id), exported)
    },
  )

  t.test('The export of an upload, uploaded again, gives the same rejected rows', async (t) => {
    const id = await tester.createCampaign()
    const rows = difficultCells.map((cell) => quoted(['bad', cell, cell]))
    const text = ['Абонент,Name,Note', quoted([freshNumber(), '', '']), ...rows, 'bad,a,b,surplus'].join('\n')
    const fields = { default_country: 'RU', mapping: '{"Абонент": "phone_number"}' }
    const first = (await tester.upload(id, text, fields)).body
    t.match(first, { created: 1, rejected: rows.length + 1 })
    const second = (await tester.upload(id, await exportOf(first.import_id), { default_country: 'RU' })).body
    t.match(second, { created: 0, rejected: rows.length + 1, refusals: first.refusals })
    const body = (csv: string) => csv.replaceAll(/\r\n\d+,/g, '\r\n')
    t.equal(body(await exportOf(second.import_id)), body(await exportOf(first.import_id)))
    const [listed, again] = await Promise.all(
      [first, second].map(({ import_id }) => rejectedOfImport(import_id)),
    )
    t.same(
      again?.map(({ cells }) => cells.slice(3)),
      listed?.map(({ cells }) => cells),
    )
  })
})
