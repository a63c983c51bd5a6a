import type { Db } from '../../db/client.ts'
import type { CampaignOperation } from '../../db/schema/index.ts'
import { asOwner, type OwnerTx, type Tx } from '../../db/transaction.ts'
import { assignDialTimezones, getSkipProgress, skipWaitingTasks } from '../call-tasks/index.ts'
import {
  attemptForCampaign,
  type CampaignKey,
  completeIfDone,
  completePastEnd,
  isOver,
  lockCampaignIfFree,
  pruneFailures,
  type ReportFailure,
  recordCampaignEvent,
  refreshWindows,
  startScheduled,
} from '../campaigns/index.ts'
import {
  type FindCampaigns,
  findCampaignsPastEnd,
  findCampaignsToStart,
  findCampaignsWithoutOpenTasks,
  findStaleWindows,
  findTasksWithoutZone,
  insertMissingCampaignPace,
  insertMissingCompanyPace,
} from './scheduler-queries.ts'

/** Campaigns per step and operation; companies take turns. */
const maxCampaigns = 100
/** Tasks per step whose dial timezone is derived, in all and of each campaign. */
const maxTasksPerStep = 2_000
const maxTasksPerCampaign = 200
/** Waiting tasks that a step skips in a campaign past its end_time. */
const maxSkipsPerStep = 5_000

/** What the scheduler does for single campaigns: finds those that need it, fairly by company, and does it for each. */
const operations: { name: CampaignOperation; find: FindCampaigns; run: RunForCampaign }[] = [
  { name: 'start', find: findCampaignsToStart, run: inTransaction(startScheduled) },
  { name: 'end', find: findCampaignsPastEnd, run: inTransaction(endCampaign) },
  { name: 'compute_windows', find: findStaleWindows, run: refreshWindows },
  { name: 'complete', find: findCampaignsWithoutOpenTasks, run: inTransaction(completeIfDone) },
]

type RunForCampaign = (db: Db, key: CampaignKey, now: Date) => Promise<number>

function inTransaction(run: (tx: OwnerTx, id: string, now: Date) => Promise<number>): RunForCampaign {
  return (db, { company_id, campaign_id }, now) => asOwner(db, company_id, (tx) => run(tx, campaign_id, now))
}

/** Steps of this process so far. Companies with many campaigns have some of them checked in each step. */
let round = 0

/**
 * Starts scheduled campaigns at their start_time, ends campaigns at their end_time, completes campaigns without open
 * tasks, and keeps the current open period of each timezone in campaign_windows. Each part may be repeated at any
 * time and by any process. A campaign for which a part fails is tried again later; the others continue. Returns the number
 * of changes.
 */
export async function scheduleStep(db: Db, now: Date, report?: ReportFailure): Promise<number> {
  await insertMissingCampaignPace(db, { now })
  await insertMissingCompanyPace(db, { now })
  await pruneFailures(db, now)
  round++
  let changes = await deriveDialTimezones(db)
  for (const { name, find, run } of operations) {
    for (const key of await find(db, { now, limit: maxCampaigns, round })) {
      const result = await attemptForCampaign(db, key, name, now, () => run(db, key, now), report)
      if ('value' in result) changes += result.value
    }
  }
  return changes
}

/**
 * Derives the dial timezone of tasks that have none: hand-written SQL inserted them, or their timezone or number
 * changed.
 */
async function deriveDialTimezones(db: Db): Promise<number> {
  const limits = { limit: maxTasksPerStep, limit_per_campaign: maxTasksPerCampaign }
  const tasks = await findTasksWithoutZone(db, limits)
  return tasks.length === 0 ? 0 : assignDialTimezones(db, tasks)
}

/**
 * Skips waiting tasks of a campaign whose end_time has passed, up to 5,000 per step. Completes it when it has no live calls.
 */
async function endCampaign(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await lockCampaignIfFree(tx, id)
  if (campaign === undefined || isOver(campaign.status)) return 0
  if (campaign.end_time === null || campaign.end_time > now) return 0
  const skipped = await skipWaitingTasks(tx, id, maxSkipsPerStep, now)
  if (skipped > 0) {
    const progress = await getSkipProgress(tx, campaign.id, campaign.end_time)
    if (!progress.is_done) return skipped
    const detail = `end_time has passed; ${progress.skipped} waiting contact(s) were skipped`
    await recordCampaignEvent(tx, id, 'end_passed', detail, now, { skipped: progress.skipped })
  }
  return skipped + (await completePastEnd(tx, campaign, now))
}
