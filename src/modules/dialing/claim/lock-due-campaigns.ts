import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineQuery } from '../../../db/query/define-query.ts'
import { integer, nullable, timestamptz, uuid, uuidArray } from '../../../db/query/parameters.ts'
import { claimLimits, hasLimit } from '../../../db/schema/index.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'
import { isQueuedTestCall } from './claim-test-calls.ts'
import { tolerance } from './rate-limit.ts'

/**
 * Campaigns are read this much before their recheck_at: those of a company must compete for a slot in the same claim, or the
 * one that is read first would always get it. The interval of updatedCampaignPace.
 */
const recheckTolerance = sql.raw("interval '100 ms'")

/**
 * Campaigns that may dial now; and a row without a campaign when a test call is queued, so that an idle worker needs one
 * statement. Companies take turns; within a company, the campaign with the earliest turn comes first (see shares.ts).
 *
 * Locks the campaign_pace rows of the campaigns, and the company_pace rows of their companies with limits, which are inserted if
 * they are missing. Campaigns that another claim has locked are skipped, and those whose own row is locked: the foreign key of a
 * call waits for that lock.
 * Indexes: campaign_pace_recheck_at_idx, then primary keys; leases_test_idx.
 */
export const lockDueCampaigns = defineQuery({
  name: 'dialing.lock_due_campaigns',
  params: {
    now: timestamptz,
    limit: integer,
    /** Companies that may not claim now. */
    excluded_companies: uuidArray,
    /** null: any. */
    only_campaign: nullable(uuid),
  },
  row: { company_id: Type.String(), campaign_id: Nullable(Type.String()) },
  sql: (p) => sql`
    with due_campaigns as materialized (
      select p.company_id, p.campaign_id, p.last_claim_at,
        row_number() over (partition by p.company_id order by p.next_turn, p.last_claim_at, p.campaign_id) as turn,
        ${hasLimit('c', claimLimits)} as is_limited
      from campaign_pace p
      join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
      join companies c on c.id = p.company_id and c.is_active
      where p.company_id <> all(${p.excluded_companies})
        and (${p.only_campaign} is null or p.campaign_id = ${p.only_campaign})
        and p.recheck_at <= ${p.now} + ${recheckTolerance} and p.next_slot_at <= ${p.now} + ${tolerance}
      order by turn, p.last_claim_at
      limit ${p.limit}
    ), new_company_pace as (
      -- The first claim of a company with limits. The row is locked by its insertion.
      insert into company_pace (company_id, next_slot_at)
      select distinct company_id, ${p.now} from due_campaigns d
      where is_limited and not exists (select 1 from company_pace pace where pace.company_id = d.company_id)
      on conflict do nothing
      returning company_id
    ), locked_companies as materialized (
      select company_id from company_pace
      where company_id in (select company_id from due_campaigns where is_limited)
      for update skip locked
    ), locked_campaigns as materialized (
      select p.company_id, p.campaign_id from campaign_pace p join due_campaigns using (company_id, campaign_id)
      join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id
      where not due_campaigns.is_limited or p.company_id in (
        select company_id from locked_companies union all select company_id from new_company_pace)
      for update of p skip locked for key share of k skip locked
    )
    select company_id, campaign_id from locked_campaigns
    union all
    (select company_id, campaign_id from leases where ${isQueuedTestCall} and lease_until > ${p.now} order by claimed_at limit 1)`,
})
