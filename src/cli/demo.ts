import { randomBytes } from 'node:crypto'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { commandLine } from '../lib/command-line.ts'
import { exampleConfig } from '../modules/skillbases/index.ts'
import { type Service, StartError, startService } from '../start.ts'
import { startErrorMessage } from '../start-error-message.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { runDemoCampaign } from './campaign.ts'
import { type RecordedCall, readRecordedCalls, replayCalls } from './replay.ts'
import { formatTable, progressBar } from './terminal.ts'

const usage = `${commandLine('demo')} [--exit] [--sample | FILE]
  Starts the service, runs a campaign of 200 contacts on the simulated carrier, prints its metrics, and serves until Ctrl-C.
  FILE      replays calls from a file instead (JSON Lines)
  --sample  replays the sample calls of this project instead
  --exit    exits after the metrics`

/** How many times faster than real calls the demo's calls are. */
const speed = 300

const print = (text: string) => process.stdout.write(`${text}\n`)

async function main(argv: string[]): Promise<void> {
  if (argv.includes('--help')) return void print(usage)
  const unknown = argv.find((option) => option.startsWith('-') && !['--exit', '--sample'].includes(option))
  const files = argv.filter((argument) => !argument.startsWith('-'))
  const isReplay = argv.includes('--sample') || files.length > 0
  if (unknown !== undefined || files.length > 1) throw new StartError(usage)
  const calls = isReplay ? await readRecordedCalls(files[0]) : undefined
  const shutdown = stopOnSignal()
  const service = await shutdown.watch(startDemoService())
  const key = await runAndReport(service, calls)
  if (argv.includes('--exit')) return shutdown.stop()
  print(`  API        ${service.url}/api`)
  print(`  reference  ${service.url}/docs`)
  print(`  key        ${key}`)
  print(`\n  curl -H "Authorization: Bearer ${key}" ${service.url}/api/dashboard/stats`)
  print('\nServing until Ctrl-C.')
}

/** Starts the service with the settings of the environment, on any free port when the configured one is in use. */
async function startDemoService(): Promise<Service> {
  const config: Config = {
    ...readConfig({
      LOG_LEVEL: 'error',
      SIMULATED_SPEED: String(speed),
      SIMULATED_FAULTS: '0',
      ...process.env,
      // The demo must never place a real call, whatever the environment contains.
      CARRIER: 'simulated',
      ROLE: 'all',
    }),
    autoMigrate: true,
    platformKey: process.env.PLATFORM_KEY || randomBytes(24).toString('base64url'),
  }
  const log = pino({ level: config.logLevel }, pino.destination(2))
  print(
    config.databaseUrl === undefined ? 'Starting PostgreSQL and the service ...' : 'Starting the service ...',
  )
  try {
    return await startService(config, log)
  } catch (error) {
    if (!(error instanceof StartError && error.message.startsWith('Port '))) throw error
    print(`Port ${config.port} cannot be used. Using a free port instead.`)
    return startService({ ...config, port: 0 }, log)
  }
}

/** Stops the service on Ctrl-C and SIGTERM, also while it is starting or replaying. */
function stopOnSignal() {
  let starting: Promise<Service> | undefined
  const stop = async () => {
    const service = await starting?.catch(() => undefined)
    await service?.stop()
  }
  const grace = closeWithGrace({ delay: 25_000, logger: false }, async ({ err }) => {
    if (err) process.stderr.write(`${startErrorMessage(err)}\n`)
    await stop()
  })
  return {
    watch: (service: Promise<Service>) => {
      starting = service
      return service
    },
    stop: async () => {
      grace.uninstall()
      await stop()
    },
  }
}

/** Runs a campaign or replays calls in the demo's company, and prints the metrics. Returns a key of that company. */
async function runAndReport(service: Service, calls: RecordedCall[] | undefined): Promise<string> {
  const platform = createApiClient(service.url, service.deps.config.platformKey ?? '')
  const company = await findOrCreateCompany(platform)
  const { key } = await platform.post(`/api/companies/${company}/keys`, { name: 'demo', scopes: ['admin'] })
  const api = createApiClient(service.url, key)
  const report = calls === undefined ? await reportCampaign(api) : await reportReplay(api, calls)
  print(`\n${report}\n`)
  return key
}

async function reportReplay(api: ApiClient, calls: RecordedCall[]): Promise<string> {
  const vendors = [...new Set(calls.map(({ vendor }) => vendor))]
  const skillbases = new Map<string, string>()
  for (const vendor of vendors) skillbases.set(vendor, await findOrCreateSkillbase(api, vendor))
  await replayCalls({ api, skillbases, calls, onProgress: progressBar('calls replayed') })
  return renderMetrics(api, 'start=2000-01-01&group_by=skillbase', 'skillbase')
}

async function reportCampaign(api: ApiClient): Promise<string> {
  const id = await runDemoCampaign(api, await findOrCreateSkillbase(api, 'Demo bot'), print)
  return renderMetrics(api, `start=2000-01-01&campaign_id=${id}&group_by=outcome`, 'outcome')
}

/** Returns the id of the demo's company, which the first run creates. */
async function findOrCreateCompany(platform: ApiClient): Promise<string> {
  const { items } = await platform.get('/api/companies?q=demo&limit=200')
  const existing = items.find(({ slug }: { slug: string }) => slug === 'demo')
  return (existing ?? (await platform.post('/api/companies', { name: 'Demo', slug: 'demo' }))).id
}

/** Returns the id of a published skillbase with the example config, one per vendor of the recorded calls. */
async function findOrCreateSkillbase(api: ApiClient, vendor: string): Promise<string> {
  const slug =
    vendor
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'vendor'
  const { items } = await api.get(`/api/skillbases?slug=${slug}`)
  if (items[0] !== undefined) return items[0].id
  const { id } = await api.post('/api/skillbases', { name: vendor, slug, config: exampleConfig })
  await api.post(`/api/skillbases/${id}/publish`, {})
  return id
}

const formatMs = (value: number | null) => (value === null ? '-' : String(Math.round(value)))

/** Renders the metrics of the calls as a table, with a row per group and one for all calls. */
async function renderMetrics(api: ApiClient, query: string, dimension: string): Promise<string> {
  const metrics = await api.get(`/api/analytics/metrics?${query}`)
  const row = (name: string, figures: typeof metrics) => {
    const { n, avg, p50, p95 } = figures.latency.e2e_latency
    return [
      name,
      String(figures.calls.total),
      String(figures.turns),
      String(n),
      formatMs(avg),
      formatMs(p50),
      formatMs(p95),
      figures.cost.total === null ? '-' : `$${figures.cost.total}`,
    ]
  }
  const groups = metrics.groups.map((group: typeof metrics) =>
    row(group.names[dimension] ?? group.key ?? '-', group),
  )
  const head = [dimension, 'calls', 'turns', 'e2e_latency n', 'avg ms', 'p50 ms', 'p95 ms', 'cost']
  return formatTable(head, [...groups, row('all', metrics)])
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${startErrorMessage(error)}\n`)
  process.exit(1)
})
