import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { freePort } from '../setup/ports.ts'
import { audit, type Findings } from './audit.ts'
import { Fleet } from './fleet.ts'
import { KillableLivekit } from './killable-livekit.ts'
import { LateAgents, maxOvertimeMs } from './late-agents.ts'
import { freshNumber, Operator, requestWithRetries, type WatchedCampaign } from './operator.ts'
import { auditReports, type ReportFindings } from './report-audit.ts'
import { auditShares, type SharedCampaign, type ShareFindings } from './shares-audit.ts'

export interface StormOptions {
  /** URL of a migrated database that only the storm uses. */
  url: string
  seed: string
  seconds: number
  companies: number
  campaignsEach: number
  contactsEach: number
  workers: number
  /**
   * Weights of the campaigns of one more company, whose limit they share. The operator leaves them alone, so that their shares
   * can be checked.
   */
  weights?: readonly number[]
  /** The simulated carrier, or a fake LiveKit that is killed too. */
  carrier?: 'simulated' | 'livekit'
  /** Restarts the database; resolves when it accepts connections. */
  restartDatabase: () => Promise<void>
  log: (line: string) => void
}

export interface Storm extends Findings, ReportFindings, ShareFindings {
  seed: string
  kills: number
  freezes: number
  carrier_kills: number
  database_restarts: number
  operator_actions: number
  /** With LiveKit: attempts with more than one INVITE, and rooms that still exist; otherwise 0. */
  double_invites: number
  rooms_left: number
}

/** Calls run this many times faster than real time. */
const speed = 150
/** Carrier and agents fail this many times as often as by default. */
const faults = 6
/** Share of the calls that never end at the carrier. */
const endless = 0.03
/** calls_per_minute of the campaigns of a company, in turn. */
const ratesPerMinute = [60, 200, 600]
/** AGENT_REPORT_GRACE_SEC: short, so that late agents report before and after it. */
const graceSec = 2
/** calls_per_minute of the company whose campaigns share it. */
const sharedRate = 240
/**
 * calls_per_minute of each campaign after the storm. A call of LiveKit takes about ten requests and webhooks: more calls than two
 * cores manage would end with agents that come too late, and the circuit breaker would pause the campaigns again and again.
 */
const ratesToComplete = { simulated: 3_000, livekit: 40 }
/** max_concurrent_calls of the last company; the others have no limit. */
const companyLimit = 12

/**
 * Runs campaigns on several processes while processes are killed, the database restarts and an operator interferes.
 * Then lets the campaigns complete, and checks every invariant by the database and the carrier's own records.
 */
export async function runStorm(options: StormOptions): Promise<Storm> {
  const { url, seed, log } = options
  const random = new SeededRandom(`storm ${seed}`)
  const platformKey = randomBytes(24).toString('hex')
  const carrierSecret = randomBytes(24).toString('hex')
  const port = await freePort()
  const livekit =
    options.carrier === 'livekit' ? await KillableLivekit.start(seed, `http://127.0.0.1:${port}`) : undefined
  const fleet = new Fleet(
    { ...environment(url, platformKey, seed), CARRIER_SECRET: carrierSecret, ...livekit?.env },
    port,
  )
  const db = postgres(url, { max: 2, onnotice: () => undefined, connect_timeout: 10, backoff: () => 0.2 })
  try {
    fleet.start('api')
    for (let i = 1; i <= options.workers; i++) fleet.start(`worker ${i}`)
    const { keys, campaigns, companyLimits } = await populate(fleet.apiUrl, platformKey, options)
    const shared =
      options.weights && (await addSharedCampaigns(fleet.apiUrl, platformKey, keys, options.weights, options))
    const operator = new Operator(fleet.apiUrl, keys, random)
    const lateRandom = new SeededRandom(`late agents ${seed}`)
    const agents = new LateAgents(fleet.apiUrl, keys, carrierSecret, lateRandom, graceSec * 1000)
    log(
      `${campaigns.length} campaigns, ${campaigns.length * options.contactsEach} contacts, ${options.workers} workers; seed ${seed}`,
    )
    const until = Date.now() + options.seconds * 1000
    const [database_restarts] = await Promise.all([
      disrupt(options, fleet, operator, campaigns, random, livekit),
      agents.run(db, until),
      keepRunning(db, operator, shared?.campaigns ?? [], until),
    ])
    const sharedUntil = Date.now()
    const faults = fleet.kills + fleet.freezes
    if (shared !== undefined) await changeLimits(fleet.apiUrl, platformKey, shared.company_id, 3_000)
    const allCampaigns = [...campaigns, ...(shared?.campaigns ?? [])]
    await complete(db, operator, allCampaigns, ratesToComplete[options.carrier ?? 'simulated'], log)
    const { rooms_left, double_invites } = (await livekit?.audit(db)) ?? { rooms_left: 0, double_invites: 0 }
    const findings = {
      ...(await audit(db, allCampaigns, operator.suppressed, companyLimits, url)),
      ...(await auditReports(db, agents.reports, operator, graceSec * 1000)),
      ...(await auditShares(db, shared?.campaigns ?? [], sharedUntil, faults)),
    }
    const { kills, freezes } = fleet
    return {
      seed,
      kills,
      freezes,
      carrier_kills: livekit?.kills ?? 0,
      database_restarts,
      operator_actions: operator.actions,
      double_invites,
      rooms_left,
      ...findings,
    }
  } catch (error) {
    log(fleet.output.slice(-20).join(''))
    throw error
  } finally {
    await fleet.end()
    await livekit?.close()
    await db.end({ timeout: 5 })
  }
}

