import { sql } from 'drizzle-orm'
import { campaigns } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { type Campaign, isCampaign, lockCampaign } from '../campaigns.ts'
import { lockCampaignPace } from '../hours/window-cache.ts'
import { recordCampaignEvent } from '../reports/event-log.ts'

/** What a campaign does by itself: its time comes, nobody is left, too much fails. Each answers whether it did. */

type Change = Partial<typeof campaigns.$inferInsert>

const set = (tx: Tx, id: string, change: Change) => tx.update(campaigns).set(change).where(isCampaign(tx, id))

/** A scheduled campaign whose start_time has come runs. */
export async function startScheduled(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await lockCampaign(tx, id)
  if (campaign.status !== 'scheduled' || (campaign.start_time ?? now) > now) return 0
  await set(tx, id, { status: 'running', status_reason: null, started_at: campaign.started_at ?? now })
  await recordCampaignEvent(tx, id, 'auto_started', 'its start_time came', now)
  return 1
}

/** Whether anybody of a campaign that is held is still being called, or (`orWaits`) waits to be. */
async function hasAnybody(tx: Tx, id: string, orWaits: boolean): Promise<boolean> {
  const states = sql.raw(orWaits ? `'pending', 'retry', 'in_progress'` : `'in_progress'`)
  const [one] = await tx.execute(sql`
    select 1 from call_tasks where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid
      and status in (${states}) limit 1`)
  return one !== undefined
}

/** A running campaign in which nobody waits and nobody is being called is completed. */
export async function completeIfDone(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await lockCampaign(tx, id)
  if (campaign.status !== 'running' || (await hasAnybody(tx, id, true))) return 0
  return complete(tx, campaign, 'every contact is done', now)
}

/** A campaign past its end whose waiting contacts were let go is completed, when its last call is over. */
export async function completePastEnd(tx: Tx, campaign: Campaign, now: Date): Promise<number> {
  return (await hasAnybody(tx, campaign.id, true))
    ? 0
    : complete(tx, campaign, 'its end_time has passed', now)
}

async function complete(tx: Tx, { id }: Campaign, why: string, now: Date): Promise<number> {
  await set(tx, id, { status: 'completed', status_reason: why, ended_at: now })
  await recordCampaignEvent(tx, id, 'completed', why, now)
  return 1
}

/** Halts a running campaign in which too much fails by nobody's fault. */
export async function pauseByBreaker(tx: Tx, id: string, reason: string, now: Date): Promise<number> {
  const { status } = await lockCampaign(tx, id)
  if (status !== 'running') return 0
  await lockCampaignPace(tx, id, now)
  await set(tx, id, { status: 'paused', status_reason: reason })
  await recordCampaignEvent(tx, id, 'breaker_opened', reason, now)
  return 1
}
