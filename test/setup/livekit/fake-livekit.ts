import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateRoomRequest,
  CreateSIPParticipantRequest,
  DeleteRoomRequest,
  DisconnectReason,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ListRoomsResponse,
  ListSIPOutboundTrunkResponse,
  ParticipantInfo,
  ParticipantInfo_Kind,
  Room,
  SIPOutboundTrunkInfo,
  SIPParticipantInfo,
  TransferSIPParticipantRequest,
  WebhookEvent,
} from '@livekit/protocol'
import { AccessToken, TokenVerifier } from 'livekit-server-sdk'

/** What happens when a number is dialed. */
export interface Script {
  /** `answer`, `no_answer`, or the SIP status of the response. */
  fate: 'answer' | 'no_answer' | number
  /** Further metadata of the error response, beside the SIP status. */
  meta?: Record<string, string>
  ringMs: number
  talkMs: number
  /** How the dial request fails; undefined: it does not. */
  fault?: Fault
}

/** A failed dial request. */
export interface Fault {
  /** Before the INVITE is sent, or after it. In the second case the call continues. */
  when: 'before' | 'after'
  /** An error response, a closed connection, or no response at all. */
  how: { code: string; status: number; msg?: string } | 'cut' | 'silence'
}

/** The dispatch of an agent to a room. */
export interface Job {
  room: string
  metadata: { company_id: string; call_id: string; token: string }
}

/** The agents that are dispatched to rooms. */
export interface Agents {
  /** Resolves when the agent has joined; false: no agent accepted the job. */
  join(job: Job): Promise<boolean>
  /** Called when the callee has answered. */
  calleeAnswered?(job: Job): Promise<void>
  /** Called when the callee has left or the room was deleted. */
  callEnded?(job: Job): Promise<void>
}

export interface FakeLivekitOptions {
  apiKey?: string
  apiSecret?: string
  port?: number
  scriptOf: (number: string) => Script
  agents: Agents
  /** Receives the body and the Authorization header of each webhook. */
  webhook?: (body: string, authorization: string) => Promise<unknown>
  onInvite?: (invite: Invite) => void
  onCallEnd?: (invite: Invite) => void
}

export interface Invite {
  room: string
  number: string
  from: string
  /** The digits to dial after the answer, with pauses; empty: none. */
  dtmf: string
  sentAt: number
  /** When the call ended; undefined while it is live. */
  endedAt?: number
}

interface ActiveRoom {
  room: Room
  jobs: Job[]
  participants: Map<string, ParticipantInfo>
  invite?: Invite
  /** Ends the call with the callee; undefined while there is none. */
  hangUp?: (reason: DisconnectReason) => void
}

type Json = Parameters<typeof CreateRoomRequest.fromJson>[0]

/** The HTTP status of each Twirp error code. */
const httpStatuses: Record<string, number> = {
  canceled: 408,
  invalid_argument: 400,
  deadline_exceeded: 408,
  not_found: 404,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  internal: 500,
  unavailable: 503,
}

/** LiveKit's error code for a SIP status, and the disconnect reason of the callee in the webhook. */
function errorOfSipStatus(status: number): { code: string; disconnectReason: DisconnectReason } {
  const code = [486, 480, 600].includes(status)
    ? 'resource_exhausted'
    : [404, 410, 604].includes(status)
      ? 'not_found'
      : [401, 402, 403, 603, 607, 608, 433].includes(status)
        ? 'permission_denied'
        : [407, 428, 436, 437, 438].includes(status)
          ? 'unauthenticated'
          : [408, 504].includes(status)
            ? 'deadline_exceeded'
            : [487, 491].includes(status)
              ? 'aborted'
              : status >= 500 && status < 600
                ? 'failed_precondition'
                : 'invalid_argument'
  const disconnectReason =
    [401, 403, 407, 486, 488].includes(status) || status >= 600
      ? DisconnectReason.USER_REJECTED
      : status >= 500
        ? DisconnectReason.SIP_TRUNK_FAILURE
        : DisconnectReason.USER_UNAVAILABLE
  return { code, disconnectReason }
}

class TwirpError extends Error {
  readonly code: string
  readonly meta: Record<string, string>
  constructor(code: string, msg: string, meta: Record<string, string> = {}) {
    super(msg)
    this.code = code
    this.meta = meta
  }
}

