/** What happened, in the order in which it is told: written with its fact, given its id afterwards, kept for a while. */
export { emit, emitEventsSql } from './emit.ts'
export { eventRetentionDays, pruneEvents } from './prune.ts'
export {
  assertNoGap,
  type EventRange,
  eventsOfRow,
  findUnsequencedPositions,
  readEventRange,
  readEventsAfter,
  type StoredEvent,
  selectEventsAfter,
} from './read-events.ts'
export { eventChannel, type SequenceResult, sequenceEvents, watcherLockKey } from './sequence-events.ts'
export { EventSequencer } from './sequencer.ts'
