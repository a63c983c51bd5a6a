import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { integer, timestamptz } from '../../db/query/parameters.ts'
import { openTaskStatusList, waitingTaskStatusList } from '../../db/schema/index.ts'
import { isWindowOutdated } from '../campaigns/index.ts'

const campaignKey = { company_id: Type.String(), id: Type.String() }

/** Inserts missing rate-limit rows of running campaigns: hand-written SQL started them. */
export const insertMissingCampaignPace = defineQuery({
  name: 'dialing.insert_missing_campaign_pace',
  params: { now: timestamptz },
  row: {},
  sql: (p) => sql`
    insert into campaign_pace (company_id, campaign_id, next_slot_at, recheck_at, last_claim_at, breaker_since)
    select company_id, id, ${p.now}, ${p.now}, ${p.now}, ${p.now} from campaigns k
    where status = 'running' and not exists (
      select 1 from campaign_pace p where p.company_id = k.company_id and p.campaign_id = k.id)
    on conflict do nothing`,
})

/** Inserts missing rate-limit rows of companies with limits: hand-written SQL set the limits. */
export const insertMissingCompanyPace = defineQuery({
  name: 'dialing.insert_missing_company_pace',
  params: { now: timestamptz },
  row: {},
  sql: (p) => sql`
    insert into company_pace (company_id, next_slot_at)
    select id, ${p.now} from companies c
    where limits ?| '{max_concurrent_calls,calls_per_minute}'
      and not exists (select 1 from company_pace p where p.company_id = c.id)
    on conflict do nothing`,
})

/** The first time zone of the campaign's waiting tasks after `name`; the first of all without it. */
const nextWaitingZone = (campaign: SQL, name?: SQL) => sql`(
  select min(t.dial_timezone) from call_tasks t
  where t.company_id = ${campaign}.company_id and t.campaign_id = ${campaign}.id
    and t.status in (${waitingTaskStatusList}) ${name === undefined ? sql`` : sql`and t.dial_timezone > ${name}`})`

/**
 * Running campaigns with waiting tasks in a time zone whose row in campaign_windows is missing or due to be recomputed. A
 * skip scan: one read of call_tasks_queue_idx per campaign and time zone in use.
 */
export const findStaleWindows = defineQuery({
  name: 'dialing.find_stale_windows',
  params: { now: timestamptz, limit: integer },
  row: campaignKey,
  sql: (p) => sql`
    with recursive zones as (
      select k.company_id, k.id, ${nextWaitingZone(sql`k`)} as name from campaigns k where k.status = 'running'
      union all
      select z.company_id, z.id, ${nextWaitingZone(sql`z`, sql`z.name`)} from zones z where z.name is not null
    )
    select distinct z.company_id, z.id from zones z
    left join campaign_windows w on w.company_id = z.company_id and w.campaign_id = z.id and w.dial_timezone = z.name
    where z.name is not null and ${isWindowOutdated(p.now)}
    limit ${p.limit}`,
})

/** Running campaigns to complete. Index: call_tasks_status_idx. */
export const findCampaignsWithoutOpenTasks = defineQuery({
  name: 'dialing.find_campaigns_without_open_tasks',
  params: { limit: integer },
  row: campaignKey,
  sql: (p) => sql`
    select company_id, id from campaigns k
    where status = 'running' and not exists (
      select 1 from call_tasks t
      where t.company_id = k.company_id and t.campaign_id = k.id and t.status in (${openTaskStatusList}))
    limit ${p.limit}`,
})

export type CampaignKey = RowOf<typeof findStaleWindows>
