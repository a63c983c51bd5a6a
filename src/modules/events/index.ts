/** What happened, in the order in which it is told: written with its fact, given its id afterwards, kept for a while. */
export { emit, emitting } from './emit.ts'
export { forgetEvents, keptDays } from './forget.ts'
export {
  type Head,
  headOf,
  itemsOf,
  type KeptEvent,
  manyAfter,
  readAfter,
  refuseGap,
  unsequenced,
} from './read.ts'
export { channel, type Sequenced, sequenceEvents, watchKey } from './sequence.ts'
export { EventSequencer } from './sequencer.ts'
