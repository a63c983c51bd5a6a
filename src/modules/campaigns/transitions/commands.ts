import { and, eq } from 'drizzle-orm'
import {
  type CampaignCommand,
  callTasks,
  campaignCommands,
  campaignPace,
  campaigns,
} from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { conflict, notFound } from '../../../lib/errors.ts'
import { cancelWaitingTasks, type RestartSelection, restartTasks } from '../../call-tasks/index.ts'
import { getRunnableVersion } from '../../skillbases/index.ts'
import { type Campaign, isCampaign, lockCampaign } from '../campaigns.ts'
import { addToCounters } from '../counters.ts'
import { refreshWindowCache } from '../hours/window-cache.ts'
import { assertNotPastEnd, isCommandAllowed, isOver, isRepeatable, statusAfterStart } from '../lifecycle.ts'
import { lockCampaignPace } from '../pace-lock.ts'
import { recordCampaignEvent } from '../reports/event-log.ts'
import { hasOpenTasks } from './automatic-transitions.ts'
import { pinVersion } from './pin-version.ts'

/** The participle of each command, for the text of an error. */
const participles: Record<CampaignCommand, string> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  stop: 'stopped',
  restart: 'restarted',
}

/**
 * Locks the campaign.
 *
 * @throws Refusal 'not_found'; 'conflict' when its status does not allow the command
 */
async function lockForCommand(tx: Tx, id: string, command: CampaignCommand): Promise<Campaign> {
  const campaign = await lockCampaign(tx, id)
  const { status } = campaign
  if (isCommandAllowed(status, command) || isRepeatable(status, command)) return campaign
  const allowed = campaignCommands.filter((other) => isCommandAllowed(status, other))
  throw conflict(
    'invalid_transition',
    `The campaign is ${status}, so it cannot be ${participles[command]}. Allowed in this status: ${allowed.join(', ')}.`,
  )
}

type Change = Partial<Campaign>

async function update(tx: Tx, id: string, change: Change): Promise<Campaign> {
  const [campaign] = await tx.update(campaigns).set(change).where(isCampaign(tx, id)).returning()
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

/**
 * Starts a campaign, or schedules it when its start_time is in the future. A campaign without a skillbase_version gets one as
 * `pinVersion` describes; also for a later start, a version has to be published. A paused campaign is resumed.
 *
 * @throws Refusal 'not_found'; 'conflict' when the status does not allow it, end_time has passed, it has no
 * contacts and would be completed at once, or the skillbase has no version to run
 */
export async function startCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  const campaign = await lockForCommand(tx, id, 'start')
  if (campaign.status === 'paused') return resume(tx, campaign, now)
  assertNotPastEnd(campaign, now)
  const [task] = await tx
    .select({ id: callTasks.id })
    .from(callTasks)
    .where(and(eq(callTasks.company_id, tx.company_id), eq(callTasks.campaign_id, id)))
    .limit(1)
  if (task === undefined && campaign.completes !== 'never') {
    throw conflict(
      'no_tasks',
      'The campaign has no contacts. Add them with POST /api/campaigns/{id}/tasks or upload a call list first, or set completes to never.',
    )
  }
  await getRunnableVersion(tx, campaign.skillbase_id, campaign.skillbase_version)
  return runOrSchedule(tx, campaign, 'started', 'started by a user', now)
}

/**
 * Sets a campaign to running, or to scheduled when its start_time is in the future. Creates its pace row and window cache
 * in the same transaction, so that the first claim finds them.
 */
async function runOrSchedule(
  tx: Tx,
  campaign: Campaign,
  event: 'started' | 'resumed' | 'restarted',
  detail: string,
  now: Date,
): Promise<Campaign> {
  const { id } = campaign
  const status = statusAfterStart(campaign.start_time, now)
  const started_at = status === 'running' ? (campaign.started_at ?? now) : campaign.started_at
  const version = await pinVersion(tx, campaign, status, now)
  const updated = await update(tx, id, {
    status,
    status_reason: null,
    ...version,
    started_at,
    ended_at: null,
  })
  await lockCampaignPace(tx, id, now)
  // The user has seen the earlier failures, so the circuit breaker counts only calls from now on. The campaign competes with
  // those that run now, whatever it had before.
  await tx
    .update(campaignPace)
    .set({ breaker_since: now, next_turn: 0 })
    .where(and(eq(campaignPace.company_id, tx.company_id), eq(campaignPace.campaign_id, id)))
  if (status === 'running') await refreshWindowCache(tx, updated, now)
  await recordCampaignEvent(tx, id, status === 'scheduled' ? 'scheduled' : event, detail, now, { status })
  return updated
}

