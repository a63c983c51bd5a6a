import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { writeXlsx } from 'hucre/xlsx'
import { type Test, test } from 'tap'
import { readPhoneCell } from '../src/modules/call-lists/file/phone-cell.ts'
import { importStep, pruneImportRows } from '../src/modules/call-lists/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { SeededRandom } from '../src/telephony/simulated/seeded-random.ts'
import { programArgs } from './setup/programs.ts'
import { startTestService, type TestCompany, type TestService } from './setup/service.ts'

let counted = 0
const freshNumber = () => `+7999${String(7_000_000 + counted++)}`
const boundary = 'a-boundary-of-tests'

/** A form with fields and then a file, as a browser sends it. */
function form(file: Buffer | string, fields: Record<string, string> = {}, name = 'list.csv'): Buffer {
  const parts = Object.entries(fields).map(
    ([field, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  )
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n`
  return Buffer.concat([
    Buffer.from(parts.join('') + head),
    Buffer.from(file),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}

class Bench {
  readonly s: TestService
  readonly company: TestCompany
  readonly bot: string

  private constructor(s: TestService, company: TestCompany, bot: string) {
    this.s = s
    this.company = company
    this.bot = bot
  }

  static async of(s: TestService, config: object = exampleConfig): Promise<Bench> {
    const company = await s.createCompany()
    const make = (path: string, body: unknown) => s.request('POST', path, company.headers, body)
    const { body } = await make('/api/skillbases', { name: 'Bot', slug: `bot-${randomUUID()}`, config })
    await make(`/api/skillbases/${body.id}/publish`, {})
    return new Bench(s, company, body.id)
  }

  async call(method: string, path: string, body?: unknown) {
    return this.s.request(method, path, this.company.headers, body)
  }

  async campaign(settings: object = {}): Promise<string> {
    return (await this.call('POST', '/api/campaigns', { name: 'C', skillbase_id: this.bot, ...settings }))
      .body.id
  }

  async upload(id: string, file: Buffer | string, fields?: Record<string, string>, name?: string) {
    const headers = { ...this.company.headers, 'content-type': `multipart/form-data; boundary=${boundary}` }
    const answer = await this.s.request(
      'POST',
      `/api/campaigns/${id}/call-list`,
      headers,
      form(file, fields, name),
    )
    if (answer.status < 500) return answer
    throw new Error(this.s.logLines.filter((line) => line.includes('"err"')).at(-1))
  }

  async contacts(id: string): Promise<Record<string, unknown>[]> {
    return [
      ...(await this.s.db.orm.execute(sql`
        select phone_number, contact_name, contact_data, timezone, dial_timezone, timezone_source, priority, next_attempt_at, status
        from call_tasks where campaign_id = ${id}::uuid order by id`)),
    ]
  }

  /** Runs the worker's step until nothing is left. */
  async work(): Promise<void> {
    while ((await importStep(this.s.db, new Date())) > 0);
  }
}

/** What holds after every upload: the sum, the counters, and that nothing is left lying about. */
async function checkBooks(t: Test, b: Bench, id: string, import_id?: string): Promise<void> {
  const [found] = await b.s.db.orm.execute(sql`
    select (select total_tasks = (select count(*) from call_tasks where campaign_id = k.id) from campaigns k where id = ${id}::uuid) as counters,
      (select count(*)::int from import_rows r join imports i on i.id = r.import_id
        where i.campaign_id = ${id}::uuid and i.finished_at is not null and r.code is null) as left_over`)
  t.same(found, { counters: true, left_over: 0 }, 'the books agree')
  if (import_id === undefined) return
  const { body } = await b.call('GET', `/api/imports/${import_id}`)
  const { total, created, updated, skipped, suppressed, rejected } = body
  t.equal(created + updated + skipped + suppressed + rejected, total, 'not one row is silently lost')
}

test('a cell that holds a phone number', (t) => {
  const good: [string, string, string?][] = [
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
  for (const [cell, number, extension] of good) {
    t.same(readPhoneCell(cell, 'RU'), { ok: true, number, ...(extension && { extension }) }, cell)
  }
  const bad: [string, string][] = [
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
  for (const [cell, code] of bad) t.match(readPhoneCell(cell, 'RU'), { ok: false, code }, cell)
  t.match(readPhoneCell('9161234567', undefined), { ok: false, code: 'invalid_phone_number' }, 'no country')
  t.end()
})

/** What a Cyrillic text is in an encoding of one byte a letter. */
function encoded(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text)
  if (encoding === 'utf-8 with its mark') return Buffer.from(`\ufeff${text}`)
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (encoding === 'utf-16le without its mark') return Buffer.from(text, 'utf16le')
  if (encoding === 'utf-16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  const table = new Map(
    Array.from(
      { length: 256 },
      (_, i) => [new TextDecoder(encoding).decode(new Uint8Array([i])), i] as const,
    ),
  )
  return Buffer.from([...text].map((letter) => table.get(letter) ?? 63))
}

test('a file is read as its spreadsheet wrote it', async (t) => {
  const s = await startTestService(t)
  const b = await Bench.of(s)

  t.test('any encoding and any separator, found by themselves', async (t) => {
    const encodings = [
      ...['utf-8', 'utf-8 with its mark', 'utf-16le', 'utf-16be', 'utf-16le without its mark'],
      ...['windows-1251', 'koi8-r', 'ibm866'],
    ]
    for (const encoding of encodings) {
      for (const separator of [';', ',', '\t', '|']) {
        const id = await b.campaign()
        const cells = [
          ['Телефон', 'Имя', 'Город'],
          ['8 916 123 45 67', 'Анна Петрова', 'Нижний Новгород'],
          ['8 916 123 45 68', `Пётр ${separator} "младший"`, 'Орёл'],
        ]
        const quoted = (cell: string) => (/["|,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
        const text = cells.map((row) => row.map(quoted).join(separator)).join('\r\n')
        const { status, body } = await b.upload(id, encoded(text, encoding), { default_country: 'RU' })
        t.match(
          { status, body },
          { status: 200, body: { total: 2, created: 2, rejected: 0 } },
          `${encoding} ${separator}`,
        )
        t.equal(body.reading?.delimiter, separator)
        t.match(
          await b.contacts(id),
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

  t.test('letters that come late in a long file are read as well', async (t) => {
    const id = await b.campaign()
    const plain = Array.from({ length: 8_000 }, () => `${freshNumber()};Anna`).join('\r\n')
    const text = `phone;name\r\n${plain}\r\n${freshNumber()};Анна Иванова\r\n`
    const { body } = await b.upload(id, encoded(text, 'windows-1251'))
    t.match(body, { created: 8_001, reading: { encoding: 'windows-1251' } })
    t.equal((await b.contacts(id)).at(-1)?.contact_name, 'Анна Иванова')
    const mixed = Buffer.concat([
      Buffer.from('phone;name\r\n+79990000000;Анна\r\n'),
      encoded('+79990000001;Анна', 'windows-1251'),
    ])
    const refused = await b.upload(await b.campaign(), Buffer.concat([mixed, Buffer.from('\r\n')]), {
      encoding: 'utf-8',
    })
    t.match(refused, { status: 422, body: { code: 'invalid_encoding' } })
    const said = await b.upload(await b.campaign(), encoded('phone;name\r\n+79990000001;Анна', 'koi8-r'), {
      encoding: 'koi8-r',
    })
    t.match(said.body, { created: 1, reading: { encoding: 'koi8-r' } })
  })

  t.test(
    'sep=, a title above, no heading at all, a last line without its end, and empty lines',
    async (t) => {
      const cases: [string, number, string?][] = [
        ['sep=|\r\nphone|name\r\n+79161234501|A\r\n', 1],
        ['Clients of November\r\n\r\nphone;name\r\n+79161234502;A\r\n', 1],
        ['+79161234503\n+79161234504', 2],
        ['Anna;+79161234505\nBoris;+79161234506\n', 2],
        ['phone\r+79161234507\r+79161234508', 2, 'line ends of old Macs'],
        ['phone;name\n\n\n+79161234509;A\n   \n', 1],
      ]
      for (const [text, created, what] of cases) {
        const id = await b.campaign()
        const { body } = await b.upload(id, text)
        t.equal(
          body.created,
          created,
          `${what ?? JSON.stringify(text)}: ${JSON.stringify(body).slice(0, 300)}`,
        )
        await checkBooks(t, b, id, body.import_id)
      }
    },
  )

  t.test('columns go where they belong, or where they are told to', async (t) => {
    const id = await b.campaign({ timezone: 'Europe/Moscow' })
    const text = [
      'Клиент;Моб. телефон;Часовой пояс;Приоритет;Позвонить в;City;Notes',
      'Anna;+79161234501;Asia/Vladivostok;5;2026-12-01 10:00;Perm;x',
      'Boris;+79161234502;;;01.12.2026 10:00;;',
      'Carla;+442079460958;;-3;2026-12-01T10:00:00+03:00;;',
    ].join('\n')
    const mapping = JSON.stringify({ 'Моб. телефон': 'phone_number', City: 'city', Notes: null })
    const { body } = await b.upload(id, text, { mapping })
    t.match(body, {
      created: 3,
      reading: { mapping: { Клиент: 'contact_name', City: 'contact_data.city', Notes: null } },
    })
    t.match(await b.contacts(id), [
      {
        ...{ contact_name: 'Anna', timezone: 'Asia/Vladivostok', timezone_source: 'given', priority: 5 },
        ...{ contact_data: { city: 'Perm' }, next_attempt_at: '2026-12-01 00:00:00+00' },
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

  t.test('a workbook is read as its cells are seen', async (t) => {
    const id = await b.campaign()
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
    const { status, body } = await b.upload(id, Buffer.from(file), { default_country: 'RU' }, 'a.xlsx')
    t.match(
      { status, body },
      { status: 200, body: { total: 3, created: 2, rejected: 1, reading: { format: 'xlsx' } } },
    )
    t.match(body.errors, [{ line: 4, code: 'invalid_phone_number' }])
    t.match(await b.contacts(id), [
      {
        phone_number: '+79161234567',
        contact_name: 'Анна',
        contact_data: { Balance: '12.5', Since: '2026-01-02' },
      },
      { phone_number: '+79161234568' },
    ])
  })

  t.test('JSON lines keep what their values are', async (t) => {
    const id = await b.campaign()
    const lines = [
      '{"phone": "+79161234567", "name": "Anna", "visits": 3, "tags": ["a"]}',
      '{"phone": "+79161234568", "name": "Boris"}',
      'not json',
      '{"phone": "+79161234569", "surprise": 1}',
    ]
    const { body } = await b.upload(id, lines.join('\n'), {}, 'list.jsonl')
    t.match(body, { total: 4, created: 2, rejected: 2, refusals: { invalid_json: 1, unknown_key: 1 } })
    t.match(await b.contacts(id), [{ contact_data: { visits: 3, tags: ['a'] } }, { contact_data: {} }])
  })
})

test('each row is accounted for', async (t) => {
  const s = await startTestService(t)
  const b = await Bench.of(s)

  t.test('bad rows are told with their line and reason, can be fetched, mended and sent again', async (t) => {
    const id = await b.campaign()
    const [good, later] = [freshNumber(), freshNumber()]
    const rows: [string, string | undefined][] = [
      [`${good},Anna,,,`, undefined],
      [',Boris,,,', 'no_phone_number'],
      ['7.99912E+10,Carla,,,', 'phone_in_scientific_notation'],
      [`${later},Dora,Mars/Olympus,,`, 'unknown_timezone'],
      [`${freshNumber()},E,,high,`, 'invalid_priority'],
      [`${freshNumber()},F,,,tomorrow`, 'invalid_time'],
      [`${freshNumber()},${'x'.repeat(201)},,,`, 'too_long'],
      [`${freshNumber()},"a\u0000b",,,`, 'bad_character'],
      [`${freshNumber()},G,,,,one too many`, 'too_many_cells'],
    ]
    const text = ['phone,name,timezone,priority,call at', ...rows.map(([row]) => row)].join('\n')
    const { body } = await b.upload(id, text)
    t.match(body, { total: 9, created: 1, rejected: 8 })
    t.same(
      body.errors.map(({ line, code }: { line: number; code: string }) => [line, code]),
      rows.flatMap(([, code], i) => (code === undefined ? [] : [[i + 2, code]])),
    )
    const page = await b.call('GET', `/api/imports/${body.import_id}/rejected?limit=3`)
    t.match(page.body, {
      total: 8,
      items: [{ line: 3, cells: ['', 'Boris', '', '', ''] }, { line: 4 }, { line: 5 }],
    })
    const file = (await b.call('GET', `/api/imports/${body.import_id}/rejected/export`)).body as string
    t.match(
      file,
      /^refused_line,refused_code,refused_detail,phone,name,timezone,priority,call at\r\n3,no_phone_number,/,
    )
    const mended = file.replace('Mars/Olympus', 'Europe/Moscow')
    const again = await b.upload(id, mended)
    t.match(again.body, { total: 8, created: 3 }, 'what was too much, or no letter, is gone by then')
    t.notMatch(JSON.stringify(await b.contacts(id)), /refused_/)
    t.ok(
      (await b.contacts(id)).some(
        ({ contact_name, timezone }) => contact_name === 'Dora' && timezone === 'Europe/Moscow',
      ),
    )
    await checkBooks(t, b, id, again.body.import_id)
  })

  t.test('numbers that are there are skipped, updated or refused, as it was said', async (t) => {
    const numbers = Array.from({ length: 4 }, freshNumber) as [string, string, string, string]
    const suppressed = numbers[3]
    await b.call('POST', '/api/suppressions', { phone_number: suppressed })
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
      const id = await b.campaign()
      await b.call('POST', `/api/campaigns/${id}/tasks`, {
        tasks: [{ phone_number: numbers[0], contact_name: 'Old', contact_data: { a: 1 } }],
      })
      const tried = await b.upload(id, text, { on_duplicate, dry_run: 'true' })
      t.match(tried.body, { total: 6, ...counts, is_dry_run: true }, `${on_duplicate}, tried`)
      t.equal((await b.contacts(id)).length, 1, 'and nothing was done')
      const { body } = await b.upload(id, text, { on_duplicate })
      t.match(body, { total: 6, ...counts }, on_duplicate)
      const contacts = await b.contacts(id)
      const of = (number: string) => contacts.find(({ phone_number }) => phone_number === number)
      const isUpdate = on_duplicate === 'update'
      t.match(
        of(numbers[0]),
        isUpdate ? { contact_name: 'Anna', contact_data: { a: 1, city: 'Perm' } } : { contact_name: 'Old' },
      )
      t.equal(of(numbers[1])?.contact_name, isUpdate ? 'Boris II' : 'Boris')
      if (on_duplicate === 'reject')
        t.match(body.errors, [
          { line: 2, code: 'duplicate' },
          { line: 4, code: 'duplicate' },
        ])
      await checkBooks(t, b, id, body.import_id)
    }
  })

  t.test('the same file twice adds nothing, and says so', async (t) => {
    const id = await b.campaign()
    const text = `phone\n${freshNumber()}\n${freshNumber()}`
    const first = await b.upload(id, text, {}, '../../etc/pass\u0001wd')
    t.equal(
      (await b.call('GET', `/api/imports/${first.body.import_id}`)).body.file_name,
      'passwd',
      'a name, and no path',
    )
    const second = await b.upload(id, text)
    t.match(second.body, { created: 0, skipped: 2, same_file_import_id: first.body.import_id })
    t.equal((await b.contacts(id)).length, 2)
  })

  t.test('a trial shows how the file would be read, and leaves the campaign as it was', async (t) => {
    const id = await b.campaign()
    const text = encoded(
      'Телефон;Имя;Город\r\n8 916 777 00 01;Анна;Пермь\r\nничего;Борис;\r\n',
      'windows-1251',
    )
    const { body } = await b.upload(id, text, { dry_run: 'true', default_country: 'RU' })
    t.match(body, {
      ...{ is_dry_run: true, total: 2, created: 1, rejected: 1, refusals: { invalid_phone_number: 1 } },
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
    t.same(await b.contacts(id), [])
    await checkBooks(t, b, id, body.import_id)
  })

  t.test('a bot that speaks of what no column gives is told of before anything starts', async (t) => {
    const speaking = await Bench.of(s, {
      ...exampleConfig,
      context: { ...exampleConfig.context, role: 'Call {{contact_name}} of {{clinic}}' },
    })
    const id = await speaking.campaign()
    const refused = await speaking.upload(id, `phone,name\n${freshNumber()},Anna`)
    t.match(refused, { status: 422, body: { code: 'missing_columns', detail: /\{\{clinic\}\}/ } })
    t.same(await speaking.contacts(id), [])
    t.match((await speaking.upload(id, `phone,clinic\n${freshNumber()},North`)).body, { created: 1 })
    const anyway = await speaking.upload(id, `phone\n${freshNumber()}`, { allow_missing_columns: 'true' })
    t.match(anyway.body, { created: 1 })
  })

  t.test(
    'for any table, dialect and encoding, what the rows say is what is there, and the counts add up',
    async (t) => {
      for (let seed = 1; seed <= 25; seed++) {
        const dice = new SeededRandom(`table ${seed}`)
        const pick = <T>(of: readonly T[]) => of[Math.floor(dice.next() * of.length)] as T
        const id = await b.campaign()
        const pool = Array.from({ length: 30 }, freshNumber)
        const words = [
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
          phone: dice.chance(0.8) ? pick(pool) : pick(['', '12', '7.9E+10', 'nobody']),
          name: pick(words),
          note: pick(words),
        }))
        const separator = pick([';', ',', '\t', '|'])
        const end = pick(['\n', '\r\n'])
        const quote = (cell: string) =>
          dice.chance(0.3) || /["\n\r;,|\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
        const text = [['phone', 'name', 'note'], ...rows.map(({ phone, name, note }) => [phone, name, note])]
          .map((cells) => cells.map(quote).join(separator))
          .join(end)
        const encoding = pick(['utf-8', 'utf-8 with its mark', 'utf-16le', 'windows-1251'])
        const on_duplicate = pick(['skip', 'update', 'reject'])
        const { body } = await b.upload(id, encoded(text, encoding), { on_duplicate, delimiter: separator })
        const what = `seed ${seed}: ${encoding} ${JSON.stringify(separator)} ${on_duplicate}`
        const good = rows.filter(({ phone }) => phone.startsWith('+7'))
        const wanted = new Map<string, (typeof rows)[number]>()
        for (const row of good)
          if (on_duplicate === 'update' || !wanted.has(row.phone)) wanted.set(row.phone, row)
        t.equal(body.total, rows.filter(({ phone, name, note }) => phone + name + note !== '').length, what)
        t.equal(body.created, wanted.size, what)
        t.equal(
          body.created + body.updated + body.skipped + body.suppressed + body.rejected,
          body.total,
          what,
        )
        const contacts = await b.contacts(id)
        const wrong = contacts.filter(({ phone_number, contact_name, contact_data }) => {
          const row = wanted.get(phone_number as string)
          if (row === undefined) return true
          if (on_duplicate === 'update') return false
          const data = contact_data as { note?: string }
          return (contact_name ?? '') !== row.name.trim() || (data.note ?? '') !== row.note.trim()
        })
        t.same(wrong, [], what)
        await checkBooks(t, b, id, body.import_id)
      }
    },
  )
})

/** A ZIP archive with these entries; a size may be a lie. */
function zip(entries: { name: string; data: Buffer; size?: number; flags?: number }[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, data, size = data.length, flags = 0 } of entries) {
    const packed = deflateRawSync(data)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(flags, 6)
    head.writeUInt16LE(8, 8)
    head.writeUInt32LE(crc32(data), 14)
    head.writeUInt32LE(packed.length, 18)
    head.writeUInt32LE(size, 22)
    head.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    head.copy(entry, 6, 4, 30)
    entry.writeUInt32LE(at, 42)
    const local = Buffer.concat([head, Buffer.from(name), packed])
    locals.push(local)
    directory.push(Buffer.concat([entry, Buffer.from(name)]))
    at += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, listed, end])
}

test('a file that means harm is refused in words, and leaves the campaign as it was', async (t) => {
  const s = await startTestService(t)
  const b = await Bench.of(s)
  const workbook = { name: 'xl/workbook.xml', data: Buffer.from('<workbook/>') }
  const zeros = Buffer.alloc(50 * 2 ** 20)
  const cases: Record<string, [Buffer | string, string]> = {
    nothing: ['', 'empty_file'],
    'a heading alone': ['phone,name\n', 'empty_file'],
    'no column of numbers': ['name,city\nAnna,Perm\n', 'no_phone_column'],
    'two columns of one name': ['phone,Name,name\n+79990000000,a,b\n', 'duplicate_column'],
    '10,000 columns': [
      `phone,${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n+79990000000\n`,
      'too_many_columns',
    ],
    'a quote never closed': [
      `phone,name\n+79990000000,"Anna\n${'+79990000001,x\n'.repeat(20_000)}`,
      'invalid_csv',
    ],
    'a cell without end': [`phone,name\n+79990000000,${'x'.repeat(3_000_000)}`, 'invalid_csv'],
    'a workbook of Excel 97': [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'unreadable_format'],
    'a PDF': ['%PDF-1.7 ...', 'unreadable_format'],
    'a web page': ['<!doctype html><table><tr><td>+79990000000', 'unreadable_format'],
    'XML with entities': [
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
      'unreadable_format',
    ],
    'a picture': [Buffer.from('89504e470d0a1a0a', 'hex'), 'unreadable_format'],
    'an archive that is no workbook': [zip([{ name: 'a.txt', data: Buffer.from('x') }]), 'not_a_workbook'],
    'an archive cut short': [zip([workbook]).subarray(0, 60), 'broken_archive'],
    'names outside of the archive': [
      zip([workbook, { name: '../../etc/passwd', data: Buffer.from('x') }]),
      'suspicious_archive',
    ],
    'a workbook with a password': [zip([{ ...workbook, flags: 1 }]), 'encrypted'],
    'a bomb': [zip([workbook, { name: 'xl/worksheets/sheet1.xml', data: zeros }]), 'suspicious_archive'],
    'a bomb that says so': [
      zip([workbook, { name: 'a', data: Buffer.from('x'), size: 2 ** 31 }]),
      'too_large_unpacked',
    ],
    'a sheet that lies about its size': [
      zip([workbook, { name: 'xl/worksheets/sheet1.xml', data: zeros, size: 100 }]),
      'broken_workbook',
    ],
    'texts that lie about their size': [
      zip([workbook, { name: 'xl/sharedStrings.xml', data: Buffer.alloc(100 * 2 ** 20), size: 100 }]),
      'too_large_unpacked',
    ],
    'a workbook of nonsense': [
      zip([workbook, { name: '[Content_Types].xml', data: Buffer.from('<x') }]),
      'broken_workbook',
    ],
  }
  for (const [what, [file, code]] of Object.entries(cases)) {
    const id = await b.campaign()
    const answer = await b.upload(id, file)
    t.match(
      answer,
      { status: 422, body: { code, errors: [{ pointer: '/file' }] } },
      `${what}: ${JSON.stringify(answer.body)}`,
    )
    t.same(await b.contacts(id), [])
    const { items } = (await b.call('GET', `/api/imports?campaign_id=${id}`)).body
    t.match(items, [{ status: 'failed', error_code: code }], 'and its failure is noted')
    await checkBooks(t, b, id)
  }
  t.test('a form that is wrong is told field by field', async (t) => {
    const id = await b.campaign()
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
    for (const [wrong, pointer] of fields) {
      const answer = await b.upload(id, list, wrong)
      t.match(
        answer,
        { status: 400, body: { code: 'invalid_form', errors: [{ pointer }] } },
        JSON.stringify(answer.body),
      )
    }
    t.match(await b.upload(id, list, { mapping: '{"nothing": "phone_number"}' }), {
      status: 422,
      body: { code: 'unknown_column' },
    })
    const headers = { ...b.company.headers, 'content-type': `multipart/form-data; boundary=${boundary}` }
    const send = (body: string | Buffer, more: object = {}) =>
      s.request('POST', `/api/campaigns/${id}/call-list`, { ...headers, ...more }, body)
    t.match(await send(`--${boundary}--\r\n`), { status: 400, body: { code: 'no_file' } })
    const unbound = await send('x', { 'content-type': 'multipart/form-data' })
    t.match(unbound, { status: 400, body: { code: 'broken_form' } }, JSON.stringify(unbound.body))
    const twice = form(list).toString().replace(`--${boundary}--`, form(list).toString())
    t.match(await send(twice), { status: 400, body: { code: 'several_files' } })
    const late = form(list)
      .toString()
      .replace(
        `\r\n--${boundary}--`,
        `\r\n--${boundary}\r\ncontent-disposition: form-data; name="dry_run"\r\n\r\ntrue\r\n--${boundary}--`,
      )
    t.match(await send(late), { status: 400, body: { code: 'field_after_file' } })
    t.match(await b.call('POST', `/api/campaigns/${id}/call-list`, {}), {
      status: 400,
      body: { code: 'no_form' },
    })
    t.match(await send('x', { 'content-length': String(200 * 2 ** 20) }), {
      status: 413,
      body: { code: 'body_too_large' },
    })
    t.match(await b.upload(randomUUID(), list), { status: 404 })
    t.same(await b.contacts(id), [])
    await checkBooks(t, b, id)
  })
})

