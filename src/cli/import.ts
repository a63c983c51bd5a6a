// Imports a call list into a campaign of a running service, or a suppression list. Usage: npm run import -- --help
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { basename } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { commandLine } from '../lib/command-line.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { describeReading } from './import-report.ts'
import { progressBar } from './terminal.ts'

const usage = `KEY=nv_... ${commandLine('import')} FILE --campaign ID
KEY=nv_... ${commandLine('import')} FILE --suppressions

  FILE                  a CSV, XLSX or JSON Lines file of up to 100 MB and 2,000,000 rows
  --campaign ID         import the contacts of the file into this campaign
  --suppressions        suppress all numbers of the file: they are not called in any campaign
  --url URL             URL of the service (default: http://127.0.0.1:3000)
  --dry-run             show how the file is read and what the import would do, and store nothing
  --confirm             start with a dry run, show its result and ask; the default on a terminal
  --yes                 do not ask
  --rejected FILE       write all rejected rows to this CSV file, to correct and import them
  --country CODE        ISO 3166 country of phone numbers without a country code, like RU
  --mapping JSON        column names to fields, like '{"Моб.": "phone_number", "Notes": null}'
  --encoding NAME       encoding of the file (default: detected)
  --delimiter CHAR      delimiter of a CSV file (default: detected)
  --sheet NAME          sheet of a workbook (default: the first visible one)
  --hidden-rows RULE    rows that are hidden in a workbook: skip (default) or take
  --numbers-without-plus national|international
                        how digits are read that are valid as both (default: their rows are rejected)
  --on-duplicate RULE   for numbers that the campaign already has: skip (default), update or reject
  --allow-missing-columns
                        accept a file without columns for the variables of the skillbase
  --reason REASON       of suppressions without one (default: do_not_call)
  --timezone ZONE       time zone of expires_at without an offset (default: their rows are rejected)
  --ambiguous-numbers reject|suppress_all_readings
                        what to do with a suppressed number that can be read in several ways (default: reject)
  --help                print this text

KEY is an API key with scope write. It is read from the environment, because other users of this machine can see arguments.`

const print = (line: string) => void process.stdout.write(`${line}\n`)
const printError = (line: string) => void process.stderr.write(`${line}\n`)

class UsageError extends Error {}

interface Arguments {
  file: string
  /** The route that the file is sent to. */
  path: string
  url: string
  key: string
  isSuppressionList: boolean
  /** Show a dry run first, and ask. */
  asks: boolean
  /** Where rejected rows are written to. */
  rejectedFile: string | undefined
  /** Fields of the upload form. */
  fields: Record<string, string>
}

/** Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
async function main(): Promise<number> {
  try {
    const args = readArguments(process.argv.slice(2))
    if (args === 'help') print(usage)
    else await importFile(args)
    return 0
  } catch (error) {
    printError((error as Error).message)
    if (!(error instanceof UsageError)) return 1
    printError(`\n${usage}`)
    return 2
  }
}

function readArguments(args: string[]): Arguments | 'help' {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return 'help'
  const [file, ...surplus] = positionals
  if (file === undefined || surplus.length > 0) {
    throw new UsageError(`Give exactly one file; ${positionals.length} were given.`)
  }
  const { campaign, suppressions: isSuppressionList = false } = values
  if ((campaign === undefined) === !isSuppressionList) {
    throw new UsageError('Give either the campaign with --campaign ID, or --suppressions.')
  }
  const key = process.env.KEY
  if (!key) throw new UsageError('Set the environment variable KEY to an API key of the company.')
  const { url = 'http://127.0.0.1:3000' } = values
  const fields = Object.entries(fieldOptions).map(([option, field]) => {
    const value = values[option as keyof typeof fieldOptions]
    return [field, typeof value === 'boolean' ? String(value) : value] as const
  })
  return {
    file,
    path: isSuppressionList
      ? '/api/suppressions/import'
      : `/api/campaigns/${encodeURIComponent(campaign ?? '')}/call-list`,
    url: url.replace(/(?<!\/)\/+$/, ''),
    key,
    isSuppressionList,
    asks: !values['dry-run'] && !values.yes && (values.confirm === true || process.stdin.isTTY === true),
    rejectedFile: values.rejected,
    fields: Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as Record<string, string>,
  }
}

/** Options that are fields of the upload form. */
const fieldOptions = {
  country: 'default_country',
  'on-duplicate': 'on_duplicate',
  mapping: 'mapping',
  encoding: 'encoding',
  delimiter: 'delimiter',
  sheet: 'sheet',
  'hidden-rows': 'hidden_rows',
  'numbers-without-plus': 'numbers_without_plus',
  'allow-missing-columns': 'allow_missing_columns',
  reason: 'reason',
  timezone: 'timezone',
  'ambiguous-numbers': 'ambiguous_numbers',
  'dry-run': 'dry_run',
} as const

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        campaign: text,
        suppressions: flag,
        url: text,
        rejected: text,
        confirm: flag,
        yes: flag,
        country: text,
        'on-duplicate': text,
        mapping: text,
        encoding: text,
        delimiter: text,
        sheet: text,
        'hidden-rows': text,
        'numbers-without-plus': text,
        'allow-missing-columns': flag,
        reason: text,
        timezone: text,
        'ambiguous-numbers': text,
        'dry-run': flag,
        help: flag,
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** Imports the file, after a dry run and a question if the arguments ask for it. @throws Error when the import fails */
async function importFile(args: Arguments): Promise<void> {
  if (args.asks) {
    await runImport({ ...args, fields: { ...args.fields, dry_run: 'true' } })
    if (!(await confirm('Import this file? [y/N] '))) return print('Nothing was imported.')
  }
  await runImport(args)
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^\s*y(es)?\s*$/i.test(await terminal.question(question))
  } finally {
    terminal.close()
  }
}

