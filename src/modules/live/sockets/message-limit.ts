import { closeCodes, closeSocket, type Socket } from './socket-registry.ts'

/** Frames that a client may send at once: a client that reconnects subscribes to up to 100 topics. */
export const burst = 200
/** Frames per second that it may send for long. A client pings every 20 s. */
export const perSecond = 20

/** Time after a flood in which the new sockets of its company start without a burst, ms. */
const floodMs = 60_000

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

/**
 * Closes a socket with code 4429 when its client sends too many messages, pings or pongs. From then on nothing is read from it,
 * so that it costs nothing until it is closed. A client that connects again at once gains nothing: for a minute, sockets of
 * this company start with the messages of one second.
 */
export class MessageLimit {
  /** When companies flooded a socket. The oldest are first, and are removed. */
  private readonly floods = new Map<string, number>()

  /** Call it before other listeners for messages are added. */
  apply(socket: Socket, company_id: string): void {
    const now = () => performance.now()
    for (const [company, at] of this.floods) {
      if (now() - at < floodMs) break
      this.floods.delete(company)
    }
    const budget = new MessageBudget(now(), this.floods.has(company_id) ? perSecond : burst)
    const take = () => {
      if (socket.readyState !== socket.OPEN || budget.take(now())) return
      this.floods.delete(company_id)
      this.floods.set(company_id, now())
      const reason = `More than ${perSecond} messages per second: send fewer, and connect again.`
      closeSocket(socket, closeCodes.tooMany, reason)
      socket.pause()
    }
    for (const event of ['message', 'ping', 'pong']) socket.on(event, take)
  }
}