test('a long list goes on by itself', async (t) => {
  const s = await startTestService(t)
  const b = await Bench.of(s)
  const many = (n: number) =>
    `phone,name\n${Array.from({ length: n }, (_, i) => `${freshNumber()},N${i}`).join('\n')}\n`

  t.test('it is answered at once, shows how far it is, and comes to its end', async (t) => {
    const id = await b.campaign()
    const { status, body } = await b.upload(id, many(45_000))
    t.match({ status, body }, { status: 202, body: { status: 'waiting', total: 45_000, created: 0 } })
    t.same(await b.contacts(id), [])
    const look = async () => (await b.call('GET', `/api/imports/${body.import_id}`)).body
    const seen: number[] = []
    while ((await importStep(s.db, new Date())) > 0) seen.push((await look()).created)
    t.same(seen, [20_000, 40_000, 45_000])
    t.match(await look(), { status: 'completed', created: 45_000 })
    await checkBooks(t, b, id, body.import_id)
    const first = (await b.contacts(id))[0]
    t.match(first, { contact_name: 'N0' }, 'contacts stand in the order of the file')
  })

  t.test('who dies in the middle took whole pieces, and another goes on', async (t) => {
    const id = await b.campaign()
    const { body } = await b.upload(id, many(30_000))
    await importStep(s.db, new Date())
    const lost = s.db.orm.transaction(async (tx) => {
      await tx.execute(sql`select 1 from imports where id = ${body.import_id}::uuid for update`)
      t.equal(await importStep(s.db, new Date()), 0, 'while somebody is at it nobody else is')
      throw new Error('killed')
    })
    await t.rejects(lost, /killed/)
    await b.work()
    t.match((await b.call('GET', `/api/imports/${body.import_id}`)).body, {
      status: 'completed',
      created: 30_000,
    })
    await checkBooks(t, b, id, body.import_id)
  })

  t.test('it can be cancelled, and what it added is taken back', async (t) => {
    const id = await b.campaign()
    const { body } = await b.upload(id, many(30_000))
    await importStep(s.db, new Date())
    t.equal((await b.contacts(id)).length, 20_000)
    const cancelled = await b.call('POST', `/api/imports/${body.import_id}/cancel`)
    t.match(cancelled, { status: 200, body: { status: 'reverting' } })
    await b.work()
    t.match((await b.call('GET', `/api/imports/${body.import_id}`)).body, {
      status: 'cancelled',
      created: 20_000,
      reverted: 20_000,
    })
    t.same(await b.contacts(id), [])
    await checkBooks(t, b, id)
    t.match(await b.call('POST', `/api/imports/${body.import_id}/cancel`), {
      status: 409,
      body: { code: 'invalid_transition' },
    })
  })

  t.test('DELETE takes back whom nobody called yet, and leaves the others', async (t) => {
    const id = await b.campaign()
    const { body } = await b.upload(id, many(10))
    const [first, second] = (await b.call('GET', `/api/campaigns/${id}/tasks`)).body.items
    await s.db.orm.execute(sql`update call_tasks set status = 'in_progress' where id = ${first.id}::uuid`)
    await s.db.orm.execute(
      sql`update call_tasks set status = 'completed', attempt_count = 1 where id = ${second.id}::uuid`,
    )
    await b.call('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: freshNumber() }] })
    const gone = await b.call('DELETE', `/api/imports/${body.import_id}`)
    t.match(gone, { status: 200, body: { status: 'reverted', reverted: 8 } })
    t.equal((await b.contacts(id)).length, 3)
    t.match(await b.call('DELETE', `/api/imports/${body.import_id}`), {
      status: 200,
      body: { reverted: 8 },
    })
    await checkBooks(t, b, id)
    const log = (await b.call('GET', `/api/campaigns/${id}/log`)).body.items.map(
      ({ event }: { event: string }) => event,
    )
    t.ok(log.includes('list_imported') && log.includes('import_reverted'))
  })

  t.test('refused rows go a month after their file, or with their campaign', async (t) => {
    const [kept, gone] = [await b.campaign(), await b.campaign()]
    for (const id of [kept, gone]) await b.upload(id, 'phone\nnobody\nno one\n')
    await b.call('DELETE', `/api/campaigns/${gone}`)
    const work = async (now: Date) => {
      for (let n = 0; ; ) {
        const forgotten = await pruneImportRows(s.db, now)
        if (forgotten === 0) return n
        n += forgotten
      }
    }
    t.equal(await work(new Date()), 2)
    t.equal(await work(new Date(Date.now() + 31 * 86_400_000)), 2)
  })

  t.test('a campaign that is stopped meanwhile gets nothing of it', async (t) => {
    const id = await b.campaign()
    await b.call('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: freshNumber() }] })
    await b.call('POST', `/api/campaigns/${id}/start`)
    const { body } = await b.upload(id, many(25_000))
    await importStep(s.db, new Date())
    await b.call('POST', `/api/campaigns/${id}/stop`)
    await b.work()
    const { body: ended } = await b.call('GET', `/api/imports/${body.import_id}`)
    t.match(ended, { status: 'failed', error_code: 'campaign_over' })
    await checkBooks(t, b, id)
    t.match(await b.upload(id, many(1)), { status: 409, body: { code: 'campaign_over' } })
  })
})

test('an upload that breaks off leaves nothing, and says so', async (t) => {
  const s = await startTestService(t)
  const b = await Bench.of(s)
  const id = await b.campaign()
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = s.app.server.address() as AddressInfo
  const whole = form(`phone\n${Array.from({ length: 40_000 }, freshNumber).join('\n')}\n`)
  const request = httpRequest({
    ...{ port, host: '127.0.0.1', method: 'POST', path: `/api/campaigns/${id}/call-list` },
    headers: {
      ...b.company.headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': whole.length,
    },
  })
  request.on('error', () => undefined)
  request.write(whole.subarray(0, whole.length / 2))
  const until = async (status: string) => {
    for (const limit = performance.now() + 20_000; performance.now() < limit; ) {
      const [one] = (await b.call('GET', `/api/imports?campaign_id=${id}`)).body.items
      if (one?.status === status) return one
    }
    throw new Error(`it never was ${status}`)
  }
  await until('receiving')
  request.destroy()
  t.match(await until('failed'), { error_code: 'interrupted' })
  t.same(await b.contacts(id), [])
  await checkBooks(t, b, id)
  t.match((await b.upload(id, `phone\n${freshNumber()}`)).body, { created: 1 }, 'and the next one is taken')

  t.test('one whose process died while it came in has failed after a minute', async (t) => {
    const [left] = await s.db.orm.execute<{ id: string }>(sql`
      insert into imports (company_id, campaign_id, alive_at) values (${b.company.id}::uuid, ${id}::uuid, now() - interval '2 min') returning id`)
    await s.db.orm.execute(sql`
      insert into import_rows (company_id, import_id, line, phone_number) values (${b.company.id}::uuid, ${left?.id}::uuid, 2, '+79990000000')`)
    await b.work()
    t.match((await b.call('GET', `/api/imports/${left?.id}`)).body, {
      status: 'failed',
      error_code: 'interrupted',
    })
    await checkBooks(t, b, id)
  })
})

test('npm run import sends a file to a running service, and tells what became of it', async (t) => {
  const s = await startTestService(t)
  const b = await Bench.of(s)
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(s.app.server.address() as AddressInfo).port}`
  const folder = t.testdir({
    'list.csv': 'Телефон;Имя\n8 916 123 45 67;Анна\nникто;Борис\n',
    'not.pdf': '%PDF-1.7',
  })
  const key = (b.company.headers.authorization ?? '').replace('Bearer ', '')
  const run = async (args: string[], env: Record<string, string> = { KEY: key }) => {
    const child = spawn(process.execPath, [...programArgs('src/cli/import'), ...args], {
      env: { ...process.env, KEY: '', ...env },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    const [code] = await once(child, 'exit')
    return { code, out, err }
  }
  const id = await b.campaign()
  const usual = [join(folder, 'list.csv'), '--campaign', id, '--url', url, '--country', 'RU']
  t.match(await run([...usual, '--dry-run']), { code: 0, out: /Would be: 2 rows: 1 created, .* 1 rejected/ })
  t.same(await b.contacts(id), [])
  const done = await run(usual)
  t.match(done, { code: 0, out: /2 rows: 1 created, 0 updated, 0 skipped, 0 suppressed, 1 rejected/ })
  t.match(done.out, /line 3: invalid_phone_number/)
  t.equal((await b.contacts(id)).length, 1)
  t.match(await run([join(folder, 'not.pdf'), '--campaign', id, '--url', url]), {
    code: 1,
    err: /It is a PDF/,
  })
  t.match(await run([join(folder, 'absent.csv'), '--campaign', id, '--url', url]), {
    code: 1,
    err: /absent\.csv/,
  })
  t.match(await run(['a.csv', 'b.csv', '--campaign', id]), { code: 2, err: /Name one file/ })
  t.match(await run(usual, { KEY: '' }), { code: 2, err: /Set KEY/ })
  t.match(await run(['--help']), { code: 0, out: /--on-duplicate/ })
})
