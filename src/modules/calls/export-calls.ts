import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Db } from '../../db/client.ts'
import { calls } from '../../db/schema/index.ts'
import { exportColumns, type RowSink, streamRows, type TextRow } from '../../db/stream-rows.ts'
import { type Call, type CallFilter, callFilters } from './calls.ts'

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
} satisfies Record<Exclude<keyof Call, 'company_id'>, PgColumn>

const { columns: callExportColumns, selected } = exportColumns(Object.values(exportedColumns))

export { callExportColumns }

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
): Promise<void> =>
  streamRows(
    db,
    company_id,
    {
      name: 'exported_calls',
      query: (tx) =>
        sql`select ${selected} from ${calls} where ${callFilters(tx, filter)} order by ${calls.started_at} desc, ${calls.id} desc`,
    },
    sink,
  )
