// Generates down migrations: the statements that change the schema after a migration into the one before it.
import { splitStatements } from './migration-files.ts'
import { reverseRenames } from './reverse-renames.ts'
import type { Column, Diff, Snapshot, Table } from './snapshots.ts'

/**
 * Generates the statements that undo a migration, in four steps:
 *
 * 1. Reverse the renames. Snapshots do not show them, so they are read from `up`.
 * 2. Drop what the migration added and what would block a change, in an order that works without CASCADE.
 * 3. Apply drizzle-kit's diff to a schema between `after` and `before`: adds and alters.
 * 4. Apply drizzle-kit's diff from there to `before`: drops columns, adds foreign keys.
 *
 * Steps 3 and 4 are separate because drizzle-kit asks whether something was renamed when one diff both adds and drops.
 *
 * @param before the schema before the migration
 * @param after the schema after the migration
 * @param up the text of the migration's file
 */
export async function generateDownMigration(
  before: Snapshot,
  after: Snapshot,
  up: string,
  diff: Diff,
): Promise<string[]> {
  const schema = structuredClone(after)
  const renames = reverseRenames(schema, splitStatements(up))
  const drops = [...dropAddedTables(schema, before), ...dropObstacles(schema, before)]
  const middle = schemaBetween(before, schema)
  const changes = [...(await diff(schema, middle)), ...(await diff(middle, before))]
  // The diff enables row-level security where it adds a policy. Tables that had policies have it enabled already.
  const hasPolicies = (table: Table) => Object.keys(table.policies ?? {}).length > 0
  const redundant = Object.values(after.tables)
    .filter(hasPolicies)
    .map((table) => `ALTER TABLE ${quoted(table)} ENABLE ROW LEVEL SECURITY;`)
  const needed = changes.filter((statement) => !redundant.includes(statement))
  return [...renames, ...drops, ...needed.map(addUsingClause)]
}

/** Makes the conversion explicit in a change of a column's type: not every cast is applied implicitly. */
const addUsingClause = (statement: string): string =>
  statement.replace(
    /^(ALTER TABLE \S+ ALTER COLUMN ("(?:[^"]|"")+") SET DATA TYPE ((?:(?! USING )[^;])+));$/,
    '$1 USING $2::$3;',
  )

/** Drops the tables that `before` does not have. Removes them from `schema` and returns the statements. */
function dropAddedTables(schema: Snapshot, before: Snapshot): string[] {
  const added = Object.entries(schema.tables).filter(([key]) => !(key in before.tables))
  const addedNames = new Set(added.map(([, table]) => table.name))
  for (const [key] of added) delete schema.tables[key]
  const foreignKeyDrops = Object.values(schema.tables).flatMap((table) =>
    drop(table, 'foreignKeys', ({ tableTo }) => addedNames.has(tableTo)),
  )
  return [...foreignKeyDrops, ...dropTables(added.map(([, table]) => table))]
}

/**
 * In tables that both schemas have, drops what `before` does not have or defines differently, and what depends on a
 * column whose type changes: PostgreSQL does not change the type of a column that a policy or view uses, and a check or
 * index would then compare two types. Removes it from `schema` and returns the statements.
 */
function dropObstacles(schema: Snapshot, before: Snapshot): string[] {
  const commonTables = Object.entries(schema.tables).flatMap(([key, table]) => {
    const old = before.tables[key]
    return old ? [{ table, old, retyped: findRetypedColumns(table, old, schema, before) }] : []
  })
  const isRetyped = (name: string, columns: string[]) =>
    commonTables.some(
      ({ table, retyped }) => table.name === name && columns.some((column) => retyped.has(column)),
    )
  const foreignKeyDrops = commonTables.flatMap(({ table, old }) =>
    drop(
      table,
      'foreignKeys',
      (key) =>
        differs(key, old.foreignKeys[key.name]) ||
        isRetyped(table.name, key.columnsFrom) ||
        isRetyped(key.tableTo, key.columnsTo),
    ),
  )
  const allRetyped = new Set(commonTables.flatMap(({ retyped }) => [...retyped]))
  const viewDrops = dropViews(schema, before, allRetyped)
  const tableDrops = commonTables.flatMap(({ table, old, retyped }) =>
    dropObstaclesOfTable(table, old, retyped),
  )
  return [...foreignKeyDrops, ...viewDrops, ...tableDrops]
}

function dropObstaclesOfTable(table: Table, old: Table, retyped: Set<string>): string[] {
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
      const expressions = index.columns
        .filter(({ isExpression }) => isExpression)
        .map(({ expression }) => expression)
      return differs(index, old.indexes[index.name]) || mentions(retyped, index.where, ...expressions)
    }),
  ]
  if (hadPolicies && Object.keys(old.policies).length === 0 && !old.isRLSEnabled) {
    statements.push(`ALTER TABLE ${quoted(table)} DISABLE ROW LEVEL SECURITY;`)
  }
  for (const name of retyped) {
    const column = table.columns[name]
    if (column?.default === undefined) continue
    delete column.default
    statements.push(`ALTER TABLE ${quoted(table)} ALTER COLUMN "${name}" DROP DEFAULT;`)
  }
  return statements
}

