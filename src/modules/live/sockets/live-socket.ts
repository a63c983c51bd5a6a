import type { Db } from '../../../db/client.ts'
import { Refusal } from '../../../lib/errors.ts'
import type { EventSequencer } from '../../events/index.ts'
import type { LiveHub } from '../hub.ts'
import { readResumeState, takeSnapshot } from '../snapshot.ts'
import { Subscription } from '../subscription.ts'
import { type Topic, topicName } from '../topic.ts'
import { type ClientMessage, parseClientMessage } from './client-message.ts'
import { type Socket, sendText, whenDrained } from './socket-registry.ts'

/** Maximum number of subscriptions per socket. */
const maxSubscriptions = 100

export interface LiveDeps {
  db: Db
  hub: LiveHub
  events: Pick<EventSequencer, 'step'>
  onError: (error: unknown) => void
}

/** One socket of /api/live: several subscriptions, each identified by a `ref` that the client chooses. */
export class LiveSocket {
  private readonly deps: LiveDeps
  private readonly socket: Socket
  private readonly company_id: string
  /** By ref; undefined while a subscription starts. */
  private readonly subscriptions = new Map<string, Subscription | undefined>()
  /** Requests are handled one by one, because concurrent snapshots could exceed the limit of unread bytes. */
  private lastRequest: Promise<unknown> = Promise.resolve()

  constructor(deps: LiveDeps, socket: Socket, company_id: string) {
    this.deps = deps
    this.socket = socket
    this.company_id = company_id
    socket.on('close', () => {
      for (const subscription of this.subscriptions.values())
        if (subscription !== undefined) deps.hub.unsubscribe(subscription)
      this.subscriptions.clear()
    })
  }

  /** Handles the text of a message. */
  async receive(text: string): Promise<void> {
    const parsed = parseClientMessage(text)
    if (parsed.message === undefined) this.sendError(parsed.ref, 'malformed', parsed.detail)
    else await this.handle(parsed.message)
  }

  /** Handles a message and sends the response; a failure is sent as {type: 'error'}. */
  async handle(message: ClientMessage): Promise<void> {
    if (message.type === 'ping') this.send({ type: 'pong' })
    else if (message.type === 'unsubscribe') await this.inOrder(async () => this.unsubscribe(message.ref))
    else await this.startSubscription(message)
  }

  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.lastRequest.then(work)
    this.lastRequest = done.catch(() => undefined)
    return done
  }

  private async startSubscription(message: Extract<ClientMessage, { type: 'subscribe' }>): Promise<void> {
    const ref = message.ref ?? topicName(message)
    if (this.subscriptions.has(ref)) {
      const detail = `This socket already has a subscription with ref "${ref}". Unsubscribe it first, or use another ref.`
      return this.sendError(ref, 'ref_taken', detail)
    }
    if (this.subscriptions.size >= maxSubscriptions) {
      const detail = `A socket can have at most ${maxSubscriptions} subscriptions. Unsubscribe one first, or open another socket.`
      return this.sendError(ref, 'too_many_subscriptions', detail)
    }
    this.subscriptions.set(ref, undefined)
    try {
      const subscription = await this.inOrder(() => this.subscribe(ref, message, message.after))
      if (subscription !== undefined) await this.deps.hub.subscribe(subscription, whenDrained(this.socket))
    } catch (error) {
      this.subscriptions.delete(ref)
      if (error instanceof Refusal) return this.sendError(ref, error.code, error.message)
      this.deps.onError(error)
      this.sendError(
        ref,
        'internal_error',
        'The service failed to start this subscription. The error was logged. Subscribe again.',
      )
    }
  }

  private sendError(ref: string | null, code: string, detail: string): void {
    this.send({ type: 'error', ref, code, detail })
  }

  private send(message: object): void {
    sendText(this.socket, JSON.stringify(message))
  }

  private unsubscribe(ref: string): void {
    const subscription = this.subscriptions.get(ref)
    if (subscription === undefined) {
      this.sendError(ref, 'no_subscription', `This socket has no subscription with ref "${ref}".`)
      return
    }
    this.deps.hub.unsubscribe(subscription)
    this.subscriptions.delete(ref)
    this.send({ type: 'unsubscribed', ref })
  }

  /** Sends a snapshot, or with `after` the resume state. Returns undefined if the socket has been closed. */
  private async subscribe(ref: string, { campaign_id, call_id }: Topic, after: number | undefined) {
    const { db, events } = this.deps
    const topic = { campaign_id, call_id }
    const prefix = `{"type":"event","ref":${JSON.stringify(ref)},"event":`
    const sink = { write: (_: unknown, text: string) => sendText(this.socket, `${prefix}${text}}`) }
    await whenDrained(this.socket)()
    // Assigns ids to events that are already committed: the snapshot includes them, so they must not be sent again.
    await events.step()
    let start: { position: number; includedPositions?: Set<number> }
    if (after === undefined) {
      const snapshot = await takeSnapshot(db, this.company_id, topic)
      start = snapshot
      this.send({ type: 'snapshot', ref, position: snapshot.position, data: snapshot.data })
    } else {
      const { progress } = await readResumeState(db, this.company_id, topic, after)
      start = { position: after }
      this.send({ type: 'resumed', ref, position: after, data: { progress } })
    }
    // A subscription that starts after the socket's close event would never be ended.
    if (this.socket.readyState !== this.socket.OPEN) return undefined
    const subscription = new Subscription(this.company_id, topic, start, sink)
    this.subscriptions.set(ref, subscription)
    return subscription
  }
}
