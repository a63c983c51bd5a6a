import { readFile } from 'node:fs/promises'
import { type Static, Type } from '@sinclair/typebox'
import { finalCallStatuses, outcomes } from '../db/schema/index.ts'
import { ajvWithFormats } from '../lib/schema/ajv.ts'
import { fieldErrors } from '../lib/schema/schema-errors.ts'
import { Nullable, OneOf } from '../lib/schema/typebox.ts'
import { StartError } from '../start.ts'
import type { ApiClient } from './api-client.ts'

const OptionalNullable = <T extends Parameters<typeof Nullable>[0]>(schema: T) =>
  Type.Optional(Nullable(schema))
const OptionalNumber = OptionalNullable(Type.Number())
const OptionalCount = OptionalNullable(Type.Integer({ minimum: 0 }))
const NullableText = Nullable(Type.String())

/**
 * The words of the caller and the reply of the agent. `*_start_ms` are offsets from the start of the recording, and all
 * latencies are in ms. null means not measured.
 */
const RecordedTurn = Type.Object({
  index: Type.Integer({ minimum: 1, maximum: 400_000 }),
  caller_text: NullableText,
  agent_text: NullableText,
  caller_start_ms: OptionalNumber,
  agent_start_ms: OptionalNumber,
  e2e_latency_ms: OptionalNumber,
  discard_reason: Type.Optional(NullableText),
  ttfb_stt: OptionalNumber,
  eou_latency: OptionalNumber,
  latency_llm: OptionalNumber,
  ttfb_tts: OptionalNumber,
  stt_duration_sec: OptionalNumber,
  llm_input_tokens: OptionalCount,
  llm_cached_input_tokens: OptionalCount,
  llm_output_tokens: OptionalCount,
  tts_characters: OptionalCount,
  was_interrupted: OptionalNullable(Type.Boolean()),
})

const Usd = Type.Union([Type.Number({ minimum: 0 }), Type.String({ pattern: '^\\d+(\\.\\d+)?$' })])

/** One call of a file, identified by `run` and `call`. Other fields are ignored. */
const RecordedCall = Type.Object({
  run: Type.String({ minLength: 1, maxLength: 120 }),
  call: Type.String({ minLength: 1, maxLength: 120 }),
  vendor: Type.String({ minLength: 1, maxLength: 100 }),
  greeting: NullableText,
  /** Why the latencies of this call must not be used; null when they are valid. */
  discard_reason: Type.Optional(NullableText),
  duration_sec: OptionalNullable(Type.Number({ minimum: 0 })),
  cost: OptionalNullable(Usd),
  currency: Type.Optional(NullableText),
  turns: Type.Array(RecordedTurn),
  direction: Type.Optional(OneOf(['inbound', 'outbound'] as const)),
  language: Type.Optional(Type.String({ minLength: 2, maxLength: 35 })),
  started_at: Type.Optional(Type.String({ format: 'date-time' })),
  status: Type.Optional(OneOf(finalCallStatuses)),
  outcome: Type.Optional(OneOf(outcomes)),
  reported_cost: Type.Optional(
    Type.Object({
      stt: Type.Optional(Usd),
      llm: Type.Optional(Usd),
      tts: Type.Optional(Usd),
      livekit: Type.Optional(Usd),
      total: Type.Optional(Usd),
    }),
  ),
})

export type RecordedTurn = Static<typeof RecordedTurn>
export type RecordedCall = Static<typeof RecordedCall>

const isRecordedCall = ajvWithFormats({ allErrors: true, verbose: true }).compile<RecordedCall>(RecordedCall)

/**
 * Reads the calls of a file in JSON Lines format, by default those of the bundled sample.
 *
 * @throws StartError with the line number when the file cannot be read or a line is not a valid call
 */
export async function readRecordedCalls(
  file: string | URL = new URL('./sample/calls.jsonl', import.meta.url),
): Promise<RecordedCall[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StartError(
      `${file} cannot be read (${error.code}). Name a file of calls in JSON Lines format: one JSON object per line.`,
    )
  })
  return text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [parseRecordedCall(line, `${file}, line ${i + 1}`)]))
}

function parseRecordedCall(line: string, where: string): RecordedCall {
  let call: unknown
  try {
    call = JSON.parse(line)
  } catch {
    throw new StartError(`${where}: This line is not valid JSON.`)
  }
  if (isRecordedCall(call)) return call
  const [error] = fieldErrors(isRecordedCall.errors ?? [])
  throw new StartError(`${where}: ${error?.pointer || 'The call'}: ${error?.detail}`)
}

export interface ReplayOptions {
  api: Pick<ApiClient, 'post'>
  /** Skillbase ids by vendor. */
  skillbases: ReadonlyMap<string, string>
  calls: readonly RecordedCall[]
  /** Called after each call. */
  onProgress?: (done: number, total: number) => void
}

/**
 * Replays calls through the HTTP API, as an agent would report them. Calls are identified by `run/call` and turns by
 * their index, so a second replay changes nothing.
 *
 * @returns the number of turns that were new, and of fields that could not be used
 * @throws Error when a request or a turn is rejected
 */
export async function replayCalls({
  api,
  skillbases,
  calls,
  onProgress,
}: ReplayOptions): Promise<{ turns: number; warnings: number }> {
  const total = { turns: 0, warnings: 0 }
  for (const [i, call] of calls.entries()) {
    const { turns, warnings } = await replayCall(api, skillbases, call)
    total.turns += turns
    total.warnings += warnings
    onProgress?.(i + 1, calls.length)
  }
  return total
}