/** Names of the columns that have another type in `old`. An enum that has values which `old` lacks is another type. */
function findRetypedColumns(table: Table, old: Table, schema: Snapshot, before: Snapshot): Set<string> {
  const enumValuesOf = ({ enums }: Snapshot, { typeSchema, type }: Column) =>
    enums[`${typeSchema ?? 'public'}.${type.replaceAll('[]', '')}`]?.values ?? []
  const retyped = Object.values(table.columns).filter((column) => {
    const oldColumn = old.columns[column.name]
    if (oldColumn === undefined) return false
    if (column.type !== oldColumn.type || column.typeSchema !== oldColumn.typeSchema) return true
    const oldValues = enumValuesOf(before, oldColumn)
    return enumValuesOf(schema, column).some((value) => !oldValues.includes(value))
  })
  return new Set(retyped.map(({ name }) => name))
}

/** Drops views that `before` does not have or defines differently, and those that show a column whose type changes. */
function dropViews(schema: Snapshot, before: Snapshot, retyped: Set<string>): string[] {
  return Object.entries(schema.views).flatMap(([key, view]) => {
    const isObstacle = differs(view, before.views[key]) || mentions(retyped, view.definition)
    if (view.isExisting || !isObstacle) return []
    delete schema.views[key]
    return [`DROP${view.materialized ? ' MATERIALIZED' : ''} VIEW "${view.schema}"."${view.name}";`]
  })
}

/** Whether one of the SQL expressions contains the name of one of the columns, quoted or not. */
const mentions = (columns: Set<string>, ...expressions: (string | undefined)[]): boolean =>
  [...columns].some((column) => {
    const name = new RegExp(`(?<![\\w$])${column.replaceAll('$', '\\$')}(?![\\w$])`)
    return expressions.some((expression) => expression !== undefined && name.test(expression))
  })

const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)

const quoted = ({ schema, name }: Table) => (schema === '' ? `"${name}"` : `"${schema}"."${name}"`)

type Kind = 'foreignKeys' | 'checkConstraints' | 'uniqueConstraints' | 'indexes' | 'policies'

/** Drops the items of one kind that match. Removes them from the table and returns the statements. */
function drop<K extends Kind>(table: Table, kind: K, matches: (item: Table[K][string]) => boolean): string[] {
  const items = table[kind] as Record<string, Table[K][string]>
  return Object.entries(items).flatMap(([key, item]) => {
    if (!matches(item)) return []
    delete items[key]
    if (kind === 'indexes') return [`DROP INDEX ${table.schema === '' ? '' : `"${table.schema}".`}"${key}";`]
    if (kind === 'policies') return [`DROP POLICY "${key}" ON ${quoted(table)};`]
    return [`ALTER TABLE ${quoted(table)} DROP CONSTRAINT "${key}";`]
  })
}

/** Drops a referring table before the table it refers to. Breaks cycles by dropping a foreign key first. */
function dropTables(tables: Table[]): string[] {
  const statements: string[] = []
  const droppedKeys = new Set<string>()
  const remaining = [...tables].sort((a, b) => (a.name < b.name ? 1 : -1))
  const referencesTo = (target: Table) =>
    remaining.flatMap((table) =>
      table === target
        ? []
        : Object.values(table.foreignKeys)
            .filter((key) => key.tableTo === target.name && !droppedKeys.has(`${table.name}.${key.name}`))
            .map((key) => ({ table, key })),
    )
  while (remaining.length > 0) {
    const [next] = [...remaining].sort((a, b) => referencesTo(a).length - referencesTo(b).length)
    if (next === undefined) break
    for (const { table, key } of referencesTo(next)) {
      statements.push(`ALTER TABLE ${quoted(table)} DROP CONSTRAINT "${key.name}";`)
      droppedKeys.add(`${table.name}.${key.name}`)
    }
    statements.push(`DROP TABLE ${quoted(next)};`)
    remaining.splice(remaining.indexOf(next), 1)
  }
  return statements
}

/**
 * `before`, plus everything that only `schema` has, minus the foreign keys that `schema` lacks: those are added last,
 * because the unique constraints they refer to have to exist first.
 */
function schemaBetween(before: Snapshot, schema: Snapshot): Snapshot {
  const middle = structuredClone(before)
  for (const [key, table] of Object.entries(middle.tables)) {
    const current = schema.tables[key]
    table.columns = { ...current?.columns, ...table.columns }
    for (const name of Object.keys(table.foreignKeys)) {
      if (!current?.foreignKeys[name]) delete table.foreignKeys[name]
    }
  }
  for (const [kind, entities] of Object.entries(schema)) {
    if (kind === 'tables' || kind === '_meta' || typeof entities !== 'object') continue
    middle[kind] = { ...(entities as object), ...(middle[kind] as object) }
  }
  return middle
}
