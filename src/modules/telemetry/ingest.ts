import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'
import { isFinal, lockCall } from '../calls/index.ts'
import { noteChanged } from '../rollups/index.ts'
import { deriveMetrics } from './derive.ts'
import { TurnInput } from './items.ts'
import {
  filled,
  isStorable,
  itemChecker,
  type Rejection,
  readTurn,
  type TurnRow,
  unstorableText,
} from './turn.ts'

/** What became of the items of a request. */
export interface Taken {
  accepted: number
  duplicates: number
  rejected: Rejection[]
}

const check = itemChecker(TurnInput)

/**
 * Stores turns of a call, each once: a turn is known by its index. One that comes again with more fills what was
 * null; one that contradicts is refused, and the first stays. A call that has ended derives its metrics again.
 *
 * The call's row is held meanwhile, so that an ending call misses no turn.
 *
 * @throws Refusal 'not_found' when there is no such call
 */
export async function ingestTurns(tx: Tx, call_id: string, items: readonly unknown[]): Promise<Taken> {
  const call = await lockCall(tx, call_id)
  const { rows, repeated, rejected } = sorted(items)
  const json = storableJson(rows, rejected)
  if (rows.size === 0) return { accepted: 0, duplicates: repeated, rejected }
  const stored = await store(tx, call_id, json)
  const taken: Taken = { accepted: 0, duplicates: repeated, rejected }
  for (const { turn_index, is_stored, contradicts } of stored) {
    if (is_stored) taken.accepted++
    else taken.duplicates++
    if (contradicts !== null) {
      const index = rows.get(turn_index)?.index ?? 0
      rejected.push({
        index,
        pointer: `/turns/${index}/${contradicts}`,
        code: 'contradicts',
        detail: 'is known to be otherwise: the first is kept',
      })
    }
  }
  if (taken.accepted > 0 && isFinal(call.status)) await deriveMetrics(tx, call_id)
  if (taken.accepted > 0) await noteChanged(tx, [call_id])
  return taken
}

/** Turns by their turn_index, beside their place in the request. */
type Rows = Map<number, { index: number; row: TurnRow }>

/** The rows as JSON; those that would fail the statement for all are moved to the rejected. */
function storableJson(rows: Rows, rejected: Rejection[]): string {
  const jsonOf = () => JSON.stringify([...rows.values()].map(({ row }) => row))
  const json = jsonOf()
  if (isStorable(json)) return json
  for (const [turn_index, { index, row }] of rows) {
    if (isStorable(JSON.stringify(row))) continue
    rows.delete(turn_index)
    rejected.push({ index, pointer: `/turns/${index}`, ...unstorableText })
  }
  return jsonOf()
}

/** Checks the items one by one and merges those of one index. */
function sorted(items: readonly unknown[]) {
  const rows: Rows = new Map()
  const rejected: Rejection[] = []
  let repeated = 0
  for (const [index, item] of items.entries()) {
    const fault = check(item)
    const read = fault === undefined ? readTurn(item as TurnRow) : { code: 'invalid', ...fault }
    if ('pointer' in read) {
      rejected.push({ index, ...read, pointer: `/turns/${index}${read.pointer}` })
      continue
    }
    const earlier = rows.get(read.turn_index)
    if (earlier !== undefined) repeated++
    rows.set(
      read.turn_index,
      earlier === undefined ? { index, row: read } : { ...earlier, row: filled(earlier.row, read) },
    )
  }
  return { rows, repeated, rejected }
}

const columns = [
  'role',
  'content',
  'state_id',
  'ttfb_stt',
  'latency_stt',
  'latency_llm',
  'ttfb_tts',
  'latency_tts',
  'eou_latency',
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'was_interrupted',
  'sentiment',
  'extra_data',
] as const satisfies (keyof TurnRow)[]

const types = `turn_index int, role text, content text, state_id text, ttfb_stt float8, latency_stt float8,
  latency_llm float8, ttfb_tts float8, latency_tts float8, eou_latency float8, stt_duration_sec float8,
  llm_input_tokens int, llm_cached_input_tokens int, llm_output_tokens int, tts_characters int,
  was_interrupted boolean, sentiment float8, extra_data jsonb, created_at timestamptz`

const each = (say: (column: string) => string, separator: string) => sql.raw(columns.map(say).join(separator))

/**
 * One statement, one parameter: JSON is the cheapest way in (measured against VALUES, unnest and COPY). Rows that
 * have nothing to fill are not touched. What is compared for contradictions is the state before the statement.
 */
function store(tx: Tx, call_id: string, json: string) {
  return tx.execute<{ turn_index: number; is_stored: boolean; contradicts: string | null }>(sql`
    with given as (
      select * from json_to_recordset(${json}::text::json) as turn(${sql.raw(types)})
    ), stored as (
      insert into call_logs (company_id, call_id, turn_index, created_at, ${each((c) => c, ', ')})
      select ${tx.company_id}::uuid, ${call_id}::uuid, turn_index, coalesce(created_at, now()), ${each((c) => c, ', ')}
      from given order by turn_index
      on conflict (company_id, call_id, turn_index) do update
      set ${each((c) => `${c} = coalesce(call_logs.${c}, excluded.${c})`, ', ')}
      where ${each((c) => `(call_logs.${c} is null and excluded.${c} is not null)`, ' or ')}
      returning turn_index
    )
    select given.turn_index, stored.turn_index is not null as is_stored,
      case ${each((c) => `when known.${c} <> given.${c} then '${c}'`, ' ')} end as contradicts
    from given
    left join stored using (turn_index)
    left join call_logs known
      on known.company_id = ${tx.company_id}::uuid and known.call_id = ${call_id}::uuid
      and known.turn_index = given.turn_index
  `)
}
