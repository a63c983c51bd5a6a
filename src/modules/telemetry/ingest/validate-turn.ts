import type { Static } from '@sinclair/typebox'
import { includedUsage, maxLatencyMs } from '../../../db/schema/index.ts'
import type { ErrorCode } from '../../../lib/error-codes.ts'
import { type FieldError, Refusal } from '../../../lib/errors.ts'
import { isObject } from '../../../lib/record-of.ts'
import { type ReportWarning, repeatedValue, unstorableTextWarning } from '../../../lib/report-warnings.ts'
import { createItemValidator } from '../../../lib/schema/item-validator.ts'
import { firstMember } from '../../../lib/schema/json-pointer.ts'
import { withoutInexactNumbers } from '../../../lib/schema/storable-json.ts'
import { isStorable, isStorableJson, storable, storableValue, truncate } from '../../../lib/text.ts'
import { parseInstant } from '../../../lib/time/instants.ts'
import type { TurnErrorCode, TurnWarningCode } from '../../../lib/turn-codes.ts'
import { maxContentLength, TurnInput } from './input-schema.ts'

/** A turn as its agent sent it. A value that was not measured is absent or null. */
export type ReportedTurn = Static<typeof TurnInput>

/** A valid turn. A value that was not measured is absent or null; it is stored as null. */
export type TurnRow = Omit<ReportedTurn, InstantField> & {
  created_at?: Date
  overlap_ms?: number
}

/** The reason why an item of a request was not stored. */
export interface Rejection {
  /** Position of the item in the request. */
  index: number
  /** JSON pointer into the request. */
  pointer: string
  /** A code of turns, or else the code of the error response that a request with only this item would get. */
  code: TurnErrorCode | ErrorCode
  detail: string
}

/** A field of an item that could not be used. It is stored as null, or changed, and the rest of the item is kept. */
export interface Warning extends ReportWarning {
  /** Position of the item in the request. */
  index: number
}

export interface ValidatedTurn {
  row: TurnRow
  warnings: ReportWarning[]
}

const latencyFields = [
  'ttfb_stt',
  'latency_stt',
  'latency_llm',
  'ttfb_tts',
  'latency_tts',
  'eou_latency',
  'e2e_latency',
] as const
/** They are measured from the end of the user's speech. One that is negative is an overlap, unless the user had stopped. */
const overlapFields: readonly string[] = ['e2e_latency', 'eou_latency']
const sinceEndOfSpeech = ['ttfb_stt', 'latency_stt', 'eou_latency', 'e2e_latency'] as const

const speechInstants = ['started_speaking_at', 'stopped_speaking_at'] as const
const instantFields = ['created_at', ...speechInstants] as const
type InstantField = (typeof instantFields)[number]

/** An item with an error in one of these is not understood: the turn could not be identified. */
const keyFields = ['turn_index', 'role']

const schemaErrorsOf = createItemValidator(TurnInput)

/**
 * Reads one item of a request. Returns the turn to store with a warning for each field that could not be used, or the
 * error of an item that is not a turn.
 *
 * LiveKit agents send -1 for a latency that was not measured, or 0 if it is eou_latency: both are stored as null.
 * A reply that began before the caller had finished has a negative e2e_latency or eou_latency, which is stored as
 * `overlap_ms`. Other negative latencies, and those above ten minutes, are clock errors.
 */
export function validateTurn(item: unknown): ValidatedTurn | (FieldError & Pick<Rejection, 'code'>) {
  const errors = schemaErrorsOf(item)
  const keyError = errors.find(({ pointer }) => keyFields.includes(firstMember(pointer) ?? 'turn_index'))
  if (keyError !== undefined) return { ...keyError, code: 'invalid' }
  const turn = { ...(item as ReportedTurn) }
  const warnings = new Warnings(turn)
  for (const { pointer, detail } of errors) {
    const field = firstMember(pointer) ?? ''
    if (field === 'content' && typeof turn.content === 'string') continue
    if (isNumberWithin(pointer, 'extra_data')) {
      replaceInexactNumbers(turn, warnings, detail)
      continue
    }
    warnings.clear(field, warningCodeOf(field, turn), detail)
  }
  checkTexts(turn, warnings)
  moveFromExtraData(turn)
  const instants = readInstants(turn, warnings)
  checkContradictions(turn, instants, warnings)
  const overlap_ms = checkLatencies(turn, warnings)
  checkTotals(turn, warnings)
  const { created_at: _, started_speaking_at: __, stopped_speaking_at: ___, ...fields } = turn
  const row: TurnRow = withSpeechInstants(fields, instants)
  if (overlap_ms !== undefined) row.overlap_ms = overlap_ms
  if (instants.created_at !== undefined) row.created_at = instants.created_at
  return { row, warnings: warnings.list }
}

