import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { asOwner } from '../../db/transaction.ts'
import { pauseByBreaker } from '../campaigns/index.ts'
import { faults } from './rules.ts'

/** A campaign is halted when at least half of five or more attempts of the last two minutes failed by no contact's fault. */
const spanSec = 120
const fewest = 5

interface Broken extends Record<string, unknown> {
  company_id: string
  campaign_id: string
  attempts: number
  failed: number
  worst: string
}

/** Pauses running campaigns whose attempts fail by fault of carrier, agent or platform. Answers how many. */
export async function breakerStep(db: Db, now: Date): Promise<number> {
  const since = new Date(now.getTime() - spanSec * 1000).toISOString()
  const words = sql.raw(faults.map((word) => `'${word}'`).join(', '))
  const broken = await db.orm.execute<Broken>(sql`
    select p.company_id, p.campaign_id, e.attempts, e.failed, e.worst
    from campaign_pace p
    join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
    cross join lateral (
      select count(*)::int as attempts, (count(*) filter (where outcome in (${words})))::int as failed,
        mode() within group (order by outcome) filter (where outcome in (${words})) as worst
      from task_events e
      where e.company_id = p.company_id and e.campaign_id = p.campaign_id and e.call_id is not null
        and e.at > greatest(${since}::timestamptz, p.breaker_since) and e.rule <> 'not_dialed'
    ) as e
    where e.attempts >= ${fewest} and e.failed * 2 >= e.attempts`)
  for (const { company_id, campaign_id, attempts, failed, worst } of broken) {
    const reason = `${failed} of the last ${attempts} attempts (${spanSec} s) failed by no contact's fault, most with ${worst}: see to the carrier or the agent, then resume`
    await asOwner(db, company_id, (tx) => pauseByBreaker(tx, campaign_id, reason, now))
  }
  return broken.length
}