/**
 * The part of a LiveKit server that the carrier uses: Twirp over HTTP in JSON, and signed webhooks. Records every
 * INVITE.
 */
export class FakeLivekit {
  readonly invites: Invite[] = []
  trunks = [
    new SIPOutboundTrunkInfo({
      sipTrunkId: 'ST_test',
      name: 'Test',
      address: 'pstn.example',
      numbers: ['+15105550100'],
    }),
  ]
  readonly transfers: { room: string; to: string }[] = []
  readonly rooms = new Map<string, ActiveRoom>()
  /** The methods of all requests. */
  readonly requests: string[] = []
  /** Returns how a request fails before it is handled; undefined: it is handled. */
  failRequest: ((method: string, room?: string) => Fault['how'] | undefined) | undefined
  url = ''
  readonly apiKey: string
  readonly apiSecret: string
  private readonly options: FakeLivekitOptions
  private readonly server: Server
  private readonly verifier: TokenVerifier
  /** All work in the background: agents, calls and webhooks. */
  private readonly background = new Set<Promise<unknown>>()
  /** The webhooks of `background`. */
  private readonly webhooks = new Set<Promise<unknown>>()

  private constructor(options: FakeLivekitOptions) {
    this.options = options
    this.apiKey = options.apiKey ?? 'APIstandin'
    this.apiSecret = options.apiSecret ?? 'a-secret-of-the-livekit-stand-in'
    this.verifier = new TokenVerifier(this.apiKey, this.apiSecret)
    this.server = createServer((request, response) => void this.respond(request, response))
  }

  static async start(options: FakeLivekitOptions): Promise<FakeLivekit> {
    const fake = new FakeLivekit(options)
    fake.server.listen(options.port ?? 0, '127.0.0.1')
    await once(fake.server, 'listening')
    fake.url = `http://127.0.0.1:${(fake.server.address() as AddressInfo).port}`
    return fake
  }

  async stop(): Promise<void> {
    for (const name of [...this.rooms.keys()]) this.closeRoom(name)
    this.server.closeAllConnections()
    this.server.close()
    await this.waitUntilIdle()
  }

  /** Resolves when all background work has ended: agents, calls and webhooks. */
  async waitUntilIdle(): Promise<void> {
    while (this.background.size > 0) await Promise.allSettled([...this.background])
  }

  /** Resolves when all webhooks so far are delivered, also while calls continue. */
  async waitForWebhooks(): Promise<void> {
    while (this.webhooks.size > 0) await Promise.allSettled([...this.webhooks])
  }

  /** Hangs up as the callee. */
  hangUpCallee(room: string, reason = DisconnectReason.CLIENT_INITIATED): void {
    this.rooms.get(room)?.hangUp?.(reason)
  }

  /** Removes the agent from the room, as when it leaves or crashes. */
  disconnectAgent(room: string): void {
    const active = this.rooms.get(room)
    const agent = active?.participants.get('agent')
    if (!active || !agent) return
    active.participants.delete('agent')
    this.sendWebhook('participant_left', active, agent)
  }

  private track(work: Promise<unknown>, group = this.background): void {
    const settled = work.catch(() => undefined)
    group.add(settled)
    void settled.finally(() => group.delete(settled))
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += chunk
    const method = request.url?.split('/').at(-1) ?? ''
    this.requests.push(method)
    try {
      await this.verify(request)
      const sent = JSON.parse(text)
      const fault = this.failRequest?.(method, sent.room)
      if (fault !== undefined) return this.sendFault(fault, request, response)
      const body = await this.handle(method, sent, request, response)
      if (body !== undefined) send(response, 200, body)
    } catch (error) {
      const { code = 'internal', meta = {} } = error as Partial<TwirpError>
      send(response, httpStatuses[code] ?? 500, { code, msg: (error as Error).message, meta })
    }
  }