/** Whether an error is about a number that was changed when it was parsed: the only error within an object of free JSON. */
export const isNumberWithin = (pointer: string, field: string): boolean => pointer.startsWith(`/${field}/`)

/** Stores null in place of numbers that are not those that the agent sent, and keeps the rest of `extra_data`. */
function replaceInexactNumbers(turn: ReportedTurn, warnings: Warnings, reason: string): void {
  if (turn.extra_data == null) return
  warnings.add('extra_data', turn.extra_data, 'inexact_number', reason)
  turn.extra_data = withoutInexactNumbers(turn.extra_data)
}

/** The code of a field that does not match the schema. An object can only be too large. */
function warningCodeOf(field: string, turn: Record<string, unknown>): TurnWarningCode {
  if (!(field in TurnInput.properties)) return 'unknown_field'
  return field === 'extra_data' && isObject(turn[field]) ? 'too_large' : 'invalid'
}

/** Collects the warnings of one turn. */
class Warnings {
  readonly list: ValidatedTurn['warnings'] = []
  private readonly turn: Record<string, unknown>

  constructor(turn: object) {
    this.turn = turn as Record<string, unknown>
  }

  add(field: string, value: unknown, code: TurnWarningCode, reason: string): void {
    this.list.push({ field, value: repeatedValue(value), code, reason })
  }

  /** Removes a field from the turn, so that it is stored as null, and adds a warning. A field has at most one. */
  clear(field: string, code: TurnWarningCode, reason: string): void {
    if (!Object.hasOwn(this.turn, field)) return
    this.add(field, this.turn[field], code, reason)
    delete this.turn[field]
  }
}

/** No text is lost: characters that cannot be stored are replaced, and a `content` that is too long is cut. */
function checkTexts(turn: ReportedTurn, warnings: Warnings): void {
  const { content, extra_data } = turn
  const { code, reason } = unstorableTextWarning
  for (const field of ['content', 'state_id'] as const) {
    const text = turn[field]
    if (text == null || isStorable(text)) continue
    warnings.add(field, text, code, reason)
    turn[field] = storable(text)
  }
  if (extra_data != null && !isStorableJson(JSON.stringify(extra_data))) {
    warnings.add('extra_data', extra_data, code, reason)
    turn.extra_data = storableValue(extra_data)
  }
  const cut = turn.content == null ? turn.content : truncate(turn.content, maxContentLength)
  if (cut === turn.content) return
  const reasonOfCut = `Must have at most ${maxContentLength} characters. The rest was cut off.`
  warnings.add('content', content, 'invalid', reasonOfCut)
  turn.content = cut
}

/** Versions of the SDK before these fields existed report them in `extra_data`. */
function moveFromExtraData(turn: ReportedTurn): void {
  const { e2e_latency_ms, is_filler, ...rest } = turn.extra_data ?? {}
  if (typeof e2e_latency_ms === 'number' && turn.e2e_latency == null) turn.e2e_latency = e2e_latency_ms
  else if (e2e_latency_ms !== undefined) rest.e2e_latency_ms = e2e_latency_ms
  if (typeof is_filler === 'boolean' && turn.is_filler == null) turn.is_filler = is_filler
  else if (is_filler !== undefined) rest.is_filler = is_filler
  if (turn.extra_data != null)
    turn.extra_data = hasMembers(rest) || !hasMembers(turn.extra_data) ? rest : null
}

const hasMembers = (object: object) => Object.keys(object).length > 0

type Instants = Partial<Record<InstantField, Date>>

