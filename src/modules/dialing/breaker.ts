import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { faultOutcomes } from '../../db/schema/index.ts'
import { asOwner } from '../../db/transaction.ts'
import { pauseByBreaker } from '../campaigns/index.ts'

/** A campaign is halted when at least half of five or more attempts of the last two minutes failed by no contact's fault. */
const spanSec = 120
const fewest = 5
/** Or when half of its numbers, and ten or more, are said not to exist: carriers say so of routes too, and a list is burned. */
const numbersSpanSec = 300
const fewestInvalid = 10

interface Broken extends Record<string, unknown> {
  company_id: string
  campaign_id: string
  attempts: number
  failed: number
  worst: string
  dialed: number
  invalid: number
  is_faulty: boolean
}

/** Pauses running campaigns whose attempts fail by fault of carrier, agent or platform. Answers how many. */
export async function breakerStep(db: Db, now: Date): Promise<number> {
  const before = (seconds: number) =>
    sql`${new Date(now.getTime() - seconds * 1000).toISOString()}::timestamptz`
  const words = sql.raw(faultOutcomes.map((word) => `'${word}'`).join(', '))
  const broken = await db.orm.execute<Broken>(sql`
    select p.company_id, p.campaign_id, e.*, e.attempts >= ${fewest} and e.failed * 2 >= e.attempts as is_faulty
    from campaign_pace p
    join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
    cross join lateral (
      select (count(*) filter (where is_recent))::int as attempts,
        (count(*) filter (where is_recent and outcome in (${words})))::int as failed,
        mode() within group (order by outcome) filter (where is_recent and outcome in (${words})) as worst,
        count(*)::int as dialed, (count(*) filter (where outcome = 'invalid_number'))::int as invalid
      from (
        select e.outcome, e.at > ${before(spanSec)} as is_recent from task_events e
        where e.company_id = p.company_id and e.campaign_id = p.campaign_id and e.call_id is not null
          and e.at > greatest(${before(numbersSpanSec)}, p.breaker_since) and e.rule <> 'not_dialed'
      ) as e
    ) as e
    where (e.attempts >= ${fewest} and e.failed * 2 >= e.attempts)
      or (e.invalid >= ${fewestInvalid} and e.invalid * 2 >= e.dialed)`)
  for (const found of broken) {
    const { company_id, campaign_id } = found
    await asOwner(db, company_id, (tx) => pauseByBreaker(tx, campaign_id, reasonOf(found), now))
  }
  return broken.length
}

const reasonOf = ({ is_faulty, attempts, failed, worst, dialed, invalid }: Broken): string =>
  is_faulty
    ? `${failed} of the last ${attempts} attempts (${spanSec} s) failed by no contact's fault, most with ${worst}: see to the carrier or the agent, then resume`
    : `${invalid} of the last ${dialed} attempts (${numbersSpanSec} s) were told that there is no such number: see to the carrier's routes, or to the list, then resume`
