/** Which ended attempts are to be settled, and when those that failed are tried again. */
import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineQuery } from '../../../db/query/define-query.ts'
import { integer, timestamptz, uuid } from '../../../db/query/parameters.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'
import { isSetAside } from '../../campaigns/index.ts'

/**
 * Campaigns with ended attempts to settle, and companies with ended test calls (campaign_id null). Companies take turns; within a
 * company, the campaign whose attempt has waited longest comes first. Leaves out campaigns that are set aside. Locks nothing:
 * the caller locks the campaigns that are free.
 *
 * A skip scan: one read of leases_ended_idx per campaign, so that the attempts of one campaign do not delay those of others.
 * Index of the test calls: leases_test_idx.
 */
export const findCampaignsToSettle = defineQuery({
  name: 'dialing.find_campaigns_to_settle',
  params: { now: timestamptz, limit: integer },
  row: { company_id: Type.String(), campaign_id: Nullable(Type.String()) },
  sql: (p) => {
    const first = (condition: SQL) => sql`(
      select company_id, campaign_id, settle_at from leases
      where not is_live and campaign_id is not null ${condition}
      order by company_id, campaign_id, settle_at limit 1)`
    return sql`
    with recursive ended_campaigns as (
      ${first(sql``)}
      union all
      select l.* from ended_campaigns e
      cross join lateral ${first(sql`and (company_id, campaign_id) > (e.company_id, e.campaign_id)`)} as l
    ), due_campaigns as (
      select company_id, campaign_id, settle_at from ended_campaigns e
      where settle_at <= ${p.now} and not ${isSetAside('settle', sql`e.company_id`, sql`e.campaign_id`, p.now)}
      union all
      select company_id, null, min(settle_at) from leases
      where campaign_id is null and not is_live and settle_at <= ${p.now} group by company_id
    )
    select company_id, campaign_id from due_campaigns
    order by row_number() over (partition by company_id order by settle_at), settle_at
    limit ${p.limit}`
  },
})

/** Ended attempts of a campaign, those that ended longest ago first. Index: leases_ended_idx. */
export const findEndedAttempts = defineQuery({
  name: 'dialing.find_ended_attempts',
  params: { company_id: uuid, campaign_id: uuid, now: timestamptz, limit: integer },
  row: { call_id: Type.String() },
  sql: (p) => sql`
    select call_id from leases
    where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and not is_live and settle_at <= ${p.now}
    order by campaign_id, settle_at limit ${p.limit}`,
})

/** Index: leases_pkey. */
export const postponeAttempt = defineQuery({
  name: 'dialing.postpone_attempt',
  params: { company_id: uuid, call_id: uuid, retry_at: timestamptz },
  row: {},
  sql: (p) => sql`
    update leases set settle_at = greatest(settle_at, ${p.retry_at})
    where company_id = ${p.company_id} and call_id = ${p.call_id} and not is_live`,
})

/** Index: leases_test_idx. */
export const postponeTestCalls = defineQuery({
  name: 'dialing.postpone_test_calls',
  params: { company_id: uuid, now: timestamptz, retry_at: timestamptz },
  row: {},
  sql: (p) => sql`
    update leases set settle_at = ${p.retry_at}
    where company_id = ${p.company_id} and campaign_id is null and not is_live and settle_at <= ${p.now}`,
})
