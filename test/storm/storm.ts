import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import { freePort } from '../setup/ports.ts'
import { audit, type Findings } from './audit.ts'
import { Fleet } from './fleet.ts'
import { StormyLivekit } from './livekit.ts'
import { freshNumber, insist, Operator, type Watched } from './operator.ts'

export interface StormOptions {
  /** A migrated database of the storm's own. */
  url: string
  seed: string
  seconds: number
  companies: number
  campaignsEach: number
  contactsEach: number
  workers: number
  /** What places the calls: a simulated carrier, or a LiveKit that is killed too. */
  carrier?: 'simulated' | 'livekit'
  /** Makes the database start anew; resolves when it answers again. */
  restartDatabase: () => Promise<void>
  say: (line: string) => void
}

export interface Storm extends Findings {
  seed: string
  kills: number
  freezes: number
  carrier_kills: number
  database_restarts: number
  operator_actions: number
  /** Of LiveKit: attempts with more than one INVITE, and rooms that are still there. */
  double_invites: number
  rooms_left: number
}

/** Life is so many times faster, and the carrier and the agents fail so many times as often. */
const speed = 150
const faults = 6
/** Calls a minute of campaigns, one after the other. */
const paces = [60, 200, 600]
/** The last company has a limit of its own over all campaigns. */
const companyMost = 12

/**
 * Runs campaigns on several processes for a while in which everything goes wrong, lets them come to their end, and checks
 * every invariant by our rows and the carrier's own book.
 */
export async function runStorm(options: StormOptions): Promise<Storm> {
  const { url, seed, say } = options
  const dice = new SeededRandom(`storm ${seed}`)
  const platformKey = randomBytes(24).toString('hex')
  const port = await freePort()
  const livekit =
    options.carrier === 'livekit' ? await StormyLivekit.start(seed, `http://127.0.0.1:${port}`) : undefined
  const fleet = new Fleet({ ...environment(url, platformKey, seed), ...livekit?.env }, port)
  const db = postgres(url, { max: 2, onnotice: () => undefined, connect_timeout: 10, backoff: () => 0.2 })
  try {
    fleet.start('api')
    for (let i = 1; i <= options.workers; i++) fleet.start(`worker ${i}`)
    const { keys, campaigns, companyLimits } = await populate(fleet.apiUrl, platformKey, options)
    const operator = new Operator(fleet.apiUrl, keys, dice)
    say(
      `${campaigns.length} campaigns, ${campaigns.length * options.contactsEach} contacts, ${options.workers} workers; seed ${seed}`,
    )
    const database_restarts = await rage(options, fleet, operator, campaigns, dice, livekit)
    await calm(db, operator, campaigns, say)
    const { rooms_left, double_invites } = (await livekit?.audit(db)) ?? { rooms_left: 0, double_invites: 0 }
    const findings = await audit(db, campaigns, operator.suppressed, companyLimits)
    const { kills, freezes } = fleet
    return {
      ...{ seed, kills, freezes, carrier_kills: livekit?.kills ?? 0, database_restarts },
      ...{ operator_actions: operator.actions, double_invites, rooms_left, ...findings },
    }
  } catch (error) {
    say(fleet.output.slice(-20).join(''))
    throw error
  } finally {
    await fleet.end()
    await livekit?.close()
    await db.end({ timeout: 5 })
  }
}

const environment = (url: string, platformKey: string, seed: string): NodeJS.ProcessEnv => ({
  ...process.env,
  ...{
    DATABASE_URL: url,
    PLATFORM_KEY: platformKey,
    LOG_LEVEL: 'error',
    AUTO_MIGRATE: 'false',
    HOST: '127.0.0.1',
  },
  ...{
    CARRIER: 'simulated',
    SIMULATED_SPEED: String(speed),
    SIMULATED_FAULTS: String(faults),
    SIMULATED_SEED: seed,
  },
  RATE_LIMIT_PER_MINUTE: '10000000',
})

async function populate(
  url: string,
  platformKey: string,
  { companies, campaignsEach, contactsEach }: StormOptions,
) {
  const keys = new Map<string, string>()
  const campaigns: Watched[] = []
  const companyLimits = new Map<string, number>()
  for (let c = 0; c < companies; c++) {
    const limits = c === companies - 1 ? { max_concurrent_calls: companyMost, calls_per_minute: 900 } : {}
    const slug = `storm-${randomBytes(6).toString('hex')}`
    const company = await insist(url, 'POST', '/api/companies', platformKey, { name: 'Storm', slug, limits })
    const company_id = String(company.body.id)
    const made = await insist(url, 'POST', `/api/companies/${company_id}/keys`, platformKey, {
      name: 'storm',
      scopes: ['admin'],
    })
    const key = String(made.body.key)
    keys.set(company_id, key)
    if (c === companies - 1) companyLimits.set(company_id, companyMost)
    const bot = await insist(url, 'POST', '/api/skillbases', key, {
      name: 'Bot',
      slug: 'bot',
      config: exampleConfig,
    })
    await insist(url, 'POST', `/api/skillbases/${bot.body.id}/publish`, key, {})
    // Some numbers are in several campaigns: they must not ring twice at once.
    const shared = Array.from({ length: Math.ceil(contactsEach / 10) }, freshNumber)
    for (let k = 0; k < campaignsEach; k++) {
      campaigns.push(
        await campaign(url, key, company_id, String(bot.body.id), paces[k % paces.length] as number, [
          ...shared,
          ...Array.from({ length: contactsEach - shared.length }, freshNumber),
        ]),
      )
    }
  }
  return { keys, campaigns, companyLimits }
}

