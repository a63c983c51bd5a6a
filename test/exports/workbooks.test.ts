import { test } from 'tap'
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
