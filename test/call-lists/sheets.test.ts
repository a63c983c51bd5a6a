import { test } from 'tap'
import { contactsOf, failureOf, readFile } from './read-file.ts'
import { numberCell, row, textCell, type WorkbookInput, workbook } from './workbook-files.ts'

const people = [
  ['Phone', 'Name', 'City'],
  ['+79160000001', 'Anna', 'Perm'],
  ['+79160000002', 'Boris', 'Orel'],
]
const contacts = [
  ['+79160000001', 'Anna', { City: 'Perm' }],
  ['+79160000002', 'Boris', { City: 'Orel' }],
]
/** Rows whose cells refer to shared strings. */
const sharedRows = [0, 3, 6]
  .map((first) => row([0, 1, 2].map((i) => `<c t="s"><v>${first + i}</v></c>`)))
  .join('')
const shared = { sheets: [{ rows: sharedRows }], sharedStrings: people.flat() }

test('Archives that spreadsheet programs write are read', async (t) => {
  const archives: Record<string, WorkbookInput> = {
    compressed: shared,
    'stored parts': { ...shared, isStored: true },
    'ZIP64 fields': { ...shared, isZip64: true },
    'stored parts with ZIP64 fields': { ...shared, isStored: true, isZip64: true },
    'backslashes in part names': { ...shared, rename: (name) => name.replaceAll('/', '\\') },
    'upper case in part names': {
      ...shared,
      rename: (name) => name.replace('sharedStrings', 'SharedStrings').replace('sheet1', 'Sheet1'),
    },
    'part names in upper case': { ...shared, rename: (name) => name.toUpperCase() },
    'part names that start with a dot': { ...shared, rename: (name) => name.replace(/^xl/, 'XL') },
  }
  for (const [name, input] of Object.entries(archives)) {
    t.same(contactsOf(await readFile(workbook(input))), contacts, name)
  }
  t.equal(
    await failureOf(workbook({ ...shared, rename: (name) => name.replace('xl/styles', '..\\styles') })),
    'suspicious_archive',
  )
  t.equal(await failureOf(workbook({ sheets: [] })), 'broken_workbook')
  const truncated = `${row([textCell('Phone')])}${row([textCell('+79160000001')])}<row><c`
  const broken = workbook({ sheets: [{ rows: truncated }] })
  t.equal(await failureOf(broken), 'broken_workbook', 'a sheet that ends within a row')
})

test('The first visible sheet is read unless one is named', async (t) => {
  const old = [['Phone'], ['+79160009999']]
  const sheets = [
    { name: 'old', state: 'hidden' as const, rows: old },
    { name: 'settings', state: 'veryHidden' as const, rows: [['x']] },
    { name: 'List', rows: people },
    { name: 'Больше', rows: [['Phone'], ['+79160000003']] },
  ]
  const file = workbook({ sheets })
  const first = await readFile(file)
  t.same(contactsOf(first), contacts)
  t.match(first.reading, { sheet: 'List', sheets: ['old', 'settings', 'List', 'Больше'] })
  t.match(await readFile(file, { sheet: 'больше' }), {
    reading: { sheet: 'Больше' },
    rows: [{ phone_number: '+79160000003' }],
  })
  t.match((await readFile(file, { sheet: 'old' })).rows, [{ phone_number: '+79160009999' }])
  t.equal(await failureOf(file, { sheet: 'new' }), 'unknown_sheet')
})

test('Cells are read as they are displayed, without loss of digits', async (t) => {
  const cases: [string, string | number, string][] = [
    ['General', 79161234567, '79161234567'],
    ['General', '7.9161234567E10', '79161234567'],
    ['General', '0.30000000000000004', '0.3'],
    ['General', '123456789012345', '123456789012345'],
    ['0.00E+00', 79161234567, '79161234567'],
    ['#,##0', 79161234567, '79161234567'],
    ['#,##0.00', 1234.5, '1,234.50'],
    ['#,##0', 1234567, '1,234,567'],
    ['0000000000', 612345678, '0612345678'],
    ['00000', 1234, '01234'],
    ['0%', 0.25, '25%'],
    ['+0', 79161234567, '+79161234567'],
    ['\\+0 (000) 000\\-00\\-00', 79161234567, '+7 (916) 123-45-67'],
    ['[<=9999999]###-####;(###) ###-####', 5551234, '555-1234'],
    ['[<=9999999]###-####;(###) ###-####', 2025550123, '(202) 555-0123'],
    ['#,##0.00\\ "₽";[Red]\\-#,##0.00\\ "₽"', -1200, '-1,200.00 ₽'],
    ['0;-0;"none"', 0, 'none'],
    ['h:mm', 0.375, '9:00'],
    ['hh:mm:ss', 0.375, '09:00:00'],
    ['h:mm AM/PM', 0.75, '6:00 PM'],
    ['[h]:mm', 1.125, '27:00'],
    ['[mm]:ss', 0.0625, '90:00'],
    ['mm:ss', 0.0104166666666667, '15:00'],
    ['yyyy-mm-dd', 46000, '2025-12-09'],
    ['d.m.yy h:mm', 46000.5, '2025-12-09 12:00:00'],
    ['[$-419]d mmmm yyyy;@', 46000, '2025-12-09'],
  ]
  for (const [format, value, shown] of cases) {
    const rows = row(['Phone', 'Value'].map(textCell)) + row([textCell('+79160000001'), numberCell(value, 1)])
    const { rows: read } = await readFile(workbook({ sheets: [{ rows }], formats: [format] }))
    t.equal(read[0]?.contact_data.Value, shown, `${value} as ${format}`)
  }
  const rows = row([textCell('Phone'), textCell('Since')]) + row([textCell('+79160000001'), numberCell(1, 1)])
  const macDates = workbook({ sheets: [{ rows }], formats: ['yyyy-mm-dd'], date1904: true })
  t.equal((await readFile(macDates)).rows[0]?.contact_data.Since, '1904-01-02', 'days from 1904')
})

