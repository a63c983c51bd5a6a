import { TableReader } from '../columns/header-detection.ts'
import { workbookRecords } from '../workbook/workbook-records.ts'
import type { ColumnMapping } from './column-mapping.ts'
import { csvRecords } from './csv-records.ts'
import { detectFormat } from './detect-format.ts'
import { FileError } from './file-error.ts'
import { jsonRecords } from './json-records.ts'
import { maxLines, maxRows } from './limits.ts'
import type { Reading, ReadOptions } from './read-options.ts'
import { ByteSource } from './records.ts'
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
  const reading: Reading = {
    format,
    columns: [],
    mapping: {},
    default_country: options.country ?? null,
    numbers_without_plus: options.withoutPlus ?? null,
  }
  let hasColumns = false
  const table = new TableReader(options, ({ columns, heading }) => {
    hasColumns = true
    Object.assign(reading, heading, columnsOf(columns))
    onReading(reading)
  })
  const records =
    format === 'xlsx'
      ? workbookRecords(source, options, reading)
      : format === 'jsonl'
        ? jsonRecords(source, options, reading, head)
        : csvRecords(source, options, reading, head)
  let total = 0
  for await (const record of records) {
    if (record.line > maxLines) {
      throw new FileError(
        'too_many_rows',
        `The file has more than ${maxLines.toLocaleString('en')} lines. Delete its blank lines, or split it into several files.`,
      )
    }
    for (const row of table.readRecord(record)) {
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
  if (!hasColumns || total === 0) throw noRows(reading)
}

function noRows({ hidden_rows }: Reading): FileError {
  const hidden =
    hidden_rows !== undefined && hidden_rows.count > 0 && !hidden_rows.taken
      ? ` Hidden rows: ${hidden_rows.count.toLocaleString('en')}. Set hidden_rows to take to read them.`
      : ''
  return new FileError(
    'empty_file',
    `The file has no rows below its header. Upload a file with rows.${hidden}`,
  )
}

/** The columns as responses show them. */
const columnsOf = (columns: ColumnMapping): Partial<Reading> => ({
  columns: columns.names,
  mapping: targetNames(columns),
  column_sources: Object.fromEntries(
    [...columns.sources].map(([i, source]) => [columns.names[i] as string, source]),
  ),
  phones: columns.phones.map((i) => columns.names[i] as string),
  ...(columns.unfit.size > 0 && {
    unfit_columns: Object.fromEntries(
      [...columns.unfit].map(([i, field]) => [columns.names[i] as string, field]),
    ),
  }),
})

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
