/**
 * Events: an outbox row written in the transaction of the change, an id assigned after the commit, stored for 7 days.
 */
export { emit, emitEventsSql } from './emit.ts'
export { includesWholeCall, isProgress } from './event-types.ts'
export { pruneEvents } from './prune.ts'
export {
  assertNoGap,
  type EventBatch,
  type EventRange,
  eventsOfRow,
  findRowsOfCompaniesAfter,
  findUnsequencedPositions,
  readEventRange,
  readEventsAfter,
  type StoredEvent,
} from './read-events.ts'
export { eventChannel, sequenceEvents, watcherLockKey } from './sequence-events.ts'
export { EventSequencer } from './sequencer.ts'
