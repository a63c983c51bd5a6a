import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  AgentDispatch,
  AgentDispatchState,
  CreateAgentDispatchRequest,
  CreateRoomRequest,
  CreateSIPParticipantRequest,
  DeleteAgentDispatchRequest,
  DeleteRoomRequest,
  DisconnectReason,
  JobState,
  JobStatus,
  ListAgentDispatchRequest,
  ListAgentDispatchResponse,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ListRoomsResponse,
  ListSIPOutboundTrunkResponse,
  Job as LivekitJob,
  ParticipantInfo,
  ParticipantInfo_Kind,
  Room,
  SIPOutboundTrunkInfo,
  SIPParticipantInfo,
  TransferSIPParticipantRequest,
  WebhookEvent,
} from '@livekit/protocol'
import { AccessToken, TokenVerifier } from 'livekit-server-sdk'
import { disconnectReasonOf, errorOf, type Fate, httpStatuses, TwirpError } from './fake-sip.ts'

/** What happens when a number is dialed. */
export interface Script {
  fate: Fate
  /** The reason phrase of the response, which LiveKit passes on. Headers of the response it drops. */
  reasonPhrase?: string
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
  /**
   * Whether a worker accepts the job. A job request is sent once: what is refused is not offered again without another dispatch.
   * Default: yes.
   */
  accepts?(job: Job): boolean
  /** Resolves when the process of the job connects to the room. Default: at once. */
  start?(job: Job): Promise<void>
  /** Called when the agent is in the room. Resolves when it is ready; false: it leaves. */
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
  /** The server's clock. Default: the system's. */
  now?: () => Date
  onInvite?: (invite: Invite) => void
  onCallEnd?: (invite: Invite) => void
}

export interface Invite {
  room: string
  number: string
  from: string
  /** The digits to dial after the answer, with pauses; empty: none. */
  dtmf: string
  /** Seconds for which the phone may ring. */
  ringSec: number
  /** Seconds after which LiveKit ends the call. They begin with the INVITE, so they contain the ringing. */
  maxSec: number
  sentAt: number
  /** When the call ended; undefined while it is live. */
  endedAt?: number
}

interface ActiveRoom {
  room: Room
  /** Accepted jobs. */
  jobs: Job[]
  dispatches: Map<string, AgentDispatch>
  participants: Map<string, ParticipantInfo>
  invite?: Invite
  /** Ends the call with the callee; undefined while there is none. */
  hangUp?: (reason: DisconnectReason) => void
  /** Ends it for lack of audio. */
  drop?: () => void
}

type Json = Parameters<typeof CreateRoomRequest.fromJson>[0]

/**
 * The part of a LiveKit server that the carrier uses: Twirp over HTTP in JSON, and signed webhooks. Records every
 * INVITE.
 */
export class FakeLivekit {
  readonly invites: Invite[] = []
  /** LiveKit's setting `room.auto_create`. */
  autoCreate = true
  /** Dispatches of agents to rooms, also refused ones. */
  dispatched = 0
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

  /**
   * Ends the call of a room as the SIP bridge does when it receives no audio: the reason is that of a hang-up, and the
   * callee's `sip.callStatus` stays `active`.
   */
  dropCallee(room: string): void {
    this.rooms.get(room)?.drop?.()
  }

  /** Removes the agent from the room, as when it leaves or crashes. */
  disconnectAgent(room: string): void {
    const active = this.rooms.get(room)
    const agent = active?.participants.get('agent')
    if (!active || !agent) return
    active.participants.delete('agent')
    this.sendWebhook('participant_left', active, agent)
  }

