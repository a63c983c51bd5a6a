import type { Db } from '../../db/client.ts'
import { type Loop, startLoop } from '../../lib/loop.ts'
import type {
  CallRef,
  Carrier,
  CarrierEvent,
  CarrierEventHandler,
  DialRequest,
  DialResult,
  LookupResult,
} from '../carrier.ts'
import { CallStore, type StoredCall } from './call-store.ts'
import { type InviteResult, refusedDial, resultOfError } from './invite-results.ts'
import { type LivekitProject, Rooms } from './rooms.ts'
import { type Departure, readWebhook, toCarrierEvents, type WebhookHandler } from './webhook-events.ts'

export interface LivekitOptions extends LivekitProject {
  db: Db
  now: () => Date
  /** A token for the agent of a call. */
  createAgentToken: (call: CallRef) => Promise<string>
  /** Whether an agent has asked for the call's brief: it is there, and ready to speak. */
  isAgentReady: (call: CallRef) => Promise<boolean>
  /** Asked last of all: whether the call may still be dialed. */
  canDial: (call: CallRef, at: Date) => Promise<boolean>
  /** Told of what was not expected; it is tried again by itself. */
  onError: (error: unknown) => void
  /** How long an agent is waited for before anybody is called, ms. */
  agentWaitMs?: number
  /** How long an answer of `mayDial` holds, ms. */
  maxCheckAgeMs?: number
}

const agentWaitMs = 5_000
const askAgainMs = 100
const freshMs = 200
/** Beyond the wait for an agent: a room, and two statements, ms. */
const preparingMs = 2_000
/** Beyond ring_timeout_sec, how long an INVITE of which nothing is seen may be under way, ms. */
const ringMarginMs = 15_000
const sweepMs = 5_000
const agentLeft = 'agent_left'

/**
 * Calls through LiveKit SIP: a room by the call's id, an agent sent there, and only when it is ready an INVITE; at most one
 * for a call, whoever dies in between. What is not known is looked for before it is taken for over.
 */
export class LivekitCarrier implements Carrier, WebhookHandler {
  readonly name = 'livekit'
  readonly dialDeadlineMs: number
  private readonly options: LivekitOptions
  private readonly book: CallStore
  private readonly rooms: Rooms
  private readonly hurried: Promise<void>
  private isHurried = false
  private letGo: () => void = () => undefined
  private take: CarrierEventHandler = async () => undefined

  constructor(options: LivekitOptions) {
    this.options = options
    this.book = new CallStore(options.db)
    this.rooms = new Rooms(options)
    this.dialDeadlineMs = (options.agentWaitMs ?? agentWaitMs) + preparingMs
    this.hurried = new Promise((resolve) => {
      this.letGo = resolve
    })
  }

  async dial(call: DialRequest): Promise<DialResult> {
    // Asked before: whoever did that may have dialed.
    if (!(await this.book.reserve(call, this.options.now()))) {
      return { kind: 'ambiguous', reason: 'it is being dialed already' }
    }
    const unready = await this.prepare(call)
    if (unready !== undefined) {
      await this.book.markVoid(call, this.options.now())
      await this.clear(call)
      return unready
    }
    const rings_until = new Date(
      this.options.now().getTime() + this.rooms.ringSec(call) * 1000 + ringMarginMs,
    )
    const asked = performance.now()
    if (!(await this.book.markInviting(call, rings_until))) {
      await this.clear(call)
      return { kind: 'withheld', reason: 'it was called off' }
    }
    // The database was away meanwhile, or this process stood still: it may have been paused since it was asked.
    if (performance.now() - asked > (this.options.maxCheckAgeMs ?? freshMs) && !(await this.mayDial(call))) {
      await this.book.withdrawInvite(call)
      await this.clear(call)
      return { kind: 'withheld', reason: 'it was called off' }
    }
    return this.invite(call)
  }

  private async mayDial(call: DialRequest): Promise<boolean> {
    const now = this.options.now()
    return now <= call.not_after && (await this.options.canDial(call, now))
  }

