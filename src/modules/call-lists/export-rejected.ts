import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { streamRows, type TextRow } from '../../db/stream-rows.ts'
import type { CsvColumn } from '../../lib/csv.ts'
import type { Import } from './imports.ts'

/** What is said of a refused row, before its cells. */
const said = ['line', 'code', 'detail'] as const

/** The columns of a file of refused rows: why, and the cells under the file's own names, so that it can be mended and sent again. */
export function rejectedColumns({ reading }: Import): CsvColumn[] {
  const names = (reading.columns as string[] | undefined) ?? []
  return [...said.map((name) => `refused_${name}`), ...names].map((name) => ({ name, isNumber: false }))
}

/** Streams refused rows by their line. @throws as `streamCompany` */
export const exportRejectedRows = (
  db: Db,
  present: Import,
  take: (rows: TextRow[]) => Promise<void>,
): Promise<void> => {
  const names = rejectedColumns(present)
    .slice(said.length)
    .map(({ name }) => name)
  return streamRows(
    db,
    present.company_id,
    {
      name: 'refused_rows',
      query: (tx) => sql`
        select line::text as refused_line, code as refused_code, detail as refused_detail, cells::text as cells from import_rows
        where company_id = ${tx.company_id}::uuid and import_id = ${present.id}::uuid and code is not null order by line`,
    },
    (rows) =>
      take(
        rows.map(({ cells, ...row }) => {
          const values = JSON.parse(cells ?? '[]') as unknown[]
          return {
            ...row,
            ...Object.fromEntries(
              names.map((name, i) => [
                name,
                typeof values[i] === 'string'
                  ? values[i]
                  : values[i] == null
                    ? null
                    : JSON.stringify(values[i]),
              ]),
            ),
          } as TextRow
        }),
      ),
  )
}
