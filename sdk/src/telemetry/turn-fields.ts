import { type TurnFields, usageFields } from './wire.ts'

/** Moments of a turn, on a monotonic clock. */
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
export type Marks = Partial<Record<Mark, number>>

/** Longer than this, ms, no latency is believed: the service would refuse it. */
const longest = 600_000

/**
 * What marks (ms of one clock) say, in the service's fields:
 *
 * - `eou_latency` = turn_end - user_speech_end: end of utterance, from silence to the decision that the user is done; to
 *   audio_start where no such decision is marked, as of a recording
 * - `extra_data.e2e_latency_ms` = audio_start - user_speech_end: what the caller waits, silence to sound
 * - `latency_stt` = stt_final - user_speech_end
 * - `ttfb_stt` = stt_first_byte - user_speech_end of a recognizer that hears whole utterances; a streaming one speaks
 *   before the caller is done, and its time is the delay of the final transcript (LiveKit's transcriptionDelay)
 * - `latency_llm` = llm_first_token - llm_start; llm_end - llm_start is in `extra_data.llm_duration_ms`
 * - `ttfb_tts` = tts_first_byte - tts_start
 * - `latency_tts` = audio_start - tts_start
 *
 * A difference that is negative, absurd, or of a mark that was never set is not there: it is not zero.
 */
export function turnFieldsFromMarks(at: Marks): TurnFields {
  const latency_stt = between(at.user_speech_end, at.stt_final)
  const llm_duration_ms = between(at.llm_start, at.llm_end)
  const e2e_latency_ms = between(at.user_speech_end, at.audio_start)
  const extra_data = {
    ...(llm_duration_ms !== undefined && { llm_duration_ms }),
    ...(at.turn_end !== undefined && e2e_latency_ms !== undefined && { e2e_latency_ms }),
  }
  return {
    ...known('eou_latency', between(at.user_speech_end, at.turn_end ?? at.audio_start)),
    ...known('latency_stt', latency_stt),
    ...known('ttfb_stt', between(at.user_speech_end, at.stt_first_byte) ?? latency_stt),
    ...known('latency_llm', between(at.llm_start, at.llm_first_token)),
    ...known('ttfb_tts', between(at.tts_start, at.tts_first_byte)),
    ...known('latency_tts', between(at.tts_start, at.audio_start)),
    ...(Object.keys(extra_data).length > 0 && { extra_data }),
    // Somebody who never spoke cannot have been interrupted, and says nothing of it.
    ...((at.interrupted ?? at.audio_start) !== undefined && {
      was_interrupted: at.interrupted !== undefined,
    }),
  }
}

const known = (name: keyof TurnFields, value: number | undefined): TurnFields =>
  value === undefined ? {} : { [name]: value }

function between(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined
  const ms = Math.round((to - from) * 1000) / 1000
  return ms >= 0 && ms <= longest ? ms : undefined
}

const latencies = [
  'ttfb_stt',
  'latency_stt',
  'latency_llm',
  'ttfb_tts',
  'latency_tts',
  'eou_latency',
] as const

/** What of a turn is paid for. */
export const usageFieldsOf = (fields: TurnFields): TurnFields =>
  Object.fromEntries(
    usageFields.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  )

/**
 * Two accounts of one turn. Usage adds up: every generation of it is paid for. A latency is the first one: the caller
 * waits for the first token, and not for that of a later step. Extra data is joined; of the rest the later word counts.
 */
export function mergeTurnFields(first: TurnFields, second: TurnFields): TurnFields {
  const both = { ...first, ...second }
  for (const name of usageFields) {
    if (first[name] !== undefined && second[name] !== undefined) both[name] = first[name] + second[name]
  }
  for (const name of latencies) {
    if (first[name] !== undefined) both[name] = first[name]
  }
  if (first.extra_data && second.extra_data) both.extra_data = { ...first.extra_data, ...second.extra_data }
  return both
}

/** The whole turn: what was said of it in so many words counts for more than what its marks say. */
export function completeTurnFields(at: Marks, said: TurnFields): TurnFields {
  const marked = turnFieldsFromMarks(at)
  const extra_data = { ...marked.extra_data, ...said.extra_data }
  return { ...marked, ...said, ...(Object.keys(extra_data).length > 0 && { extra_data }) }
}
