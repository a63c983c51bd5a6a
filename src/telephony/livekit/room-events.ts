import type { CallRef, CarrierEvent } from '../carrier.ts'
import { type CallStore, endedEvent, isOver } from './call-store.ts'
import type { Rooms } from './rooms.ts'
import type { Departure, WebhookHandler } from './webhook-events.ts'

/** `ended_reason` of a call that is ended because its agent left the callee alone. */
export const agentLeftReason = 'agent_left'

export interface RoomEventsOptions {
  calls: CallStore
  rooms: Rooms
  /** Deletes the room of a call that is over. False when that failed; the sweep tries again. */
  deleteRoom: (call: CallRef) => Promise<boolean>
}

/** Applies what webhooks report of rooms to the stored calls. Repeated, late and lost webhooks are safe. */
export class RoomEvents implements WebhookHandler {
  private readonly options: RoomEventsOptions

  constructor(options: RoomEventsOptions) {
    this.options = options
  }

  /** The callee left, or the room was closed. */
  async callEnded(call: CallRef, departure: Departure): Promise<CarrierEvent[]> {
    const { calls, deleteRoom } = this.options
    // Recorded before the state is read: the call may be answered between the two statements.
    if (await calls.recordProvisionalEnd(call, departure.outcome, departure.reason)) return []
    if ((await calls.find(call))?.state !== 'answered') return []
    const ended = await calls.markEnded(call, { at: departure.at, reason: departure.reason })
    await deleteRoom(call)
    return ended?.state === 'ended' ? [endedEvent(ended)] : []
  }

  /** The callee answered. */
  async calleeAnswered(call: CallRef, at: Date): Promise<CarrierEvent[]> {
    const { company_id, call_id } = call
    return (await this.options.calls.markAnswered(call, at))
      ? [{ company_id, call_id, type: 'answered', at }]
      : []
  }

  /** An agent left: ends the call, live or ringing, if the callee is alone in the room. */
  async agentLeft(call: CallRef, at: Date): Promise<CarrierEvent[]> {
    const { calls, rooms } = this.options
    const { isAlone } = await rooms.inspectRoom(call)
    if (!isAlone) return []
    const events = await this.callEnded(call, { at, outcome: undefined, reason: agentLeftReason })
    if ((await calls.find(call))?.state === 'inviting') await rooms.deleteRoom(call)
    return events
  }

  /**
   * The room was opened, or somebody joined it. An agent that comes after its call is over opens the room again, and would wait in
   * it for nobody: LiveKit keeps an empty room for 5 minutes.
   */
  async roomJoined(call: CallRef): Promise<void> {
    const stored = await this.options.calls.find(call)
    if (stored !== undefined && isOver(stored)) await this.options.deleteRoom(call)
  }

  findCompany = (call_id: string): Promise<string | undefined> => this.options.calls.findCompany(call_id)
}