test('A number keeps the zeros that its format shows', async (t) => {
  const cells = [numberCell(612345678, 1), textCell('Roma')]
  const rows = row(['Phone', 'Name'].map(textCell)) + row(cells)
  const file = workbook({ sheets: [{ rows }], formats: ['0000000000'] })
  t.same(contactsOf(await readFile(file, { country: 'IT' })), [['+390612345678', 'Roma', {}]])
})

test('Errors and NULL are empty; rich text and escapes are text', async (t) => {
  const values = [
    '<c t="e"><f>VLOOKUP(1,B:C,2,0)</f><v>#N/A</v></c>',
    '<c t="e"><v>#REF!</v></c>',
    '<c t="e"><v>#DIV/0!</v></c>',
    textCell('NULL'),
    textCell('#Н/Д'),
    textCell('Null'),
    '<c t="inlineStr"><is><r><t>An</t></r><r><t>na</t></r><rPh><t>x</t></rPh></is></c>',
    '<c t="str"><f>A1</f><v>A_x0042_C &amp; D</v></c>',
  ]
  const rows =
    row(['Phone', 'Name'].map(textCell)) +
    values.map((cell, i) => row([textCell(`+7916000000${i}`), cell])).join('')
  const { rows: read } = await readFile(workbook({ sheets: [{ rows }] }))
  t.same(
    read.map(({ contact_name }) => contact_name),
    [null, null, null, null, null, 'Null', 'Anna', 'ABC & D'],
  )
})

test('Styled cells without content are no columns and no rows', async (t) => {
  const rows =
    row([textCell('Phone'), '<c r="XFD1" s="1"/>']) +
    row([textCell('+79160000001'), '<c r="XFD2" s="1"><v></v></c>']) +
    Array.from({ length: 1_000 }, (_, i) => row([`<c r="A${i + 3}" s="1"/>`], `r="${i + 3}"`)).join('')
  const read = await readFile(workbook({ sheets: [{ rows }], formats: ['0'] }))
  t.same(read.reading.columns, ['Phone'])
  t.same(contactsOf(read), [['+79160000001', null, {}]])
})

test('Rows with false or repeated numbers, and attributes with >, are read', async (t) => {
  const rows =
    row([textCell('Phone')], 'r="5" spans="1>2"') +
    row([textCell('+79160000001')], 'r="5"') +
    row([textCell('+79160000002')], 'r="99999999999"') +
    row([textCell('+79160000003')], "r='2' x='\">'")
  const read = await readFile(workbook({ sheets: [{ rows }] }))
  t.same(
    read.rows.map(({ line, phone_number }) => [line, phone_number?.slice(-1)]),
    [
      [6, '1'],
      [7, '2'],
      [8, '3'],
    ],
  )
})

test('Columns without a name, right of the heading of a sheet, are read', async (t) => {
  const rows = [['Phone'], ['+79160000001', 'Anna'], ['+79160000002', '', 'note']]
  const read = await readFile(workbook({ sheets: [{ rows }] }))
  t.same(contactsOf(read), [
    ['+79160000001', null, { column_2: 'Anna' }],
    ['+79160000002', null, { column_3: 'note' }],
  ])
})

test('Hidden rows are counted, and skipped or taken by an option', async (t) => {
  const rows = [
    row([textCell('Phone'), textCell('Status')]),
    row([textCell('+79160000001'), textCell('refused')], 'hidden="1"'),
    row([textCell('+79160000002'), textCell('new')]),
    row([textCell('+79160000003'), textCell('new')], 'hidden="true"'),
    row([textCell('+79160000004'), textCell('new')], 'hidden="0"'),
  ].join('')
  const file = workbook({ sheets: [{ rows }] })
  const numbers = async (hiddenRows?: 'skip' | 'take') => {
    const read = await readFile(file, { hiddenRows })
    return [read.rows.map(({ phone_number }) => phone_number?.slice(-1)).join(), read.reading.hidden_rows]
  }
  t.same(await numbers(), ['2,4', { count: 2, taken: false }])
  t.same(await numbers('skip'), ['2,4', { count: 2, taken: false }])
  t.same(await numbers('take'), ['1,2,3,4', { count: 2, taken: true }])
  const allHidden = workbook({
    sheets: [{ rows: row([textCell('Phone')]) + row([textCell('+79160000001')], 'hidden="1"') }],
  })
  await t.rejects(readFile(allHidden), { code: 'empty_file', message: /Hidden rows: 1\. Set hidden_rows/ })
})
