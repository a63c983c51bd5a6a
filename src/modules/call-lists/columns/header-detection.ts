import { namesWithoutKey } from '../../../lib/template.ts'
import { truncate } from '../../../lib/text.ts'
import { cellText } from '../file/cell-text.ts'
import { type ColumnMapping, type MappingInput, mapAsBefore, mapColumns } from '../file/column-mapping.ts'
import { FileError } from '../file/file-error.ts'
import { tooManyColumns } from '../file/header-names.ts'
import { maxColumns } from '../file/limits.ts'
import {
  type HeadingSource,
  headerSearchRows,
  type Reading,
  type ReadOptions,
  sampleRows,
} from '../file/read-options.ts'
import type { FileRecord, RecordError } from '../file/records.ts'
import { isRejectedHeading, reasonColumns } from '../file/rejected-export.ts'
import { type ContactRow, readRow, rejectedRow } from '../file/rows.ts'
import { readSuppressionRow } from '../suppression-lists/suppression-row.ts'
import { isVaguePhoneName, normalize, phoneRank } from './column-names.ts'
import { ColumnSample, isPhoneText } from './column-sample.ts'

/** Columns of a file, and what is above its rows. */
interface TableHead {
  columns: ColumnMapping
  heading: Required<
    Pick<Reading, 'heading_line' | 'heading_source' | 'lines_above_heading' | 'text_above_heading'>
  >
}

const maxShownLines = 5
const maxShownLength = 200
/** The columns of a file, and those of an export of its rejected rows. */
const maxWidth = maxColumns + reasonColumns.length
/** From this many digits a text is a number, not the name of a column. */
const minDigitsOfNumber = 5

/**
 * Converts records to rows. Finds the heading, and the columns, in the first 100 records: the heading is a row without a phone
 * number, by its names or because the rows below it have one. Lines above it are no rows.
 */
export class TableReader {
  private readonly options: ReadOptions
  private readonly onHead: (head: TableHead) => void
  private columns: ColumnMapping | undefined
  /** Records that were read before the columns are known. */
  private pending: FileRecord[] = []
  /** Whether area codes and numbers are in two columns: they are joined. */
  private isSplit = false

  /** @param onHead called once, when the columns are known */
  constructor(options: ReadOptions, onHead: (head: TableHead) => void) {
    this.options = options
    this.onHead = onHead
  }

  /**
   * Yields the rows of a record when the columns are known. Until then records are kept.
   *
   * @throws FileError as `mapColumns`, when it is certain that the file is too wide; 'missing_columns' when a required column
   * is missing
   */
  *readRecord(record: FileRecord): Generator<ContactRow> {
    if (this.columns !== undefined) {
      yield this.rowOf(this.isSplit ? joined(record) : record, this.columns)
      return
    }
    if (isTooWide(record) && !this.isBelowHeading(this.pending)) throw tooManyColumns(widthOf(record))
    this.pending.push(record)
    if (this.pending.length >= sampleRows) yield* this.readPending()
  }

  /** Rows of a file that ended before its columns were known. */
  *end(): Generator<ContactRow> {
    if (this.columns === undefined) yield* this.readPending()
  }

  private *readPending(): Generator<ContactRow> {
    this.isSplit = this.options.suppressions !== undefined && this.pending.every(isSplitNumber)
    const records = this.isSplit ? this.pending.map(joined) : this.pending
    // Wider records are rows with too many cells. They are no evidence of what the columns hold.
    const parsed = records.filter((record) => record.error === undefined && !isTooWide(record))
    this.pending = []
    if (parsed.length === 0) {
      for (const { line, cells, error } of records) yield rejectedRow(line, cells, error as RecordError)
      return
    }
    const found = this.findHeading(parsed)
    const heading = found?.record
    const columns =
      heading === undefined ? this.columnsWithoutHeading(parsed) : this.columnsOf(heading, parsed)
    this.assertRequiredColumns(columns)
    this.columns = columns
    const above = parsed.slice(0, heading === undefined ? 0 : parsed.indexOf(heading))
    this.onHead({
      columns,
      heading: {
        heading_line: heading?.line || null,
        heading_source: found?.source ?? null,
        lines_above_heading: above.length,
        text_above_heading: above.slice(0, maxShownLines).map(shownText),
      },
    })
    const noRows = new Set<FileRecord | undefined>([...above, heading])
    for (const record of records) if (!noRows.has(record)) yield this.rowOf(record, columns)
  }

