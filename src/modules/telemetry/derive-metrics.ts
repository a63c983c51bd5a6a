import { sql } from 'drizzle-orm'
import { latencies } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { storeTurnSummary } from '../calls/index.ts'

const latencyColumns = latencies.flatMap((latency) =>
  ['avg', 'min', 'max'].map((aggregate) => ({ latency, aggregate, column: `${latency}_${aggregate}` })),
)

/** Summed over the turns; null when no turn has a value. */
const sumColumns = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
]

/** Always overwritten by the values derived from turns, even when they are null. */
const overwrittenColumns = [
  ...latencyColumns.map(({ column }) => column),
  'turn_count',
  'user_turn_count',
  'bot_turn_count',
  'is_derived',
]

/** Overwritten only by values that are not null: otherwise a value reported for the whole call is kept. */
const preferredColumns = [...sumColumns, 'interruption_count', 'interruption_rate', 'sentiment_score']

/**
 * SQL for the interruptions per turn of the agent, at most 1; null when the agent had no turn. `interruptions` must not be
 * null: `least` ignores nulls, so the rate would be 1.
 */
export const interruptionRateSql = (interruptions: string, turns: string) =>
  sql.raw(`least(${interruptions}, ${turns})::float8 / nullif(${turns}, 0)`)

const columnList = (columns: string[]) => sql.raw(columns.join(', '))

const interruptedTurns = 'count(*) filter (where was_interrupted)'
const botTurns = "count(*) filter (where role = 'assistant')"

/**
 * Derives a call's metrics from its turns. It is one statement, and is called again for each late turn. A call
 * without turns is not changed. Also stores on the call the number of its turns and the flow states it visited: each
 * state once, in the order of its first turn. Rows are found by the primary keys of call_logs and call_metrics.
 *
 * The caller holds the lock of `lockCall`.
 */
export async function deriveMetrics(tx: Tx, call_id: string): Promise<void> {
  const [derived] = await tx.execute<{ turn_count: number; states_visited: string[] }>(sql`
    with turns as (
      select * from call_logs where company_id = ${tx.company_id}::uuid and call_id = ${call_id}::uuid
    ), visited_states as (
      select state_id, min(turn_index) as first_turn from turns where state_id is not null group by state_id
    ), derived_metrics as (
      insert into call_metrics as m (company_id, call_id, outcome,
        ${columnList([...overwrittenColumns, ...preferredColumns])})
      select ${tx.company_id}::uuid, ${call_id}::uuid,
        (select outcome from calls where company_id = ${tx.company_id}::uuid and id = ${call_id}::uuid),
        ${columnList(latencyColumns.map(({ latency, aggregate }) => `${aggregate}(${latency})`))},
        count(*), count(*) filter (where role = 'user'), ${sql.raw(botTurns)}, true,
        ${columnList(sumColumns.map((column) => `sum(${column})`))},
        case when count(was_interrupted) > 0 then ${sql.raw(interruptedTurns)} end,
        case when count(was_interrupted) > 0 then ${interruptionRateSql(interruptedTurns, botTurns)} end,
        avg(sentiment)
      from turns having count(*) > 0
      on conflict (company_id, call_id) do update
      set ${columnList(overwrittenColumns.map((c) => `${c} = excluded.${c}`))},
        ${columnList(preferredColumns.map((c) => `${c} = coalesce(excluded.${c}, m.${c})`))},
        updated_at = now()
      returning turn_count
    )
    select turn_count,
      coalesce((select json_agg(state_id order by first_turn) from visited_states), '[]') as states_visited
    from derived_metrics
  `)
  if (derived !== undefined) await storeTurnSummary(tx, call_id, derived.turn_count, derived.states_visited)
}
