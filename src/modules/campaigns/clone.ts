import type { Tx } from '../../db/transaction.ts'
import { copyTasks } from '../call-tasks/index.ts'
import { type Campaign, getCampaign, insertCampaign } from './campaigns.ts'
import { addToCounters } from './counters.ts'
import { recordCampaignEvent } from './reports/event-log.ts'
import { type CampaignSettings, settableFields } from './settings.ts'

/** Whose contacts a clone begins with: nobody's, all, or those the campaign did not reach. */
export const contactsToClone = ['none', 'all', 'unreached'] as const
export type ContactsToClone = (typeof contactsToClone)[number]

export interface CloneOptions {
  name?: string | undefined
  contacts?: ContactsToClone | undefined
}

/**
 * Makes a draft with the settings of a campaign, whatever its state, and with its contacts if asked. What lies in the
 * past (start_time, end_time) is left out.
 *
 * @throws Refusal 'not_found', or 'invalid' when its skillbase is gone
 */
export async function cloneCampaign(tx: Tx, id: string, choice: CloneOptions, now: Date): Promise<Campaign> {
  const original = await getCampaign(tx, id)
  const settings = Object.fromEntries(
    settableFields.map((field) => [field, original[field]]),
  ) as unknown as CampaignSettings
  const isPast = original.end_time !== null && original.end_time <= now
  const clone = await insertCampaign(tx, {
    ...settings,
    name: choice.name ?? `${original.name.slice(0, 193)} (copy)`,
    ...(isPast && { start_time: null, end_time: null }),
  })
  const copied = await copyTasks(tx, id, clone.id, choice.contacts ?? 'none', now)
  await addToCounters(tx, clone.id, { total_tasks: copied })
  await recordCampaignEvent(tx, clone.id, 'cloned', `cloned from another, with ${copied} contact(s)`, now, {
    from: id,
    copied,
  })
  return getCampaign(tx, clone.id)
}
