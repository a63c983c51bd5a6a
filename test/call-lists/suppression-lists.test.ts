import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { pruneImportRows } from '../../src/modules/call-lists/index.ts'
import { startTestService } from '../setup/service.ts'
import { boundary, encoded, form, ImportTester } from './setup.ts'
import { workbook } from './workbook-files.ts'

const noon = new Date('2026-11-23T12:00:00Z')

test('Suppression lists', async (t) => {
  const s = await startTestService(t)
  s.setNow(noon)
  const tester = await ImportTester.create(s)
  const { headers } = tester.company
  const post = (type: string, body: unknown, query: Record<string, string> = {}) =>
    s.request(
      'POST',
      `/api/suppressions/import?${new URLSearchParams(query)}`,
      { ...headers, 'content-type': type },
      body as never,
    )
  const upload = (file: Buffer | string, fields: Record<string, string> = {}, name?: string) =>
    post(`multipart/form-data; boundary=${boundary}`, form(file, fields, name))
  const suppressed = async () =>
    [...(await s.db.orm.execute(sql`select phone_number from suppressions order by 1`))].map(
      (row) => row.phone_number,
    )
  t.beforeEach(() => s.db.orm.execute(sql`delete from suppressions`))

  t.test('A file gives the same numbers as a suppression list and as a call list', async (t) => {
    const cells = [
      '8 916 123-45-01',
      '79161234502.0',
      '442079460958',
      '7.9161234503E+10',
      '+49 (0)30 1234567',
      "'+79161234504",
    ]
    const files: [string, Buffer | string, Record<string, string>?][] = [
      ['numbers of spreadsheets', `phone\n${cells.map((cell) => `"${cell}"`).join('\n')}\n`],
      [
        'no heading, with tax numbers',
        'Анна;7707083893;+7 (916) 000-00-01\nБорис;7707083894;+7 (916) 000-00-02\n',
      ],
      ['a running number', 'Номер;ФИО;Телефон\n1;Анна;+79160000001\n2;Борис;+79160000002\n'],
      ['an unknown heading', 'Абонент;Город\n+79160000001;Пермь\n+79160000002;Орёл\n'],
      ['windows-1251, tabs', encoded('Телефон\tИмя\n89161234501\tАнна\n89161234502\tПётр\n', 'windows-1251')],
      ['UTF-16', encoded('Телефон|Имя\r\n89161234501|Анна\r\n', 'utf-16le')],
      ['mixed line ends', 'phone,name\r\n+79160000001,A\n+79160000002,B\r'],
      ['a formula', 'Phone\n="+79160000001"\n'],
      ['JSON Lines', '{"phone":"+79160000001"}\n{"phone":79160000002}\n'],
      [
        'a workbook',
        workbook({ sheets: [{ name: 'DNC', rows: [['Telephone'], ['+79160000001'], ['89160000002']] }] }),
      ],
      ['international digits', 'phone\n84951234567\n', { numbers_without_plus: 'international' }],
    ]
    for (const [title, file, fields] of files) {
      await s.db.orm.execute(sql`delete from suppressions`)
      const options = { default_country: 'RU', ...fields }
      const id = await tester.createCampaign()
      await tester.upload(id, file, { ...options, allow_missing_columns: 'true' })
      const numbers = (await tester.contacts(id)).map(({ phone_number }) => phone_number).sort()
      t.ok(numbers.length > 0, title)
      t.match(
        await upload(file, options),
        { status: 200, body: { status: 'completed', created: numbers.length } },
        title,
      )
      t.same(await suppressed(), numbers, title)
      t.match(
        await post('application/octet-stream', file, options),
        { body: { unchanged: numbers.length } },
        title,
      )
    }
  })

  t.test('All numbers of a row are suppressed, without their extensions', async (t) => {
    const file = [
      'Name,Mobile,Work phone,Fax,Other contact',
      'Anna,+79160000001,+7 495 000-00-01 ext. 102,,',
      'Boris,"+79160000002, +79160000003",,,+7 916 000-00-04',
      'Carla,+79160000005 ::: +79160000006,none,,+7 916 000-00-07',
    ].join('\n')
    const { body } = await upload(file)
    t.match(body, {
      created: 3,
      rejected_total: 0,
      reading: { phone_notes: { extension: 1, further_number: 3 } },
    })
    t.equal((await suppressed()).length, 8)
  })

  t.test(
    'A row with a number that cannot be read is rejected, and its other numbers are suppressed',
    async (t) => {
      const { body } = await upload(
        'Mobile,Home phone\n+79160000001,12345678901234\n,none\nbad,+79160000002\n',
      )
      t.match(body, {
        created: 1,
        rejected_total: 2,
        rejected: [
          { line: 2, code: 'invalid_phone_number', detail: /The other numbers of the row are suppressed/ },
          { line: 3, code: 'invalid_phone_number' },
        ],
      })
      t.same(await suppressed(), ['+79160000001', '+79160000002'])
    },
  )

  t.test('An ambiguous number is rejected with its readings, or all of them are suppressed', async (t) => {
    const file = 'phone\n84951234567\n'
    t.match((await upload(file, { default_country: 'RU' })).body, {
      rejected: [{ line: 2, code: 'ambiguous_phone_number', detail: /\+74951234567 or \+84951234567/ }],
    })
    t.same(await suppressed(), [])
    const fields = { default_country: 'RU', ambiguous_numbers: 'suppress_all_readings' }
    t.match((await upload(file, fields)).body, { created: 1, reading: { phone_notes: { all_readings: 1 } } })
    t.same(await suppressed(), ['+74951234567', '+84951234567'])
  })

  t.test('A number whose row names another country than the default is ambiguous', async (t) => {
    const file = 'Country code,Phone\n44,7911123456\n'
    t.match((await upload(file, { default_country: 'DE' })).body, {
      rejected: [{ line: 2, code: 'ambiguous_phone_number', detail: /has the country code 44/ }],
    })
    t.same(await suppressed(), [])
    await upload(file, { default_country: 'DE', ambiguous_numbers: 'suppress_all_readings' })
    t.same(await suppressed(), ['+447911123456', '+497911123456'])
  })

  t.test('Columns fill reason, note and expires_at; others are not stored', async (t) => {
    const file = [
      'Телефон;Причина;Комментарий;Действует до;Имя',
      '+79160000001;opt_out;просил не звонить;2027-06-30T00:00:00+03:00;Анна',
      '+79160000002;;;2027-06-30 00:00;Борис',
      '+79160000003;bored;;;',
      '+79160000004;;;2020-01-01T00:00:00Z;',
      `+79160000005;;${'x'.repeat(1_001)};;`,
    ].join('\n')
    const { body } = await upload(file, { reason: 'complaint', timezone: 'Europe/Moscow' })
    t.same(
      body.rejected.map(({ line, code }: Record<string, unknown>) => [line, code]),
      [
        [4, 'unknown_reason'],
        [5, 'already_expired'],
        [6, 'too_long'],
      ],
    )
    const rows = [
      ...(await s.db.orm.execute(
        sql`select phone_number, reason, source, note, expires_at::text from suppressions order by 1`,
      )),
    ]
    const common = { source: 'import', expires_at: '2027-06-29 21:00:00+00' }
    t.same(rows, [
      { phone_number: '+79160000001', reason: 'opt_out', note: 'просил не звонить', ...common },
      { phone_number: '+79160000002', reason: 'complaint', note: null, ...common },
    ])
    t.match((await upload('phone,expires_at\n+79160000006,2027-06-30 00:00\n')).body.rejected, [
      { code: 'invalid_time' },
    ])
    const stored = JSON.stringify(await s.db.orm.execute(sql`select * from suppressions`))
    t.notMatch(stored, /Анна/)
  })

  t.test('A dry run counts what the import does, and stores nothing', async (t) => {
    await tester.request('POST', '/api/suppressions', { phone_number: '+79160000001' })
    await tester.request('POST', '/api/suppressions', {
      phone_number: '+79160000002',
      expires_at: '2027-01-01T00:00:00Z',
    })
    const file = [
      'phone,expires_at',
      '+79160000001,',
      '+79160000002,',
      '+79160000003,2027-01-01T00:00:00Z',
      '+79160000003,',
      '+79160000003,2027-01-01T00:00:00Z',
      'bad,',
    ].join('\n')
    const counts = { total: 6, created: 1, extended: 2, unchanged: 2, rejected_total: 1 }
    const dryRun = await upload(file, { dry_run: 'true' })
    t.match(dryRun.body, { is_dry_run: true, ...counts, preview: [{ phone_number: '+79160000001' }] })
    t.equal((await suppressed()).length, 2)
    t.match((await upload(file)).body, { is_dry_run: false, ...counts })
    for (const import_id of [dryRun.body.import_id]) {
      t.match((await tester.request('GET', `/api/imports/${import_id}/rejected`)).body.items, [
        { line: 7, cells: ['bad', ''] },
      ])
    }
    const again = await upload(file)
    t.match(again.body, { created: 0, extended: 0, unchanged: 5 })
  })

  t.test(
    'A long list is imported by the workers in chunks, and all its rejected rows can be downloaded',
    async (t) => {
      // Plans that suit empty tables: the long list must not be imported with them.
      await s.db.orm.execute(sql`analyze suppressions, import_rows`)
      for (let i = 0; i < 8; i++) await upload('phone\n+79120000001\n', { dry_run: 'true' })
      const rows = Array.from({ length: 61_500 }, (_, i) =>
        i % 41 === 0 ? `bad ${i}` : `+7912${1_000_000 + i}`,
      )
      const started = await upload(`phone\n${rows.join('\n')}\n`)
      t.match(started, { status: 202, body: { status: 'waiting', total: 61_500, rejected_total: 1_500 } })
      const { import_id } = started.body
      const get = async () => (await tester.request('GET', `/api/imports/${import_id}`)).body
      await tester.runWorker()
      t.match(await get(), {
        status: 'completed',
        campaign_id: null,
        created: 60_000,
        rejected: 1_500,
        line: 61_501,
      })
      t.equal((await suppressed()).length, 60_000)
      const file = (await tester.request('GET', `/api/imports/${import_id}/rejected/export`)).body as string
      t.equal(file.split('\r\n').length, 1_502)
      t.match((await tester.request('GET', '/api/imports?kind=suppression_list&limit=1')).body.items, [
        { id: import_id },
      ])
      const left = await s.db.orm.execute(
        sql`select 1 from import_rows where import_id = ${import_id}::uuid and code is null`,
      )
      t.equal(left.length, 0)
      t.match(await tester.request('DELETE', `/api/imports/${import_id}`), {
        status: 409,
        body: { code: 'invalid_transition' },
      })
      while ((await pruneImportRows(s.db, new Date(Date.now() + 31 * 86_400_000))) > 0);
      t.equal((await tester.request('GET', `/api/imports/${import_id}/rejected`)).body.total, 0)
    },
  )

  t.test('A cancelled import stops, and keeps the numbers that it has suppressed', async (t) => {
    const { body } = await upload(
      `phone\n${Array.from({ length: 50_001 }, (_, i) => `+7913${1_000_000 + i}`).join('\n')}\n`,
    )
    t.match((await tester.request('POST', `/api/imports/${body.import_id}/cancel`)).body, {
      status: 'reverting',
    })
    await tester.runWorker()
    t.match((await tester.request('GET', `/api/imports/${body.import_id}`)).body, {
      status: 'cancelled',
      reverted: 0,
    })
    t.same(await suppressed(), [])
  })

  t.test('Invalid options and files are refused with a reason', async (t) => {
    const refused: [object, number, string][] = [
      [await upload('phone\n+79160000001\n', { on_duplicate: 'skip' }), 400, 'invalid_form'],
      [await upload('phone\n+79160000001\n', { mapping: '{"phone":"city"}' }), 400, 'invalid_form'],
      [await upload('phone\n+79160000001\n', { timezone: 'Mars' }), 400, 'invalid_form'],
      [
        await post(
          'application/json',
          { suppressions: [{ phone_number: '+79160000001' }] },
          { dry_run: 'true' },
        ),
        400,
        'invalid_form',
      ],
      [await upload(''), 422, 'empty_file'],
      [await post('text/csv', ''), 422, 'empty_file'],
      [await upload('name,city\nAnna,Perm\n'), 422, 'no_phone_column'],
      [await post('image/png', 'x'), 415, 'unsupported_media_type'],
    ]
    for (const [response, status, code] of refused) t.match(response, { status, body: { code } }, code)
    t.same(await suppressed(), [])
  })

  t.test('Logs contain no number of a list', (t) => {
    t.notMatch(s.logLines.join(''), /\+?7(916|912|913)\d{5}|84951234567/)
    t.end()
  })
})
