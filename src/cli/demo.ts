import { randomBytes } from 'node:crypto'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { exampleConfig } from '../modules/skillbases/index.ts'
import { type Service, StartError, startService } from '../start.ts'
import { startErrorMessage } from '../start-error-message.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { runDemoCampaign } from './campaign.ts'
import { type RecordedCall, readRecordedCalls, replayCalls } from './replay.ts'
import { formatTable, progressBar } from './terminal.ts'

const usage = `npm run demo [-- [--exit] [--sample | FILE]]
  Starts everything, runs a campaign of 200 contacts on a simulated carrier, shows what it came to and serves until Ctrl-C.
  FILE      replays calls instead, one JSON object a line
  --sample  replays the calls that come along
  --exit    ends after the table`

/** How many times faster than life the demo's calls are. */
const speed = 300

const say = (text: string) => process.stdout.write(`${text}\n`)

async function main(words: string[]): Promise<void> {
  if (words.includes('--help')) return void say(usage)
  const unknown = words.find((word) => word.startsWith('-') && !['--exit', '--sample'].includes(word))
  const files = words.filter((word) => !word.startsWith('-'))
  const isReplay = words.includes('--sample') || files.length > 0
  if (unknown !== undefined || files.length > 1) throw new StartError(usage)
  const calls = isReplay ? await readRecordedCalls(files[0]) : undefined
  const stopper = stopOnSignal()
  const service = await stopper.watch(start())
  const key = await show(service, calls)
  if (words.includes('--exit')) return stopper.stop()
  say(`  API        ${service.url}/api`)
  say(`  reference  ${service.url}/docs`)
  say(`  key        ${key}`)
  say(`\n  curl -H "Authorization: Bearer ${key}" ${service.url}/api/dashboard/stats`)
  say('\nServing until Ctrl-C.')
}

/** The service as the environment asks for it, on any free port when 3000 is taken. */
async function start(): Promise<Service> {
  const config: Config = {
    ...readConfig({
      ...{ LOG_LEVEL: 'error', SIMULATED_SPEED: String(speed), SIMULATED_FAULTS: '0' },
      ...process.env,
      // The demo calls nobody, whatever the environment says.
      ...{ CARRIER: 'simulated', ROLE: 'all' },
    }),
    autoMigrate: true,
    platformKey: process.env.PLATFORM_KEY || randomBytes(24).toString('base64url'),
  }
  const log = pino({ level: config.logLevel }, pino.destination(2))
  say(
    config.databaseUrl === undefined ? 'Starting PostgreSQL and the service ...' : 'Starting the service ...',
  )
  try {
    return await startService(config, log)
  } catch (error) {
    if (!(error instanceof StartError && error.message.startsWith('Port '))) throw error
    say(`Port ${config.port} is taken: serving on another.`)
    return startService({ ...config, port: 0 }, log)
  }
}

/** Ctrl-C and SIGTERM stop in order, also while it starts or replays. */
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

/** Runs a campaign, or replays calls, as a company of its own and shows what came of it. Answers that company's key. */
async function show(service: Service, calls: RecordedCall[] | undefined): Promise<string> {
  const platform = createApiClient(service.url, service.deps.config.platformKey ?? '')
  const company = await ownCompany(platform)
  const { key } = await platform.post(`/api/companies/${company}/keys`, { name: 'demo', scopes: ['admin'] })
  const api = createApiClient(service.url, key)
  const figures = calls === undefined ? await campaign(api) : await replay(api, calls)
  say(`\n${figures}\n`)
  return key
}

async function replay(api: ApiClient, calls: RecordedCall[]): Promise<string> {
  const vendors = [...new Set(calls.map(({ vendor }) => vendor))]
  const skillbases = new Map<string, string>()
  for (const vendor of vendors) skillbases.set(vendor, await ownSkillbase(api, vendor))
  await replayCalls({ api, skillbases, calls, onProgress: progressBar('calls replayed') })
  return report(api, 'start=2000-01-01&group_by=skillbase', 'skillbase')
}

async function campaign(api: ApiClient): Promise<string> {
  const id = await runDemoCampaign(api, await ownSkillbase(api, 'Demo bot'), say)
  return report(api, `start=2000-01-01&campaign_id=${id}&group_by=outcome`, 'outcome')
}

/** The demo's company, made by the first run. */
async function ownCompany(platform: ApiClient): Promise<string> {
  const { items } = await platform.get('/api/companies?q=demo&limit=200')
  const found = items.find(({ slug }: { slug: string }) => slug === 'demo')
  return (found ?? (await platform.post('/api/companies', { name: 'Demo', slug: 'demo' }))).id
}

/** A published skillbase with the guide's config for each vendor of the file. */
async function ownSkillbase(api: ApiClient, vendor: string): Promise<string> {
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

const ms = (value: number | null) => (value === null ? '-' : String(Math.round(value)))

/** What calls add up to, by group and in all. */
async function report(api: ApiClient, query: string, by: string): Promise<string> {
  const metrics = await api.get(`/api/analytics/metrics?${query}`)
  const row = (name: string, figures: typeof metrics) => {
    const { n, avg, p50, p95 } = figures.latency.eou_latency
    return [
      name,
      String(figures.calls.total),
      String(figures.turns),
      String(n),
      ms(avg),
      ms(p50),
      ms(p95),
      figures.cost.total === null ? '-' : `$${figures.cost.total}`,
    ]
  }
  const groups = metrics.groups.map((group: typeof metrics) =>
    row(group.names[by] ?? group.key ?? '-', group),
  )
  const head = [by, 'calls', 'turns', 'eou_latency n', 'avg ms', 'p50 ms', 'p95 ms', 'cost']
  return formatTable(head, [...groups, row('all', metrics)])
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${startErrorMessage(error)}\n`)
  process.exit(1)
})