const environment = (url: string, platformKey: string, seed: string): NodeJS.ProcessEnv => ({
  ...process.env,
  DATABASE_URL: url,
  PLATFORM_KEY: platformKey,
  LOG_LEVEL: 'error',
  AUTO_MIGRATE: 'false',
  HOST: '127.0.0.1',
  CARRIER: 'simulated',
  SIMULATED_SPEED: String(speed),
  SIMULATED_FAULTS: String(faults),
  SIMULATED_ENDLESS: String(endless),
  SIMULATED_SEED: seed,
  RATE_LIMIT_PER_MINUTE: '10000000',
  AGENT_REPORT_GRACE_SEC: String(graceSec),
})

async function populate(
  url: string,
  platformKey: string,
  { companies, campaignsEach, contactsEach }: StormOptions,
) {
  const keys = new Map<string, string>()
  const campaigns: WatchedCampaign[] = []
  const companyLimits = new Map<string, number>()
  for (let c = 0; c < companies; c++) {
    const limits = c === companies - 1 ? { max_concurrent_calls: companyLimit, calls_per_minute: 900 } : {}
    const { company_id, skillbase_id } = await createCompany(url, platformKey, keys, limits)
    const key = keys.get(company_id) as string
    if (c === companies - 1) companyLimits.set(company_id, companyLimit)
    // Some numbers are in several campaigns. They must not be in two calls at the same time.
    const shared = freshNumbers(Math.ceil(contactsEach / 10))
    for (let k = 0; k < campaignsEach; k++) {
      const calls_per_minute = ratesPerMinute[k % ratesPerMinute.length] as number
      const numbers = [...shared, ...freshNumbers(contactsEach - shared.length)]
      const settings = { max_concurrent_calls: 15, calls_per_minute }
      campaigns.push(await startCampaign(url, key, company_id, skillbase_id, settings, numbers))
    }
  }
  return { keys, campaigns, companyLimits }
}

const freshNumbers = (length: number) => Array.from({ length }, freshNumber)

/** Creates a company with a published skillbase, and adds its key to `keys`. */
async function createCompany(url: string, platformKey: string, keys: Map<string, string>, limits: object) {
  const slug = `storm-${randomBytes(6).toString('hex')}`
  const company = { name: 'Storm', slug, limits }
  const created = await requestWithRetries(url, 'POST', '/api/companies', platformKey, company)
  const company_id = String(created.body.id)
  const path = `/api/companies/${company_id}/keys`
  const admin = { name: 'storm', scopes: ['admin'] }
  const { body } = await requestWithRetries(url, 'POST', path, platformKey, admin)
  const key = String(body.key)
  keys.set(company_id, key)
  const skillbase = { name: 'Bot', slug: 'bot', config: exampleConfig }
  const bot = await requestWithRetries(url, 'POST', '/api/skillbases', key, skillbase)
  const skillbase_id = String(bot.body.id)
  await requestWithRetries(url, 'POST', `/api/skillbases/${skillbase_id}/publish`, key, {})
  return { company_id, skillbase_id }
}

type WeightedCampaign = WatchedCampaign & SharedCampaign

