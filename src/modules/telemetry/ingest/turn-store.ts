import { sql } from 'drizzle-orm'
import type { CallStatus } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { TurnRow } from './validate-turn.ts'

/** Every column of a turn that its sender may give, besides its key, and its type. */
const types = {
  role: 'text',
  content: 'text',
  state_id: 'text',
  ttfb_stt: 'float8',
  latency_stt: 'float8',
  latency_llm: 'float8',
  ttfb_tts: 'float8',
  latency_tts: 'float8',
  eou_latency: 'float8',
  stt_duration_sec: 'float8',
  llm_input_tokens: 'int',
  llm_cached_input_tokens: 'int',
  llm_output_tokens: 'int',
  tts_characters: 'int',
  was_interrupted: 'boolean',
  sentiment: 'float8',
  extra_data: 'jsonb',
} as const satisfies Partial<Record<keyof TurnRow, string>>

const columns = Object.keys(types) as (keyof typeof types)[]
const each = (say: (column: string) => string, separator: string) => sql.raw(columns.map(say).join(separator))

export interface CallTurnRow {
  call_id: string
  row: TurnRow
}

/** Each column of rows as one array, as PostgreSQL writes it. */
function arraysOf(rows: readonly CallTurnRow[]): string[] {
  const numbers = (pick: (row: TurnRow) => unknown) =>
    `{${rows.map(({ row }) => pick(row) ?? 'NULL').join(',')}}`
  const texts = (pick: (row: TurnRow) => string | null | undefined) =>
    `{${rows.map(({ row }) => quoted(pick(row))).join(',')}}`
  return [
    `{${rows.map(({ call_id }) => call_id).join(',')}}`,
    numbers(({ turn_index }) => turn_index),
    texts(({ created_at }) => created_at),
    ...columns.map((column) => {
      if (column === 'extra_data') return texts(({ extra_data }) => extra_data && JSON.stringify(extra_data))
      return types[column] === 'text'
        ? texts((row) => row[column] as string | null | undefined)
        : numbers((row) => row[column])
    }),
  ]
}

const quoted = (text: string | null | undefined) =>
  text == null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/**
 * One statement, one array a column: the cheapest way in that tells what was known already (measured against JSON, whose
 * parsing costs half as much again, VALUES, and COPY, which fails on the first turn that is known). Answers the calls it
 * holds, and which turns were new; null where all were.
 */
export async function insertTurns(tx: Tx, calls: readonly string[], rows: readonly CallTurnRow[]) {
  const arrays = arraysOf(rows)
  const typeNames = ['uuid', 'int', 'timestamptz', ...Object.values(types)]
  const given = sql.join(
    arrays.map((array, i) => sql`${array}::text::${sql.raw(`${typeNames[i]}[]`)}`),
    sql`, `,
  )
  const [done] = await tx.execute<{
    held: { id: string; status: CallStatus; campaign_id: string | null }[]
    stored: [call_id: string, turn_index: number][] | null
  }>(sql`
    with held as materialized (
      select id, status, campaign_id from calls where company_id = ${tx.company_id}::uuid and id = any(${`{${calls.join(',')}}`}::uuid[])
      order by id for no key update
    ), stored as (
      insert into call_logs (company_id, call_id, turn_index, created_at, ${each((c) => c, ', ')})
      select ${tx.company_id}::uuid, call_id, turn_index, coalesce(created_at, now()), ${each((c) => c, ', ')}
      from unnest(${given}) as given(call_id, turn_index, created_at, ${each((c) => c, ', ')})
      join held on held.id = given.call_id order by call_id, turn_index
      on conflict (company_id, call_id, turn_index) do nothing
      returning call_id, turn_index
    )
    select (select coalesce(json_agg(held), '[]') from held) as held,
      case when (select count(*) from stored) < ${rows.length}
        then (select coalesce(json_agg(json_build_array(call_id, turn_index)), '[]') from stored) end as stored`)
  return done ?? { held: [], stored: [] }
}

/** Cached tokens are among those that went in. */
const exceeds = sql.raw(`(coalesce(known.llm_cached_input_tokens, given.llm_cached_input_tokens, 0)
  > coalesce(known.llm_input_tokens, given.llm_input_tokens, 2147483647))`)

/**
 * Fills what known turns left open. Rows that have nothing to fill are not touched. What is compared for
 * contradictions is the state before the statement.
 */
export function fillMissingFields(tx: Tx, call_id: string, rows: readonly TurnRow[]) {
  const json = JSON.stringify(rows)
  return tx.execute<{ turn_index: number; is_filled: boolean; contradicts: string | null }>(sql`
    with given as materialized (
      select * from json_to_recordset(${json}::text::json) as turn(turn_index int, ${each((c) => `${c} ${types[c as keyof typeof types]}`, ', ')})
    ), filled as (
      update call_logs known set ${each((c) => `${c} = coalesce(known.${c}, given.${c})`, ', ')}
      from given
      where known.company_id = ${tx.company_id}::uuid and known.call_id = ${call_id}::uuid
        and known.turn_index = given.turn_index
        and (${each((c) => `(known.${c} is null and given.${c} is not null)`, ' or ')}) and not ${exceeds}
      returning known.turn_index
    )
    select given.turn_index, filled.turn_index is not null as is_filled,
      case ${each((c) => `when known.${c} <> given.${c} then '${c}'`, ' ')}
        when ${exceeds} then 'llm_cached_input_tokens' end as contradicts
    from given
    left join filled using (turn_index)
    join call_logs known
      on known.company_id = ${tx.company_id}::uuid and known.call_id = ${call_id}::uuid
      and known.turn_index = given.turn_index
  `)
}
