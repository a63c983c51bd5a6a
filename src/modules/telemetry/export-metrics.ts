import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { callMetrics, calls, costNames, usageNames } from '../../db/schema/index.ts'
import { exportColumns, type RowSink, streamRows, type TextRow } from '../../db/stream-rows.ts'
import type { Tx } from '../../db/transaction.ts'
import { type CallFilter, callFilters } from '../calls/index.ts'
import { latencyColumnsOf } from './derive-metrics.ts'

/** Every column of call_metrics except keys and JSON. */
type Exported = Exclude<
  keyof typeof callMetrics.$inferSelect,
  'company_id' | 'id' | 'call_id' | 'cost_lines' | 'cost_reported' | 'providers'
>

const columnNames = [
  'outcome',
  'outcome_confidence',
  'outcome_reason',
  'turn_count',
  'user_turn_count',
  'bot_turn_count',
  'interruption_count',
  'interruption_rate',
  'overlap_count',
  'interruptions_per_turn',
  'sentiment_score',
  ...latencyColumnsOf('e2e_latency'),
  ...latencyColumnsOf('eou_latency'),
  ...latencyColumnsOf('ttfb_stt'),
  ...latencyColumnsOf('latency_llm'),
  ...latencyColumnsOf('ttfb_tts'),
  ...usageNames,
  ...costNames.map((name) => `cost_${name}` as const),
  'is_derived',
  'created_at',
  'updated_at',
] as const satisfies Exported[]
// Does not compile when a column is missing from the list.
const missing: Exclude<Exported, (typeof columnNames)[number]>[] = []
missing satisfies never[]

const columns = [
  callMetrics.call_id,
  calls.started_at,
  calls.is_outcome_classified,
  calls.is_dialed,
  calls.is_answered,
  ...columnNames.map((name) => callMetrics[name]),
]

const { columns: metricsExportColumns, selected } = exportColumns(columns)

export { metricsExportColumns }

const query =
  (filter: CallFilter) =>
  (tx: Tx): SQL => {
    const isSameCall = and(eq(callMetrics.company_id, tx.company_id), eq(callMetrics.call_id, calls.id))
    return sql`select ${selected} from ${calls} join ${callMetrics} on ${isSameCall}
      where ${callFilters(tx, filter)} order by ${calls.started_at} desc, ${calls.id} desc`
  }

/**
 * Streams the metrics of all calls that match the filter, in the order of `listMetrics`.
 *
 * @throws as `streamRows`
 */
export const exportMetrics = (
  db: Db,
  company_id: string,
  filter: CallFilter,
  sink: RowSink<TextRow>,
): Promise<void> => streamRows(db, company_id, { name: 'exported_metrics', query: query(filter) }, sink)
