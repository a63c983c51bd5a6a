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

/** What happens when a number is dialed. Times are ms. */
export interface Script {
  /** `answer` and `no_answer` are of the telephone; a number is its SIP status. */
  fate: 'answer' | 'no_answer' | number
  /** Beside a SIP status: what else the trunk told. */
  meta?: Record<string, string>
  ringMs: number
  talkMs: number
  /** The request is not answered as it should be: before the INVITE, or after it while the call goes on. */
  fault?: Fault
}

export interface Fault {
  when: 'before' | 'after'
  /** An error that is answered, the connection cut, or no answer at all. */
  how: { code: string; status: number; msg?: string } | 'cut' | 'silence'
}

export interface Job {
  room: string
  metadata: { company_id: string; call_id: string; token: string }
}

/** Plays the agents that are dispatched to rooms. */
export interface Agents {
  /** Resolves when the agent is there; false: no worker took the job. */
  join(job: Job): Promise<boolean>
  /** The callee is on the line. */
  calleeAnswered?(job: Job): Promise<void>
  /** The callee has left, or the room was closed. */
  callEnded?(job: Job): Promise<void>
}

export interface FakeLivekitOptions {
  apiKey?: string
  apiSecret?: string
  port?: number
  scriptOf: (number: string) => Script
  agents: Agents
  /** Takes a webhook's body and Authorization; called once for each, unless a test says otherwise. */
  webhook?: (body: string, authorization: string) => Promise<unknown>
  onInvite?: (invite: Invite) => void
  onCallEnd?: (invite: Invite) => void
}

export interface Invite {
  room: string
  number: string
  from: string
  sentAt: number
  /** When its leg was over; undefined: it is not. */
  endedAt?: number
}

interface Present {
  room: Room
  jobs: Job[]
  participants: Map<string, ParticipantInfo>
  invite?: Invite
  /** Ends the leg of the callee. */
  hangUp?: (why: DisconnectReason) => void
}

type Json = Parameters<typeof CreateRoomRequest.fromJson>[0]

/** HTTP statuses of Twirp's codes. */
const statuses: Record<string, number> = {
  ...{ canceled: 408, invalid_argument: 400, deadline_exceeded: 408, not_found: 404, permission_denied: 403 },
  ...{ unauthenticated: 401, resource_exhausted: 429, failed_precondition: 412, aborted: 409, internal: 500 },
  unavailable: 503,
}

/** Which code LiveKit wraps a SIP status in, and why the callee is said to have left. */
function wrapped(status: number): { code: string; left: DisconnectReason } {
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
  const left =
    [401, 403, 407, 486, 488].includes(status) || status >= 600
      ? DisconnectReason.USER_REJECTED
      : status >= 500
        ? DisconnectReason.SIP_TRUNK_FAILURE
        : DisconnectReason.USER_UNAVAILABLE
  return { code, left }
}

class Refused extends Error {
  readonly code: string
  readonly meta: Record<string, string>
  constructor(code: string, msg: string, meta: Record<string, string> = {}) {
    super(msg)
    this.code = code
    this.meta = meta
  }
}

