import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { faultOutcomes } from '../../db/schema/index.ts'
import { asOwner } from '../../db/transaction.ts'
import { pauseByBreaker } from '../campaigns/index.ts'

/**
 * The breaker pauses a campaign when at least half of 5 or more attempts in 120 s failed by fault of carrier, agent
 * or platform.
 */
const faultSpanSec = 120
const minAttempts = 5
/**
 * It also pauses when 10 or more attempts, and at least half, ended with invalid_number in 300 s. Carriers return that
 * outcome for broken routes too, and it is final for each contact.
 */
const invalidSpanSec = 300
const minInvalid = 10

interface FailingCampaign extends Record<string, unknown> {
  company_id: string
  campaign_id: string
  /** Attempts and faults within faultSpanSec, and the most frequent fault. */
  attempts: number
  faults: number
  most_frequent_fault: string
  /** Attempts and invalid numbers within invalidSpanSec, which is longer. */
  attempts_in_invalid_span: number
  invalid_numbers: number
  /** Paused because of faults; otherwise because of invalid numbers. */
  is_faulty: boolean
}

/** Pauses running campaigns whose attempts fail by fault of carrier, agent or platform. Returns how many it paused. */
export async function breakerStep(db: Db, now: Date): Promise<number> {
  const secondsAgo = (seconds: number) =>
    sql`${new Date(now.getTime() - seconds * 1000).toISOString()}::timestamptz`
  const faultOutcomesSql = sql.raw(faultOutcomes.map((outcome) => `'${outcome}'`).join(', '))
  const failing = await db.orm.execute<FailingCampaign>(sql`
    select p.company_id, p.campaign_id, counts.*,
      counts.attempts >= ${minAttempts} and counts.faults * 2 >= counts.attempts as is_faulty
    from campaign_pace p
    join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
    cross join lateral (
      select (count(*) filter (where is_recent))::int as attempts,
        (count(*) filter (where is_recent and outcome in (${faultOutcomesSql})))::int as faults,
        mode() within group (order by outcome) filter (where is_recent and outcome in (${faultOutcomesSql})) as most_frequent_fault,
        count(*)::int as attempts_in_invalid_span,
        (count(*) filter (where outcome = 'invalid_number'))::int as invalid_numbers
      from (
        -- Attempts since the campaign was started or resumed last.
        select e.outcome, e.at > ${secondsAgo(faultSpanSec)} as is_recent from task_events e
        where e.company_id = p.company_id and e.campaign_id = p.campaign_id and e.call_id is not null
          and e.at > greatest(${secondsAgo(invalidSpanSec)}, p.breaker_since) and e.rule <> 'not_dialed'
      ) as attempts_since_start
    ) as counts
    where (counts.attempts >= ${minAttempts} and counts.faults * 2 >= counts.attempts)
      or (counts.invalid_numbers >= ${minInvalid} and counts.invalid_numbers * 2 >= counts.attempts_in_invalid_span)`)
  for (const campaign of failing) {
    const { company_id, campaign_id } = campaign
    await asOwner(db, company_id, (tx) => pauseByBreaker(tx, campaign_id, reasonOf(campaign), now))
  }
  return failing.length
}

/** The status_reason of a campaign that the breaker pauses. */
const reasonOf = (campaign: FailingCampaign): string => {
  const { is_faulty, attempts, faults, most_frequent_fault, attempts_in_invalid_span, invalid_numbers } =
    campaign
  return is_faulty
    ? `${faults} of the last ${attempts} attempts (${faultSpanSec} s) failed by fault of the carrier, the agent or the platform, most often with ${most_frequent_fault}. Check the carrier and the agent, then resume.`
    : `${invalid_numbers} of the last ${attempts_in_invalid_span} attempts (${invalidSpanSec} s) ended with invalid_number. Check the carrier's routes and the call list, then resume.`
}