/** Creates a company whose campaigns share its limit by weight. Their contacts suffice for an equally long time. */
async function addSharedCampaigns(
  url: string,
  platformKey: string,
  keys: Map<string, string>,
  weights: readonly number[],
  { contactsEach }: StormOptions,
): Promise<{ company_id: string; campaigns: WeightedCampaign[] }> {
  const limits = { calls_per_minute: sharedRate }
  const { company_id, skillbase_id } = await createCompany(url, platformKey, keys, limits)
  const key = keys.get(company_id) as string
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const campaigns: WeightedCampaign[] = []
  for (const weight of weights) {
    const contacts = Math.ceil((weights.length * contactsEach * weight) / sum)
    const settings = { max_concurrent_calls: 500, calls_per_minute: 3_000, weight }
    const numbers = freshNumbers(contacts)
    const campaign = await startCampaign(url, key, company_id, skillbase_id, settings, numbers)
    campaigns.push({ ...campaign, weight, contacts })
  }
  return { company_id, campaigns }
}

async function changeLimits(url: string, platformKey: string, company_id: string, calls_per_minute: number) {
  const body = { limits: { calls_per_minute } }
  await requestWithRetries(url, 'PATCH', `/api/companies/${company_id}`, platformKey, body)
}

/** On a slow machine the campaigns that share a limit go on until they have made this many attempts together. */
const minSharedAttempts = 16

/** Resumes the campaigns whenever the breaker has paused them, until this time, in ms. */
async function keepRunning(
  db: postgres.Sql,
  operator: Operator,
  campaigns: readonly WeightedCampaign[],
  until: number,
) {
  const isEnough = async () => {
    if (Date.now() >= until + maxOvertimeMs) return true
    // An error means that the database is being restarted.
    const shares = await auditShares(db, campaigns, Date.now()).catch(() => undefined)
    return shares !== undefined && shares.shared_attempts >= minSharedAttempts
  }
  while (campaigns.length > 0 && (Date.now() < until || !(await isEnough()))) {
    for (const campaign of campaigns) {
      const { body } = await operator.request(campaign, 'GET', `/api/campaigns/${campaign.id}`)
      if (body.status === 'paused') await operator.resume(campaign)
    }
    await sleep(200)
  }
}

async function startCampaign(
  url: string,
  key: string,
  company_id: string,
  skillbase_id: string,
  { weight, ...limits }: { max_concurrent_calls: number; calls_per_minute: number; weight?: number },
  numbers: string[],
): Promise<WatchedCampaign> {
  const immediately = { max: 2, delays_minutes: [0] }
  const { body } = await requestWithRetries(url, 'POST', '/api/campaigns', key, {
    name: 'Storm',
    skillbase_id,
    ring_timeout_sec: 30,
    max_call_duration_sec: 120,
    ...aroundTheClock,
    ...limits,
    ...(weight !== undefined && { weight }),
    retry_policy: {
      no_answer: immediately,
      busy: immediately,
      declined: immediately,
      agent_error: immediately,
      lost: immediately,
      voicemail: { max: 0 },
    },
  })
  const id = String(body.id)
  for (let i = 0; i < numbers.length; i += 500) {
    const tasks = numbers.slice(i, i + 500).map((phone_number) => ({ phone_number }))
    const added = await requestWithRetries(url, 'POST', `/api/campaigns/${id}/tasks`, key, { tasks })
    if (added.body.created !== tasks.length) throw new Error(`not all contacts were added: ${added.status}`)
  }
  const sentAt = Date.now()
  const created = { ...limits, may_dial: false, sentAt: 0, respondedAt: 0 }
  const running = { ...limits, may_dial: true, sentAt, respondedAt: Number.POSITIVE_INFINITY }
  await requestWithRetries(url, 'POST', `/api/campaigns/${id}/start`, key, {})
  running.respondedAt = Date.now()
  return { company_id, id, numbers, history: [created, running] }
}

