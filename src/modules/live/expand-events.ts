import { renderableInstant } from '../../db/renderable-instants.ts'
import { callLogs, callMetrics, calls, type EventItem, type EventType } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { type EventBatch, includesWholeCall, type StoredEvent } from '../events/index.ts'
import { type BoundedRow, type BoundedRows, defineBoundedSelect } from './event-rows.ts'

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

/** Events in order, and the id up to which events were read. */
export interface LiveEventBatch {
  events: LiveEvent[]
  position: number
}

type Call = Omit<typeof calls.$inferSelect, 'contact_identity'>
type Turn = typeof callLogs.$inferSelect
export type Metrics = Omit<typeof callMetrics.$inferSelect, 'cost_lines'>

/** Bytes of the rows in one batch; at least one event. A call counts for each event that contains it. */
const maxBatchBytes = 4 * 1024 * 1024
/** Turns that one event contains. */
const maxTurnsPerEvent = 2_000

/**
 * Adds the rows that events refer to. An event stores only ids, so that a transcript is stored once and emitting an
 * event is cheap. The rows are read when the event is sent and show the state at that time; null for a deleted row.
 *
 * Bounded whatever is stored: values over 64 kB are null and are listed in `data.truncated`, and a batch ends before the
 * event whose rows would exceed a few megabytes. `position` is then the last event in the batch.
 */
export async function expandEvents(tx: ReadTx, { events, position }: EventBatch): Promise<LiveEventBatch> {
  const callsById = byKey(await findCalls(tx, events), ({ id }) => id)
  const turnsByKey = byKey(await findTurns(tx, events), (turn) => turnKey(turn.call_id, turn.turn_index))
  const metricsByCallId = byKey(await findMetricsRows(tx, events), ({ call_id }) => call_id)
  const expanded: LiveEvent[] = []
  let bytes = 0
  for (const event of events) {
    const parts = new EventParts(event)
    const { item } = event
    if (includesWholeCall(item)) parts.addRow('call', item.call_id, callsById)
    if (item.type === 'call.metrics') parts.addRow('metrics', item.call_id, metricsByCallId)
    if (item.type === 'call.turns') parts.addTurns(turnsByKey)
    bytes += parts.size
    // The first event is never left out: it is sent without the turns that were omitted.
    if (expanded.length > 0 && (parts.isIncomplete || bytes > maxBatchBytes))
      return { events: expanded, position: (expanded.at(-1) as LiveEvent).id }
    expanded.push(parts.event)
  }
  return { events: expanded, position }
}

/** An event as JSON. One that cannot be written, such as JSON that is nested too deeply, is sent without its data. */
export function eventText(event: object): string {
  try {
    return JSON.stringify(event)
  } catch {
    return JSON.stringify({ ...event, data: { truncated: ['data'] } })
  }
}

type RowsByKey<Row> = Map<string, BoundedRow<Row> | 'omitted'>

function byKey<Row>({ rows, omitted }: BoundedRows<Row>, keyOf: (row: Row) => string): RowsByKey<Row> {
  const found: RowsByKey<Row> = new Map()
  for (const bounded of rows) found.set(keyOf(bounded.row), bounded)
  for (const row of omitted) found.set(keyOf(row), 'omitted')
  return found
}

const turnKey = (call_id: string | null | undefined, turn_index: number) => `${call_id} ${turn_index}`

/** The indexes of the turns that an event reports. */
const turnsOf = ({ turns }: EventItem) => ((turns as number[] | undefined) ?? []).slice(0, maxTurnsPerEvent)

/** Collects the rows of one event. */
class EventParts {
  readonly event: LiveEvent
  size = 0
  /** A row that exists was omitted. */
  isIncomplete = false
  private readonly item: EventItem

  constructor({ id, at, item }: StoredEvent) {
    const { type, campaign_id = null, call_id = null, call_task_id = null, ...rest } = item
    this.item = item
    const data = Object.fromEntries(Object.entries(rest).map(withUtcTime))
    this.event = { id, type, at, campaign_id, call_id, call_task_id, data }
  }

