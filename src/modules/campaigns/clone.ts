import type { Tx } from '../../db/transaction.ts'
import { truncate } from '../../lib/text.ts'
import { copyTasks } from '../call-tasks/index.ts'
import { type Campaign, getCampaign, insertCampaign } from './campaigns.ts'
import { addToCounters } from './counters.ts'
import { recordCampaignEvent } from './reports/event-log.ts'
import { type CampaignSettings, settableFields } from './settings.ts'

/**
 * Contacts to copy into a clone. `unreached`: those whose task is not completed and not in progress, except those whose number
 * cannot or must not be called.
 */
export const contactsToClone = ['none', 'all', 'unreached'] as const
export type ContactsToClone = (typeof contactsToClone)[number]

export interface CloneOptions {
  name?: string | undefined
  contacts?: ContactsToClone | undefined
}

/**
 * Creates a draft with the settings of a campaign in any status, and copies its contacts if asked. When end_time is in
 * the past, the clone has neither start_time nor end_time, since it could not be started with them. A version that was pinned at
 * the start of a campaign with version_pinning `when_started` is not copied: the clone takes that of its own start.
 *
 * @throws Refusal 'not_found'; 'invalid' when the skillbase no longer exists
 */
export async function cloneCampaign(tx: Tx, id: string, options: CloneOptions, now: Date): Promise<Campaign> {
  const original = await getCampaign(tx, id)
  const settings = Object.fromEntries(
    settableFields.map((field) => [field, original[field]]),
  ) as unknown as CampaignSettings
  const { version_pinning, skillbase_version_pinned_at } = original
  const takesNewVersion = version_pinning === 'when_started' && skillbase_version_pinned_at !== null
  const isPast = original.end_time !== null && original.end_time <= now
  const clone = await insertCampaign(tx, {
    ...settings,
    // A name has at most 200 characters.
    name: options.name ?? `${truncate(original.name, 193)} (copy)`,
    ...(takesNewVersion && { skillbase_version: null }),
    ...(isPast && { start_time: null, end_time: null }),
  })
  const copied = await copyTasks(tx, id, clone.id, options.contacts ?? 'none', now)
  await addToCounters(tx, clone.id, { total_tasks: copied })
  const detail = `cloned from another campaign with ${copied} contact(s)`
  await recordCampaignEvent(tx, clone.id, 'cloned', detail, now, { from: id, copied })
  return getCampaign(tx, clone.id)
}
