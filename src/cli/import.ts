// A file of contacts into a campaign of a running service: `npm run import -- --help`.
import { createReadStream, statSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { type ApiClient, createApiClient } from './api-client.ts'
import { progressBar } from './terminal.ts'

const usage = `KEY=nv_... npm run import -- FILE --campaign ID

  FILE                  CSV, .xlsx or JSON lines, to 100 MB and 2,000,000 rows
  --campaign ID         the campaign it is for
  --url URL             of the service (http://127.0.0.1:3000)
  --country RU          the country of numbers without one
  --on-duplicate WORD   skip (as it is), update or reject numbers that are there already
  --mapping JSON        columns to fields: '{"Моб.": "phone_number", "Notes": null}'
  --encoding, --delimiter   where they are not found by themselves
  --dry-run             say what would happen, and do nothing

KEY is a key of scope write, in the environment: an argument could be read by others on this machine.`

const say = (line: string) => void process.stdout.write(`${line}\n`)
const tell = (line: string) => void process.stderr.write(`${line}\n`)

class UsageError extends Error {}

interface Words {
  file: string
  campaign: string
  url: string
  key: string
  fields: Record<string, string>
}

/** The exit code: 0 done, 1 it failed, 2 it was asked wrongly. */
async function main(): Promise<number> {
  try {
    const words = readWords(process.argv.slice(2))
    if (words === 'help') say(usage)
    else await importFile(words)
    return 0
  } catch (error) {
    tell((error as Error).message)
    if (!(error instanceof UsageError)) return 1
    tell(`\n${usage}`)
    return 2
  }
}

function readWords(args: string[]): Words | 'help' {
  const { values, positionals } = parsed(args)
  if (values.help || args.length === 0) return 'help'
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('Name one file.')
  if (values.campaign === undefined) throw new UsageError('Name the campaign: --campaign ID.')
  const key = process.env.KEY
  if (!key) throw new UsageError('Set KEY to a key of the company.')
  const { url = 'http://127.0.0.1:3000', country, mapping, encoding, delimiter } = values
  const said = {
    default_country: country,
    on_duplicate: values['on-duplicate'],
    mapping,
    encoding,
    delimiter,
  }
  const fields = Object.fromEntries(
    Object.entries({ ...said, ...(values['dry-run'] && { dry_run: 'true' }) }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as Record<string, string>
  return { file, campaign: values.campaign, url: url.replace(/\/+$/, ''), key, fields }
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ campaign: text, url: text, country: text, 'on-duplicate': text, mapping: text, encoding: text },
        ...{ delimiter: text, 'dry-run': flag, help: flag },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

async function importFile(words: Words): Promise<void> {
  const sent = await send(words)
  const api = createApiClient(words.url, words.key)
  const done = await finished(api, sent)
  const { is_dry_run, total, created, updated, skipped, suppressed, rejected } = done
  say(
    `${is_dry_run ? 'Would be: ' : ''}${total} rows: ${created} created, ${updated} updated, ${skipped} skipped, ${suppressed} suppressed, ${rejected} rejected`,
  )
  if (is_dry_run) say(`Read as ${JSON.stringify(done.reading ?? {})}`)
  for (const { line, code, detail } of (sent.errors ?? []).slice(0, 10))
    say(`  line ${line}: ${code}: ${detail}`)
  if (rejected > 0 && !is_dry_run)
    say(`All of them: ${words.url}/api/imports/${sent.import_id}/rejected/export`)
  if (done.status === 'failed') throw new Error(done.error_message)
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read where they are known; the SDK will type them.
type Answer = any

/** What was sent is followed until it is in the campaign. */
async function finished(api: ApiClient, sent: Answer): Promise<Answer> {
  const bar = progressBar('rows in the campaign')
  for (let now = sent; ; now = await api.get(`/api/imports/${sent.import_id}`)) {
    if (['completed', 'failed', 'cancelled', 'reverted'].includes(now.status)) return now
    bar(now.created + now.updated + now.skipped + now.suppressed + now.rejected, now.total)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

/** Sends the form as it is read from the disk. @throws Error with the problem's words */
async function send({ file, campaign, url, key, fields }: Words): Promise<Answer> {
  const boundary = `nv-${Date.now()}`
  const part = (name: string, more = '') =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`
  const name = basename(file).replaceAll('"', '')
  const head = `${Object.entries(fields)
    .map(([field, value]) => `${part(field)}${value}\r\n`)
    .join('')}${part('file', `; filename="${name}"`)}`
  const tail = `\r\n--${boundary}--\r\n`
  const { size } = statSync(file)
  const bar = progressBar('bytes sent')
  async function* form() {
    yield Buffer.from(head)
    let done = 0
    for await (const chunk of createReadStream(file)) {
      yield chunk as Buffer
      done += (chunk as Buffer).length
      bar(done, size)
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
  const answered = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      const told = JSON.parse(text)
      if ((response.statusCode ?? 500) < 300) resolve(told)
      else
        reject(
          new Error(
            [told.detail, ...(told.errors ?? []).map((one: Answer) => `  ${one.pointer} ${one.detail}`)].join(
              '\n',
            ),
          ),
        )
    })
  })
  // A refusal may come before all was sent: then it is the answer, and not that the line was closed.
  const written = pipeline(Readable.from(form()), request).then(() => answered)
  written.catch(() => undefined)
  return Promise.race([answered, written])
}

process.exitCode = await main()
