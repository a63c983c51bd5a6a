import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { callLogs, callMetrics, calls, type EventItem, type EventType } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import type { StoredEvent } from '../events/index.ts'

/** An event as it is told: whose it is, and what is known of that now. */
export interface LiveEvent {
  id: number
  type: EventType
  at: string
  campaign_id: string | null
  call_id: string | null
  call_task_id: string | null
  data: Record<string, unknown>
}

type Call = typeof calls.$inferSelect
type Turn = typeof callLogs.$inferSelect
export type Metrics = Omit<typeof callMetrics.$inferSelect, 'cost_lines'>

const { cost_lines: _, ...metricsColumns } = getTableColumns(callMetrics)

/** Events of these are told with the call as it is. */
const withCall: readonly EventType[] = ['call.created', 'call.ended', 'call.updated']

const idsOf = (kept: readonly StoredEvent[], isOf: (item: EventItem) => boolean) => [
  ...new Set(kept.flatMap(({ item }) => (item.call_id && isOf(item) ? [item.call_id] : []))),
]

/**
 * Events are kept as references, so that a transcript lies in one place and a writer writes little. What they refer to is
 * read when they are told: a turn, a call and its metrics are told as they are then.
 */
export async function expandEvents(tx: Tx, kept: readonly StoredEvent[]): Promise<LiveEvent[]> {
  const [callRows, turnRows, metricRows] = [
    await callsOf(
      tx,
      idsOf(kept, ({ type }) => withCall.includes(type)),
    ),
    await turnsOf(tx, kept),
    await metricsOf(
      tx,
      idsOf(kept, ({ type }) => type === 'call.metrics'),
    ),
  ]
  return kept.map(({ id, at, item }) => {
    const { type, campaign_id = null, call_id = null, call_task_id = null, ...rest } = item
    const data = Object.fromEntries(Object.entries(rest).map(asOnTheWire))
    const of = call_id ?? ''
    if (withCall.includes(type)) data.call = callRows.get(of) ?? null
    if (type === 'call.metrics') data.metrics = metricRows.get(of) ?? null
    if (type === 'call.turns') {
      const indexes = (item.turns as number[] | undefined) ?? []
      data.turns = indexes.flatMap((index) => turnRows.get(`${of} ${index}`) ?? [])
    }
    return { id, type, at, campaign_id, call_id, call_task_id, data }
  })
}

/** SQL writes an instant with its offset; on the wire it ends in Z. */
const asOnTheWire = ([name, value]: [string, unknown]): [string, unknown] =>
  name.endsWith('_at') && typeof value === 'string' ? [name, new Date(value).toISOString()] : [name, value]

const among = (column: SQL | typeof calls.id | typeof callMetrics.call_id, ids: readonly string[]) =>
  sql`${column} = any(${`{${ids.join(',')}}`}::uuid[])`

async function callsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Call>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(calls)
    .where(and(eq(calls.company_id, tx.company_id), among(calls.id, ids)))
  return new Map(rows.map((row) => [row.id, row]))
}

async function metricsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Metrics>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select(metricsColumns)
    .from(callMetrics)
    .where(and(eq(callMetrics.company_id, tx.company_id), among(callMetrics.call_id, ids)))
  return new Map(rows.map((row) => [row.call_id, row]))
}

async function turnsOf(tx: Tx, kept: readonly StoredEvent[]): Promise<Map<string, Turn>> {
  const wanted = kept.flatMap(({ item }) =>
    item.type === 'call.turns'
      ? ((item.turns as number[] | undefined) ?? []).map((turn_index) => ({
          call_id: item.call_id,
          turn_index,
        }))
      : [],
  )
  if (wanted.length === 0) return new Map()
  const rows = await tx
    .select(getTableColumns(callLogs))
    .from(callLogs)
    .innerJoin(
      sql`json_to_recordset(${JSON.stringify(wanted)}::text::json) as wanted(call_id uuid, turn_index int)`,
      sql`${callLogs.call_id} = wanted.call_id and ${callLogs.turn_index} = wanted.turn_index`,
    )
    .where(eq(callLogs.company_id, tx.company_id))
  return new Map(rows.map((row) => [`${row.call_id} ${row.turn_index}`, row]))
}