async function replayCall(
  api: ReplayOptions['api'],
  skillbases: ReplayOptions['skillbases'],
  call: RecordedCall,
): Promise<{ turns: number; warnings: number }> {
  const name = `${call.run}/${call.call}`
  const skillbase_id = skillbases.get(call.vendor)
  if (skillbase_id === undefined)
    throw new Error(`${name}: There is no skillbase for the vendor ${call.vendor}.`)
  const startedAt = startTimeOf(call)
  const { id } = await api.post('/api/calls', {
    direction: call.direction ?? 'inbound',
    skillbase_id,
    external_call_id: name,
    started_at: startedAt.toISOString(),
    ...(call.language !== undefined && { language: call.language }),
  })
  const turns = turnsOf(call, startedAt)
  const result = turns.length === 0 ? undefined : await api.post(`/api/calls/${id}/turns`, { turns })
  if (result?.rejected.length > 0) throw new Error(`${name}: ${JSON.stringify(result.rejected)}`)
  await api.post(`/api/calls/${id}/complete`, completionOf(call, name))
  return { turns: result?.accepted ?? 0, warnings: result?.warnings.length ?? 0 }
}

/** Time between the computed starts of consecutive calls of a run, for calls without `started_at`. */
const callSpacingMs = 120_000

/**
 * Returns when a call started: its started_at, else the time in the name of its run (`-YYYYMMDD-hhmmss`) plus two
 * minutes times the number at the end of the call's name.
 *
 * @throws Error when the call has neither
 */
export function startTimeOf({ run, call, started_at }: RecordedCall): Date {
  if (started_at !== undefined) return new Date(started_at)
  const [, day, time] = /(\d{8})-(\d{6})$/.exec(run) ?? []
  if (day === undefined || time === undefined) {
    throw new Error(
      `${run}/${call}: The call has no started_at, and its run does not end with a time. Add started_at, or a time as in x-20261102-080000.`,
    )
  }
  const isoDate = day.replace(/(....)(..)/, '$1-$2-')
  const isoTime = time.replace(/(..)(..)/, '$1:$2:')
  const callNumber = Number(/(?<!\d)\d+$/.exec(call)?.[0] ?? 0)
  return new Date(Date.parse(`${isoDate}T${isoTime}Z`) + callNumber * callSpacingMs)
}

/**
 * Returns the turns to report. The greeting has turn_index 0, the caller has odd indexes and the agent even ones. The
 * agent's turn carries the measurements. A side without text and start time gets no turn.
 */
function turnsOf(call: RecordedCall, startedAt: Date): object[] {
  const createdAt = (offsetMs: number | null | undefined) =>
    typeof offsetMs === 'number'
      ? { created_at: new Date(startedAt.getTime() + Math.round(offsetMs)).toISOString() }
      : {}
  const greeting =
    call.greeting === null
      ? []
      : [{ turn_index: 0, role: 'assistant', content: call.greeting, ...createdAt(0) }]
  const exchanges = call.turns.flatMap((turn) => {
    const discardReason = call.discard_reason ?? turn.discard_reason ?? null
    const hasCaller = turn.caller_text !== null || turn.caller_start_ms != null
    const hasAgent = turn.agent_text !== null || turn.agent_start_ms != null
    return [
      ...(hasCaller ? [callerTurn(turn, createdAt(turn.caller_start_ms), discardReason)] : []),
      ...(hasAgent ? [agentTurn(turn, createdAt(turn.agent_start_ms), discardReason)] : []),
    ]
  })
  return [...greeting, ...exchanges]
}

const callerTurn = (turn: RecordedTurn, createdAt: object, discardReason: string | null) => ({
  turn_index: 2 * turn.index - 1,
  role: 'user',
  content: turn.caller_text,
  ...(discardReason === null && { ttfb_stt: turn.ttfb_stt }),
  stt_duration_sec: turn.stt_duration_sec,
  ...createdAt,
})

/** Latencies of a discarded turn are not reported; the reason is stored in extra_data. */
const agentTurn = (turn: RecordedTurn, createdAt: object, discardReason: string | null) => ({
  turn_index: 2 * turn.index,
  role: 'assistant',
  content: turn.agent_text,
  ...(discardReason === null
    ? {
        e2e_latency: turn.e2e_latency_ms,
        eou_latency: turn.eou_latency,
        latency_llm: turn.latency_llm,
        ttfb_tts: turn.ttfb_tts,
      }
    : { extra_data: { discard_reason: discardReason } }),
  llm_input_tokens: turn.llm_input_tokens,
  llm_cached_input_tokens: turn.llm_cached_input_tokens,
  llm_output_tokens: turn.llm_output_tokens,
  tts_characters: turn.tts_characters,
  was_interrupted: turn.was_interrupted,
  ...createdAt,
})

function completionOf(call: RecordedCall, name: string): object {
  const { cost, currency, duration_sec, outcome } = call
  if (cost != null && (currency ?? 'USD') !== 'USD') {
    throw new Error(`${name}: The cost is in ${currency}. Only USD is supported.`)
  }
  const reportedCost = call.reported_cost ?? (cost == null ? undefined : { total: cost })
  return {
    status: call.status ?? 'completed',
    ...(outcome !== undefined && { outcome }),
    ...(duration_sec != null && { duration_sec }),
    ...(reportedCost !== undefined && { reported_cost: reportedCost }),
  }
}
