import type { TurnFields } from './wire.ts'

/** Moments of a turn, on a monotonic clock. */
export const marks = [
  'user_speech_end',
  'stt_first_byte',
  'stt_final',
  'llm_start',
  'llm_first_token',
  'llm_end',
  'tts_start',
  'tts_first_byte',
  'audio_start',
  'interrupted',
] as const
export type Mark = (typeof marks)[number]
export type Marks = Partial<Record<Mark, number>>

/** Longer than this, ms, no latency is believed: the service would refuse it. */
const longest = 600_000

/**
 * What marks (ms of one clock) say, in the service's fields:
 *
 * - `eou_latency` = audio_start - user_speech_end: what the caller waits, silence to sound
 * - `latency_stt` = stt_final - user_speech_end
 * - `ttfb_stt` = stt_first_byte - user_speech_end; of a streaming recognizer, whose first byte comes while the caller still
 *   speaks, it is the delay of the final transcript
 * - `latency_llm` = llm_first_token - llm_start
 * - `ttfb_tts` = tts_first_byte - tts_start
 * - `latency_tts` = audio_start - tts_start
 *
 * A difference that is negative, absurd or of a mark that was never set is not there: it is not zero.
 */
export function fieldsOfMarks(at: Marks): TurnFields {
  const fields: TurnFields = {}
  const set = (name: LatencyName, from: Mark, to: Mark) => {
    const value = between(at[from], at[to])
    if (value !== undefined) fields[name] = value
  }
  set('eou_latency', 'user_speech_end', 'audio_start')
  set('latency_stt', 'user_speech_end', 'stt_final')
  set('ttfb_stt', 'user_speech_end', 'stt_first_byte')
  if (fields.ttfb_stt === undefined && fields.latency_stt !== undefined) fields.ttfb_stt = fields.latency_stt
  set('latency_llm', 'llm_start', 'llm_first_token')
  set('ttfb_tts', 'tts_start', 'tts_first_byte')
  set('latency_tts', 'tts_start', 'audio_start')
  const generation = between(at.llm_start, at.llm_end)
  if (generation !== undefined) fields.extra_data = { llm_duration_ms: generation }
  if (at.interrupted !== undefined) fields.was_interrupted = true
  else if (at.audio_start !== undefined) fields.was_interrupted = false
  return fields
}

type LatencyName = 'eou_latency' | 'latency_stt' | 'ttfb_stt' | 'latency_llm' | 'ttfb_tts' | 'latency_tts'

function between(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined
  const ms = Math.round((to - from) * 1000) / 1000
  return ms >= 0 && ms <= longest ? ms : undefined
}

const summed = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
] as const

/** Two accounts of one turn: usage adds up, extra data is merged, of the rest the later counts. What is no number is left out. */
export function merged(first: TurnFields, second: TurnFields): TurnFields {
  const sound = Object.entries(second).filter(
    ([, value]) => value !== undefined && value !== null && !isUnsound(value),
  )
  const result: TurnFields = { ...first, ...Object.fromEntries(sound) }
  for (const name of summed) {
    if (
      first[name] !== undefined &&
      result[name] !== undefined &&
      second[name] !== undefined &&
      !isUnsound(second[name])
    )
      result[name] = first[name] + (second[name] as number)
  }
  if (first.extra_data && second.extra_data) result.extra_data = { ...first.extra_data, ...second.extra_data }
  return result
}

const isUnsound = (value: unknown) => typeof value === 'number' && !Number.isFinite(value)
