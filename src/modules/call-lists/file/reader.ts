import type { ColumnMapping } from './column-mapping.ts'
import { FileError } from './column-mapping.ts'
import { detectFormat } from './detect-format.ts'
import { TableReader } from './header-detection.ts'
import { maxRows, type Reading, type ReadOptions } from './read-options.ts'
import { ByteSource, csvRecords, jsonRecords, workbookRecords } from './records.ts'
import type { ContactRow } from './rows.ts'

/** What is looked at to understand a file, bytes. */
const headBytes = 65_536

/**
 * Reads a file of contacts as it comes, and yields its rows. It is understood by its first 64 KB; what cannot be read as a
 * whole is a FileFault, what is wrong with a row is told with the row.
 *
 * @param told called once, when it is known how the file is read
 */
export async function* readFileRows(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  told: (reading: Reading) => void,
): AsyncGenerator<ContactRow> {
  const source = new ByteSource(chunks)
  const head = await source.head(headBytes)
  if (head.length === 0) throw new FileError('empty_file', 'The file is empty.')
  const format = detectFormat(head)
  if (typeof format === 'object') throw new FileError('unreadable_format', format.refused)
  const reading: Reading = { format, columns: [], mapping: {} }
  let isHeadless = true
  const table = new TableReader(options, (columns) => {
    isHeadless = false
    reading.columns = columns.names
    reading.mapping = shown(columns)
    told(reading)
  })
  const records =
    format === 'xlsx'
      ? workbookRecords(source)
      : format === 'jsonl'
        ? jsonRecords(source, options, reading, head)
        : csvRecords(source, options, reading, head)
  let total = 0
  for await (const { line, cells, error: fault } of records) {
    for (const row of fault === undefined
      ? table.readRecord(line, cells)
      : [table.rejectedRow(line, cells, fault)]) {
      if (++total > maxRows)
        throw new FileError('too_many_rows', `A list has at most ${maxRows.toLocaleString('en')} rows.`)
      yield row
    }
  }
  for (const row of table.end()) {
    total++
    yield row
  }
  if (isHeadless || total === 0) throw new FileError('empty_file', 'The file has no rows below its heading.')
}

const shown = ({ names, targets }: ColumnMapping) =>
  Object.fromEntries(
    names.map((name, i) => {
      const target = targets[i]
      return [
        name,
        target === undefined ? null : 'field' in target ? target.field : `contact_data.${target.data}`,
      ]
    }),
  )
