import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { columnList, perColumn } from '../../db/query/column-list.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuid } from '../../db/query/parameters.ts'
import {
  answerLatency,
  type callMetrics,
  isInSeconds,
  isMeasuredReply,
  type Latency,
  latencies,
  turnUsageNames,
} from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { recordOf } from '../../lib/record-of.ts'
import { storeTurnSummary } from '../calls/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { computeReplyLatencies } from './reply-latency.ts'

/** The columns of call_metrics for one latency. */
export const latencyColumnsOf = <L extends Latency>(latency: L) =>
  [`${latency}_avg`, `${latency}_min`, `${latency}_max`] as const

type MetricColumn = keyof typeof callMetrics.$inferSelect
/** Columns of call_metrics, and how each is aggregated from the turns of the call, as SQL. */
type DerivedColumns = Partial<Record<MetricColumn, string>>

/**
 * SQL for the share of the agent's turns that were interrupted, at most 1; null when the agent had no turn. `interruptions` must not be
 * null: `least` ignores nulls, so the rate would be 1.
 */
export const interruptionRate = (interruptions: string, turns: string) =>
  `least(${interruptions}, ${turns})::float8 / nullif(${turns}, 0)`

const interruptedTurns = 'count(*) filter (where was_interrupted)'
const botTurns = "count(*) filter (where role = 'assistant')"
const ifReported = (value: string) => `case when count(was_interrupted) > 0 then ${value} end`

/** Always overwritten by the values derived from turns, even when they are null. */
export const overwrittenColumns: DerivedColumns = {
  ...Object.fromEntries(
    latencies.flatMap((latency) => {
      const [avg, min, max] = latencyColumnsOf(latency)
      return [
        [avg, `avg(${answerLatency(latency)})`],
        [min, `min(${answerLatency(latency)})`],
        [max, `max(${answerLatency(latency)})`],
      ]
    }),
  ),
  overlap_count: `case when bool_or(${isMeasuredReply()}) then count(overlap_ms) end`,
  turn_count: 'count(*)',
  user_turn_count: "count(*) filter (where role = 'user')",
  bot_turn_count: botTurns,
  is_derived: 'true',
}

/** Overwritten only by values that are not null: otherwise a value reported for the whole call is kept. */
export const preferredColumns: DerivedColumns = {
  // Summed as exact decimals: 1.6 + 2.7 + 2.7 s are 7 s, and not 7.000000000000001 s, which an increment rounds up to 8.
  ...recordOf(turnUsageNames, (name) => (isInSeconds(name) ? `sum(${name}::numeric)` : `sum(${name})`)),
  interruption_count: ifReported(interruptedTurns),
  interruption_rate: ifReported(interruptionRate(interruptedTurns, botTurns)),
  sentiment_score: 'avg(sentiment)',
}

/** Each derived column, and how it is aggregated from the turns of the call, as SQL. */
export const derivedColumns = { ...overwrittenColumns, ...preferredColumns }
const columns = columnList(Object.keys(derivedColumns))
const aggregates = columnList(Object.values(derivedColumns))
const overwritten = perColumn(Object.keys(overwrittenColumns), (name) => `${name} = excluded.${name}`)
const preferred = perColumn(
  Object.keys(preferredColumns),
  (name) => `${name} = coalesce(excluded.${name}, m.${name})`,
)

/**
 * Derives the metrics of a call from its turns, and inserts or updates them. Returns no row for a call without turns.
 * `states_visited` has each flow state once, in the order of its first turn. Rows are found by the primary keys of
 * call_logs and calls and by call_metrics_call_id_key.
 */
const upsertDerivedMetrics = defineCompanyQuery({
  name: 'telemetry.upsert_derived_metrics',
  params: { call_id: uuid },
  row: { turn_count: Type.Integer(), states_visited: Type.Array(Type.String()) },
  sql: (p) => sql`
    with turns as (
      select * from call_logs where company_id = ${p.company_id} and call_id = ${p.call_id}
    ), visited_states as (
      select state_id, min(turn_index) as first_turn from turns where state_id is not null group by state_id
    ), derived_metrics as (
      insert into call_metrics as m (company_id, call_id, outcome, ${columns})
      select ${p.company_id}, ${p.call_id},
        (select outcome from calls where company_id = ${p.company_id} and id = ${p.call_id}), ${aggregates}
      from turns having count(*) > 0
      on conflict (company_id, call_id) do update set ${overwritten}, ${preferred}, updated_at = now()
      returning turn_count
    )
    select turn_count, array(select state_id from visited_states order by first_turn) as states_visited
    from derived_metrics`,
})

/**
 * Derives a call's metrics from its turns, whose computed reply latencies it brings up to date first. It is called again
 * for each late turn. A call without turns is not changed. Also stores on the call the number of its turns and the flow states that it visited.
 *
 * The caller holds the lock of `lockCall`.
 */
export async function deriveMetrics(tx: Tx, call_id: string): Promise<void> {
  const changedTurns = await computeReplyLatencies(tx, [call_id])
  if (changedTurns.length > 0) await markCallsChanged(tx, [call_id])
  const [derived] = await upsertDerivedMetrics(tx, { call_id })
  if (derived !== undefined) await storeTurnSummary(tx, call_id, derived.turn_count, derived.states_visited)
}
