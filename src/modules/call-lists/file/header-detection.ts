import { type ColumnMapping, FileError, isHeaderRow, mapColumns } from './column-mapping.ts'
import { headerSearchRows, type ReadOptions } from './read-options.ts'
import type { RecordError } from './records.ts'
import { type ContactRow, readRow } from './rows.ts'

/**
 * Converts records to rows. Looks for the header in the first 10 records, and drops a title above it. When there is no
 * header, all records are rows, and the column whose cells look most like phone numbers is phone_number.
 */
export class TableReader {
  private readonly options: ReadOptions
  private readonly onColumns: (columns: ColumnMapping) => void
  private columns: ColumnMapping | undefined
  /** Records that were read before the header was found. */
  private pending: { line: number; cells: unknown[] }[] = []

  /** @param onColumns called once, when the columns are known */
  constructor(options: ReadOptions, onColumns: (columns: ColumnMapping) => void) {
    this.options = options
    this.onColumns = onColumns
  }

  /**
   * Yields the row of a record when the columns are known. Until then records are kept: they are dropped when a header is
   * found, and yielded as rows when 10 records contain no header.
   *
   * @throws FileError as `mapColumns`; 'missing_columns' when a required column is missing
   */
  *readRecord(line: number, cells: unknown[]): Generator<ContactRow> {
    if (this.columns !== undefined) {
      yield readRow(line, cells, this.columns, this.options)
      return
    }
    const texts = cells.map(String)
    if (isHeaderRow(texts, this.options.mapping)) {
      this.setColumns(texts)
      return
    }
    this.pending.push({ line, cells })
    if (this.pending.length >= headerSearchRows) yield* this.readWithoutHeader()
  }

  /** The rejected row for a record that could not be parsed. */
  rejectedRow(line: number, cells: unknown[], { code, detail }: RecordError): ContactRow {
    return {
      line,
      phone_number: null,
      contact_name: null,
      contact_data: {},
      timezone: null,
      dial_timezone: null,
      timezone_source: null,
      priority: null,
      next_attempt_at: null,
      code,
      detail,
      cells,
    }
  }

  /** Rows of a file that ended before a header was found. */
  *end(): Generator<ContactRow> {
    if (this.columns === undefined && this.pending.length > 0) yield* this.readWithoutHeader()
  }

  private setColumns(names: string[]): void {
    const columns = mapColumns(names, this.options.mapping)
    const targets = new Set(
      columns.targets.flatMap((target) =>
        target === undefined ? [] : 'field' in target ? [target.field] : [target.data],
      ),
    )
    const missing = this.options.requiredColumns.filter((name) => !targets.has(name))
    if (missing.length > 0) {
      const variables = missing.map((name) => `{{${name}}}`).join(', ')
      throw new FileError(
        'missing_columns',
        `The skillbase uses ${variables}, but no column provides a value. Add the columns, map others to these names, or set allow_missing_columns.`,
      )
    }
    this.columns = columns
    this.pending = []
    this.onColumns(columns)
  }

  private *readWithoutHeader(): Generator<ContactRow> {
    const records = this.pending
    const width = Math.max(...records.map(({ cells }) => cells.length))
    const looksLikePhone = (cell: unknown) => /^\D{0,3}\d[\d\s().-]{6,}$/.test(String(cell ?? '').trim())
    const phonesPerColumn = Array.from(
      { length: width },
      (_, i) => records.filter(({ cells }) => looksLikePhone(cells[i])).length,
    )
    const phoneColumn = phonesPerColumn.indexOf(Math.max(...phonesPerColumn))
    if ((phonesPerColumn[phoneColumn] ?? 0) < records.length / 2) {
      // Throws no_phone_column, with the first record as the list of columns.
      mapColumns((records[0] as { cells: unknown[] }).cells.map(String), this.options.mapping)
    }
    this.setColumns(
      Array.from({ length: width }, (_, i) => (i === phoneColumn ? 'phone_number' : `column_${i + 1}`)),
    )
    for (const { line, cells } of records) yield* this.readRecord(line, cells)
  }
}