  /** Has a room and an agent ready. Answers why nobody is to be called. */
  private async prepare(call: DialRequest): Promise<DialResult | undefined> {
    try {
      await this.rooms.createRoom(call, await this.options.createAgentToken(call))
    } catch (error) {
      // Nothing was dialed: what is ambiguous of an INVITE is not so of a room.
      const verdict = resultOfError(error)
      if (verdict.kind === 'refused') return refusedDial(verdict)
      return { kind: 'refused', outcome: 'carrier_error', ended_reason: `no room (${verdict.reason})` }
    }
    if (!(await this.hasAgent(call))) {
      if (this.isHurried) return { kind: 'withheld', reason: 'the process stops' }
      return { kind: 'refused', outcome: 'agent_error', ended_reason: 'no agent asked for its brief' }
    }
    return (await this.mayDial(call))
      ? undefined
      : { kind: 'withheld', reason: 'it may not be dialed any more' }
  }

  /** Nobody is called before somebody is there to speak. */
  private async hasAgent(call: CallRef): Promise<boolean> {
    const end = performance.now() + (this.options.agentWaitMs ?? agentWaitMs)
    while (!this.isHurried) {
      if (await this.options.isAgentReady(call)) return true
      if (performance.now() >= end) return false
      await Promise.race([this.hurried, new Promise((resolve) => setTimeout(resolve, askAgainMs))])
    }
    return false
  }

  private async invite(call: DialRequest): Promise<DialResult> {
    const invited = this.rooms.inviteCallee(call).then(
      () => undefined,
      (error: unknown) => resultOfError(error),
    )
    const hurried = this.hurried.then(
      (): InviteResult => ({ kind: 'ambiguous', reason: 'the process stops' }),
    )
    const verdict = await Promise.race([invited, hurried])
    if (verdict === undefined) return this.answered(call)
    if (verdict.kind === 'ambiguous') return verdict
    // Whose agent had left was called off for that, whatever the trunk says then.
    const isLeft = (await this.book.find(call))?.ended_reason === agentLeft
    const { outcome, reason } = isLeft ? { outcome: 'agent_error' as const, reason: agentLeft } : verdict
    const entry = await this.book.markEnded(call, { at: this.options.now(), outcome, reason })
    await this.clear(call)
    if (entry?.hang_up_at) return { kind: 'ended', outcome: 'cancelled', ended_reason: 'hung_up' }
    if (isLeft) return { kind: 'ended', outcome, ended_reason: reason }
    if (verdict.kind === 'refused') return refusedDial(verdict)
    return { kind: 'ended', outcome: verdict.outcome, ended_reason: verdict.reason }
  }

  private async answered(call: DialRequest): Promise<DialResult> {
    const at = this.options.now()
    await this.book.markAnswered(call, at)
    await this.take([{ ...refOf(call), type: 'answered', at }])
    const entry = await this.book.find(call)
    if (entry?.hang_up_at) await this.hangUp(call)
    // They left before their answer was known here.
    else if (entry?.state === 'answered' && entry.ended_reason)
      await this.tellEnd(call, { at, reason: entry.ended_reason })
    return { kind: 'accepted' }
  }

  async hangUp(call: CallRef): Promise<boolean> {
    const at = this.options.now()
    await this.book.requestHangUp(call, at)
    try {
      await this.rooms.deleteRoom(call)
    } catch (error) {
      this.options.onError(error)
      return false
    }
    // A conversation is over with its room; of a telephone that rings, its INVITE tells.
    const entry = await this.book.find(call)
    if (entry?.state === 'answered') await this.tellEnd(call, { at, outcome: 'cancelled', reason: 'hung_up' })
    return true
  }

  async lookup(call: CallRef): Promise<LookupResult> {
    const now = this.options.now()
    const entry = await this.book.find(call)
    if (entry === undefined || entry.state === 'reserved' || entry.state === 'void') {
      if (await this.book.markVoid(call, now)) return { kind: 'unknown' }
    }
    const known = entry?.state === 'ended' ? entry : await this.book.find(call)
    if (known?.state === 'ended') return { kind: 'ended', event: endedOf(known) }
    try {
      return await this.lookInRoom(call, known as StoredCall, now)
    } catch (error) {
      const { reason } = resultOfError(error)
      return { kind: 'unreachable', reason }
    }
  }

