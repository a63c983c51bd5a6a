import { test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import { startTestService } from '../setup/service.ts'
import { checkCounts, encoded, freshNumber, ImportTester } from './setup.ts'

test('Results of rows', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)

  t.test('Times without an offset are read in the zone of the contact, as people write them', async (t) => {
    const id = await tester.createCampaign({ timezone: 'Europe/Moscow' })
    const rows = [
      ['+12025550101', '01.12.2026 9:00', '2026-12-01 14:00:00+00'],
      ['+12025550102', '01.12.2026 10:00', '2026-12-01 15:00:00+00'],
      ['+12025550103', '2026-12-01T10:00:00', '2026-12-01 15:00:00+00'],
      ['+12025550104', '2026-12-01 10:00+03', '2026-12-01 07:00:00+00'],
      ['+12025550105', '12/25/2026 9:00 AM', '2026-12-25 14:00:00+00'],
      ['+12025550106', '01.12.2026', '2026-12-01 05:00:00+00'],
      ['+79161234567', '1.12.26 9:00', '2026-12-01 06:00:00+00'],
    ]
    const { body } = await tester.upload(
      id,
      ['phone,call at', ...rows.map(([phone, at]) => `${phone},${at}`)].join('\n'),
    )
    t.match(body, { created: rows.length, rejected: 0 })
    const contacts = await tester.contacts(id)
    t.same(
      contacts.map(({ phone_number, next_attempt_at }) => [phone_number, next_attempt_at]),
      rows.map(([phone, , at]) => [phone, at]),
    )

    const ambiguous = await tester.upload(
      id,
      'phone,call at\n+12025550107,03/04/2026 10:00\n+12025550108,9:00',
    )
    t.match(ambiguous.body, {
      created: 1,
      rejected: 1,
      errors: [
        { line: 2, code: 'invalid_time', detail: /day and month can be exchanged\. Write 2026-12-01 10:00/ },
      ],
    })
  })

  t.test(
    'Invalid rows are reported with line and code, and their export can be corrected and uploaded again',
    async (t) => {
      const id = await tester.createCampaign()
      const [valid, corrected] = [freshNumber(), freshNumber()]
      const rows: [string, string | undefined][] = [
        [`${valid},Anna,,,`, undefined],
        [',Boris,,,', 'no_phone_number'],
        ['7.99912E+10,Carla,,,', 'phone_in_scientific_notation'],
        [`${corrected},Dora,Mars/Olympus,,`, 'unknown_timezone'],
        [`${freshNumber()},E,,high,`, 'invalid_priority'],
        [`${freshNumber()},F,,,later`, 'invalid_time'],
        [`${freshNumber()},${'x'.repeat(201)},,,`, 'too_long'],
        [`${freshNumber()},"a\u0000b",,,`, 'bad_character'],
        [`${freshNumber()},G,,,,one too many`, 'too_many_cells'],
      ]
      const text = ['phone,name,timezone,priority,call at', ...rows.map(([row]) => row)].join('\n')
      const { body } = await tester.upload(id, text)
      t.match(body, { total: 9, created: 1, rejected: 8 })
      t.same(
        body.errors.map(({ line, code }: { line: number; code: string }) => [line, code]),
        rows.flatMap(([, code], i) => (code === undefined ? [] : [[i + 2, code]])),
      )
      const page = await tester.request('GET', `/api/imports/${body.import_id}/rejected?limit=3`)
      t.match(page.body, {
        total: 8,
        items: [{ line: 3, cells: ['', 'Boris', '', '', ''] }, { line: 4 }, { line: 5 }],
      })
      const file = (await tester.request('GET', `/api/imports/${body.import_id}/rejected/export`))
        .body as string
      t.match(
        file,
        /^refused_line,refused_code,refused_detail,phone,name,timezone,priority,call at\r\n3,no_phone_number,/,
      )
      const correctedFile = file.replace('Mars/Olympus', 'Europe/Moscow')
      const secondUpload = await tester.upload(id, correctedFile)
      t.match(
        secondUpload.body,
        { total: 8, created: 1, refusals: { ...body.refusals, unknown_timezone: undefined } },
        'rows that are not corrected are rejected for the same reasons',
      )
      t.notMatch(JSON.stringify(await tester.contacts(id)), /refused_/)
      t.ok(
        (await tester.contacts(id)).some(
          ({ contact_name, timezone }) => contact_name === 'Dora' && timezone === 'Europe/Moscow',
        ),
      )
      await checkCounts(t, tester, id, secondUpload.body.import_id)
    },
  )

  t.test(
    'on_duplicate skips, updates or rejects rows whose number the campaign or the file already has',
    async (t) => {
      const numbers = Array.from({ length: 4 }, freshNumber) as [string, string, string, string]
      const suppressed = numbers[3]
      await tester.request('POST', '/api/suppressions', { phone_number: suppressed })
      const text = [
        'phone,name,city',
        `${numbers[0]},Anna,Perm`,
        `${numbers[1]},Boris,`,
        `${numbers[1]},Boris II,Omsk`,
        `${numbers[2]},Carla,`,
        `${suppressed},Dora,`,
        `${suppressed},Dora,`,
      ].join('\n')
      const expected = {
        skip: { created: 2, skipped: 2, updated: 0, rejected: 0, suppressed: 2 },
        update: { created: 2, skipped: 0, updated: 2, rejected: 0, suppressed: 2 },
        reject: { created: 2, skipped: 0, updated: 0, rejected: 2, suppressed: 2 },
      }
      for (const [on_duplicate, counts] of Object.entries(expected)) {
        const id = await tester.createCampaign()
        await tester.request('POST', `/api/campaigns/${id}/tasks`, {
          tasks: [{ phone_number: numbers[0], contact_name: 'Old', contact_data: { a: 1 } }],
        })
        const dryRun = await tester.upload(id, text, { on_duplicate, dry_run: 'true' })
        t.match(dryRun.body, { total: 6, ...counts, is_dry_run: true }, `${on_duplicate}, dry run`)
        t.equal((await tester.contacts(id)).length, 1, 'a dry run adds nothing')
        const { body } = await tester.upload(id, text, { on_duplicate })
        t.match(body, { total: 6, ...counts }, on_duplicate)
        const contacts = await tester.contacts(id)
        const byNumber = (number: string) => contacts.find(({ phone_number }) => phone_number === number)
        const isUpdate = on_duplicate === 'update'
        t.match(
          byNumber(numbers[0]),
          isUpdate ? { contact_name: 'Anna', contact_data: { a: 1, city: 'Perm' } } : { contact_name: 'Old' },
        )
        t.equal(byNumber(numbers[1])?.contact_name, isUpdate ? 'Boris II' : 'Boris')
        if (on_duplicate === 'reject')
          t.match(body.errors, [
            { line: 2, code: 'duplicate' },
            { line: 4, code: 'duplicate' },
          ])
        await checkCounts(t, tester, id, body.import_id)
      }
    },
  )

  t.test(
    'Uploading the same file again adds nothing, and the response names the earlier import',
    async (t) => {
      const id = await tester.createCampaign()
      const text = `phone\n${freshNumber()}\n${freshNumber()}`
      const first = await tester.upload(id, text, {}, '../../etc/pass\u0001wd')
      t.equal(
        (await tester.request('GET', `/api/imports/${first.body.import_id}`)).body.file_name,
        'passwd',
        'directories and control characters are removed',
      )
      const second = await tester.upload(id, text)
      t.match(second.body, { created: 0, skipped: 2, same_file_import_id: first.body.import_id })
      t.equal((await tester.contacts(id)).length, 2)
    },
  )

  t.test('A dry run shows how the file would be read, and does not change the campaign', async (t) => {
    const id = await tester.createCampaign()
    const text = encoded(
      'Телефон;Имя;Город\r\n8 916 777 00 01;Анна;Пермь\r\nничего;Борис;\r\n',
      'windows-1251',
    )
    const { body } = await tester.upload(id, text, { dry_run: 'true', default_country: 'RU' })
    t.match(body, {
      is_dry_run: true,
      total: 2,
      created: 1,
      rejected: 1,
      refusals: { invalid_phone_number: 1 },
      reading: {
        format: 'csv',
        encoding: 'windows-1251',
        delimiter: ';',
        mapping: { Телефон: 'phone_number' },
      },
      preview: [
        {
          line: 2,
          phone_number: '+79167770001',
          contact_name: 'Анна',
          contact_data: { Город: 'Пермь' },
          timezone_source: 'number',
        },
        { line: 3, code: 'invalid_phone_number' },
      ],
    })
    t.same(await tester.contacts(id), [])
    await checkCounts(t, tester, id, body.import_id)
  })

  t.test(
    'A file without a column for a variable of the skillbase is refused, unless allow_missing_columns is set',
    async (t) => {
      const withVariable = await ImportTester.create(s, {
        ...exampleConfig,
        context: { ...exampleConfig.context, role: 'Call {{contact_name}} of {{clinic}}' },
      })
      const id = await withVariable.createCampaign()
      const response = await withVariable.upload(id, `phone,name\n${freshNumber()},Anna`)
      t.match(response, { status: 422, body: { code: 'missing_columns', detail: /\{\{clinic\}\}/ } })
      t.same(await withVariable.contacts(id), [])
      t.match((await withVariable.upload(id, `phone,clinic\n${freshNumber()},North`)).body, { created: 1 })
      const accepted = await withVariable.upload(id, `phone\n${freshNumber()}`, {
        allow_missing_columns: 'true',
      })
      t.match(accepted.body, { created: 1 })
    },
  )

  t.test(
    'A column provides a variable of another case and spacing; one with a default needs none',
    async (t) => {
      const role =
        '{{First Name}} {{contact.city}} {{CLINIC | default: "ours"}} {{Contact_Name}} {{current_date}}'
      const withVariables = await ImportTester.create(s, {
        ...exampleConfig,
        context: { ...exampleConfig.context, role },
      })
      const id = await withVariables.createCampaign()
      const refused = await withVariables.upload(id, `phone,first name\n${freshNumber()},Anna`)
      t.match(refused, {
        status: 422,
        body: { code: 'missing_columns', detail: /^The skillbase uses \{\{contact\.city\}\},/ },
      })
      const accepted = await withVariables.upload(id, `phone, first  name ,City\n${freshNumber()},Anna,Perm`)
      t.match(accepted.body, { created: 1 })
    },
  )

  t.test(
    'Mobile numbers get the zones that their numbering plan assigns, else all zones of their country',
    async (t) => {
      const id = await tester.createCampaign()
      const text = `phone,name,zone
+79141234567,Vladivostok,
+79222612345,Orenburg,
+61491570156,Perth maybe,
+6281234567890,Jayapura maybe,
+6281234567891,Jayapura,Asia/Jayapura
`
      const { body } = await tester.upload(id, text, {
        mapping: '{"phone":"phone_number","zone":"timezone"}',
      })
      t.equal(body.created, 5)
      const contacts = await tester.contacts(id)
      t.same(
        contacts.map(({ dial_timezone, timezone_source }) => `${timezone_source}: ${dial_timezone}`),
        [
          'number: Asia/Chita',
          'number: Asia/Yekaterinburg',
          'country: Australia/Sydney,Australia/Brisbane,Australia/Adelaide,Australia/Darwin,Australia/Perth,Australia/Eucla,Australia/Lord_Howe',
          'country: Asia/Jakarta,Asia/Makassar,Asia/Jayapura',
          'given: Asia/Jayapura',
        ],
      )
      await checkCounts(t, tester, id, body.import_id)
    },
  )

  t.test(
    'For random tables, dialects and encodings the contacts equal the rows, and the results add up',
    async (t) => {
      for (let seed = 1; seed <= 25; seed++) {
        const random = new SeededRandom(`table ${seed}`)
        const pick = <T>(values: readonly T[]) => values[Math.floor(random.next() * values.length)] as T
        const id = await tester.createCampaign()
        const numbers = Array.from({ length: 30 }, freshNumber)
        const texts = [
          'Анна',
          'a"b',
          'x;y',
          'p,q',
          'tab\there',
          'two\nlines',
          '',
          ' padded ',
          "'quoted",
          '=1+1',
          'Ёлка|ель',
        ]
        const rows = Array.from({ length: 40 }, () => ({
          phone: random.chance(0.8) ? pick(numbers) : pick(['', '12', '7.9E+10', 'nobody']),
          name: pick(texts),
          note: pick(texts),
        }))
        const separator = pick([';', ',', '\t', '|'])
        const end = pick(['\n', '\r\n'])
        const quote = (cell: string) =>
          random.chance(0.3) || /["\n\r;,|\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
        const text = [['phone', 'name', 'note'], ...rows.map(({ phone, name, note }) => [phone, name, note])]
          .map((cells) => cells.map(quote).join(separator))
          .join(end)
        const encoding = pick(['utf-8', 'utf-8 with BOM', 'utf-16le', 'windows-1251'])
        const on_duplicate = pick(['skip', 'update', 'reject'])
        const { body } = await tester.upload(id, encoded(text, encoding), {
          on_duplicate,
          delimiter: separator,
        })
        const name = `seed ${seed}: ${encoding} ${JSON.stringify(separator)} ${on_duplicate}`
        const validRows = rows.filter(({ phone }) => phone.startsWith('+7'))
        const expected = new Map<string, (typeof rows)[number]>()
        for (const row of validRows)
          if (on_duplicate === 'update' || !expected.has(row.phone)) expected.set(row.phone, row)
        t.equal(body.total, rows.filter(({ phone, name, note }) => phone + name + note !== '').length, name)
        t.equal(body.created, expected.size, name)
        t.equal(
          body.created + body.updated + body.skipped + body.suppressed + body.rejected,
          body.total,
          name,
        )
        const contacts = await tester.contacts(id)
        const different = contacts.filter(({ phone_number, contact_name, contact_data }) => {
          const row = expected.get(phone_number as string)
          if (row === undefined) return true
          if (on_duplicate === 'update') return false
          const data = contact_data as { note?: string }
          return (contact_name ?? '') !== row.name.trim() || (data.note ?? '') !== row.note.trim()
        })
        t.same(different, [], name)
        await checkCounts(t, tester, id, body.import_id)
      }
    },
  )
})
