import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { writeXlsx } from 'hucre/xlsx'
import { test } from 'tap'
import { readPhoneCell } from '../../src/modules/call-lists/file/phone-cell.ts'
import { readInThread } from '../../src/modules/call-lists/file/reader-pool.ts'
import { startTestService } from '../setup/service.ts'
import { boundary, checkCounts, encoded, form, freshNumber, ImportTester } from './setup.ts'
import { workbook, zip } from './workbook-files.ts'

test('A cell with a phone number is read if no digit was lost, and rejected with a reason otherwise', (t) => {
  const valid: [string, string, string?][] = [
    ['+79161234567', '+79161234567'],
    ['8 (916) 123-45-67', '+79161234567'],
    ['9161234567', '+79161234567'],
    ['79161234567', '+79161234567'],
    ['+7 916 123 45 67', '+79161234567'],
    ["'+79161234567", '+79161234567'],
    ['79161234567.0', '+79161234567'],
    ['79161234567,0', '+79161234567'],
    ['7.9161234567E+10', '+79161234567'],
    ['7,9161234567E+10', '+79161234567'],
    ['\u202d+7\u00a0916\u2009123\u202f45-67\u202c', '+79161234567'],
    ['\ufeff8 916 123 45 67', '+79161234567'],
    ['+44 20 7946 0958', '+442079460958'],
    ['442079460958', '+442079460958'],
    ['+1 (202) 555-0143', '+12025550143'],
    ['8 800 555-35-35', '+78005553535'],
    ['+7 495 123-45-67 доб. 102', '+74951234567', '102'],
    ['+1 202 555 0143 ext. 5', '+12025550143', '5'],
    ['+12025550143x77', '+12025550143', '77'],
  ]
  for (const [cell, number, extension] of valid) {
    t.same(readPhoneCell(cell, 'RU'), { ok: true, number, ...(extension && { extension }) }, cell)
  }
  const invalid: [string, string][] = [
    ['', 'no_phone_number'],
    ['   ', 'no_phone_number'],
    ['7.99912E+10', 'phone_in_scientific_notation'],
    ['7,99912E+10', 'phone_in_scientific_notation'],
    ['7.9E10', 'phone_in_scientific_notation'],
    ['+79161234567, +79167654321', 'several_phone_numbers'],
    ['89161234567;89167654321', 'several_phone_numbers'],
    ['89161234567 или 89167654321', 'several_phone_numbers'],
    ['Anna', 'invalid_phone_number'],
    ['12', 'invalid_phone_number'],
    ['+7916123456789012', 'invalid_phone_number'],
  ]
  for (const [cell, code] of invalid) t.match(readPhoneCell(cell, 'RU'), { ok: false, code }, cell)
  t.match(readPhoneCell('9161234567', undefined), { ok: false, code: 'invalid_phone_number' }, 'no country')
  t.end()
})

