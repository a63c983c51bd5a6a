import type { Tx } from '../../db/transaction.ts'
import { type Campaign, insertCampaign as create, updateSettings } from './campaigns.ts'
import { lockCampaignPace, rebuildWindowCache } from './hours/window-cache.ts'
import { recordCampaignEvent } from './reports/event-log.ts'
import { type CampaignSettings, windowFields } from './settings.ts'

/** Makes a campaign, a draft, and begins its log. @throws Refusal as `createCampaign` of campaigns.ts */
export async function createCampaign(tx: Tx, input: CampaignSettings, now: Date): Promise<Campaign> {
  const campaign = await create(tx, input)
  await recordCampaignEvent(tx, campaign.id, 'created', 'it was made, a draft', now)
  return campaign
}

/**
 * Changes a campaign. Limits and windows of one that runs hold for the next attempt: who is claiming has claimed when
 * this returns, and whoever claims after it sees the change.
 *
 * @throws Refusal as `changeSettings`
 */
export async function updateCampaign(
  tx: Tx,
  id: string,
  change: Partial<CampaignSettings>,
  now: Date,
  ifMatch?: string,
): Promise<Campaign> {
  const { campaign, changedFields: changed } = await updateSettings(tx, id, change, ifMatch)
  if (changed.length === 0) return campaign
  await lockCampaignPace(tx, id, now)
  if (changed.some((field) => (windowFields as readonly string[]).includes(field)))
    await rebuildWindowCache(tx, campaign, now)
  const after = Object.fromEntries(changed.map((field) => [field, campaign[field]]))
  await recordCampaignEvent(tx, id, 'edited', `changed: ${changed.join(', ')}`, now, after)
  return campaign
}
