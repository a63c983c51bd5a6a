import { JobStatus, RoomAgentDispatch } from '@livekit/protocol'
import { AgentDispatchClient, RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'
import { isUuid } from '../../lib/uuid.ts'
import type { CallRef, DialRequest } from '../carrier.ts'

export interface LivekitProject {
  /** https:// or wss:// */
  url: string
  apiKey: string
  apiSecret: string
  /** The id of an outbound SIP trunk. */
  trunkId: string
  /** The name under which agents are registered. */
  agentName: string
  /** Seconds from the answer until an extension is dialed, a multiple of 0.5; 1 by default. */
  extensionPauseSec?: number
  /** Timeout of requests other than dialing, seconds; 5 by default. */
  timeoutSec?: number
}

const roomPrefix = 'call-'
export const roomName = ({ call_id }: Pick<CallRef, 'call_id'>) => `${roomPrefix}${call_id}`
export const calleeIdentity = ({ call_id }: Pick<CallRef, 'call_id'>) => `callee-${call_id}`

/** The id of a room's call, from the room's name; undefined for a room that this service did not create. */
export function callIdOfRoom(name = ''): string | undefined {
  const call_id = name.slice(roomPrefix.length)
  return name.startsWith(roomPrefix) && isUuid(call_id) ? call_id : undefined
}

/** LiveKit's server ends a request that waits for an answer after 80 s, so a phone may not ring longer than this. */
const maxRingSec = 60
/** LiveKit dials a digit of an extension in this time, and `w` is a pause of the same length (dtmf.go of its media SDK). */
const dtmfSec = 0.5
const defaultExtensionPauseSec = 1
/**
 * LiveKit's own limit of a call begins with its INVITE. It is longer than ringing and conversation together by this, so that the
 * agent ends the conversation and reports why.
 */
const maxCallMarginSec = 30
/** LiveKit responds to a dial request at most this long after the ring limit. */
export const dialResponseSec = 15
/** LiveKit closes a room that no participant has joined after this time; this service usually deletes it earlier. */
const emptySec = 90
/** LiveKit closes a room that all participants have left after this time; this service usually deletes it earlier. */
const departureSec = 20

export type CalleeState = 'dialing' | 'ringing' | 'active' | 'gone'

/** What a look into a room shows. */
export interface RoomState {
  callee: CalleeState
  /** The callee is the only participant. */
  isAlone: boolean
  /** When the callee was put into the room, right before its INVITE; undefined when it is gone or LiveKit does not report it. */
  dialed_at: Date | undefined
}

/** The rooms of calls in LiveKit: the part of its API that the carrier uses. */
export class Rooms {
  private readonly project: LivekitProject
  private readonly rooms: RoomServiceClient
  private readonly dispatches: AgentDispatchClient
  private readonly sip: SipClient

  constructor(project: LivekitProject) {
    const { url, apiKey, apiSecret, timeoutSec = 5 } = project
    this.project = project
    this.rooms = new RoomServiceClient(url, apiKey, apiSecret, { requestTimeout: timeoutSec })
    // With failover, a request that is repeated in another region could dispatch two agents.
    this.dispatches = new AgentDispatchClient(url, apiKey, apiSecret, {
      requestTimeout: timeoutSec,
      failover: false,
    })
    // With failover, the SDK repeats a request in other regions, and LiveKit would dial the number once per request.
    this.sip = new SipClient(url, apiKey, apiSecret, { failover: false })
  }

  /**
   * Creates the call's room and dispatches an agent to it, with ids and a token as metadata.
   *
   * @throws ServerError; errors of fetch
   */
  async createRoom({ company_id, call_id }: CallRef, token: string): Promise<void> {
    await this.rooms.createRoom({
      name: roomName({ call_id }),
      emptyTimeout: emptySec,
      departureTimeout: departureSec,
      metadata: JSON.stringify({ company_id, call_id }),
      agents: [
        new RoomAgentDispatch({
          agentName: this.project.agentName,
          metadata: jobMetadata({ company_id, call_id }, token),
        }),
      ],
    })
  }

  /**
   * Dispatches an agent again when no worker has accepted the job: LiveKit sends a job request only once, and a busy worker
   * refuses it. Returns true, and dispatches nothing, when a worker has accepted one. LiveKit ends the jobs of a dispatch that is
   * deleted, also one that a worker accepts later, so no two agents join.
   *
   * @throws ServerError; errors of fetch
   */
  async dispatchAgain(call: CallRef, token: string): Promise<boolean> {
    const room = roomName(call)
    const dispatches = await this.dispatches.listDispatch(room)
    const jobs = dispatches.flatMap(({ state }) => state?.jobs ?? [])
    if (jobs.some(({ state }) => state !== undefined && openJobStatuses.includes(state.status))) return true
    for (const { id } of dispatches)
      await valueIfNotFound(undefined, this.dispatches.deleteDispatch(id, room))
    await this.dispatches.createDispatch(room, this.project.agentName, { metadata: jobMetadata(call, token) })
    return false
  }

  /** Seconds that the phone may ring: ring_timeout_sec, up to LiveKit's limit. */
  ringSec(call: DialRequest): number {
    return Math.min(maxRingSec, Math.round(call.ring_timeout_sec))
  }

  /**
   * Sends the SIP INVITE and resolves when the callee has answered and the extension is dialed. Until then the callee receives
   * no audio of the room, and its `sip.callStatus` is not active.
   *
   * @throws SipCallError, ServerError; errors of fetch
   */
  async inviteCallee(call: DialRequest): Promise<void> {
    const ringingTimeout = this.ringSec(call)
    const dtmf = this.dtmfOf(call)
    const dtmfSeconds = dtmf.length * dtmfSec
    await this.sip.createSipParticipant(this.project.trunkId, call.phone_number, roomName(call), {
      ...(call.caller_number !== null && { fromNumber: call.caller_number }),
      participantIdentity: calleeIdentity(call),
      participantName: 'callee',
      participantAttributes: { 'nv.company_id': call.company_id, 'nv.call_id': call.call_id },
      ringingTimeout,
      maxCallDuration: Math.round(
        call.max_call_duration_sec + ringingTimeout + dtmfSeconds + maxCallMarginSec,
      ),
      waitUntilAnswered: true,
      hidePhoneNumber: true,
      dtmf,
      timeout: ringingTimeout + dtmfSeconds + dialResponseSec,
    })
  }

  /** The pause and the digits to dial after the answer; empty without an extension. */
  private dtmfOf({ phone_extension }: DialRequest): string {
    if (phone_extension === null) return ''
    const { extensionPauseSec = defaultExtensionPauseSec } = this.project
    return 'w'.repeat(Math.round(extensionPauseSec / dtmfSec)) + phone_extension
  }

  /** @throws ServerError; errors of fetch */
  async inspectRoom(call: CallRef): Promise<RoomState> {
    const participants = await valueIfNotFound([], this.rooms.listParticipants(roomName(call)))
    const callee = participants.find(({ identity }) => identity === calleeIdentity(call))
    return {
      callee: callee === undefined ? 'gone' : calleeState(callee.attributes),
      isAlone: callee !== undefined && participants.length === 1,
      dialed_at:
        callee === undefined || callee.joinedAtMs === 0n ? undefined : new Date(Number(callee.joinedAtMs)),
    }
  }

  /**
   * The ids of the calls that have a room now.
   *
   * @throws ServerError; errors of fetch
   */
  async listCallIds(): Promise<string[]> {
    return (await this.rooms.listRooms()).flatMap(({ name }) => callIdOfRoom(name) ?? [])
  }

  /**
   * Deletes the call's room: a ringing call is cancelled, a live one is hung up. Does nothing when the room is gone.
   *
   * @throws ServerError; errors of fetch
   */
  async deleteRoom(call: CallRef): Promise<void> {
    await valueIfNotFound(undefined, this.rooms.deleteRoom(roomName(call)))
  }
}

/** The state of a job that a worker has accepted, and that has not ended. */
const openJobStatuses: readonly JobStatus[] = [JobStatus.JS_PENDING, JobStatus.JS_RUNNING]

/** What the agent of a call needs to fetch the brief. */
const jobMetadata = ({ company_id, call_id }: CallRef, token: string) =>
  JSON.stringify({ company_id, call_id, token })

/**
 * The callee's state by the attribute that LiveKit SIP sets on its participant. `automation`, in which the extension is
 * dialed, counts as dialing.
 */
export function calleeState(attributes: Readonly<Record<string, string>>): CalleeState {
  const status = attributes['sip.callStatus']
  if (status === 'active') return 'active'
  if (status === 'ringing') return 'ringing'
  return status === 'hangup' ? 'gone' : 'dialing'
}

/** The result of a request, or `value` when LiveKit has no such room any more. */
async function valueIfNotFound<T>(value: T, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    if (error instanceof ServerError && error.code === 'not_found') return value
    throw error
  }
}
