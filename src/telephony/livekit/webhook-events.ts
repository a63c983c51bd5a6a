import { createHash } from 'node:crypto'
import { DisconnectReason, ParticipantInfo_Kind } from '@livekit/protocol'
import { TokenVerifier, WebhookEvent } from 'livekit-server-sdk'
import { malformed } from '../../lib/errors.ts'
import { type CallRef, type CarrierEvent, InvalidSignature } from '../carrier.ts'
import { disconnectReasonName, outcomeOfDisconnect } from './invite-results.ts'
import { calleeIdentity, calleeState, callIdOfRoom } from './rooms.ts'

/** How far LiveKit's clock may be off, seconds. */
const clockSec = 30

/** Who is told what a webhook says, and answers what of it is news. */
export interface WebhookHandler {
  calleeAnswered(call: CallRef, at: Date): Promise<CarrierEvent[]>
  callLeft(call: CallRef, end: Departure): Promise<CarrierEvent[]>
  agentLeft(call: CallRef, at: Date): Promise<CarrierEvent[]>
  findCompany(call_id: string): Promise<string | undefined>
}

export interface Departure {
  at: Date
  /** Of a call that nobody had answered. */
  outcome: CarrierEvent['outcome']
  reason: string
}

/** Reads a webhook whose signature is of this very body. @throws Unsigned, or Refusal 'malformed' for what is no webhook */
export async function readWebhook(
  project: { apiKey: string; apiSecret: string },
  body: string,
  authorization: string | undefined,
): Promise<WebhookEvent> {
  if ((await hashSignedBy(project, authorization)) !== createHash('sha256').update(body).digest('base64')) {
    throw new InvalidSignature()
  }
  try {
    return WebhookEvent.fromJson(JSON.parse(body), { ignoreUnknownFields: true })
  } catch {
    throw malformed('invalid_body', 'This is no webhook of LiveKit.')
  }
}

/** The SHA-256 that a token of the project vouches for; undefined: it is none of the project's, or too old. */
async function hashSignedBy(
  { apiKey, apiSecret }: { apiKey: string; apiSecret: string },
  authorization: string | undefined,
): Promise<string | undefined> {
  try {
    return (await new TokenVerifier(apiKey, apiSecret).verify(authorization ?? '', clockSec)).sha256
  } catch {
    // Whatever is wrong with it, it vouches for nothing.
    return undefined
  }
}

/**
 * What a webhook means for a call of ours. Doubled, late and lost ones do no harm: each asks the book how far the call
 * is, and what none tells is found out by looking.
 */
export async function toCarrierEvents(carrier: WebhookHandler, event: WebhookEvent): Promise<CarrierEvent[]> {
  const call = await callOf(carrier, event)
  if (call === undefined) return []
  const at = new Date(Number(event.createdAt) * 1000)
  if (event.event === 'room_finished')
    return carrier.callLeft(call, { at, outcome: undefined, reason: 'room_finished' })
  const { participant } = event
  if (participant === undefined) return []
  const isCallee = participant.identity === calleeIdentity(call)
  const isAgent = participant.kind === ParticipantInfo_Kind.AGENT
  if (event.event === 'participant_joined' && isCallee) {
    const state = calleeState(participant.attributes)
    if (state === 'active') return carrier.calleeAnswered(call, at)
    return state === 'gone' ? [] : [{ ...call, type: state, at }]
  }
  const hasLeft = ['participant_left', 'participant_connection_aborted'].includes(event.event as string)
  if (hasLeft && isCallee) {
    const why = participant.disconnectReason ?? DisconnectReason.UNKNOWN_REASON
    return carrier.callLeft(call, {
      at,
      outcome: outcomeOfDisconnect(why),
      reason: disconnectReasonName(why),
    })
  }
  return hasLeft && isAgent ? carrier.agentLeft(call, at) : []
}

/** By the room's name; the company stands in its metadata. */
async function callOf(carrier: WebhookHandler, { room }: WebhookEvent): Promise<CallRef | undefined> {
  const call_id = callIdOfRoom(room?.name)
  if (call_id === undefined) return undefined
  const company_id = companyIn(room?.metadata) ?? (await carrier.findCompany(call_id))
  return company_id === undefined ? undefined : { company_id, call_id }
}

function companyIn(metadata: string | undefined): string | undefined {
  try {
    const { company_id } = JSON.parse(metadata ?? '')
    return typeof company_id === 'string' ? company_id : undefined
  } catch {
    // A webhook need not carry it: the book knows.
    return undefined
  }
}
