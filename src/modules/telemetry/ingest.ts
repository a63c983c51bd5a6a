import { sql } from 'drizzle-orm'
import type { CallStatus } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { notFound } from '../../lib/errors.ts'
import { isFinal } from '../calls/index.ts'
import { priceCalls } from '../costs/index.ts'
import { noteChanged } from '../rollups/index.ts'
import { deriveMetrics } from './derive.ts'
import { TurnInput } from './items.ts'
import { classifyOutcome } from './outcome.ts'
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

/** Turns of one call, checked and ready to be stored. */
export interface Turns {
  call_id: string
  /** By their turn_index, beside their place in the request. */
  rows: Map<number, { index: number; row: TurnRow }>
  /** The rows with their call, as elements of a JSON array. */
  json: string
  taken: Taken
}

const check = itemChecker(TurnInput)

/** Checks the items one by one, and merges those of one index: what is wrong with one harms no other. */
export function readTurns(call_id: string, items: readonly unknown[]): Turns {
  const rows: Turns['rows'] = new Map()
  const taken: Taken = { accepted: 0, duplicates: 0, rejected: [] }
  for (const [index, item] of items.entries()) {
    const fault = check(item)
    const read = fault === undefined ? readTurn(item as TurnRow) : { code: 'invalid', ...fault }
    if ('pointer' in read) {
      taken.rejected.push({ index, ...read, pointer: `/turns/${index}${read.pointer}` })
      continue
    }
    const earlier = rows.get(read.turn_index)
    if (earlier !== undefined) taken.duplicates++
    const row = earlier === undefined ? read : filled(earlier.row, read)
    rows.set(read.turn_index, { index: earlier?.index ?? index, row })
  }
  const id = call_id.toLowerCase()
  return { call_id: id, json: storableJson(id, rows, taken.rejected), rows, taken }
}

/** The rows as JSON; what PostgreSQL cannot hold would fail the statement for all, and is moved to the rejected. */
function storableJson(call_id: string, rows: Turns['rows'], rejected: Rejection[]): string {
  const texts: string[] = []
  for (const [turn_index, { index, row }] of rows) {
    const text = JSON.stringify({ call_id, ...row })
    if (isStorable(text)) {
      texts.push(text)
      continue
    }
    rows.delete(turn_index)
    rejected.push({ index, pointer: `/turns/${index}`, ...unstorableText })
  }
  return texts.join(',')
}

/**
 * Stores turns of a call, each once: a turn is known by its index. One that comes again with more fills what was
 * null; one that contradicts is refused, and the first stays. A call that has ended derives its metrics again.
 *
 * @throws Refusal 'not_found' when there is no such call
 */
export async function ingestTurns(tx: Tx, call_id: string, items: readonly unknown[]): Promise<Taken> {
  const turns = readTurns(call_id, items)
  const missing = await storeTurns(tx, [turns])
  if (missing.size > 0) throw notFound('call')
  return turns.taken
}

/**
 * Stores turns of many calls at once, no turn twice among them, and tells in `taken` what became of each. The calls'
 * rows are held meanwhile, so that an ending call misses no turn. Answers the calls that are not there.
 */
export async function storeTurns(tx: Tx, batch: readonly Turns[]): Promise<Set<string>> {
  const json = batch.map(({ json }) => json).filter((text) => text !== '')
  const calls = [...new Set(batch.map(({ call_id }) => call_id))].sort()
  const { held, stored } = await insertNew(tx, calls, `[${json.join(',')}]`)
  const present = new Set(held.map(({ id }) => id))
  const changed = new Set(stored === null ? present : stored.map(([call_id]) => call_id))
  const isNew = new Set(stored?.map(([call_id, turn_index]) => `${call_id} ${turn_index}`))
  for (const turns of batch) {
    const { call_id, rows, taken } = turns
    if (stored === null) taken.accepted += rows.size
    else if (
      present.has(call_id) &&
      (await fillKnown(tx, turns, (index) => isNew.has(`${call_id} ${index}`)))
    )
      changed.add(call_id)
  }
  const late = held.filter(({ id, status }) => isFinal(status) && changed.has(id)).map(({ id }) => id)
  for (const id of late) {
    await deriveMetrics(tx, id)
    await classifyOutcome(tx, id)
  }
  await priceCalls(tx, late)
  await noteChanged(tx, [...changed])
  return new Set(calls.filter((id) => !present.has(id)))
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
 * One statement, one parameter: JSON is the cheapest way in (measured against VALUES, unnest and COPY). Answers the
 * calls it holds, and which turns were new; null where all were.
 */
async function insertNew(tx: Tx, calls: readonly string[], json: string) {
  const [done] = await tx.execute<{
    held: { id: string; status: CallStatus }[]
    stored: [call_id: string, turn_index: number][] | null
  }>(sql`
    with held as materialized (
      select id, status from calls where company_id = ${tx.company_id}::uuid and id = any(${`{${calls.join(',')}}`}::uuid[])
      order by id for no key update
    ), given as materialized (
      select * from json_to_recordset(${json}::text::json) as turn(call_id uuid, ${sql.raw(types)})
    ), stored as (
      insert into call_logs (company_id, call_id, turn_index, created_at, ${each((c) => c, ', ')})
      select ${tx.company_id}::uuid, call_id, turn_index, coalesce(created_at, now()), ${each((c) => c, ', ')}
      from given join held on held.id = given.call_id order by call_id, turn_index
      on conflict (company_id, call_id, turn_index) do nothing
      returning call_id, turn_index
    )
    select (select coalesce(json_agg(held), '[]') from held) as held,
      case when (select count(*) from stored) < (select count(*) from given)
        then (select coalesce(json_agg(json_build_array(call_id, turn_index)), '[]') from stored) end as stored`)
  return done ?? { held: [], stored: [] }
}

/** Tells of the turns of a call some of which were known; answers whether anything was filled or new. */
async function fillKnown(tx: Tx, { call_id, rows, taken }: Turns, isNew: (index: number) => boolean) {
  const known = [...rows.values()].filter(({ row }) => !isNew(row.turn_index))
  taken.accepted += rows.size - known.length
  if (known.length === 0) return rows.size > 0
  const told = await fill(tx, call_id, JSON.stringify(known.map(({ row }) => row)))
  for (const { turn_index, is_filled, contradicts } of told) {
    if (is_filled) taken.accepted++
    else taken.duplicates++
    if (contradicts === null) continue
    const index = rows.get(turn_index)?.index ?? 0
    taken.rejected.push({
      index,
      pointer: `/turns/${index}/${contradicts}`,
      code: 'contradicts',
      detail: 'is known to be otherwise: the first is kept',
    })
  }
  return known.length < rows.size || told.some(({ is_filled }) => is_filled)
}

/** Cached tokens are among those that went in. */
const exceeds = sql.raw(`(coalesce(known.llm_cached_input_tokens, given.llm_cached_input_tokens, 0)
  > coalesce(known.llm_input_tokens, given.llm_input_tokens, 2147483647))`)

/**
 * Fills what known turns left open. Rows that have nothing to fill are not touched. What is compared for
 * contradictions is the state before the statement.
 */
function fill(tx: Tx, call_id: string, json: string) {
  return tx.execute<{ turn_index: number; is_filled: boolean; contradicts: string | null }>(sql`
    with given as materialized (
      select * from json_to_recordset(${json}::text::json) as turn(${sql.raw(types)})
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
