import { Type } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import { defineCompanyQuery, defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { bigint, integer, recordset, uuid } from '../../db/query/parameters.ts'
import { type EventItem, eventHeads, eventOutbox, eventTypes } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { Refusal } from '../../lib/errors.ts'

/** One event. Its id grows by one with each event of the company. */
export interface StoredEvent {
  id: number
  /** The number `n` of the event_outbox row of its transaction. */
  outboxPosition: number
  at: Date
  item: EventItem
}

/** The ids of a company's first stored event and of its last event. */
export interface EventRange {
  first_id: number
  last_id: number
}

/** The company's range of stored events; { first_id: 1, last_id: 0 } for a company without events. */
export async function readEventRange(tx: ReadTx): Promise<EventRange> {
  const [head] = await tx
    .select({ first_id: eventHeads.first_id, last_id: eventHeads.last_id })
    .from(eventHeads)
    .where(eq(eventHeads.company_id, tx.company_id))
  return head ?? { first_id: 1, last_id: 0 }
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

/** A row of `events`: the events of one transaction, with ids from `first_id` to `id`. */
const eventRow = {
  id: Type.Integer(),
  first_id: Type.Integer(),
  n: Type.Integer(),
  items: Type.Array(
    Type.Unsafe<EventItem>({
      type: 'object',
      properties: { type: { enum: [...eventTypes] } },
      required: ['type'],
    }),
  ),
  at: Type.Date(),
}

const findRowsAfter = defineCompanyQuery({
  name: 'events.find_rows_after',
  params: { after: bigint, limit: integer },
  row: eventRow,
  sql: (p) => sql`
    select id, first_id, n, items, at from events
    where company_id = ${p.company_id} and id > ${p.after} order by id limit ${p.limit}`,
})

/** The company's events after the id `after`, in order: all events of at most `rows` transactions. */
export async function readEventsAfter(tx: ReadTx, after: number, rows: number): Promise<StoredEvent[]> {
  return (await findRowsAfter(tx, { after, limit: rows })).flatMap((row) => eventsOfRow(row, after))
}

/** The events of a row whose id is greater than `after`. */
export function eventsOfRow(
  { first_id, n, items, at }: Pick<RowOf<typeof findRowsAfter>, 'first_id' | 'n' | 'items' | 'at'>,
  after: number,
): StoredEvent[] {
  return items
    .map((item, i) => ({ id: first_id + i, outboxPosition: n, at, item }))
    .filter(({ id }) => id > after)
}

/** Rows of events of several companies, each after its own position; at most `limit` transactions per company. */
export const findRowsOfCompaniesAfter = defineQuery({
  name: 'events.find_rows_of_companies_after',
  params: { positions: recordset('position', { company_id: uuid, after: bigint }), limit: integer },
  row: { company_id: Type.String(), ...eventRow },
  sql: (p) => sql`
    select e.company_id, e.id, e.first_id, e.n, e.items, e.at from ${p.positions}
    cross join lateral (
      select * from events e where e.company_id = position.company_id and e.id > position.after
      order by e.id limit ${p.limit}
    ) as e
    order by e.company_id, e.id`,
})

/** Outbox positions of the company's transactions that are committed and whose events have no ids yet. */
export async function findUnsequencedPositions(tx: ReadTx): Promise<Set<number>> {
  const rows = await tx
    .select({ n: eventOutbox.n })
    .from(eventOutbox)
    .where(eq(eventOutbox.company_id, tx.company_id))
  return new Set(rows.map(({ n }) => n))
}
