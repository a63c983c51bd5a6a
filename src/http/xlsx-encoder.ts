import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { type CellValue, writeXlsxStream } from 'hucre/xlsx'
import type { Cell, TableColumn, TableRow } from '../lib/table.ts'
import { truncateGraphemes } from '../lib/text.ts'
import { TimeSlices } from '../lib/time-slice.ts'
import type { RowEncoder, SendBytes } from './export-response.ts'

export const xlsxContentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Limits of Excel: rows of a sheet with the header, and UTF-16 code units of a cell. */
const maxRowsPerSheet = 1_048_576
const maxCellLength = 32_767

/** Excel formats a number with more digits as 7.9E+11 when its cell has no format; more than 15 it does not keep. */
const maxPlainInteger = 99_999_999_999

/** Excel has no time before this: its day 0. */
const firstTime = Date.UTC(1900, 0, 1)

interface XlsxFile {
  /** Of the first sheet; the others are called `name_2` and so on. */
  sheetName: string
  /** Read before the first row is written. */
  columns: () => readonly TableColumn[]
  /** What the clock shows at an instant, as a Date whose fields in UTC are those of the clock: cells have no time zone. */
  clockAt: (instant: Date) => Date
  /** Rows of a sheet with its header; tests set a smaller one. */
  rowsPerSheet?: number
}

/**
 * Rows as a workbook of Excel. A text is stored as a text and has the format of one, so that no program runs it as a formula or
 * changes a phone number, also when its cell is edited. Memory does not grow with the rows: texts are in their cells, not in a
 * table of strings. Further sheets follow one that is full.
 *
 * hucre was chosen because its stream takes rows only as fast as its bytes are read. exceljs keeps what the client has not
 * read (exceljs/exceljs#734, #2916) and has had no release since 2023; the free SheetJS cannot stream workbooks.
 */
export class XlsxEncoder implements RowEncoder<TableRow> {
  private readonly send: SendBytes
  private readonly file: XlsxFile
  /** One batch waits here, while the workbook takes another. */
  private readonly batches = new PassThrough({ objectMode: true, highWaterMark: 1 })
  private sent: Promise<void> | undefined

  constructor(send: SendBytes, file: XlsxFile) {
    this.send = send
    this.file = file
    // The error is reported by the promise of `write` or `end`.
    this.batches.on('error', () => undefined)
  }

  async write(rows: readonly TableRow[]): Promise<void> {
    this.start()
    if (!this.batches.destroyed && this.batches.write(rows)) return
    // A workbook that cannot be sent takes no more rows, and rejects.
    await Promise.race([once(this.batches, 'drain'), this.sent])
  }

  async end(): Promise<void> {
    this.start()
    this.batches.end()
    await this.sent
  }

  abort(error: unknown): void {
    this.batches.destroy(error as Error)
  }

  private start(): void {
    if (this.sent !== undefined) return
    this.sent = this.sendAll()
    this.sent.catch((error) => this.batches.destroy(error))
  }

  private async sendAll(): Promise<void> {
    const { sheetName, columns, rowsPerSheet = maxRowsPerSheet } = this.file
    const body = writeXlsxStream(this.cells(), {
      name: sheetName,
      maxRowsPerSheet: rowsPerSheet,
      freezePane: { rows: 1 },
      columns: columns().map(({ name, type }) => ({ header: textCell(name), ...columnFormats[type] })),
    })
    for await (const bytes of body) await this.send(bytes)
  }

  private async *cells(): AsyncGenerator<CellValue[]> {
    const columns = this.file.columns()
    const slices = new TimeSlices()
    for await (const batch of this.batches as AsyncIterable<readonly TableRow[]>)
      for (const row of batch) {
        await slices.next()
        yield row.map((cell, i) => this.toCell(cell, columns[i]?.type ?? 'text'))
      }
  }

  private toCell(cell: Cell, type: TableColumn['type']): CellValue {
    if (cell === null || typeof cell === 'boolean') return cell
    if (typeof cell === 'number') return Math.abs(cell) <= maxPlainInteger ? cell : textCell(String(cell))
    if (type === 'number') return Number(cell)
    if (type === 'text') return textCell(cell)
    const clock = this.file.clockAt(new Date(cell))
    return clock.getTime() >= firstTime ? clock : cell
  }
}

/** `@` is the format of texts. */
const columnFormats = {
  text: { numFmt: '@', width: 20 },
  number: { width: 12 },
  time: { numFmt: 'yyyy-mm-dd hh:mm:ss', width: 20 },
} as const

/**
 * A text as a cell can hold it. Excel opens no workbook with a longer one, so it is cut, with a note on what is missing.
 * `_x0001_` is how workbooks write a character that XML cannot hold: a text that has these letters is escaped. Lines end with a
 * line feed there.
 */
function textCell(text: string): string {
  const printable = text.replace(/\r\n?/g, '\n').replace(/[\ufffe\uffff]/g, '\ufffd')
  if (printable.length <= maxCellLength) return escapeCodes(printable)
  const note = ` [cut off here: the value has ${text.length} characters, and a cell of Excel at most ${maxCellLength}. The CSV file has all of it.]`
  return escapeCodes(truncateGraphemes(printable, maxCellLength - note.length)) + note
}

const escapeCodes = (text: string) => text.replace(/_x(?=[0-9a-fA-F]{4}_)/g, '_x005F_x')
