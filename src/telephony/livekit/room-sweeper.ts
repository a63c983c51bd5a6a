import type { CallRef } from '../carrier.ts'
import type { CallStore } from './call-store.ts'
import type { Rooms } from './rooms.ts'

/** After this many rooms in a row that could not be deleted, a sweep ends: LiveKit itself does not respond. */
const maxFailuresInARow = 5
/** Time between two lists of all rooms, ms. */
const listIntervalMs = 60_000

export interface SweeperOptions {
  calls: CallStore
  rooms: Rooms
  /** Deletes the room of a call that is over. False when that failed. */
  deleteRoom: (call: CallRef) => Promise<boolean>
  onError: (error: unknown) => void
}

/** Ends calls, and deletes rooms, that their process left behind. */
export class RoomSweeper {
  private readonly options: SweeperOptions
  private listedAt = Number.NEGATIVE_INFINITY

  constructor(options: SweeperOptions) {
    this.options = options
  }

  /**
   * Ends calls that are over for their agent, or lost, and deletes rooms of calls that are over: the process that should have done it
   * died, or the agent stayed in the room. Companies take turns. What fails for one call is tried again later, with growing delays,
   * and does not hold up the others. Once a minute it also deletes rooms that were opened again after their call. Returns 1 when
   * there were any, otherwise 0.
   */
  async sweep(now: Date): Promise<number> {
    const { calls, deleteRoom } = this.options
    const leftOpen = await calls.findLeftOpen(now)
    for (const call of leftOpen) await this.endLeftOpen(call, now)
    const uncleared = await calls.findUncleared(now)
    let failuresInARow = 0
    for (const call of uncleared) {
      failuresInARow = (await deleteRoom(call)) ? 0 : failuresInARow + 1
      if (failuresInARow > 0) await calls.postponeClearing(call, now)
      if (failuresInARow === maxFailuresInARow) break
    }
    const reopened = await this.deleteReopened(now)
    await calls.prune(now)
    return leftOpen.length + uncleared.length + reopened === 0 ? 0 : 1
  }

  private async endLeftOpen(call: CallRef, now: Date): Promise<void> {
    const { calls, onError } = this.options
    try {
      await calls.markEnded(call, { at: now, reason: 'the agent reported the outcome' })
    } catch (error) {
      onError(error)
      await calls.postponeClearing(call, now)
    }
  }

  /** Deletes rooms that agents opened again after the room of their call had been deleted. Returns how many there were. */
  private async deleteReopened(now: Date): Promise<number> {
    const { calls, rooms, deleteRoom, onError } = this.options
    if (now.getTime() - this.listedAt < listIntervalMs) return 0
    this.listedAt = now.getTime()
    let reopened: CallRef[] = []
    try {
      reopened = await calls.findCleared(await rooms.listCallIds())
    } catch (error) {
      onError(error)
    }
    for (const call of reopened) if (!(await deleteRoom(call))) break
    return reopened.length
  }
}
