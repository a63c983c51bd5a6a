import type { Db } from '../../../db/client.ts'
import { Refusal } from '../../../lib/errors.ts'
import type { EventSequencer } from '../../events/index.ts'
import type { LiveHub } from '../hub.ts'
import { readResumeState, takeSnapshot } from '../snapshot.ts'
import { Subscription } from '../subscription.ts'
import { type Topic, topicName } from '../topic.ts'
import { type Socket, sendText, whenDrained } from './socket-registry.ts'

/** Subscriptions of one socket at most. */
export const maxSubscriptions = 100

export interface LiveDeps {
  db: Db
  hub: LiveHub
  events: Pick<EventSequencer, 'step'>
  onFault: (error: unknown) => void
}

/** What a client of /api/live asks for. */
export type ClientMessage =
  | ({ type: 'subscribe'; ref?: string; after?: number } & Topic)
  | { type: 'unsubscribe'; ref: string }
  | { type: 'ping' }

/** One socket of /api/live: several subscriptions, each with a name of the client's own. */
export class LiveSocket {
  private readonly deps: LiveDeps
  private readonly socket: Socket
  private readonly company_id: string
  private readonly subscriptions = new Map<string, Subscription | undefined>()
  /** What is asked is done in its order, a snapshot at a time: all at once they would be more than may be unread. */
  private lastRequest: Promise<unknown> = Promise.resolve()

  constructor(deps: LiveDeps, socket: Socket, company_id: string) {
    this.deps = deps
    this.socket = socket
    this.company_id = company_id
    socket.on('close', () => {
      for (const one of this.subscriptions.values()) if (one !== undefined) deps.hub.unsubscribe(one)
      this.subscriptions.clear()
    })
  }

  /** Does what was asked, and answers it; what goes wrong is an answer too. */
  async handle(asked: ClientMessage): Promise<void> {
    if (asked.type === 'ping') this.send({ type: 'pong' })
    else if (asked.type === 'unsubscribe') await this.inOrder(async () => this.unsubscribe(asked.ref))
    else await this.startSubscription(asked)
  }

  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.lastRequest.then(work)
    this.lastRequest = done.catch(() => undefined)
    return done
  }

  private async startSubscription(asked: Extract<ClientMessage, { type: 'subscribe' }>): Promise<void> {
    const ref = asked.ref ?? topicName(asked)
    if (this.subscriptions.has(ref)) {
      return this.sendError(
        ref,
        'ref_taken',
        'There is a subscription of this ref: end it first, or take another.',
      )
    }
    if (this.subscriptions.size >= maxSubscriptions) {
      return this.sendError(ref, 'too_many_subscriptions', `A socket has ${maxSubscriptions} at most.`)
    }
    this.subscriptions.set(ref, undefined)
    try {
      const subscription = await this.inOrder(() => this.subscribe(ref, asked, asked.after))
      if (subscription !== undefined) await this.deps.hub.subscribe(subscription, whenDrained(this.socket))
    } catch (error) {
      this.subscriptions.delete(ref)
      if (error instanceof Refusal) return this.sendError(ref, error.code, error.message)
      this.deps.onFault(error)
      this.sendError(ref, 'internal_error', 'The service failed, and noted why: subscribe again.')
    }
  }

  sendError(ref: string | null, code: string, detail: string): void {
    this.send({ type: 'error', ref, code, detail })
  }

  private send(message: object): void {
    sendText(this.socket, JSON.stringify(message))
  }

  private unsubscribe(ref: string): void {
    const subscription = this.subscriptions.get(ref)
    if (subscription === undefined) {
      this.sendError(ref, 'no_subscription', 'There is no subscription of this ref.')
      return
    }
    this.deps.hub.unsubscribe(subscription)
    this.subscriptions.delete(ref)
    this.send({ type: 'unsubscribed', ref })
  }

  private async subscribe(ref: string, { campaign_id, call_id }: Topic, after: number | undefined) {
    const { db, events } = this.deps
    const topic = { campaign_id, call_id }
    const head = `{"type":"event","ref":${JSON.stringify(ref)},"event":`
    const sink = { event: (_: unknown, text: string) => sendText(this.socket, `${head}${text}}`) }
    await whenDrained(this.socket)()
    // What was committed before is to be in what follows, and not to come once more as news.
    await events.step()
    let from: { position: number; reflected?: Set<number> }
    if (after === undefined) {
      const snapshot = await takeSnapshot(db, this.company_id, topic)
      from = snapshot
      this.send({ type: 'snapshot', ref, position: snapshot.position, data: snapshot.data })
    } else {
      const { progress } = await readResumeState(db, this.company_id, topic, after)
      from = { position: after }
      this.send({ type: 'resumed', ref, position: after, data: { progress } })
    }
    // The socket may be closed by now, and nobody would end what is begun.
    if (this.socket.readyState !== this.socket.OPEN) return undefined
    const subscription = new Subscription(this.company_id, topic, from, sink)
    this.subscriptions.set(ref, subscription)
    return subscription
  }
}
