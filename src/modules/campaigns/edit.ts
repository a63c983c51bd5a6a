import type { Tx } from '../../db/transaction.ts'
import { type Campaign, insertCampaign, setVersion, updateSettings } from './campaigns.ts'
import { rebuildWindowCache } from './hours/window-cache.ts'
import { lockCampaignPace } from './pace-lock.ts'
import { recordCampaignEvent } from './reports/event-log.ts'
import { type CampaignSettings, windowFields } from './settings.ts'
import { repinVersion } from './transitions/pin-version.ts'

/** Creates a campaign in status draft and records the event `created`. @throws Refusal as `insertCampaign` */
export async function createCampaign(tx: Tx, input: CampaignSettings, now: Date): Promise<Campaign> {
  const campaign = await insertCampaign(tx, input)
  await recordCampaignEvent(tx, campaign.id, 'created', 'created as a draft', now)
  return campaign
}

/**
 * Updates a campaign. New limits and calling hours of a running campaign apply from the next attempt: this waits for
 * claims in progress, and later claims read the new settings.
 *
 * @throws Refusal as `updateSettings` and `pinVersion`
 */
export async function updateCampaign(
  tx: Tx,
  id: string,
  change: Partial<CampaignSettings>,
  now: Date,
): Promise<Campaign> {
  const { campaign: edited, changedFields } = await updateSettings(tx, id, change)
  if (changedFields.length === 0) return edited
  const version = await repinVersion(tx, edited, changedFields, now)
  const campaign = version === undefined ? edited : await setVersion(tx, id, version)
  await lockCampaignPace(tx, id, now)
  if (changedFields.some((field) => (windowFields as readonly string[]).includes(field)))
    await rebuildWindowCache(tx, campaign, now)
  const newValues = Object.fromEntries(changedFields.map((field) => [field, campaign[field]]))
  await recordCampaignEvent(tx, id, 'edited', `changed: ${changedFields.join(', ')}`, now, newValues)
  return campaign
}