test('Reading files', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)

  t.test('Encoding and delimiter are detected', async (t) => {
    const encodings = [
      'utf-8',
      'utf-8 with BOM',
      'utf-16le',
      'utf-16be',
      'utf-16le without BOM',
      'windows-1251',
      'koi8-r',
      'ibm866',
    ]
    for (const encoding of encodings) {
      for (const separator of [';', ',', '\t', '|']) {
        const id = await tester.createCampaign()
        const cells = [
          ['Телефон', 'Имя', 'Город'],
          ['8 916 123 45 67', 'Анна Петрова', 'Нижний Новгород'],
          ['8 916 123 45 68', `Пётр ${separator} "младший"`, 'Орёл'],
        ]
        const quoted = (cell: string) => (/["|,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
        const text = cells.map((row) => row.map(quoted).join(separator)).join('\r\n')
        const { status, body } = await tester.upload(id, encoded(text, encoding), { default_country: 'RU' })
        t.match(
          { status, body },
          { status: 200, body: { total: 2, created: 2, rejected: 0 } },
          `${encoding} ${separator}`,
        )
        t.equal(body.reading?.delimiter, separator)
        t.match(
          await tester.contacts(id),
          [
            {
              phone_number: '+79161234567',
              contact_name: 'Анна Петрова',
              contact_data: { Город: 'Нижний Новгород' },
            },
            {
              phone_number: '+79161234568',
              contact_name: `Пётр ${separator} "младший"`,
              contact_data: { Город: 'Орёл' },
            },
          ],
          `${encoding} ${separator}`,
        )
      }
    }
  })

  t.test(
    'The encoding is detected from the first letter that is not ASCII, also late in a long file',
    async (t) => {
      const id = await tester.createCampaign()
      const asciiRows = Array.from({ length: 8_000 }, () => `${freshNumber()};Anna`).join('\r\n')
      const text = `phone;name\r\n${asciiRows}\r\n${freshNumber()};Анна Иванова\r\n`
      const { body } = await tester.upload(id, encoded(text, 'windows-1251'))
      t.match(body, { created: 8_001, reading: { encoding: 'windows-1251' } })
      t.equal((await tester.contacts(id)).at(-1)?.contact_name, 'Анна Иванова')
      const mixedEncodings = Buffer.concat([
        Buffer.from('phone;name\r\n+79990000000;Анна\r\n'),
        encoded('+79990000001;Анна', 'windows-1251'),
      ])
      const rejected = await tester.upload(
        await tester.createCampaign(),
        Buffer.concat([mixedEncodings, Buffer.from('\r\n')]),
        {
          encoding: 'utf-8',
        },
      )
      t.match(rejected, { status: 422, body: { code: 'invalid_encoding' } })
      const withEncoding = await tester.upload(
        await tester.createCampaign(),
        encoded('phone;name\r\n+79990000001;Анна', 'koi8-r'),
        {
          encoding: 'koi8-r',
        },
      )
      t.match(withEncoding.body, { created: 1, reading: { encoding: 'koi8-r' } })
    },
  )

  t.test(
    'sep= lines, titles above the header, missing headers, empty lines and any line ends are accepted',
    async (t) => {
      const cases: [string, number, string?][] = [
        ['sep=|\r\nphone|name\r\n+79161234501|A\r\n', 1],
        ['Clients of November\r\n\r\nphone;name\r\n+79161234502;A\r\n', 1],
        ['+79161234503\n+79161234504', 2],
        ['Anna;+79161234505\nBoris;+79161234506\n', 2],
        ['phone\r+79161234507\r+79161234508', 2, 'line ends of classic Mac OS'],
        ['phone;name\n\n\n+79161234509;A\n   \n', 1],
      ]
      for (const [text, created, name] of cases) {
        const id = await tester.createCampaign()
        const { body } = await tester.upload(id, text)
        t.equal(
          body.created,
          created,
          `${name ?? JSON.stringify(text)}: ${JSON.stringify(body).slice(0, 300)}`,
        )
        await checkCounts(t, tester, id, body.import_id)
      }
    },
  )

  t.test('Columns are mapped by their names or by the mapping of the request', async (t) => {
    const id = await tester.createCampaign({ timezone: 'Europe/Moscow' })
    const text = [
      'Клиент;Моб. телефон;Часовой пояс;Приоритет;Позвонить в;City;Notes',
      'Anna;+79161234501;Asia/Vladivostok;5;2026-12-01 10:00;Perm;x',
      'Boris;+79161234502;;;01.12.2026 10:00;;',
      'Carla;+442079460958;;-3;2026-12-01T10:00:00+03:00;;',
    ].join('\n')
    const mapping = JSON.stringify({ 'Моб. телефон': 'phone_number', City: 'city', Notes: null })
    const { body } = await tester.upload(id, text, { mapping })
    t.match(body, {
      created: 3,
      reading: { mapping: { Клиент: 'contact_name', City: 'contact_data.city', Notes: null } },
    })
    t.match(await tester.contacts(id), [
      {
        contact_name: 'Anna',
        timezone: 'Asia/Vladivostok',
        timezone_source: 'given',
        priority: 5,
        contact_data: { city: 'Perm' },
        next_attempt_at: '2026-12-01 00:00:00+00',
      },
      { contact_data: {}, priority: 0, next_attempt_at: '2026-12-01 07:00:00+00' },
      {
        dial_timezone: 'Europe/London',
        timezone_source: 'number',
        priority: -3,
        next_attempt_at: '2026-12-01 07:00:00+00',
      },
    ])
  })

  t.test('Cells of a workbook are read as the text that a spreadsheet shows', async (t) => {
    const id = await tester.createCampaign()
    const file = await writeXlsx({
      sheets: [
        {
          name: 'Contacts',
          rows: [
            ['Phone', 'Name', 'Balance', 'Since'],
            [79161234567, 'Анна', 12.5, new Date('2026-01-02T00:00:00Z')],
            ['+7 916 123-45-68', 'Boris', true, null],
            ['nobody', 'Carla', null, null],
          ],
        },
      ],
    })
    const { status, body } = await tester.upload(id, Buffer.from(file), { default_country: 'RU' }, 'a.xlsx')
    t.match(
      { status, body },
      { status: 200, body: { total: 3, created: 2, rejected: 1, reading: { format: 'xlsx' } } },
    )
    t.match(body.errors, [{ line: 4, code: 'invalid_phone_number' }])
    t.match(await tester.contacts(id), [
      {
        phone_number: '+79161234567',
        contact_name: 'Анна',
        contact_data: { Balance: '12.5', Since: '2026-01-02' },
      },
      { phone_number: '+79161234568' },
    ])
  })

  t.test('A dry run shows the sheet, the heading and the phone columns that were chosen', async (t) => {
    const id = await tester.createCampaign()
    const rows = [
      ['Clients of November'],
      ['Work Phone', 'Mobile', 'Name', 'Priority'],
      ['+74950000001', '', 'Anna', 'High'],
      ['+74950000002', '+79160000002', 'Boris', 'Low'],
    ]
    const file = workbook({
      sheets: [
        { name: 'old', state: 'hidden', rows: [['Phone'], ['+79160009999']] },
        { name: 'List', rows },
      ],
    })
    const { body } = await tester.upload(id, file, { dry_run: 'true' })
    t.match(body, {
      created: 2,
      reading: {
        sheet: 'List',
        sheets: ['old', 'List'],
        hidden_rows: { count: 0, taken: false },
        heading_line: 2,
        lines_above_heading: 1,
        text_above_heading: ['Clients of November'],
        phones: ['Mobile', 'Work Phone'],
        unfit_columns: { Priority: 'priority' },
      },
      preview: [
        { phone_number: '+74950000001', further_numbers: [] },
        {
          phone_number: '+79160000002',
          further_numbers: [{ phone_number: '+74950000002', phone_extension: null }],
        },
      ],
    })
    t.same(await tester.contacts(id), [])
  })

  t.test('The file of rejected rows holds the cells as they came', async (t) => {
    const id = await tester.createCampaign()
    const cells = [`=1+1 ${'x'.repeat(1_500)}`, "'quoted", '="Anna"', '@home', '-5', 'a "b", c']
    const quoted = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')
    const { body } = await tester.upload(id, `phone,a,b,c,d,e,f\nbad,${quoted}`)
    t.match(body, { created: 0, rejected: 1 })
    const rejectedRows = `/api/imports/${body.import_id}/rejected`
    t.same((await tester.request('GET', rejectedRows)).body.items[0].cells, ['bad', ...cells])
    const file = (await tester.request('GET', `${rejectedRows}/export`)).body as string
    const again = await tester.upload(id, file.replace(',bad,', `,${freshNumber()},`))
    t.match(again.body, { created: 1, rejected: 0 })
    const [a, b, , d, e, f] = cells
    t.same((await tester.contacts(id))[0]?.contact_data, { a, b, c: 'Anna', d, e, f })
  })

  t.test('JSON Lines keep the types of their values, and invalid lines are rejected', async (t) => {
    const id = await tester.createCampaign()
    const lines = [
      '{"phone": "+79161234567", "name": "Anna", "visits": 3, "tags": ["a"]}',
      '{"phone": "+79161234568", "name": "Boris"}',
      'not json',
      '{"phone": "+79161234569", "city": "Omsk"}',
      ...Array.from({ length: 96 }, () => '{"phone": "+79161234567"}'),
      '{"phone": "+79161234570", "surprise": 1}',
    ]
    const { body } = await tester.upload(id, lines.join('\n'), {}, 'list.jsonl')
    t.match(body, { total: 101, created: 3, rejected: 2, refusals: { invalid_json: 1, unknown_key: 1 } })
    t.match(await tester.contacts(id), [
      { contact_data: { visits: 3, tags: ['a'] } },
      { contact_data: {} },
      { contact_data: { city: 'Omsk' } },
    ])
  })

  t.test('A value that PostgreSQL cannot store is rejected, and exported with a replacement', async (t) => {
    const id = await tester.createCampaign()
    const lines = [
      '{"phone": "+79161234567", "tags": ["\\\\u0000 \\u0001"]}',
      '{"phone": "+79161234568", "tags": ["\\u0000"]}',
      '{"phone": "+79161234569", "tags": "\\ud83d"}',
      `{"phone": "nobody", "tags": "${'x'.repeat(999)}\\ud83d\\ude00"}`,
    ]
    const { body } = await tester.upload(id, lines.join('\n'), {}, 'list.jsonl')
    t.match(body, { created: 1, rejected: 3, refusals: { bad_character: 2, invalid_phone_number: 1 } })
    t.match(await tester.contacts(id), [{ contact_data: { tags: ['\\u0000 \u0001'] } }])
    const { items } = (await tester.request('GET', `/api/imports/${body.import_id}/rejected`)).body
    t.same(
      items.map(({ cells }: { cells: unknown[] }) => cells[1]),
      [['\0'], '\ud83d', `${'x'.repeat(999)}\ud83d\ude00`],
    )
  })

  t.test('An unexpected error of the reader is logged without cells of the file', async (t) => {
    // A mapping that the form cannot contain makes the reader fail.
    const rows = readInThread(tester.company.id, {
      options: { mapping: null, requiredColumns: [], timezone: 'UTC' } as never,
      keepsCells: false,
      chunks: Readable.from([Buffer.from('phone\n+79161234567\n')]),
      store: () => Promise.resolve(),
      signal: new AbortController().signal,
    })
    const error = await rows.catch((error) => error)
    t.match(error, { code: 'unreadable', message: 'The file could not be read.' })
    t.match(error.cause, { name: 'TypeError', code: undefined })
    t.match(error.cause.stack.join('\n'), /^ {4}at .*mapColumns/m)
    t.same(Object.keys(error.cause), ['name', 'code', 'stack'])
  })
})

