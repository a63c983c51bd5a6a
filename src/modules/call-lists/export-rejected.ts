import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { StoredCells } from '../../db/schema/index.ts'
import { type RowSink, streamRows, type TextRow } from '../../db/stream-rows.ts'
import type { CsvColumn } from '../../lib/csv.ts'
import { rawText } from './file/cell-text.ts'
import { isReasonColumn, reasonColumns } from './file/rejected-export.ts'
import { decodedCells } from './file/staged-row.ts'
import type { Import } from './imports.ts'

const fileColumns = ({ reading }: Pick<Import, 'reading'>) => (reading.columns as string[] | undefined) ?? []

/**
 * Columns of the export of rejected rows: the reason, then the columns of the uploaded file. The file can be corrected and
 * uploaded again. Reasons of an earlier export that was uploaded are replaced.
 */
export const rejectedColumns = (current: Pick<Import, 'reading'>): CsvColumn[] =>
  [...reasonColumns, ...fileColumns(current).filter((name) => !isReasonColumn(name))].map((name) => ({
    name,
    isNumber: false,
  }))

/** A rejected row; `cells` are those of the file. */
interface RejectedRow {
  line: number
  code: string | null
  detail: string | null
  cells: readonly unknown[]
}

/**
 * The texts of a rejected row, for `rejectedColumns`. Cells are unchanged; values of JSON Lines that are not texts are JSON. A
 * row with more cells than columns keeps them, so that it is rejected again unless it is corrected.
 */
export function rejectedTexts(current: Pick<Import, 'reading'>, row: RejectedRow): string[] {
  const names = fileColumns(current)
  const { cells } = row
  const kept = Array.from({ length: Math.max(names.length, cells.length) }, (_, i) => i).filter(
    (i) => !isReasonColumn(names[i] ?? ''),
  )
  return [String(row.line), row.code ?? '', row.detail ?? '', ...kept.map((i) => rawText(cells[i]))]
}

/**
 * Streams the rejected rows of an import in the order of the file.
 *
 * @throws as `streamRows`
 */
export const exportRejectedRows = (
  db: Db,
  current: Import,
  { write, signal }: RowSink<string[]>,
): Promise<void> => {
  const query = {
    name: 'rejected_rows',
    query: (tx: { company_id: string }) => sql`
      select r.line::text as line, code, detail, cells::text as cells from import_rows r
      where company_id = ${tx.company_id}::uuid and import_id = ${current.id}::uuid and code is not null order by r.line`,
  }
  const writeTexts = (rows: TextRow[]) =>
    write(
      rows.map(({ line, code = null, detail = null, cells }) =>
        rejectedTexts(current, {
          line: Number(line),
          code,
          detail,
          cells: decodedCells(JSON.parse(cells ?? 'null') as StoredCells | null),
        }),
      ),
    )
  return streamRows(db, current.company_id, query, { write: writeTexts, signal })
}
