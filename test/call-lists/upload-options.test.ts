import { test } from 'tap'
import { startTestService } from '../setup/service.ts'
import { checkCounts, ImportTester } from './setup.ts'
import { row, textCell, workbook } from './workbook-files.ts'

const cells = (...texts: string[]) => texts.map((text) => textCell(text))

test('Options of an upload', async (t) => {
  const tester = await ImportTester.create(await startTestService(t))
  const upload = async (file: Buffer | string, fields: Record<string, string> = {}, name = 'list.csv') => {
    const id = await tester.createCampaign()
    const options = { allow_missing_columns: 'true', ...fields }
    const { status, body } = await tester.upload(id, file, options, name)
    return { id, status, body, numbers: (await tester.contacts(id)).map((contact) => contact.phone_number) }
  }

  t.test('sheet names the sheet of a workbook, and an unknown one is refused with the sheets', async (t) => {
    const sheets = [
      { name: 'First', rows: [['Phone'], ['+79160000001']] },
      { name: 'Second', rows: [['Phone'], ['+79160000002']] },
    ]
    const file = workbook({ sheets })
    t.same((await upload(file, {}, 'list.xlsx')).numbers, ['+79160000001'])
    t.same((await upload(file, { sheet: 'Second' }, 'list.xlsx')).numbers, ['+79160000002'])
    const unknown = await upload(file, { sheet: 'Third' }, 'list.xlsx')
    t.equal(unknown.status, 422)
    t.match(unknown.body.detail, /First.*Second/)
  })

  t.test('hidden_rows decides whether hidden rows are read', async (t) => {
    const hidden = row(cells('+79160000004'), 'hidden="1"')
    const rows = `${row(cells('Phone'))}${row(cells('+79160000003'))}${hidden}`
    const file = workbook({ sheets: [{ name: 'List', rows }] })
    const skipped = await upload(file, {}, 'list.xlsx')
    t.same(skipped.numbers, ['+79160000003'])
    t.match(skipped.body.reading.hidden_rows, { count: 1, taken: false })
    t.same((await upload(file, { hidden_rows: 'take' }, 'list.xlsx')).numbers, [
      '+79160000003',
      '+79160000004',
    ])
    t.equal((await upload(file, { hidden_rows: 'maybe' }, 'list.xlsx')).status, 400)
  })

  t.test('numbers_without_plus decides how ambiguous digits are read', async (t) => {
    const file = 'phone\n84951234567\n+79160000005\n'
    const fields = { default_country: 'RU' }
    const ambiguous = await upload(file, fields)
    t.same(ambiguous.numbers, ['+79160000005'])
    t.match(ambiguous.body.errors, [{ line: 2, code: 'ambiguous_phone_number', detail: /\+74951234567 or/ }])
    const national = await upload(file, { ...fields, numbers_without_plus: 'national' })
    t.same(national.numbers, ['+74951234567', '+79160000005'])
    const international = await upload(file, { ...fields, numbers_without_plus: 'international' })
    t.same(international.numbers, ['+84951234567', '+79160000005'])
  })

  t.test('encoding takes any label of the Encoding Standard, and other names are refused', async (t) => {
    const file = Buffer.from('phone,name\n+79160000006,René\n', 'latin1')
    const { id } = await upload(file, { encoding: 'latin1' })
    t.equal((await tester.contacts(id))[0]?.contact_name, 'René')
    const unknown = await upload(file, { encoding: 'klingon' })
    t.equal(unknown.status, 400)
    t.match(unknown.body.errors, [{ pointer: '/encoding', detail: /klingon.*utf-8 or windows-1252/ }])
  })

  t.test('timezone is the zone of times without an offset, in rows without a zone', async (t) => {
    const rows = ['+79160000010,2990-01-15 10:00,', '+79160000011,2990-01-15 10:00,Asia/Vladivostok']
    const file = ['phone,next_attempt_at,timezone', ...rows, '+79160000012,2990-01-15T10:00:00Z,'].join('\n')
    const timesWith = async (fields: Record<string, string>) => {
      const { id } = await upload(file, fields)
      const times = (await tester.contacts(id)).map(
        ({ next_attempt_at }) => new Date(String(next_attempt_at)),
      )
      return times.map((time) => time.toISOString())
    }
    const inOwnZones = ['2990-01-15T07:00:00.000Z', '2990-01-15T00:00:00.000Z', '2990-01-15T10:00:00.000Z']
    t.same((await timesWith({})).slice(1), inOwnZones.slice(1))
    t.same(await timesWith({ timezone: 'Europe/Moscow' }), inOwnZones)
    t.equal((await timesWith({ timezone: 'Asia/Yekaterinburg' }))[0], '2990-01-15T05:00:00.000Z')
    const unknown = await upload(file, { timezone: 'MSK' })
    t.match(unknown, { status: 400, body: { errors: [{ pointer: '/timezone', detail: /Europe\/Moscow/ }] } })
  })

  t.test('A form may name the own company, and writes booleans as 1 and True', async (t) => {
    const file = 'phone\n+79160000013\n'
    const { id, status } = await upload(file, { company_id: tester.company.id, dry_run: '1' })
    t.equal(status, 200)
    t.same(await tester.contacts(id), [])
    t.same((await upload(file, { dry_run: 'True' })).numbers, [])
    t.same((await upload(file, { dry_run: '0' })).numbers, ['+79160000013'])
    const foreign = await upload(file, { company_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b' })
    t.match(foreign, { status: 403, body: { code: 'other_company' } })
    t.same(foreign.numbers, [])
  })

  t.test(
    'Extensions and further numbers are stored, and a cell with more than one number is kept',
    async (t) => {
      const cells = '"+79160000007, +79160000008 доб. 5",\n+74950000009 доб. 102,+79160000007\n'
      const { id, body } = await upload(`phone,work phone\n${cells}`)
      const contacts = await tester.contacts(id)
      t.match(contacts, [
        {
          phone_number: '+79160000007',
          phone_extension: null,
          further_numbers: [{ phone_number: '+79160000008', phone_extension: '5' }],
        },
        {
          phone_number: '+74950000009',
          phone_extension: '102',
          further_numbers: [{ phone_number: '+79160000007', phone_extension: null }],
        },
      ])
      t.same(
        contacts.map(({ contact_data }) => contact_data),
        [{ phone: '+79160000007, +79160000008 доб. 5' }, { 'work phone': '+79160000007' }],
      )
      await checkCounts(t, tester, id, body.import_id)
    },
  )
})
