import { Type } from '@sinclair/typebox'
import { eq, type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery, defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { bigint, integer, recordset, uuid } from '../../db/query/parameters.ts'
import { type EventItem, eventHeads, eventOutbox } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { Refusal } from '../../lib/errors.ts'
import { readableItem } from './stored-items.ts'

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

/** A row of `events`, or a part of a large one: events of one transaction, with ids from `first_id` to `id`. */
const eventRow = {
  id: Type.Integer(),
  first_id: Type.Integer(),
  n: Type.Integer(),
  items: Type.Array(Type.Unknown()),
  at: Type.Date(),
}

/** Bytes of items that one read returns per company; at least one row. A larger row is read in parts. */
const maxBytesPerRead = 1024 * 1024
/** The same of all companies of one read. */
const maxBytesOfCompanies = 16 * 1024 * 1024
/** Events of a part of a large row, and bytes above which an item of it is reduced to its type and subject. */
const maxItemsOfPart = 200
const maxItemBytes = 4 * 1024

const constant = (n: number) => sql.raw(String(n))

/** The company's rows after an id, with their sizes and the size of the rows before each. Index: events_pkey. */
const sizedRows = (company_id: SQL, after: SQL, limit: SQL) => sql`
    select *, sum(size) over (order by id) - size as preceding_size, row_number() over (order by id) as number from (
      select company_id, id, first_id, n, items, at, octet_length(items::text) as size, ${after} as after
      from events where company_id = ${company_id} and id > ${after} order by id limit ${limit}) as unsized`

const textOf = (field: string, length: number) =>
  sql.raw(`'${field}', left(item.value->>'${field}', ${length})`)
const reducedItem = sql`jsonb_build_object(${textOf('type', 100)}, ${textOf('campaign_id', 36)},
      ${textOf('call_id', 36)}, ${textOf('call_task_id', 36)}, 'truncated', '["data"]'::jsonb)`
const isLarge = sql`r.size > ${constant(maxBytesPerRead)}`

/** `part(items)`: the next items of a large row `r`; null for any other row. No row follows it in the same read. */
const partOfLargeRow = sql`left join lateral (
      select jsonb_agg(case when octet_length(item.value::text) > ${constant(maxItemBytes)} then ${reducedItem}
        else item.value end order by item.number) as items
      from jsonb_array_elements(r.items) with ordinality as item(value, number)
      where ${isLarge} and item.number > r.after - r.first_id + 1
        and item.number <= greatest(r.after - r.first_id + 1, 0) + ${constant(maxItemsOfPart)}
    ) as part on true`
const rowColumns = sql`
      case when ${isLarge} then greatest(r.first_id, r.after + 1) + jsonb_array_length(part.items) - 1 else r.id end as id,
      case when ${isLarge} then greatest(r.first_id, r.after + 1) else r.first_id end as first_id,
      r.n, case when ${isLarge} then part.items else r.items end as items, r.at`

const findRowsAfter = defineCompanyQuery({
  name: 'events.find_rows_after',
  params: { after: bigint, limit: integer },
  row: eventRow,
  sql: (p) => sql`
    select ${rowColumns} from (${sizedRows(p.company_id, p.after, p.limit)}) as r ${partOfLargeRow}
    where r.preceding_size < ${constant(maxBytesPerRead)} order by r.id`,
})

/** Events in order, and the id up to which they were read; unreadable ones are left out. */
export interface EventBatch {
  events: StoredEvent[]
  position: number
}

/**
 * The company's events after the id `after`: those of at most `rows` transactions and about 1 MB, whatever is stored.
 * undefined when there are none.
 */
export async function readEventsAfter(
  tx: ReadTx,
  after: number,
  rows: number,
): Promise<EventBatch | undefined> {
  const found = await findRowsAfter(tx, { after, limit: rows })
  const last = found.at(-1)
  if (last === undefined) return undefined
  return { events: found.flatMap((row) => eventsOfRow(row, tx.company_id, after)), position: last.id }
}

/** The readable events of a row whose id is greater than `after`. */
export function eventsOfRow(
  { first_id, n, items, at }: Pick<RowOf<typeof findRowsAfter>, 'first_id' | 'n' | 'items' | 'at'>,
  company_id: string,
  after: number,
): StoredEvent[] {
  return items.flatMap((stored, i) => {
    const id = first_id + i
    const item = id > after ? readableItem(stored, company_id, id) : undefined
    return item === undefined ? [] : [{ id, outboxPosition: n, at, item }]
  })
}

/**
 * Rows of events of several companies, each after its own position: of each company as `readEventsAfter`, of all together
 * about 16 MB, the first row of each company before the second of any.
 */
export const findRowsOfCompaniesAfter = defineQuery({
  name: 'events.find_rows_of_companies_after',
  params: { positions: recordset('position', { company_id: uuid, after: bigint }), limit: integer },
  row: { company_id: Type.String(), ...eventRow },
  sql: (p) => sql`
    select r.company_id, ${rowColumns} from (
      select company_rows.*, sum(size) over (order by number, company_rows.company_id) - size as preceding_total
      from ${p.positions} cross join lateral (${sizedRows(sql`position.company_id`, sql`position.after`, p.limit)}) as company_rows
      where preceding_size < ${constant(maxBytesPerRead)}
    ) as r ${partOfLargeRow}
    where r.preceding_total < ${constant(maxBytesOfCompanies)}
    order by r.company_id, r.id`,
})

/** Outbox positions of the company's transactions that are committed and whose events have no ids yet. */
export async function findUnsequencedPositions(tx: ReadTx): Promise<Set<number>> {
  const rows = await tx
    .select({ n: eventOutbox.n })
    .from(eventOutbox)
    .where(eq(eventOutbox.company_id, tx.company_id))
  return new Set(rows.map(({ n }) => n))
}
