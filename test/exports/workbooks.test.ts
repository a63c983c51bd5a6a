import { test } from 'tap'
import { CsvEncoder } from '../../src/http/csv-response.ts'
import type { RowEncoder, SendBytes } from '../../src/http/export-response.ts'
import { XlsxEncoder } from '../../src/http/xlsx-encoder.ts'
import type { TableRow } from '../../src/lib/table.ts'
import { readWorkbook, sheetRows } from '../../src/modules/call-lists/workbook/workbook.ts'
import { ZipArchive } from '../../src/modules/call-lists/workbook/zip-archive.ts'

const columns = [
  { name: 'n', type: 'number' },
  { name: 'text', type: 'text' },
] as const

const file = { sheetName: 'Results', columns: () => columns, clockAt: (instant: Date) => instant }

test('After the last row of a sheet another sheet follows, with the header', async (t) => {
  const chunks: Uint8Array[] = []
  const send = async (bytes: string | Uint8Array) => void chunks.push(Buffer.from(bytes))
  const encoder = new XlsxEncoder(send, { ...file, rowsPerSheet: 3 })
  await encoder.write([
    ['1', 'a'],
    ['2', 'b'],
    ['3', 'c'],
  ])
  await encoder.write([
    ['4', 'd'],
    ['5', 'e'],
  ])
  await encoder.end()
  const archive = new ZipArchive(Buffer.concat(chunks))
  const workbook = readWorkbook(archive)
  const rowsOf = async (i: number) => {
    const rows: string[][] = []
    for await (const { cells } of sheetRows(archive, workbook, workbook.sheets[i] as never)) rows.push(cells)
    return rows
  }
  t.same(
    workbook.sheets.map(({ name }) => name),
    ['Results', 'Results_2', 'Results_3'],
  )
  const header = ['n', 'text']
  t.same(await rowsOf(0), [header, ['1', 'a'], ['2', 'b']])
  t.same(await rowsOf(1), [header, ['3', 'c'], ['4', 'd']])
  t.same(await rowsOf(2), [header, ['5', 'e']])
})

test('A workbook takes rows no faster than its reader takes bytes', async (t) => {
  let accept: () => void = () => undefined
  const blocked = new Promise<void>((resolve) => {
    accept = resolve
  })
  let writtenBatches = 0
  const encoder = new XlsxEncoder(() => blocked, file)
  const batch: TableRow[] = Array.from({ length: 500 }, (_, i) => [String(i), `${Math.random()}`.repeat(20)])
  const writing = (async () => {
    for (; writtenBatches < 200; writtenBatches++) await encoder.write(batch)
  })()
  for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve))
  t.ok(writtenBatches < 20, `${writtenBatches} batches were taken while nothing was read`)
  accept()
  await writing
  await encoder.end()
  t.equal(writtenBatches, 200)
})

test('A workbook whose reader has gone, or whose rows cannot be read, rejects', async (t) => {
  const gone = new XlsxEncoder(async () => Promise.reject(new Error('gone')), file)
  const batch: TableRow[] = Array.from({ length: 5_000 }, (_, i) => [String(i), 'x'])
  await t.rejects(async () => {
    for (let i = 0; i < 100; i++) await gone.write(batch)
  }, /gone/)
  const broken = new XlsxEncoder(async () => undefined, file)
  await broken.write([['1', 'a']])
  broken.abort(new Error('no more rows'))
  await t.rejects(broken.write([['2', 'b']]), /no more rows/)
})

const wide = Array.from(
  { length: 400 },
  (_, i) => ({ name: `c${i}`, type: i === 0 ? 'time' : 'text' }) as const,
)

/** Counts the rows that an encoder has converted; each reads its first cell once. */
const encoders = (onRow: () => void): Record<string, (send: SendBytes) => RowEncoder<TableRow>> => ({
  xlsx: (send) =>
    new XlsxEncoder(send, {
      sheetName: 'Results',
      columns: () => wide,
      clockAt: (instant) => {
        onRow()
        return instant
      },
    }),
  csv: (send) =>
    new CsvEncoder<TableRow>(
      send,
      () => wide.map(({ name }) => ({ name, isNumber: false })),
      {},
      (row) => {
        onRow()
        return row.map(String)
      },
    ),
})

for (const format of ['csv', 'xlsx'])
  test(`Other work runs between the rows of a large batch (${format})`, async (t) => {
    // Each look at the clock sees 4 ms more, so that a slice of 10 ms has three.
    let clock = 0
    t.intercept(performance, 'now', { value: () => (clock += 4) })
    let converted = 0
    const encoder = encoders(() => converted++)[format]?.(async () => undefined)
    const cells = ['2026-01-01T00:00:00.000Z', ...wide.slice(1).map(({ name }) => name)]
    const rows: TableRow[] = Array.from({ length: 512 }, () => cells)
    let [before, most] = [0, 0]
    const count = () => {
      most = Math.max(most, converted - before)
      before = converted
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    await encoder?.write(rows)
    await encoder?.end()
    clearImmediate(timer)
    t.equal(converted, 512)
    t.ok(most > 0 && most <= 10, `${most} rows between two turns of the event loop`)
  })
