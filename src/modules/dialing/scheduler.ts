import { and, eq, inArray, isNull, lte, or } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { activeCampaignStatuses, callTasks, campaigns, waitingTaskStatuses } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { assignDialTimezones, skipWaitingTasks } from '../call-tasks/index.ts'
import {
  completeIfDone,
  completePastEnd,
  isOver,
  lockCampaign,
  recordCampaignEvent,
  refreshWindowCache,
  startScheduled,
} from '../campaigns/index.ts'
import {
  type CampaignKey,
  findCampaignsWithoutOpenTasks,
  findStaleWindows,
  insertMissingCampaignPace,
  insertMissingCompanyPace,
} from './scheduler-queries.ts'

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
  await insertMissingCampaignPace(db, { now })
  await insertMissingCompanyPace(db, { now })
  let changes = 0
  for (const { company_id, id } of await findCampaigns(db, isDueToStart(now))) {
    changes += await asOwner(db, company_id, (tx) => startScheduled(tx, id, now))
  }
  for (const { company_id, id } of await findCampaigns(db, isPastEnd(now))) {
    changes += await asOwner(db, company_id, (tx) => endCampaign(tx, id, now))
  }
  changes += await deriveDialTimezones(db)
  for (const { company_id, id } of await findStaleWindows(db, { now, limit: maxCampaigns })) {
    changes += await asOwner(db, company_id, (tx) => refreshWindowCache(tx, id, now))
  }
  for (const { company_id, id } of await findCampaignsWithoutOpenTasks(db, { limit: maxCampaigns })) {
    changes += await asOwner(db, company_id, (tx) => completeIfDone(tx, id, now))
  }
  return changes
}

const findCampaigns = (db: Db, condition: ReturnType<typeof and>): Promise<CampaignKey[]> =>
  db.orm
    .select({ company_id: campaigns.company_id, id: campaigns.id })
    .from(campaigns)
    .where(condition)
    .limit(maxCampaigns)

const isDueToStart = (now: Date) =>
  and(eq(campaigns.status, 'scheduled'), or(isNull(campaigns.start_time), lte(campaigns.start_time, now)))

const isPastEnd = (now: Date) =>
  and(inArray(campaigns.status, activeCampaignStatuses), lte(campaigns.end_time, now))

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
        inArray(callTasks.status, waitingTaskStatuses),
      ),
    )
    .limit(maxTasksPerStep)
  return tasks.length === 0 ? 0 : assignDialTimezones(db, tasks)
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
