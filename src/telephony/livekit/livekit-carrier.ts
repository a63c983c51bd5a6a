import { setMaxListeners } from 'node:events'
import { type Loop, startLoop } from '../../lib/loop.ts'
import {
  type CallRef,
  type Carrier,
  type CarrierEvent,
  type CarrierEventHandler,
  type DialRequest,
  type DialResult,
  type LookupResult,
  ringMarginMs,
} from '../carrier.ts'
import { type AgentWaitResult, waitForAgent } from './agent-wait.ts'
import { CallStore, endedEvent, type StoredCall } from './call-store.ts'
import { type InviteResult, refusedDial, resultOfError, resultWithoutRinging } from './invite-results.ts'
import type { LivekitOptions } from './livekit-options.ts'
import { lookTimes, RingWatch } from './ring-watch.ts'
import { agentLeftReason, RoomEvents } from './room-events.ts'
import { RoomSweeper } from './room-sweeper.ts'
import { Rooms } from './rooms.ts'
import { readWebhook, toCarrierEvents } from './webhook-events.ts'

const defaultAgentWaitMs = 15_000
const defaultDispatchAgainMs = 3_000
const defaultMaxCheckAgeMs = 200
/** Time to create a room and run two statements, in addition to the wait for an agent. */
const preparationMs = 2_000
const sweepIntervalMs = 5_000
const noLongerAllowed: DialResult = { kind: 'withheld', reason: 'the call may no longer be dialed' }

/**
 * Calls through LiveKit SIP. Each call gets a room with its id and an agent; when the agent is ready, an INVITE is
 * sent. At most one INVITE is sent per call, also when processes die at any step: each step is recorded in
 * livekit_calls before it is executed. Unknown states are looked up in LiveKit before a call is treated as ended.
 */
export class LivekitCarrier implements Carrier {
  readonly name = 'livekit'
  readonly dialDeadlineMs: number
  /** Applies webhooks. */
  readonly roomEvents: RoomEvents
  private readonly options: LivekitOptions
  private readonly calls: CallStore
  private readonly rooms: Rooms
  private readonly sweeper: RoomSweeper
  private readonly stopping = new AbortController()
  private onEvents: CarrierEventHandler = async () => ({ failed: [] })

  constructor(options: LivekitOptions) {
    this.options = options
    this.calls = new CallStore(options.db)
    this.rooms = new Rooms(options)
    const { calls, rooms } = this
    const deleteRoom = (call: CallRef) => this.deleteRoom(call)
    this.roomEvents = new RoomEvents({ calls, rooms, deleteRoom })
    this.sweeper = new RoomSweeper({ calls, rooms, deleteRoom, onError: options.onError })
    this.dialDeadlineMs = (options.agentWaitMs ?? defaultAgentWaitMs) + preparationMs
    // Every dial request listens to it.
    setMaxListeners(0, this.stopping.signal)
  }

  async dial(call: DialRequest): Promise<DialResult> {
    // An earlier request for this call may have sent an INVITE.
    if (!(await this.calls.reserve(call, this.options.now()))) {
      return { kind: 'ambiguous', reason: 'the call was requested before' }
    }
    const failure = await this.prepare(call)
    if (failure !== undefined) {
      await this.calls.markVoid(call, this.options.now())
      await this.deleteRoom(call)
      return failure
    }
    const ringMs = this.rooms.ringSec(call) * 1000 + ringMarginMs
    const rings_until = new Date(this.options.now().getTime() + ringMs)
    const checkedAt = performance.now()
    if (!(await this.calls.markInviting(call, rings_until))) {
      await this.deleteRoom(call)
      return noLongerAllowed
    }
    // A slow database or a suspended process: the campaign may have been paused since the check.
    const checkAgeMs = performance.now() - checkedAt
    if (checkAgeMs > (this.options.maxCheckAgeMs ?? defaultMaxCheckAgeMs) && !(await this.canDial(call))) {
      await this.calls.withdrawInvite(call)
      await this.deleteRoom(call)
      return noLongerAllowed
    }
    return this.invite(call)
  }

  private async canDial(call: DialRequest): Promise<boolean> {
    const now = this.options.now()
    return now <= call.not_after && (await this.options.canDial(call, now))
  }

