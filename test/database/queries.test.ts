import { Kind, type TSchema, Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { defineBatchDelete } from '../../src/db/query/define-batch-delete.ts'
import { defineCompanyQuery, defineQuery, queries } from '../../src/db/query/define-query.ts'
import {
  boolean,
  double,
  integer,
  jsonb,
  nullable,
  numeric,
  recordset,
  text,
  textArray,
  timestamptz,
  uuidArray,
} from '../../src/db/query/parameters.ts'
import { idempotencyKeys } from '../../src/db/schema/index.ts'
import { readCompany } from '../../src/db/transaction.ts'
import { Nullable } from '../../src/lib/schema/typebox.ts'
// These define all queries of the service when they are loaded.
import '../../src/app.ts'
import '../../src/workers.ts'
import { startTestService } from '../setup/service.ts'

const noon = new Date('2026-11-23T12:00:00.123Z')
const ids = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002']

const everyType = defineQuery({
  name: 'test.every_type',
  params: { at: timestamptz, ids: uuidArray, is_true: boolean, null_text: nullable(text), n: integer },
  row: {
    at: Type.Date(),
    ids: Type.Array(Type.String()),
    words: Type.Array(Nullable(Type.String())),
    times: Type.Array(Type.Date()),
    is_true: Type.Boolean(),
    null_text: Nullable(Type.String()),
    null_time: Nullable(Type.Date()),
    n: Type.Integer(),
    big: Type.Integer(),
    ratio: Type.Number(),
    money: Type.String(),
    json: Type.Object({ a: Type.Integer() }),
  },
  sql: (p) => sql`
    select ${p.at} as at, ${p.ids} as ids, array['plain', 'a,"b\\', null, 'NULL', ''] as words, array[${p.at}] as times,
      ${p.is_true} as is_true, ${p.null_text} as null_text, null::timestamptz as null_time, ${p.n} as n, 9007199254740991 as big,
      0.25::numeric as ratio, '1.100000'::numeric as money, '{"a": 1}'::jsonb as json`,
})

const roundTrip = defineQuery({
  name: 'test.round_trip',
  params: { words: textArray, ratio: double, money: numeric, json: jsonb },
  row: {
    words: Type.Array(Type.String()),
    ratio: Type.Number(),
    money: Type.String(),
    json: Type.Object({ a: Type.Array(Type.String()) }),
  },
  sql: (p) => sql`select ${p.words} as words, ${p.ratio} as ratio, ${p.money} as money, ${p.json} as json`,
})

const ownCompany = defineCompanyQuery({
  name: 'test.own_company',
  params: { suffix: text },
  row: { text: Type.String() },
  sql: (p) => sql`select ${p.company_id}::text || ${p.suffix} as text`,
})

const deleteKeys = defineBatchDelete(idempotencyKeys, {
  name: 'test.delete_keys',
  key: [idempotencyKeys.company_id, idempotencyKeys.key],
  expired: (before) => sql`${idempotencyKeys.created_at} < ${before}`,
  limit: 1,
})

const wrongSchema = defineQuery({
  name: 'test.wrong_schema',
  params: {},
  row: { n: Type.Integer() },
  sql: () => sql`select null::int as n`,
})

const rowsAsParameter = defineQuery({
  name: 'test.rows_as_parameter',
  params: { rows: recordset('r', { at: nullable(timestamptz), word: text }), limit: integer },
  row: { at: Nullable(Type.Date()), word: Type.String() },
  sql: (p) => sql`select * from ${p.rows} order by word limit ${p.limit}`,
})

const ownText = defineQuery({
  name: 'test.shows_its_name',
  params: {},
  row: { query: Type.String() },
  sql: () => sql`select query from pg_stat_activity where pid = pg_backend_pid()`,
})

/** The oids of the PostgreSQL types that each kind of schema accepts. */
const oids: Record<string, number[]> = {
  Boolean: [16],
  Integer: [20, 21, 23],
  Number: [20, 21, 23, 700, 701, 1700],
  String: [25, 1043, 1700, 2950],
  Date: [1184],
  Array: [1009, 1007, 1185, 2951, 114, 3802],
  Object: [114, 3802],
  Record: [114, 3802],
  Unknown: [114, 3802],
}
const oidsOf = (schema: TSchema): number[] => {
  if (schema[Kind] === 'Union') return schema.anyOf.flatMap((member: TSchema) => oidsOf(member))
  if (schema[Kind] === 'Unsafe') return schema.type === 'object' ? [114, 3802] : [25]
  return oids[schema[Kind]] ?? []
}

test('defineQuery', async (t) => {
  const s = await startTestService(t)

  t.test('Every query of the service returns the columns and types of its row schema', async (t) => {
    t.ok(queries.has('dialing.write_settlements') && queries.has('rollups.fold_contributions'))
    for (const [name, { text, schema }] of queries) {
      const { columns } = await s.db.client.unsafe(text).describe()
      const properties: Record<string, TSchema> = schema.properties
      t.same(columns.map((column) => column.name).sort(), Object.keys(properties).sort(), `${name}: columns`)
      for (const column of columns) {
        const allowed = oidsOf(properties[column.name] as TSchema)
        t.ok(allowed.includes(column.type), `${name}: type ${column.type} of ${column.name}`)
      }
    }
  })

  t.test('Parameters and columns of every type are sent and decoded without change', async (t) => {
    const [row] = await everyType(s.db, { at: noon, ids, is_true: true, null_text: null, n: 7 })
    t.strictSame(row, {
      at: noon,
      ids,
      words: ['plain', 'a,"b\\', null, 'NULL', ''],
      times: [noon],
      is_true: true,
      null_text: null,
      null_time: null,
      n: 7,
      big: Number.MAX_SAFE_INTEGER,
      ratio: 0.25,
      money: '1.100000',
      json: { a: 1 },
    })
  })

  t.test('Texts, numbers and JSON in parameters arrive without change', async (t) => {
    const values = {
      words: ['plain', '', 'NULL', '{a,"b\\c"}', 'two\nlines\tand a tab', 'ё😀'],
      ratio: 0.1,
      money: '123456789012345678.123456',
      json: { a: ['"quoted"', '\\', 'ё😀'] },
    }
    t.strictSame([...(await roundTrip(s.db, values))], [values])
  })

  t.test('A query of one company gets the company of its transaction', async (t) => {
    const company_id = '00000000-0000-7000-8000-00000000000a'
    const rows = await readCompany(s.db, company_id, (tx) => ownCompany(tx, { suffix: '!' }))
    t.strictSame([...rows], [{ text: `${company_id}!` }])
  })

  t.test('Rows in a parameter keep nulls and timestamps', async (t) => {
    const input = [
      { at: noon, word: 'a' },
      { at: null, word: 'b' },
      { at: null, word: 'c' },
    ]
    t.strictSame([...(await rowsAsParameter(s.db, { rows: input, limit: 2 }))], input.slice(0, 2))
  })

  t.test(
    'In tests, a row that does not match its schema fails with the names of query and column',
    async (t) => {
      await t.rejects(wrongSchema(s.db), { message: /a row of test\.wrong_schema .* \/n / })
    },
  )

  t.test('The server shows the name of a running query', async (t) => {
    t.match(await ownText(s.db), [{ query: /^select \/\* test\.shows_its_name \*\/ query/ }])
  })

  t.test('A batch delete removes expired rows of all companies, a limited number per call', async (t) => {
    for (const [i, created_at] of [noon, noon, new Date(noon.getTime() + 1000)].entries()) {
      const company_id = `00000000-0000-7000-8000-0000000000b${i}`
      await s.db.orm.insert(idempotencyKeys).values({ company_id, key: 'k', request_hash: 'h', created_at })
    }
    const expiresBefore = new Date(noon.getTime() + 1)
    t.equal(await deleteKeys(s.db, expiresBefore), 1)
    t.equal(await deleteKeys(s.db, expiresBefore), 1)
    t.equal(await deleteKeys(s.db, expiresBefore), 0)
    t.equal((await s.db.orm.select().from(idempotencyKeys)).length, 1)
  })

  t.test('A query name can be defined only once', async (t) => {
    const defineAgain = () =>
      defineQuery({ name: 'test.every_type', params: {}, row: {}, sql: () => sql`select` })
    t.throws(defineAgain, { message: 'invalid query name: test.every_type' })
  })
})
