import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineQuery } from '../../db/query/define-query.ts'
import { integer, timestamptz } from '../../db/query/parameters.ts'
import {
  activeCampaignStatuses,
  type CampaignOperation,
  claimLimits,
  hasLimit,
  openTaskStatusList,
  textList,
  waitingTaskStatusList,
} from '../../db/schema/index.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
import { isSetAside, isWindowOutdated } from '../campaigns/index.ts'

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
    where ${hasLimit('c', claimLimits)}
      and not exists (select 1 from company_pace p where p.company_id = c.id)
    on conflict do nothing`,
})

const finder = {
  params: {
    now: timestamptz,
    limit: integer,
    /** A number that grows with each step. */
    round: integer,
  },
  row: { company_id: Type.String(), campaign_id: Type.String() },
}

/**
 * Campaigns for which this operation did not fail or may be tried again, at most `limit`. Companies take turns, so that one
 * with many campaigns does not delay those of others.
 *
 * @param campaigns a query with company_id and `id`
 */
const inTurns = (operation: CampaignOperation, campaigns: SQL, p: { now: SQL; limit: SQL }): SQL => sql`
    select company_id, id as campaign_id from (${campaigns}) as k
    where not ${isSetAside(operation, sql`k.company_id`, sql`k.id`, p.now)}
    order by row_number() over (partition by company_id order by id), company_id
    limit ${p.limit}`

/** Campaigns whose start_time has come. Index: campaigns_status_idx. */
export const findCampaignsToStart = defineQuery({
  name: 'dialing.find_campaigns_to_start',
  ...finder,
  sql: (p) =>
    inTurns(
      'start',
      sql`select company_id, id from campaigns
        where status = 'scheduled' and (start_time is null or start_time <= ${p.now})`,
      p,
    ),
})
export type FindCampaigns = typeof findCampaignsToStart

/** Campaigns whose end_time has passed. Index: campaigns_status_idx. */
export const findCampaignsPastEnd = defineQuery({
  name: 'dialing.find_campaigns_past_end',
  ...finder,
  sql: (p) =>
    inTurns(
      'end',
      sql`select company_id, id from campaigns
        where status in (${textList(activeCampaignStatuses)}) and end_time <= ${p.now}`,
      p,
    ),
})

/** The first time zone of the campaign's waiting tasks after `name`; the first of all without it. */
const nextWaitingZone = (campaign: SQL, name?: SQL) => sql`(
  select min(t.dial_timezone) from call_tasks t
  where t.company_id = ${campaign}.company_id and t.campaign_id = ${campaign}.id
    and t.status in (${waitingTaskStatusList}) ${name === undefined ? sql`` : sql`and t.dial_timezone > ${name}`})`

/** Campaigns of a company whose time zones are read per step: the reads of a campaign grow with its zones, up to 600. */
const checkedPerStep = sql.raw('50')

/**
 * Running campaigns with waiting tasks in a time zone whose row in campaign_windows is missing or due to be recomputed. A
 * skip scan: one read of call_tasks_queue_idx per campaign and time zone in use. Of a company with more than 50 running
 * campaigns, each step checks the next 50.
 */
export const findStaleWindows = defineQuery({
  name: 'dialing.find_stale_windows',
  ...finder,
  sql: (p) =>
    inTurns(
      'compute_windows',
      sql`
    with recursive numbered_campaigns as (
      select company_id, id, row_number() over company - 1 as n,
        count(*) over (partition by company_id) as campaigns
      from campaigns where status = 'running' window company as (partition by company_id order by id)
    ), checked_campaigns as (
      select company_id, id from numbered_campaigns
      where n / ${checkedPerStep} = ${p.round} % ((campaigns + ${checkedPerStep} - 1) / ${checkedPerStep})
    ), zones as (
      select k.company_id, k.id, ${nextWaitingZone(sql`k`)} as name from checked_campaigns k
      union all
      select z.company_id, z.id, ${nextWaitingZone(sql`z`, sql`z.name`)} from zones z where z.name is not null
    )
    select distinct z.company_id, z.id from zones z
    left join campaign_windows w on w.company_id = z.company_id and w.campaign_id = z.id and w.dial_timezone = z.name
    where z.name is not null and ${isWindowOutdated(p.now)}`,
      p,
    ),
})

/** Running campaigns to complete. Index: call_tasks_status_idx. */
export const findCampaignsWithoutOpenTasks = defineQuery({
  name: 'dialing.find_campaigns_without_open_tasks',
  ...finder,
  sql: (p) =>
    inTurns(
      'complete',
      sql`select company_id, id from campaigns k
        where status = 'running' and completes = 'when_done' and not exists (
          select 1 from call_tasks t
          where t.company_id = k.company_id and t.campaign_id = k.id and t.status in (${openTaskStatusList}))`,
      p,
    ),
})

/** Waiting tasks of running campaigns without a dial timezone; companies take turns. Index: call_tasks_queue_idx. */
export const findTasksWithoutZone = defineQuery({
  name: 'dialing.find_tasks_without_zone',
  params: { limit: integer, limit_per_campaign: integer },
  row: {
    company_id: Type.String(),
    id: Type.String(),
    timezone: Nullable(Type.String()),
    phone_number: Type.String(),
  },
  sql: (p) => sql`
    select k.company_id, task.* from campaigns k
    cross join lateral (
      select id, timezone, phone_number from call_tasks t
      where t.company_id = k.company_id and t.campaign_id = k.id and t.dial_timezone is null
        and t.status in (${waitingTaskStatusList})
      limit ${p.limit_per_campaign}) as task
    where k.status = 'running'
    order by row_number() over (partition by k.company_id)
    limit ${p.limit}`,
})
