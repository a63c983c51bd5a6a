import type { TurnFields } from './telemetry/wire.ts'

/** Tokens of a realtime model by kind. `cachedTokens` are the cached ones of all kinds. */
interface TokenDetails {
  audioTokens?: number
  imageTokens?: number
  cachedTokens?: number
  cachedTokensDetails?: { audioTokens?: number; imageTokens?: number } | undefined
}

/** The fields of a `metrics_collected` event of LiveKit Agents for Node that are used here. Durations are in ms. */
export interface LivekitMetrics {
  type: string
  ttftMs?: number
  ttfbMs?: number
  cancelled?: boolean
  promptTokens?: number
  promptCachedTokens?: number
  cacheCreationTokens?: number
  completionTokens?: number
  /** Set by realtime models, and by recognizers and voices that are billed by tokens. */
  inputTokens?: number
  outputTokens?: number
  /** Set by realtime models only, as are the next two. */
  inputTokenDetails?: TokenDetails
  outputTokenDetails?: TokenDetails
  sessionDurationMs?: number
  charactersCount?: number
  audioDurationMs?: number
  endOfUtteranceDelayMs?: number
  transcriptionDelayMs?: number
  lastSpeakingTimeMs?: number
}

/** The metrics of a chat message of LiveKit Agents. Delays are in seconds, instants in seconds since 1970. */
export interface LivekitMessageMetrics {
  startedSpeakingAt?: number
  stoppedSpeakingAt?: number
  transcriptionDelay?: number
  endOfTurnDelay?: number
  llmNodeTtft?: number
  ttsNodeTtfb?: number
  e2eLatency?: number
}

/**
 * Converts metrics of LiveKit Agents into fields of a turn, for `turn.add`. -1, and end-of-utterance delays without a
 * last speaking time, mean "not measured" and are left out. A cancelled generation counts for usage but not for latency.
 * `eou_latency` is LiveKit's end-of-utterance delay: it includes the transcription delay, and not the reply.
 */
export function turnFieldsFromMetrics(metrics: LivekitMetrics): TurnFields {
  const isMeasured = !metrics.cancelled
  switch (metrics.type) {
    case 'llm_metrics':
      return {
        ...field('llm_input_tokens', metrics.promptTokens),
        ...field('llm_cached_input_tokens', metrics.promptCachedTokens),
        ...usedField('llm_cache_write_tokens', metrics.cacheCreationTokens),
        ...field('llm_output_tokens', metrics.completionTokens),
        ...(isMeasured && field('latency_llm', metrics.ttftMs)),
      }
    case 'realtime_model_metrics':
      return { ...realtimeUsage(metrics), ...(isMeasured && field('latency_llm', metrics.ttftMs)) }
    case 'tts_metrics':
      return {
        ...field('tts_characters', metrics.charactersCount),
        ...usedField('tts_input_tokens', metrics.inputTokens),
        ...usedField('tts_output_tokens', metrics.outputTokens),
        ...usedField('tts_duration_sec', metrics.audioDurationMs, 1 / 1000),
        ...(isMeasured && field('ttfb_tts', metrics.ttfbMs)),
      }
    case 'stt_metrics':
      return {
        ...field('stt_duration_sec', metrics.audioDurationMs, 1 / 1000),
        ...usedField('stt_input_tokens', metrics.inputTokens),
        ...usedField('stt_output_tokens', metrics.outputTokens),
      }
    case 'eou_metrics':
      if (!metrics.lastSpeakingTimeMs) return {}
      return {
        ...field('ttfb_stt', metrics.transcriptionDelayMs),
        ...field('eou_latency', metrics.endOfUtteranceDelayMs),
      }
    default:
      return {}
  }
}

function realtimeUsage(metrics: LivekitMetrics): TurnFields {
  const { inputTokenDetails: input, outputTokenDetails: output } = metrics
  return {
    ...field('llm_input_tokens', metrics.inputTokens),
    ...field('llm_cached_input_tokens', input?.cachedTokens),
    ...field('llm_output_tokens', metrics.outputTokens),
    ...usedField('llm_audio_input_tokens', input?.audioTokens),
    ...usedField('llm_cached_audio_input_tokens', input?.cachedTokensDetails?.audioTokens),
    ...usedField('llm_image_input_tokens', input?.imageTokens),
    ...usedField('llm_cached_image_input_tokens', input?.cachedTokensDetails?.imageTokens),
    ...usedField('llm_audio_output_tokens', output?.audioTokens),
    ...usedField('llm_image_output_tokens', output?.imageTokens),
    ...usedField('llm_session_sec', metrics.sessionDurationMs, 1 / 1000),
  }
}

/** Whether the message stopped before it started. LiveKit then measured from an instant of an earlier utterance. */
export const isContradicted = ({ startedSpeakingAt, stoppedSpeakingAt }: LivekitMessageMetrics): boolean =>
  startedSpeakingAt !== undefined && stoppedSpeakingAt !== undefined && stoppedSpeakingAt < startedSpeakingAt

/**
 * Converts the metrics of a chat message into fields of a turn. e2eLatency, from the end of the user's speech to the
 * start of the reply, becomes e2e_latency. It is negative when the reply began first.
 *
 * Latencies that are measured from the end of the user's speech are not reported when that instant is contradicted, by
 * this message or, with `isUserContradicted`, by the message that it replies to. Their values are kept in extra_data, such
 * as contradicted_eou_latency, for which the service returns a warning.
 */
export function turnFieldsFromMessage(
  metrics: LivekitMessageMetrics,
  isUserContradicted = false,
): TurnFields {
  const delays = {
    ...field('ttfb_stt', metrics.transcriptionDelay, 1000),
    ...field('eou_latency', metrics.endOfTurnDelay, 1000),
  }
  const e2e = metrics.e2eLatency
  const sinceEndOfSpeech: TurnFields = {
    ...delays,
    ...(e2e !== undefined && Number.isFinite(e2e) && { e2e_latency: Math.round(e2e * 1e6) / 1e3 }),
  }
  const isUnusable = isUserContradicted || isContradicted(metrics)
  return {
    ...(isUnusable ? contradictedFields(sinceEndOfSpeech) : sinceEndOfSpeech),
    ...field('latency_llm', metrics.llmNodeTtft, 1000),
    ...field('ttfb_tts', metrics.ttsNodeTtfb, 1000),
  }
}

function contradictedFields(fields: TurnFields): TurnFields {
  const kept = Object.entries(fields).map(([name, ms]) => [`contradicted_${name}`, ms])
  return kept.length > 0 ? { extra_data: Object.fromEntries(kept) } : {}
}

const isMeasuredValue = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0

/** Rounds to six decimal places, because conversions of units yield numbers such as 300.00000000000006. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6

const field = (name: keyof TurnFields, value: number | undefined, factor = 1): TurnFields =>
  isMeasuredValue(value) ? { [name]: rounded(value * factor) } : {}

/** A quantity that LiveKit also reports as 0 for models that do not bill it. */
const usedField = (name: keyof TurnFields, value: number | undefined, factor = 1): TurnFields =>
  value ? field(name, value, factor) : {}
