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

/** Every 20th row repeats the number of the row before it. */
const duplicateInterval = 20
const workbookRows = 100_000
const maxRounds = 3
const names = ['Анна Петрова', 'Борис', 'Carla Rossi', 'Дмитрий', 'Elif', 'Farid', 'Grace Hopper', 'Ирина']
const isDuplicate = (i: number) => i % duplicateInterval === 0 && i > 0
const numberOf = (i: number) => `+79${String(100_000_000 + i)}`
const csvRow = (i: number) =>
  `${numberOf(isDuplicate(i) ? i - 1 : i)};${names[i % names.length]} ${i};Perm;${i % 7}\n`

/**
 * Uploads a list of contacts over HTTP and waits until it is merged into a campaign. The floor is COPY of the rows without
 * duplicates into the same table with the same indexes. Also measures the memory of the service and its response time
 * during the import, and the import of a workbook.
 */
export async function benchLists(url: string, options: BenchOptions): Promise<BenchResult[]> {
  const service = await startService(url, 'all', ['admin'])
  const sql = postgres(url, { max: 2, onnotice: () => undefined })
  const directory = await mkdtemp(join(tmpdir(), 'nv-lists-'))
  try {
    const file = join(directory, 'list.csv')
    await pipeline(Readable.from(csvLines(options.rows)), createWriteStream(file))
    const workbook = join(directory, 'list.xlsx')
    await writeFile(workbook, await workbookOf(workbookRows))
    const newCampaign = await campaignFactory(service)
    const rounds: Round[] = []
    for (let i = 0; i < Math.min(maxRounds, options.rounds); i++) {
      const floor = await copySeconds(sql, service.company, await newCampaign(), options.rows)
      const monitor = startMonitor(service.pid, service.url)
      const ours = await importSeconds(service, await newCampaign(), file)
      rounds.push({ ours, floor, ...(await monitor.stop()) })
    }
    const monitor = startMonitor(service.pid, service.url)
    const xlsxSeconds = await importSeconds(service, await newCampaign(), workbook)
    const workbookRound = { seconds: xlsxSeconds, ...(await monitor.stop()) }
    return results(rounds, workbookRound, monitor.memoryBeforeMb, options.rows)
  } finally {
    service.stop()
    await sql.end()
    await rm(directory, { recursive: true, force: true })
  }
}

interface Monitored {
  peakMemoryMb: number
  slowestResponseMs: number
}

/** Seconds of one round. */
interface Round extends Monitored {
  ours: number
  floor: number
}

function results(
  rounds: Round[],
  workbook: Monitored & { seconds: number },
  memoryBeforeMb: number,
  rows: number,
): BenchResult[] {
  const spreadOf = (value: (round: Round) => number) => spread(rounds.map(value))
  const rate = (seconds: number, count: number) =>
    `${Math.round(count / seconds).toLocaleString('en')} rows/s`
  const listRate = rows / spreadOf(({ ours }) => ours).median
  return [
    {
      path: `list of ${rows.toLocaleString('en')} rows over HTTP / COPY of the rows without duplicates`,
      ours: rate(spreadOf(({ ours }) => ours).median, rows),
      floor: rate(spreadOf(({ floor }) => floor).median, rows),
      ratio: spreadOf(({ ours, floor }) => floor / ours),
      goal: '>= 0.6',
    },
    {
      path: 'memory of the service during the import / before',
      ours: `${spreadOf(({ peakMemoryMb }) => peakMemoryMb).median} MB at most`,
      floor: `${memoryBeforeMb} MB`,
      ratio: spreadOf(({ peakMemoryMb }) => peakMemoryMb / memoryBeforeMb),
      goal: 'flat',
    },
    {
      path: 'slowest GET /health/live during the import',
      ours: `${spreadOf(({ slowestResponseMs }) => slowestResponseMs).max.toFixed(0)} ms`,
      floor: '-',
      ratio: spreadOf(({ slowestResponseMs }) => slowestResponseMs),
      goal: '',
    },
    {
      path: `workbook of ${workbookRows.toLocaleString('en')} rows / the list, rows per second`,
      ours: rate(workbook.seconds, workbookRows),
      floor: `${workbook.peakMemoryMb} MB, ${workbook.slowestResponseMs.toFixed(0)} ms`,
      ratio: spread([workbookRows / workbook.seconds / listRate]),
      goal: '',
    },
  ]
}