test('A file that cannot be read is refused with a code, and the campaign is unchanged', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const workbookPart = { name: 'xl/workbook.xml', data: Buffer.from('<workbook/>') }
  const zeros = Buffer.alloc(50 * 2 ** 20)
  const cases: Record<string, [Buffer | string, string]> = {
    'an empty file': ['', 'empty_file'],
    'a header without rows': ['phone,name\n', 'empty_file'],
    'no column of phone numbers': ['name,city\nAnna,Perm\n', 'no_phone_column'],
    '10,000 columns': [
      `phone,${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n+79990000000\n`,
      'too_many_columns',
    ],
    'a quote that is never closed': [
      `phone,name\n+79990000000,"Anna\n${'+79990000001,x\n'.repeat(20_000)}`,
      'invalid_csv',
    ],
    'a cell of 3 MB': [`phone,name\n+79990000000,${'x'.repeat(3_000_000)}`, 'invalid_csv'],
    'an Excel 97 workbook': [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'unreadable_format'],
    'a PDF': ['%PDF-1.7 ...', 'unreadable_format'],
    'an HTML page': ['<!doctype html><table><tr><td>+79990000000', 'unreadable_format'],
    'XML with entities': [
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
      'unreadable_format',
    ],
    'an image': [Buffer.from('89504e470d0a1a0a', 'hex'), 'unreadable_format'],
    'an archive that is not a workbook': [zip([{ name: 'a.txt', data: Buffer.from('x') }]), 'not_a_workbook'],
    'a truncated archive': [zip([workbookPart]).subarray(0, 60), 'broken_archive'],
    'an entry with a path outside of the archive': [
      zip([workbookPart, { name: '../../etc/passwd', data: Buffer.from('x') }]),
      'suspicious_archive',
    ],
    'a workbook with a password': [zip([{ ...workbookPart, flags: 1 }]), 'encrypted'],
    'a ZIP bomb': [
      zip([workbookPart, { name: 'xl/worksheets/sheet1.xml', data: zeros }]),
      'suspicious_archive',
    ],
    'a ZIP bomb that states its size': [
      zip([workbookPart, { name: 'a', data: Buffer.from('x'), size: 2 ** 31 }]),
      'too_large_unpacked',
    ],
    'a sheet with a false size': [
      zip([workbookPart, { name: 'xl/worksheets/sheet1.xml', data: zeros, size: 100 }]),
      'broken_workbook',
    ],
    'shared strings with a false size': [
      zip([workbookPart, { name: 'xl/sharedStrings.xml', data: Buffer.alloc(100 * 2 ** 20), size: 100 }]),
      'too_large_unpacked',
    ],
    'a workbook with invalid XML': [
      zip([workbookPart, { name: '[Content_Types].xml', data: Buffer.from('<x') }]),
      'broken_workbook',
    ],
  }
  for (const [name, [file, code]] of Object.entries(cases)) {
    const id = await tester.createCampaign()
    const response = await tester.upload(id, file)
    t.match(
      response,
      { status: 422, body: { code, errors: [{ pointer: '/file' }] } },
      `${name}: ${JSON.stringify(response.body)}`,
    )
    t.same(await tester.contacts(id), [])
    const { items } = (await tester.request('GET', `/api/imports?campaign_id=${id}`)).body
    t.match(items, [{ status: 'failed', error_code: code }], 'the import is recorded as failed')
    await checkCounts(t, tester, id)
  }
  t.test('An invalid form gets 400 with the invalid field or part', async (t) => {
    const id = await tester.createCampaign()
    const list = `phone\n${freshNumber()}`
    const fields: [Record<string, string>, string][] = [
      [{ on_duplicate: 'merge' }, '/on_duplicate'],
      [{ encoding: 'ebcdic' }, '/encoding'],
      [{ delimiter: '::' }, '/delimiter'],
      [{ default_country: 'XX' }, '/default_country'],
      [{ mapping: '[]' }, '/mapping'],
      [{ mapping: '{' }, '/mapping'],
      [{ dry_run: 'perhaps' }, '/dry_run'],
      [{ surprise: '1' }, '/surprise'],
    ]
    for (const [invalidFields, pointer] of fields) {
      const response = await tester.upload(id, list, invalidFields)
      t.match(
        response,
        { status: 400, body: { code: 'invalid_form', errors: [{ pointer }] } },
        JSON.stringify(response.body),
      )
    }
    t.match(await tester.upload(id, list, { mapping: '{"nothing": "phone_number"}' }), {
      status: 422,
      body: { code: 'unknown_column' },
    })
    const headers = { ...tester.company.headers, 'content-type': `multipart/form-data; boundary=${boundary}` }
    const send = (body: string | Buffer, extraHeaders: object = {}) =>
      s.request('POST', `/api/campaigns/${id}/call-list`, { ...headers, ...extraHeaders }, body)
    t.match(await send(`--${boundary}--\r\n`), { status: 400, body: { code: 'no_file' } })
    const withoutBoundary = await send('x', { 'content-type': 'multipart/form-data' })
    t.match(
      withoutBoundary,
      { status: 400, body: { code: 'broken_form' } },
      JSON.stringify(withoutBoundary.body),
    )
    const twoFiles = form(list).toString().replace(`--${boundary}--`, form(list).toString())
    t.match(await send(twoFiles), { status: 400, body: { code: 'several_files' } })
    const fieldAfterFile = form(list)
      .toString()
      .replace(
        `\r\n--${boundary}--`,
        `\r\n--${boundary}\r\ncontent-disposition: form-data; name="dry_run"\r\n\r\ntrue\r\n--${boundary}--`,
      )
    t.match(await send(fieldAfterFile), { status: 400, body: { code: 'field_after_file' } })
    t.match(await tester.request('POST', `/api/campaigns/${id}/call-list`, {}), {
      status: 400,
      body: { code: 'no_form' },
    })
    t.match(await send('x', { 'content-length': String(200 * 2 ** 20) }), {
      status: 413,
      body: { code: 'body_too_large' },
    })
    t.match(await tester.upload(randomUUID(), list), { status: 404 })
    t.same(await tester.contacts(id), [])
    await checkCounts(t, tester, id)
  })
})
