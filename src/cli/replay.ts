import { readFile } from 'node:fs/promises'
import { type Static, Type } from '@sinclair/typebox'
import { outcomes } from '../db/schema/index.ts'
import { ajvWithFormats } from '../lib/ajv.ts'
import { Nullable, OneOf } from '../lib/typebox.ts'
import { StartError } from '../start.ts'
import type { ApiClient } from './api-client.ts'

const maybe = <T extends Parameters<typeof Nullable>[0]>(schema: T) => Type.Optional(Nullable(schema))
const Ms = maybe(Type.Number())
const Words = Nullable(Type.String())
const Count = maybe(Type.Integer({ minimum: 0 }))

/** What a caller said and the agent's answer. Offsets are into the recording, ms; null is what was not measured. */
const RecordedTurn = Type.Object({
  index: Type.Integer({ minimum: 1, maximum: 400_000 }),
  caller_text: Words,
  agent_text: Words,
  caller_start_ms: Ms,
  agent_start_ms: Ms,
  e2e_latency_ms: Ms,
  discard_reason: Type.Optional(Words),
  ttfb_stt: Ms,
  latency_llm: Ms,
  ttfb_tts: Ms,
  stt_duration_sec: Ms,
  llm_input_tokens: Count,
  llm_cached_input_tokens: Count,
  llm_output_tokens: Count,
  tts_characters: Count,
  was_interrupted: maybe(Type.Boolean()),
})

const Usd = Type.Union([Type.Number({ minimum: 0 }), Type.String({ pattern: '^\\d+(\\.\\d+)?$' })])

/** One call of a file; `run` and `call` name it. Fields that are not named here may be there, and say nothing. */
const RecordedCall = Type.Object({
  run: Type.String({ minLength: 1, maxLength: 120 }),
  call: Type.String({ minLength: 1, maxLength: 120 }),
  vendor: Type.String({ minLength: 1, maxLength: 100 }),
  greeting: Words,
  discard_reason: Type.Optional(Words),
  duration_sec: maybe(Type.Number({ minimum: 0 })),
  cost: maybe(Usd),
  currency: Type.Optional(Words),
  turns: Type.Array(RecordedTurn),
  direction: Type.Optional(OneOf(['inbound', 'outbound'] as const)),
  language: Type.Optional(Type.String({ minLength: 2, maxLength: 35 })),
  started_at: Type.Optional(Type.String({ format: 'date-time' })),
  status: Type.Optional(OneOf(['completed', 'failed', 'cancelled'] as const)),
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

const isRecord = ajvWithFormats().compile<RecordedCall>(RecordedCall)

/**
 * The calls of a file, one JSON object a line; without a name those of the sample that comes along.
 *
 * @throws StartError that names the line at fault
 */
export async function readRecordedCalls(
  file: string | URL = new URL('./sample/calls.jsonl', import.meta.url),
): Promise<RecordedCall[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StartError(
      `${file} cannot be read (${error.code}): name a file of calls, one JSON object a line.`,
    )
  })
  return text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [readRecord(line, `${file}, line ${i + 1}`)]))
}

function readRecord(line: string, where: string): RecordedCall {
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    throw new StartError(`${where}: this is no JSON object.`)
  }
  if (isRecord(record)) return record
  const [fault] = isRecord.errors ?? []
  throw new StartError(`${where}: ${fault?.instancePath || 'the call'} ${fault?.message}.`)
}

export interface ReplayOptions {
  api: Pick<ApiClient, 'post'>
  /** The skillbase that each vendor's calls are of. */
  skillbases: ReadonlyMap<string, string>
  calls: readonly RecordedCall[]
  /** Called after each call. */
  onProgress?: (done: number, total: number) => void
}

/**
 * Replays calls through the HTTP API, as an agent would report them. A call is known by `run/call` and a turn by its
 * index, so that a second replay changes nothing. Answers how many turns were new.
 *
 * @throws Error when a request is refused, or a turn of it
 */
export async function replayCalls({
  api,
  skillbases,
  calls,
  onProgress,
}: ReplayOptions): Promise<{ turns: number }> {
  let turns = 0
  for (const [i, record] of calls.entries()) {
    turns += await replayCall(api, skillbases, record)
    onProgress?.(i + 1, calls.length)
  }
  return { turns }
}

