import { type ColumnMapping, FileError } from './column-mapping.ts'
import { detectFormat } from './detect-format.ts'
import { TableReader } from './header-detection.ts'
import { maxRows, type Reading, type ReadOptions } from './read-options.ts'
import { ByteSource, csvRecords, jsonRecords, workbookRecords } from './records.ts'
import type { ContactRow } from './rows.ts'

/** Format, encoding and delimiter are detected from the first 64 KB. */
const headBytes = 65_536

/**
 * Reads a file of contacts as it arrives, and yields its rows. An invalid row is yielded with a code and a detail.
 *
 * @param onReading called once, when format, encoding, delimiter and columns are known
 * @throws FileError when the file as a whole cannot be read
 */
export async function* readFileRows(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  onReading: (reading: Reading) => void,
): AsyncGenerator<ContactRow> {
  const source = new ByteSource(chunks)
  const head = await source.head(headBytes)
  if (head.length === 0) throw new FileError('empty_file', 'The file is empty.')
  const format = detectFormat(head)
  if (typeof format === 'object') throw new FileError('unreadable_format', format.refused)
  const reading: Reading = { format, columns: [], mapping: {} }
  let hasColumns = false
  const table = new TableReader(options, (columns) => {
    hasColumns = true
    reading.columns = columns.names
    reading.mapping = targetNames(columns)
    onReading(reading)
  })
  const records =
    format === 'xlsx'
      ? workbookRecords(source)
      : format === 'jsonl'
        ? jsonRecords(source, options, reading, head)
        : csvRecords(source, options, reading, head)
  let total = 0
  for await (const { line, cells, error } of records) {
    const rows = error === undefined ? table.readRecord(line, cells) : [table.rejectedRow(line, cells, error)]
    for (const row of rows) {
      if (++total > maxRows) {
        throw new FileError(
          'too_many_rows',
          `The file has more than ${maxRows.toLocaleString('en')} rows. Split it into several files.`,
        )
      }
      yield row
    }
  }
  for (const row of table.end()) {
    total++
    yield row
  }
  if (!hasColumns || total === 0) throw new FileError('empty_file', 'The file has no rows below its header.')
}

/** The mapping as responses show it: column name to contact field, contact_data.<key>, or null. */
const targetNames = ({ names, targets }: ColumnMapping) =>
  Object.fromEntries(
    names.map((name, i) => {
      const target = targets[i]
      return [
        name,
        target === undefined ? null : 'field' in target ? target.field : `contact_data.${target.data}`,
      ]
    }),
  )
