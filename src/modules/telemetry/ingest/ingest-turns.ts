import type { Tx } from '../../../db/transaction.ts'
import { notFound } from '../../../lib/errors.ts'
import { isFinal } from '../../calls/index.ts'
import { priceCalls } from '../../costs/index.ts'
import { emit } from '../../events/index.ts'
import { markCallsChanged } from '../../rollups/index.ts'
import { classifyOutcome } from '../classify-outcome.ts'
import { deriveMetrics } from '../derive-metrics.ts'
import { TurnInput } from './input-schema.ts'
import { fillMissingFields, insertTurns } from './turn-store.ts'
import {
  createItemValidator,
  isStorableTurn,
  mergeTurns,
  type Rejection,
  type TurnRow,
  unstorableTextError,
  validateTurn,
} from './validate-turn.ts'

/** What became of the items of a request. */
export interface IngestResult {
  accepted: number
  duplicates: number
  rejected: Rejection[]
}

/** Turns of one call, checked and ready to be stored. */
export interface CallTurns {
  call_id: string
  /** By their turn_index, beside their place in the request. */
  rows: Map<number, { index: number; row: TurnRow }>
  result: IngestResult
}

const check = createItemValidator(TurnInput)

/** Checks the items one by one, and merges those of one index: what is wrong with one harms no other. */
export function validateTurns(call_id: string, items: readonly unknown[]): CallTurns {
  const rows: CallTurns['rows'] = new Map()
  const taken: IngestResult = { accepted: 0, duplicates: 0, rejected: [] }
  for (const [index, item] of items.entries()) {
    const fault = check(item)
    const read = fault === undefined ? validateTurn(item as TurnRow) : { code: 'invalid', ...fault }
    if ('pointer' in read) {
      taken.rejected.push({ index, ...read, pointer: `/turns/${index}${read.pointer}` })
      continue
    }
    const earlier = rows.get(read.turn_index)
    if (earlier !== undefined) taken.duplicates++
    const row = earlier === undefined ? read : mergeTurns(earlier.row, read)
    rows.set(read.turn_index, { index: earlier?.index ?? index, row })
  }
  leaveOutUnstorable(rows, taken.rejected)
  return { call_id: call_id.toLowerCase(), rows, result: taken }
}

/** What PostgreSQL cannot hold would fail the statement for all. */
function leaveOutUnstorable(rows: CallTurns['rows'], rejected: Rejection[]): void {
  for (const [turn_index, { index, row }] of rows) {
    if (isStorableTurn(row)) continue
    rows.delete(turn_index)
    rejected.push({ index, pointer: `/turns/${index}`, ...unstorableTextError })
  }
}

/**
 * Stores turns of a call, each once: a turn is known by its index. One that comes again with more fills what was
 * null; one that contradicts is refused, and the first stays. A call that has ended derives its metrics again.
 *
 * @throws Refusal 'not_found' when there is no such call
 */
export async function ingestTurns(tx: Tx, call_id: string, items: readonly unknown[]): Promise<IngestResult> {
  const turns = validateTurns(call_id, items)
  const missing = await storeTurns(tx, [turns])
  if (missing.size > 0) throw notFound('call')
  return turns.result
}

/**
 * Stores turns of many calls at once, no turn twice among them, and tells in `taken` what became of each. The calls'
 * rows are held meanwhile, so that an ending call misses no turn. Answers the calls that are not there.
 */
export async function storeTurns(tx: Tx, batch: readonly CallTurns[]): Promise<Set<string>> {
  const rows = batch.flatMap(({ call_id, rows }) =>
    Array.from(rows.values(), ({ row }) => ({ call_id, row })),
  )
  const calls = [...new Set(batch.map(({ call_id }) => call_id))].sort()
  const { held, stored } = await insertTurns(tx, calls, rows)
  const present = new Set(held.map(({ id }) => id))
  const changed = new Set(stored === null ? present : stored.map(([call_id]) => call_id))
  const isNew = new Set(stored?.map(([call_id, turn_index]) => `${call_id} ${turn_index}`))
  const told = new Map<CallTurns, number[]>()
  for (const turns of batch) {
    const { call_id, rows, result: taken } = turns
    if (stored === null) {
      taken.accepted += rows.size
      told.set(turns, [...rows.keys()])
    } else if (present.has(call_id)) {
      const taken = await fillKnown(tx, turns, (index) => isNew.has(`${call_id} ${index}`))
      if (taken.length > 0) changed.add(call_id)
      told.set(turns, taken)
    }
  }
  const late = held.filter(({ id, status }) => isFinal(status) && changed.has(id)).map(({ id }) => id)
  for (const id of late) {
    await deriveMetrics(tx, id)
    await classifyOutcome(tx, id)
  }
  await priceCalls(tx, late)
  await markCallsChanged(tx, [...changed])
  tell(tx, batch, held, told)
  for (const call_id of late) emit(tx, { type: 'call.metrics', call_id, ...ofCampaign(held, call_id) })
  return new Set(calls.filter((id) => !present.has(id)))
}

type Held = Awaited<ReturnType<typeof insertTurns>>['held']

const ofCampaign = (held: Held, call_id: string) => {
  const campaign_id = held.find(({ id }) => id === call_id)?.campaign_id
  return campaign_id == null ? {} : { campaign_id }
}

/** Turns that are new, or say more now: which they are, for they can be read. */
function tell(tx: Tx, batch: readonly CallTurns[], held: Held, told: Map<CallTurns, number[]>): void {
  for (const one of batch) {
    const turns = told.get(one) ?? []
    if (turns.length === 0) continue
    emit(tx, { type: 'call.turns', call_id: one.call_id, ...ofCampaign(held, one.call_id), turns })
  }
}

/** Tells of the turns of a call some of which were known; answers the indexes of those that are new, or were filled. */
async function fillKnown(
  tx: Tx,
  { call_id, rows, result: taken }: CallTurns,
  isNew: (index: number) => boolean,
): Promise<number[]> {
  const known = [...rows.values()].filter(({ row }) => !isNew(row.turn_index))
  taken.accepted += rows.size - known.length
  const fresh = [...rows.keys()].filter(isNew)
  if (known.length === 0) return fresh
  const told = await fillMissingFields(
    tx,
    call_id,
    known.map(({ row }) => row),
  )
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
  return [...fresh, ...told.filter(({ is_filled }) => is_filled).map(({ turn_index }) => turn_index)]
}
