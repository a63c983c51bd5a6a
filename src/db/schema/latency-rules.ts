import { maxLatencyMs } from './columns.ts'
import type { Latency } from './states.ts'

/*
 * Rules about the latencies of turns, as SQL over the columns of call_logs. A prefix such as `turn.` stands before each
 * column.
 */

const isFiller = (prefix: string) => `${prefix}is_filler is true`

/** The latency of a turn that answers; null for filler speech, which only bridges the wait for the answer. */
export const answerLatency = (latency: Latency, prefix = ''): string =>
  `case when not ${isFiller(prefix)} then ${prefix}${latency} end`

/**
 * Condition: it is known when the reply began, relative to the end of the caller's speech. These replies are the base of
 * the share of overlaps.
 */
export const isMeasuredReply = (prefix = ''): string =>
  `(${prefix}overlap_ms is not null or ${prefix}role = 'assistant' and not ${isFiller(prefix)}
        and (${prefix}e2e_latency is not null or ${prefix}eou_latency is not null))`

/**
 * The reply latency of a turn that reports none: end-of-utterance delay + time to the first token + time to the first
 * audio. The end-of-utterance delay already includes the transcription. null when one of the three was not measured, when
 * the sum is not plausible, and for turns without a wait for a reply: those of the user, filler, and replies that began
 * before the caller had finished.
 *
 * @param eou the end-of-utterance delay before the reply, as SQL
 */
export function computedReplyLatency(prefix: string, eou = `${prefix}eou_latency`): string {
  const sum = `${eou} + ${prefix}latency_llm + ${prefix}ttfb_tts`
  return `case when ${prefix}role = 'assistant' and not ${isFiller(prefix)} and ${prefix}overlap_ms is null
        and ${sum} <= ${maxLatencyMs} then ${sum} end`
}
