import type { EventType } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { assertNoGap, readEventRange, readEventsAfter, type StoredEvent } from '../events/index.ts'
import { expandEvents, type LiveEvent } from './expand-events.ts'

/** Transactions that are looked through for one page at most. */
const mostRows = 2_000

export interface EventPage {
  items: LiveEvent[]
  next_after: number
  has_more: boolean
  first_id: number
  last_id: number
}

/**
 * Events after one, in their order. Where only some types are asked for, `next_after` says how far was looked, so that
 * whoever goes on does not look there again.
 *
 * @throws Refusal 'conflict' when events after it are forgotten
 */
export async function readEventPage(
  tx: Tx,
  after: number,
  { types, limit }: { types: readonly string[] | undefined; limit: number },
): Promise<EventPage> {
  const head = await readEventRange(tx)
  assertNoGap(after, head)
  const isWanted = ({ item }: StoredEvent) =>
    types === undefined || types.includes(item.type satisfies EventType)
  const found: StoredEvent[] = []
  let position = after
  for (let rows = 0; rows < mostRows && found.length < limit && position < head.last_id; rows += 100) {
    const kept = (await readEventsAfter(tx, position, 100)).filter(({ id }) => id <= head.last_id)
    if (kept.length === 0) break
    for (const one of kept) {
      if (found.length === limit) break
      position = one.id
      if (isWanted(one)) found.push(one)
    }
  }
  return {
    items: await expandEvents(tx, found),
    next_after: position,
    has_more: position < head.last_id,
    ...head,
  }
}
