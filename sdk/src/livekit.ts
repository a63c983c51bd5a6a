import type { TurnFields } from './wire.ts'

/** What `metrics_collected` of LiveKit Agents for Node carries, as far as it is used here: durations are ms. */
export interface LivekitMetrics {
  type: string
  ttftMs?: number
  ttfbMs?: number
  cancelled?: boolean
  promptTokens?: number
  promptCachedTokens?: number
  completionTokens?: number
  charactersCount?: number
  audioDurationMs?: number
  transcriptionDelayMs?: number
  lastSpeakingTimeMs?: number
}

/** What a chat message carries: seconds. */
export interface LivekitMessageMetrics {
  transcriptionDelay?: number
  llmNodeTtft?: number
  ttsNodeTtfb?: number
  e2eLatency?: number
}

/**
 * Metrics of LiveKit Agents as fields of a turn, to be given to `turn.add`. -1, and a delay without a last speaking
 * time, mean "not measured". A cancelled generation is paid for and says nothing of latency.
 */
export function fieldsOfMetrics(metrics: LivekitMetrics): TurnFields {
  const { type, cancelled } = metrics
  if (type === 'llm_metrics') {
    return {
      ...given('llm_input_tokens', metrics.promptTokens),
      ...given('llm_cached_input_tokens', metrics.promptCachedTokens),
      ...given('llm_output_tokens', metrics.completionTokens),
      ...(cancelled ? {} : given('latency_llm', metrics.ttftMs)),
    }
  }
  if (type === 'tts_metrics') {
    return {
      ...given('tts_characters', metrics.charactersCount),
      ...(cancelled ? {} : given('ttfb_tts', metrics.ttfbMs)),
    }
  }
  if (type === 'stt_metrics') return given('stt_duration_sec', seconds(metrics.audioDurationMs, 1 / 1000))
  if (type === 'eou_metrics' && metrics.lastSpeakingTimeMs)
    return given('ttfb_stt', metrics.transcriptionDelayMs)
  return {}
}

/** As `fieldsOfMetrics`, of the metrics of a chat message. The whole latency is measured, not added up. */
export const fieldsOfMessage = (metrics: LivekitMessageMetrics): TurnFields => ({
  ...given('ttfb_stt', seconds(metrics.transcriptionDelay, 1000)),
  ...given('latency_llm', seconds(metrics.llmNodeTtft, 1000)),
  ...given('ttfb_tts', seconds(metrics.ttsNodeTtfb, 1000)),
  ...given('eou_latency', seconds(metrics.e2eLatency, 1000)),
})

const seconds = (value: number | undefined, factor: number) =>
  value === undefined ? undefined : value * factor

const given = (name: keyof TurnFields, value: number | undefined): TurnFields =>
  value !== undefined && Number.isFinite(value) && value >= 0 ? { [name]: value } : {}
