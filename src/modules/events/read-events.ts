import { sql } from 'drizzle-orm'
import type { EventItem } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { Refusal } from '../../lib/errors.ts'

/** One event. Its id grows by one with each event of the company. */
export interface StoredEvent {
  id: number
  /** The number `n` of the event_outbox row of its transaction. */
  outboxPosition: number
  /** ISO 8601. */
  at: string
  item: EventItem
}

/** The ids of a company's first stored event and of its last event. */
export interface EventRange {
  first_id: number
  last_id: number
}

/** The company's range of stored events; { first_id: 1, last_id: 0 } for a company without events. */
export async function readEventRange(tx: ReadTx): Promise<EventRange> {
  const [head] = await tx.execute<{ first_id: string; last_id: string }>(sql`
    select first_id, last_id from event_heads where company_id = ${tx.company_id}::uuid`)
  return { first_id: Number(head?.first_id ?? 1), last_id: Number(head?.last_id ?? 0) }
}

/**
 * Checks that a client can continue after event `after` without missing any.
 *
 * @throws Refusal 'conflict': `events_forgotten` when events after it have been deleted, `events_ahead` when the
 * company has no event with this id
 */
export function assertNoGap(after: number, { first_id, last_id }: EventRange): void {
  if (after < first_id - 1)
    throw new Refusal(
      'conflict',
      'events_forgotten',
      `Events after ${after} are no longer stored: the first stored event is ${first_id}. Fetch the current state and continue after ${last_id}.`,
    )
  if (after > last_id)
    throw new Refusal(
      'conflict',
      'events_ahead',
      `There is no event ${after} yet: the last event of this company is ${last_id}. Check that the id is from this company.`,
    )
}

/** The company's events after the id `after`, in order: all events of at most `rows` transactions. */
export async function readEventsAfter(tx: ReadTx, after: number, rows: number): Promise<StoredEvent[]> {
  const rowsFound = await tx.execute<EventRow>(sql`
    select id, first_id, n, items, at from events
    where company_id = ${tx.company_id}::uuid and id > ${after}::bigint order by id limit ${rows}`)
  return rowsFound.flatMap((row) => eventsOfRow(row, after))
}

/** A row of `events`: the events of one transaction, with ids from `first_id` to `id`. */
interface EventRow extends Record<string, unknown> {
  id: string
  first_id: string
  n: string
  items: EventItem[] | string
  at: string
}

/** The events of a row whose id is greater than `after`. */
export function eventsOfRow({ first_id, n, items, at }: EventRow, after: number): StoredEvent[] {
  const parsedItems = typeof items === 'string' ? (JSON.parse(items) as EventItem[]) : items
  const time = new Date(at).toISOString()
  return parsedItems
    .map((item, i) => ({ id: Number(first_id) + i, outboxPosition: Number(n), at: time, item }))
    .filter(({ id }) => id > after)
}

/** Outbox positions of the company's transactions that are committed and whose events have no ids yet. */
export async function findUnsequencedPositions(tx: Tx): Promise<Set<number>> {
  const rows = await tx.execute<{ n: string }>(sql`
    select n from event_outbox where company_id = ${tx.company_id}::uuid`)
  return new Set(rows.map(({ n }) => Number(n)))
}

/** Events of several companies, each after its own position, in one query; at most `rows` transactions per company. */
export const selectEventsAfter = (
  positions: readonly { company_id: string; after: number }[],
  rows: number,
) => sql`
  select e.company_id, e.id, e.first_id, e.n, e.items, e.at
  from json_to_recordset(${JSON.stringify(positions)}::text::json) as position(company_id uuid, after bigint)
  cross join lateral (
    select * from events e where e.company_id = position.company_id and e.id > position.after
    order by e.id limit ${rows}
  ) as e
  order by e.company_id, e.id`
