/** Telemetry for voice agents: reports turns and ends of calls to the New Voice platform. */
export {
  type LivekitMessageMetrics,
  type LivekitMetrics,
  turnFieldsFromMessage,
  turnFieldsFromMetrics,
} from './livekit-metrics.ts'
export { type CollectorOptions, MetricCollector, type OpenTurn } from './telemetry/collector.ts'
export type { Environment, SenderOptions } from './telemetry/options.ts'
export { type SenderStats, TelemetrySender } from './telemetry/sender.ts'
export { type Mark, type Marks, marks, turnFieldsFromMarks } from './telemetry/turn-fields.ts'
export type { Completion, Item, Outcome, Role, Turn, TurnFields, Warning } from './telemetry/wire.ts'
