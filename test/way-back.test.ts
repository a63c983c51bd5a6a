// Every way back that is generated runs on tables with rows, and leaves the schema that was there before.
import { sql as s } from 'drizzle-orm'
import {
  type AnyPgColumn,
  check,
  foreignKey,
  index,
  integer,
  type PgTableExtraConfigValue,
  pgEnum,
  pgPolicy,
  pgRole,
  pgTable,
  pgView,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import postgres, { type Sql } from 'postgres'
import { test } from 'tap'
import { generateDownMigration } from '../src/db/migrations/down-migration.ts'
import { emptySnapshot, loadDrizzleKit, type Snapshot } from '../src/db/migrations/snapshots.ts'
import { emptyDatabase } from './setup/postgres.ts'

interface Case {
  name: string
  before: Record<string, unknown>
  after: Record<string, unknown>
  /** The way there; without it what drizzle-kit makes, which cannot be asked here about renames. */
  up?: string[]
  rows?: string
}

const role = pgRole('new_voice_tenant').existing()
const key = () => uuid().defaultRandom().primaryKey()
const policy = (name: string, using: ReturnType<typeof s>) =>
  pgPolicy(name, { for: 'all', to: role, using, withCheck: using })
const refers = (name: string, from: AnyPgColumn, to: AnyPgColumn) =>
  foreignKey({ name, columns: [from], foreignColumns: [to] })

const a = (value: ReturnType<typeof text>, extra?: (column: AnyPgColumn) => PgTableExtraConfigValue[]) => ({
  t: pgTable('t', { id: key(), a: value }, (t) => extra?.(t.a) ?? []),
})
const number = (extra?: (column: AnyPgColumn) => PgTableExtraConfigValue[]) => ({
  t: pgTable('t', { id: key(), a: integer() }, (t) => extra?.(t.a) ?? []),
})
const bare = () => a(text())
const words = (values: [string, ...string[]]) => {
  const st = pgEnum('st', values)
  const t = pgTable('t', { id: key(), st: st().default('a') }, (t) => [
    index('t_idx').on(t.id).where(s`${t.st} = 'a'`),
    check('t_check', s`${t.st} <> 'b'`),
  ])
  return { st, t }
}
const circle = () => {
  const one = pgTable('one', { id: key(), other: uuid() }, (t): PgTableExtraConfigValue[] => [
    refers('one_fkey', t.other, two.id),
  ])
  const two = pgTable('two', { id: key(), other: uuid() }, (t): PgTableExtraConfigValue[] => [
    refers('two_fkey', t.other, one.id),
    refers('self_fkey', t.other, t.id),
  ])
  return { ...bare(), one, two }
}
const keyed = (isKeyed: boolean) => {
  const t = pgTable('t', { id: key(), a: text() }, (t) => (isKeyed ? [unique('t_key').on(t.a)] : []))
  const q = pgTable('q', { id: key(), a: text() }, (q) => (isKeyed ? [refers('q_fkey', q.a, t.a)] : []))
  return { t, q }
}
const owned = (column: 'number' | 'text') => {
  const o =
    column === 'number'
      ? pgTable('o', { id: integer().primaryKey() })
      : pgTable('o', { id: text().primaryKey() })
  const t =
    column === 'number'
      ? pgTable('t', { id: key(), o: integer() }, (t) => [refers('t_fkey', t.o, o.id)])
      : pgTable('t', { id: key(), o: text() }, (t) => [refers('t_fkey', t.o, o.id)])
  return { o, t }
}
const viewed = () => {
  const t = pgTable('t', { id: key(), a: text(), b: text() })
  return { t, v: pgView('v').as((q) => q.select({ b: t.b }).from(t)) }
}
const rich = (column: 'a' | 'b', table = 't') => ({
  t: pgTable(table, { id: key(), [column]: text() }, (t) => {
    const it = t[column] as AnyPgColumn
    return [
      index('t_idx').on(it),
      check('t_check', s`${it} <> ''`),
      policy('p', s`${it} is not null`),
      unique('t_key').on(it, t.id),
    ]
  }),
})
const row = (value: string) => `insert into t (a) values (${value})`

const cases: Case[] = [
  {
    name: 'a number becomes text, with a default, a condition, a partial index and a policy',
    before: {
      t: pgTable('t', { id: key(), a: integer().default(3) }, (t) => [
        check('t_check', s`${t.a} > 0`),
        index('t_idx').on(t.id).where(s`${t.a} > 5`),
        policy('p', s`${t.a} > 1`),
      ]),
    },
    after: a(text().default('3'), (column) => [check('t_check', s`${column} <> ''`)]),
    up: [
      'DROP POLICY "p" ON "t"',
      'DROP INDEX "t_idx"',
      'ALTER TABLE "t" DROP CONSTRAINT "t_check"',
      'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE text',
      `ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT '3'`,
      `ALTER TABLE "t" ADD CONSTRAINT "t_check" CHECK ("t"."a" <> '')`,
      'ALTER TABLE "t" DISABLE ROW LEVEL SECURITY',
    ],
    rows: row('7'),
  },
  { name: 'an enum gets a word', before: words(['a', 'b']), after: words(['a', 'b', 'c']) },
  {
    name: 'an enum comes with a table',
    before: bare(),
    after: { ...bare(), ...circle(), e: pgEnum('e', ['x']) },
  },
  { name: 'a policy comes', before: bare(), after: a(text(), (c) => [policy('p', s`${c} = 'q'`)]) },
  { name: 'a policy goes', before: a(text(), (c) => [policy('p', s`${c} = 'q'`)]), after: bare() },
  {
    name: 'a policy gets a second condition',
    before: a(text(), () => [pgPolicy('p', { to: role, using: s`true` })]),
    after: a(text(), (c) => [pgPolicy('p', { to: role, using: s`true`, withCheck: s`${c} = 'q'` })]),
  },
  {
    name: 'a policy gives way to one of another name',
    before: a(text(), () => [policy('one', s`true`)]),
    after: a(text(), () => [policy('two', s`true`)]),
    up: [
      'DROP POLICY "one" ON "t"',
      'CREATE POLICY "two" ON "t" TO "new_voice_tenant" USING (true) WITH CHECK (true)',
    ],
  },
  { name: 'tables come that refer to each other in a circle', before: bare(), after: circle() },
  { name: 'a table goes', before: { ...bare(), q: rich('b', 'q').t }, after: bare() },
  {
    name: 'a unique key comes with a foreign key on it',
    before: keyed(false),
    after: keyed(true),
    up: [
      'ALTER TABLE "t" ADD CONSTRAINT "t_key" UNIQUE("a")',
      'ALTER TABLE "q" ADD CONSTRAINT "q_fkey" FOREIGN KEY ("a") REFERENCES "t"("a")',
    ],
  },
  {
    name: 'a unique key goes with the foreign key on it',
    before: keyed(true),
    after: keyed(false),
    up: ['ALTER TABLE "q" DROP CONSTRAINT "q_fkey"', 'ALTER TABLE "t" DROP CONSTRAINT "t_key"'],
  },
  {
    name: 'both ends of a foreign key change their type',
    before: owned('number'),
    after: owned('text'),
    up: [
      'ALTER TABLE "t" DROP CONSTRAINT "t_fkey"',
      'ALTER TABLE "o" ALTER COLUMN "id" SET DATA TYPE text',
      'ALTER TABLE "t" ALTER COLUMN "o" SET DATA TYPE text',
      'ALTER TABLE "t" ADD CONSTRAINT "t_fkey" FOREIGN KEY ("o") REFERENCES "o"("id")',
    ],
    rows: 'insert into o values (1); insert into t (o) values (1)',
  },
  {
    name: 'a column is renamed under an index, a key, a condition and a policy',
    before: rich('a'),
    after: rich('b'),
    up: ['ALTER TABLE "t" RENAME COLUMN "a" TO "b"'],
    rows: row(`'x'`),
  },
  {
    name: 'a table and its column are renamed',
    before: rich('a'),
    after: rich('b', 'u'),
    up: ['ALTER TABLE "t" RENAME TO "u"', 'ALTER TABLE "u" RENAME COLUMN "a" TO "b"'],
    rows: row(`'x'`),
  },
  {
    name: 'a column takes the name that another leaves',
    before: { t: pgTable('t', { id: key(), a: text(), b: integer() }) },
    after: { t: pgTable('t', { id: key(), b: text(), c: integer() }) },
    up: ['ALTER TABLE "t" RENAME COLUMN "b" TO "c"', 'ALTER TABLE "t" RENAME COLUMN "a" TO "b"'],
    rows: `insert into t (a, b) values ('x', 1)`,
  },
  {
    name: 'one column comes and another goes',
    before: bare(),
    after: { t: pgTable('t', { id: key(), b: text() }) },
    up: ['ALTER TABLE "t" ADD COLUMN "b" text', 'ALTER TABLE "t" DROP COLUMN "a"'],
  },
  {
    name: 'a column comes with an index, a key and a condition',
    before: bare(),
    after: {
      t: pgTable('t', { id: key(), a: text(), b: text() }, (t) => [
        index('t_idx').on(t.b),
        check('t_check', s`${t.b} <> ''`),
        unique('t_key').on(t.b),
      ]),
    },
    rows: row(`'x'`),
  },
  {
    name: 'a primary key gets a column',
    before: {
      t: pgTable('t', { a: text(), b: text() }, (t) => [primaryKey({ name: 'k', columns: [t.a, t.b] })]),
    },
    after: {
      t: pgTable('t', { a: text(), b: text(), c: text() }, (t) => [
        primaryKey({ name: 'k', columns: [t.a, t.b, t.c] }),
      ]),
    },
  },
  { name: 'a view comes with the column it shows', before: bare(), after: viewed() },
  { name: 'a view goes', before: viewed(), after: { t: viewed().t }, up: ['DROP VIEW "v"'] },
  {
    name: 'a condition is widened',
    before: number((c) => [check('t_check', s`${c} in (1)`)]),
    after: number((c) => [check('t_check', s`${c} in (1, 2)`)]),
    rows: row('1'),
  },
  { name: 'a column is no longer null', before: bare(), after: a(text().notNull().default('x') as never) },
]

test('the way back of every kind of change runs and leaves the schema that was before', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  t.teardown(() => sql.end())
  const kit = await loadDrizzleKit()
  const { generateDrizzleJson } = await import('drizzle-kit/api')
  const snapshot = (schema: Record<string, unknown>) => generateDrizzleJson(schema) as unknown as Snapshot
  const run = async (statements: string[]) => {
    for (const statement of statements) await sql.unsafe(statement)
  }
  for (const { name, before, after, up, rows } of cases) {
    await run(['drop schema public cascade', 'create schema public'])
    const [from, to] = [snapshot(before), snapshot(after)]
    await run([...(await kit.diff(emptySnapshot, from)), rows ?? 'select 1'])
    const was = await fingerprint(sql)
    const there = up ?? (await kit.diff(from, to))
    await run(there)
    t.not(await fingerprint(sql), was, `${name}: there`)
    await run(await generateDownMigration(from, to, there.join('\n--> statement-breakpoint\n'), kit.diff))
    t.equal(await fingerprint(sql), was, `${name}: and back`)
  }
})

/** What the catalog says of the schema, and how many rows are in it. */
async function fingerprint(sql: Sql): Promise<string> {
  const rows = await sql.unsafe<{ line: string }[]>(`
    select format('column %s %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
      pg_get_expr(adbin, adrelid)) as line
    from pg_attribute join pg_class c on c.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') and attnum > 0 and not attisdropped
    union all select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select format('policy %s %s %s %s %s', polname, polrelid::regclass, polroles::regrole[],
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
    union all select format('table %s %s', relname, relrowsecurity) from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
    union all select format('enum %s %s', enumtypid::regtype,
      string_agg(enumlabel, ',' order by enumsortorder)) from pg_enum group by enumtypid
    order by 1`)
  const tables = await sql<{ name: string }[]>`
    select oid::regclass::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`
  const counts = await Promise.all(
    tables.map(({ name }) => sql.unsafe(`select '${name}', count(*) from ${name}`)),
  )
  return JSON.stringify([rows.map(({ line }) => line), counts.flat()], null, 1)
}