  private async verify(request: IncomingMessage): Promise<void> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    try {
      await this.verifier.verify(token ?? '')
    } catch {
      throw new TwirpError('unauthenticated', 'invalid token')
    }
  }

  private sendFault(how: Fault['how'], request: IncomingMessage, response: ServerResponse): void {
    if (how === 'cut') request.socket.destroy()
    else if (how !== 'silence') send(response, how.status, { code: how.code, msg: how.msg ?? '', meta: {} })
  }

  private async handle(method: string, body: Json, request: IncomingMessage, response: ServerResponse) {
    const lenient = { ignoreUnknownFields: true }
    if (method === 'CreateRoom') return this.createRoom(CreateRoomRequest.fromJson(body, lenient)).toJson()
    if (method === 'DeleteRoom') {
      const { room } = DeleteRoomRequest.fromJson(body, lenient)
      if (!this.rooms.has(room)) throw new TwirpError('not_found', 'requested room does not exist')
      this.closeRoom(room)
      return {}
    }
    if (method === 'ListParticipants') {
      const active = this.rooms.get(ListParticipantsRequest.fromJson(body, lenient).room)
      if (active === undefined) throw new TwirpError('not_found', 'requested room does not exist')
      return new ListParticipantsResponse({ participants: [...active.participants.values()] }).toJson()
    }
    if (method === 'CreateSIPParticipant') {
      return this.dial(CreateSIPParticipantRequest.fromJson(body, lenient), request, response)
    }
    if (method === 'ListRooms') {
      return new ListRoomsResponse({ rooms: [...this.rooms.values()].map(({ room }) => room) }).toJson()
    }
    if (method === 'ListSIPOutboundTrunk')
      return new ListSIPOutboundTrunkResponse({ items: this.trunks }).toJson()
    if (method === 'TransferSIPParticipant') {
      const { roomName, transferTo } = TransferSIPParticipantRequest.fromJson(body, lenient)
      const active = this.rooms.get(roomName)
      if (active?.hangUp === undefined) throw new TwirpError('not_found', 'participant does not exist')
      this.transfers.push({ room: roomName, to: transferTo })
      active.hangUp(DisconnectReason.CLIENT_INITIATED)
      return {}
    }
    throw new TwirpError('bad_route', 'no handler for path')
  }

  private createRoom(request: CreateRoomRequest): Room {
    const existing = this.rooms.get(request.name)
    if (existing !== undefined) return existing.room
    const room = new Room({ sid: `RM_${randomUUID()}`, name: request.name, metadata: request.metadata })
    const active: ActiveRoom = { room, jobs: [], participants: new Map() }
    this.rooms.set(request.name, active)
    this.sendWebhook('room_started', active)
    for (const { metadata } of request.agents) {
      const job: Job = { room: request.name, metadata: JSON.parse(metadata) }
      active.jobs.push(job)
      this.track(this.join(active, job))
    }
    return room
  }

  private async join(active: ActiveRoom, job: Job): Promise<void> {
    if (!(await this.options.agents.join(job)) || this.rooms.get(job.room) !== active) return
    const agent = new ParticipantInfo({ identity: 'agent', kind: ParticipantInfo_Kind.AGENT })
    active.participants.set('agent', agent)
    this.sendWebhook('participant_joined', active, agent)
  }

  private closeRoom(name: string): void {
    const active = this.rooms.get(name)
    if (active === undefined) return
    active.hangUp?.(DisconnectReason.ROOM_DELETED)
    this.rooms.delete(name)
    this.sendWebhook('room_finished', active)
  }

  /** Sends an INVITE and waits for its result. The call continues even when the request fails. */
  private async dial(
    dialRequest: CreateSIPParticipantRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const script = this.options.scriptOf(dialRequest.sipCallTo)
    const { fault } = script
    if (fault?.when === 'before') return this.sendFault(fault.how, request, response)
    const active = this.rooms.get(dialRequest.roomName) ?? this.createMissingRoom(dialRequest.roomName)
    active.hangUp?.(DisconnectReason.DUPLICATE_IDENTITY)
    const invite: Invite = {
      room: dialRequest.roomName,
      number: dialRequest.sipCallTo,
      from: dialRequest.sipNumber,
      dtmf: dialRequest.dtmf,
      sentAt: Date.now(),
    }
    this.invites.push(invite)
    this.options.onInvite?.(invite)
    const ringMs = Math.min(script.ringMs, Number(dialRequest.ringingTimeout?.seconds ?? 30n) * 1000)
    const call = this.startCall(active, invite, dialRequest.participantIdentity, { ...script, ringMs })
    this.track(call.ended)
    if (fault?.when === 'after') return this.sendFault(fault.how, request, response)
    const refusal = await call.answered
    if (refusal !== undefined) throw refusal
    return new SIPParticipantInfo({
      participantIdentity: dialRequest.participantIdentity,
      roomName: dialRequest.roomName,
      sipCallId: `SCL_${randomUUID()}`,
    }).toJson()
  }

  /** LiveKit creates a missing room when a number is dialed into it. */
  private createMissingRoom(name: string): ActiveRoom {
    this.createRoom(new CreateRoomRequest({ name }))
    return this.rooms.get(name) as ActiveRoom
  }

  private startCall(active: ActiveRoom, invite: Invite, identity: string, script: Script) {
    const callee = new ParticipantInfo({
      identity,
      kind: ParticipantInfo_Kind.SIP,
      attributes: { 'sip.callStatus': 'dialing' },
    })
    active.participants.set(identity, callee)
    this.sendWebhook('participant_joined', active, callee)
    let hangUp: (reason: DisconnectReason) => void = () => undefined
    const hungUp = new Promise<DisconnectReason>((resolve) => {
      hangUp = resolve
    })
    active.hangUp = hangUp
    const end = (reason: DisconnectReason) => {
      invite.endedAt = Date.now()
      this.options.onCallEnd?.(invite)
      active.participants.delete(identity)
      delete active.hangUp
      callee.disconnectReason = reason
      callee.attributes['sip.callStatus'] = 'hangup'
      this.sendWebhook('participant_left', active, callee)
    }
    const answered = (async (): Promise<TwirpError | undefined> => {
      callee.attributes['sip.callStatus'] = 'ringing'
      const reason = await Promise.race([hungUp, wait(script.ringMs)])
      if (reason !== undefined) {
        end(reason)
        return new TwirpError('aborted', 'call was cancelled', { sip_status_code: '487' })
      }
      const refusal = errorOf(script)
      if (refusal === undefined) callee.attributes['sip.callStatus'] = 'active'
      else end(refusal.disconnectReason)
      return refusal?.error
    })()
    const converse = async () => {
      if ((await answered) !== undefined) return
      const job = active.jobs[0]
      if (job) this.track(this.options.agents.calleeAnswered?.(job) ?? Promise.resolve())
      end((await Promise.race([hungUp, wait(script.talkMs)])) ?? DisconnectReason.CLIENT_INITIATED)
      if (job) await this.options.agents.callEnded?.(job)
    }
    return { answered, ended: converse() }
  }

  private sendWebhook(event: string, { room }: ActiveRoom, participant?: ParticipantInfo): void {
    const { webhook } = this.options
    if (webhook === undefined) return
    const message = new WebhookEvent({
      event,
      id: randomUUID(),
      createdAt: BigInt(Math.floor(Date.now() / 1000)),
      room,
      ...(participant && { participant: participant.clone() }),
    })
    const body = message.toJsonString()
    const delivered = this.signWebhook(body).then((authorization) => webhook(body, authorization))
    this.track(delivered)
    this.track(delivered, this.webhooks)
  }

  /** The Authorization header that signs the body of a webhook. */
  async signWebhook(body: string): Promise<string> {
    const token = new AccessToken(this.apiKey, this.apiSecret, { ttl: '5m' })
    token.sha256 = createHash('sha256').update(body).digest('base64')
    return token.toJwt()
  }
}

function errorOf({
  fate,
  meta = {},
}: Script): { error: TwirpError; disconnectReason: DisconnectReason } | undefined {
  if (fate === 'answer') return undefined
  if (fate === 'no_answer') {
    return {
      error: new TwirpError('canceled', 'sip request timed out'),
      disconnectReason: DisconnectReason.USER_UNAVAILABLE,
    }
  }
  const { code, disconnectReason } = errorOfSipStatus(fate)
  const error = new TwirpError(code, `SIP ${fate}`, {
    sip_status_code: String(fate),
    sip_status: 'reason phrase',
    ...meta,
  })
  return { error, disconnectReason }
}

/** Timers do not keep the process alive. */
const wait = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref())

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
