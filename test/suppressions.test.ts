import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { startTestService } from './setup/service.ts'

let usedNumbers = 0
const freshNumber = () => `+7999${String(6_000_000 + usedNumbers++)}`
const noon = new Date('2026-11-23T12:00:00Z')
const days = (n: number) => new Date(noon.getTime() + n * 86_400_000).toISOString()

test('Suppressions', async (t) => {
  const s = await startTestService(t)
  s.setNow(noon)
  const company = await s.createCompany()
  const request = (method: string, path: string, body?: unknown, headers = company.headers) =>
    s.request(method, path, headers, body)
  const post = (body: object) => request('POST', '/api/suppressions', body)
  const findByNumber = async (phone_number: string) =>
    (await request('GET', `/api/suppressions?phone_number=${encodeURIComponent(phone_number)}`)).body.items[0]
  const importCsv = (text: string, query = '') =>
    request('POST', `/api/suppressions/import${query}`, text, {
      ...company.headers,
      'content-type': 'text/csv; charset=utf-8',
    })

  t.test('A number is suppressed once, also when it is sent in different notations', async (t) => {
    const first = await post({
      phone_number: '8 (999) 600-10-00',
      default_country: 'RU',
      reason: 'complaint',
    })
    t.match(first, {
      status: 201,
      body: { phone_number: '+79996001000', reason: 'complaint', source: 'api', expires_at: null },
    })
    const repeated = await post({ phone_number: '+7 999 600 10 00', reason: 'other', note: 'a second time' })
    t.match(repeated, { status: 200, body: first.body }, 'the suppression is unchanged')
    const concurrent = freshNumber()
    const responses = await Promise.all([1, 2, 3].map(() => post({ phone_number: concurrent })))
    t.same(responses.map(({ status }) => status).sort(), [200, 200, 201])
  })

  t.test('POST can only extend a suppression; PATCH and PUT can also shorten it', async (t) => {
    const phone_number = freshNumber()
    const { body } = await post({ phone_number, expires_at: days(10) })
    t.equal((await post({ phone_number, expires_at: days(5) })).body.expires_at, days(10))
    t.equal((await post({ phone_number, expires_at: days(20) })).body.expires_at, days(20))
    t.equal((await post({ phone_number })).body.expires_at, null)
    t.equal((await post({ phone_number, expires_at: days(5) })).body.expires_at, null)
    const path = `/api/suppressions/${body.id}`
    const changed = await request('PATCH', path, { expires_at: days(1), note: 'agreed to be called again' })
    t.match(changed, { status: 200, body: { expires_at: days(1), note: 'agreed to be called again' } })
    t.match(await request('PUT', path, { note: null }), {
      status: 200,
      body: { expires_at: days(1), note: null },
    })
    const past = await request('PATCH', path, { expires_at: days(-1) })
    t.match(past, { status: 422, body: { code: 'already_expired', errors: [{ pointer: '/expires_at' }] } })
    t.match(await post({ phone_number: 'no number' }), {
      status: 422,
      body: { code: 'invalid_phone_number', errors: [{ pointer: '/phone_number' }] },
    })
  })

  t.test('A number whose suppression has expired can be suppressed again', async (t) => {
    const phone_number = freshNumber()
    await post({ phone_number, expires_at: days(1) })
    s.setNow(new Date(days(2)))
    const expired = async () =>
      (await request('GET', '/api/suppressions?is_active=false')).body.items.map(
        (item: { phone_number: string }) => item.phone_number,
      )
    t.equal((await expired())[0], phone_number, 'newest first')
    const suppressedAgain = await post({ phone_number, expires_at: days(3) })
    t.match(suppressedAgain, { status: 200, body: { expires_at: days(3) } })
    t.notOk((await expired()).includes(phone_number))
    s.setNow(noon)
  })

  t.test(
    'A contact is not added while its number is suppressed, and can be added after the suppression is deleted',
    async (t) => {
      const phone_number = freshNumber()
      const { body } = await post({ phone_number })
      const bot = await request('POST', '/api/skillbases', {
        name: 'Bot',
        slug: `bot-${randomUUID()}`,
        config: exampleConfig,
      })
      const campaign = await request('POST', '/api/campaigns', { name: 'C', skillbase_id: bot.body.id })
      const add = () =>
        request('POST', `/api/campaigns/${campaign.body.id}/tasks`, { tasks: [{ phone_number }] })
      t.match((await add()).body, { created: 0, suppressed: 1 })
      t.equal((await request('DELETE', `/api/suppressions/${body.id}`)).status, 204)
      t.equal((await request('DELETE', `/api/suppressions/${body.id}`)).status, 404)
      t.match((await add()).body, { created: 1, suppressed: 0 })
    },
  )

  t.test('A list is imported, and invalid rows are reported by index', async (t) => {
    const [suppressed, unknown, repeated] = [freshNumber(), freshNumber(), freshNumber()]
    await post({ phone_number: suppressed })
    const { status, body } = await request(
      'POST',
      '/api/suppressions/import?reason=opt_out&default_country=RU',
      {
        suppressions: [
          { phone_number: suppressed },
          { phone_number: unknown, reason: 'complaint', note: 'loud', expires_at: days(30) },
          { phone_number: repeated },
          { phone_number: repeated, expires_at: days(1) },
          { phone_number: '12' },
          { phone_number: freshNumber(), reason: 'bored' },
          { phone_number: freshNumber(), expires_at: 'tomorrow' },
          { phone_number: freshNumber(), expires_at: days(-1) },
          { phone_number: freshNumber(), note: 'x'.repeat(1_001) },
          { phone_number: freshNumber(), expires_at: '2126-06-30T00:00:00' },
          { phone_number: freshNumber(), expires_at: '2126-02-30T00:00:00Z' },
        ],
      },
    )
    t.equal(status, 200)
    t.match(body, { created: 2, extended: 0, unchanged: 2, rejected_total: 7 })
    t.same(
      body.rejected.map(({ index, field, code }: Record<string, unknown>) => [index, field, code]),
      [
        [4, 'phone_number', 'invalid_phone_number'],
        [5, 'reason', 'unknown_reason'],
        [6, 'expires_at', 'invalid_time'],
        [7, 'expires_at', 'already_expired'],
        [8, 'note', 'too_long'],
        [9, 'expires_at', 'invalid_time'],
        [10, 'expires_at', 'invalid_time'],
      ],
    )
    t.match(await findByNumber(unknown), {
      reason: 'complaint',
      note: 'loud',
      source: 'import',
      expires_at: days(30),
    })
    t.match(
      await findByNumber(repeated),
      { reason: 'opt_out', expires_at: null },
      'of two rows with the same number, the one that expires later is stored',
    )
  })

  t.test('An export can be imported and gives the same suppressions', async (t) => {
    const other = await s.createCompany()
    const notes = ['plain', 'with "quotes", commas\nand lines', '=HYPERLINK("x")', "'quoted'", 'Ж;1']
    for (const note of notes) await post({ phone_number: freshNumber(), note, reason: 'do_not_call' })
    for (const query of ['', '?separator=;&bom=true']) {
      const file = await request('GET', `/api/suppressions/export${query}`)
      t.equal(file.headers['content-type'], 'text/csv; charset=utf-8')
      const imported = await s.request(
        'POST',
        '/api/suppressions/import',
        { ...other.headers, 'content-type': 'text/csv' },
        file.body,
      )
      t.equal(imported.status, 200, JSON.stringify(imported.body))
      t.equal(imported.body.rejected_total, 0)
    }
    const suppressionsOf = async (company_id: string) => [
      ...(await s.db.orm.execute(sql`
          select phone_number, reason, note, expires_at::text from suppressions
          where company_id = ${company_id}::uuid order by 1`)),
    ]
    const copy = await suppressionsOf(other.id)
    t.ok(copy.length > 8)
    t.same(copy, await suppressionsOf(company.id))
  })

  t.test(
    'CSV is accepted with different headers, delimiters and line ends, and without a header',
    async (t) => {
      const createdCount = (text: string, query?: string) =>
        importCsv(text, query).then(({ body }) => body.created)
      const first = freshNumber()
      t.equal(await createdCount(`${first}\n${freshNumber()}\r\n\n`), 2, 'one number per line')
      t.equal(
        await createdCount(`\ufeffТелефон;Имя\r\n${freshNumber()};Анна\r\n`),
        1,
        'in the format of a Russian Excel',
      )
      t.equal(
        await createdCount(`name\tphone\nAnna\t${freshNumber()}`),
        1,
        'separated by tabs, with the number in any column',
      )
      t.equal(await createdCount('phone\n8 999 600 55 55', '?default_country=RU'), 1)
      t.match(await importCsv('name,city\nAnna,Perm'), { status: 422, body: { code: 'no_phone_column' } })
      t.match(await importCsv(''), { status: 422, body: { code: 'empty_file' } })
      const invalid = await importCsv(`phone_number,note\n${first},"never closed`)
      t.match(invalid, { status: 422, body: { code: 'invalid_csv' } })
      t.notMatch(JSON.stringify(invalid.body), first, 'the response contains no phone number')
    },
  )

  t.test(
    '50,000 numbers are imported in one request, and importing them again changes nothing',
    async (t) => {
      const list = Array.from({ length: 50_000 }, (_, i) => `+7912${String(1_000_000 + i)}`).join('\n')
      t.match((await importCsv(list)).body, { created: 50_000, unchanged: 0, rejected_total: 0 })
      t.match((await importCsv(list)).body, { created: 0, unchanged: 50_000, rejected_total: 0 })
    },
  )

  t.test('The log contains no phone number', async (t) => {
    t.notMatch(s.logLines.join(''), /\+?7(999600|9121)\d/)
  })
})
