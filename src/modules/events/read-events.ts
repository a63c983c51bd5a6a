import { sql } from 'drizzle-orm'
import type { EventItem } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { Refusal } from '../../lib/errors.ts'

/** One event as it is kept: `n` is its transaction's place in the outbox. */
export interface StoredEvent {
  id: number
  n: number
  at: string
  item: EventItem
}

export interface EventRange {
  first_id: number
  last_id: number
}

/** The first event that is kept, and the last there is; of a company without events 1 and 0. */
export async function readEventRange(tx: Tx): Promise<EventRange> {
  const [head] = await tx.execute<{ first_id: string; last_id: string }>(sql`
    select first_id, last_id from event_heads where company_id = ${tx.company_id}::uuid`)
  return { first_id: Number(head?.first_id ?? 1), last_id: Number(head?.last_id ?? 0) }
}

/** @throws Refusal 'gone' when events after this one are forgotten: there would be a gap; 'invalid' for one to come */
export function assertNoGap(after: number, { first_id, last_id }: EventRange): void {
  if (after < first_id - 1)
    throw new Refusal(
      'conflict',
      'events_forgotten',
      `Events are kept for a while, and those after ${after} are forgotten: the first that is kept is ${first_id}. Read the state anew, and go on after ${last_id}.`,
    )
  if (after > last_id)
    throw new Refusal(
      'conflict',
      'events_ahead',
      `There is no event ${after} yet: the last is ${last_id}. Was it of another company?`,
    )
}

/** Events after one, in their order; `rows` transactions at most, each as a whole. */
export async function readEventsAfter(tx: Tx, after: number, rows: number): Promise<StoredEvent[]> {
  const found = await tx.execute<Row>(sql`
    select id, first_id, n, items, at from events
    where company_id = ${tx.company_id}::uuid and id > ${after}::bigint order by id limit ${rows}`)
  return found.flatMap((row) => eventsOfRow(row, after))
}

interface Row extends Record<string, unknown> {
  id: string
  first_id: string
  n: string
  items: EventItem[] | string
  at: string
}

/** The events of a row that come after one. */
export function eventsOfRow({ first_id, n, items, at }: Row, after: number): StoredEvent[] {
  const list = typeof items === 'string' ? (JSON.parse(items) as EventItem[]) : items
  const time = new Date(at).toISOString()
  return list
    .map((item, i) => ({ id: Number(first_id) + i, n: Number(n), at: time, item }))
    .filter(({ id }) => id > after)
}

/** What is committed, and has no ids yet, as of this statement: its place in the outbox. */
export async function findUnsequencedPositions(tx: Tx): Promise<Set<number>> {
  const rows = await tx.execute<{ n: string }>(sql`
    select n from event_outbox where company_id = ${tx.company_id}::uuid`)
  return new Set(rows.map(({ n }) => Number(n)))
}

/** Events of several companies after the last that each has seen, in one query; `rows` transactions of each at most. */
export const selectEventsAfter = (
  positions: readonly { company_id: string; after: number }[],
  rows: number,
) => sql`
  select e.company_id, e.id, e.first_id, e.n, e.items, e.at
  from json_to_recordset(${JSON.stringify(positions)}::text::json) as w(company_id uuid, after bigint)
  cross join lateral (
    select * from events e where e.company_id = w.company_id and e.id > w.after order by e.id limit ${rows}
  ) as e
  order by e.company_id, e.id`
