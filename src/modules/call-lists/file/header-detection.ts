import { type ColumnMapping, FileError, isHeaderRow, mapColumns } from './column-mapping.ts'
import { headerSearchRows, type ReadOptions } from './read-options.ts'
import type { RecordError } from './records.ts'
import { type ContactRow, readRow } from './rows.ts'

/** Rows below their heading. Until it is found they are kept; when there is none, a column of numbers will do. */
export class TableReader {
  private readonly options: ReadOptions
  private readonly found: (columns: ColumnMapping) => void
  private columns: ColumnMapping | undefined
  private waiting: { line: number; cells: unknown[] }[] = []

  constructor(options: ReadOptions, found: (columns: ColumnMapping) => void) {
    this.options = options
    this.found = found
  }

  *readRecord(line: number, cells: unknown[]): Generator<ContactRow> {
    if (this.columns !== undefined) {
      yield readRow(line, cells, this.columns, this.options)
      return
    }
    const texts = cells.map(String)
    if (isHeaderRow(texts, this.options.mapping)) {
      this.head(texts)
      return
    }
    this.waiting.push({ line, cells })
    if (this.waiting.length >= headerSearchRows) yield* this.headless()
  }

  /** A record that could not be read, as a row that is told of. */
  rejectedRow(line: number, cells: unknown[], { code, detail }: RecordError): ContactRow {
    return {
      ...{
        line,
        phone_number: null,
        contact_name: null,
        contact_data: {},
        timezone: null,
        dial_timezone: null,
      },
      ...{ timezone_source: null, priority: null, next_attempt_at: null, code, detail, cells },
    }
  }

  *end(): Generator<ContactRow> {
    if (this.columns === undefined && this.waiting.length > 0) yield* this.headless()
  }

  private head(names: string[]): void {
    const columns = mapColumns(names, this.options.mapping)
    const has = new Set(
      columns.targets.flatMap((target) =>
        target === undefined ? [] : 'field' in target ? [target.field] : [target.data],
      ),
    )
    const missing = this.options.requiredColumns.filter((name) => !has.has(name))
    if (missing.length > 0) {
      throw new FileError(
        'missing_columns',
        `The skillbase speaks of ${missing.map((name) => `{{${name}}}`).join(', ')}, and no column gives it.`,
      )
    }
    this.columns = columns
    this.waiting = []
    this.found(columns)
  }

  /** No heading: the first column whose cells look like numbers is the phone's, and the rows are all of them data. */
  private *headless(): Generator<ContactRow> {
    const rows = this.waiting
    const width = Math.max(...rows.map(({ cells }) => cells.length))
    const isNumber = (cell: unknown) => /^\D{0,3}\d[\d\s().-]{6,}$/.test(String(cell ?? '').trim())
    const numbers = Array.from(
      { length: width },
      (_, i) => rows.filter(({ cells }) => isNumber(cells[i])).length,
    )
    const best = numbers.indexOf(Math.max(...numbers))
    if ((numbers[best] ?? 0) < rows.length / 2) {
      // Its own words for it: which columns there are, and what to do.
      mapColumns((rows[0] as { cells: unknown[] }).cells.map(String), this.options.mapping)
    }
    this.head(Array.from({ length: width }, (_, i) => (i === best ? 'phone_number' : `column_${i + 1}`)))
    for (const { line, cells } of rows) yield* this.readRecord(line, cells)
  }
}
