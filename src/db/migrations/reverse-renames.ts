import type { Snapshot, Table } from './snapshots.ts'

const quotedName = `"((?:[^"]|"")+)"`
const tableReference = String.raw`(?:"public"\.)?${quotedName}`
const renamePatterns = {
  table: new RegExp(`^ALTER TABLE ${tableReference} RENAME TO ${quotedName};?$`, 'i'),
  column: new RegExp(`^ALTER TABLE ${tableReference} RENAME COLUMN ${quotedName} TO ${quotedName};?$`, 'i'),
  policy: new RegExp(`^ALTER POLICY ${quotedName} ON ${tableReference} RENAME TO ${quotedName};?$`, 'i'),
}

/**
 * Reverses the renames among the statements of an up migration, the last one first. Changes the snapshot accordingly
 * and returns the SQL statements.
 */
export function reverseRenames(snapshot: Snapshot, up: string[]): string[] {
  return [...up].reverse().flatMap((statement) => {
    const table = renamePatterns.table.exec(statement)
    if (table?.[1] && table[2]) {
      renameTable(snapshot, table[2], table[1])
      return [`ALTER TABLE "${table[2]}" RENAME TO "${table[1]}";`]
    }
    const column = renamePatterns.column.exec(statement)
    if (column?.[1] && column[2] && column[3]) {
      renameColumn(snapshot, column[1], column[3], column[2])
      return [`ALTER TABLE "${column[1]}" RENAME COLUMN "${column[3]}" TO "${column[2]}";`]
    }
    const policy = renamePatterns.policy.exec(statement)
    if (policy?.[1] && policy[2] && policy[3]) {
      const policies = snapshot.tables[`public.${policy[2]}`]?.policies
      if (policies) renameKey(policies, policy[3], policy[1])
      return [`ALTER POLICY "${policy[3]}" ON "${policy[2]}" RENAME TO "${policy[1]}";`]
    }
    return []
  })
}

function renameTable(snapshot: Snapshot, from: string, to: string): void {
  renameKey(snapshot.tables, `public.${from}`, `public.${to}`)
  const renamedTable = snapshot.tables[`public.${to}`]
  if (renamedTable) renamedTable.name = to
  for (const table of Object.values(snapshot.tables)) {
    for (const key of Object.values(table.foreignKeys)) {
      if (key.tableFrom === from) key.tableFrom = to
      if (key.tableTo === from) key.tableTo = to
    }
    replaceExpressions(table, (text) => text.replaceAll(`"${from}".`, `"${to}".`))
  }
}

function renameColumn(snapshot: Snapshot, tableName: string, from: string, to: string): void {
  const renamed = (column: string) => (column === from ? to : column)
  for (const table of Object.values(snapshot.tables)) {
    for (const key of Object.values(table.foreignKeys)) {
      if (key.tableFrom === tableName) key.columnsFrom = key.columnsFrom.map(renamed)
      if (key.tableTo === tableName) key.columnsTo = key.columnsTo.map(renamed)
    }
  }
  const table = snapshot.tables[`public.${tableName}`]
  if (table === undefined) return
  renameKey(table.columns, from, to)
  for (const keys of [table.compositePrimaryKeys, table.uniqueConstraints]) {
    for (const key of Object.values(keys)) key.columns = key.columns.map(renamed)
  }
  for (const { columns } of Object.values(table.indexes)) {
    for (const column of columns) if (!column.isExpression) column.expression = renamed(column.expression)
  }
  replaceExpressions(table, (text) => text.replaceAll(`"${tableName}"."${from}"`, `"${tableName}"."${to}"`))
}

/** Renames a key of a record and the `name` of its value, without changing the order of the keys. */
function renameKey<T>(record: Record<string, T>, from: string, to: string): void {
  const entries = Object.entries(record)
  for (const [key] of entries) delete record[key]
  for (const [key, value] of entries) {
    if (key === from && typeof value === 'object' && value && 'name' in value)
      value.name = to.split('.').at(-1)
    record[key === from ? to : key] = value
  }
}

/** Applies change() to every SQL expression in a table's definition. */
function replaceExpressions(table: Table, change: (text: string) => string): void {
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
