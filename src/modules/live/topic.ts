import type { EventItem } from '../../db/schema/index.ts'

/** The subject of a subscription: one call, one campaign, or the whole company when neither id is given. */
export interface Topic {
  campaign_id?: string | undefined
  call_id?: string | undefined
}

/** The name of a topic. Ids that differ only in letter case give the same name. */
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
