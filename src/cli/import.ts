// Imports a file of contacts into a campaign of a running service. Usage: npm run import -- --help
import { createReadStream, statSync } from 'node:fs'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { type ApiClient, createApiClient } from './api-client.ts'
import { progressBar } from './terminal.ts'

const usage = `KEY=nv_... npm run import -- FILE --campaign ID

  FILE                  a CSV, XLSX or JSON Lines file of up to 100 MB and 2,000,000 rows
  --campaign ID         the campaign to import into
  --url URL             URL of the service (default: http://127.0.0.1:3000)
  --country CODE        ISO 3166 country of phone numbers without a country code, like RU
  --on-duplicate RULE   for numbers that the campaign already has: skip (default), update or reject
  --mapping JSON        column names to fields, like '{"Моб.": "phone_number", "Notes": null}'
  --encoding NAME       encoding of the file (default: detected)
  --delimiter CHAR      delimiter of a CSV file (default: detected)
  --sheet NAME          sheet of a workbook (default: the first visible one)
  --hidden-rows RULE    rows that are hidden in a workbook: skip (default) or take
  --numbers-without-plus national|international
                        how digits are read that are valid as both (default: their rows are rejected)
  --dry-run             report what the import would do, without changing the campaign
  --help                print this text

KEY is an API key with scope write. It is read from the environment, because other users of this machine can see arguments.`

const print = (line: string) => void process.stdout.write(`${line}\n`)
const printError = (line: string) => void process.stderr.write(`${line}\n`)

class UsageError extends Error {}

interface Arguments {
  file: string
  campaign: string
  url: string
  key: string
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
  if (values.campaign === undefined) throw new UsageError('Give the campaign with --campaign ID.')
  const key = process.env.KEY
  if (!key) throw new UsageError('Set the environment variable KEY to an API key of the company.')
  const { url = 'http://127.0.0.1:3000', country, mapping, encoding, delimiter, sheet } = values
  const fields = {
    default_country: country,
    on_duplicate: values['on-duplicate'],
    mapping,
    encoding,
    delimiter,
    sheet,
    hidden_rows: values['hidden-rows'],
    numbers_without_plus: values['numbers-without-plus'],
    dry_run: values['dry-run'] ? 'true' : undefined,
  }
  const givenFields = Object.entries(fields).filter(([, value]) => value !== undefined)
  return {
    file,
    campaign: values.campaign,
    url: url.replace(/\/+$/, ''),
    key,
    fields: Object.fromEntries(givenFields) as Record<string, string>,
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        campaign: text,
        url: text,
        country: text,
        'on-duplicate': text,
        mapping: text,
        encoding: text,
        delimiter: text,
        sheet: text,
        'hidden-rows': text,
        'numbers-without-plus': text,
        'dry-run': flag,
        help: flag,
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** Uploads the file, waits for the import to end and prints its results. @throws Error when the import fails */
async function importFile(args: Arguments): Promise<void> {
  const uploaded = await upload(args)
  const client = createApiClient(args.url, args.key)
  const ended = await waitForEnd(client, uploaded)
  const { is_dry_run, total, created, updated, skipped, suppressed, rejected } = ended
  print(
    `${is_dry_run ? 'Dry run: ' : ''}${total} rows: ${created} created, ${updated} updated, ${skipped} skipped, ${suppressed} suppressed, ${rejected} rejected`,
  )
  if (is_dry_run) print(`Read as ${JSON.stringify(ended.reading ?? {})}`)
  for (const { line, code, detail } of (uploaded.errors ?? []).slice(0, maxPrintedRows)) {
    print(`  line ${line}: ${code}: ${detail}`)
  }
  if (rejected > 0 && !is_dry_run) {
    print(`All rejected rows: ${args.url}/api/imports/${uploaded.import_id}/rejected/export`)
  }
  if (ended.status === 'failed') throw new Error(ended.error_message)
}

/** Maximum number of rejected rows to print. */
const maxPrintedRows = 10
const pollIntervalMs = 300

// biome-ignore lint/suspicious/noExplicitAny: the fields of responses are checked where they are read.
type ResponseBody = any

/** Polls the import and shows a progress bar until the import is in a final status. Returns the import. */
async function waitForEnd(client: ApiClient, uploaded: ResponseBody): Promise<ResponseBody> {
  const bar = progressBar('rows imported')
  for (let current = uploaded; ; current = await client.get(`/api/imports/${uploaded.import_id}`)) {
    if (['completed', 'failed', 'cancelled', 'reverted'].includes(current.status)) return current
    const { created, updated, skipped, suppressed, rejected, total } = current
    bar(created + updated + skipped + suppressed + rejected, total)
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs))
  }
}

/** Streams the file to the service. Returns the body of the response. @throws Error with the service's error texts */
async function upload({ file, campaign, url, key, fields }: Arguments): Promise<ResponseBody> {
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
  const target = new URL(`${url}/api/campaigns/${encodeURIComponent(campaign)}/call-list`)
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
