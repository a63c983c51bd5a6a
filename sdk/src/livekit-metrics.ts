import type { TurnFields } from './telemetry/wire.ts'

/** The fields of a `metrics_collected` event of LiveKit Agents for Node that are used here. Durations are in ms. */
export interface LivekitMetrics {
  type: string
  ttftMs?: number
  ttfbMs?: number
  cancelled?: boolean
  promptTokens?: number
  promptCachedTokens?: number
  completionTokens?: number
  /** Set by realtime models only, as are outputTokens and inputTokenDetails. */
  inputTokens?: number
  outputTokens?: number
  inputTokenDetails?: { cachedTokens: number }
  charactersCount?: number
  audioDurationMs?: number
  endOfUtteranceDelayMs?: number
  transcriptionDelayMs?: number
  lastSpeakingTimeMs?: number
}

/** The metrics of a chat message of LiveKit Agents, in seconds. */
export interface LivekitMessageMetrics {
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
        ...field('llm_output_tokens', metrics.completionTokens),
        ...(isMeasured && field('latency_llm', metrics.ttftMs)),
      }
    case 'realtime_model_metrics':
      return {
        ...field('llm_input_tokens', metrics.inputTokens),
        ...field('llm_cached_input_tokens', metrics.inputTokenDetails?.cachedTokens),
        ...field('llm_output_tokens', metrics.outputTokens),
        ...(isMeasured && field('latency_llm', metrics.ttftMs)),
      }
    case 'tts_metrics':
      return {
        ...field('tts_characters', metrics.charactersCount),
        ...(isMeasured && field('ttfb_tts', metrics.ttfbMs)),
      }
    case 'stt_metrics':
      return field('stt_duration_sec', metrics.audioDurationMs, 1 / 1000)
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

/**
 * Converts the metrics of a chat message into fields of a turn. e2eLatency, from the end of the user's speech to the
 * start of the reply, becomes extra_data.e2e_latency_ms.
 */
export function turnFieldsFromMessage(metrics: LivekitMessageMetrics): TurnFields {
  const { e2eLatency } = metrics
  return {
    ...field('ttfb_stt', metrics.transcriptionDelay, 1000),
    ...field('eou_latency', metrics.endOfTurnDelay, 1000),
    ...field('latency_llm', metrics.llmNodeTtft, 1000),
    ...field('ttfb_tts', metrics.ttsNodeTtfb, 1000),
    ...(isMeasuredValue(e2eLatency) && { extra_data: { e2e_latency_ms: rounded(e2eLatency * 1000) } }),
  }
}

const isMeasuredValue = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0

/** Rounds to six decimal places, because conversions of units yield numbers such as 300.00000000000006. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6

const field = (name: keyof TurnFields, value: number | undefined, factor = 1): TurnFields =>
  isMeasuredValue(value) ? { [name]: rounded(value * factor) } : {}
