import { crc32, deflateRawSync } from 'node:zlib'

interface ZipEntry {
  name: string
  data: Buffer
  /** The unpacked size that the directory states, which may be false. */
  size?: number
  flags?: number
}

interface ZipOptions {
  /** Entries are stored (method 0), not compressed. */
  isStored?: boolean
  /** All sizes and offsets are in ZIP64 fields. */
  isZip64?: boolean
}

const inZip64 = 0xffffffff

/** A ZIP archive with these entries. */
export function zip(entries: ZipEntry[], { isStored = false, isZip64 = false }: ZipOptions = {}): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, size = data.length, flags = 0 } of entries) {
    const packed = isStored ? data : deflateRawSync(data)
    const values = [size, packed.length, offset]
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(flags, 6)
    head.writeUInt16LE(isStored ? 0 : 8, 8)
    head.writeUInt32LE(crc32(data), 14)
    head.writeUInt32LE(isZip64 ? inZip64 : packed.length, 18)
    head.writeUInt32LE(isZip64 ? inZip64 : size, 22)
    head.writeUInt16LE(name.length, 26)
    const extra = isZip64 ? zip64Extra(values) : Buffer.alloc(0)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    head.copy(entry, 6, 4, 30)
    entry.writeUInt16LE(extra.length, 30)
    entry.writeUInt32LE(isZip64 ? inZip64 : offset, 42)
    const local = Buffer.concat([head, Buffer.from(name), packed])
    locals.push(local)
    directory.push(Buffer.concat([entry, Buffer.from(name), extra]))
    offset += local.length
  }
  const directoryBytes = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(isZip64 ? 0xffff : entries.length, 8)
  end.writeUInt16LE(isZip64 ? 0xffff : entries.length, 10)
  end.writeUInt32LE(directoryBytes.length, 12)
  end.writeUInt32LE(isZip64 ? inZip64 : offset, 16)
  const zip64End = isZip64 ? zip64Records(entries.length, offset, directoryBytes.length) : Buffer.alloc(0)
  return Buffer.concat([...locals, directoryBytes, zip64End, end])
}

/** The extra field 0x0001 of an entry: unpacked size, packed size and offset. */
function zip64Extra(values: number[]): Buffer {
  const extra = Buffer.alloc(28)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(24, 2)
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + i * 8)
  return extra
}

/** The end-of-directory record of ZIP64 and its locator. */
function zip64Records(entryCount: number, offset: number, directoryBytes: number): Buffer {
  const record = Buffer.alloc(76)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeBigUInt64LE(BigInt(entryCount), 24)
  record.writeBigUInt64LE(BigInt(entryCount), 32)
  record.writeBigUInt64LE(BigInt(directoryBytes), 40)
  record.writeBigUInt64LE(BigInt(offset), 48)
  record.writeUInt32LE(0x07064b50, 56)
  record.writeBigUInt64LE(BigInt(offset + directoryBytes), 64)
  return record
}

interface SheetInput {
  name?: string
  state?: 'hidden' | 'veryHidden'
  /** Rows as XML, or as texts. */
  rows: string | string[][]
}

export interface WorkbookInput extends ZipOptions {
  sheets: SheetInput[]
  /** Format codes: the cell style 1 has the first, and so on. */
  formats?: string[]
  sharedStrings?: string[]
  date1904?: boolean
  /** Changes the names of the parts. */
  rename?: (name: string) => string
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006/relationships'
const xmlText = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

export const textCell = (text: string) => `<c t="inlineStr"><is><t>${xmlText(text)}</t></is></c>`
export const numberCell = (value: number | string, style = 0) => `<c s="${style}"><v>${value}</v></c>`
export const row = (cells: string[], attributes = '') => `<row ${attributes}>${cells.join('')}</row>`

const rowsXml = (rows: SheetInput['rows']) =>
  typeof rows === 'string' ? rows : rows.map((cells) => row(cells.map(textCell))).join('')

/** An XLSX workbook, as spreadsheet programs write it, with these sheets. */
export function workbook(input: WorkbookInput): Buffer {
  const { sheets, formats = [], sharedStrings, date1904 = false, rename = (name: string) => name } = input
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`
  const relations = (content: string) => `<Relationships xmlns="${packages}">${content}</Relationships>`
  const parts: Record<string, string> = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${sheets
      .map(
        ({ name, state = 'visible' }, i) =>
          `<sheet name="${xmlText(name ?? `Sheet${i + 1}`)}" sheetId="${i + 1}" state="${state}" r:id="rId${i + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      sheets.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)).join('') +
        relation('rId90', 'styles', 'styles.xml') +
        relation('rId91', 'sharedStrings', 'sharedStrings.xml'),
    ),
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts>${formats
      .map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${xmlText(code)}"/>`)
      .join('')}</numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats
      .map((_, i) => `<xf numFmtId="${164 + i}"/>`)
      .join('')}</cellXfs></styleSheet>`,
  }
  if (sharedStrings !== undefined) {
    parts['xl/sharedStrings.xml'] = `<sst xmlns="${main}">${sharedStrings
      .map((text) => `<si><t>${xmlText(text)}</t></si>`)
      .join('')}</sst>`
  }
  for (const [i, { rows }] of sheets.entries())
    parts[`xl/worksheets/sheet${i + 1}.xml`] =
      `<worksheet xmlns="${main}"><sheetData>${rowsXml(rows)}</sheetData></worksheet>`
  const entries = Object.entries(parts).map(([name, xml]) => ({ name: rename(name), data: Buffer.from(xml) }))
  return zip(entries, input)
}
