import { type Columns, columnsOf, FileFault, isHeading } from './columns.ts'
import type { Fault } from './records.ts'
import { type ReadRow, readRow } from './rows.ts'
import { headingRows, type ReadOptions } from './shapes.ts'

/** Rows below their heading. Until it is found they are kept; when there is none, a column of numbers will do. */
export class Table {
  private readonly options: ReadOptions
  private readonly found: (columns: Columns) => void
  private columns: Columns | undefined
  private waiting: { line: number; cells: unknown[] }[] = []

  constructor(options: ReadOptions, found: (columns: Columns) => void) {
    this.options = options
    this.found = found
  }

  *take(line: number, cells: unknown[]): Generator<ReadRow> {
    if (this.columns !== undefined) {
      yield readRow(line, cells, this.columns, this.options)
      return
    }
    const texts = cells.map(String)
    if (isHeading(texts, this.options.mapping)) {
      this.head(texts)
      return
    }
    this.waiting.push({ line, cells })
    if (this.waiting.length >= headingRows) yield* this.headless()
  }

  /** A record that could not be read, as a row that is told of. */
  refuse(line: number, cells: unknown[], { code, detail }: Fault): ReadRow {
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

  *end(): Generator<ReadRow> {
    if (this.columns === undefined && this.waiting.length > 0) yield* this.headless()
  }

  private head(names: string[]): void {
    const columns = columnsOf(names, this.options.mapping)
    const has = new Set(
      columns.targets.flatMap((target) =>
        target === undefined ? [] : 'field' in target ? [target.field] : [target.data],
      ),
    )
    const missing = this.options.wanted.filter((name) => !has.has(name))
    if (missing.length > 0) {
      throw new FileFault(
        'missing_columns',
        `The skillbase speaks of ${missing.map((name) => `{{${name}}}`).join(', ')}, and no column gives it.`,
      )
    }
    this.columns = columns
    this.waiting = []
    this.found(columns)
  }

  /** No heading: the first column whose cells look like numbers is the phone's, and the rows are all of them data. */
  private *headless(): Generator<ReadRow> {
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
      columnsOf((rows[0] as { cells: unknown[] }).cells.map(String), this.options.mapping)
    }
    this.head(Array.from({ length: width }, (_, i) => (i === best ? 'phone_number' : `column_${i + 1}`)))
    for (const { line, cells } of rows) yield* this.take(line, cells)
  }
}