  /** Whether the next record is no heading for certain, because the heading or a row with a number precedes it. */
  private isBelowHeading(records: readonly FileRecord[]): boolean {
    const parsed = records.filter(({ error }) => error === undefined)
    return (
      parsed.some((record) => record.isHeading || this.holdsNumber(record)) ||
      this.headingByNames(parsed) !== undefined
    )
  }

  private rowOf({ line, cells, error }: FileRecord, columns: ColumnMapping): ContactRow {
    if (error !== undefined) return rejectedRow(line, cells, error)
    const { suppressions } = this.options
    return suppressions === undefined
      ? readRow(line, cells, columns, this.options)
      : readSuppressionRow(line, cells, columns, { ...this.options, suppressions })
  }

  private findHeading(
    records: readonly FileRecord[],
  ): { record: FileRecord; source: HeadingSource } | undefined {
    const keys = records.find(({ isHeading }) => isHeading)
    if (keys !== undefined) return { record: keys, source: 'keys' }
    const named =
      records.find(({ cells }) => isRejectedHeading(cells)) ??
      this.headingByNames(records.slice(0, headerSearchRows))
    if (named !== undefined) return { record: named, source: 'names' }
    const record = this.headingByContents(records)
    return record && { record, source: 'contents' }
  }

  private holdsNumber({ cells }: FileRecord): boolean {
    return cells.some((cell) => isPhoneText(cellText(cell), this.options.country))
  }

  /** The first row with a name of a column of phone numbers and no number. A title above it may contain a number. */
  private headingByNames(records: readonly FileRecord[]): FileRecord | undefined {
    return records.find((record, i) => {
      const hasName = record.cells.some((cell) => isColumnName(String(cell), this.options.mapping))
      return (
        hasName &&
        !this.holdsNumber(record) &&
        records.slice(0, i).every((above) => filled(above) < filled(record) || !this.holdsNumber(above))
      )
    })
  }

  /**
   * The first of the fullest rows above the first row with a number, unless its cell in the column of the numbers is empty or
   * a number that cannot be read: then it is a row as the others.
   */
  private headingByContents(records: readonly FileRecord[]): FileRecord | undefined {
    const first = records.findIndex((record) => this.holdsNumber(record))
    if (first <= 0) return undefined
    const candidates = records.slice(0, Math.min(first, headerSearchRows))
    const fullest = Math.max(...candidates.map(filled))
    const heading = candidates.find((record) => filled(record) === fullest) as FileRecord
    const sample = new ColumnSample(
      records.slice(first).map(({ cells }) => cells),
      this.options,
    )
    const points = Array.from({ length: sample.width }, (_, i) => sample.phonePoints(i))
    const name = cellText(heading.cells[points.indexOf(Math.max(...points))])
    return name !== '' && digitsIn(name) < minDigitsOfNumber ? heading : undefined
  }

  private columnsOf(heading: FileRecord, records: readonly FileRecord[]): ColumnMapping {
    const rows = records.slice(records.indexOf(heading) + 1).map(({ cells }) => cells)
    const isExport = isRejectedHeading(heading.cells)
    const sample = new ColumnSample(rows, this.options, isExport)
    const names = withoutEmptyEnd(
      heading.cells.map((cell) => cellText(cell)),
      sample,
    )
    const isReadAsBefore = isExport && Object.keys(this.options.mapping).length === 0
    const known = isReadAsBefore ? mapAsBefore(names, this.options.earlier ?? []) : undefined
    if (known !== undefined) return known
    // A name that is missing at the end, in a workbook or by contents, is not a reason to reject the rows.
    const isCertain =
      isExport || (names.some((name) => isColumnName(name, this.options.mapping)) && !heading.isOfSheet)
    const width = isCertain ? names.length : Math.max(names.length, Math.min(sample.width, maxAddedWidth))
    return mapColumns(
      Array.from({ length: width }, (_, i) => names[i] ?? ''),
      this.options.mapping,
      sample,
    )
  }