/** Pauses a campaign: no new calls; live calls continue. @throws Refusal 'not_found', 'conflict' */
export async function pauseCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  await lockForCommand(tx, id, 'pause')
  await lockCampaignPace(tx, id, now)
  await recordCampaignEvent(tx, id, 'paused', 'paused by a user', now)
  return update(tx, id, { status: 'paused', status_reason: 'paused by a user' })
}

/**
 * Resumes a paused campaign, or a completed one to which contacts were added.
 *
 * @throws Refusal 'not_found'; 'conflict' when the status does not allow it, end_time has passed, or a completed campaign
 * would be completed again at once
 */
export async function resumeCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  return resume(tx, await lockForCommand(tx, id, 'resume'), now)
}

async function resume(tx: Tx, campaign: Campaign, now: Date): Promise<Campaign> {
  assertNotPastEnd(campaign, now)
  const { id, status, completes } = campaign
  if (status === 'completed' && completes === 'when_done' && !(await hasOpenTasks(tx, id))) {
    throw conflict(
      'no_tasks',
      'The campaign is completed, and no contact waits. Add contacts first, restart it for contacts that were not reached, or set completes to never.',
    )
  }
  return runOrSchedule(tx, campaign, 'resumed', 'resumed by a user', now)
}

/**
 * Stops a campaign: cancels its waiting tasks; live calls continue. A stopped campaign is returned unchanged.
 *
 * @throws Refusal 'not_found', 'conflict'
 */
export async function stopCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  const campaign = await lockForCommand(tx, id, 'stop')
  if (isRepeatable(campaign.status, 'stop')) return campaign
  await lockCampaignPace(tx, id, now)
  const cancelled = await cancelWaitingTasks(tx, id, now)
  const detail = `stopped by a user; ${cancelled} waiting contact(s) were cancelled`
  await recordCampaignEvent(tx, id, 'stopped', detail, now, { cancelled })
  return update(tx, id, { status: 'stopped', status_reason: 'stopped by a user', ended_at: now })
}

/**
 * Returns the contacts that the filter selects to the queue, with their retry counts set to 0; not those whose number is
 * suppressed. A completed or stopped campaign runs again.
 *
 * @throws Refusal 'not_found'; 'conflict' when the campaign never ran, its end_time has passed, or no contact is
 * selected
 */
export async function restartCampaign(
  tx: Tx,
  id: string,
  filter: RestartSelection,
  now: Date,
): Promise<Campaign> {
  const campaign = await lockForCommand(tx, id, 'restart')
  assertNotPastEnd(campaign, now)
  await lockCampaignPace(tx, id, now)
  const restartedByStatus = await restartTasks(tx, id, filter, now)
  const restarted = [...restartedByStatus.values()].reduce((sum, n) => sum + n, 0)
  if (restarted === 0) throw nobodyToRestart(filter)
  await addToCounters(tx, id, { failed_tasks: -(restartedByStatus.get('failed') ?? 0) })
  const detail = `${restarted} contact(s) were returned to the queue`
  if (isOver(campaign.status)) return runOrSchedule(tx, campaign, 'restarted', detail, now)
  await recordCampaignEvent(tx, id, 'restarted', detail, now, { restarted })
  if (campaign.status === 'running') await refreshWindowCache(tx, campaign, now)
  return lockCampaign(tx, id)
}

function nobodyToRestart({ statuses, outcomes, left_out_outcomes }: RestartSelection) {
  const ofOutcomes = outcomes === undefined ? '' : ` and the outcome ${outcomes.join(' or ')}`
  const leftOut = left_out_outcomes.length === 0 ? '' : `the outcomes ${left_out_outcomes.join(', ')}, and `
  return conflict(
    'nobody_to_restart',
    `No contact of the campaign that can be called again has the status ${statuses.join(' or ')}${ofOutcomes}. Left out are ${leftOut}numbers that are suppressed. Select others with statuses, outcomes and include.`,
  )
}
