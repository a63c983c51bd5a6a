import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { writeXlsx } from 'hucre/xlsx'
import postgres, { type Sql } from 'postgres'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { startService } from './processes.ts'
import { type BenchOptions, type BenchResult, spread } from './results.ts'

/** Every so many rows repeat a number. */
const duplicateEvery = 20
const names = ['Анна Петрова', 'Борис', 'Carla Rossi', 'Дмитрий', 'Elif', 'Farid', 'Grace Hopper', 'Ирина']
const numberOf = (i: number) => `+79${String(100_000_000 + i)}`
const rowOf = (i: number) =>
  `${numberOf(i % duplicateEvery === 0 && i > 0 ? i - 1 : i)};${names[i % names.length]} ${i};Perm;${i % 7}\n`

/**
 * A list of contacts uploaded over HTTP until all of it is in the campaign, against COPY of its clean rows into the same
 * table with the same indexes; the service's memory and how it answers others meanwhile; and a workbook.
 */
export async function benchLists(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const service = await startService(url, 'all', ['admin'])
  const sql = postgres(url, { max: 2, onnotice: () => undefined })
  const scratch = await mkdtemp(join(tmpdir(), 'nv-lists-'))
  try {
    const file = join(scratch, 'list.csv')
    await pipeline(Readable.from(lines(options.rows)), createWriteStream(file))
    const workbook = join(scratch, 'list.xlsx')
    await writeFile(workbook, await workbookOf(100_000))
    const { skillbase, campaign } = await makers(service)
    const rounds: { ours: number; floor: number; peakMb: number; slowest: number }[] = []
    for (let i = 0; i < Math.min(3, options.rounds); i++) {
      const floor = await copied(sql, service.company, await campaign(skillbase), options.rows)
      const watch = watched(service.pid, service.url)
      const ours = await uploaded(service, await campaign(skillbase), file)
      rounds.push({ ours, floor, ...(await watch.end()) })
    }
    const watch = watched(service.pid, service.url)
    const xlsx = await uploaded(service, await campaign(skillbase), workbook)
    const during = await watch.end()
    const of = (pick: (round: (typeof rounds)[number]) => number) => spread(rounds.map(pick))
    const rate = (seconds: number, rows: number) =>
      `${Math.round(rows / seconds).toLocaleString('en')} rows/s`
    return [
      {
        path: `list of ${options.rows.toLocaleString('en')} rows over HTTP / COPY of the clean ones`,
        ours: rate(of(({ ours }) => ours).median, options.rows),
        floor: rate(of(({ floor }) => floor).median, options.rows),
        ratio: of(({ ours, floor }) => floor / ours),
        goal: '>= 0.6',
      },
      {
        path: 'memory of the service meanwhile / before',
        ours: `${of(({ peakMb }) => peakMb).median} MB at most`,
        floor: `${watch.beforeMb} MB`,
        ratio: of(({ peakMb }) => peakMb / watch.beforeMb),
        goal: 'flat',
      },
      {
        path: 'slowest GET /health/live meanwhile',
        ours: `${of(({ slowest }) => slowest).max.toFixed(0)} ms`,
        floor: '-',
        ratio: of(({ slowest }) => slowest),
        goal: '',
      },
      {
        path: 'workbook of 100,000 rows / the list, rows a second',
        ours: rate(xlsx, 100_000),
        floor: `${during.peakMb} MB, ${during.slowest.toFixed(0)} ms`,
        ratio: spread([100_000 / xlsx / (options.rows / of(({ ours }) => ours).median)]),
        goal: '',
      },
    ]
  } finally {
    service.stop()
    await sql.end()
    await rm(scratch, { recursive: true, force: true })
  }
}

function* lines(rows: number): Generator<string> {
  yield 'Телефон;Имя;Город;Приоритет\n'
  for (let from = 0; from < rows; from += 1_000)
    yield Array.from({ length: Math.min(1_000, rows - from) }, (_, i) => rowOf(from + i)).join('')
}

async function workbookOf(rows: number): Promise<Uint8Array> {
  const body = Array.from({ length: rows }, (_, i) => [
    numberOf(i),
    `${names[i % names.length]} ${i}`,
    'Perm',
    i % 7,
  ])
  return writeXlsx({ sheets: [{ name: 'List', rows: [['phone', 'name', 'city', 'priority'], ...body] }] })
}

type Service = Awaited<ReturnType<typeof startService>>

async function makers({ url, headers }: Service) {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return ((await answer.json()) as { id: string }).id
  }
  const skillbase = await post('/api/skillbases', { name: 'Bot', slug: 'bench-lists', config: exampleConfig })
  return {
    skillbase,
    campaign: (skillbase_id: string) => post('/api/campaigns', { name: 'List', skillbase_id }),
  }
}

/** Seconds that COPY takes for the rows that are in a campaign in the end. */
async function copied(sql: Sql, company: string, campaign: string, rows: number): Promise<number> {
  const began = performance.now()
  await sql.begin(async (tx) => {
    const into =
      await tx`copy call_tasks (company_id, campaign_id, phone_number, contact_name, contact_data, dial_timezone,
      timezone_source, priority) from stdin`.writable()
    const text = function* () {
      for (let from = 0; from < rows; from += 1_000) {
        let chunk = ''
        for (let i = from; i < Math.min(rows, from + 1_000); i++) {
          if (i % duplicateEvery === 0 && i > 0) continue
          chunk += `${company}\t${campaign}\t${numberOf(i)}\t${names[i % names.length]} ${i}\t{"Город": "Perm"}\tEurope/Moscow\tnumber\t${i % 7}\n`
        }
        yield chunk
      }
    }
    await pipeline(Readable.from(text()), into)
  })
  return (performance.now() - began) / 1000
}

/** Seconds from the first byte sent until all of it is in the campaign. */
async function uploaded({ url, headers }: Service, campaign: string, file: string): Promise<number> {
  const began = performance.now()
  const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="list"\r\n\r\n`
  const tail = '\r\n--b--\r\n'
  const sent = request(`${url}/api/campaigns/${campaign}/call-list`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': statSync(file).size + head.length + tail.length,
    },
  })
  const answered = new Promise<{ import_id: string; status: string }>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve(JSON.parse(text))
    })
  })
  const form = async function* () {
    yield head
    yield* createReadStream(file)
    yield tail
  }
  await pipeline(Readable.from(form()), sent)
  let { import_id, status } = await answered
  while (status !== 'completed') {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const answer = await fetch(`${url}/api/imports/${import_id}`, { headers })
    status = ((await answer.json()) as { status: string }).status
    if (status === 'failed') throw new Error('the import failed')
  }
  return (performance.now() - began) / 1000
}

/** The service's memory and its answers to somebody who asks all the time whether it lives. */
function watched(pid: number, url: string) {
  const mb = () =>
    Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  const beforeMb = mb()
  let [peakMb, slowest, isOver] = [beforeMb, 0, false]
  const watching = (async () => {
    while (!isOver) {
      const began = performance.now()
      const answer = await fetch(`${url}/health/live`).catch(() => undefined)
      if (answer === undefined) return
      await answer.arrayBuffer()
      slowest = Math.max(slowest, performance.now() - began)
      peakMb = Math.max(peakMb, mb())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return {
    beforeMb,
    end: async () => {
      isOver = true
      await watching
      return { peakMb, slowest }
    },
  }
}
