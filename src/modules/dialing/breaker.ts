import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { integer, timestamptz } from '../../db/query/parameters.ts'
import { faultOutcomes, textList } from '../../db/schema/index.ts'
import { asOwner } from '../../db/transaction.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import {
  attemptForCampaign,
  faultSpanSec,
  isSetAside,
  pauseByBreaker,
  type ReportFailure,
} from '../campaigns/index.ts'

/**
 * The breaker pauses a campaign when at least half of 5 or more attempts in `faultSpanSec` failed by fault of carrier, agent
 * or platform.
 */
const minAttempts = 5
/**
 * It also pauses when 10 or more attempts, and at least half, ended with invalid_number in 300 s. Carriers return that
 * outcome for broken routes too, and it is final for each contact.
 */
const invalidSpanSec = 300
const minInvalid = 10

/**
 * Running campaigns whose recent attempts give the breaker a reason to pause them. Attempts before the campaign was started
 * or resumed last do not count. Index: task_events_campaign_idx.
 */
const findFailingCampaigns = defineQuery({
  name: 'dialing.find_failing_campaigns',
  params: {
    now: timestamptz,
    faults_since: timestamptz,
    invalid_since: timestamptz,
    min_attempts: integer,
    min_invalid: integer,
  },
  row: {
    company_id: Type.String(),
    campaign_id: Type.String(),
    /** Attempts and faults since faults_since, and the most frequent fault. */
    attempts: Type.Integer(),
    faults: Type.Integer(),
    most_frequent_fault: Nullable(OneOf(faultOutcomes)),
    /** Attempts and invalid numbers since invalid_since, which is earlier. */
    attempts_in_invalid_span: Type.Integer(),
    invalid_numbers: Type.Integer(),
    /** To be paused because of faults; otherwise because of invalid numbers. */
    is_faulty: Type.Boolean(),
  },
  sql: (p) => {
    const isFaulty = sql`counts.attempts >= ${p.min_attempts} and counts.faults * 2 >= counts.attempts`
    const isRecentFault = sql`is_recent and outcome in (${textList(faultOutcomes)})`
    return sql`
      select p.company_id, p.campaign_id, counts.*, ${isFaulty} as is_faulty
      from campaign_pace p
      join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
      cross join lateral (
        select (count(*) filter (where is_recent))::int as attempts,
          (count(*) filter (where ${isRecentFault}))::int as faults,
          mode() within group (order by outcome) filter (where ${isRecentFault}) as most_frequent_fault,
          count(*)::int as attempts_in_invalid_span,
          (count(*) filter (where outcome = 'invalid_number'))::int as invalid_numbers
        from (
          select e.outcome, e.at > ${p.faults_since} as is_recent from task_events e
          where e.company_id = p.company_id and e.campaign_id = p.campaign_id and e.call_id is not null
            and e.at > greatest(${p.invalid_since}, p.breaker_since) and e.is_effective and e.rule <> 'not_dialed'
        ) as attempts_since_start
      ) as counts
      where (${isFaulty}
        or counts.invalid_numbers >= ${p.min_invalid} and counts.invalid_numbers * 2 >= counts.attempts_in_invalid_span)
        and not ${isSetAside('pause', sql`p.company_id`, sql`p.campaign_id`, p.now)}`
  },
})
type FailingCampaign = RowOf<typeof findFailingCampaigns>

/** Pauses running campaigns whose attempts fail by fault of carrier, agent or platform. Returns how many it paused. */
export async function breakerStep(db: Db, now: Date, report?: ReportFailure): Promise<number> {
  const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const failing = await findFailingCampaigns(db, {
    now,
    faults_since: secondsAgo(faultSpanSec),
    invalid_since: secondsAgo(invalidSpanSec),
    min_attempts: minAttempts,
    min_invalid: minInvalid,
  })
  for (const campaign of failing) {
    const { company_id, campaign_id } = campaign
    const pause = () =>
      asOwner(db, company_id, (tx) => pauseByBreaker(tx, campaign_id, reasonOf(campaign), now))
    await attemptForCampaign(db, campaign, 'pause', now, pause, report)
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
