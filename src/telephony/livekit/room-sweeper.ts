import type { CallRef } from '../carrier.ts'
import type { CallStore } from './call-store.ts'

/** After this many rooms in a row that could not be deleted, a sweep ends: LiveKit itself does not respond. */
const maxFailuresInARow = 5

export interface Sweeper {
  calls: CallStore
  /** Deletes the room of a call that is over. False when that failed. */
  deleteRoom: (call: CallRef) => Promise<boolean>
  onError: (error: unknown) => void
}

/**
 * Ends calls that are over for their agent, or lost, and deletes rooms of calls that are over: the process that should have done it
 * died, or the agent stayed in the room. Companies take turns. What fails for one call is tried again later, with growing delays,
 * and does not hold up the others. Returns 1 when there were any, otherwise 0.
 */
export async function sweepRooms(sweeper: Sweeper, now: Date): Promise<number> {
  const { calls, deleteRoom } = sweeper
  const leftOpen = await calls.findLeftOpen(now)
  for (const call of leftOpen) await endLeftOpen(sweeper, call, now)
  const uncleared = await calls.findUncleared(now)
  let failuresInARow = 0
  for (const call of uncleared) {
    failuresInARow = (await deleteRoom(call)) ? 0 : failuresInARow + 1
    if (failuresInARow > 0) await calls.postponeClearing(call, now)
    if (failuresInARow === maxFailuresInARow) break
  }
  await calls.prune(now)
  return leftOpen.length + uncleared.length === 0 ? 0 : 1
}

async function endLeftOpen({ calls, onError }: Sweeper, call: CallRef, now: Date): Promise<void> {
  try {
    await calls.markEnded(call, { at: now, reason: 'the agent reported the outcome' })
  } catch (error) {
    onError(error)
    await calls.postponeClearing(call, now)
  }
}
