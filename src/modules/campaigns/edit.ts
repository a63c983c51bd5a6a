import type { Tx } from '../../db/transaction.ts'
import { type Campaign, changeSettings, createCampaign as create } from './campaigns.ts'
import { logCampaign } from './log.ts'
import { holdPace, redoWindows } from './openings.ts'
import { type CampaignSettings, windowSettings } from './settings.ts'

/** Makes a campaign, a draft, and begins its log. @throws Refusal as `createCampaign` of campaigns.ts */
export async function createCampaign(tx: Tx, input: CampaignSettings, now: Date): Promise<Campaign> {
  const campaign = await create(tx, input)
  await logCampaign(tx, campaign.id, 'created', 'it was made, a draft', now)
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
  const { campaign, changed } = await changeSettings(tx, id, change, ifMatch)
  if (changed.length === 0) return campaign
  await holdPace(tx, id, now)
  if (changed.some((field) => (windowSettings as readonly string[]).includes(field)))
    await redoWindows(tx, campaign, now)
  const after = Object.fromEntries(changed.map((field) => [field, campaign[field]]))
  await logCampaign(tx, id, 'edited', `changed: ${changed.join(', ')}`, now, after)
  return campaign
}
