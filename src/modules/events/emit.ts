import { type SQL, sql } from 'drizzle-orm'
import { type EventItem, eventOutbox } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { includesWholeCall, isReplacedByLater } from './event-types.ts'

const itemsByTransaction = new WeakMap<Tx, EventItem[]>()

/**
 * Emits an event as part of the transaction. All events of a transaction are inserted as one outbox row just before
 * COMMIT: an event is stored if and only if its change is committed.
 */
export function emit(tx: Tx, item: EventItem): void {
  const items = itemsByTransaction.get(tx) ?? startCollecting(tx)
  if (item.type === 'call.updated') {
    const reportsSameCall = (other: EventItem) =>
      other.type !== 'call.updated' && includesWholeCall(other) && other.call_id === item.call_id
    if (items.some(reportsSameCall)) return
  }
  if (isReplacedByLater(item)) {
    const earlierIndex = items.findIndex((other) => other.type === item.type && hasSameSubject(other, item))
    if (earlierIndex >= 0) items.splice(earlierIndex, 1)
  }
  items.push(item)
}

const hasSameSubject = (a: EventItem, b: EventItem) =>
  a.call_id === b.call_id && a.campaign_id === b.campaign_id && a.import_id === b.import_id

function startCollecting(tx: Tx): EventItem[] {
  const items: EventItem[] = []
  itemsByTransaction.set(tx, items)
  tx.beforeCommit(() => tx.insert(eventOutbox).values({ company_id: tx.company_id, items }))
  tx.notifyEvents()
  return items
}

/**
 * Like `emit`, for a statement that changes many rows, possibly of several companies. Returns the body of a common
 * table expression. `source` selects `company_id` and `item` (jsonb), in the order of the events. The caller must call
 * `tx.notifyEvents()`.
 */
export const emitEventsSql = (source: SQL): SQL => sql`
    insert into event_outbox (company_id, items)
    select company_id, jsonb_agg(item) from (${source}) as emitted group by company_id`
