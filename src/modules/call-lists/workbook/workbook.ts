import { posix } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { truncate } from '../../../lib/text.ts'
import { FileError } from '../file/file-error.ts'
import { maxRecordLength } from '../file/records.ts'
import { formatCodeOf, formatNumber } from './cell-format.ts'
import { attributeOf, decodeOoxmlEscapes, type XmlHandler, XmlScanner } from './xml-scanner.ts'
import type { ZipArchive } from './zip-archive.ts'

/** A sheet with cells, in the order of the workbook. */
export interface Sheet {
  name: string
  isHidden: boolean
  /** The part of the archive that holds its rows. */
  part: string
}

interface Workbook {
  sheets: Sheet[]
  sharedStrings: string[]
  /** The format code of each cell style. */
  formats: string[]
  /** Whether days are counted from 1904. */
  is1904: boolean
}

interface SheetRow {
  /** Starts at 1, and increases from row to row. */
  line: number
  /** Hidden by hand, by a filter or in a collapsed group. */
  isHidden: boolean
  /** The text of each cell as it is displayed, up to the last one that is not empty. */
  cells: string[]
}

const maxSheetColumns = 16_384
const maxSheetRows = 1_048_576
/** Of a workbook; each has a part, of which an archive may have 1,000. */
const maxSheets = 1_000
/** Spreadsheet programs allow 31 characters for a name, and 255 for a format. */
const maxSheetNameLength = 100
const maxFormatLength = 255
/** Spreadsheet programs allow 65,490 cell formats. */
const maxFormats = 100_000

/** Reads what the sheets of a workbook have in common. @throws FileError when it has no sheet with cells */
export function readWorkbook(archive: ZipArchive): Workbook {
  const root = relationships(archive, '')
  const path = root.find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml'
  const parts = relationships(archive, path)
  const partOf = (type: string, fallback: string) =>
    parts.find((part) => part.type.endsWith(`/${type}`))?.target ?? fallback
  const sharedStrings = readSharedStrings(archive.text(partOf('sharedStrings', 'xl/sharedStrings.xml')) ?? '')
  const worksheets = new Map(
    parts.filter(({ type }) => type.endsWith('/worksheet')).map(({ id, target }) => [id, target]),
  )
  const sheets: Sheet[] = []
  let is1904 = false
  scan(archive.text(path) ?? '', (name, attributes) => {
    if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributeOf(attributes, 'date1904') ?? '')
    const part = name === 'sheet' ? worksheets.get(attributeOf(attributes, 'id') ?? '') : undefined
    if (part === undefined) return
    const isHidden = /hidden$/i.test(attributeOf(attributes, 'state') ?? '')
    if (sheets.length >= maxSheets) throw brokenWorkbook()
    sheets.push({ name: truncate(attributeOf(attributes, 'name') ?? '', maxSheetNameLength), isHidden, part })
  })
  if (sheets.length === 0) throw brokenWorkbook()
  const formats = readFormats(archive.text(partOf('styles', 'xl/styles.xml')) ?? '')
  return { sheets, sharedStrings, formats, is1904 }
}

const brokenWorkbook = () =>
  new FileError(
    'broken_workbook',
    'The workbook cannot be read. Open it and save it again, or save it as CSV.',
  )

/** The parts that a part refers to; those of the archive itself for ''. Targets are paths within the archive. */
function relationships(archive: ZipArchive, path: string): { id: string; type: string; target: string }[] {
  const slash = path.replaceAll('\\', '/').lastIndexOf('/') + 1
  const directory = path.slice(0, slash).replaceAll('\\', '/')
  const found: { id: string; type: string; target: string }[] = []
  scan(archive.text(`${directory}_rels/${path.slice(slash)}.rels`) ?? '', (name, attributes) => {
    if (name !== 'Relationship') return
    const target = attributeOf(attributes, 'Target') ?? ''
    found.push({
      id: attributeOf(attributes, 'Id') ?? '',
      type: attributeOf(attributes, 'Type') ?? '',
      target: posix.join(target.startsWith('/') ? '' : directory, target.replaceAll('\\', '/')),
    })
  })
  return found
}

/** Calls `open` for each tag of a small part. @throws FileError */
function scan(xml: string, open: XmlHandler['open']): void {
  scanPart(xml, { open, close: () => undefined, text: () => undefined })
}

/** Scans the XML of a part. @throws FileError when a tag or text of it is too long */
function scanPart(xml: string, handler: XmlHandler): void {
  readXml(new XmlScanner(handler), xml)
}

function readXml(scanner: XmlScanner, xml: string): void {
  try {
    scanner.write(xml)
  } catch (error) {
    throw error instanceof RangeError ? brokenWorkbook() : error
  }
}

function readSharedStrings(xml: string): string[] {
  const strings: string[] = []
  const reader = new TextReader()
  scanPart(xml, {
    open: (name) => {
      if (name === 'si') reader.reset()
      reader.open(name)
    },
    close: (name) => {
      reader.close(name)
      if (name === 'si') strings.push(reader.value())
    },
    text: (text) => reader.add(text),
  })
  return strings
}

/** Collects the text of the <t> elements of a string. Those of phonetic hints, <rPh>, do not belong to it. */
class TextReader {
  private parts = ''
  private isInText = false
  private isInPhonetic = false

  reset(): void {
    this.parts = ''
  }

  open(name: string): void {
    if (name === 'rPh') this.isInPhonetic = true
    if (name === 't') this.isInText = !this.isInPhonetic
  }

