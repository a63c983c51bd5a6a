// The way back of a migration: the statements that lead from the schema after it to the one before.
import { statementsOf } from './journal.ts'
import type { Diff, Snapshot, Table } from './snapshots.ts'

const name = `"((?:[^"]|"")+)"`
const tableName = String.raw`(?:"public"\.)?${name}`
const renames = {
  table: new RegExp(`^ALTER TABLE ${tableName} RENAME TO ${name};?$`, 'i'),
  column: new RegExp(`^ALTER TABLE ${tableName} RENAME COLUMN ${name} TO ${name};?$`, 'i'),
  policy: new RegExp(`^ALTER POLICY ${name} ON ${tableName} RENAME TO ${name};?$`, 'i'),
}

/**
 * Makes the way back of a migration that leads from `before` to `after` by `up`. Renames, which snapshots do not show,
 * are read from `up` and turned round; what came is dropped in an order that runs, without CASCADE; the rest is
 * drizzle-kit's diff, asked in two steps so that it never has to ask whether something was renamed.
 */
export async function wayBack(before: Snapshot, after: Snapshot, up: string, diff: Diff): Promise<string[]> {
  const now = structuredClone(after)
  const renamed = turnRenames(now, statementsOf(up))
  const dropped = dropWhatCame(now, before)
  const middle = withColumnsOf(before, now)
  return [...renamed, ...dropped, ...(await diff(now, middle)), ...(await diff(middle, before))]
}

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

/** Takes the tables and policies that `before` does not have out of `now`, and answers the statements that do. */
function dropWhatCame(now: Snapshot, before: Snapshot): string[] {
  const statements: string[] = []
  const came = Object.entries(now.tables).filter(([key]) => !(key in before.tables))
  const leaving = new Set(came.map(([, table]) => table.name))
  for (const [key] of came) delete now.tables[key]
  for (const [key, table] of Object.entries(now.tables)) {
    for (const [constraint, { tableTo }] of Object.entries(table.foreignKeys)) {
      if (!leaving.has(tableTo)) continue
      statements.push(`ALTER TABLE ${quoted(table)} DROP CONSTRAINT "${constraint}";`)
      delete table.foreignKeys[constraint]
    }
    const old = before.tables[key]
    const policies = Object.keys(table.policies).filter((policy) => !(policy in (old?.policies ?? {})))
    for (const policy of policies) {
      statements.push(`DROP POLICY "${policy}" ON ${quoted(table)};`)
      delete table.policies[policy]
    }
    const isBare = old && Object.keys(old.policies).length === 0 && !old.isRLSEnabled
    if (policies.length > 0 && isBare)
      statements.push(`ALTER TABLE ${quoted(table)} DISABLE ROW LEVEL SECURITY;`)
  }
  return [...statements, ...dropTables(came.map(([, table]) => table))]
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

/** `before` with what `now` has besides: the step to it only adds and alters, the step from it only drops. */
function withColumnsOf(before: Snapshot, now: Snapshot): Snapshot {
  const middle = structuredClone(before)
  for (const [key, table] of Object.entries(middle.tables)) {
    table.columns = { ...now.tables[key]?.columns, ...table.columns }
  }
  for (const [kind, entities] of Object.entries(now)) {
    if (kind === 'tables' || kind === '_meta' || typeof entities !== 'object') continue
    middle[kind] = { ...entities, ...(middle[kind] as object) }
  }
  return middle
}
