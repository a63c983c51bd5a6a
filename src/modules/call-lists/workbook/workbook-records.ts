import { originalText, unescapeFormula } from '../../../lib/csv.ts'
import { FileError } from '../file/file-error.ts'
import { maxRows } from '../file/limits.ts'
import { headerSearchRows, type Reading, type ReadOptions } from '../file/read-options.ts'
import type { ByteSource, FileRecord } from '../file/records.ts'
import { isRejectedHeading } from '../file/rejected-export.ts'
import { readWorkbook, type Sheet, sheetRows } from './workbook.ts'
import { ZipArchive } from './zip-archive.ts'

/** A workbook is read into memory as a whole. */
const maxWorkbookBytes = 40 * 2 ** 20

/**
 * Records of one sheet of a workbook. Sets `reading.sheet`, `reading.sheets` and, as the rows are read, the number of hidden
 * rows. The archive is checked before it is unpacked.
 *
 * @throws FileError
 */
export async function* workbookRecords(
  source: ByteSource,
  options: ReadOptions,
  reading: Reading,
): AsyncGenerator<FileRecord> {
  const archive = new ZipArchive(await workbookBytes(source))
  const workbook = readWorkbook(archive)
  const sheet = chooseSheet(workbook.sheets, options.sheet)
  const takesHidden = options.hiddenRows === 'take'
  reading.sheet = sheet.name
  reading.sheets = workbook.sheets.map(({ name }) => name)
  const hiddenRows = { count: 0, taken: takesHidden }
  reading.hidden_rows = hiddenRows
  let rows = 0
  let isExport = false
  for await (const { line, isHidden, cells } of sheetRows(archive, workbook, sheet)) {
    if (isHidden) hiddenRows.count++
    if (isHidden && !takesHidden) continue
    isExport ||= isRejectedHeading(cells)
    yield { line, cells: cells.map(isExport ? originalText : unescapeFormula), isOfSheet: true }
    if (++rows > maxRows + headerSearchRows) return
  }
}

async function workbookBytes(source: ByteSource): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source.bytes()) {
    length += chunk.length
    if (length > maxWorkbookBytes) {
      throw new FileError('too_large', 'The workbook is larger than 40 MB. Save it as CSV.')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The sheet of this name, in any case; without a name the first one that is visible. @throws FileError */
function chooseSheet(sheets: readonly Sheet[], name: string | undefined): Sheet {
  const wanted = name?.trim().toLowerCase()
  const sheet =
    wanted === undefined
      ? (sheets.find(({ isHidden }) => !isHidden) ?? sheets[0])
      : sheets.find((candidate) => candidate.name.trim().toLowerCase() === wanted)
  if (sheet !== undefined) return sheet
  const names = sheets.map((candidate) => `"${candidate.name}"`).join(', ')
  throw new FileError('unknown_sheet', `The workbook has no sheet "${name}". Sheets: ${names}.`)
}
