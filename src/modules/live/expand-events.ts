import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { isAnyOf } from '../../db/query/parameters.ts'
import { renderableInstant } from '../../db/renderable-instants.ts'
import { callLogs, callMetrics, calls, type EventItem, type EventType } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { includesWholeCall, type StoredEvent } from '../events/index.ts'

/** An event as clients receive it, with the current state of the call, turns or metrics that it refers to. */
export interface LiveEvent {
  id: number
  type: EventType
  at: Date
  campaign_id: string | null
  call_id: string | null
  call_task_id: string | null
  data: Record<string, unknown>
}

type Call = typeof calls.$inferSelect
type Turn = typeof callLogs.$inferSelect
export type Metrics = Omit<typeof callMetrics.$inferSelect, 'cost_lines'>

const { cost_lines: _, ...metricsColumns } = getTableColumns(callMetrics)

const callIdsOf = (events: readonly StoredEvent[], matches: (item: EventItem) => boolean) => [
  ...new Set(events.flatMap(({ item }) => (item.call_id && matches(item) ? [item.call_id] : []))),
]

/**
 * Adds the rows that events refer to. An event stores only ids, so that a transcript is stored once and emitting an
 * event is cheap. The rows are read when the event is sent and show the state at that time; null for a deleted row.
 */
export async function expandEvents(tx: ReadTx, events: readonly StoredEvent[]): Promise<LiveEvent[]> {
  const callIds = callIdsOf(events, includesWholeCall)
  const metricsCallIds = callIdsOf(events, ({ type }) => type === 'call.metrics')
  const callsById = await findCalls(tx, callIds)
  const turnsByKey = await findTurns(tx, events)
  const metricsByCallId = await findMetricsRows(tx, metricsCallIds)
  return events.map(({ id, at, item }) => {
    const { type, campaign_id = null, call_id = null, call_task_id = null, ...rest } = item
    const data = Object.fromEntries(Object.entries(rest).map(withUtcTime))
    const key = call_id ?? ''
    if (includesWholeCall(item)) data.call = callsById.get(key) ?? null
    if (type === 'call.metrics') data.metrics = metricsByCallId.get(key) ?? null
    if (type === 'call.turns') {
      const indexes = (item.turns as number[] | undefined) ?? []
      data.turns = indexes.flatMap((index) => turnsByKey.get(`${key} ${index}`) ?? [])
    }
    return { id, type, at, campaign_id, call_id, call_task_id, data }
  })
}

/** SQL writes timestamps with an offset; the API writes them in UTC with a final Z. */
const withUtcTime = ([name, value]: [string, unknown]): [string, unknown] =>
  name.endsWith('_at') && typeof value === 'string'
    ? [name, new Date(renderableInstant(value)).toISOString()]
    : [name, value]

async function findCalls(tx: ReadTx, ids: readonly string[]): Promise<Map<string, Call>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(calls)
    .where(and(eq(calls.company_id, tx.company_id), isAnyOf(calls.id, ids)))
  return new Map(rows.map((row) => [row.id, row]))
}

async function findMetricsRows(tx: ReadTx, callIds: readonly string[]): Promise<Map<string, Metrics>> {
  if (callIds.length === 0) return new Map()
  const rows = await tx
    .select(metricsColumns)
    .from(callMetrics)
    .where(and(eq(callMetrics.company_id, tx.company_id), isAnyOf(callMetrics.call_id, callIds)))
  return new Map(rows.map((row) => [row.call_id, row]))
}

/** The turns of call.turns events, by "call_id turn_index". */
async function findTurns(tx: ReadTx, events: readonly StoredEvent[]): Promise<Map<string, Turn>> {
  const requested = events.flatMap(({ item }) =>
    item.type === 'call.turns'
      ? ((item.turns as number[] | undefined) ?? []).map((turn_index) => ({
          call_id: item.call_id,
          turn_index,
        }))
      : [],
  )
  if (requested.length === 0) return new Map()
  const rows = await tx
    .select(getTableColumns(callLogs))
    .from(callLogs)
    .innerJoin(
      sql`json_to_recordset(${JSON.stringify(requested)}::text::json) as requested(call_id uuid, turn_index int)`,
      sql`${callLogs.call_id} = requested.call_id and ${callLogs.turn_index} = requested.turn_index`,
    )
    .where(eq(callLogs.company_id, tx.company_id))
  return new Map(rows.map((row) => [`${row.call_id} ${row.turn_index}`, row]))
}
