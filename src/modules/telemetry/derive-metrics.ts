import { sql } from 'drizzle-orm'
import { latencies } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { storeTurnSummary } from '../calls/index.ts'

const latencyColumns = latencies.flatMap((name) =>
  ['avg', 'min', 'max'].map((how) => ({ name, how, column: `${name}_${how}` })),
)

/** Sums of what was measured; null where nothing was. */
const sums = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
]

/** What turns count for: these replace what is there. */
const replaced = [
  ...latencyColumns.map(({ column }) => column),
  'turn_count',
  'user_turn_count',
  'bot_turn_count',
  'is_derived',
]

/** What turns may leave open: there, what was said of the call as a whole stays. */
const filledIn = [...sums, 'interruption_count', 'interruption_rate', 'sentiment_score']

/** Interruptions a turn of the agent, at most 1; null where it had none. `least` passes over what is null. */
export const interruptionRateSql = (interruptions: string, turns: string) =>
  sql.raw(`least(${interruptions}, ${turns})::float8 / nullif(${turns}, 0)`)

const list = (columns: string[]) => sql.raw(columns.join(', '))

/**
 * Derives a call's metrics from its turns, by one statement, so that it can be done again whenever a late turn
 * arrives. A call without turns is left as it is. Keeps on the call how many turns it has and the states it went
 * through, each once, in the order of their first turn.
 *
 * Whoever calls this holds the call (`lockCall`).
 */
export async function deriveMetrics(tx: Tx, call_id: string): Promise<void> {
  const [derived] = await tx.execute<{ turn_count: number; states_visited: string[] }>(sql`
    with turns as (
      select * from call_logs where company_id = ${tx.company_id}::uuid and call_id = ${call_id}::uuid
    ), states as (
      select state_id, min(turn_index) as first from turns where state_id is not null group by state_id
    ), derived as (
      insert into call_metrics as m (company_id, call_id, outcome, ${list([...replaced, ...filledIn])})
      select ${tx.company_id}::uuid, ${call_id}::uuid,
        (select outcome from calls where company_id = ${tx.company_id}::uuid and id = ${call_id}::uuid),
        ${list(latencyColumns.map(({ name, how }) => `${how}(${name})`))},
        count(*), count(*) filter (where role = 'user'), count(*) filter (where role = 'assistant'), true,
        ${list(sums.map((name) => `sum(${name})`))},
        case when count(was_interrupted) > 0 then count(*) filter (where was_interrupted) end,
        case when count(was_interrupted) > 0 then ${interruptionRateSql('count(*) filter (where was_interrupted)', "count(*) filter (where role = 'assistant')")} end,
        avg(sentiment)
      from turns having count(*) > 0
      on conflict (company_id, call_id) do update
      set ${list(replaced.map((c) => `${c} = excluded.${c}`))},
        ${list(filledIn.map((c) => `${c} = coalesce(excluded.${c}, m.${c})`))},
        updated_at = now()
      returning turn_count
    )
    select turn_count, coalesce((select json_agg(state_id order by first) from states), '[]') as states_visited
    from derived
  `)
  if (derived !== undefined) await storeTurnSummary(tx, call_id, derived.turn_count, derived.states_visited)
}
