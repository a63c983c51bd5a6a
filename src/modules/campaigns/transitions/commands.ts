import { type SQL, sql } from 'drizzle-orm'
import { campaigns } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { conflict, notFound } from '../../../lib/errors.ts'
import { cancelWaitingTasks, type RestartFilter, restartTasks } from '../../call-tasks/index.ts'
import { getRunnableVersion } from '../../skillbases/index.ts'
import { type Campaign, isCampaign, lockCampaign } from '../campaigns.ts'
import { addToCounters } from '../counters.ts'
import { lockCampaignPace, refreshWindowCache } from '../hours/window-cache.ts'
import { type Command, isCommandAllowed, isOver, statusAfterStart } from '../lifecycle.ts'
import { recordCampaignEvent } from '../reports/event-log.ts'

const done: Record<Command, string> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  stop: 'stopped',
  restart: 'restarted',
}

async function lockFor(tx: Tx, id: string, move: Command): Promise<Campaign> {
  const campaign = await lockCampaign(tx, id)
  if (isCommandAllowed(campaign.status, move)) return campaign
  throw conflict('invalid_transition', `A ${campaign.status} campaign cannot be ${done[move]}.`)
}

type Change = { [C in keyof Campaign]?: Campaign[C] | SQL }

async function set(tx: Tx, id: string, change: Change): Promise<Campaign> {
  const [campaign] = await tx.update(campaigns).set(change).where(isCampaign(tx, id)).returning()
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

/** @throws Refusal 'conflict' when its end has passed: it would run and do nothing */
function refusePast({ end_time }: Campaign, now: Date): void {
  if (end_time !== null && end_time <= now) {
    throw conflict('end_time_passed', 'The end_time has passed: set a later one first.')
  }
}

/**
 * Starts a campaign, or schedules it when its start_time lies ahead. It runs the version it names, else the published
 * one, which it keeps from now on.
 *
 * @throws Refusal 'not_found', 'conflict' from another state, without tasks, without a version to run, past its end
 */
export async function startCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  const campaign = await lockFor(tx, id, 'start')
  refusePast(campaign, now)
  const [task] = await tx.execute(sql`
    select 1 from call_tasks where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid limit 1`)
  if (task === undefined) throw conflict('no_tasks', 'The campaign has nobody to call: add tasks first.')
  const { version } = await getRunnableVersion(tx, campaign.skillbase_id, campaign.skillbase_version)
  return run(tx, { ...campaign, skillbase_version: version }, 'started', 'started by a user', now)
}

/** Has a campaign run, or wait for its start_time; what its first claim needs is there at once. */
async function run(
  tx: Tx,
  campaign: Campaign,
  event: 'started' | 'resumed' | 'restarted',
  detail: string,
  now: Date,
): Promise<Campaign> {
  const { id, skillbase_version } = campaign
  const status = statusAfterStart(campaign.start_time, now)
  const started_at = status === 'running' ? (campaign.started_at ?? now) : campaign.started_at
  const change = { status, status_reason: null, skillbase_version, started_at, ended_at: null }
  const after = await set(tx, id, change)
  await lockCampaignPace(tx, id, now)
  // What the breaker counted before somebody saw to it is forgotten.
  await tx.execute(sql`
    update campaign_pace set breaker_since = ${now.toISOString()}::timestamptz
    where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid`)
  if (status === 'running') await refreshWindowCache(tx, id, now)
  await recordCampaignEvent(tx, id, status === 'scheduled' ? 'scheduled' : event, detail, now, { status })
  return after
}

/** Lets live calls end and begins no other. @throws Refusal 'not_found' or 'conflict' */
export async function pauseCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  await lockFor(tx, id, 'pause')
  await lockCampaignPace(tx, id, now)
  await recordCampaignEvent(tx, id, 'paused', 'paused by a user', now)
  return set(tx, id, { status: 'paused', status_reason: 'paused by a user' })
}

/** Goes on where it was paused. @throws Refusal 'not_found' or 'conflict' */
export async function resumeCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  const campaign = await lockFor(tx, id, 'resume')
  refusePast(campaign, now)
  return run(tx, campaign, 'resumed', 'resumed by a user', now)
}

/** Ends a campaign for good: its open tasks are cancelled, live calls end by themselves. @throws Refusal as `pause` */
export async function stopCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  await lockFor(tx, id, 'stop')
  await lockCampaignPace(tx, id, now)
  const cancelled = await cancelWaitingTasks(tx, id, now)
  await recordCampaignEvent(
    tx,
    id,
    'stopped',
    `stopped by a user: ${cancelled} contact(s) are called no more`,
    now,
    {
      cancelled,
    },
  )
  return set(tx, id, { status: 'stopped', status_reason: 'stopped by a user', ended_at: now })
}

/**
 * Takes up again the contacts that failed (or that `choice` names), with all their attempts before them. A campaign
 * that is over runs again.
 *
 * @throws Refusal 'not_found', 'conflict' from a draft, past its end, or when there is nobody to take up
 */
export async function restartCampaign(
  tx: Tx,
  id: string,
  choice: RestartFilter,
  now: Date,
): Promise<Campaign> {
  const campaign = await lockFor(tx, id, 'restart')
  refusePast(campaign, now)
  await lockCampaignPace(tx, id, now)
  const taken = await restartTasks(tx, id, choice, now)
  const restarted = [...taken.values()].reduce((sum, n) => sum + n, 0)
  if (restarted === 0) throw conflict('nobody_to_restart', 'No contact of the campaign is in such a state.')
  await addToCounters(tx, id, { failed_tasks: -(taken.get('failed') ?? 0) })
  const told = `${restarted} contact(s) are taken up again`
  if (isOver(campaign.status)) return run(tx, campaign, 'restarted', told, now)
  await recordCampaignEvent(tx, id, 'restarted', told, now, { restarted })
  if (campaign.status === 'running') await refreshWindowCache(tx, id, now)
  return lockCampaign(tx, id)
}
