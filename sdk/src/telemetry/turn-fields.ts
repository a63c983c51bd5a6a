import { type TurnFields, usageFields } from './wire.ts'

/** Names of the moments in a turn that an agent can mark. */
export const marks = [
  'user_speech_end',
  'turn_end',
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
/** Times of marks, in ms of one monotonic clock. */
export type Marks = Partial<Record<Mark, number>>

/** Longest latency that the service accepts, ms. A longer one is left out. */
const maxLatencyMs = 600_000

/**
 * Computes fields of a turn from its marks:
 *
 * - `eou_latency` = turn_end - user_speech_end, the end-of-utterance delay: from silence to the decision that the user
 *   has finished.
 * - `e2e_latency` = audio_start - user_speech_end: how long the caller waits for the reply.
 * - `latency_stt` = stt_final - user_speech_end
 * - `ttfb_stt` = stt_first_byte - user_speech_end. A streaming recognizer returns its first text before the user has
 *   finished, which gives a negative difference; then it is latency_stt (LiveKit's transcriptionDelay).
 * - `latency_llm` = llm_first_token - llm_start
 * - `extra_data.llm_duration_ms` = llm_end - llm_start
 * - `ttfb_tts` = tts_first_byte - tts_start
 * - `latency_tts` = audio_start - tts_start
 *
 * A field is left out when one of its marks is missing, or the difference is above 600,000 ms. A difference to audio_start is
 * negative when the reply began before the user had finished: an overlap. Other negative differences are left out.
 */
export function turnFieldsFromMarks(times: Marks): TurnFields {
  const latency_stt = difference(times.user_speech_end, times.stt_final)
  const llm_duration_ms = difference(times.llm_start, times.llm_end)
  return {
    ...field('eou_latency', difference(times.user_speech_end, times.turn_end)),
    ...field('e2e_latency', signedDifference(times.user_speech_end, times.audio_start)),
    ...field('latency_stt', latency_stt),
    ...field('ttfb_stt', difference(times.user_speech_end, times.stt_first_byte) ?? latency_stt),
    ...field('latency_llm', difference(times.llm_start, times.llm_first_token)),
    ...field('ttfb_tts', difference(times.tts_start, times.tts_first_byte)),
    ...field('latency_tts', difference(times.tts_start, times.audio_start)),
    ...(llm_duration_ms !== undefined && { extra_data: { llm_duration_ms } }),
    // Without audio nothing can be interrupted, so the field stays unknown.
    ...((times.interrupted ?? times.audio_start) !== undefined && {
      was_interrupted: times.interrupted !== undefined,
    }),
  }
}

const field = (name: keyof TurnFields, value: number | undefined): TurnFields =>
  value === undefined ? {} : { [name]: value }

function signedDifference(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined
  const ms = Math.round((to - from) * 1000) / 1000
  return Math.abs(ms) <= maxLatencyMs ? ms : undefined
}

function difference(from: number | undefined, to: number | undefined): number | undefined {
  const ms = signedDifference(from, to)
  return ms !== undefined && ms >= 0 ? ms : undefined
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

/** The latencies of a turn, and what else is not billed. */
export const withoutUsage = (fields: TurnFields): TurnFields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !usageFields.includes(name as never)))

/** The fields that are billed: seconds, tokens and characters. */
export const usageFieldsOf = (fields: TurnFields): TurnFields =>
  Object.fromEntries(
    usageFields.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  )

/** The sum to six decimals: 1.6 + 2.7 + 2.7 s are 7 s, and not 7.000000000000001 s, which would be billed as 8 s. */
const sum = (a: number, b: number): number => Math.round((a + b) * 1e6) / 1e6

/**
 * Merges two sets of fields of one turn. Usage is summed, because every generation is billed. The first latency is kept:
 * the caller waits for the first token, not for that of a later generation. extra_data is merged; of any other field
 * the second value is kept.
 */
export function mergeTurnFields(first: TurnFields, second: TurnFields): TurnFields {
  const merged = { ...first, ...second }
  for (const name of usageFields) {
    if (first[name] !== undefined && second[name] !== undefined) merged[name] = sum(first[name], second[name])
  }
  for (const name of latencyFields) {
    if (first[name] !== undefined) merged[name] = first[name]
  }
  if (first.extra_data && second.extra_data) merged.extra_data = { ...first.extra_data, ...second.extra_data }
  return merged
}

/** All fields of a turn: those `given` by the agent, and for the others the values computed from marks. */
export function completeTurnFields(times: Marks, given: TurnFields): TurnFields {
  const computed = turnFieldsFromMarks(times)
  const extra_data = { ...computed.extra_data, ...given.extra_data }
  return { ...computed, ...given, ...(Object.keys(extra_data).length > 0 && { extra_data }) }
}
