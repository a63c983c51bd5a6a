import type { TestService } from '../setup/service.ts'

/** Every table that has rows of companies, with the column that says whose they are. */
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

/** How many rows all tables have together, without what is remembered of requests. */
export async function rowCount(s: TestService): Promise<number> {
  await s.deps.events.step()
  const counts = (await tables(s))
    .filter(({ table }) => table !== 'idempotency_keys')
    .map(({ table }) => `(select count(*) from ${table})`)
  const [row] = await s.db.client.unsafe<{ n: number }[]>(`select (${counts.join(' + ')})::int as n`)
  return row?.n ?? Number.NaN
}

/** Every row of a company, as text, by table: what somebody else changed of it shows. */
export async function rowsOf(s: TestService, company_id: string): Promise<Record<string, string[]>> {
  // Events that wait for their ids would get them meanwhile, whoever asks for anything.
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

/** The rows that are not in both dumps. */
export function changesBetween(before: Record<string, string[]>, after: Record<string, string[]>): string[] {
  return Object.keys(after).flatMap((table) => {
    const [was, is] = [new Set(before[table]), new Set(after[table])]
    const gone = [...was].filter((row) => !is.has(row)).map((row) => `-${table} ${row}`)
    return [...gone, ...[...is].filter((row) => !was.has(row)).map((row) => `+${table} ${row}`)]
  })
}
