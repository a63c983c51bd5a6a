import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { streamRows, type TextRow } from '../../db/stream-rows.ts'
import type { CsvColumn } from '../../lib/csv.ts'
import type { Import } from './imports.ts'

/** Columns that precede those of the file. Their names are public: an upload recognises and ignores them. */
const reasonColumns = ['refused_line', 'refused_code', 'refused_detail'] as const

const fileColumns = ({ reading }: Import) => (reading.columns as string[] | undefined) ?? []

/**
 * Columns of the export of rejected rows: the reason, then the columns of the uploaded file. The file can be corrected and
 * uploaded again.
 */
export const rejectedColumns = (current: Import): CsvColumn[] =>
  [...reasonColumns, ...fileColumns(current)].map((name) => ({ name, isNumber: false }))

/**
 * Streams the rejected rows of an import in the order of the file.
 *
 * @param onRows called with each batch; the next one is read when it resolves
 * @throws as `streamRows`
 */
export const exportRejectedRows = (
  db: Db,
  current: Import,
  onRows: (rows: TextRow[]) => Promise<void>,
): Promise<void> => {
  const columns = fileColumns(current)
  const query = {
    name: 'rejected_rows',
    query: (tx: { company_id: string }) => sql`
      select line::text as refused_line, code as refused_code, detail as refused_detail, cells::text as cells from import_rows
      where company_id = ${tx.company_id}::uuid and import_id = ${current.id}::uuid and code is not null order by line`,
  }
  return streamRows(db, current.company_id, query, (rows) =>
    onRows(
      rows.map(({ cells, ...reason }) => {
        const values = JSON.parse(cells ?? '[]') as unknown[]
        const texts = columns.map((name, i) => [name, cellText(values[i])] as const)
        return { ...reason, ...Object.fromEntries(texts) } as TextRow
      }),
    ),
  )
}

const cellText = (value: unknown): string | null =>
  typeof value === 'string' ? value : value == null ? null : JSON.stringify(value)
