/**
 * Status changes without a command of a user. Each function returns 1 when it changed the status, else 0: also when another
 * transaction has locked the campaign. The scheduler tries again in its next step. Only `pauseByBreaker` waits for the lock.
 */
import { and, eq, inArray } from 'drizzle-orm'
import { callTasks, campaigns, openTaskStatuses } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { type Campaign, isCampaign, lockCampaign, lockCampaignIfFree } from '../campaigns.ts'
import { lockCampaignPace } from '../pace-lock.ts'
import { recordCampaignEvent } from '../reports/event-log.ts'
import { pinVersion } from './pin-version.ts'

type Change = Partial<typeof campaigns.$inferInsert>

const update = (tx: Tx, id: string, change: Change) =>
  tx.update(campaigns).set(change).where(isCampaign(tx, id))

/**
 * Sets a scheduled campaign to running once its start_time has come. One without a version gets the version that is published
 * now.
 *
 * @throws Refusal as `pinVersion`: the campaign stays scheduled, and the diagnostics show why
 */
export async function startScheduled(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await lockCampaignIfFree(tx, id)
  if (campaign?.status !== 'scheduled' || (campaign.start_time ?? now) > now) return 0
  const version = await pinVersion(tx, campaign, 'running', now)
  const started_at = campaign.started_at ?? now
  await update(tx, id, { status: 'running', status_reason: null, ...version, started_at })
  await recordCampaignEvent(tx, id, 'auto_started', 'its start_time was reached', now)
  return 1
}

/** Whether a contact of the campaign waits for an attempt or is being called. The caller has locked the campaign. */
export async function hasOpenTasks(tx: Tx, id: string): Promise<boolean> {
  const [task] = await tx
    .select({ id: callTasks.id })
    .from(callTasks)
    .where(
      and(
        eq(callTasks.company_id, tx.company_id),
        eq(callTasks.campaign_id, id),
        inArray(callTasks.status, openTaskStatuses),
      ),
    )
    .limit(1)
  return task !== undefined
}

/** Completes a running campaign in which no contact waits and no contact is being called, unless it stays open. */
export async function completeIfDone(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await lockCampaignIfFree(tx, id)
  if (campaign?.status !== 'running' || campaign.completes === 'never') return 0
  if (await hasOpenTasks(tx, id)) return 0
  return complete(tx, campaign, 'all contacts are done', now)
}

/** Completes a campaign past its end_time once its last call has ended. The caller has skipped its waiting tasks. */
export async function completePastEnd(tx: Tx, campaign: Campaign, now: Date): Promise<number> {
  return (await hasOpenTasks(tx, campaign.id)) ? 0 : complete(tx, campaign, 'its end_time has passed', now)
}

async function complete(tx: Tx, { id }: Campaign, reason: string, now: Date): Promise<number> {
  await update(tx, id, { status: 'completed', status_reason: reason, ended_at: now })
  await recordCampaignEvent(tx, id, 'completed', reason, now)
  return 1
}

/** The time in which the circuit breaker counts attempts that failed by fault of the carrier, the agent or the platform, seconds. */
export const faultSpanSec = 120

/** Pauses a running campaign in which too many calls failed through a fault of the carrier, the agent or the platform. */
export async function pauseByBreaker(tx: Tx, id: string, reason: string, now: Date): Promise<number> {
  const { status } = await lockCampaign(tx, id)
  if (status !== 'running') return 0
  await lockCampaignPace(tx, id, now)
  await update(tx, id, { status: 'paused', status_reason: reason })
  await recordCampaignEvent(tx, id, 'breaker_opened', reason, now)
  return 1
}
