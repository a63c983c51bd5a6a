import type { TestService } from '../setup/service.ts'

/** Every table with rows of companies, and its column with the company's id. */
async function tables(s: TestService): Promise<{ table: string; column: string }[]> {
  const rows = await s.db.client.unsafe<{ name: string }[]>(
    `select quote_ident(table_name) as name from information_schema.columns
      where table_schema = 'public' and column_name = 'company_id' order by 1`,
  )
  return [
    { table: 'companies', column: 'id' },
    ...rows.map(({ name }) => ({ table: name, column: 'company_id' })),
  ]
}

/** The number of rows in all tables together, except idempotency_keys. */
export async function rowCount(s: TestService): Promise<number> {
  await s.deps.events.step()
  const counts = (await tables(s))
    .filter(({ table }) => table !== 'idempotency_keys')
    .map(({ table }) => `(select count(*) from ${table})`)
  const [row] = await s.db.client.unsafe<{ n: number }[]>(`select (${counts.join(' + ')})::int as n`)
  return row?.n ?? Number.NaN
}

/** Every row of a company as JSON text, by table. */
export async function rowsOf(s: TestService, company_id: string): Promise<Record<string, string[]>> {
  // Otherwise events without an id would get one between two dumps, and look like a change.
  await s.deps.events.step()
  const selects = (await tables(s)).map(
    ({ table, column }) =>
      `select '${table}' as name, array_agg(to_jsonb(t)::text order by to_jsonb(t)::text) as rows
        from ${table} t where ${column} = '${company_id}'`,
  )
  const dump = await s.db.client.unsafe<{ name: string; rows: string[] | null }[]>(
    `select name, to_json(rows) as rows from (${selects.join(' union all ')}) as dump`,
  )
  return Object.fromEntries(dump.map(({ name, rows }) => [name, rows ?? []]))
}

/** The differences between two dumps: removed rows with -, added rows with +. */
export function changesBetween(before: Record<string, string[]>, after: Record<string, string[]>): string[] {
  return Object.keys(after).flatMap((table) => {
    const [rowsBefore, rowsAfter] = [new Set(before[table]), new Set(after[table])]
    const removed = [...rowsBefore].filter((row) => !rowsAfter.has(row)).map((row) => `-${table} ${row}`)
    const added = [...rowsAfter].filter((row) => !rowsBefore.has(row)).map((row) => `+${table} ${row}`)
    return [...removed, ...added]
  })
}
