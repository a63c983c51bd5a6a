// The way back of a migration: the statements that lead from the schema after it to the one before.
import { splitStatements } from './migration-files.ts'
import type { Column, Diff, Snapshot, Table } from './snapshots.ts'

const name = `"((?:[^"]|"")+)"`
const tableName = String.raw`(?:"public"\.)?${name}`
const renames = {
  table: new RegExp(`^ALTER TABLE ${tableName} RENAME TO ${name};?$`, 'i'),
  column: new RegExp(`^ALTER TABLE ${tableName} RENAME COLUMN ${name} TO ${name};?$`, 'i'),
  policy: new RegExp(`^ALTER POLICY ${name} ON ${tableName} RENAME TO ${name};?$`, 'i'),
}

/**
 * Makes the way back of a migration that leads from `before` to `after` by `up`. Renames, which snapshots do not show,
 * are read from `up` and turned round; what came, and what would stand in the way of a change, is dropped in an order
 * that runs, without CASCADE; the rest is drizzle-kit's diff, asked in two steps so that it never has to ask whether
 * something was renamed: the first adds and alters, the second drops columns and adds foreign keys.
 */
export async function generateDownMigration(
  before: Snapshot,
  after: Snapshot,
  up: string,
  diff: Diff,
): Promise<string[]> {
  const now = structuredClone(after)
  const renamed = turnRenames(now, splitStatements(up))
  const dropped = [...dropTablesThatCame(now, before), ...letGo(now, before)]
  const middle = between(before, now)
  const steps = [...(await diff(now, middle)), ...(await diff(middle, before))]
  const isProtected = (table: Table | undefined) => Object.keys(table?.policies ?? {}).length > 0
  const enabled = Object.entries(after.tables)
    .filter(([, table]) => isProtected(table))
    .map(([, table]) => `ALTER TABLE ${quoted(table)} ENABLE ROW LEVEL SECURITY;`)
  return [...renamed, ...dropped, ...steps.filter((step) => !enabled.includes(step)).map(withUsing)]
}

/** A cast that is not made by itself is made when it is asked for. */
const withUsing = (statement: string): string =>
  statement.replace(
    /^(ALTER TABLE \S+ ALTER COLUMN ("(?:[^"]|"")+") SET DATA TYPE ((?:(?! USING )[^;])+));$/,
    '$1 USING $2::$3;',
  )

/** Undoes the renames of `up` in the snapshot, the last one first, and answers the statements that do. */
function turnRenames(snapshot: Snapshot, up: string[]): string[] {
  return [...up].reverse().flatMap((statement) => {
    const table = renames.table.exec(statement)
    if (table?.[1] && table[2]) {
      renameTable(snapshot, table[2], table[1])
      return [`ALTER TABLE "${table[2]}" RENAME TO "${table[1]}";`]
    }
    const column = renames.column.exec(statement)
    if (column?.[1] && column[2] && column[3]) {
      renameColumn(snapshot, column[1], column[3], column[2])
      return [`ALTER TABLE "${column[1]}" RENAME COLUMN "${column[3]}" TO "${column[2]}";`]
    }
    const policy = renames.policy.exec(statement)
    if (policy?.[1] && policy[2] && policy[3]) {
      const policies = snapshot.tables[`public.${policy[2]}`]?.policies
      if (policies) rekey(policies, policy[3], policy[1])
      return [`ALTER POLICY "${policy[3]}" ON "${policy[2]}" RENAME TO "${policy[1]}";`]
    }
    return []
  })
}

function renameTable(snapshot: Snapshot, from: string, to: string): void {
  rekey(snapshot.tables, `public.${from}`, `public.${to}`)
  const renamed = snapshot.tables[`public.${to}`]
  if (renamed) renamed.name = to
  for (const table of Object.values(snapshot.tables)) {
    for (const key of Object.values(table.foreignKeys)) {
      if (key.tableFrom === from) key.tableFrom = to
      if (key.tableTo === from) key.tableTo = to
    }
    inExpressions(table, (text) => text.replaceAll(`"${from}".`, `"${to}".`))
  }
}

