import type { Columns } from './columns.ts'
import { FileFault } from './columns.ts'
import { csvRecords, jsonRecords, Source, workbookRecords } from './records.ts'
import type { ReadRow } from './rows.ts'
import { mostRows, type Reading, type ReadOptions } from './shapes.ts'
import { Table } from './sheet.ts'
import { formatOf } from './table.ts'

/** What is looked at to understand a file, bytes. */
const headBytes = 65_536

/**
 * Reads a file of contacts as it comes, and yields its rows. It is understood by its first 64 KB; what cannot be read as a
 * whole is a FileFault, what is wrong with a row is told with the row.
 *
 * @param told called once, when it is known how the file is read
 */
export async function* readList(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  told: (reading: Reading) => void,
): AsyncGenerator<ReadRow> {
  const source = new Source(chunks)
  const head = await source.head(headBytes)
  if (head.length === 0) throw new FileFault('empty_file', 'The file is empty.')
  const format = formatOf(head)
  if (typeof format === 'object') throw new FileFault('unreadable_format', format.refused)
  const reading: Reading = { format, columns: [], mapping: {} }
  let isHeadless = true
  const table = new Table(options, (columns) => {
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
  for await (const { line, cells, fault } of records) {
    for (const row of fault === undefined ? table.take(line, cells) : [table.refuse(line, cells, fault)]) {
      if (++total > mostRows)
        throw new FileFault('too_many_rows', `A list has at most ${mostRows.toLocaleString('en')} rows.`)
      yield row
    }
  }
  for (const row of table.end()) {
    total++
    yield row
  }
  if (isHeadless || total === 0) throw new FileFault('empty_file', 'The file has no rows below its heading.')
}

const shown = ({ names, targets }: Columns) =>
  Object.fromEntries(
    names.map((name, i) => {
      const target = targets[i]
      return [
        name,
        target === undefined ? null : 'field' in target ? target.field : `contact_data.${target.data}`,
      ]
    }),
  )
