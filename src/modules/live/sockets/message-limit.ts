import { closeCodes, closeSocket, type Socket } from './socket-registry.ts'

/** Frames that a client may send at once: a client that reconnects subscribes to up to 100 topics. */
export const burst = 200
/** Frames per second that it may send for long. A client pings every 20 s. */
export const perSecond = 20

/** Time after a flood in which the company's new sockets start without a burst, and another flood makes it wait, ms. */
const floodMs = 60_000
/** Longest wait after repeated floods, seconds. */
const maxWaitSec = 30

/** A token bucket. Times are in ms. */
export class MessageBudget {
  private tokens: number
  private refilledAt: number

  constructor(now: number, tokens = burst) {
    this.tokens = tokens
    this.refilledAt = now
  }

  /** Takes one message; false when there are too many. */
  take(now: number): boolean {
    this.tokens = Math.min(burst, this.tokens + ((now - this.refilledAt) / 1_000) * perSecond)
    this.refilledAt = now
    if (this.tokens < 1) return false
    this.tokens--
    return true
  }
}

/** The floods of companies. Times are in ms. */
export class Floods {
  /** The oldest are first, and are removed. */
  private readonly latest = new Map<string, { at: number; count: number }>()

  add(company_id: string, now: number): void {
    const count = this.count(company_id, now) + 1
    this.latest.delete(company_id)
    this.latest.set(company_id, { at: now, count })
  }

  /** Floods of the company, each less than a minute after the one before. */
  count(company_id: string, now: number): number {
    for (const [company, { at }] of this.latest) {
      if (now - at < floodMs) break
      this.latest.delete(company)
    }
    return this.latest.get(company_id)?.count ?? 0
  }

  /** Seconds until the company may open a socket: none after its first flood, then 1, 2, 4 and so on up to 30. */
  waitSec(company_id: string, now: number): number {
    const count = this.count(company_id, now)
    const flood = this.latest.get(company_id)
    if (flood === undefined || count < 2) return 0
    const until = flood.at + Math.min(maxWaitSec, 2 ** (count - 2)) * 1_000
    return Math.max(0, Math.ceil((until - now) / 1_000))
  }
}

/**
 * Closes a socket with code 4429 when its client sends too many messages, pings or pongs. From then on nothing is read from it,
 * so that it costs nothing until it is closed. A client that connects again at once gains nothing: for a minute, sockets of
 * this company start with the messages of one second, and after a second flood it has to wait before it can open one.
 */
export class MessageLimit {
  private readonly floods = new Floods()

  /** Seconds until the company may open a socket. */
  waitSec(company_id: string): number {
    return this.floods.waitSec(company_id, performance.now())
  }

  /** Call it before other listeners for messages are added. */
  apply(socket: Socket, company_id: string): void {
    const now = () => performance.now()
    const budget = new MessageBudget(now(), this.floods.count(company_id, now()) > 0 ? perSecond : burst)
    const take = () => {
      if (socket.readyState !== socket.OPEN || budget.take(now())) return
      this.floods.add(company_id, now())
      const reason = `More than ${perSecond} messages per second: send fewer, and connect again.`
      closeSocket(socket, closeCodes.tooMany, reason)
      socket.pause()
    }
    for (const event of ['message', 'ping', 'pong']) socket.on(event, take)
  }
}