  /** Columns are named column_1, column_2 and so on, but phone_number if the mapping does not name columns. */
  private columnsWithoutHeading(records: readonly FileRecord[]): ColumnMapping {
    const sample = new ColumnSample(
      records.map(({ cells }) => cells),
      this.options,
    )
    const names = Array.from({ length: sample.width }, (_, i) => `column_${i + 1}`)
    const hasPhones = names.some((_, i) => sample.phonePoints(i) > 0)
    if (!hasPhones && Object.keys(this.options.mapping).length === 0) {
      // Throws no_phone_column, with the first record as the list of columns.
      return mapColumns((records[0] as FileRecord).cells.map(String), {}, sample)
    }
    const columns = mapColumns(names, this.options.mapping, sample)
    const [phone] = columns.phones
    if (Object.keys(this.options.mapping).length === 0) columns.names[phone as number] = 'phone_number'
    return columns
  }

  private assertRequiredColumns({ targets }: ColumnMapping): void {
    const provided = targets.flatMap((target) =>
      target === undefined ? [] : 'field' in target ? [target.field] : [target.data],
    )
    const missing = namesWithoutKey(this.options.requiredColumns, provided)
    if (missing.length === 0) return
    const variables = missing.map((name) => `{{${name}}}`).join(', ')
    throw new FileError(
      'missing_columns',
      `The skillbase uses ${variables}, but no column provides a value. Add the columns, map others to these names, or set allow_missing_columns.`,
    )
  }
}

/** A line of the flat files of the National Do Not Call Registry of the US: an area code, and a number of seven digits. */
const isSplitNumber = ({ cells, error }: FileRecord): boolean =>
  error === undefined &&
  cells.length === 2 &&
  /^\d{3}$/.test(String(cells[0])) &&
  /^\d{7}$/.test(String(cells[1]))
const joined = (record: FileRecord): FileRecord => ({ ...record, cells: [record.cells.join('')] })

/** Sheets whose empty columns have a style are saved as CSV with a delimiter for each of them. */
function withoutEmptyEnd(names: readonly string[], sample: ColumnSample): string[] {
  let width = names.length
  while (width > 0 && names[width - 1] === '' && sample.texts(width - 1).length === 0) width--
  return names.slice(0, width)
}

/** Columns without a name are added up to this width. */
const maxAddedWidth = 200

/** The number of cells, without empty ones at the end. */
function widthOf({ cells }: FileRecord): number {
  let width = cells.length
  while (width > 0 && (cells[width - 1] ?? '') === '') width--
  return width
}

const isTooWide = (record: FileRecord): boolean =>
  record.error === undefined && record.cells.length > maxWidth && widthOf(record) > maxWidth

const filled = ({ cells }: FileRecord) => cells.filter((cell) => cellText(cell) !== '').length
const digitsIn = (text: string) => text.replace(/\D/g, '').length
const shownText = ({ cells }: FileRecord) => {
  const texts = cells.map(cellText).filter((text) => text !== '')
  return truncate(texts.join(' | '), maxShownLength)
}

/** Whether a cell is the usual name of a column of phone numbers, or the name of a column in the mapping. */
const isColumnName = (cell: string, mapping: MappingInput): boolean =>
  phoneRank(cell) !== undefined ||
  isVaguePhoneName(cell) ||
  Object.keys(mapping).some((name) => normalize(name) === normalize(cell))
