import type { TurnFields } from './telemetry/wire.ts'

/** What `metrics_collected` of LiveKit Agents for Node carries, as far as it is used here: durations are ms. */
export interface LivekitMetrics {
  type: string
  ttftMs?: number
  ttfbMs?: number
  cancelled?: boolean
  promptTokens?: number
  promptCachedTokens?: number
  completionTokens?: number
  /** Of a realtime model. */
  inputTokens?: number
  outputTokens?: number
  inputTokenDetails?: { cachedTokens: number }
  charactersCount?: number
  audioDurationMs?: number
  endOfUtteranceDelayMs?: number
  transcriptionDelayMs?: number
  lastSpeakingTimeMs?: number
}

/** What the metrics of a chat message carry: seconds. */
export interface LivekitMessageMetrics {
  transcriptionDelay?: number
  endOfTurnDelay?: number
  llmNodeTtft?: number
  ttsNodeTtfb?: number
  e2eLatency?: number
}

/**
 * Metrics of LiveKit Agents as fields of a turn, to be given to `turn.add`. -1, and delays without a last speaking
 * time, mean "not measured". A cancelled generation is paid for, and says nothing of latency. `eou_latency` is
 * LiveKit's own end-of-utterance delay here: it contains the transcription delay, and not the answer.
 */
export function turnFieldsFromMetrics(metrics: LivekitMetrics): TurnFields {
  const isMeasured = !metrics.cancelled
  switch (metrics.type) {
    case 'llm_metrics':
      return {
        ...given('llm_input_tokens', metrics.promptTokens),
        ...given('llm_cached_input_tokens', metrics.promptCachedTokens),
        ...given('llm_output_tokens', metrics.completionTokens),
        ...(isMeasured && given('latency_llm', metrics.ttftMs)),
      }
    case 'realtime_model_metrics':
      return {
        ...given('llm_input_tokens', metrics.inputTokens),
        ...given('llm_cached_input_tokens', metrics.inputTokenDetails?.cachedTokens),
        ...given('llm_output_tokens', metrics.outputTokens),
        ...(isMeasured && given('latency_llm', metrics.ttftMs)),
      }
    case 'tts_metrics':
      return {
        ...given('tts_characters', metrics.charactersCount),
        ...(isMeasured && given('ttfb_tts', metrics.ttfbMs)),
      }
    case 'stt_metrics':
      return given('stt_duration_sec', metrics.audioDurationMs, 1 / 1000)
    case 'eou_metrics':
      if (!metrics.lastSpeakingTimeMs) return {}
      return {
        ...given('ttfb_stt', metrics.transcriptionDelayMs),
        ...given('eou_latency', metrics.endOfUtteranceDelayMs),
      }
    default:
      return {}
  }
}

/** As `fieldsOfMetrics`, of the metrics of a chat message. The whole latency, user's end to agent's start, is extra data. */
export function turnFieldsFromMessage(metrics: LivekitMessageMetrics): TurnFields {
  const { e2eLatency } = metrics
  return {
    ...given('ttfb_stt', metrics.transcriptionDelay, 1000),
    ...given('eou_latency', metrics.endOfTurnDelay, 1000),
    ...given('latency_llm', metrics.llmNodeTtft, 1000),
    ...given('ttfb_tts', metrics.ttsNodeTtfb, 1000),
    ...(isKnown(e2eLatency) && { extra_data: { e2e_latency_ms: rounded(e2eLatency * 1000) } }),
  }
}

const isKnown = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0

/** To the millionth: seconds that become milliseconds, and the other way, bring a tail of binary fractions. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6

const given = (name: keyof TurnFields, value: number | undefined, factor = 1): TurnFields =>
  isKnown(value) ? { [name]: rounded(value * factor) } : {}
