import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { callTasks, campaigns } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { assignDialTimezones, skipWaitingTasks } from '../call-tasks/index.ts'
import {
  type Campaign,
  completeIfDone,
  completePastEnd,
  isOver,
  lockCampaign,
  recordCampaignEvent,
  refreshWindowCache,
  startScheduled,
} from '../campaigns/index.ts'

/** Tasks per step whose dial timezone is derived. */
const maxTasksPerStep = 2_000
/** Campaigns per step and query. */
const maxCampaigns = 100

/**
 * Starts scheduled campaigns at their start_time, ends campaigns at their end_time, completes campaigns without open
 * tasks, and keeps the current open period of each timezone in campaign_windows. Each part may be repeated at any
 * time and by any process. Returns the number of changes.
 */
export async function scheduleStep(db: Db, now: Date): Promise<number> {
  await insertMissingRateLimits(db, now)
  let changes = 0
  for (const { company_id, id } of await findCampaigns(db, isDueToStart(now))) {
    changes += await asOwner(db, company_id, (tx) => startScheduled(tx, id, now))
  }
  for (const { company_id, id } of await findCampaigns(db, isPastEnd(now))) {
    changes += await asOwner(db, company_id, (tx) => endCampaign(tx, id, now))
  }
  changes += await deriveDialTimezones(db)
  for (const { company_id, id } of await findStaleWindows(db, now)) {
    changes += await asOwner(db, company_id, (tx) => refreshWindowCache(tx, id, now))
  }
  for (const { company_id, id } of await findCampaignsWithoutOpenTasks(db)) {
    changes += await asOwner(db, company_id, (tx) => completeIfDone(tx, id, now))
  }
  return changes
}

type CampaignKey = Pick<Campaign, 'company_id' | 'id'>

const findCampaigns = (db: Db, condition: ReturnType<typeof and>): Promise<CampaignKey[]> =>
  db.orm
    .select({ company_id: campaigns.company_id, id: campaigns.id })
    .from(campaigns)
    .where(condition)
    .limit(maxCampaigns)

const isDueToStart = (now: Date) =>
  and(
    eq(campaigns.status, 'scheduled'),
    sql`coalesce(${campaigns.start_time}, ${now.toISOString()}::timestamptz) <= ${now.toISOString()}::timestamptz`,
  )

const isPastEnd = (now: Date) =>
  and(inArray(campaigns.status, ['scheduled', 'running', 'paused']), lte(campaigns.end_time, now))

/**
 * Inserts missing rate-limit rows of running campaigns and of companies with limits. They are missing when hand-written
 * SQL started the campaign or set the limits.
 */
async function insertMissingRateLimits({ orm }: Db, now: Date): Promise<void> {
  const nowSql = sql`${now.toISOString()}::timestamptz`
  await orm.execute(sql`
    insert into campaign_pace (company_id, campaign_id, next_slot_at, recheck_at, last_claim_at, breaker_since)
    select company_id, id, ${nowSql}, ${nowSql}, ${nowSql}, ${nowSql} from campaigns k
    where status = 'running' and not exists (
      select 1 from campaign_pace p where p.company_id = k.company_id and p.campaign_id = k.id)
    on conflict do nothing`)
  await orm.execute(sql`
    insert into company_pace (company_id, next_slot_at)
    select id, ${nowSql} from companies c
    where limits ?| '{max_concurrent_calls,calls_per_minute}'
      and not exists (select 1 from company_pace p where p.company_id = c.id)
    on conflict do nothing`)
}

/**
 * Derives the dial timezone of tasks that have none: hand-written SQL inserted them, or their timezone or number
 * changed.
 */
async function deriveDialTimezones(db: Db): Promise<number> {
  const tasks = await db.orm
    .select({
      company_id: callTasks.company_id,
      id: callTasks.id,
      timezone: callTasks.timezone,
      phone_number: callTasks.phone_number,
    })
    .from(campaigns)
    .innerJoin(
      callTasks,
      and(eq(callTasks.company_id, campaigns.company_id), eq(callTasks.campaign_id, campaigns.id)),
    )
    .where(
      and(
        eq(campaigns.status, 'running'),
        isNull(callTasks.dial_timezone),
        inArray(callTasks.status, ['pending', 'retry']),
      ),
    )
    .limit(maxTasksPerStep)
  return tasks.length === 0 ? 0 : assignDialTimezones(db, tasks)
}

/**
 * Running campaigns with waiting tasks in a timezone whose row in campaign_windows is missing or due to be
 * recomputed.
 */
async function findStaleWindows({ orm }: Db, now: Date): Promise<CampaignKey[]> {
  // A skip scan: one index read per campaign and timezone in use.
  return orm.execute<CampaignKey & Record<string, unknown>>(sql`
    with recursive zones as (
      select k.company_id, k.id, (
        select min(t.dial_timezone) from call_tasks t
        where t.company_id = k.company_id and t.campaign_id = k.id and t.status in ('pending', 'retry')
      ) as name
      from campaigns k where k.status = 'running'
      union all
      select z.company_id, z.id, (
        select min(t.dial_timezone) from call_tasks t
        where t.company_id = z.company_id and t.campaign_id = z.id and t.status in ('pending', 'retry')
          and t.dial_timezone > z.name)
      from zones z where z.name is not null
    )
    select distinct z.company_id, z.id from zones z
    left join campaign_windows w on w.company_id = z.company_id and w.campaign_id = z.id and w.dial_timezone = z.name
    where z.name is not null and (w.recheck_at is null or w.recheck_at <= ${now.toISOString()}::timestamptz)
    limit ${maxCampaigns}`)
}

async function findCampaignsWithoutOpenTasks({ orm }: Db): Promise<CampaignKey[]> {
  return orm.execute<CampaignKey & Record<string, unknown>>(sql`
    select company_id, id from campaigns k
    where status = 'running' and not exists (
      select 1 from call_tasks t
      where t.company_id = k.company_id and t.campaign_id = k.id and t.status in ('pending', 'retry', 'in_progress'))
    limit ${maxCampaigns}`)
}

/** Skips the waiting tasks of a campaign whose end_time has passed. Completes it when it has no live calls. */
async function endCampaign(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await lockCampaign(tx, id)
  if (isOver(campaign.status) || campaign.end_time === null || campaign.end_time > now) return 0
  const skipped = await skipWaitingTasks(tx, id, now)
  if (skipped > 0) {
    const detail = `end_time has passed; ${skipped} waiting contact(s) were skipped`
    await recordCampaignEvent(tx, id, 'end_passed', detail, now, { skipped })
  }
  return skipped + (await completePastEnd(tx, campaign, now))
}
