import { LiveConnection, type SocketConstructor } from './live-connection.ts'
import type { components } from './openapi.ts'

export type { SocketConstructor, SocketLike } from './live-connection.ts'
export type LiveEvent = components['schemas']['Event']

/** A campaign, a call, or, with neither, all of the company. */
export interface Topic {
  campaign_id?: string
  call_id?: string
}

export interface Watcher {
  /** How things are, first; and again where events were missed that are forgotten: what was known is to be replaced. */
  onSnapshot?: (data: Record<string, unknown>) => void
  /** Each event once, in order. */
  onEvent: (event: LiveEvent) => void
  /** Back again: campaigns' progress as it is now. The events that were missed follow. */
  onResume?: (data: Record<string, unknown>) => void
  /** It cannot be watched, e.g. `not_found`: nothing more will come. */
  onRefused?: (code: string, detail: string) => void
}

export type LiveState = 'connecting' | 'open' | 'waiting' | 'closed'

export interface LiveOptions {
  /** Where the API is, e.g. https://voice.example.com. */
  url: string
  /** A key with the scope `read`. A page has none: it gives `ticket`. */
  key?: string
  /** Asks a server of yours for a ticket (POST /api/live/tickets), for each connection a new one. */
  ticket?: () => Promise<string>
  /** Without it, the global one: browsers have it, and Node from 22 on; before that, that of the package `ws`. */
  WebSocket?: SocketConstructor
  /** How it stands with the connection, and why. */
  onState?: (state: LiveState, why: string) => void
}

interface Watching {
  topic: Topic
  watcher: Watcher
  /** The last event that was told. */
  last: number | undefined
}

const firstWaitMs = 250
const longestWaitMs = 30_000

/** Watches over one connection, which comes back by itself: then goes on after the last event, without a gap or a double. */
export class LiveClient {
  private readonly options: LiveOptions
  private readonly Socket: SocketConstructor
  private readonly subscriptions = new Map<string, Watching>()
  private connection: LiveConnection | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private subscriptionCount = 0
  private state: LiveState = 'closed'

  /** @throws TypeError when there is neither a key nor tickets, or no WebSocket to use */
  constructor(options: LiveOptions) {
    if (options.key === undefined && options.ticket === undefined)
      throw new TypeError('give a key, or a function that gets tickets')
    const Socket = options.WebSocket ?? (globalThis as { WebSocket?: SocketConstructor }).WebSocket
    if (Socket === undefined) throw new TypeError('there is no global WebSocket: give that of the package ws')
    this.options = options
    this.Socket = Socket
  }

  /** Begins to watch; what it answers ends that. */
  watch(topic: Topic, watcher: Watcher): () => void {
    const ref = `w${++this.subscriptionCount}`
    this.subscriptions.set(ref, { topic, watcher, last: undefined })
    if (this.state === 'open') this.subscribe(ref)
    else if (this.state === 'closed') void this.connect()
    return () => {
      if (this.subscriptions.delete(ref)) this.connection?.send({ type: 'unsubscribe', ref })
    }
  }

  /** Ends everything. */
  close(): void {
    clearTimeout(this.timer)
    this.subscriptions.clear()
    this.connection?.close()
    this.connection = undefined
    this.setState('closed', 'as asked')
  }

  private async connect(): Promise<void> {
    this.setState('connecting', '')
    try {
      const ticket = await (this.options.ticket ?? this.ticketOfKey)()
      if (this.state === 'connecting') this.open(ticket)
    } catch (error) {
      if (this.state === 'connecting')
        this.reconnectLater(error instanceof Error ? error.message : String(error))
    }
  }

  private readonly ticketOfKey = async (): Promise<string> => {
    const answer = await fetch(this.address('/api/live/tickets'), {
      method: 'POST',
      headers: { authorization: `Bearer ${this.options.key}` },
    })
    if (answer.status !== 201) throw new Error(`no ticket: the service answered ${answer.status}`)
    return ((await answer.json()) as { ticket: string }).ticket
  }

  private address = (path: string) => this.options.url.replace(/\/+$/, '') + path

  private open(ticket: string): void {
    const url = this.address(`/api/live?subscribe=false&ticket=${encodeURIComponent(ticket)}`)
    this.connection = new LiveConnection(this.Socket, url.replace(/^http/, 'ws'), {
      open: () => {
        this.setState('open', '')
        for (const ref of this.subscriptions.keys()) this.subscribe(ref)
      },
      message: (message) => this.handle(message),
      lost: (why) => this.reconnectLater(why),
    })
  }

  /** Anything up to a wait that doubles: those who were cut off together do not come back together. */
  private reconnectLater(why: string): void {
    this.connection?.close()
    this.connection = undefined
    const longest = Math.min(longestWaitMs, firstWaitMs * 2 ** this.failures++)
    this.setState('waiting', why)
    this.timer = setTimeout(() => void this.connect(), Math.random() * longest)
  }

  private subscribe(ref: string): void {
    const watching = this.subscriptions.get(ref)
    if (watching === undefined) return
    const { topic, last } = watching
    this.connection?.send({ type: 'subscribe', ref, ...topic, ...(last !== undefined && { after: last }) })
  }

  private handle({ type, ref, position, data, event, code, detail }: Record<string, unknown>): void {
    const watching = this.subscriptions.get(String(ref))
    if (watching === undefined) return
    const { watcher } = watching
    if (type === 'event') {
      const one = event as LiveEvent
      // Merged progress may come after what happened later.
      watching.last = Math.max(watching.last ?? 0, one.id)
      watcher.onEvent(one)
    } else if (type === 'snapshot' || type === 'resumed') {
      this.failures = 0
      watching.last = Number(position)
      if (type === 'snapshot') watcher.onSnapshot?.(data as Record<string, unknown>)
      else watcher.onResume?.(data as Record<string, unknown>)
    } else if (type === 'error') this.handleError(String(ref), watching, String(code), String(detail))
  }

  private handleError(ref: string, watching: Watching, code: string, detail: string): void {
    if (code === 'events_forgotten' || code === 'events_ahead') {
      watching.last = undefined
      this.subscribe(ref)
    } else if (code === 'internal_error') this.reconnectLater(detail)
    else {
      this.subscriptions.delete(ref)
      watching.watcher.onRefused?.(code, detail)
    }
  }

  private setState(state: LiveState, why: string): void {
    this.state = state
    this.options.onState?.(state, why)
  }
}
