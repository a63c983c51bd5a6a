import { type SQL, sql } from 'drizzle-orm'
import { costComponents, finalCallStatuses, latencies, outcomes } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { type CallFigures, type Cell, type Figures, noTurns, type TurnFigures } from './figures.ts'
import { type Cut, callsOf, cutsOf, nameOf, type Scope } from './scope.ts'

/** Under so many samples an answer says that they are few. */
export const fewSamples = 10

/** What the calls of a scope add up to, and their turns, group by group. The groups of a set come in no order. */
export async function measure(tx: Tx, scope: Scope): Promise<Cell<Figures>[]> {
  const ofCalls = await measureCalls(tx, scope)
  const ofTurns = new Map((await measureTurns(tx, scope)).map((cell) => [keyOf(cell), cell]))
  return ofCalls.map((cell) => ({ ...cell, ...(turnFigures(ofTurns.get(keyOf(cell))) ?? noTurns) }))
}

const keyOf = ({ set, values }: Cell<object>) => JSON.stringify(set.map((cut) => [cut, values[cut]]))

const turnFigures = (cell: TurnFigures | undefined): TurnFigures | undefined =>
  cell && { turns: cell.turns, latency: cell.latency }

/** One statement for all that calls and their metrics tell. */
export const measureCalls = (tx: Tx, scope: Scope): Promise<Cell<CallFigures>[]> =>
  byCut<CallFigures>(
    tx,
    scope,
    sql`${ofCalls}, ${ofMetrics}`,
    sql`left join call_metrics m on m.company_id = ${tx.company_id}::uuid and m.call_id = c.id`,
  )

/** One statement for all that turns tell. Percentiles are of turns: averages of averages are none. */
const measureTurns = (tx: Tx, scope: Scope): Promise<Cell<TurnFigures>[]> =>
  byCut<TurnFigures>(
    tx,
    scope,
    ofTurns,
    sql`join call_logs l on l.company_id = ${tx.company_id}::uuid and l.call_id = c.id`,
  )

async function byCut<F>(tx: Tx, scope: Scope, figures: SQL, joined: SQL): Promise<Cell<F>[]> {
  const cuts = cutsOf(scope.sets)
  const names = sql.join(cuts.map(nameOf), sql`, `)
  const sets = scope.sets.map((set) => sql`(${sql.join(set.map(nameOf), sql`, `)})`)
  const rows = await tx.execute<Record<string, unknown>>(sql`
    select ${cuts.length === 0 ? sql`0` : sql`${names}, grouping(${names})`} as level, ${figures}
    from ${callsOf(tx, scope)} ${joined}
    group by grouping sets (${sql.join(sets, sql`, `)})`)
  return rows.map((row) => cellOf<F>(row, scope.sets, cuts))
}

/** `grouping()` has a bit for each cut, the first one highest, set where the row is of a set without that cut. */
function cellOf<F>(row: Record<string, unknown>, sets: Cut[][], cuts: Cut[]): Cell<F> {
  const { level, ...figures } = row
  const grouped = cuts.filter((_, i) => (Number(level) & (1 << (cuts.length - 1 - i))) === 0)
  const set = sets.find((one) => one.length === grouped.length && one.every((cut) => grouped.includes(cut)))
  const values: Cell<object>['values'] = {}
  for (const cut of cuts) {
    if (grouped.includes(cut)) values[cut] = figures[`by_${cut}`] as string | number | null
    delete figures[`by_${cut}`]
  }
  return { ...(figures as F), set: set ?? [], values }
}

const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')
const counted = (condition: string) => `count(*) filter (where ${condition})`
const summed = (column: string) => `'${column}', sum(m.${column})`

const ofCalls = sql.raw(`
  json_build_object('total', count(*),
    ${finalCallStatuses.map((status) => `'${status}', ${counted(`c.status = '${status}'`)}`).join(', ')},
    'live', ${counted(`c.status not in (${list(finalCallStatuses)})`)},
    'inbound', ${counted("c.direction = 'inbound'")},
    'outbound', ${counted("c.direction = 'outbound'")}) as calls,
  ${counted("c.outcome = 'success'")}::float8 / nullif(count(c.outcome), 0) as success_rate,
  json_build_object('n', count(c.duration_sec), 'avg', avg(c.duration_sec), 'min', min(c.duration_sec),
    'max', max(c.duration_sec), 'sum', sum(c.duration_sec)) as duration,
  json_strip_nulls(json_build_object(
    ${outcomes.map((word) => `'${word}', nullif(${counted(`c.outcome = '${word}'`)}, 0)`).join(', ')})) as outcomes`)

const ended = `c.status in (${list(finalCallStatuses)})`
const spoke = [
  ...latencies.map((name) => `m.${name}_avg`),
  'm.stt_duration_sec',
  'm.llm_output_tokens',
  'm.tts_characters',
]

const ofMetrics = sql.raw(`
  json_build_object(${['stt_duration_sec', 'llm_input_tokens', 'llm_cached_input_tokens', 'llm_output_tokens', 'tts_characters', 'livekit_duration_sec'].map(summed).join(', ')}) as usage,
  json_build_object('total', sum(m.cost_total)::text,
    ${costComponents.map((name) => `'${name}', sum(m.cost_${name})::text`).join(', ')},
    'per_call', round(avg(m.cost_total), 6)::text,
    'per_minute', round(sum(m.cost_total) filter (where c.duration_sec is not null) * 60
      / nullif(sum(c.duration_sec::numeric) filter (where m.cost_total is not null), 0), 6)::text,
    'unpriced_calls', ${counted(`m.cost_total is null and ${ended}`)}) as cost,
  json_build_object('count', sum(m.interruption_count),
    'rate', sum(least(m.interruption_count, m.bot_turn_count)) filter (where m.interruption_count is not null)::float8
      / nullif(sum(m.bot_turn_count) filter (where m.interruption_count is not null), 0)) as interruption,
  ${counted(`not m.is_derived and (m.turn_count > 0 or coalesce(${spoke.join(', ')}) is not null)`)}::int
    as calls_without_turns`)

const percentiles = [50, 90, 95, 99] as const

/** The array of percentiles is computed once, however often it is named. */
const latencyOf = (name: string) => {
  const array = `percentile_cont(array[${percentiles.map((p) => p / 100).join(', ')}]) within group (order by l.${name})`
  return `'${name}', json_build_object('n', count(l.${name}), 'avg', avg(l.${name}), 'min', min(l.${name}),
    'max', max(l.${name}), ${percentiles.map((p, i) => `'p${p}', (${array})[${i + 1}]`).join(', ')},
    'few_samples', count(l.${name}) < ${fewSamples})`
}

const ofTurns = sql.raw(
  `count(*)::int as turns, json_build_object(${latencies.map(latencyOf).join(', ')}) as latency`,
)
