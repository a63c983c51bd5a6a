import type { EventItem, EventType } from '../../db/schema/index.ts'

type TypedItem = Pick<EventItem, 'type'>

const isTypeIn =
  (types: readonly EventType[]) =>
  ({ type }: TypedItem): boolean =>
    types.includes(type)

/** Whether the event is delivered with the whole call. */
export const includesWholeCall = isTypeIn(['call.created', 'call.ended', 'call.updated'])

/** Whether the event reports progress. Each one contains the whole progress, so a newer one replaces an older one. */
export const isProgress = isTypeIn(['campaign.progress', 'import.progress'])

/** Whether the event stands for the current state, so that only the last one of a transaction is stored. */
export const isReplacedByLater = (item: TypedItem): boolean =>
  isProgress(item) || item.type === 'call.metrics' || item.type === 'call.updated'
