import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Db } from '../../db/client.ts'
import { callMetrics, calls, callTasks, campaigns, costNames, skillbases } from '../../db/schema/index.ts'
import { exportColumns, type RowSink, streamRows, type TextRow } from '../../db/stream-rows.ts'
import type { Tx } from '../../db/transaction.ts'
import type { CsvColumn } from '../../lib/csv.ts'
import type { Call } from './calls.ts'
import { type CallFilter, callFilters } from './list-calls.ts'

/** The exported columns: every field of a call in the API except company_id. */
const exportedColumns = {
  id: calls.id,
  external_call_id: calls.external_call_id,
  direction: calls.direction,
  caller_number: calls.caller_number,
  callee_number: calls.callee_number,
  status: calls.status,
  outcome: calls.outcome,
  is_outcome_classified: calls.is_outcome_classified,
  ended_reason: calls.ended_reason,
  is_dialed: calls.is_dialed,
  is_answered: calls.is_answered,
  started_at: calls.started_at,
  dialed_at: calls.dialed_at,
  answered_at: calls.answered_at,
  ended_at: calls.ended_at,
  ring_sec: calls.ring_sec,
  duration_sec: calls.duration_sec,
  turn_count: calls.turn_count,
  states_visited: calls.states_visited,
  language: calls.language,
  rating: calls.rating,
  skillbase_id: calls.skillbase_id,
  skillbase_version: calls.skillbase_version,
  campaign_id: calls.campaign_id,
  call_task_id: calls.call_task_id,
  livekit_room_id: calls.livekit_room_id,
  outcome_data: calls.outcome_data,
  collected_data: calls.collected_data,
  created_at: calls.created_at,
  updated_at: calls.updated_at,
  is_outcome_from_carrier: calls.is_outcome_from_carrier,
  extra_data: calls.extra_data,
} satisfies Record<Exclude<keyof Call, 'company_id' | 'contact_identity'>, PgColumn>

const { columns: callColumns, selected } = exportColumns(Object.values(exportedColumns))

const costColumns = costNames.map((name) => `cost_${name}` as const)
const { selected: selectedCosts } = exportColumns(costColumns.map((name) => callMetrics[name]))

/** The fields of a call, then the names and costs that belong to it. */
export const callExportColumns: CsvColumn[] = [
  ...callColumns,
  ...['skillbase_name', 'campaign_name', 'contact_name'].map((name) => ({ name, isNumber: false })),
  ...costColumns.map((name) => ({ name, isNumber: true })),
]

/** The name that a row of another table has, found by its primary key for each call. */
const nameOf = (tx: Tx, table: PgTable, name: string, id: PgColumn): SQL => sql`
  (select ${sql.raw(name)} from ${table} as named where named.company_id = ${tx.company_id}::uuid and named.id = ${id})`

/** The limit keeps the planner from reading the metrics of all calls: they are found by call_metrics_call_id_key. */
const exportQuery =
  (filter: CallFilter) =>
  (tx: Tx): SQL =>
    sql`
    select ${selected}, ${nameOf(tx, skillbases, 'name', calls.skillbase_id)} as skillbase_name,
      ${nameOf(tx, campaigns, 'name', calls.campaign_id)} as campaign_name,
      ${nameOf(tx, callTasks, 'contact_name', calls.call_task_id)} as contact_name, costs.*
    from ${calls} left join lateral (
      select ${selectedCosts} from ${callMetrics}
      where ${callMetrics.company_id} = ${tx.company_id}::uuid and ${callMetrics.call_id} = ${calls.id} limit 1
    ) as costs on true
    where ${callFilters(tx, filter)} order by ${calls.started_at} desc, ${calls.id} desc`

/**
 * Streams all calls that match the filter, in the order of `listCalls`.
 *
 * @throws as `streamRows`
 */
export const exportCalls = (
  db: Db,
  company_id: string,
  filter: CallFilter,
  sink: RowSink<TextRow>,
): Promise<void> => streamRows(db, company_id, { name: 'exported_calls', query: exportQuery(filter) }, sink)