  close(name: string): void {
    if (name === 'rPh') this.isInPhonetic = false
    if (name === 't') this.isInText = false
  }

  /** @throws RangeError when the text is too long */
  add(text: string): void {
    if (!this.isInText) return
    this.parts += text
    if (this.parts.length > maxRecordLength) throw new RangeError('the text of a cell is too long')
  }

  value(): string {
    return decodeOoxmlEscapes(this.parts)
  }
}

function readFormats(xml: string): string[] {
  const custom = new Map<number, string>()
  const formats: string[] = []
  let isInCellFormats = false
  scanPart(xml, {
    open: (name, attributes) => {
      if (name === 'cellXfs') isInCellFormats = true
      const id = Number(attributeOf(attributes, 'numFmtId') ?? 0)
      if (name === 'numFmt') custom.set(id, formatOf(attributes))
      if (name === 'xf' && isInCellFormats) formats.push(formatCodeOf(id, custom))
      if (formats.length > maxFormats) throw brokenWorkbook()
    },
    close: (name) => {
      if (name === 'cellXfs') isInCellFormats = false
    },
    text: () => undefined,
  })
  return formats
}

const formatOf = (attributes: string) => {
  const code = attributeOf(attributes, 'formatCode') ?? ''
  return code === '' || code.length > maxFormatLength ? 'General' : code
}

/** The rows of a sheet that have cells with content, as they are unpacked. @throws FileError */
export async function* sheetRows(
  archive: ZipArchive,
  workbook: Workbook,
  { part }: Sheet,
): AsyncGenerator<SheetRow> {
  const reader = new SheetReader(workbook)
  const scanner = new XmlScanner(reader)
  const decoder = new StringDecoder('utf8')
  for await (const chunk of archive.chunks(part)) {
    readXml(scanner, decoder.write(chunk))
    yield* reader.takeRows()
  }
  if (!reader.isComplete) throw brokenWorkbook()
}

/** Builds rows from the tags of a sheet. A cell without content, which may only have a style, is left out. */
class SheetReader implements XmlHandler {
  /** Whether the end of the rows was read. */
  isComplete = false
  private readonly workbook: Workbook
  private rows: SheetRow[] = []
  private row: SheetRow = { line: 0, isHidden: false, cells: [] }
  private cell = { column: -1, type: '', style: 0, value: '' }
  /** Characters in the cells of the row. */
  private rowLength = 0
  private isInValue = false
  private readonly inlineText = new TextReader()

  constructor(workbook: Workbook) {
    this.workbook = workbook
  }

  takeRows(): SheetRow[] {
    const { rows } = this
    this.rows = []
    return rows
  }

  open(name: string, attributes: string): void {
    if (name === 'c') {
      const column = columnIndex(attributeOf(attributes, 'r')) ?? this.cell.column + 1
      if (column >= maxSheetColumns) throw new RangeError('a cell is outside of the sheet')
      const style = Number(attributeOf(attributes, 's') ?? 0)
      this.cell = { column, type: attributeOf(attributes, 't') ?? 'n', style, value: '' }
      this.inlineText.reset()
    } else if (name === 'row') {
      const stated = Number(attributeOf(attributes, 'r') ?? 0)
      const line = stated > this.row.line && stated <= maxSheetRows ? stated : this.row.line + 1
      const isHidden = /^(1|true)$/.test(attributeOf(attributes, 'hidden') ?? '')
      this.row = { line, isHidden, cells: [] }
      this.rowLength = 0
      this.cell.column = -1
    } else if (name === 'v') this.isInValue = true
    else this.inlineText.open(name)
  }

  text(text: string): void {
    if (this.isInValue) this.cell.value += text
    else this.inlineText.add(text)
    if (this.cell.value.length > maxRecordLength) throw new RangeError('the value of a cell is too long')
  }

  close(name: string): void {
    if (name === 'v') this.isInValue = false
    else if (name === 'c') this.addCell()
    else if (name === 'row') {
      if (this.row.cells.length > 0) this.rows.push(this.row)
    } else if (name === 'sheetData') this.isComplete = true
    else this.inlineText.close(name)
  }

  private addCell(): void {
    const text = this.cellText()
    if (text === '') return
    const { cells, line } = this.row
    // Many cells may refer to the same shared string, so the size of the part does not limit that of its rows.
    this.rowLength += text.length
    if (this.rowLength > maxRecordLength) {
      const detail = `Row ${line} of the sheet has more than ${maxRecordLength.toLocaleString('en')} characters. Delete the cells that you do not need.`
      throw new FileError('line_too_long', detail)
    }
    while (cells.length < this.cell.column) cells.push('')
    cells[this.cell.column] = text
  }

  private cellText(): string {
    const { type, style, value } = this.cell
    const { sharedStrings, formats, is1904 } = this.workbook
    if (type === 's') return sharedStrings[Number(value)] ?? ''
    if (type === 'inlineStr') return this.inlineText.value()
    if (type === 'str') return decodeOoxmlEscapes(value)
    if (type === 'b') return value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : value
    if (type === 'd') return value.replace('T', ' ')
    if (type === 'e' || value === '') return value
    return formatNumber(value, formats[style] ?? 'General', is1904)
  }
}

/** The index of the column of a reference like B7; undefined without one. */
function columnIndex(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined
  let index = 0
  for (const letter of reference) {
    const code = letter.toUpperCase().charCodeAt(0) - 64
    if (code < 1 || code > 26) break
    index = index * 26 + code
  }
  return index > 0 ? index - 1 : undefined
}