async function campaign(
  url: string,
  key: string,
  company_id: string,
  skillbase_id: string,
  calls_per_minute: number,
  numbers: string[],
): Promise<Watched> {
  const limits = { max_concurrent_calls: 15, calls_per_minute }
  const now = { max: 2, delays_minutes: [0] }
  const { body } = await insist(url, 'POST', '/api/campaigns', key, {
    ...{ name: 'Storm', skillbase_id, ring_timeout_sec: 30, max_call_duration_sec: 120, ...limits },
    retry_policy: {
      no_answer: now,
      busy: now,
      declined: now,
      agent_error: now,
      lost: now,
      voicemail: { max: 0 },
    },
  })
  const id = String(body.id)
  for (let i = 0; i < numbers.length; i += 500) {
    const tasks = numbers.slice(i, i + 500).map((phone_number) => ({ phone_number }))
    const added = await insist(url, 'POST', `/api/campaigns/${id}/tasks`, key, { tasks })
    if (added.body.created !== tasks.length) throw new Error(`not every contact was taken: ${added.status}`)
  }
  const sent = Date.now()
  const start = { ...{ sent: 0, answered: 0 }, ...limits, may_dial: false }
  const running = { ...limits, may_dial: true, sent, answered: Number.POSITIVE_INFINITY }
  await insist(url, 'POST', `/api/campaigns/${id}/start`, key, {})
  running.answered = Date.now()
  return { company_id, id, numbers, history: [start, running] }
}

/** Everything that can go wrong does. Answers how often the database was started anew. */
async function rage(
  { seconds, restartDatabase, say, workers }: StormOptions,
  fleet: Fleet,
  operator: Operator,
  campaigns: readonly Watched[],
  dice: SeededRandom,
  livekit: StormyLivekit | undefined,
): Promise<number> {
  const until = Date.now() + seconds * 1000
  let restarts = 0
  const operate = async () => {
    while (Date.now() < until) {
      await operator.disturb(campaigns)
      await sleep(dice.between(50, 300))
    }
  }
  const kill = async () => {
    while (Date.now() < until) {
      await sleep(dice.between(1_500, 4_000))
      const name = dice.chance(0.15) ? 'api' : `worker ${1 + Math.floor(dice.next() * workers)}`
      // A lease is 20 s long: some stand still for longer, and find their calls in other hands.
      if (dice.chance(0.2)) fleet.freeze(name, 1000 * dice.between(1, Math.min(30, seconds / 4)))
      else fleet.kill(name, dice.chance(0.75) ? 'SIGKILL' : 'SIGTERM')
    }
  }
  const restart = async () => {
    while (Date.now() < until) {
      await sleep(Math.min(seconds / 3, 20) * 1000)
      if (Date.now() >= until) return
      await restartDatabase()
      restarts++
      say(
        `${Math.round((until - Date.now()) / 1000)} s of storm left: ${fleet.kills} kills, ${operator.actions} actions, ${restarts} restarts of the database`,
      )
    }
  }
  const killCarrier = async () => {
    while (livekit !== undefined && Date.now() < until) {
      await sleep(dice.between(3_000, 8_000))
      if (Date.now() < until) await livekit.kill()
    }
  }
  await Promise.all([operate(), kill(), restart(), killCarrier()])
  return restarts
}

/** What waits for a clock need not be waited for. The service goes on meanwhile: where both want the same rows, we give way. */
async function makeDue(db: postgres.Sql): Promise<void> {
  const updates = [
    db`update call_tasks set next_attempt_at = now() where status = 'retry' and next_attempt_at > now()`,
    db`update leases set lease_until = now() where is_live and lease_until > now() and claimed_at < now() - interval '15 s'`,
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
 * Lets campaigns come to their end: everything is open and runs, nobody is killed. Retries that back off, leases
 * and the agent's word are made due.
 */
async function calm(
  db: postgres.Sql,
  operator: Operator,
  campaigns: readonly Watched[],
  say: (line: string) => void,
): Promise<void> {
  const until = Date.now() + 240_000
  for (let round = 0; ; round++) {
    for (const campaign of campaigns) {
      await operator.open(campaign)
      const { body } = await operator.ask(campaign, 'GET', `/api/campaigns/${campaign.id}`)
      if (body.status === 'paused') await operator.resume(campaign)
      if (round === 0) {
        const limits = { max_concurrent_calls: 30, calls_per_minute: 3_000 }
        await operator.change(campaign, limits, 'PATCH', `/api/campaigns/${campaign.id}`, limits)
      }
    }
    await makeDue(db)
    const [left] = await db<{ open: number; tasks: number }[]>`
      select count(*)::int as open, (
        select count(*)::int from call_tasks where status in ('pending', 'retry', 'in_progress')) + (
        select count(*)::int from leases) as tasks
      from campaigns where status not in ('completed', 'stopped')`
    if (left?.open === 0 && left.tasks === 0) return
    if (round % 10 === 0) say(`calm: ${left?.open} campaigns and ${left?.tasks} contacts are left`)
    if (Date.now() > until)
      throw new Error(
        `after the storm ${left?.open} campaigns and ${left?.tasks} contacts never came to an end`,
      )
    await sleep(1_000)
  }
}