  /** Creates the room and waits for the agent. Returns the result of a call that must not be dialed, or undefined. */
  private async prepare(call: DialRequest): Promise<DialResult | undefined> {
    let token: string
    try {
      token = await this.options.createAgentToken(call)
      await this.rooms.createRoom(call, token)
    } catch (error) {
      // No INVITE was sent, so an error that is ambiguous for an INVITE is a refusal here.
      const result = resultOfError(error)
      if (result.kind === 'refused') return refusedDial(result)
      const ended_reason = `the room could not be created (${result.reason})`
      return { kind: 'refused', outcome: 'carrier_error', ended_reason }
    }
    const wait = await this.waitForAgent(call, token)
    if (wait.kind === 'stopping') return { kind: 'withheld', reason: 'the process is stopping' }
    if (wait.kind === 'not_ready')
      return { kind: 'refused', outcome: 'agent_error', ended_reason: wait.ended_reason }
    return (await this.canDial(call)) ? undefined : noLongerAllowed
  }

  private waitForAgent(call: CallRef, token: string): Promise<AgentWaitResult> {
    const { isAgentReady, onError, agentWaitMs, dispatchAgainMs } = this.options
    return waitForAgent({
      isReady: () => isAgentReady(call),
      dispatchAgain: () => this.rooms.dispatchAgain(call, token),
      stopping: this.stopping.signal,
      onError,
      waitMs: agentWaitMs ?? defaultAgentWaitMs,
      dispatchAgainMs: dispatchAgainMs ?? defaultDispatchAgainMs,
    })
  }

  private watchRinging(call: DialRequest): RingWatch {
    const { now, onError } = this.options
    return new RingWatch({
      looksMs: (this.options.lookTimes ?? lookTimes)(this.rooms.ringSec(call) * 1000),
      look: async () => (await this.rooms.inspectRoom(call)).callee,
      onRinging: () => this.onEvents([{ ...refOf(call), type: 'ringing', at: now() }]),
      onError,
    })
  }

  private async invite(call: DialRequest): Promise<DialResult> {
    const dialed_at = this.options.now()
    const ringing = this.watchRinging(call)
    const invited = this.rooms.inviteCallee(call).then(
      () => undefined,
      (error: unknown) => resultOfError(error),
    )
    const result = await this.untilStopped(invited)
    ringing.stop()
    if (result === undefined) return this.handleAnswer(call, dialed_at)
    if (result.kind === 'ambiguous') return result
    const failure = ringing.neverRang ? resultWithoutRinging(result) : result
    // When the agent left while the phone rang, this service cancelled the call. The outcome is then agent_error, and
    // not what the trunk responded to the cancellation.
    const hasAgentLeft = (await this.calls.find(call))?.ended_reason === agentLeftReason
    const { outcome, reason } = hasAgentLeft
      ? { outcome: 'agent_error' as const, reason: agentLeftReason }
      : failure
    const stored = await this.calls.markEnded(call, { at: this.options.now(), outcome, reason })
    await this.deleteRoom(call)
    if (stored?.hang_up_at) return { kind: 'ended', outcome: 'cancelled', ended_reason: 'hung_up', dialed_at }
    if (hasAgentLeft) return { kind: 'ended', outcome, ended_reason: reason, dialed_at }
    if (failure.kind === 'refused') return refusedDial(failure)
    return { kind: 'ended', outcome: failure.outcome, ended_reason: failure.reason, dialed_at }
  }

