import type { Static } from '@sinclair/typebox'
import { maxLatencyMs, usageDetailNames, usageIncludedIn } from '../../../db/schema/index.ts'
import type { ErrorCode, TurnErrorCode, TurnWarningCode } from '../../../lib/error-codes.ts'
import { type FieldError, Refusal } from '../../../lib/errors.ts'
import { lazy } from '../../../lib/lazy.ts'
import { ajvWithFormats } from '../../../lib/schema/ajv.ts'
import { firstMember } from '../../../lib/schema/json-pointer.ts'
import { fieldErrors } from '../../../lib/schema/schema-errors.ts'
import { isStorable, isStorableJson, truncate } from '../../../lib/text.ts'
import { parseInstant } from '../../../lib/time/instants.ts'
import { maxContentLength, TurnInput } from './input-schema.ts'

/** A turn as its agent sent it. A value that was not measured is absent or null. */
export type ReportedTurn = Static<typeof TurnInput>

type UsageDetail = (typeof usageDetailNames)[number]

/** A valid turn. A value that was not measured is absent or null; it is stored as null. */
export type TurnRow = Omit<ReportedTurn, 'created_at' | UsageDetail> & { created_at?: Date }

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

/** A field of a turn that could not be used. It is stored as null, and the rest of the turn is kept. */
export interface Warning {
  /** Position of the turn in the request. */
  index: number
  field: string
  /** As it was sent; null for an object, an array or a long text. */
  value: number | string | boolean | null
  code: TurnWarningCode
  reason: string
}

export interface ValidatedTurn {
  row: TurnRow
  warnings: Omit<Warning, 'index'>[]
}

const latencyFields = [
  'ttfb_stt',
  'latency_stt',
  'latency_llm',
  'ttfb_tts',
  'latency_tts',
  'eou_latency',
] as const

/** An item with an error in one of these is not understood: the turn could not be identified or placed. */
const keyFields = ['turn_index', 'role', 'created_at']

const maxRepeatedLength = 100

/** The error of an item with a text that PostgreSQL cannot store. */
export const unstorableTextError = {
  code: 'unstorable_text' as const,
  detail: 'A text contains a NUL character or an unpaired surrogate, which cannot be stored. Remove it.',
}

/** Compiles a JSON schema at first use. The returned function returns the errors of an item. */
export function createItemValidator(schema: object): (item: unknown) => FieldError[] {
  const compiled = lazy(() => ajvWithFormats({ allErrors: true, verbose: true }).compile(schema))
  return (item) => {
    const validate = compiled()
    if (validate(item)) return []
    const errors = fieldErrors(validate.errors ?? [])
    return errors.length > 0 ? errors : [{ pointer: '', detail: 'The item is not valid.' }]
  }
}

const schemaErrorsOf = createItemValidator(TurnInput)

/**
 * Reads one item of a request. Returns the turn to store with a warning for each field that could not be used, or the
 * error of an item that is not a turn.
 *
 * LiveKit agents send -1 for a latency that was not measured, or 0 if it is eou_latency: both are stored as null.
 * A reply that began before the caller had finished has a negative eou_latency or e2e_latency_ms, which is stored as
 * `extra_data.overlap_ms`. Other negative latencies, and those above ten minutes, are clock errors.
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
    warnings.clear(field, field in TurnInput.properties ? 'invalid' : 'unknown_field', detail)
  }
  checkTexts(turn, warnings)
  checkLatencies(turn, warnings)
  checkTotals(turn, warnings)
  const { created_at, ...fields } = turn
  const row: TurnRow = withUsageDetails(fields)
  if (created_at === undefined) return { row, warnings: warnings.list }
  try {
    row.created_at = parseInstant(created_at, '/created_at')
    return { row, warnings: warnings.list }
  } catch (error) {
    if (!(error instanceof Refusal && error.errors?.[0])) throw error
    return { ...error.errors[0], code: 'invalid_time' }
  }
}

/** Collects the warnings of one turn. */
class Warnings {
  readonly list: ValidatedTurn['warnings'] = []
  private readonly turn: Record<string, unknown>

  constructor(turn: object) {
    this.turn = turn as Record<string, unknown>
  }

