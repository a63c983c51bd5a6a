import { isContradicted, turnFieldsFromMessage } from './livekit-metrics.ts'
import type { Message, SpeechState } from './speeches.ts'
import { mergeTurnFields } from './telemetry/turn-fields.ts'
import type { TurnFields } from './telemetry/wire.ts'

/** The last utterance of the user, from whose end the wait for the reply is measured. */
export interface UserSpeech {
  /** Latencies that belong to the reply. */
  metrics: TurnFields
  /** When it was spoken, ms since 1970. */
  spokeAt: number
  /** Its end as LiveKit measured it, seconds since 1970. */
  stoppedAt: number | undefined
  /** The instants of its message contradict each other, so no latency is measured from its end. */
  isContradicted: boolean
}

export const noUserSpeech: UserSpeech = {
  metrics: {},
  spokeAt: 0,
  stoppedAt: undefined,
  isContradicted: false,
}

export const userSpeechOf = ({ metrics = {} }: Message, spokeAt: number): UserSpeech => ({
  metrics: turnFieldsFromMessage(metrics),
  spokeAt,
  stoppedAt: metrics.stoppedSpeakingAt,
  isContradicted: isContradicted(metrics),
})

/** When the message began to be spoken, as LiveKit measured it, ms since 1970. */
export function speechStartOf({ metrics }: Message): number | undefined {
  const { startedSpeakingAt } = metrics ?? {}
  return startedSpeakingAt === undefined ? undefined : startedSpeakingAt * 1000
}

/**
 * The latencies of a reply: those of its own generation, and those that are measured since the end of the user's speech.
 *
 * @param isAfterFiller LiveKit does not measure e2eLatency for words that follow others, so it is computed in the same way
 */
export function replyLatencies(
  { metrics }: Message,
  { eou }: Partial<SpeechState>,
  user: UserSpeech,
  isAfterFiller: boolean,
): { ofGeneration: TurnFields; sinceUser: TurnFields } {
  const { startedSpeakingAt } = metrics ?? {}
  const { stoppedAt } = user
  const isComputed = isAfterFiller && stoppedAt !== undefined && startedSpeakingAt !== undefined
  const measured = { ...(isComputed && { e2eLatency: startedSpeakingAt - stoppedAt }), ...metrics }
  const { extra_data, e2e_latency, ...ofGeneration } = turnFieldsFromMessage(measured, user.isContradicted)
  const isEouContradicted =
    user.isContradicted && Math.abs((eou?.lastSpeakingTimeMs ?? 0) - (stoppedAt ?? 0) * 1000) < 1
  const sinceUser = mergeTurnFields(eou === undefined || isEouContradicted ? {} : eou.fields, {
    ...(extra_data && { extra_data }),
    ...(e2e_latency !== undefined && { e2e_latency }),
  })
  return { ofGeneration, sinceUser }
}