/** Sends commands, kills and suspends processes, and restarts the database. Returns the number of restarts. */
async function disrupt(
  { seconds, restartDatabase, log, workers }: StormOptions,
  fleet: Fleet,
  operator: Operator,
  campaigns: readonly WatchedCampaign[],
  random: SeededRandom,
  livekit: KillableLivekit | undefined,
): Promise<number> {
  const until = Date.now() + seconds * 1000
  let restarts = 0
  const operate = async () => {
    while (Date.now() < until) {
      await operator.runRandomCommand(campaigns)
      await sleep(random.between(50, 300))
    }
  }
  const kill = async () => {
    while (Date.now() < until) {
      await sleep(random.between(1_500, 4_000))
      const name = random.chance(0.15) ? 'api' : `worker ${1 + Math.floor(random.next() * workers)}`
      // A lease is 20 s long: a process suspended for longer loses its calls to the rescuer.
      if (random.chance(0.2)) fleet.freeze(name, 1000 * random.between(1, Math.min(30, seconds / 4)))
      else fleet.kill(name, random.chance(0.75) ? 'SIGKILL' : 'SIGTERM')
    }
  }
  const restart = async () => {
    while (Date.now() < until) {
      await sleep(Math.min(seconds / 3, 20) * 1000)
      if (Date.now() >= until) return
      await restartDatabase()
      restarts++
      log(
        `${Math.round((until - Date.now()) / 1000)} s of storm left: ${fleet.kills} kills, ${operator.actions} actions, ${restarts} restarts of the database`,
      )
    }
  }
  const killCarrier = async () => {
    while (livekit !== undefined && Date.now() < until) {
      await sleep(random.between(3_000, 8_000))
      if (Date.now() < until) await livekit.kill()
    }
  }
  await Promise.all([operate(), kill(), restart(), killCarrier()])
  return restarts
}

/**
 * A callback is at most this long ahead, ms: 60 simulated minutes (simulated agents), or 8 s (late agents). It is not made due
 * earlier, so that the audit can check its time; one that was dialed at its time but not placed is repeated at once.
 */
const maxCallbackMs = 30_000

/**
 * Makes retries, leases, hang-ups and grace periods due now. Ignores a deadlock with the service, because the next round repeats
 * the update.
 */
async function makeDue(db: postgres.Sql): Promise<void> {
  const updates = [
    db`update call_tasks set next_attempt_at = now() where status = 'retry' and next_attempt_at > now()
      and (outcome is distinct from 'callback' or updated_at < now() - make_interval(secs => ${maxCallbackMs / 1000})
        or exists (select from calls c where c.company_id = call_tasks.company_id and c.id = call_tasks.call_id
          and c.ended_reason = 'not_dialed'))`,
    db`update leases set lease_until = now() where is_live and lease_until > now() and claimed_at < now() - interval '15 s'`,
    db`update leases set hang_up_at = now(), hung_up_at = hung_up_at - interval '1 minute'
      where is_live and claimed_at < now() - interval '15 s'`,
    db`update livekit_calls set rings_until = now() where state = 'inviting' and reserved_at < now() - interval '15 s'`,
    db`update leases set settle_at = now() where not is_live and settle_at > now()`,
  ]
  for (const update of updates) {
    await update.catch((error: { code?: string }) => {
      if (error.code !== '40P01') throw error
    })
  }
}

/**
 * Lets the campaigns complete: opens and resumes all of them, and makes all retries, leases and grace periods due.
 * @throws when they have not completed after 20 min
 */
async function complete(
  db: postgres.Sql,
  operator: Operator,
  campaigns: readonly WatchedCampaign[],
  calls_per_minute: number,
  log: (line: string) => void,
): Promise<void> {
  const until = Date.now() + 1_200_000
  for (let round = 0; ; round++) {
    for (const campaign of campaigns) {
      await operator.open(campaign)
      const { body } = await operator.request(campaign, 'GET', `/api/campaigns/${campaign.id}`)
      // A request that closed it may have arrived after the one that opened it, or that one may have failed.
      if (Array.isArray(body.blackout_dates) && body.blackout_dates.length > 0)
        await operator.removeBlackouts(campaign)
      // Contacts that were added to a completed campaign wait for a resume.
      if (body.status === 'paused' || body.status === 'completed') await operator.resume(campaign)
      if (round === 0) {
        const limits = { max_concurrent_calls: 30, calls_per_minute }
        await operator.change(campaign, limits, 'PATCH', `/api/campaigns/${campaign.id}`, limits)
      }
    }
    await makeDue(db)
    const [remaining] = await db<{ open: number; tasks: number }[]>`
      select count(*)::int as open, (
        select count(*)::int from call_tasks where status in ('pending', 'retry', 'in_progress')) + (
        select count(*)::int from leases) as tasks
      from campaigns where status not in ('completed', 'stopped')`
    if (remaining?.open === 0 && remaining.tasks === 0) return
    if (round % 10 === 0)
      log(`completing: ${remaining?.open} campaigns and ${remaining?.tasks} tasks are left`)
    if (Date.now() > until)
      throw new Error(
        `${remaining?.open} campaigns and ${remaining?.tasks} tasks did not complete within 20 min after the storm`,
      )
    await sleep(1_000)
  }
}
