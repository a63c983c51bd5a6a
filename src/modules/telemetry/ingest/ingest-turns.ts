import { includedUsage } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { eventSubject, isFinal } from '../../calls/index.ts'
import { emit } from '../../events/index.ts'
import { markCallsChanged } from '../../rollups/index.ts'
import { rederiveMetrics } from '../call-metrics.ts'
import { computeReplyLatencies } from '../reply-latency.ts'
import { fillMissingFields, insertTurns, type LockedCall } from './turn-store.ts'
import { mergeTurns, type Rejection, type TurnRow, validateTurn, type Warning } from './validate-turn.ts'

export interface IngestResult {
  /** Items that were stored, or that filled missing values of a stored row. */
  accepted: number
  /** Items that were already stored and added nothing. */
  duplicates: number
  rejected: Rejection[]
  /** Fields of stored turns that could not be used and are null. */
  warnings: Warning[]
}

/** The valid turns of one call in one request. */
export interface CallTurns {
  call_id: string
  /** By turn_index; `index` is the position in the request. */
  rows: Map<number, { index: number; row: TurnRow }>
  result: IngestResult
}

export const emptyResult = (): IngestResult => ({ accepted: 0, duplicates: 0, rejected: [], warnings: [] })

/** Validates each item on its own and merges items with the same turn_index. Invalid items are in `result.rejected`. */
export function validateTurns(call_id: string, items: readonly unknown[]): CallTurns {
  const rows: CallTurns['rows'] = new Map()
  const result = emptyResult()
  for (const [index, item] of items.entries()) {
    const validated = validateTurn(item)
    if ('pointer' in validated) {
      result.rejected.push({ index, ...validated, pointer: `/turns/${index}${validated.pointer}` })
      continue
    }
    result.warnings.push(...validated.warnings.map((warning) => ({ index, ...warning })))
    const { turn_index } = validated.row
    const earlierItem = rows.get(turn_index)
    if (earlierItem !== undefined) result.duplicates++
    const row = earlierItem === undefined ? validated.row : mergeTurns(earlierItem.row, validated.row)
    rows.set(turn_index, { index: earlierItem?.index ?? index, row })
  }
  return { call_id: call_id.toLowerCase(), rows, result }
}

/**
 * Stores turns of many calls in one transaction, and adds to the `result` of each. A turn is identified by its call and
 * turn_index, and stored once. When it is sent again, values that were missing are filled; a different value is rejected,
 * and the stored one is kept. For calls that have ended, the metrics are derived again.
 *
 * The batch must not contain a turn twice. Locks the calls until the transaction ends, so that a call that ends at the
 * same time counts every turn.
 *
 * @returns the ids of calls that do not exist
 */
export async function storeTurns(tx: Tx, batch: readonly CallTurns[], now: Date): Promise<Set<string>> {
  const rows = batch.flatMap(({ call_id, rows }) =>
    Array.from(rows.values(), ({ row }) => ({ call_id, row })),
  )
  const callIds = [...new Set(batch.map(({ call_id }) => call_id))].sort()
  const { locked_calls, inserted } = await insertTurns(tx, callIds, rows)
  const existing = new Set(locked_calls.map(({ id }) => id))
  const changedCalls = new Set(inserted === null ? existing : inserted.map(([call_id]) => call_id))
  const insertedKeys = new Set(inserted?.map(([call_id, turn_index]) => `${call_id} ${turn_index}`))
  const changedTurns = new Map<CallTurns, number[]>()
  const filledCalls = new Set<string>()
  for (const turns of batch) {
    const { call_id, rows, result } = turns
    if (inserted === null) {
      result.accepted += rows.size
      changedTurns.set(turns, [...rows.keys()])
    } else if (existing.has(call_id)) {
      const isInserted = (index: number) => insertedKeys.has(`${call_id} ${index}`)
      const filled = await fillStoredTurns(tx, turns, isInserted)
      if (filled.length > 0) filledCalls.add(call_id)
      const changed = [...[...rows.keys()].filter(isInserted), ...filled]
      if (changed.length > 0) changedCalls.add(call_id)
      changedTurns.set(turns, changed)
    }
  }
  const recomputed = batch.filter(
    (turns) => filledCalls.has(turns.call_id) || (changedCalls.has(turns.call_id) && dependOnOthers(turns)),
  )
  await recomputeReplyLatencies(tx, recomputed, changedTurns)
  const endedCalls = locked_calls.filter(({ id, status }) => isFinal(status) && changedCalls.has(id))
  await rederiveMetrics(tx, endedCalls, now)
  await markCallsChanged(tx, [...changedCalls])
  emitTurnEvents(tx, batch, locked_calls, changedTurns)
  for (const call of endedCalls) emit(tx, { type: 'call.metrics', ...eventSubject(call) })
  return new Set(callIds.filter((id) => !existing.has(id)))
}