  /** The result of the INVITE; ambiguous when this process is to stop. */
  private async untilStopped(invited: Promise<InviteResult | undefined>): Promise<InviteResult | undefined> {
    const { signal } = this.stopping
    const isDone = new AbortController()
    const stopped = new Promise<InviteResult>((resolve) => {
      const stop = () => resolve({ kind: 'ambiguous', reason: 'the process is stopping' })
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { signal: isDone.signal })
    })
    const result = await Promise.race([invited, stopped])
    isDone.abort()
    return result
  }

  private async handleAnswer(call: DialRequest, dialed_at: Date): Promise<DialResult> {
    const at = this.options.now()
    await this.calls.markAnswered(call, at)
    await this.onEvents([{ ...refOf(call), type: 'answered', at, dialed_at }])
    const stored = await this.calls.find(call)
    if (stored?.hang_up_at) await this.hangUp(call)
    // The callee left before the response to the INVITE arrived, and the webhook has recorded the end.
    else if (stored?.state === 'answered' && stored.ended_reason)
      await this.endCall(call, { at, reason: stored.ended_reason })
    return { kind: 'accepted' }
  }

  async hangUp(call: CallRef): Promise<boolean> {
    const at = this.options.now()
    await this.calls.requestHangUp(call, at)
    try {
      await this.rooms.deleteRoom(call)
    } catch (error) {
      this.options.onError(error)
      return false
    }
    // A conversation ends with its room. A ringing call ends when the response to its INVITE arrives.
    const stored = await this.calls.find(call)
    if (stored?.state === 'answered')
      await this.endCall(call, { at, outcome: 'cancelled', reason: 'hung_up' })
    return true
  }

  async lookup(call: CallRef): Promise<LookupResult> {
    const now = this.options.now()
    const storedBefore = await this.calls.find(call)
    if (storedBefore === undefined || storedBefore.state === 'reserved' || storedBefore.state === 'void') {
      if (await this.calls.markVoid(call, now)) return { kind: 'unknown' }
    }
    const stored = storedBefore?.state === 'ended' ? storedBefore : await this.calls.find(call)
    if (stored?.state === 'ended') return { kind: 'ended', event: endedEvent(stored) }
    try {
      return await this.lookUpInRoom(call, stored as StoredCall, now)
    } catch (error) {
      const { reason } = resultOfError(error)
      return { kind: 'unreachable', reason }
    }
  }

  /** Looks up a call whose INVITE may have been sent. */
  private async lookUpInRoom(call: CallRef, stored: StoredCall, now: Date): Promise<LookupResult> {
    const { callee, dialed_at } = await this.rooms.inspectRoom(call)
    if (callee === 'active') {
      const isNew = await this.calls.markAnswered(call, now)
      const answered_at = isNew ? now : ((await this.calls.find(call))?.answered_at ?? undefined)
      return { kind: 'live', status: 'active', dialed_at, answered_at, is_answer_estimated: isNew }
    }
    if (callee !== 'gone') {
      // After a restart of LiveKit, the status of a callee who has answered may be `dialing` again.
      const status = stored.state === 'answered' ? 'active' : callee
      return { kind: 'live', status, dialed_at, answered_at: stored.answered_at ?? undefined }
    }
    const mayStillRing =
      stored.state === 'inviting' && stored.ended_reason === null && stored.hang_up_at === null
    if (mayStillRing && stored.rings_until !== null && now < stored.rings_until) {
      return { kind: 'live', status: 'dialing' }
    }
    // The agent reports the outcome of a conversation. An INVITE that left no trace is lost.
    const isAnswered = stored.state === 'answered'
    const outcome = isAnswered ? undefined : (stored.outcome ?? 'lost')
    const reason =
      stored.ended_reason ?? (isAnswered ? 'the callee left' : 'LiveKit reported nothing about it')
    // LiveKit does not report when a callee left that is gone.
    const ended = await this.calls.markEnded(call, { at: now, is_estimated: true, outcome, reason })
    await this.deleteRoom(call)
    if (ended?.state !== 'ended')
      return { kind: 'unreachable', reason: 'the state of the call changed during the lookup' }
    return { kind: 'ended', event: endedEvent(ended) }
  }

  receiveWebhook = async (body: string, authorization: string | undefined): Promise<CarrierEvent[]> =>
    toCarrierEvents(this.roomEvents, await readWebhook(this.options, body, authorization), this.options.now())

  private async endCall(call: CallRef, end: { at: Date; outcome?: CarrierEvent['outcome']; reason: string }) {
    const ended = await this.calls.markEnded(call, end)
    await this.deleteRoom(call)
    if (ended?.state === 'ended') await this.onEvents([endedEvent(ended)])
  }

  /** Deletes the room of a call that is over. False when the deletion failed; the sweep tries again. */
  private async deleteRoom(call: CallRef): Promise<boolean> {
    try {
      await this.rooms.deleteRoom(call)
      await this.calls.markCleared(call)
      return true
    } catch (error) {
      this.options.onError(error)
      return false
    }
  }

  drain(): void {
    this.stopping.abort()
  }

  start(onEvents: CarrierEventHandler): Loop {
    this.onEvents = onEvents
    const { now, onError } = this.options
    const step = () => this.sweep(now())
    return startLoop({ name: 'sweep-livekit-rooms', step, intervalMs: sweepIntervalMs, onError })
  }

  /** Deletes rooms of calls that are over; see `RoomSweeper`. */
  sweep(now: Date): Promise<number> {
    return this.sweeper.sweep(now)
  }
}

const refOf = ({ company_id, call_id }: CallRef): CallRef => ({ company_id, call_id })

/** Creates the LiveKit carrier. */
export const livekitCarrier = (options: LivekitOptions) => new LivekitCarrier(options)
