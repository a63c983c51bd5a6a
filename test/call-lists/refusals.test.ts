import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { readInThread } from '../../src/modules/call-lists/file/reader-pool.ts'
import { startTestService } from '../setup/service.ts'
import { checkCounts, freshNumber, ImportTester } from './setup.ts'
import { row, textCell, workbook } from './workbook-files.ts'

test('What PostgreSQL would refuse is found before it is stored', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  /** Uploads a file into a new campaign. */
  const upload = async (file: string | Buffer, fields: Record<string, string> = {}) => {
    const id = await tester.createCampaign()
    const response = await tester.upload(id, file, fields)
    await checkCounts(t, tester, id)
    return { ...response, id }
  }
  const phones = () => `{"phone":"${freshNumber()}"`

  await t.test('NUL and half of a surrogate pair in a heading or key', async (t) => {
    const files = {
      'NUL in a heading': `phone,na\0me\n${freshNumber()},Anna\n`,
      'NUL in a key': `${phones()},"na\\u0000me":"Anna"}\n`,
      'half of a surrogate pair in a key': `${phones()},"na\\ud83dme":"Anna"}\n`,
      'NUL in a heading of a workbook': workbook({
        sheets: [
          { rows: row([textCell('phone'), textCell('na_x0000_me')]) + row([textCell(freshNumber())]) },
        ],
      }),
    }
    for (const [name, file] of Object.entries(files)) {
      const { status, body } = await upload(file)
      t.match(
        { status, body },
        { status: 422, body: { code: 'invalid_column_name', detail: /The name of column 2/ } },
        name,
      )
    }
    const lines = [
      ...Array.from({ length: 100 }, () => `${phones()}}`),
      `${phones()},"a\\u0000":1}`,
      `${phones()},"\\udc00":1}`,
    ]
    t.match((await upload(`${lines.join('\n')}`)).body, {
      created: 100,
      rejected: 2,
      refusals: { unknown_key: 2 },
    })
  })

  await t.test('The same characters above a heading, in a name of a sheet and in a mapping', async (t) => {
    t.match((await upload(`A\0title\ud83d\n\nphone,name\n${freshNumber()},Anna\n`)).body, { created: 1 })
    const named = workbook({ sheets: [{ name: '&#0;&#xD83D;', rows: [['phone'], [freshNumber()]] }] })
    t.match((await upload(named)).body, { created: 1 })
    for (const key of ['a\0', '\ud83d', 'x'.repeat(201)]) {
      t.match(
        await upload(`phone,name\n${freshNumber()},Anna\n`, { mapping: JSON.stringify({ name: key }) }),
        {
          status: 400,
          body: { code: 'invalid_form', errors: [{ pointer: '/mapping' }] },
        },
      )
    }
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`c${i}`, null]))
    t.match((await upload('phone\n', { mapping: JSON.stringify(many) })).status, 400)
  })

  await t.test('Times out of range and nested values are reasons to reject a row', async (t) => {
    const times = [
      '+275760-09-13T00:00:00Z',
      '99999-01-01T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '-000001-01-01T00:00:00Z',
      '294277-01-01',
      '1e20',
    ]
    const file = `phone,next_attempt_at\n${freshNumber()},2027-01-01T10:00:00Z\n${times.map((time) => `${freshNumber()},${time}\n`).join('')}`
    t.match((await upload(file)).body, { created: 1, refusals: { invalid_time: times.length } })
    const nested = (depth: number) => `${phones()},"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    const { body, id } = await upload([50, 51, 4_900, 5_100, 100_000].map(nested).join('\n'))
    t.match(body, { total: 5, created: 1, rejected: 4, refusals: { too_deep: 4 } })
    t.equal((await tester.request('GET', `/api/campaigns/${id}/tasks`)).body.items.length, 1)
    t.equal((await tester.request('GET', `/api/imports/${body.import_id}/rejected`)).body.items.length, 4)
  })

  await t.test('Rows with numbers beyond the integers of the database', async (t) => {
    const cells =
      row([textCell('phone')]) +
      `<row r="4294967295">${textCell(freshNumber())}</row><row r="1e300">${textCell(freshNumber())}</row>`
    t.match((await upload(workbook({ sheets: [{ rows: cells }] }))).body, { created: 2 })
  })

  await t.test('A refusal of the database fails the upload at once', async (t) => {
    await s.db.orm.execute(
      sql`alter table import_rows add constraint refused check (contact_name <> 'refused') not valid`,
    )
    const id = await tester.createCampaign()
    t.match((await tester.upload(id, `phone,name\n${freshNumber()},refused\n`)).status, 422)
    const { items } = (await tester.request('GET', `/api/imports?campaign_id=${id}`)).body
    t.match(items, [{ status: 'failed' }])
    await s.db.orm.execute(sql`alter table import_rows drop constraint refused`)
    await checkCounts(t, tester, id)
  })
})

test('A batch that cannot be stored ends the reading, also of a file that never ends', async (t) => {
  async function* endless() {
    yield Buffer.from('phone\n')
    for (;;) {
      yield Buffer.from(`${freshNumber()}\n`.repeat(5_000))
      await nextTurn()
    }
  }
  const options = {
    mapping: {},
    requiredColumns: [],
    timezone: 'UTC',
    unknown_zone: 'strictest' as const,
    now: new Date(),
    country: undefined,
    encoding: undefined,
    delimiter: undefined,
  }
  const read = readInThread('a', {
    options,
    keepsCells: false,
    chunks: endless(),
    store: () => Promise.reject(new Error('refused')),
    signal: new AbortController().signal,
  })
  await t.rejects(read, /refused/)
})
