// Simulated time: campaigns of one company that share its limit by weight. Used by the test and the benchmark of shares.
import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import type { Db } from '../../src/db/client.ts'
import { claimAttempts } from '../../src/modules/dialing/claim/claim.ts'
import { CompanyTurns } from '../../src/modules/dialing/claim/shares.ts'
import { applyCarrierEvents } from '../../src/modules/dialing/index.ts'
import type { CallRef } from '../../src/telephony/carrier.ts'

type CompanyLimit = { calls_per_minute: number } | { max_concurrent_calls: number }

export interface ShareCase {
  weights: readonly number[]
  limit: CompanyLimit
}

const limits: CompanyLimit[] = [
  { calls_per_minute: 30 },
  { calls_per_minute: 60 },
  { max_concurrent_calls: 2 },
  { max_concurrent_calls: 6 },
]

export const shareCases: readonly ShareCase[] = limits.flatMap((limit) =>
  [
    [3, 4],
    [1, 2, 5],
    [1, 3],
  ].map((weights) => ({ weights, limit })),
)

/** A description of a case: "weights 3:4 at 30 calls_per_minute". */
export const describeCase = ({ weights, limit }: ShareCase): string =>
  `weights ${weights.join(':')} at ${Object.entries(limit)
    .map(([name, n]) => `${n} ${name}`)
    .join()}`

export interface Shares {
  /** Attempts of each campaign. */
  counts: number[]
  /** The attempts that its weight gives each campaign. */
  expected: number[]
  /** The largest difference of a campaign's attempts from its share, relative to what is allowed: one attempt, or 2 % of its share. */
  deviation: number
  /** The largest such difference after any claim. */
  worst: number
}

const stepMs = 330
const tolerance = 0.02

/**
 * Dials until at least `attempts` attempts were made: claims each 330 ms, and ends the oldest call in every other step. All campaigns
 * always have contacts who wait. Stops the campaigns of earlier simulations and tests first.
 */
export async function simulateShares(
  db: Db,
  sql: Sql,
  { weights, limit }: ShareCase,
  attempts: number,
): Promise<Shares> {
  await sql`update campaigns set status = 'stopped' where status in ('scheduled', 'running', 'paused')`
  await sql`delete from leases`
  const start = new Date('2026-11-23T12:00:00Z')
  const ids = await insertCampaigns(sql, { weights, limit }, attempts, start)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const counts = weights.map(() => 0)
  let [total, deviation, worst] = [0, 0, 0]
  const live: CallRef[] = []
  const turns = new CompanyTurns()
  for (let n = 1; total < attempts; n++) {
    const now = new Date(start.getTime() + n * stepMs)
    const { claimed } = await claimAttempts(db, { worker: 'one', now, quota: 250, leaseMs: 20_000, turns })
    for (const { campaign_id } of claimed) {
      total++
      const dialed = ids.indexOf(campaign_id ?? '')
      counts[dialed] = (counts[dialed] ?? 0) + 1
    }
    const deviations = weights.map((weight, i) => {
      const share = (total * weight) / sum
      return Math.abs((counts[i] ?? 0) - share) / Math.max(1, tolerance * share)
    })
    deviation = Math.max(...deviations)
    worst = Math.max(worst, deviation)
    live.push(...claimed)
    const oldest = n % 2 === 0 ? live.shift() : undefined
    if (oldest !== undefined) await endCall(db, oldest, now)
  }
  return { counts, expected: weights.map((weight) => (total * weight) / sum), deviation, worst }
}

async function endCall(db: Db, { company_id, call_id }: CallRef, now: Date): Promise<void> {
  const event = { company_id, call_id, type: 'ended', at: now, outcome: 'success' } as const
  const { failed } = await applyCarrierEvents(db, [event], now)
  for (const { error } of failed) throw error
}

/** Inserts a company with running campaigns, each with enough contacts for all attempts. Returns the ids of the campaigns. */
async function insertCampaigns(
  sql: Sql,
  { weights, limit }: ShareCase,
  contacts: number,
  now: Date,
): Promise<string[]> {
  const company = randomUUID()
  const skillbase = randomUUID()
  const ids = weights.map(() => randomUUID())
  // As text, because Drizzle changes how the clients that it wraps send dates and JSON.
  const at = now.toISOString()
  await sql`insert into companies (id, name, slug, limits) values (${company}, 'Shares', ${`shares-${company}`}, ${JSON.stringify(limit)}::text::jsonb)`
  await sql`insert into company_pace (company_id, next_slot_at) values (${company}, ${at}::timestamptz)`
  await sql`insert into skillbases (company_id, id, name, slug, config) values (${company}, ${skillbase}, 'Bot', 'bot', '{}')`
  for (const [i, weight] of weights.entries()) {
    const id = ids[i] as string
    await sql`
      insert into campaigns (company_id, id, skillbase_id, skillbase_version, name, status, started_at, max_concurrent_calls,
        calls_per_minute, weight, total_tasks)
      values (${company}, ${id}, ${skillbase}, 1, 'Shares', 'running', ${at}::timestamptz, 1000, 60000, ${weight}, ${contacts})`
    await sql`
      insert into call_tasks (company_id, campaign_id, phone_number, dial_timezone, timezone_source, created_at)
      select ${company}, ${id}, '+7' || (9000000000 + ${i * contacts} + n), '', 'campaign', ${at}::timestamptz
      from generate_series(1, ${contacts}::int) n`
    await sql`insert into campaign_pace (company_id, campaign_id, next_slot_at, recheck_at) values (${company}, ${id}, ${at}::timestamptz, ${at}::timestamptz)`
    await sql`
      insert into campaign_windows (company_id, campaign_id, dial_timezone, opens_at, closes_at, recheck_at)
      values (${company}, ${id}, '', ${at}::timestamptz, ${at}::timestamptz + interval '10 years', ${at}::timestamptz + interval '10 years')`
  }
  return ids
}
