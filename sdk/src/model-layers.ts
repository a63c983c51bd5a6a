import type { AgentMetrics } from '@livekit/agents'
import type { Session } from './session-options.ts'

/**
 * How an event of LiveKit Agents reports a request to a provider. A `FallbackAdapter` or `StreamAdapter` reports the same
 * request once more, so its own event is a `wrapper`, which counts for latency only, because its caller waits for all
 * attempts; the event of a model inside it is `wrapped` and counts for usage only. `request`: neither.
 */
export type MetricsLayer = 'request' | 'wrapper' | 'wrapped'

/** The members of models that show what wraps what. The lists are those of the three FallbackAdapters. */
interface Model {
  label?: string | (() => string)
  provider?: string
  model?: string
  capabilities?: { streaming?: boolean; userTranscription?: boolean }
  llms?: Model[]
  ttsInstances?: Model[]
  sttInstances?: Model[]
  /** Realtime models only. */
  session?: () => unknown
}

export type Component = 'stt' | 'llm' | 'tts'

export const componentOfMetrics: Partial<Record<AgentMetrics['type'], Component>> = {
  stt_metrics: 'stt',
  llm_metrics: 'llm',
  realtime_model_metrics: 'llm',
  tts_metrics: 'tts',
}

/** The model of a component that the session uses now: the current agent's own, or else the session's. */
export function activeModel(session: Session, component: Component): Model | undefined {
  return (currentAgent(session)?.[component] ?? session[component]) as Model | undefined
}

function currentAgent(session: Session) {
  try {
    return session.currentAgent
  } catch {
    // LiveKit throws while the session is not running.
    return undefined
  }
}

/** The realtime model that the session uses, or undefined when it uses a pipeline of recognizer, model and voice. */
function realtimeModel(session: Session): Model | undefined {
  const model = activeModel(session, 'llm')
  return typeof model?.session === 'function' ? model : undefined
}

/** Whether the transcripts of the user come from a realtime model. They can arrive after the reply. */
export const hasRealtimeTranscripts = (session: Session): boolean =>
  realtimeModel(session)?.capabilities?.userTranscription === true &&
  activeModel(session, 'stt') === undefined

/** The layer of an event. It is found from the active models, so that it does not depend on the order of events. */
export function layerOf(metrics: AgentMetrics, session: Session): MetricsLayer {
  const component = componentOfMetrics[metrics.type]
  if (component === undefined || !('label' in metrics)) return 'request'
  const model = activeModel(session, component)
  const parts = model === undefined ? [] : partsOf(model)
  const isWrapper =
    adapterLabel.test(metrics.label) ||
    parts.some((part) => childrenOf(part).length > 0 && labelOf(part) === metrics.label)
  if (isWrapper) return 'wrapper'
  // The stream of a StreamAdapter has the label of the model inside; only that it streams differs.
  const isInStreamAdapter = component === 'tts' && parts.some((part) => isWholeText(part, metrics.label))
  if (isInStreamAdapter && 'streamed' in metrics && metrics.streamed) return 'wrapper'
  return isInStreamAdapter || parts.length > 1 ? 'wrapped' : 'request'
}

const adapterLabel = /^(?:(?:tts\.|stt\.)?FallbackAdapter$|(?:tts|stt)\.StreamAdapter<)/

const childrenOf = ({ llms, ttsInstances, sttInstances }: Model) => llms ?? ttsInstances ?? sttInstances ?? []

const partsOf = (model: Model): Model[] => [model, ...childrenOf(model).flatMap(partsOf)]

const labelOf = ({ label }: Model) => (typeof label === 'function' ? label() : label)

/** Whether the voice of this label synthesizes whole sentences, so that LiveKit puts a StreamAdapter around it. */
const isWholeText = (part: Model, label: string): boolean =>
  labelOf(part) === `tts.StreamAdapter<${label}>` ||
  (part.capabilities?.streaming === false && labelOf(part) === label)