/** Speaks LiveKit's protocol as far as a carrier hears it: Twirp over HTTP in JSON, signed webhooks. It keeps every INVITE. */
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
  readonly rooms = new Map<string, Present>()
  /** Requests by method; a test may make one fail before it is looked at. */
  readonly requests: string[] = []
  failRequest: ((method: string) => Fault['how'] | undefined) | undefined
  url = ''
  readonly apiKey: string
  readonly apiSecret: string
  private readonly options: FakeLivekitOptions
  private readonly server: Server
  private readonly verifier: TokenVerifier
  /** What goes on by itself: agents, legs, webhooks; and the webhooks alone. */
  private readonly under = new Set<Promise<unknown>>()
  private readonly telling = new Set<Promise<unknown>>()

  private constructor(options: FakeLivekitOptions) {
    this.options = options
    this.apiKey = options.apiKey ?? 'APIstandin'
    this.apiSecret = options.apiSecret ?? 'a-secret-of-the-livekit-stand-in'
    this.verifier = new TokenVerifier(this.apiKey, this.apiSecret)
    this.server = createServer((request, response) => void this.answer(request, response))
  }

  static async start(options: FakeLivekitOptions): Promise<FakeLivekit> {
    const made = new FakeLivekit(options)
    made.server.listen(options.port ?? 0, '127.0.0.1')
    await once(made.server, 'listening')
    made.url = `http://127.0.0.1:${(made.server.address() as AddressInfo).port}`
    return made
  }

  async stop(): Promise<void> {
    for (const name of [...this.rooms.keys()]) this.closeRoom(name)
    this.server.closeAllConnections()
    this.server.close()
    await this.waitUntilIdle()
  }

  /** Nothing goes on by itself any more. */
  async waitUntilIdle(): Promise<void> {
    while (this.under.size > 0) await Promise.allSettled([...this.under])
  }

  /** Every webhook so far was taken, whoever still talks. */
  async webhooksDelivered(): Promise<void> {
    while (this.telling.size > 0) await Promise.allSettled([...this.telling])
  }

  /** The callee hangs up. */
  hangUpCallee(room: string, why = DisconnectReason.CLIENT_INITIATED): void {
    this.rooms.get(room)?.hangUp?.(why)
  }

  /** The agent leaves, or dies. */
  disconnectAgent(room: string): void {
    const present = this.rooms.get(room)
    const agent = present?.participants.get('agent')
    if (!present || !agent) return
    present.participants.delete('agent')
    this.tell('participant_left', present, agent)
  }

  private run(work: Promise<unknown>, among = this.under): void {
    const guarded = work.catch(() => undefined)
    among.add(guarded)
    void guarded.finally(() => among.delete(guarded))
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += chunk
    const method = request.url?.split('/').at(-1) ?? ''
    this.requests.push(method)
    try {
      await this.verify(request)
      const fault = this.failRequest?.(method)
      if (fault !== undefined) return this.fail(fault, request, response)
      const body = await this.handle(method, JSON.parse(text), request, response)
      if (body !== undefined) send(response, 200, body)
    } catch (error) {
      const { code = 'internal', meta = {} } = error as Partial<Refused>
      send(response, statuses[code] ?? 500, { code, msg: (error as Error).message, meta })
    }
  }

  private async verify(request: IncomingMessage): Promise<void> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    try {
      await this.verifier.verify(token ?? '')
    } catch {
      throw new Refused('unauthenticated', 'invalid token')
    }
  }

  private fail(how: Fault['how'], request: IncomingMessage, response: ServerResponse): void {
    if (how === 'cut') request.socket.destroy()
    else if (how !== 'silence') send(response, how.status, { code: how.code, msg: how.msg ?? '', meta: {} })
  }

  private async handle(method: string, body: Json, request: IncomingMessage, response: ServerResponse) {
    const lax = { ignoreUnknownFields: true }
    if (method === 'CreateRoom') return this.createRoom(CreateRoomRequest.fromJson(body, lax)).toJson()
    if (method === 'DeleteRoom') {
      const { room } = DeleteRoomRequest.fromJson(body, lax)
      if (!this.rooms.has(room)) throw new Refused('not_found', 'requested room does not exist')
      this.closeRoom(room)
      return {}
    }
    if (method === 'ListParticipants') {
      const present = this.rooms.get(ListParticipantsRequest.fromJson(body, lax).room)
      if (present === undefined) throw new Refused('not_found', 'requested room does not exist')
      return new ListParticipantsResponse({ participants: [...present.participants.values()] }).toJson()
    }
    if (method === 'CreateSIPParticipant') {
      return this.dial(CreateSIPParticipantRequest.fromJson(body, lax), request, response)
    }
    if (method === 'ListRooms') {
      return new ListRoomsResponse({ rooms: [...this.rooms.values()].map(({ room }) => room) }).toJson()
    }
    if (method === 'ListSIPOutboundTrunk')
      return new ListSIPOutboundTrunkResponse({ items: this.trunks }).toJson()
    if (method === 'TransferSIPParticipant') {
      const { roomName, transferTo } = TransferSIPParticipantRequest.fromJson(body, lax)
      const present = this.rooms.get(roomName)
      if (present?.hangUp === undefined) throw new Refused('not_found', 'participant does not exist')
      this.transfers.push({ room: roomName, to: transferTo })
      present.hangUp(DisconnectReason.CLIENT_INITIATED)
      return {}
    }
    throw new Refused('bad_route', 'no handler for path')
  }

  private createRoom(asked: CreateRoomRequest): Room {
    const known = this.rooms.get(asked.name)
    if (known !== undefined) return known.room
    const room = new Room({ sid: `RM_${randomUUID()}`, name: asked.name, metadata: asked.metadata })
    const present: Present = { room, jobs: [], participants: new Map() }
    this.rooms.set(asked.name, present)
    this.tell('room_started', present)
    for (const { metadata } of asked.agents) {
      const job: Job = { room: asked.name, metadata: JSON.parse(metadata) }
      present.jobs.push(job)
      this.run(this.join(present, job))
    }
    return room
  }

  private async join(present: Present, job: Job): Promise<void> {
    if (!(await this.options.agents.join(job)) || this.rooms.get(job.room) !== present) return
    const agent = new ParticipantInfo({ identity: 'agent', kind: ParticipantInfo_Kind.AGENT })
    present.participants.set('agent', agent)
    this.tell('participant_joined', present, agent)
  }

  private closeRoom(name: string): void {
    const present = this.rooms.get(name)
    if (present === undefined) return
    present.hangUp?.(DisconnectReason.ROOM_DELETED)
    this.rooms.delete(name)
    this.tell('room_finished', present)
  }

  /** An INVITE, and what comes of it. The leg goes on whatever becomes of the request. */
  private async dial(asked: CreateSIPParticipantRequest, request: IncomingMessage, response: ServerResponse) {
    const script = this.options.scriptOf(asked.sipCallTo)
    const { fault } = script
    if (fault?.when === 'before') return this.fail(fault.how, request, response)
    const present = this.rooms.get(asked.roomName) ?? this.lateRoom(asked.roomName)
    present.hangUp?.(DisconnectReason.DUPLICATE_IDENTITY)
    const invite: Invite = {
      room: asked.roomName,
      number: asked.sipCallTo,
      from: asked.sipNumber,
      sentAt: Date.now(),
    }
    this.invites.push(invite)
    this.options.onInvite?.(invite)
    const rings = Math.min(script.ringMs, Number(asked.ringingTimeout?.seconds ?? 30n) * 1000)
    const leg = this.leg(present, invite, asked.participantIdentity, { ...script, ringMs: rings })
    this.run(leg.over)
    if (fault?.when === 'after') return this.fail(fault.how, request, response)
    const refusal = await leg.answered
    if (refusal !== undefined) throw refusal
    return new SIPParticipantInfo({
      participantIdentity: asked.participantIdentity,
      roomName: asked.roomName,
      sipCallId: `SCL_${randomUUID()}`,
    }).toJson()
  }

  /** Dialing makes a room where there is none. */
  private lateRoom(name: string): Present {
    this.createRoom(new CreateRoomRequest({ name }))
    return this.rooms.get(name) as Present
  }

  private leg(present: Present, invite: Invite, identity: string, script: Script) {
    const callee = new ParticipantInfo({
      identity,
      kind: ParticipantInfo_Kind.SIP,
      attributes: { 'sip.callStatus': 'dialing' },
    })
    present.participants.set(identity, callee)
    this.tell('participant_joined', present, callee)
    let hangUp: (why: DisconnectReason) => void = () => undefined
    const hungUp = new Promise<DisconnectReason>((resolve) => {
      hangUp = resolve
    })
    present.hangUp = hangUp
    const end = (why: DisconnectReason) => {
      invite.endedAt = Date.now()
      this.options.onCallEnd?.(invite)
      present.participants.delete(identity)
      delete present.hangUp
      callee.disconnectReason = why
      callee.attributes['sip.callStatus'] = 'hangup'
      this.tell('participant_left', present, callee)
    }
    const answered = (async (): Promise<Refused | undefined> => {
      callee.attributes['sip.callStatus'] = 'ringing'
      const why = await Promise.race([hungUp, wait(script.ringMs)])
      if (why !== undefined) {
        end(why)
        return new Refused('aborted', 'call was cancelled', { sip_status_code: '487' })
      }
      const refusal = refusalOf(script)
      if (refusal === undefined) callee.attributes['sip.callStatus'] = 'active'
      else end(refusal.left)
      return refusal?.error
    })()
    const talking = async () => {
      if ((await answered) !== undefined) return
      const job = present.jobs[0]
      if (job) this.run(this.options.agents.calleeAnswered?.(job) ?? Promise.resolve())
      end((await Promise.race([hungUp, wait(script.talkMs)])) ?? DisconnectReason.CLIENT_INITIATED)
      if (job) await this.options.agents.callEnded?.(job)
    }
    return { answered, over: talking() }
  }

  private tell(event: string, { room }: Present, participant?: ParticipantInfo): void {
    const { webhook } = this.options
    if (webhook === undefined) return
    const message = new WebhookEvent({
      ...{ event, id: randomUUID(), createdAt: BigInt(Math.floor(Date.now() / 1000)), room },
      ...(participant && { participant: participant.clone() }),
    })
    const body = message.toJsonString()
    const told = this.signWebhook(body).then((authorization) => webhook(body, authorization))
    this.run(told)
    this.run(told, this.telling)
  }

  /** The Authorization of a webhook of this project. */
  async signWebhook(body: string): Promise<string> {
    const token = new AccessToken(this.apiKey, this.apiSecret, { ttl: '5m' })
    token.sha256 = createHash('sha256').update(body).digest('base64')
    return token.toJwt()
  }
}

function refusalOf({ fate, meta = {} }: Script): { error: Refused; left: DisconnectReason } | undefined {
  if (fate === 'answer') return undefined
  if (fate === 'no_answer') {
    return {
      error: new Refused('canceled', 'sip request timed out'),
      left: DisconnectReason.USER_UNAVAILABLE,
    }
  }
  const { code, left } = wrapped(fate)
  const error = new Refused(code, `SIP ${fate}`, {
    sip_status_code: String(fate),
    sip_status: 'as told',
    ...meta,
  })
  return { error, left }
}

/** The server keeps the process; what it waits for does not. */
const wait = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref())

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
