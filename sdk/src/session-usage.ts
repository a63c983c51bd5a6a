import type { AgentMetrics } from '@livekit/agents'
import { activeModel, componentOfMetrics } from './model-layers.ts'
import { ProviderUsage } from './provider-usage.ts'
import type { Session } from './session-options.ts'
import { mergeTurnFields, usageFieldsOf } from './telemetry/turn-fields.ts'
import type { Completion, TurnFields } from './telemetry/wire.ts'

/** The usage of a session by provider, and the part of it that no turn has yet. */
export class SessionUsage {
  private readonly session: Session
  private readonly byProvider = new ProviderUsage()
  /** Usage to be added to the next turn. */
  private carried: TurnFields = {}
  /** Generations that were cancelled before the model reported their usage. */
  private generationsWithoutUsage = 0

  constructor(session: Session) {
    this.session = session
  }

  /** Counts a request for its provider. */
  count(metrics: AgentMetrics, fields: TurnFields): void {
    const component = componentOfMetrics[metrics.type]
    if (component === undefined) return
    const { modelProvider, modelName } = ('metadata' in metrics && metrics.metadata) || {}
    // Realtime plugins do not name their model in the event.
    const model = metrics.type === 'realtime_model_metrics' ? activeModel(this.session, component) : undefined
    this.byProvider.add(component, modelProvider ?? model?.provider, modelName ?? model?.model, fields)
    if ('cancelled' in metrics && metrics.cancelled && 'totalTokens' in metrics && metrics.totalTokens === 0)
      this.generationsWithoutUsage++
  }

  /** Keeps usage for the next turn. */
  carry(fields: TurnFields): void {
    this.carried = mergeTurnFields(this.carried, usageFieldsOf(fields))
  }

  get hasCarried(): boolean {
    const hasUsage = Object.values(this.carried).some((value) => typeof value === 'number' && value > 0)
    return hasUsage || this.generationsWithoutUsage > 0
  }

  /** Takes what was carried, for a turn. */
  take(): TurnFields {
    const { carried, generationsWithoutUsage } = this
    this.carried = {}
    this.generationsWithoutUsage = 0
    return generationsWithoutUsage === 0
      ? carried
      : { ...carried, extra_data: { generations_without_usage: generationsWithoutUsage } }
  }

  providers(unnamed: Completion['providers']): NonNullable<Completion['providers']> {
    return this.byProvider.providers(unnamed)
  }
}
