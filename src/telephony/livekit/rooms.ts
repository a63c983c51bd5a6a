import { RoomAgentDispatch } from '@livekit/protocol'
import { RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'
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
/** LiveKit closes a room that no participant has joined after this time; this service usually deletes it earlier. */
const emptySec = 90
/** LiveKit closes a room that all participants have left after this time; this service usually deletes it earlier. */
const departureSec = 20

export type CalleeState = 'dialing' | 'ringing' | 'active' | 'gone'

/** The rooms of calls in LiveKit: the part of its API that the carrier uses. */
export class Rooms {
  private readonly project: LivekitProject
  private readonly rooms: RoomServiceClient
  private readonly sip: SipClient

  constructor(project: LivekitProject) {
    const { url, apiKey, apiSecret, timeoutSec = 5 } = project
    this.project = project
    this.rooms = new RoomServiceClient(url, apiKey, apiSecret, { requestTimeout: timeoutSec })
    // With failover, the SDK repeats a request in other regions, and LiveKit would dial the number once per request.
    this.sip = new SipClient(url, apiKey, apiSecret, { failover: false })
  }

  /**
   * Creates the call's room and dispatches an agent to it, with ids and a token as metadata.
   *
   * @throws ServerError; errors of fetch
   */
  async createRoom({ company_id, call_id }: CallRef, token: string): Promise<void> {
    const agentMetadata = JSON.stringify({ company_id, call_id, token })
    await this.rooms.createRoom({
      name: roomName({ call_id }),
      emptyTimeout: emptySec,
      departureTimeout: departureSec,
      metadata: JSON.stringify({ company_id, call_id }),
      agents: [new RoomAgentDispatch({ agentName: this.project.agentName, metadata: agentMetadata })],
    })
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
    await this.sip.createSipParticipant(this.project.trunkId, call.phone_number, roomName(call), {
      ...(call.caller_number !== null && { fromNumber: call.caller_number }),
      participantIdentity: calleeIdentity(call),
      participantName: 'callee',
      participantAttributes: { 'nv.company_id': call.company_id, 'nv.call_id': call.call_id },
      ringingTimeout,
      maxCallDuration: Math.round(call.max_call_duration_sec),
      waitUntilAnswered: true,
      hidePhoneNumber: true,
      dtmf,
      timeout: ringingTimeout + dtmf.length * dtmfSec + 5,
    })
  }

  /** The pause and the digits to dial after the answer; empty without an extension. */
  private dtmfOf({ phone_extension }: DialRequest): string {
    if (phone_extension === null) return ''
    const { extensionPauseSec = defaultExtensionPauseSec } = this.project
    return 'w'.repeat(Math.round(extensionPauseSec / dtmfSec)) + phone_extension
  }

  /**
   * Returns the callee's state, and whether the callee is the only participant.
   *
   * @throws ServerError; errors of fetch
   */
  async inspectRoom(call: CallRef): Promise<{ callee: CalleeState; isAlone: boolean }> {
    const participants = await valueIfNotFound([], this.rooms.listParticipants(roomName(call)))
    const callee = participants.find(({ identity }) => identity === calleeIdentity(call))
    return {
      callee: callee === undefined ? 'gone' : calleeState(callee.attributes),
      isAlone: callee !== undefined && participants.length === 1,
    }
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
