import type { EventItem } from '../../db/schema/index.ts'

/** What somebody watches: all of the company, a campaign, or a call. */
export interface Topic {
  campaign_id?: string | undefined
  call_id?: string | undefined
}

/** A name for it that two of the same have in common. */
export const topicName = ({ campaign_id, call_id }: Topic): string => {
  if (call_id !== undefined) return `call ${call_id.toLowerCase()}`
  return campaign_id === undefined ? 'company' : `campaign ${campaign_id.toLowerCase()}`
}

/** The names of the topics that an event is of. */
export const topicNamesOf = ({
  campaign_id,
  call_id,
}: Pick<EventItem, 'campaign_id' | 'call_id'>): string[] => [
  'company',
  ...(campaign_id ? [`campaign ${campaign_id}`] : []),
  ...(call_id ? [`call ${call_id}`] : []),
]

/** These tell how things are, each all of it: of several in a row the last is enough. */
export const isProgress = ({ type }: Pick<EventItem, 'type'>): boolean =>
  type === 'campaign.progress' || type === 'import.progress'
