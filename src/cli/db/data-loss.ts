import postgres, { type Sql } from 'postgres'
import type { Migration } from '../../db/migrations/migration-files.ts'
import { startupParameters } from '../../db/session-settings.ts'

/** Data that a downgrade deletes. */
export interface DataLoss {
  /** A table, or a column as `table.column`. */
  name: string
  /** Rows of the table, or rows with a value in the column. */
  rows: number
  /** False from 1,000,000 rows on: then `rows` is an estimate. */
  isExact: boolean
}

/**
 * Rows are counted up to this number, because counting more takes long. Above it, the planner's statistics are
 * used.
 */
const countLimit = 1_000_000

/** Returns the tables and columns that the down migrations drop or empty, with the number of rows in them now. */
export async function findDataLoss(url: string, migrations: Migration[]): Promise<DataLoss[]> {
  const targets = findDropTargets(migrations)
  const sql = postgres(url, {
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
    connection: startupParameters,
  })
  try {
    const losses: DataLoss[] = []
    for (const { table, column } of targets) {
      const isTableLost = targets.some((other) => other.table === table && other.column === undefined)
      if (column !== undefined && isTableLost) continue
      const loss = await countLoss(sql, table, column)
      if (loss) losses.push(loss)
    }
    return losses
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Names as they are written in the SQL, which may include schema and quotes. */
interface DropTarget {
  table: string
  column?: string
}

const identifier = String.raw`(?:"(?:[^"]|"")+"|\w+)`
const qualifiedName = `${identifier}(?:\\.${identifier})?`
const dropTable = new RegExp(
  String.raw`\b(?:DROP|TRUNCATE)\s+(?:FOREIGN\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?(${qualifiedName}(?:\s*,\s*${qualifiedName})*)`,
  'gi',
)
const deleteFrom = new RegExp(String.raw`\b(?:DELETE\s+FROM|TRUNCATE(?!\s+TABLE))\s+(${qualifiedName})`, 'gi')
const alterTable = new RegExp(
  String.raw`\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(${qualifiedName})([^;]*)`,
  'gi',
)
const dropColumn = new RegExp(String.raw`\bDROP\s+(?:COLUMN\s+)(?:IF\s+EXISTS\s+)?(${identifier})`, 'gi')

/** Returns each table and column that the down migrations drop or empty, once. */
function findDropTargets(migrations: Migration[]): DropTarget[] {
  const targets = new Map<string, DropTarget>()
  const add = (target: DropTarget) => targets.set(`${target.table} ${target.column}`, target)
  for (const statement of migrations.flatMap(({ down }) => down.statements)) {
    const sql = statement.replaceAll(/--.*$/gm, '')
    for (const [, tables = ''] of sql.matchAll(dropTable)) {
      for (const [table] of tables.matchAll(new RegExp(qualifiedName, 'g'))) add({ table })
    }
    for (const [, table = ''] of sql.matchAll(deleteFrom)) add({ table })
    for (const [, table = '', actions = ''] of sql.matchAll(alterTable)) {
      for (const [, column = ''] of actions.matchAll(dropColumn)) add({ table, column })
    }
  }
  return [...targets.values()]
}

async function countLoss(sql: Sql, table: string, column: string | undefined): Promise<DataLoss | undefined> {
  const [existing] = await sql<{ name: string | null; estimate: string }[]>`
    select c.oid::regclass::text as name, c.reltuples::bigint as estimate
    from pg_class c where c.oid = to_regclass(${table}) and c.relkind in ('r', 'p')`
  // The table does not exist: an earlier statement of the downgrade creates it.
  if (!existing?.name) return undefined
  const rows = await countRows(sql, existing.name, column)
  if (rows === undefined) return undefined
  const bareColumn = column?.replaceAll('"', '')
  const name = bareColumn === undefined ? existing.name : `${existing.name}.${bareColumn}`
  if (rows < countLimit) return { name, rows, isExact: true }
  return { name, rows: Math.max(countLimit, Number(existing.estimate)), isExact: false }
}

/**
 * Counts the rows of a table, or those with a value in the column, up to countLimit. Undefined without such a
 * column.
 */
async function countRows(sql: Sql, table: string, column: string | undefined): Promise<number | undefined> {
  const where = column === undefined ? '' : `where ${column} is not null`
  try {
    const [row] = await sql.unsafe<{ rows: string }[]>(
      `select count(*) as rows from (select from ${table} ${where} limit ${countLimit}) as limited_rows`,
    )
    return Number(row?.rows)
  } catch (error) {
    if ((error as { code?: string }).code === '42703') return undefined
    throw error
  }
}
