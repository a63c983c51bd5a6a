import { test } from 'tap'
import { contactsOf, failureOf, readFile } from './read-file.ts'

const lines = (...rows: string[]) => rows.join('\n')
const [anna, boris, carla] = ['+79160000001', '+79160000002', '+79160000003']

test('A heading is found by its names or by the contents of the rows below it', async (t) => {
  const cases: [string, string, number | null, string[]][] = [
    ['unknown names', `Связь с клиентом;Имя;Город\n${anna};Анна;Пермь\n${boris};Борис;Орёл`, 1, []],
    ['one column', `Clients\n${anna}\n${boris}`, 1, []],
    [
      'a title',
      `Clients of November\n\nContact;Who\n${anna};Anna\n${boris};Boris`,
      3,
      ['Clients of November'],
    ],
    [
      'a long title, which is cut before a character of two units',
      `${'x'.repeat(199)}😀\nphone;name\n${anna};Anna`,
      2,
      ['x'.repeat(199)],
    ],
    ['titles', `Report\nfor;2026\nA;B;C\n${anna};Anna;x`, 3, ['Report', 'for | 2026']],
    [
      'a title with a number',
      `Acme +7 495 000-00-09\nphone;name\n${anna};Anna`,
      2,
      ['Acme +7 495 000-00-09'],
    ],
    ['none', `${anna};Anna\n${boris};Boris`, null, []],
    ['numbers in pairs', `A;B\n${anna}, ${boris};Anna\n${carla};Carla`, 1, []],
    ['none, with an alias as a label', `${anna};Mobile\n${boris};Phone\n;Mobile`, null, []],
    ['none, and a number that is cut off', `Анна;8 916 000\nБорис;${boris}\nОльга;${carla}`, null, []],
    ['none, and a first row without a number', `Анна;\nБорис;${boris}\nОльга;${carla}`, null, []],
  ]
  for (const [name, text, headingLine, above] of cases) {
    const { reading, rows } = await readFile(text, { country: 'RU' })
    t.match(reading, {
      heading_line: headingLine,
      lines_above_heading: above.length,
      text_above_heading: above,
    })
    const counted = rows.length + above.length + (headingLine === null ? 0 : 1)
    t.equal(counted, text.split('\n').filter((line) => line !== '').length, `${name}: every line is counted`)
  }
})

test('The column of phone numbers is chosen by its contents', async (t) => {
  const chosen: [string, string, string][] = [
    [
      'a tax number',
      lines('Анна;7707083893;+7 (916) 000-00-01', 'Борис;7707083894;+7 (916) 000-00-02'),
      anna,
    ],
    [
      'tax numbers without a plus sign beside them',
      lines('7707083893;89160000001', '7736050003;89160000002'),
      anna,
    ],
    ['dates', lines('20260101;+79160000001', '20260102;+79160000002'), anna],
    ['running numbers', lines('1000001;89160000001', '1000002;89160000002'), anna],
    ['prices', lines('1234567,50;89160000001', '7654321,50;89160000002'), anna],
    [
      'a vague name of running numbers',
      lines('Номер;ФИО;Телефон', `1;Анна;${anna}`, `2;Борис;${boris}`),
      anna,
    ],
    ['a vague name and an unknown one', lines('Номер;Связь', `1;${anna}`, `2;${boris}`), anna],
    ['a name whose contents do not fit', lines('Phone;Reach', `n/a;${anna}`, `none;${boris}`), anna],
    ['vague names of numbers', lines('Номер;Имя', '89160000001;Анна'), anna],
  ]
  for (const [name, text, number] of chosen) {
    const { rows } = await readFile(text, { country: 'RU' })
    t.equal(rows[0]?.phone_number, number, name)
  }
  const tied = lines(`${anna};Anna;+74950000001`, `${boris};Boris;+74950000002`)
  t.equal(await failureOf(tied), 'ambiguous_columns')
  t.equal(
    await failureOf(lines('A;B', tied)),
    'unknown_column'.replace('unknown_column', 'ambiguous_columns'),
  )
  await t.rejects(readFile(tied), { message: /Both "column_1" and "column_3" hold phone numbers/ })
  const answered = await readFile(tied, { mapping: { column_3: 'phone_number' } })
  t.match(answered.rows, [{ phone_number: '+74950000001', contact_data: { column_1: anna } }])
  const both = { mapping: { column_3: 'phone_number', column_1: 'phone_number' } }
  t.match((await readFile(tied, both)).rows, [
    { phone_number: '+74950000001', further_numbers: [{ phone_number: anna }] },
  ])
  t.equal(await failureOf('name;city\nAnna;Perm'), 'no_phone_column')
  t.equal(await failureOf('Анна;Пермь\nБорис;Орёл'), 'no_phone_column')
})