function renameColumn(snapshot: Snapshot, tableName: string, from: string, to: string): void {
  const other = (column: string) => (column === from ? to : column)
  for (const table of Object.values(snapshot.tables)) {
    for (const key of Object.values(table.foreignKeys)) {
      if (key.tableFrom === tableName) key.columnsFrom = key.columnsFrom.map(other)
      if (key.tableTo === tableName) key.columnsTo = key.columnsTo.map(other)
    }
  }
  const table = snapshot.tables[`public.${tableName}`]
  if (table === undefined) return
  rekey(table.columns, from, to)
  for (const keys of [table.compositePrimaryKeys, table.uniqueConstraints]) {
    for (const key of Object.values(keys)) key.columns = key.columns.map(other)
  }
  for (const { columns } of Object.values(table.indexes)) {
    for (const column of columns) if (!column.isExpression) column.expression = other(column.expression)
  }
  inExpressions(table, (text) => text.replaceAll(`"${tableName}"."${from}"`, `"${tableName}"."${to}"`))
}

/** A key of a record under another name, in the place where it was. */
function rekey<T>(record: Record<string, T>, from: string, to: string): void {
  const entries = Object.entries(record)
  for (const [key] of entries) delete record[key]
  for (const [key, value] of entries) {
    if (key === from && typeof value === 'object' && value && 'name' in value)
      value.name = to.split('.').at(-1)
    record[key === from ? to : key] = value
  }
}

/** Every piece of SQL in a table's definition. */
function inExpressions(table: Table, change: (text: string) => string): void {
  for (const check of Object.values(table.checkConstraints)) check.value = change(check.value)
  for (const policy of Object.values(table.policies)) {
    if (policy.using) policy.using = change(policy.using)
    if (policy.withCheck) policy.withCheck = change(policy.withCheck)
  }
  for (const index of Object.values(table.indexes)) {
    if (index.where) index.where = change(index.where)
    for (const column of index.columns) if (column.isExpression) column.expression = change(column.expression)
  }
}

const quoted = ({ schema, name }: Table) => (schema === '' ? `"${name}"` : `"${schema}"."${name}"`)

/** Takes the tables that `before` does not have out of `now`, and answers the statements that do. */
function dropTablesThatCame(now: Snapshot, before: Snapshot): string[] {
  const came = Object.entries(now.tables).filter(([key]) => !(key in before.tables))
  const leaving = new Set(came.map(([, table]) => table.name))
  for (const [key] of came) delete now.tables[key]
  const cut = Object.values(now.tables).flatMap((table) =>
    drop(table, 'foreignKeys', ({ tableTo }) => leaving.has(tableTo)),
  )
  return [...cut, ...dropTables(came.map(([, table]) => table))]
}

/**
 * Takes out of the tables that stay what `before` does not have or has otherwise, and what a column of another type
 * would break: PostgreSQL changes no type under a policy, a view, or a condition that then compares two types.
 */
function letGo(now: Snapshot, before: Snapshot): string[] {
  const kept = Object.entries(now.tables).flatMap(([key, table]) => {
    const old = before.tables[key]
    return old ? [{ table, old, retyped: retyped(table, old, now, before) }] : []
  })
  const isRetyped = (name: string, columns: string[]) =>
    kept.some(({ table, retyped }) => table.name === name && columns.some((column) => retyped.has(column)))
  const statements = kept.flatMap(({ table, old }) =>
    drop(
      table,
      'foreignKeys',
      (key) =>
        differs(key, old.foreignKeys[key.name]) ||
        isRetyped(table.name, key.columnsFrom) ||
        isRetyped(key.tableTo, key.columnsTo),
    ),
  )
  const views = dropViews(now, before, new Set(kept.flatMap(({ retyped }) => [...retyped])))
  return [...statements, ...views, ...kept.flatMap(({ table, old, retyped }) => letGoOf(table, old, retyped))]
}

function letGoOf(table: Table, old: Table, retyped: Set<string>): string[] {
  const hadPolicies = Object.keys(table.policies).length > 0
  const statements = [
    ...drop(
      table,
      'policies',
      (policy) =>
        differs(policy, old.policies[policy.name]) || mentions(retyped, policy.using, policy.withCheck),
    ),
    ...drop(
      table,
      'checkConstraints',
      (check) => differs(check, old.checkConstraints[check.name]) || mentions(retyped, check.value),
    ),
    ...drop(table, 'uniqueConstraints', (key) => differs(key, old.uniqueConstraints[key.name])),
    ...drop(table, 'indexes', (index) => {
      const expressions = index.columns.filter(({ isExpression }) => isExpression)
      const conditions = expressions.map(({ expression }) => expression)
      return differs(index, old.indexes[index.name]) || mentions(retyped, index.where, ...conditions)
    }),
  ]
  if (hadPolicies && Object.keys(old.policies).length === 0 && !old.isRLSEnabled)
    statements.push(`ALTER TABLE ${quoted(table)} DISABLE ROW LEVEL SECURITY;`)
  for (const name of retyped) {
    const column = table.columns[name]
    if (column?.default === undefined) continue
    delete column.default
    statements.push(`ALTER TABLE ${quoted(table)} ALTER COLUMN "${name}" DROP DEFAULT;`)
  }
  return statements
}

