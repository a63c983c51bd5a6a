import { type SQL, sql } from 'drizzle-orm'
import { type EventItem, type EventType, eventOutbox } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'

/** Of these only the last of a transaction is of interest: it tells how things are then. */
const lastCounts: readonly EventType[] = [
  'call.metrics',
  'call.updated',
  'campaign.progress',
  'import.progress',
]

/** They are told with the call as it is: an update beside one of them says nothing more. */
const tellAll: readonly EventType[] = ['call.created', 'call.ended']

const emitted = new WeakMap<Tx, EventItem[]>()

/**
 * Tells of something that happened. What one transaction tells is written as one row at its end, so that there is never
 * an event without its fact, nor the fact without its event.
 */
export function emit(tx: Tx, item: EventItem): void {
  const items = emitted.get(tx) ?? begin(tx)
  const isTold = (one: EventItem) => tellAll.includes(one.type) && one.call_id === item.call_id
  if (item.type === 'call.updated' && items.some(isTold)) return
  if (lastCounts.includes(item.type)) {
    const earlier = items.findIndex((one) => one.type === item.type && isOfSame(one, item))
    if (earlier >= 0) items.splice(earlier, 1)
  }
  items.push(item)
}

const isOfSame = (a: EventItem, b: EventItem) =>
  a.call_id === b.call_id && a.campaign_id === b.campaign_id && a.import_id === b.import_id

function begin(tx: Tx): EventItem[] {
  const items: EventItem[] = []
  emitted.set(tx, items)
  tx.beforeCommit(() => tx.insert(eventOutbox).values({ company_id: tx.company_id, items }))
  tx.notifyEvents()
  return items
}

/**
 * As `emit`, for a statement that changes many rows, of many companies maybe: the body of a common table expression.
 * `source` gives `company_id` and `item` (jsonb), in their order. Whoever uses it calls `tx.tellsEvents()`.
 */
export const emitEventsSql = (source: SQL): SQL => sql`
    insert into event_outbox (company_id, items)
    select company_id, jsonb_agg(item) from (${source}) as happened group by company_id`
