import { defineChangeQueue } from '../../db/change-queue.ts'
import { dirtyCalls } from '../../db/schema/index.ts'

/** Calls that changed, to be folded: about a second of work per batch. */
export const changedCalls = defineChangeQueue(dirtyCalls, {
  module: 'rollups',
  makes: 'rollups',
  kind: 'dirty_call',
  batchSizes: [2_000, 200, 20, 1],
})

/**
 * Records that the contributions of these calls to the rollups changed, or that the calls were deleted. Call it in the
 * transaction that changes them, so that a process that sees the change record also sees the change.
 */
export const markCallsChanged = changedCalls.add

/** Up to `limit` calls of the company that could not be folded, the oldest change first. Index: dirty_calls_set_aside_idx. */
export const listSetAsideCalls = changedCalls.listSetAside