  /** A call of which an INVITE went out. */
  private async lookInRoom(call: CallRef, entry: StoredCall, now: Date): Promise<LookupResult> {
    const { callee } = await this.rooms.inspectRoom(call)
    if (callee === 'active') {
      await this.book.markAnswered(call, now)
      return { kind: 'live', status: 'active' }
    }
    if (callee !== 'gone') return { kind: 'live', status: callee }
    const mayCome = entry.state === 'inviting' && entry.ended_reason === null && entry.hang_up_at === null
    if (mayCome && entry.rings_until !== null && now.getTime() < Date.parse(entry.rings_until)) {
      return { kind: 'live', status: 'dialing' }
    }
    // Of a conversation its agent tells; an INVITE of which nothing came is lost.
    const outcome = entry.state === 'answered' ? undefined : (entry.outcome ?? 'lost')
    const reason = entry.ended_reason ?? (entry.state === 'answered' ? 'left' : 'nothing was heard of it')
    const ended = await this.book.markEnded(call, { at: now, outcome, reason })
    await this.clear(call)
    if (ended?.state !== 'ended') return { kind: 'unreachable', reason: 'it changed meanwhile' }
    return { kind: 'ended', event: endedOf(ended) }
  }

  /** The callee, or the agent, has left, as a webhook says it. */
  async callLeft(call: CallRef, end: Departure): Promise<CarrierEvent[]> {
    // Noted by one statement, and only then looked for: it may be answered in between.
    if (await this.book.recordProvisionalEnd(call, end.outcome, end.reason)) return []
    if ((await this.book.find(call))?.state !== 'answered') return []
    const ended = await this.book.markEnded(call, { at: end.at, reason: end.reason })
    await this.clear(call)
    return ended?.state === 'ended' ? [endedOf(ended)] : []
  }

  /** The callee has answered, as a webhook says it. */
  async calleeAnswered(call: CallRef, at: Date): Promise<CarrierEvent[]> {
    return (await this.book.markAnswered(call, at)) ? [{ ...refOf(call), type: 'answered', at }] : []
  }

  /** An agent has left: a callee who is left alone in the room talks to nobody, and is hung up, or rings no longer. */
  async agentLeft(call: CallRef, at: Date): Promise<CarrierEvent[]> {
    const { isAlone } = await this.rooms.inspectRoom(call)
    if (!isAlone) return []
    const events = await this.callLeft(call, { at, outcome: undefined, reason: agentLeft })
    if ((await this.book.find(call))?.state === 'inviting') await this.rooms.deleteRoom(call)
    return events
  }

  receiveWebhook = async (body: string, authorization: string | undefined): Promise<CarrierEvent[]> =>
    toCarrierEvents(this, await readWebhook(this.options, body, authorization))

  findCompany = (call_id: string): Promise<string | undefined> => this.book.findCompany(call_id)

  private async tellEnd(call: CallRef, end: { at: Date; outcome?: CarrierEvent['outcome']; reason: string }) {
    const ended = await this.book.markEnded(call, end)
    await this.clear(call)
    if (ended?.state === 'ended') await this.take([endedOf(ended)])
  }

  /** Closes the room of a call that is over. False: it could not be, and the sweep does it. */
  private async clear(call: CallRef): Promise<boolean> {
    try {
      await this.rooms.deleteRoom(call)
      await this.book.markCleared(call)
      return true
    } catch (error) {
      this.options.onError(error)
      return false
    }
  }

  drain(): void {
    this.isHurried = true
    this.letGo()
  }

  start(take: CarrierEventHandler): { stop(): Promise<void> } {
    this.take = take
    const { now, onError: onFault } = this.options
    const sweeping: Loop = startLoop(() => this.sweep(now()), sweepMs, onFault)
    return { stop: () => sweeping.stop() }
  }

  /** Closes rooms of calls that are over: their process died, or their agent forgot. Answers how many. */
  async sweep(now: Date): Promise<number> {
    const left = await this.book.findLeftOpen(now)
    for (const call of left) await this.book.markEnded(call, { at: now, reason: 'its agent said so' })
    const over = await this.book.findUncleared()
    for (const call of over) if (!(await this.clear(call))) break
    await this.book.prune(now)
    return left.length + over.length === 0 ? 0 : 1
  }
}

const refOf = ({ company_id, call_id }: CallRef): CallRef => ({ company_id, call_id })

const endedOf = (entry: StoredCall): CarrierEvent => ({
  ...refOf(entry),
  type: 'ended',
  at: new Date(entry.ended_at ?? 0),
  outcome: entry.outcome ?? undefined,
  ended_reason: entry.ended_reason ?? undefined,
})

/** The LiveKit carrier. */
export const livekitCarrier = (options: LivekitOptions) => new LivekitCarrier(options)