test('A name gives way when the contents do not fit the field', async (t) => {
  const text = lines(
    'phone;Priority;Zone;Call time',
    `${anna};High;North;morning`,
    `${boris};Low;South;evening`,
  )
  const read = await readFile(text)
  t.same(contactsOf(read)[0], [anna, null, { Priority: 'High', Zone: 'North', 'Call time': 'morning' }])
  t.same(read.reading.unfit_columns, {
    Priority: 'priority',
    Zone: 'timezone',
    'Call time': 'next_attempt_at',
  })
  const fitting = await readFile(lines('phone;Priority', `${anna};High`, `${boris};5`))
  t.match(fitting.rows, [{ code: 'invalid_priority' }, { priority: 5 }], 'one value that fits is enough')
})

test('Columns with the same name get a suffix', async (t) => {
  const read = await readFile(lines('phone;Note;note;Note', `${anna};a;b;c`))
  t.same(contactsOf(read), [[anna, null, { Note: 'a', note_2: 'b', Note_3: 'c' }]])
  const phones = await readFile(lines('Телефон;Телефон;Имя', `${anna};${boris};Анна`))
  t.same(phones.reading.phones, ['Телефон', 'Телефон_2'])
  t.match(phones.rows, [{ phone_number: anna, further_numbers: [{ phone_number: boris }] }])
})

test('All phone columns are read in order, and the first valid number is the contact', async (t) => {
  const text = lines(
    'Рабочий телефон;Мобильный телефон;Факс;Имя',
    `+74950000001;${anna};+74950000009;Анна`,
    '+74950000002;;;Борис',
    '+74950000003;нет;;Ольга',
    'нет;;;Пётр',
  )
  const read = await readFile(text)
  t.same(read.reading.phones, ['Мобильный телефон', 'Рабочий телефон'])
  t.same(contactsOf(read), [
    [anna, 'Анна', { 'Рабочий телефон': '+74950000001', Факс: '+74950000009' }, ['+74950000001']],
    ['+74950000002', 'Борис', { 'Рабочий телефон': '+74950000002' }],
    ['+74950000003', 'Ольга', { 'Мобильный телефон': 'нет', 'Рабочий телефон': '+74950000003' }],
    'invalid_phone_number',
  ])
})

test('A column of phone numbers with few valid ones is tried too', async (t) => {
  const others = Array.from({ length: 4 }, (_, i) => `n/a;+7495000000${i}`)
  const { reading, rows } = await readFile(lines('Mobile;Work Phone', `${anna};+74950000009`, ...others))
  t.same(reading.phones, ['Mobile', 'Work Phone'])
  t.match(rows, [{ phone_number: anna }, { phone_number: '+74950000000' }])
})

test('Lines that cannot be read are rejected, also more than the sample has', async (t) => {
  const invalid = Array.from({ length: 250 }, () => '{not json')
  const { rows } = await readFile(lines(...invalid, `{"phone":"${anna}"}`))
  t.equal(rows.filter(({ code }) => code === 'invalid_json').length, 250)
  t.equal(rows.at(-1)?.phone_number, anna)
})

test('Lines may end with CRLF, LF and CR in one file', async (t) => {
  for (const text of [
    `phone,name\r\n${anna},Anna\n${boris},Boris\n${carla},Carla\n`,
    `phone,name\n${anna},Anna\r\n${boris},Boris\r${carla},Carla`,
    `phone,name\r${anna},Anna\r${boris},Boris\n\n\r\n${carla},Carla\r\n`,
  ]) {
    const read = await readFile(text)
    t.same(contactsOf(read), [
      [anna, 'Anna', {}],
      [boris, 'Boris', {}],
      [carla, 'Carla', {}],
    ])
  }
})