/** The instants of the turn. One that does not exist or is not supported is left out, with a warning. */
function readInstants(turn: ReportedTurn, warnings: Warnings): Instants {
  const instants: Instants = {}
  for (const field of instantFields) {
    const text = turn[field]
    if (text === undefined || text === null) continue
    try {
      instants[field] = parseInstant(text, `/${field}`)
    } catch (error) {
      if (!(error instanceof Refusal && error.errors?.[0])) throw error
      warnings.clear(field, 'invalid_time', error.errors[0].detail)
    }
  }
  return instants
}

/**
 * A turn whose speech ended before it started was measured from a wrong end of speech: its latencies since then are
 * stored as null, and their values kept in `extra_data`, such as `contradicted_eou_latency`. The SDK does the same with
 * the instants of a session; what it has kept there is a warning too.
 */
function checkContradictions(turn: ReportedTurn, instants: Instants, warnings: Warnings): void {
  const { started_speaking_at: started, stopped_speaking_at: stopped } = instants
  const code = 'contradicted_latency'
  for (const field of sinceEndOfSpeech) {
    const kept = turn.extra_data?.[`contradicted_${field}`]
    if (kept !== undefined) {
      const reason = 'The agent withheld it: two instants of the same speech contradict each other.'
      warnings.add(field, kept, code, reason)
    }
  }
  if (started === undefined || stopped === undefined || stopped >= started) return
  for (const field of sinceEndOfSpeech) {
    const value = turn[field]
    if (value === undefined || value === null) continue
    const seconds = (started.getTime() - stopped.getTime()) / 1000
    warnings.clear(field, code, `\`stopped_speaking_at\` is ${seconds} s before \`started_speaking_at\`.`)
    turn.extra_data = { ...turn.extra_data, [`contradicted_${field}`]: value }
  }
}

/** Returns for how long both spoke, ms; undefined when the reply did not begin too early. */
function checkLatencies(turn: ReportedTurn, warnings: Warnings): number | undefined {
  const overlap = overlapOf(turn.e2e_latency) ?? overlapOf(turn.eou_latency)
  for (const field of latencyFields) {
    const value = turn[field]
    if (value === null || value === undefined) continue
    if (value === -1 || (field === 'eou_latency' && value === 0)) turn[field] = null
    else if (!isPossible(value))
      warnings.clear(field, ...impossibleLatency(value, overlapFields.includes(field)))
  }
  return overlap
}

const isPossible = (latency: number) => latency >= 0 && latency <= maxLatencyMs

/** For how long both spoke, ms; undefined unless the latency is that of a reply which began too early. */
const overlapOf = (latency: number | null | undefined): number | undefined =>
  typeof latency === 'number' && latency < 0 && latency !== -1 && latency >= -maxLatencyMs
    ? -latency
    : undefined

function impossibleLatency(value: number, mayOverlap: boolean): [TurnWarningCode, string] {
  if (value > maxLatencyMs)
    return ['absurd_latency', `Must be at most ${maxLatencyMs} ms. Received ${value}.`]
  const overlap = mayOverlap ? overlapOf(value) : undefined
  return [
    'negative_latency',
    overlap === undefined
      ? `Must be at least 0, or -1 when it was not measured. Received ${value}.`
      : `The reply began ${overlap} ms before the caller had finished. This is stored as overlap_ms.`,
  ]
}

function checkTotals(turn: ReportedTurn, warnings: Warnings): void {
  for (const [field, totalName] of includedUsage) {
    const total = turn[totalName]
    if ((turn[field] ?? 0) > (total ?? Number.POSITIVE_INFINITY)) {
      const reason = `Must be at most ${totalName} (${total}), which includes it. Received ${turn[field]}.`
      warnings.clear(field, 'exceeds_total', reason)
    }
  }
}

/** Keeps when the turn was spoken in `extra_data`, as UTC. */
function withSpeechInstants(row: TurnRow, instants: Instants): TurnRow {
  const known = speechInstants.flatMap((name) =>
    instants[name] === undefined ? [] : [[name, instants[name].toISOString()]],
  )
  return known.length === 0
    ? row
    : { ...row, extra_data: { ...row.extra_data, ...Object.fromEntries(known) } }
}

/** Merges two reports of the same turn: the first report's values are kept, its missing ones are filled from the second. */
export function mergeTurns(first: TurnRow, second: TurnRow): TurnRow {
  const reported = Object.entries(first).filter(([, value]) => value !== null)
  return { ...second, ...(Object.fromEntries(reported) as unknown as TurnRow) }
}
