// Tests that generated down migrations run on tables with rows and restore the schema before the migration.
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
import { generateDownMigration } from '../../src/db/migrations/down-migration.ts'
import { emptySnapshot, loadDrizzleKit, type Snapshot } from '../../src/db/migrations/snapshots.ts'
import { emptyDatabase } from '../setup/postgres.ts'

interface Case {
  name: string
  before: Record<string, unknown>
  after: Record<string, unknown>
  /** The migration; by default drizzle-kit's diff, which cannot express renames without a terminal. */
  up?: string[]
  /** SQL that inserts rows before the migration. */
  rows?: string
}

const role = pgRole('new_voice_tenant').existing()
const key = () => uuid().defaultRandom().primaryKey()
const policy = (name: string, using: ReturnType<typeof s>) =>
  pgPolicy(name, { for: 'all', to: role, using, withCheck: using })
const references = (name: string, from: AnyPgColumn, to: AnyPgColumn) =>
  foreignKey({ name, columns: [from], foreignColumns: [to] })

const withTextColumn = (
  value: ReturnType<typeof text>,
  extra?: (column: AnyPgColumn) => PgTableExtraConfigValue[],
) => ({
  t: pgTable('t', { id: key(), a: value }, (t) => extra?.(t.a) ?? []),
})
const withIntegerColumn = (extra?: (column: AnyPgColumn) => PgTableExtraConfigValue[]) => ({
  t: pgTable('t', { id: key(), a: integer() }, (t) => extra?.(t.a) ?? []),
})
const plain = () => withTextColumn(text())
const withEnum = (values: [string, ...string[]]) => {
  const st = pgEnum('st', values)
  const t = pgTable('t', { id: key(), st: st().default('a') }, (t) => [
    index('t_idx').on(t.id).where(s`${t.st} = 'a'`),
    check('t_check', s`${t.st} <> 'b'`),
  ])
  return { st, t }
}
const withCycle = () => {
  const one = pgTable('one', { id: key(), other: uuid() }, (t): PgTableExtraConfigValue[] => [
    references('one_fkey', t.other, two.id),
  ])
  const two = pgTable('two', { id: key(), other: uuid() }, (t): PgTableExtraConfigValue[] => [
    references('two_fkey', t.other, one.id),
    references('self_fkey', t.other, t.id),
  ])
  return { ...plain(), one, two }
}
const withUniqueKey = (isUnique: boolean) => {
  const t = pgTable('t', { id: key(), a: text() }, (t) => (isUnique ? [unique('t_key').on(t.a)] : []))
  const q = pgTable('q', { id: key(), a: text() }, (q) => (isUnique ? [references('q_fkey', q.a, t.a)] : []))
  return { t, q }
}
const withForeignKey = (column: 'number' | 'text') => {
  const o =
    column === 'number'
      ? pgTable('o', { id: integer().primaryKey() })
      : pgTable('o', { id: text().primaryKey() })
  const t =
    column === 'number'
      ? pgTable('t', { id: key(), o: integer() }, (t) => [references('t_fkey', t.o, o.id)])
      : pgTable('t', { id: key(), o: text() }, (t) => [references('t_fkey', t.o, o.id)])
  return { o, t }
}
const withView = () => {
  const t = pgTable('t', { id: key(), a: text(), b: text() })
  return { t, v: pgView('v').as((q) => q.select({ b: t.b }).from(t)) }
}
const withConstraints = (column: 'a' | 'b', table = 't') => ({
  t: pgTable(table, { id: key(), [column]: text() }, (t) => {
    const constrained = t[column] as AnyPgColumn
    return [
      index('t_idx').on(constrained),
      check('t_check', s`${constrained} <> ''`),
      policy('p', s`${constrained} is not null`),
      unique('t_key').on(constrained, t.id),
    ]
  }),
})
const insertRow = (value: string) => `insert into t (a) values (${value})`

