import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { type Test, test } from 'tap'
import { programArgs } from '../setup/programs.ts'
import { startTestService } from '../setup/service.ts'
import { boundary, encoded, form, ImportTester } from './setup.ts'
import { row, textCell, workbook } from './workbook-files.ts'

/** A running service, a company in it, and the import command with its key. */
async function startCommand(t: Test) {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(s.app.server.address() as AddressInfo).port}`
  const key = (tester.company.headers.authorization ?? '').replace('Bearer ', '')
  const run = async (args: string[], { KEY = key, input = '' } = {}) => {
    const child = spawn(process.execPath, [...programArgs('src/cli/import'), ...args, '--url', url], {
      env: { ...process.env, KEY },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (data) => {
      stdout += data
    })
    child.stderr.on('data', (data) => {
      stderr += data
    })
    child.stdin.end(input)
    const [code] = await once(child, 'exit')
    return { code, stdout, stderr }
  }
  const suppressed = async () =>
    [...(await s.db.orm.execute(sql`select phone_number from suppressions order by 1`))].map(
      (suppression) => suppression.phone_number,
    )
  return { s, tester, run, suppressed }
}

test('npm run import', async (t) => {
  const { tester, run, suppressed } = await startCommand(t)
  const directory = t.testdir({
    'list.csv': 'Список клиентов\nТелефон;Имя;Priority\n8 916 123 45 67;Анна;High\nникто;Борис;Low\n',
    'not.pdf': '%PDF-1.7',
  })
  const list = join(directory, 'list.csv')
  const id = await tester.createCampaign()
  const validArgs = [list, '--campaign', id, '--country', 'RU']

  t.test('A dry run shows how the file is read, and stores nothing', async (t) => {
    const { code, stdout } = await run([...validArgs, '--dry-run'])
    t.equal(code, 0)
    for (const text of [
      'File: CSV, encoding utf-8 (its bytes are valid UTF-8), delimiter ";"',
      'Heading: line 2, found by its names',
      '  Список клиентов',
      '  Телефон -> phone_number (by its name)',
      '  Priority -> contact_data.Priority (its contents do not fit priority)',
      'Country of numbers: RU',
      '  1 without a country code, completed with that of the country',
      '  1 by the number',
      '  line 3: +79161234567 (country) Анна',
      'Dry run: 2 rows: 1 created, 0 updated, 0 skipped, 0 suppressed, 1 rejected',
      '  line 4: invalid_phone_number: The value is not a phone number.',
    ])
      t.ok(stdout.split('\n').includes(text), text)
    t.same(await tester.contacts(id), [])
  })

  t.test('With --confirm nothing is stored before the answer', async (t) => {
    const no = await run([...validArgs, '--confirm'], { input: 'n\n' })
    t.match(no, { code: 0, stdout: /Dry run: 2 rows[\s\S]*Nothing was imported/ })
    t.same(await tester.contacts(id), [])
    const yes = await run([...validArgs, '--confirm'], { input: 'y\n' })
    t.match(yes, { code: 0, stdout: /Dry run: 2 rows[\s\S]*\n2 rows: 1 created/ })
    t.equal((await tester.contacts(id)).length, 1)
  })

  t.test('The results are printed, and --rejected writes all rejected rows', async (t) => {
    const rejected = join(directory, 'rejected.csv')
    const completed = await run([...validArgs, '--yes', '--rejected', rejected])
    t.match(completed, {
      code: 0,
      stdout: /2 rows: 0 created, 0 updated, 1 skipped, 0 suppressed, 1 rejected/,
    })
    t.match(completed.stdout, /line 4: invalid_phone_number/)
    t.match(
      readFileSync(rejected, 'utf8'),
      /^\ufeffrefused_line,.*\r\n4,invalid_phone_number,.*,никто,Борис,Low\r\n$/,
    )
  })

  t.test('--suppressions suppresses the numbers of the file', async (t) => {
    const args = [list, '--suppressions', '--country', 'RU', '--reason', 'opt_out']
    t.match(await run([...args, '--dry-run']), {
      code: 0,
      stdout: /Dry run: 2 rows: 1 created, 0 extended, 0 unchanged, 1 rejected/,
    })
    t.same(await suppressed(), [])
    t.match(await run(args), { code: 0, stdout: /2 rows: 1 created, 0 extended, 0 unchanged, 1 rejected/ })
    t.same(await suppressed(), ['+79161234567'])
  })

  t.test('A failure or a wrong usage is explained', async (t) => {
    const refused = await run([join(directory, 'not.pdf'), '--campaign', id])
    t.match(refused, { code: 1, stderr: /The file is a PDF/ })
    t.match(await run([join(directory, 'absent.csv'), '--campaign', id]), { code: 1, stderr: /absent\.csv/ })
    t.match(await run(['a.csv', 'b.csv', '--campaign', id]), { code: 2, stderr: /Give exactly one file/ })
    t.match(await run([list]), { code: 2, stderr: /--campaign ID, or --suppressions/ })
    t.match(await run(validArgs, { KEY: '' }), { code: 2, stderr: /Set the environment variable KEY/ })
    t.match(await run(['--help']), { code: 0, stdout: /--on-duplicate/ })
  })
})

type Contact = [number: string, name?: string | null]
interface Kind {
  /** Files of the kind, each with the contacts that it gives. */
  files: [file: Buffer | string, contacts: Contact[], fields?: Record<string, string>][]
  /** ISO 3166 country of the numbers. Default: RU. */
  country?: string
}

const sheet = (...rows: string[][]) => ({ name: 'List', rows })
const anna: Contact = ['+79160000001', 'Anna']
const boris: Contact = ['+79160000002', 'Boris']
const cells = (...texts: string[]) => texts.map(textCell)

/** Kinds of files that other programs read wrongly, with three files of each. */
const kinds: Record<string, Kind> = {
  'a tax number before the phone, no heading': {
    files: [
      [
        'Anna;7707083893;+7 (916) 000-00-01\nBoris;7736050003;+7 (916) 000-00-02\n',
        [['+79160000001'], ['+79160000002']],
      ],
      ['7707083893\t89160000001\n7736050003\t89160000002\n', [['+79160000001'], ['+79160000002']]],
      ['500100732259,8-916-000-00-01\n771409116994,8-916-000-00-02\n', [['+79160000001'], ['+79160000002']]],
    ],
  },
  'exports of address books': {
    files: [
      [
        'Name,Phone 1 - Type,Phone 1 - Value\nAnna,Mobile,+7 916 000-00-01 ::: +7 916 000-00-11\nBoris,Work,+7 916 000-00-02\n',
        [anna, boris],
      ],
      [
        'First Name,Business Phone,Mobile Phone\nAnna,+7 495 000-00-01,+7 916 000-00-01\nBoris,,+7 916 000-00-02\n',
        [anna, boris],
      ],
      [
        'Имя;Рабочий телефон;Мобильный телефон;Факс\nAnna;;+79160000001;+74950000009\nBoris;+79160000002;;\n',
        [anna, boris],
      ],
    ],
  },
  'headings with unknown names': {
    files: [
      ['Кому звонить;Имя\n+79160000001;Anna\n+79160000002;Boris\n', [anna, boris]],
      ['Связь,ФИО,Город\n89160000001,Anna,Perm\n89160000002,Boris,Orel\n', [anna, boris]],
      ['Список на июнь\n\nАбонент|Клиент\n+79160000001|Anna\n+79160000002|Boris\n', [anna, boris]],
    ],
  },
  'Western encodings': {
    country: 'DE',
    files: [
      [
        encoded('Phone;Name\r\n+4915112345601;Jürgen Müller\r\n', 'windows-1252'),
        [['+4915112345601', 'Jürgen Müller']],
      ],
      [
        encoded('Telefon;Name\n+4915112345601;René Strauß\n', 'macintosh'),
        [['+4915112345601', 'René Strauß']],
      ],
      [
        encoded('Telefon,Name\n+48512345601,Łukasz Wiśniewski\n', 'windows-1250'),
        [['+48512345601', 'Łukasz Wiśniewski']],
      ],
    ],
  },
  'mixed line ends': {
    files: [
      ['phone,name\r\n+79160000001,Anna\n+79160000002,Boris\n', [anna, boris]],
      ['phone,name\n+79160000001,Anna\r\n+79160000002,Boris', [anna, boris]],
      ['phone,name\r+79160000001,Anna\r\n+79160000002,Boris\n', [anna, boris]],
    ],
  },
  'stray quotes': {
    files: [
      ['Phone;Name\n+79160000003;"C\n+79160000004;"D\n+79160000001;Anna\n', [anna]],
      ['Phone,Name\n+79160000001,Anna\n+79160000003,"C\n+79160000004,D"\n', [anna]],
      ['Phone;Name\n+79160000001;Anna\n+79160000002;5" Boris\n', [anna, ['+79160000002', '5" Boris']]],
    ],
  },
  'international prefixes': {
    files: [
      ['phone\n00442079460958\n', [['+442079460958']]],
      ['phone\n8~10 380 50 123-45-67\n', [['+380501234567']]],
      ['phone\n011 998 90 123 45 67\n12345671234568\n', [['+998901234567']]],
    ],
  },
  'old prefixes of Mexico': {
    country: 'MX',
    files: [
      ['phone\n1 55 1234 5684\n', [['+525512345684']]],
      ['phone\n+52 1 55 1234 5678\n', [['+525512345678']]],
      ['phone\n045 55 1234 5680\n', [['+525512345680']]],
    ],
  },
  'numbers of a spreadsheet': {
    files: [
      ['phone\n79160000001.0\n', [['+79160000001']]],
      ['phone\n442079460999\n', [['+442079460999']]],
      ['phone\n7.9160000001E+10\n"7,9160000002E+10"\n', [['+79160000001'], ['+79160000002']]],
    ],
  },
  'a running number before the phone': {
    files: [
      ['Номер;ФИО;Телефон\n1;Anna;+79160000001\n2;Boris;+79160000002\n', [anna, boris]],
      ['Number,Name,Contact\n101,Anna,89160000001\n102,Boris,89160000002\n', [anna, boris]],
      ['№\tНомер\tИмя\n1\t89160000001\tAnna\n2\t89160000002\tBoris\n', [anna, boris]],
    ],
  },
  'texts written as formulas': {
    files: [
      ['Phone,Name\n="+79160000001",="Anna"\n', [anna]],
      ['Phone;Name\n="89160000001";"=""Anna"""\n', [anna]],
      ["Phone,Name\n'+79160000001,Anna\n", [anna]],
    ],
  },
  'JSON Lines': {
    files: [
      ['{"phone":"+79160000001","name":"Anna","contract":12345678901234567890}\n', [anna]],
      [
        '{"phone":79160000001,"name":"Anna"}\n{"phone":["+79160000002"],"name":"Boris","city":"Orel"}\n',
        [anna, boris],
      ],
      ['\ufeff{"Телефон":"8 916 000-00-01","Имя":"Anna","data":{"a":[1]}}\r\n', [anna]],
    ],
  },
  'empty rows and columns': {
    files: [
      ['phone,name\n+79160000001,Anna\n,\n , \n+79160000002,Boris\n,\n', [anna, boris]],
      [`phone,name${','.repeat(253)}\n+79160000001,Anna${','.repeat(253)}\n`, [anna]],
      [workbook({ sheets: [sheet(['Phone', 'Name', '', ''], ['+79160000001', 'Anna'], ['', ''])] }), [anna]],
    ],
  },
  'archives of other programs': {
    files: [
      [workbook({ isStored: true, sheets: [sheet(['Phone', 'Name'], ['+79160000001', 'Anna'])] }), [anna]],
      [workbook({ isZip64: true, sheets: [sheet(['Phone', 'Name'], ['+79160000001', 'Anna'])] }), [anna]],
      [
        workbook({
          rename: (name) => name.replaceAll('/', '\\').replace('shared', 'Shared'),
          sheets: [sheet(['Phone', 'Name'], ['+79160000001', 'Anna'])],
        }),
        [anna],
      ],
    ],
  },
  'hidden sheets and rows': {
    files: [
      [
        workbook({
          sheets: [
            { ...sheet(['Phone'], ['+79160000009']), name: 'old', state: 'hidden' },
            sheet(['Phone', 'Name'], ['+79160000001', 'Anna']),
          ],
        }),
        [anna],
      ],
      [
        workbook({
          sheets: [
            {
              rows:
                row(cells('Phone', 'Name')) +
                row(cells('+79160000009', 'C'), 'hidden="1"') +
                row(cells('+79160000001', 'Anna')),
            },
          ],
        }),
        [anna],
      ],
      [
        workbook({
          sheets: [
            {
              rows:
                row(cells('Phone', 'Name')) +
                row(cells('+79160000002', 'Boris'), 'hidden="1"') +
                row(cells('+79160000001', 'Anna')),
            },
          ],
        }),
        [boris, anna],
        { hidden_rows: 'take' },
      ],
    ],
  },
  'error values as names': {
    files: [
      ['Phone,Name\n+79160000001,#N/A\n', [['+79160000001', null]]],
      ['Phone;Name\n+79160000001;#ССЫЛКА!\n', [['+79160000001', null]]],
      [workbook({ sheets: [sheet(['Phone', 'Name'], ['+79160000001', 'NULL'])] }), [['+79160000001', null]]],
    ],
  },
}

test('Each kind of file gives the same contacts by the API and the command, and the same numbers as a suppression list', async (t) => {
  const { s, tester, run, suppressed } = await startCommand(t)
  const uploadHeaders = {
    ...tester.company.headers,
    'content-type': `multipart/form-data; boundary=${boundary}`,
  }
  const directory = t.testdir()
  const contactsOf = async (id: string, contacts: Contact[]) =>
    (await tester.contacts(id)).map(({ phone_number, contact_name }, i) =>
      contacts[i]?.length === 1 ? [phone_number] : [phone_number, contact_name],
    )
  for (const [kind, { files, country = 'RU' }] of Object.entries(kinds)) {
    await t.test(kind, async (t) => {
      for (const [i, [file, contacts, fields = {}]] of files.entries()) {
        await s.db.orm.execute(sql`delete from suppressions`)
        const [byApi, byCommand] = [await tester.createCampaign(), await tester.createCampaign()]
        const options = { default_country: country, ...fields }
        await tester.upload(byApi, file, { ...options, allow_missing_columns: 'true' })
        t.same(await contactsOf(byApi, contacts), contacts, `file ${i + 1}`)
        const path = join(directory, `${i}.csv`)
        writeFileSync(path, file)
        const args = [
          '--country',
          country,
          ...Object.entries(fields).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, value]),
        ]
        const imported = await run([path, '--campaign', byCommand, '--allow-missing-columns', ...args])
        t.equal(imported.code, 0, imported.stderr)
        t.same(await contactsOf(byCommand, contacts), contacts, `file ${i + 1}, by the command`)
        const list = await s.request('POST', '/api/suppressions/import', uploadHeaders, form(file, options))
        t.equal(list.status, 200, JSON.stringify(list.body))
        const numbers = await suppressed()
        t.same(
          contacts.filter(([number]) => !numbers.includes(number)),
          [],
          `file ${i + 1}, as a suppression list`,
        )
      }
    })
  }
})
