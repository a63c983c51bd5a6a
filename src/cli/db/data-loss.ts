import postgres, { type Sql } from 'postgres'
import type { Migration } from '../../db/migrations/migration-files.ts'

/** What a way back takes away for good. */
export interface DataLoss {
  /** A table, or a column as table.column. */
  name: string
  /** Its rows, or its rows that have a value there; exact up to `most`. */
  rows: number
  isExact: boolean
}

/** Rows beyond this many are told from the statistics: counting them would take long. */
const most = 1_000_000

/** The tables and columns that these ways back drop, with what they hold now. */
export async function findDataLoss(url: string, back: Migration[]): Promise<DataLoss[]> {
  const names = namesIn(back)
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined })
  try {
    const losses: DataLoss[] = []
    for (const { table, column } of names) {
      const isTableLost = names.some((other) => other.table === table && other.column === undefined)
      if (column !== undefined && isTableLost) continue
      const loss = await lossOf(sql, table, column)
      if (loss) losses.push(loss)
    }
    return losses
  } finally {
    await sql.end({ timeout: 5 })
  }
}

interface Name {
  table: string
  column?: string
}

const word = String.raw`(?:"(?:[^"]|"")+"|\w+)`
const path = `${word}(?:\\.${word})?`
const dropTable = new RegExp(
  String.raw`\b(?:DROP|TRUNCATE)\s+(?:FOREIGN\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?(${path}(?:\s*,\s*${path})*)`,
  'gi',
)
const deleteFrom = new RegExp(String.raw`\b(?:DELETE\s+FROM|TRUNCATE(?!\s+TABLE))\s+(${path})`, 'gi')
const alterTable = new RegExp(
  String.raw`\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(${path})([^;]*)`,
  'gi',
)
const dropColumn = new RegExp(String.raw`\bDROP\s+(?:COLUMN\s+)(?:IF\s+EXISTS\s+)?(${word})`, 'gi')

/** What the ways back drop or empty, each once, as its name stands in SQL. */
function namesIn(back: Migration[]): Name[] {
  const names = new Map<string, Name>()
  const add = (name: Name) => names.set(`${name.table} ${name.column}`, name)
  for (const statement of back.flatMap(({ down }) => down.statements)) {
    const bare = statement.replaceAll(/--.*$/gm, '')
    for (const [, tables = ''] of bare.matchAll(dropTable)) {
      for (const [table] of tables.matchAll(new RegExp(path, 'g'))) add({ table })
    }
    for (const [, table = ''] of bare.matchAll(deleteFrom)) add({ table })
    for (const [, table = '', actions = ''] of bare.matchAll(alterTable)) {
      for (const [, column = ''] of actions.matchAll(dropColumn)) add({ table, column })
    }
  }
  return [...names.values()]
}

async function lossOf(sql: Sql, table: string, column: string | undefined): Promise<DataLoss | undefined> {
  const [there] = await sql<{ name: string | null; estimate: string }[]>`
    select c.oid::regclass::text as name, c.reltuples::bigint as estimate
    from pg_class c where c.oid = to_regclass(${table}) and c.relkind in ('r', 'p')`
  // An earlier step of the way back makes it, or nobody has it: there is nothing in it.
  if (!there?.name) return undefined
  const holds = await count(sql, there.name, column)
  if (holds === undefined) return undefined
  const bare = column?.replaceAll('"', '')
  const what = bare === undefined ? there.name : `${there.name}.${bare}`
  if (holds < most) return { name: what, rows: holds, isExact: true }
  return { name: what, rows: Math.max(most, Number(there.estimate)), isExact: false }
}

async function count(sql: Sql, table: string, column: string | undefined): Promise<number | undefined> {
  const where = column === undefined ? '' : `where ${column} is not null`
  try {
    const [row] = await sql.unsafe<{ rows: string }[]>(
      `select count(*) as rows from (select from ${table} ${where} limit ${most}) as some_rows`,
    )
    return Number(row?.rows)
  } catch (error) {
    if ((error as { code?: string }).code === '42703') return undefined
    throw error
  }
}