  add(field: string, value: unknown, code: TurnWarningCode, reason: string): void {
    const isShown =
      typeof value === 'string'
        ? value.length <= maxRepeatedLength
        : typeof value === 'number' || typeof value === 'boolean'
    this.list.push({ field, value: isShown ? (value as Warning['value']) : null, code, reason })
  }

  /** Removes a field from the turn, so that it is stored as null, and adds a warning. A field has at most one. */
  clear(field: string, code: TurnWarningCode, reason: string): void {
    if (!Object.hasOwn(this.turn, field)) return
    this.add(field, this.turn[field], code, reason)
    delete this.turn[field]
  }
}

/** `content` is never lost: characters that cannot be stored are replaced, and a text that is too long is cut. */
function checkTexts(turn: ReportedTurn, warnings: Warnings): void {
  const { content, state_id, extra_data } = turn
  const { code, detail } = unstorableTextError
  if (content != null && !isStorable(content)) {
    warnings.add('content', content, code, detail)
    turn.content = content.toWellFormed().replaceAll('\0', '\ufffd')
  }
  if (turn.content != null && turn.content.length > maxContentLength) {
    const reason = `Must have at most ${maxContentLength} characters. The rest was cut off.`
    warnings.add('content', content, 'invalid', reason)
    turn.content = truncate(turn.content, maxContentLength)
  }
  if (state_id != null && !isStorable(state_id)) warnings.clear('state_id', code, detail)
  if (extra_data != null && !isStorableJson(JSON.stringify(extra_data)))
    warnings.clear('extra_data', code, detail)
}

function checkLatencies(turn: ReportedTurn, warnings: Warnings): void {
  const e2eLatency = turn.extra_data?.e2e_latency_ms
  const overlap = overlapOf(turn.eou_latency) ?? overlapOf(e2eLatency)
  for (const field of latencyFields) {
    const value = turn[field]
    if (value === null || value === undefined) continue
    if (value === -1 || (field === 'eou_latency' && value === 0)) turn[field] = null
    else if (!isPossible(value)) warnings.clear(field, ...impossibleLatency(value, field === 'eou_latency'))
  }
  if (typeof e2eLatency === 'number' && !isPossible(e2eLatency)) {
    const { e2e_latency_ms: _, ...rest } = turn.extra_data ?? {}
    turn.extra_data = rest
    if (e2eLatency !== -1)
      warnings.add('extra_data.e2e_latency_ms', e2eLatency, ...impossibleLatency(e2eLatency, true))
  }
  if (overlap !== undefined) turn.extra_data = { ...turn.extra_data, overlap_ms: overlap }
}

const isPossible = (latency: number) => latency >= 0 && latency <= maxLatencyMs

/** For how long both spoke, ms; undefined unless the latency is that of a reply which began too early. */
const overlapOf = (latency: unknown): number | undefined =>
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
      : `The reply began ${overlap} ms before the caller had finished. This is stored as extra_data.overlap_ms.`,
  ]
}

const includedUsage = Object.entries(usageIncludedIn) as [
  keyof typeof usageIncludedIn,
  (typeof usageIncludedIn)[keyof typeof usageIncludedIn],
][]

function checkTotals(turn: ReportedTurn, warnings: Warnings): void {
  for (const [field, totalName] of includedUsage) {
    const total = turn[totalName]
    if ((turn[field] ?? 0) > (total ?? Number.POSITIVE_INFINITY)) {
      const reason = `Must be at most ${totalName} (${total}), which includes it. Received ${turn[field]}.`
      warnings.clear(field, 'exceeds_total', reason)
    }
  }
}

/** Moves the usage without a column of its own into `extra_data.usage`. */
function withUsageDetails(fields: Omit<ReportedTurn, 'created_at'>): TurnRow {
  const row = { ...fields }
  const usage: Partial<Record<UsageDetail, number>> = {}
  for (const name of usageDetailNames) {
    const quantity = row[name]
    if (quantity === undefined) continue
    if (quantity !== null) usage[name] = quantity
    delete row[name]
  }
  if (Object.keys(usage).length > 0) row.extra_data = { ...row.extra_data, usage }
  return row
}

/** Merges two reports of the same turn: the first report's values are kept, its missing ones are filled from the second. */
export function mergeTurns(first: TurnRow, second: TurnRow): TurnRow {
  const reported = Object.entries(first).filter(([, value]) => value !== null)
  return { ...second, ...(Object.fromEntries(reported) as unknown as TurnRow) }
}