/** Uploads the file, waits for the import to end and prints its results. @throws Error when the import fails */
async function runImport(args: Arguments): Promise<void> {
  const { import_id } = await upload(args)
  const client = createApiClient(args.url, args.key)
  const ended = await waitForEnd(client, import_id)
  if (ended.is_dry_run) for (const line of describeReading(ended)) print(line)
  const { total, created, updated, skipped, suppressed, rejected } = ended
  const results = args.isSuppressionList
    ? `${created} created, ${updated} extended, ${skipped} unchanged, ${rejected} rejected`
    : `${created} created, ${updated} updated, ${skipped} skipped, ${suppressed} suppressed, ${rejected} rejected`
  print(`${ended.is_dry_run ? 'Dry run: ' : ''}${total} rows: ${results}`)
  if (rejected > 0) await reportRejected(client, args, import_id)
  if (ended.status === 'failed') throw new Error(ended.error_message)
}

/** Prints the first rejected rows, and writes all of them to the file that the arguments name. */
async function reportRejected(client: ApiClient, args: Arguments, import_id: string): Promise<void> {
  const path = `/api/imports/${import_id}/rejected`
  const { items } = await client.get(`${path}?limit=${maxPrintedRows}`)
  for (const { line, code, detail } of items) print(`  line ${line}: ${code}: ${detail}`)
  if (args.rejectedFile === undefined) {
    return print(`All rejected rows: ${args.url}${path}/export, or in a file with --rejected FILE`)
  }
  const response = await fetch(`${args.url}${path}/export?bom=true`, {
    headers: { authorization: `Bearer ${args.key}` },
  })
  if (!response.ok || response.body === null) {
    throw new Error(`Reading the rejected rows failed with status ${response.status}.`)
  }
  await pipeline(response.body, createWriteStream(args.rejectedFile))
  print(`All rejected rows are in ${args.rejectedFile}`)
}

/** Maximum number of rejected rows to print. */
const maxPrintedRows = 10
const pollIntervalMs = 300

// biome-ignore lint/suspicious/noExplicitAny: the fields of responses are checked where they are read.
type ResponseBody = any

/** Polls the import and shows a progress bar until the import is in a final status. Returns the import. */
async function waitForEnd(client: ApiClient, import_id: string): Promise<ResponseBody> {
  const bar = progressBar('rows imported')
  for (;;) {
    const current = await client.get(`/api/imports/${import_id}`)
    if (['completed', 'failed', 'cancelled', 'reverted'].includes(current.status)) return current
    const { created, updated, skipped, suppressed, rejected, total } = current
    bar(created + updated + skipped + suppressed + rejected, total)
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs))
  }
}

/** Streams the file to the service. Returns the body of the response. @throws Error with the service's error texts */
async function upload({ file, path, url, key, fields }: Arguments): Promise<ResponseBody> {
  const boundary = `nv-${Date.now()}`
  const partHead = (name: string, parameters = '') =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${parameters}\r\n\r\n`
  const name = basename(file).replaceAll('"', '')
  const fieldParts = Object.entries(fields).map(([field, value]) => `${partHead(field)}${value}\r\n`)
  const head = `${fieldParts.join('')}${partHead('file', `; filename="${name}"`)}`
  const tail = `\r\n--${boundary}--\r\n`
  const { size } = statSync(file)
  const bar = progressBar('bytes sent')
  async function* form() {
    yield Buffer.from(head)
    let sent = 0
    for await (const chunk of createReadStream(file)) {
      yield chunk as Buffer
      sent += (chunk as Buffer).length
      bar(sent, size)
    }
    yield Buffer.from(tail)
  }
  const target = new URL(`${url}${path}`)
  const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': Buffer.byteLength(head) + size + Buffer.byteLength(tail),
    },
  })
  const response = responseBody(request)
  // The service may refuse the file and close the connection before all of it is sent. Then its response is
  // returned, not the error of the connection.
  const sent = pipeline(Readable.from(form()), request).then(() => response)
  sent.catch(() => undefined)
  return Promise.race([response, sent])
}

/** Returns the body of a successful response. @throws Error with the detail and the field errors of a problem */
function responseBody(request: ClientRequest): Promise<ResponseBody> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      const body = JSON.parse(text)
      if ((response.statusCode ?? 500) < 300) return resolve(body)
      const fieldErrors = (body.errors ?? []).map(
        (error: ResponseBody) => `  ${error.pointer} ${error.detail}`,
      )
      reject(new Error([body.detail, ...fieldErrors].join('\n')))
    })
  })
}

process.exitCode = await main()
