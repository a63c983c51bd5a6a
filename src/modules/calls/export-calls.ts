import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { calls } from '../../db/schema/index.ts'
import { exportColumns, streamRows, type TextRow } from '../../db/stream-rows.ts'
import { type CallFilter, callFilters } from './calls.ts'

/** The exported columns: every field of a call in the API except company_id. */
const columnNames = [
  'id',
  'external_call_id',
  'direction',
  'caller_number',
  'callee_number',
  'status',
  'outcome',
  'is_outcome_classified',
  'ended_reason',
  'started_at',
  'ended_at',
  'duration_sec',
  'turn_count',
  'states_visited',
  'language',
  'rating',
  'skillbase_id',
  'skillbase_version',
  'campaign_id',
  'call_task_id',
  'livekit_room_id',
  'outcome_data',
  'collected_data',
  'created_at',
  'updated_at',
] as const satisfies (keyof typeof calls.$inferSelect)[]

const { columns: callExportColumns, selected } = exportColumns(columnNames.map((name) => calls[name]))

export { callExportColumns }

/**
 * Streams all calls that match the filter, in the order of `listCalls`.
 *
 * @param onRows called with each batch; the next one is read when it resolves
 * @throws as `streamRows`
 */
export const exportCalls = (
  db: Db,
  company_id: string,
  filter: CallFilter,
  onRows: (rows: TextRow[]) => Promise<void>,
): Promise<void> =>
  streamRows(
    db,
    company_id,
    {
      name: 'exported_calls',
      query: (tx) =>
        sql`select ${selected} from ${calls} where ${callFilters(tx, filter)} order by ${calls.started_at} desc, ${calls.id} desc`,
    },
    onRows,
  )
