import { closeCodes, closeSocket, type Socket } from './socket-registry.ts'

/** Frames that a client may send at once: a client that reconnects subscribes to up to 100 topics. */
export const burst = 200
/** Frames per second that it may send for long. A client pings every 20 s. */
export const perSecond = 20

/** A token bucket. @param now the time in ms */
export class MessageBudget {
  private tokens = burst
  private refilledAt: number

  constructor(now: number) {
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
 * so that it costs nothing until it is closed. Call it before other listeners for messages are added.
 */
export function limitMessages(socket: Socket): void {
  const budget = new MessageBudget(performance.now())
  const take = () => {
    if (socket.readyState !== socket.OPEN || budget.take(performance.now())) return
    const reason = `More than ${perSecond} messages per second: send fewer, and connect again.`
    closeSocket(socket, closeCodes.tooMany, reason)
    socket.pause()
  }
  for (const event of ['message', 'ping', 'pong']) socket.on(event, take)
}