test('A stray quote does not swallow contacts', async (t) => {
  const rows = (...names: string[]) =>
    lines('Phone;Name', ...names.map((name, i) => `+7916000000${i + 1};${name}`))
  const codes = async (text: string) => (await readFile(text)).rows.map(({ line, code }) => [line, code])
  const stray = 'stray_quote'
  t.same(await codes(rows('"Anna', 'Boris', '"Carla', 'Dan')), [
    [2, stray],
    [3, stray],
    [4, stray],
    [5, null],
  ])
  for (const lineEnd of ['\r\n', '\r']) {
    const text = `${rows('Zoe', '"Anna', 'Boris', '"Carla', 'Dan')}\n`.replaceAll('\n', lineEnd)
    const expected = [2, 3, 4, 5, 6].map((line) => [line, line > 2 && line < 6 ? stray : null])
    t.same(await codes(text), expected, JSON.stringify(lineEnd))
  }
  t.same(await codes(rows('Anna', '"Boris', 'Carla "x"', 'Dan"', 'Eve')), [
    [2, null],
    [3, stray],
    [4, stray],
    [5, null],
    [6, null],
  ])
  const broken = await readFile(rows('"Anna', 'Boris"', 'Carla'))
  t.match(broken.rows, [
    { code: stray, detail: /line 2 makes one cell of lines 2 to 3/, cells: [anna, 'Anna'] },
    { code: stray, cells: [boris, 'Boris'] },
    { code: null },
  ])
  t.same(await codes(rows('"Anna\nB. Lane 5\n2026-12-01 10:00"', '"O""Neill"', 'a "b" c')), [
    [4, null],
    [5, null],
    [6, null],
  ])
  t.same(await codes(rows(`"Anna\ncall ${carla}"`, 'Boris')), [
    [3, stray],
    [4, null],
  ])
})

test('Cells written as formulas or escaped for a spreadsheet are read as their text', async (t) => {
  const text = lines(
    'Phone,Name,Zip,Note',
    `="${anna}",="Anna",="01234",'=1+1`,
    `"=""${boris}""","=""O""""Neill""",="",'@home`,
    `'${carla},'Carla,'-5,#N/A`,
  )
  t.same(contactsOf(await readFile(text)), [
    [anna, 'Anna', { Zip: '01234', Note: '=1+1' }],
    [boris, 'O"Neill', { Note: '@home' }],
    [carla, "'Carla", { Zip: '-5' }],
  ])
})

test('Rejected rows keep their cells at any length, and large integers stay exact', async (t) => {
  const note = 'x'.repeat(9_999)
  const { rows } = await readFile(lines('phone,note', `bad,${note}`))
  t.same(rows[0]?.cells, ['bad', note])
  const json = `{"phone":"${anna}","contract":12345678901234567890,"sum":1.2345678901234567,"text":"a 12345678901234567890","list":[9007199254740993,5]}`
  t.same(contactsOf(await readFile(json)), [
    [
      anna,
      null,
      {
        contract: '12345678901234567890',
        sum: 1.2345678901234567,
        text: 'a 12345678901234567890',
        list: ['9007199254740993', 5],
      },
    ],
  ])
})

test('A number without a country code is not called when another column names another country', async (t) => {
  const text = lines(
    'Country code,Phone,Country',
    '44,7911123456,GB',
    '+49,030 123456,Germany',
    '0044,+44 7911 123457,GB',
    ',030 1234567,de',
    'n/a,030 1234568,FR',
    '44,+44 7911 123458:::0301234569,GB',
  )
  const { rows } = await readFile(text, { country: 'DE' })
  t.same(
    rows.map(({ phone_number, code }) => code ?? phone_number),
    [
      'ambiguous_phone_number',
      '+4930123456',
      '+447911123457',
      '+49301234567',
      'ambiguous_phone_number',
      '+447911123458',
    ],
  )
  t.match(rows[0]?.detail, /The column "Country code" has the country code 44/)
  t.same(rows[5]?.further_numbers, [], 'nor is it a further number')
})