function* csvLines(rows: number): Generator<string> {
  yield 'Телефон;Имя;Город;Приоритет\n'
  for (let firstRow = 0; firstRow < rows; firstRow += 1_000)
    yield Array.from({ length: Math.min(1_000, rows - firstRow) }, (_, i) => csvRow(firstRow + i)).join('')
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

/** Creates a skillbase. Returns a function that creates a campaign with it and returns the id. */
async function campaignFactory({ url, headers }: Service): Promise<() => Promise<string>> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return ((await response.json()) as { id: string }).id
  }
  const skillbase_id = await post('/api/skillbases', {
    name: 'Bot',
    slug: 'bench-lists',
    config: exampleConfig,
  })
  return () => post('/api/campaigns', { name: 'List', skillbase_id })
}

/** Duration in seconds of a COPY of the rows that an import would add. */
async function copySeconds(sql: Sql, company: string, campaign: string, rows: number): Promise<number> {
  const startedAtMs = performance.now()
  await sql.begin(async (tx) => {
    const copy =
      await tx`copy call_tasks (company_id, campaign_id, phone_number, contact_name, contact_data, dial_timezone,
      timezone_source, priority) from stdin`.writable()
    const lines = function* () {
      for (let firstRow = 0; firstRow < rows; firstRow += 1_000) {
        let chunk = ''
        for (let i = firstRow; i < Math.min(rows, firstRow + 1_000); i++) {
          if (isDuplicate(i)) continue
          chunk += `${company}\t${campaign}\t${numberOf(i)}\t${names[i % names.length]} ${i}\t{"Город": "Perm"}\tEurope/Moscow\tnumber\t${i % 7}\n`
        }
        yield chunk
      }
    }
    await pipeline(Readable.from(lines()), copy)
  })
  return (performance.now() - startedAtMs) / 1000
}

/** Seconds from the first byte sent until the import is completed. */
async function importSeconds({ url, headers }: Service, campaign: string, file: string): Promise<number> {
  const startedAtMs = performance.now()
  const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="list"\r\n\r\n`
  const tail = '\r\n--b--\r\n'
  const upload = request(`${url}/api/campaigns/${campaign}/call-list`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': statSync(file).size + head.length + tail.length,
    },
  })
  const responseBody = new Promise<{ import_id: string; status: string }>((resolve, reject) => {
    upload.on('error', reject)
    upload.on('response', async (response) => {
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
  await pipeline(Readable.from(form()), upload)
  let { import_id, status } = await responseBody
  while (status !== 'completed') {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const response = await fetch(`${url}/api/imports/${import_id}`, { headers })
    status = ((await response.json()) as { status: string }).status
    if (status === 'failed') throw new Error('the import failed')
  }
  return (performance.now() - startedAtMs) / 1000
}

/** Samples the memory of the service, and the response time of GET /health/live, until stopped. */
function startMonitor(pid: number, url: string) {
  const memoryMb = () =>
    Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  const memoryBeforeMb = memoryMb()
  let [peakMemoryMb, slowestResponseMs, isStopped] = [memoryBeforeMb, 0, false]
  const sampling = (async () => {
    while (!isStopped) {
      const startedAtMs = performance.now()
      const response = await fetch(`${url}/health/live`).catch(() => undefined)
      if (response === undefined) return
      await response.arrayBuffer()
      slowestResponseMs = Math.max(slowestResponseMs, performance.now() - startedAtMs)
      peakMemoryMb = Math.max(peakMemoryMb, memoryMb())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return {
    memoryBeforeMb,
    stop: async (): Promise<Monitored> => {
      isStopped = true
      await sampling
      return { peakMemoryMb, slowestResponseMs }
    },
  }
}
