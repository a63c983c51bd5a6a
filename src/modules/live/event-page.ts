import type { EventType } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { assertNoGap, readEventRange, readEventsAfter, type StoredEvent } from '../events/index.ts'
import { expandEvents, type LiveEvent } from './expand-events.ts'

/** Maximum number of transactions that are read for one page, so that a search for a rare type ends. */
const maxRows = 2_000
const rowsPerRead = 100

export interface EventPage {
  items: LiveEvent[]
  next_after: number
  has_more: boolean
  first_id: number
  last_id: number
}

/**
 * Up to `limit` events after the id `after`, in order; only those of `types` when given; fewer when they are large.
 * `next_after` is the last event that was examined, so that the next page does not examine events of other types again.
 *
 * @throws Refusal 'conflict' when events after this id are no longer stored, or the id is not used yet
 */
export async function readEventPage(
  tx: ReadTx,
  after: number,
  { types, limit }: { types: readonly string[] | undefined; limit: number },
): Promise<EventPage> {
  const range = await readEventRange(tx)
  assertNoGap(after, range)
  const matches = ({ item }: StoredEvent) =>
    types === undefined || types.includes(item.type satisfies EventType)
  const matchingEvents: StoredEvent[] = []
  let position = after
  for (
    let rows = 0;
    rows < maxRows && matchingEvents.length < limit && position < range.last_id;
    rows += rowsPerRead
  ) {
    const batch = await readEventsAfter(tx, position, rowsPerRead)
    if (batch === undefined) break
    const found = batch.events.filter((event) => event.id <= range.last_id && matches(event))
    const fitting = found.slice(0, limit - matchingEvents.length)
    matchingEvents.push(...fitting)
    const isFull = matchingEvents.length === limit
    position = isFull ? (fitting.at(-1) as StoredEvent).id : Math.min(batch.position, range.last_id)
  }
  const { events, position: next_after } = await expandEvents(tx, { events: matchingEvents, position })
  return { items: events, next_after, has_more: next_after < range.last_id, ...range }
}