async function replayCall(
  api: ReplayOptions['api'],
  skillbases: ReplayOptions['skillbases'],
  record: RecordedCall,
): Promise<number> {
  const name = `${record.run}/${record.call}`
  const skillbase_id = skillbases.get(record.vendor)
  if (skillbase_id === undefined) throw new Error(`${name}: there is no skillbase for ${record.vendor}`)
  const started = startTimeOf(record)
  const { id } = await api.post('/api/calls', {
    direction: record.direction ?? 'inbound',
    skillbase_id,
    external_call_id: name,
    started_at: started.toISOString(),
    ...(record.language !== undefined && { language: record.language }),
  })
  const turns = turnsOf(record, started)
  const taken = turns.length === 0 ? undefined : await api.post(`/api/calls/${id}/turns`, { turns })
  if (taken?.rejected.length > 0) throw new Error(`${name}: ${JSON.stringify(taken.rejected)}`)
  await api.post(`/api/calls/${id}/complete`, completionOf(record, name))
  return taken?.accepted ?? 0
}

const callSpacingMs = 120_000

/** When a call began: as it says itself, else by the run's name, whose calls follow each other every two minutes. */
export function startTimeOf({ run, call, started_at }: RecordedCall): Date {
  if (started_at !== undefined) return new Date(started_at)
  const [, day, time] = /(\d{8})-(\d{6})$/.exec(run) ?? []
  if (day === undefined || time === undefined)
    throw new Error(`${run}/${call}: it says no started_at, and its run no time`)
  const [date, clock] = [day.replace(/(....)(..)/, '$1-$2-'), time.replace(/(..)(..)/, '$1:$2:')]
  const nth = Number(/\d+$/.exec(call)?.[0] ?? 0)
  return new Date(Date.parse(`${date}T${clock}Z`) + nth * callSpacingMs)
}

/** The greeting is turn 0; the caller has the odd turns, and the agent, whose answer carries what was measured, the even. */
function turnsOf(record: RecordedCall, started: Date): object[] {
  const at = (ms: number | null | undefined) =>
    typeof ms === 'number' ? { created_at: new Date(started.getTime() + Math.round(ms)).toISOString() } : {}
  const discardOf = (turn: RecordedTurn) => record.discard_reason ?? turn.discard_reason ?? null
  const greeting =
    record.greeting === null ? [] : [{ turn_index: 0, role: 'assistant', content: record.greeting, ...at(0) }]
  return [
    ...greeting,
    ...record.turns.flatMap((turn) => [
      ...(turn.caller_text === null && turn.caller_start_ms == null
        ? []
        : [callerTurn(turn, at(turn.caller_start_ms), discardOf(turn))]),
      ...(turn.agent_text === null && turn.agent_start_ms == null
        ? []
        : [agentTurn(turn, at(turn.agent_start_ms), discardOf(turn))]),
    ]),
  ]
}

const callerTurn = (turn: RecordedTurn, at: object, discard_reason: string | null) => ({
  turn_index: 2 * turn.index - 1,
  role: 'user',
  content: turn.caller_text,
  ...(discard_reason === null && { ttfb_stt: turn.ttfb_stt }),
  stt_duration_sec: turn.stt_duration_sec,
  ...at,
})

/** Latencies that must not be used stay out; why is kept. */
const agentTurn = (turn: RecordedTurn, at: object, discard_reason: string | null) => ({
  turn_index: 2 * turn.index,
  role: 'assistant',
  content: turn.agent_text,
  ...(discard_reason === null
    ? { eou_latency: turn.e2e_latency_ms, latency_llm: turn.latency_llm, ttfb_tts: turn.ttfb_tts }
    : { extra_data: { discard_reason } }),
  llm_input_tokens: turn.llm_input_tokens,
  llm_cached_input_tokens: turn.llm_cached_input_tokens,
  llm_output_tokens: turn.llm_output_tokens,
  tts_characters: turn.tts_characters,
  was_interrupted: turn.was_interrupted,
  ...at,
})

function completionOf(record: RecordedCall, name: string): object {
  const { cost, currency, duration_sec, outcome } = record
  if (cost != null && (currency ?? 'USD') !== 'USD') throw new Error(`${name}: costs are taken in USD`)
  const reported = record.reported_cost ?? (cost == null ? undefined : { total: cost })
  return {
    status: record.status ?? 'completed',
    ...(outcome !== undefined && { outcome }),
    ...(duration_sec != null && { duration_sec }),
    ...(reported !== undefined && { reported_cost: reported }),
  }
}