/** Columns that have another type in `old`, be it an enum of the same name with fewer words. */
function retyped(table: Table, old: Table, now: Snapshot, before: Snapshot): Set<string> {
  const wordsOf = ({ enums }: Snapshot, { typeSchema, type }: Column) =>
    enums[`${typeSchema ?? 'public'}.${type.replaceAll('[]', '')}`]?.values ?? []
  const changed = Object.values(table.columns).filter((column) => {
    const earlier = old.columns[column.name]
    if (earlier === undefined) return false
    if (column.type !== earlier.type || column.typeSchema !== earlier.typeSchema) return true
    const words = wordsOf(before, earlier)
    return wordsOf(now, column).some((word) => !words.includes(word))
  })
  return new Set(changed.map(({ name }) => name))
}

/** Views stand on columns: those go that came, that differ, or that show a column of another type. */
function dropViews(now: Snapshot, before: Snapshot, retyped: Set<string>): string[] {
  return Object.entries(now.views).flatMap(([key, view]) => {
    if (view.isExisting || !(differs(view, before.views[key]) || mentions(retyped, view.definition)))
      return []
    delete now.views[key]
    return [`DROP${view.materialized ? ' MATERIALIZED' : ''} VIEW "${view.schema}"."${view.name}";`]
  })
}

/** Whether a piece of SQL names one of the columns, quoted or not. */
const mentions = (columns: Set<string>, ...texts: (string | undefined)[]): boolean =>
  [...columns].some((column) => {
    const name = new RegExp(`(?<![\\w$])${column.replaceAll('$', '\\$')}(?![\\w$])`)
    return texts.some((text) => text !== undefined && name.test(text))
  })

const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other)

type Part = 'foreignKeys' | 'checkConstraints' | 'uniqueConstraints' | 'indexes' | 'policies'

/** Takes parts of one kind out of a table's definition, and answers the statements that do. */
function drop<P extends Part>(table: Table, part: P, when: (item: Table[P][string]) => boolean): string[] {
  const items = table[part] as Record<string, Table[P][string]>
  return Object.entries(items).flatMap(([key, item]) => {
    if (!when(item)) return []
    delete items[key]
    if (part === 'indexes') return [`DROP INDEX ${table.schema === '' ? '' : `"${table.schema}".`}"${key}";`]
    if (part === 'policies') return [`DROP POLICY "${key}" ON ${quoted(table)};`]
    return [`ALTER TABLE ${quoted(table)} DROP CONSTRAINT "${key}";`]
  })
}

/** Who refers is dropped before whom it refers to; where tables refer in a circle, a constraint goes first. */
function dropTables(tables: Table[]): string[] {
  const statements: string[] = []
  const cut = new Set<string>()
  const left = [...tables].sort((a, b) => (a.name < b.name ? 1 : -1))
  const referring = (to: Table) =>
    left.flatMap((table) =>
      table === to
        ? []
        : Object.values(table.foreignKeys)
            .filter((key) => key.tableTo === to.name && !cut.has(`${table.name}.${key.name}`))
            .map((key) => ({ table, key })),
    )
  while (left.length > 0) {
    const [next] = [...left].sort((a, b) => referring(a).length - referring(b).length)
    if (next === undefined) break
    for (const { table, key } of referring(next)) {
      statements.push(`ALTER TABLE ${quoted(table)} DROP CONSTRAINT "${key.name}";`)
      cut.add(`${table.name}.${key.name}`)
    }
    statements.push(`DROP TABLE ${quoted(next)};`)
    left.splice(left.indexOf(next), 1)
  }
  return statements
}

/** `before` with what `now` has besides, and without the foreign keys that `now` lacks: their unique keys come first. */
function between(before: Snapshot, now: Snapshot): Snapshot {
  const middle = structuredClone(before)
  for (const [key, table] of Object.entries(middle.tables)) {
    const present = now.tables[key]
    table.columns = { ...present?.columns, ...table.columns }
    for (const name of Object.keys(table.foreignKeys)) {
      if (!present?.foreignKeys[name]) delete table.foreignKeys[name]
    }
  }
  for (const [kind, entities] of Object.entries(now)) {
    if (kind === 'tables' || kind === '_meta' || typeof entities !== 'object') continue
    middle[kind] = { ...(entities as object), ...(middle[kind] as object) }
  }
  return middle
}