/** Whether a reply latency may consist of the end-of-utterance delay of one turn and the stages of another. */
const dependOnOthers = ({ rows }: CallTurns): boolean =>
  Array.from(rows.values()).some(({ row: { role, eou_latency, e2e_latency, latency_llm, ttfb_tts } }) =>
    role === 'user'
      ? eou_latency != null
      : e2e_latency == null && eou_latency == null && latency_llm != null && ttfb_tts != null,
  )

/** Computes the reply latencies of these calls, and adds the turns that they change to `changedTurns`. */
async function recomputeReplyLatencies(
  tx: Tx,
  batch: readonly CallTurns[],
  changedTurns: Map<CallTurns, number[]>,
): Promise<void> {
  const updated = await computeReplyLatencies(tx, [...new Set(batch.map(({ call_id }) => call_id))])
  for (const turns of batch) {
    const indexes = updated.filter(({ call_id }) => call_id === turns.call_id)
    const changed = [...(changedTurns.get(turns) ?? []), ...indexes.map(({ turn_index }) => turn_index)]
    changedTurns.set(turns, [...new Set(changed)])
  }
}

/** Emits call.turns with the indexes of turns that were inserted or filled. */
function emitTurnEvents(
  tx: Tx,
  batch: readonly CallTurns[],
  lockedCalls: LockedCall[],
  changedTurns: Map<CallTurns, number[]>,
): void {
  const callsById = new Map(lockedCalls.map((call) => [call.id, call]))
  for (const callTurns of batch) {
    const turns = changedTurns.get(callTurns) ?? []
    const call = callsById.get(callTurns.call_id)
    if (turns.length > 0 && call !== undefined) emit(tx, { type: 'call.turns', ...eventSubject(call), turns })
  }
}

/**
 * Fills missing values of turns that were stored before, and adds to `result`. Returns the indexes of turns that were
 * filled.
 */
async function fillStoredTurns(
  tx: Tx,
  { call_id, rows, result }: CallTurns,
  isInserted: (turn_index: number) => boolean,
): Promise<number[]> {
  const storedBefore = [...rows.values()].filter(({ row }) => !isInserted(row.turn_index))
  result.accepted += rows.size - storedBefore.length
  if (storedBefore.length === 0) return []
  const compared = await fillMissingFields(
    tx,
    call_id,
    storedBefore.map(({ row }) => row),
  )
  for (const { turn_index, is_filled, contradicting_field } of compared) {
    if (is_filled) result.accepted++
    else result.duplicates++
    if (contradicting_field === null) continue
    const index = rows.get(turn_index)?.index ?? 0
    result.rejected.push({
      index,
      pointer: `/turns/${index}/${contradicting_field}`,
      code: 'contradicts',
      detail: contradictionDetail(contradicting_field),
    })
  }
  return compared.filter(({ is_filled }) => is_filled).map(({ turn_index }) => turn_index)
}

function contradictionDetail(field: string): string {
  // The statement also reports a field when filling it would exceed the stored quantity that includes it.
  const total = includedUsage.find(([part]) => part === field)?.[1]
  const orExceeds = total === undefined ? '' : `, or it would exceed ${total}`
  return `This turn was already stored with another value for \`${field}\`${orExceeds}. The stored value was kept.`
}