  /** ms since 1970. */
  private get now(): number {
    return (this.options.now?.() ?? new Date()).getTime()
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
    const rejection = await this.rejectionOf(request)
    if (rejection !== undefined) {
      // Written before Twirp handles the request: plain text without an error code.
      response.writeHead(401, { 'content-type': 'text/plain; charset=utf-8' }).end(rejection)
      return
    }
    try {
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

  /** Why the token of a request is invalid, with the token as LiveKit has it; undefined when it is valid. */
  private async rejectionOf({
    headers: { authorization = '' },
  }: IncomingMessage): Promise<string | undefined> {
    const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? ''
    try {
      await this.verifier.verify(token)
      return undefined
    } catch {
      return `invalid token: ${token}, error: token signature is invalid: signature is invalid`
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
      // A room that does not exist has no participants.
      const active = this.rooms.get(ListParticipantsRequest.fromJson(body, lenient).room)
      return new ListParticipantsResponse({
        participants: [...(active?.participants.values() ?? [])],
      }).toJson()
    }
    if (method === 'CreateSIPParticipant') {
      return this.dial(CreateSIPParticipantRequest.fromJson(body, lenient), request, response)
    }
    if (method.endsWith('Dispatch')) return this.handleDispatch(method, body)
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
    const active = this.openRoom(request)
    for (const { metadata } of request.agents) this.dispatch(active, metadata)
    return active.room
  }

  private openRoom({ name, metadata, emptyTimeout }: CreateRoomRequest): ActiveRoom {
    const room = new Room({ sid: `RM_${randomUUID()}`, name, metadata, emptyTimeout })
    const active: ActiveRoom = { room, jobs: [], dispatches: new Map(), participants: new Map() }
    this.rooms.set(name, active)
    this.sendWebhook('room_started', active)
    return active
  }

  /**
   * The room of this name. A join creates a missing one (`room.auto_create`), without the metadata and the timeouts that it once
   * had.
   */
  private roomToJoin(name: string): ActiveRoom {
    const existing = this.rooms.get(name)
    if (existing === undefined && !this.autoCreate)
      throw new TwirpError('not_found', 'requested room does not exist')
    return existing ?? this.openRoom(new CreateRoomRequest({ name, emptyTimeout: 300 }))
  }

  /** Sends one job request. The job is part of the dispatch from when a worker accepts it. */
  private dispatch(active: ActiveRoom, metadata: string): AgentDispatch {
    this.dispatched++
    const room = active.room.name
    const dispatch = new AgentDispatch({
      id: `AD_${randomUUID()}`,
      room,
      metadata,
      state: new AgentDispatchState({ createdAt: BigInt(Date.now()) * 1_000_000n }),
    })
    active.dispatches.set(dispatch.id, dispatch)
    const job: Job = { room, metadata: JSON.parse(metadata) }
    if (this.options.agents.accepts?.(job) ?? true) {
      active.jobs.push(job)
      const state = new JobState({ status: JobStatus.JS_RUNNING })
      dispatch.state?.jobs.push(new LivekitJob({ id: `AJ_${randomUUID()}`, dispatchId: dispatch.id, state }))
      this.track(this.runJob(job))
    }
    return dispatch
  }

  private handleDispatch(method: string, body: Json) {
    const lenient = { ignoreUnknownFields: true }
    if (method === 'CreateDispatch') {
      const { room, metadata } = CreateAgentDispatchRequest.fromJson(body, lenient)
      const active = this.autoCreate ? this.roomToJoin(room) : this.rooms.get(room)
      if (active === undefined) throw noNodeOfRoom()
      return this.dispatch(active, metadata).toJson()
    }
    const { room } = ListAgentDispatchRequest.fromJson(body, lenient)
    const active = this.rooms.get(room)
    if (active === undefined) throw noNodeOfRoom()
    if (method === 'ListDispatch')
      return new ListAgentDispatchResponse({ agentDispatches: [...active.dispatches.values()] }).toJson()
    const { dispatchId } = DeleteAgentDispatchRequest.fromJson(body, lenient)
    const dispatch = active.dispatches.get(dispatchId)
    if (dispatch === undefined) throw new TwirpError('not_found', 'dispatch ID not found')
    active.dispatches.delete(dispatchId)
    return dispatch.toJson()
  }

  /** The agent joins the room, which may have been deleted meanwhile. It leaves when it is not ready. */
  private async runJob(job: Job): Promise<void> {
    await this.options.agents.start?.(job)
    const active = this.roomToJoin(job.room)
    const agent = new ParticipantInfo({ identity: 'agent', kind: ParticipantInfo_Kind.AGENT })
    active.participants.set('agent', agent)
    this.sendWebhook('participant_joined', active, agent)
    if (!(await this.options.agents.join(job)) && this.rooms.get(job.room) === active)
      this.disconnectAgent(job.room)
  }

  private closeRoom(name: string): void {
    const active = this.rooms.get(name)
    if (active === undefined) return
    active.hangUp?.(DisconnectReason.ROOM_DELETED)
    this.rooms.delete(name)
    const agent = active.participants.get('agent')
    if (agent !== undefined) {
      agent.disconnectReason = DisconnectReason.ROOM_DELETED
      this.sendWebhook('participant_left', active, agent)
    }
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
    const active = this.roomToJoin(dialRequest.roomName)
    active.hangUp?.(DisconnectReason.DUPLICATE_IDENTITY)
    const invite: Invite = {
      room: dialRequest.roomName,
      number: dialRequest.sipCallTo,
      from: dialRequest.sipNumber,
      dtmf: dialRequest.dtmf,
      ringSec: Number(dialRequest.ringingTimeout?.seconds ?? 30n),
      maxSec: Number(dialRequest.maxCallDuration?.seconds ?? 86_400n),
      sentAt: Date.now(),
    }
    this.invites.push(invite)
    this.options.onInvite?.(invite)
    const call = this.startCall(active, invite, dialRequest.participantIdentity, script)
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

  private startCall(active: ActiveRoom, invite: Invite, identity: string, script: Script) {
    const callee = new ParticipantInfo({
      identity,
      kind: ParticipantInfo_Kind.SIP,
      joinedAtMs: BigInt(this.now),
      attributes: { 'sip.callStatus': 'dialing' },
    })
    const setStatus = (status: string) => {
      callee.attributes['sip.callStatus'] = status
    }
    active.participants.set(identity, callee)
    this.sendWebhook('participant_joined', active, callee)
    const end = (reason: DisconnectReason) => {
      invite.endedAt = Date.now()
      this.options.onCallEnd?.(invite)
      active.participants.delete(identity)
      delete active.hangUp
      delete active.drop
      callee.disconnectReason = reason
      this.sendWebhook('participant_left', active, callee)
    }
    /** LiveKit sets `hangup` when a side hangs up, and leaves the status as it is when the call fails or is dropped. */
    const hungUp = new Promise<DisconnectReason>((resolve) => {
      active.hangUp = (reason) => {
        setStatus('hangup')
        resolve(reason)
      }
      active.drop = () => resolve(DisconnectReason.CLIENT_INITIATED)
    })
    const ringMs = Math.min(script.ringMs, invite.ringSec * 1000)
    const answered = (async (): Promise<TwirpError | undefined> => {
      if (script.fate !== 'silent') setStatus('ringing')
      const reason = await Promise.race([hungUp, wait(ringMs)])
      if (reason !== undefined) {
        end(reason)
        return errorOf({ ...script, fate: 'no_answer' })
      }
      const refusal = errorOf(script)
      if (refusal === undefined) setStatus('active')
      else end(disconnectReasonOf(script.fate))
      return refusal
    })()
    const converse = async () => {
      if ((await answered) !== undefined) return
      const job = active.jobs[0]
      if (job) this.track(this.options.agents.calleeAnswered?.(job) ?? Promise.resolve())
      const talkMs = Math.min(script.talkMs, invite.maxSec * 1000 - ringMs)
      const reason = await Promise.race([hungUp, wait(talkMs)])
      if (reason === undefined) setStatus('hangup')
      end(reason ?? DisconnectReason.CLIENT_INITIATED)
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
      createdAt: BigInt(Math.floor(this.now / 1000)),
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

/** The request goes to the node of the room, and a room that does not exist has none. LiveKit responds after 3 s. */
const noNodeOfRoom = () => new TwirpError('unavailable', 'no response from servers')

/** Timers do not keep the process alive. */
const wait = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref())

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
