import type { EventItem } from '../../db/schema/index.ts'

/** What a client subscribes to: one call, one campaign, or the whole company when neither id is given. */
export interface Topic {
  campaign_id?: string | undefined
  call_id?: string | undefined
}

/** A name that equal topics share, whatever the letter case of their ids. */
export const topicName = ({ campaign_id, call_id }: Topic): string => {
  if (call_id !== undefined) return `call ${call_id.toLowerCase()}`
  return campaign_id === undefined ? 'company' : `campaign ${campaign_id.toLowerCase()}`
}

/** The names of all topics that an event belongs to. */
export const topicNamesOf = ({
  campaign_id,
  call_id,
}: Pick<EventItem, 'campaign_id' | 'call_id'>): string[] => [
  'company',
  ...(campaign_id ? [`campaign ${campaign_id}`] : []),
  ...(call_id ? [`call ${call_id}`] : []),
]

/** Whether an event reports progress. Each one carries the whole current state, so a newer one replaces an older one. */
export const isProgress = ({ type }: Pick<EventItem, 'type'>): boolean =>
  type === 'campaign.progress' || type === 'import.progress'
