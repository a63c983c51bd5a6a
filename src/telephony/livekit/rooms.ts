import { RoomAgentDispatch } from '@livekit/protocol'
import { RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'
import type { CallRef, DialRequest } from '../carrier.ts'

export interface LivekitProject {
  /** https:// or wss:// */
  url: string
  apiKey: string
  apiSecret: string
  /** Of an outbound SIP trunk. */
  trunkId: string
  /** The name that agents are registered by. */
  agentName: string
  /** How long a request other than dialing may take, seconds. */
  timeoutSec?: number
}

export const roomName = ({ call_id }: Pick<CallRef, 'call_id'>) => `call-${call_id}`
export const calleeIdentity = ({ call_id }: Pick<CallRef, 'call_id'>) => `callee-${call_id}`

/** The call of a room by its name; undefined: the room is none of ours. */
export const callIdOfRoom = (name: string | undefined): string | undefined =>
  /^call-([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(name ?? '')?.[1]

/** LiveKit's server holds a request for an answer at most 80 s: a telephone rings no longer than this, seconds. */
const longestRingSec = 60
/** A room nobody entered, and one that was left, closes by itself, seconds: where nobody of us is there to do it. */
const emptySec = 90
const departureSec = 20

export type CalleeState = 'dialing' | 'ringing' | 'active' | 'gone'

/** What of LiveKit's API is used: rooms, their participants, and SIP. */
export class Rooms {
  private readonly project: LivekitProject
  private readonly rooms: RoomServiceClient
  private readonly sip: SipClient

  constructor(project: LivekitProject) {
    const { url, apiKey, apiSecret, timeoutSec = 5 } = project
    this.project = project
    this.rooms = new RoomServiceClient(url, apiKey, apiSecret, { requestTimeout: timeoutSec })
    // It would ask again in other regions by itself, and LiveKit does not know a call that it was asked for twice.
    this.sip = new SipClient(url, apiKey, apiSecret, { failover: false })
  }

  /** A room for the call, and an agent sent there with no more than ids and a token. @throws ServerError and what fetch throws */
  async createRoom({ company_id, call_id }: CallRef, token: string): Promise<void> {
    const metadata = JSON.stringify({ company_id, call_id, token })
    await this.rooms.createRoom({
      name: roomName({ call_id }),
      emptyTimeout: emptySec,
      departureTimeout: departureSec,
      metadata: JSON.stringify({ company_id, call_id }),
      agents: [new RoomAgentDispatch({ agentName: this.project.agentName, metadata })],
    })
  }

  /** Seconds a telephone rings at most, as LiveKit takes it. */
  ringSec(call: DialRequest): number {
    return Math.min(longestRingSec, Math.round(call.ring_timeout_sec))
  }

  /** Sends an INVITE; resolves when somebody has answered. @throws SipCallError, ServerError and what fetch throws */
  async inviteCallee(call: DialRequest): Promise<void> {
    const ringingTimeout = this.ringSec(call)
    await this.sip.createSipParticipant(this.project.trunkId, call.phone_number, roomName(call), {
      ...(call.caller_number !== null && { fromNumber: call.caller_number }),
      participantIdentity: calleeIdentity(call),
      participantName: 'callee',
      participantAttributes: { 'nv.company_id': call.company_id, 'nv.call_id': call.call_id },
      ringingTimeout,
      maxCallDuration: Math.round(call.max_call_duration_sec),
      waitUntilAnswered: true,
      hidePhoneNumber: true,
      timeout: ringingTimeout + 5,
    })
  }

  /** How the callee is, and whether anybody else is there. @throws ServerError and what fetch throws */
  async inspectRoom(call: CallRef): Promise<{ callee: CalleeState; isAlone: boolean }> {
    const found = await absentAs([], this.rooms.listParticipants(roomName(call)))
    const callee = found.find(({ identity }) => identity === calleeIdentity(call))
    return {
      callee: callee === undefined ? 'gone' : calleeState(callee.attributes),
      isAlone: callee !== undefined && found.length === 1,
    }
  }

  /** Ends whatever goes on in the call's room: a telephone that rings is cancelled, one that talks is hung up. @throws as `look` */
  async deleteRoom(call: CallRef): Promise<void> {
    await absentAs(undefined, this.rooms.deleteRoom(roomName(call)))
  }
}

/** By the attribute that LiveKit's SIP keeps of its leg. */
export function calleeState(attributes: Readonly<Record<string, string>>): CalleeState {
  const status = attributes['sip.callStatus']
  if (status === 'active') return 'active'
  if (status === 'ringing') return 'ringing'
  return status === 'hangup' ? 'gone' : 'dialing'
}

/** What is not there any more is no fault. */
async function absentAs<T>(value: T, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ServerError && error.code === 'not_found') return value
    throw error
  }
}