  addRow(
    name: 'call' | 'metrics',
    key: string | null | undefined,
    rows: RowsByKey<Call> | RowsByKey<Metrics>,
  ) {
    const found = rows.get(key ?? '')
    if (found === 'omitted') this.isIncomplete = true
    if (found === undefined || found === 'omitted') {
      this.event.data[name] = null
      return
    }
    this.event.data[name] = found.row
    this.size += found.size
    this.addTruncated(found.truncated.map((column) => `${name}.${column}`))
  }

  addTurns(rows: RowsByKey<Turn>): void {
    const indexes = turnsOf(this.item)
    const turns: Turn[] = []
    const truncated = new Set<string>()
    if (indexes.length < ((this.item.turns as number[] | undefined)?.length ?? 0)) truncated.add('turns')
    for (const index of indexes) {
      const found = rows.get(turnKey(this.item.call_id, index))
      if (found === 'omitted') {
        this.isIncomplete = true
        truncated.add('turns')
      } else if (found !== undefined) {
        turns.push(found.row)
        this.size += found.size
        for (const column of found.truncated) truncated.add(`turns.${column}`)
      }
    }
    this.event.data.turns = turns
    this.addTruncated([...truncated])
  }

  private addTruncated(names: string[]): void {
    if (names.length > 0) this.event.data.truncated = [...names]
  }
}

/** SQL writes timestamps with an offset; the API writes them in UTC with a final Z. A text that is no time becomes null. */
const withUtcTime = ([name, value]: [string, unknown]): [string, unknown] => {
  if (!name.endsWith('_at') || typeof value !== 'string') return [name, value]
  const at = new Date(renderableInstant(value))
  return [name, Number.isNaN(at.getTime()) ? null : at.toISOString()]
}

/** The ids of the calls of these events, in their order, each once. */
const callIdsOf = (events: readonly StoredEvent[], matches: (item: EventItem) => boolean) => [
  ...new Set(events.flatMap(({ item }) => (item.call_id && matches(item) ? [item.call_id] : []))),
]

const none = { rows: [], omitted: [] }

/** `ids(call_id, number)`: the given ids in their order. */
const ids = 'unnest($2::uuid[]) with ordinality as ids(call_id, number)'

/** The calls with these ids, as a PostgreSQL array; without the column that searches of numbers use. */
export const selectCalls = defineBoundedSelect(
  calls,
  `${ids} join calls r on r.company_id = $1::uuid and r.id = ids.call_id`,
  ['contact_identity'],
)
/** The metrics of the calls with these ids, without the lines of their costs. */
export const selectMetrics = defineBoundedSelect(
  callMetrics,
  `${ids} join call_metrics r on r.company_id = $1::uuid and r.call_id = ids.call_id`,
  ['cost_lines'],
)
const selectTurns = defineBoundedSelect(
  callLogs,
  `rows from (json_to_recordset($2::text::json) as (call_id uuid, turn_index int))
    with ordinality as requested(call_id, turn_index, number)
    join call_logs r on r.company_id = $1::uuid and r.call_id = requested.call_id and r.turn_index = requested.turn_index`,
)

async function findCalls(tx: ReadTx, events: readonly StoredEvent[]): Promise<BoundedRows<Call>> {
  const callIds = callIdsOf(events, includesWholeCall)
  return callIds.length === 0 ? none : selectCalls(tx, `{${callIds.join(',')}}`)
}

async function findMetricsRows(tx: ReadTx, events: readonly StoredEvent[]): Promise<BoundedRows<Metrics>> {
  const callIds = callIdsOf(events, ({ type }) => type === 'call.metrics')
  return callIds.length === 0 ? none : selectMetrics(tx, `{${callIds.join(',')}}`)
}

/** The turns of call.turns events. */
async function findTurns(tx: ReadTx, events: readonly StoredEvent[]): Promise<BoundedRows<Turn>> {
  const requested = events.flatMap(({ item }) =>
    item.type === 'call.turns' && item.call_id
      ? turnsOf(item).map((turn_index) => ({ call_id: item.call_id, turn_index }))
      : [],
  )
  return requested.length === 0 ? none : selectTurns(tx, JSON.stringify(requested))
}
