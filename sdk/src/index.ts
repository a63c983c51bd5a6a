/** What a voice agent embeds to tell the New Voice platform how its calls went. */
export { type CollectorOptions, MetricCollector, type OpenTurn } from './collector.ts'
export {
  fieldsOfMessage,
  fieldsOfMetrics,
  type LivekitMessageMetrics,
  type LivekitMetrics,
} from './livekit.ts'
export type { SenderOptions, World } from './options.ts'
export { type Counts, TelemetrySender } from './sender.ts'
export { fieldsOfMarks, type Mark, type Marks, marks } from './turn.ts'
export type { Completion, Item, Outcome, Role, Turn, TurnFields } from './wire.ts'
