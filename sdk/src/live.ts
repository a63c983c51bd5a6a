import { LiveConnection, type SocketConstructor } from './live-connection.ts'
import type { components } from './openapi.ts'

export type { SocketConstructor, SocketLike } from './live-connection.ts'
export type LiveEvent = components['schemas']['Event']

/** The subject to watch: a campaign, a call, or the whole company when neither id is given. */
export interface Topic {
  campaign_id?: string
  call_id?: string
}

export interface Watcher {
  /**
   * The current state, before the first event. Called again when missed events are no longer stored: replace your state
   * with it.
   */
  onSnapshot?: (data: Record<string, unknown>) => void
  /** Each event once, in order. Merged progress events can arrive after events with larger ids. */
  onEvent: (event: LiveEvent) => void
  /** After a reconnect: the current progress of campaigns. The missed events follow. */
  onResume?: (data: Record<string, unknown>) => void
  /** The topic cannot be watched, e.g. `call_not_found`. No other function of the watcher is called after this. */
  onRefused?: (code: string, detail: string) => void
}

export type LiveState = 'connecting' | 'open' | 'waiting' | 'closed'

export interface LiveOptions {
  /** Base URL of the API, e.g. https://voice.example.com. */
  url: string
  /** A key with the scope `read`. A web page must not contain a key: use `ticket` instead. */
  key?: string
  /** Returns a new ticket for each connection; your server gets it from POST /api/live/tickets. */
  ticket?: () => Promise<string>
  /** Default: the global WebSocket of browsers and Node 22. On Node 20, pass the one of the package `ws`. */
  WebSocket?: SocketConstructor
  /** Called when the state of the connection changes, with the reason. */
  onState?: (state: LiveState, reason: string) => void
}

interface Subscription {
  topic: Topic
  watcher: Watcher
  /** Id of the last event that was received; undefined before the first snapshot. */
  lastEventId: number | undefined
}

const firstBackoffMs = 250
const maxBackoffMs = 30_000

/**
 * Watches any number of topics over one WebSocket. Reconnects when the connection is lost, and continues after the last
 * event received, so that each event is delivered exactly once.
 */
export class LiveClient {
  private readonly options: LiveOptions
  private readonly Socket: SocketConstructor
  private readonly subscriptions = new Map<string, Subscription>()
  private connection: LiveConnection | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Connections lost or failed since the last snapshot or resume. */
  private failures = 0
  private subscriptionCount = 0
  /** Counts attempts to connect and calls of close(), so that a ticket that arrives too late is not used. */
  private attempt = 0
  private state: LiveState = 'closed'

  /** @throws TypeError when neither `key` nor `ticket` is given, or there is no WebSocket */
  constructor(options: LiveOptions) {
    if (options.key === undefined && options.ticket === undefined)
      throw new TypeError('Give the option key, or the option ticket: a function that returns a ticket.')
    const Socket = options.WebSocket ?? (globalThis as { WebSocket?: SocketConstructor }).WebSocket
    if (Socket === undefined)
      throw new TypeError(
        'There is no global WebSocket. Give the one of the package ws as the option WebSocket.',
      )
    this.options = options
    this.Socket = Socket
  }

  /** Starts to watch a topic, and connects if necessary. Returns a function that stops watching it. */
  watch(topic: Topic, watcher: Watcher): () => void {
    const ref = `w${++this.subscriptionCount}`
    this.subscriptions.set(ref, { topic, watcher, lastEventId: undefined })
    if (this.state === 'open') this.subscribe(ref)
    else if (this.state === 'closed') void this.connect()
    return () => {
      if (this.subscriptions.delete(ref)) this.connection?.send({ type: 'unsubscribe', ref })
    }
  }

  /** Stops watching all topics and closes the connection. */
  close(): void {
    this.attempt++
    clearTimeout(this.timer)
    this.subscriptions.clear()
    this.connection?.close()
    this.connection = undefined
    this.setState('closed', 'close() was called')
  }

  private async connect(): Promise<void> {
    const attempt = ++this.attempt
    this.setState('connecting', '')
    try {
      const ticket = await (this.options.ticket ?? this.createTicket)()
      if (attempt === this.attempt) this.open(ticket)
    } catch (error) {
      if (attempt === this.attempt)
        this.reconnectLater(error instanceof Error ? error.message : String(error))
    }
  }

  private readonly createTicket = async (): Promise<string> => {
    const response = await fetch(this.urlOf('/api/live/tickets'), {
      method: 'POST',
      headers: { authorization: `Bearer ${this.options.key}` },
    })
    if (response.status !== 201) throw new Error(`POST /api/live/tickets returned status ${response.status}`)
    return ((await response.json()) as { ticket: string }).ticket
  }

  private urlOf = (path: string) => this.options.url.replace(/(?<!\/)\/+$/, '') + path

  private open(ticket: string): void {
    const url = this.urlOf(`/api/live?subscribe=false&ticket=${encodeURIComponent(ticket)}`)
    this.connection = new LiveConnection(this.Socket, url.replace(/^http/, 'ws'), {
      onOpen: () => {
        this.setState('open', '')
        for (const ref of this.subscriptions.keys()) this.subscribe(ref)
      },
      onMessage: (message) => this.handle(message),
      onLost: (reason) => this.reconnectLater(reason),
    })
  }

  /** Waits a random time up to a limit that doubles, so that clients do not all reconnect at the same time. */
  private reconnectLater(reason: string): void {
    this.connection?.close()
    this.connection = undefined
    const limit = Math.min(maxBackoffMs, firstBackoffMs * 2 ** this.failures++)
    this.setState('waiting', reason)
    this.timer = setTimeout(() => void this.connect(), Math.random() * limit)
  }

  private subscribe(ref: string): void {
    const subscription = this.subscriptions.get(ref)
    if (subscription === undefined) return
    const { topic, lastEventId } = subscription
    this.connection?.send({
      type: 'subscribe',
      ref,
      ...topic,
      ...(lastEventId !== undefined && { after: lastEventId }),
    })
  }

  private handle({ type, ref, position, data, event, code, detail }: Record<string, unknown>): void {
    const subscription = this.subscriptions.get(String(ref))
    if (subscription === undefined) return
    const { watcher } = subscription
    if (type === 'event') {
      const received = event as LiveEvent
      // A merged progress event can arrive after events with larger ids.
      subscription.lastEventId = Math.max(subscription.lastEventId ?? 0, received.id)
      watcher.onEvent(received)
    } else if (type === 'snapshot' || type === 'resumed') {
      this.failures = 0
      subscription.lastEventId = Number(position)
      if (type === 'snapshot') watcher.onSnapshot?.(data as Record<string, unknown>)
      else watcher.onResume?.(data as Record<string, unknown>)
    } else if (type === 'error') this.handleError(String(ref), subscription, String(code), String(detail))
  }

  private handleError(ref: string, subscription: Subscription, code: string, detail: string): void {
    if (code === 'events_forgotten' || code === 'events_ahead') {
      subscription.lastEventId = undefined
      this.subscribe(ref)
    } else if (code === 'internal_error') this.reconnectLater(detail)
    else {
      this.subscriptions.delete(ref)
      subscription.watcher.onRefused?.(code, detail)
    }
  }

  private setState(state: LiveState, reason: string): void {
    this.state = state
    this.options.onState?.(state, reason)
  }
}
