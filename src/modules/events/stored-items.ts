import { failureReason } from '../../db/connection-errors.ts'
import { type EventItem, eventTypes } from '../../db/schema/index.ts'
import { countSetAside } from '../../lib/set-aside.ts'
import { isUuid } from '../../lib/uuid.ts'

const subjects = ['campaign_id', 'call_id', 'call_task_id'] as const
const knownTypes: ReadonlySet<unknown> = new Set(eventTypes)
const maxInteger = 2 ** 31 - 1

/**
 * The stored item of an event, with every field in the form that its readers expect: hand-written SQL can store any JSON.
 * Ids that are not uuids become null, and of `turns` the indexes remain. undefined, and counted, for an item without a
 * known type: it is left out, so that the events behind it are delivered.
 */
export function readableItem(item: unknown, company_id: string, id: number): EventItem | undefined {
  if (typeof item !== 'object' || item === null || !knownTypes.has((item as EventItem).type)) {
    const reason = failureReason(new TypeError('the item has no known type'))
    countSetAside({ kind: 'event', company_id, id: String(id), reason })
    return undefined
  }
  const readable = item as EventItem
  for (const subject of subjects) {
    const value = readable[subject]
    if (value != null && !(typeof value === 'string' && isUuid(value))) readable[subject] = null
  }
  if (readable.type === 'call.turns') readable.turns = turnIndexes(readable.turns)
  return readable
}

const turnIndexes = (turns: unknown): number[] =>
  Array.isArray(turns)
    ? turns.filter((index) => Number.isInteger(index) && index >= 0 && index <= maxInteger)
    : []
