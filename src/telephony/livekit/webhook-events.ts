import { createHash } from 'node:crypto'
import { DisconnectReason, type ParticipantInfo, ParticipantInfo_Kind } from '@livekit/protocol'
import { TokenVerifier, WebhookEvent } from 'livekit-server-sdk'
import { malformed } from '../../lib/errors.ts'
import { isSupportedInstant } from '../../lib/time/instants.ts'
import { isUuid } from '../../lib/uuid.ts'
import { type CallRef, type CarrierEvent, InvalidSignature } from '../carrier.ts'
import { disconnectReasonName, outcomeOfDisconnect } from './invite-results.ts'
import { calleeIdentity, calleeState, callIdOfRoom } from './rooms.ts'

/** Allowed difference between LiveKit's clock and this server's, for the expiry of tokens. */
const clockToleranceSec = 30

/** Applies webhooks to stored calls. The methods that handle a webhook return the events that are new. */
export interface WebhookHandler {
  calleeAnswered(call: CallRef, at: Date): Promise<CarrierEvent[]>
  callEnded(call: CallRef, end: Departure): Promise<CarrierEvent[]>
  agentLeft(call: CallRef, at: Date): Promise<CarrierEvent[]>
  roomJoined(call: CallRef): Promise<void>
  findCompany(call_id: string): Promise<string | undefined>
}

/** How the callee left the room, or the room was closed. */
export interface Departure {
  at: Date
  /** Used only when the call was not answered. */
  outcome: CarrierEvent['outcome']
  reason: string
}

/**
 * Verifies the signature of a webhook and parses it.
 *
 * @throws InvalidSignature; Refusal 'malformed' for an invalid body
 */
export async function readWebhook(
  project: { apiKey: string; apiSecret: string },
  body: string,
  authorization: string | undefined,
): Promise<WebhookEvent> {
  if ((await signedBodyHash(project, authorization)) !== createHash('sha256').update(body).digest('base64')) {
    throw new InvalidSignature()
  }
  try {
    return WebhookEvent.fromJson(JSON.parse(body), { ignoreUnknownFields: true })
  } catch {
    throw malformed(
      'invalid_body',
      'The body is not a LiveKit webhook. It must be a WebhookEvent in JSON, as LiveKit sends it.',
    )
  }
}

/** The SHA-256 of the body in a token of the project; undefined when the token is invalid or expired. */
async function signedBodyHash(
  { apiKey, apiSecret }: { apiKey: string; apiSecret: string },
  authorization: string | undefined,
): Promise<string | undefined> {
  // LiveKit sends the token alone; proxies and newer versions may put `Bearer` before it.
  const token = (authorization ?? '').replace(/^Bearer +/i, '')
  try {
    return (await new TokenVerifier(apiKey, apiSecret).verify(token, clockToleranceSec)).sha256
  } catch {
    // An invalid token of any kind: the caller rejects the webhook.
    return undefined
  }
}

/**
 * The carrier events of a webhook. Repeated and late webhooks are safe, because each is applied to the stored state of
 * the call. A lookup finds the state that a lost webhook would have reported.
 */
export async function toCarrierEvents(
  handler: WebhookHandler,
  event: WebhookEvent,
  now: Date,
): Promise<CarrierEvent[]> {
  const call = await callOf(handler, event)
  if (call === undefined) return []
  const createdAt = new Date(Number(event.createdAt) * 1000)
  const at = isSupportedInstant(createdAt) ? createdAt : now
  if (event.event === 'room_finished')
    return handler.callEnded(call, { at, outcome: undefined, reason: 'room_finished' })
  if (event.event === 'room_started' || event.event === 'participant_joined') await handler.roomJoined(call)
  const { participant } = event
  if (participant === undefined) return []
  const isCallee = participant.identity === calleeIdentity(call)
  const isAgent = participant.kind === ParticipantInfo_Kind.AGENT
  if (event.event === 'participant_joined' && isCallee) {
    const state = calleeState(participant.attributes)
    if (state === 'active') return handler.calleeAnswered(call, at)
    return state === 'gone' ? [] : [{ ...call, type: state, at }]
  }
  const hasLeft = ['participant_left', 'participant_connection_aborted'].includes(event.event as string)
  if (hasLeft && isCallee) {
    const cause = participant.disconnectReason ?? DisconnectReason.UNKNOWN_REASON
    const outcome = outcomeOfDisconnect(cause)
    const reason = wasDropped(participant) ? droppedReason : disconnectReasonName(cause)
    return handler.callEnded(call, { at, outcome, reason })
  }
  return hasLeft && isAgent ? handler.agentLeft(call, at) : []
}

/** The SIP bridge ended the call, and neither side hung up. */
const droppedReason = 'dropped_by_bridge'

/**
 * Whether the SIP bridge ended an answered call by itself: it received no audio for its `media_timeout`, or it was stopped. LiveKit
 * reports the reason of a hang-up, but the bridge sets `sip.callStatus` to `hangup` only when one side has hung up.
 */
const wasDropped = ({ attributes, disconnectReason }: ParticipantInfo): boolean =>
  attributes['sip.callStatus'] === 'active' &&
  [DisconnectReason.CLIENT_INITIATED, DisconnectReason.UNKNOWN_REASON].includes(disconnectReason)

/**
 * The call of a webhook: its id from the room's name, its company from the room's metadata or else from the database.
 */
async function callOf(handler: WebhookHandler, { room }: WebhookEvent): Promise<CallRef | undefined> {
  const call_id = callIdOfRoom(room?.name)
  if (call_id === undefined) return undefined
  const company_id = companyIn(room?.metadata) ?? (await handler.findCompany(call_id))
  return company_id === undefined ? undefined : { company_id, call_id }
}

function companyIn(metadata: string | undefined): string | undefined {
  try {
    const { company_id } = JSON.parse(metadata ?? '')
    return typeof company_id === 'string' && isUuid(company_id) ? company_id.toLowerCase() : undefined
  } catch {
    // A webhook need not carry the metadata; the caller then reads the company from the database.
    return undefined
  }
}