const cases: Case[] = [
  {
    name: 'an integer column with default, check, partial index and policy becomes text',
    before: {
      t: pgTable('t', { id: key(), a: integer().default(3) }, (t) => [
        check('t_check', s`${t.a} > 0`),
        index('t_idx').on(t.id).where(s`${t.a} > 5`),
        policy('p', s`${t.a} > 1`),
      ]),
    },
    after: withTextColumn(text().default('3'), (column) => [check('t_check', s`${column} <> ''`)]),
    up: [
      'DROP POLICY "p" ON "t"',
      'DROP INDEX "t_idx"',
      'ALTER TABLE "t" DROP CONSTRAINT "t_check"',
      'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE text',
      `ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT '3'`,
      `ALTER TABLE "t" ADD CONSTRAINT "t_check" CHECK ("t"."a" <> '')`,
      'ALTER TABLE "t" DISABLE ROW LEVEL SECURITY',
    ],
    rows: insertRow('7'),
  },
  { name: 'an enum gets a value', before: withEnum(['a', 'b']), after: withEnum(['a', 'b', 'c']) },
  {
    name: 'an enum and tables are added',
    before: plain(),
    after: { ...plain(), ...withCycle(), e: pgEnum('e', ['x']) },
  },
  {
    name: 'a policy is added',
    before: plain(),
    after: withTextColumn(text(), (c) => [policy('p', s`${c} = 'q'`)]),
  },
  {
    name: 'a policy is dropped',
    before: withTextColumn(text(), (c) => [policy('p', s`${c} = 'q'`)]),
    after: plain(),
  },
  {
    name: 'a policy gets a second condition',
    before: withTextColumn(text(), () => [pgPolicy('p', { to: role, using: s`true` })]),
    after: withTextColumn(text(), (c) => [
      pgPolicy('p', { to: role, using: s`true`, withCheck: s`${c} = 'q'` }),
    ]),
  },
  {
    name: 'a policy is replaced by one of another name',
    before: withTextColumn(text(), () => [policy('one', s`true`)]),
    after: withTextColumn(text(), () => [policy('two', s`true`)]),
    up: [
      'DROP POLICY "one" ON "t"',
      'CREATE POLICY "two" ON "t" TO "new_voice_tenant" USING (true) WITH CHECK (true)',
    ],
  },
  { name: 'tables that refer to each other in a cycle are added', before: plain(), after: withCycle() },
  { name: 'a table is dropped', before: { ...plain(), q: withConstraints('b', 'q').t }, after: plain() },
  {
    name: 'a unique constraint and a foreign key to it are added',
    before: withUniqueKey(false),
    after: withUniqueKey(true),
    up: [
      'ALTER TABLE "t" ADD CONSTRAINT "t_key" UNIQUE("a")',
      'ALTER TABLE "q" ADD CONSTRAINT "q_fkey" FOREIGN KEY ("a") REFERENCES "t"("a")',
    ],
  },
  {
    name: 'a unique constraint and the foreign key to it are dropped',
    before: withUniqueKey(true),
    after: withUniqueKey(false),
    up: ['ALTER TABLE "q" DROP CONSTRAINT "q_fkey"', 'ALTER TABLE "t" DROP CONSTRAINT "t_key"'],
  },
  {
    name: 'both columns of a foreign key change their type',
    before: withForeignKey('number'),
    after: withForeignKey('text'),
    up: [
      'ALTER TABLE "t" DROP CONSTRAINT "t_fkey"',
      'ALTER TABLE "o" ALTER COLUMN "id" SET DATA TYPE text',
      'ALTER TABLE "t" ALTER COLUMN "o" SET DATA TYPE text',
      'ALTER TABLE "t" ADD CONSTRAINT "t_fkey" FOREIGN KEY ("o") REFERENCES "o"("id")',
    ],
    rows: 'insert into o values (1); insert into t (o) values (1)',
  },
  {
    name: 'a column with an index, a unique constraint, a check and a policy is renamed',
    before: withConstraints('a'),
    after: withConstraints('b'),
    up: ['ALTER TABLE "t" RENAME COLUMN "a" TO "b"'],
    rows: insertRow(`'x'`),
  },
  {
    name: 'a table and its column are renamed',
    before: withConstraints('a'),
    after: withConstraints('b', 'u'),
    up: ['ALTER TABLE "t" RENAME TO "u"', 'ALTER TABLE "u" RENAME COLUMN "a" TO "b"'],
    rows: insertRow(`'x'`),
  },
  {
    name: 'a column gets the former name of another column',
    before: { t: pgTable('t', { id: key(), a: text(), b: integer() }) },
    after: { t: pgTable('t', { id: key(), b: text(), c: integer() }) },
    up: ['ALTER TABLE "t" RENAME COLUMN "b" TO "c"', 'ALTER TABLE "t" RENAME COLUMN "a" TO "b"'],
    rows: `insert into t (a, b) values ('x', 1)`,
  },
  {
    name: 'a column is added and another is dropped',
    before: plain(),
    after: { t: pgTable('t', { id: key(), b: text() }) },
    up: ['ALTER TABLE "t" ADD COLUMN "b" text', 'ALTER TABLE "t" DROP COLUMN "a"'],
  },
  {
    name: 'a column with an index, a unique constraint and a check is added',
    before: plain(),
    after: {
      t: pgTable('t', { id: key(), a: text(), b: text() }, (t) => [
        index('t_idx').on(t.b),
        check('t_check', s`${t.b} <> ''`),
        unique('t_key').on(t.b),
      ]),
    },
    rows: insertRow(`'x'`),
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
  { name: 'a column and a view of it are added', before: plain(), after: withView() },
  { name: 'a view is dropped', before: withView(), after: { t: withView().t }, up: ['DROP VIEW "v"'] },
  {
    name: 'a check is widened',
    before: withIntegerColumn((c) => [check('t_check', s`${c} in (1)`)]),
    after: withIntegerColumn((c) => [check('t_check', s`${c} in (1, 2)`)]),
    rows: insertRow('1'),
  },
  {
    name: 'a column becomes not null',
    before: plain(),
    after: withTextColumn(text().notNull().default('x') as never),
  },
]

test('The down migration of every kind of change restores the schema', async (t) => {
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
    const snapshotBefore = snapshot(before)
    const snapshotAfter = snapshot(after)
    await run([...(await kit.diff(emptySnapshot, snapshotBefore)), rows ?? 'select 1'])
    const original = await describeSchema(sql)
    const migration = up ?? (await kit.diff(snapshotBefore, snapshotAfter))
    await run(migration)
    t.not(await describeSchema(sql), original, `${name}: migrated`)
    await run(
      await generateDownMigration(
        snapshotBefore,
        snapshotAfter,
        migration.join('\n--> statement-breakpoint\n'),
        kit.diff,
      ),
    )
    t.equal(await describeSchema(sql), original, `${name}: restored`)
  }
})

/** Describes the schema from the system catalog, with the number of rows of each table. */
async function describeSchema(sql: Sql): Promise<string> {
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
