import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { refuseConnection, slowRequestProblem } from './client-errors.ts'

/**
 * Options of the HTTP server: the headers of a request must arrive within 15 s, and its body within 15 minutes. A missing Host
 * header is refused by a hook, because Node.js sends an empty response.
 */
export const serverOptions = {
  requestTimeout: 15 * 60_000,
  http: { headersTimeout: 15_000, connectionsCheckingInterval: 5_000, requireHostHeader: false },
} as const

/** Connections that wait to be accepted. The system may limit it further (net.core.somaxconn). */
export const listenBacklog = 1_024

/** Descriptors that connections must leave free: for the database, files, and requests to other hosts. */
const reservedDescriptors = 200
const mostConnections = 10_000

export interface ConnectionLimits {
  /** How long a body may take, and the bytes for each further millisecond. */
  graceMs: number
  minBytesPerMs: number
  /** How often the progress of a body is checked. */
  checkMs: number
  /** Lists the limits of the process in Linux. */
  limitsFile: string
}

/** 30 s, and a second more for each 16 kB: clients of slow mobile networks are faster. */
const defaultLimits: ConnectionLimits = {
  graceMs: 30_000,
  minBytesPerMs: 16,
  checkMs: 5_000,
  limitsFile: '/proc/self/limits',
}

/**
 * Limits what connections can take from the process: their number stays below the limit of open files, so that the service
 * can still open its own, and a request whose body arrives too slowly gets 408 and is disconnected.
 */
export function limitConnections(app: FastifyInstance, changed: Partial<ConnectionLimits> = {}): void {
  const limits = { ...defaultLimits, ...changed }
  app.server.maxConnections = maxConnections(limits.limitsFile)
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0)
      disconnectSlowSender(raw, limits, () => refuseConnection(app.log, slowRequestProblem, raw.socket))
  })
}

/** 10,000, or fewer where the system allows the process fewer open files. */
function maxConnections(limitsFile: string): number {
  let limits = ''
  try {
    limits = readFileSync(limitsFile, 'utf8')
  } catch (error) {
    // Only Linux has this file.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const openFiles = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  return Math.max(10, Math.min(mostConnections, openFiles - reservedDescriptors))
}

/** Only the time counts in which nothing is waiting to be read: then the sender is slow, and not this service. */
function disconnectSlowSender(
  request: IncomingMessage,
  limits: ConnectionLimits,
  disconnect: () => void,
): void {
  const { socket } = request
  const bytesBefore = socket.bytesRead
  let waitedMs = 0
  const check = setInterval(() => {
    if (request.readableLength === 0) waitedMs += limits.checkMs
    const allowedMs = limits.graceMs + (socket.bytesRead - bytesBefore) / limits.minBytesPerMs
    const isOver = request.complete || request.destroyed
    if (!isOver && waitedMs > allowedMs) disconnect()
    if (isOver || waitedMs > allowedMs) clearInterval(check)
  }, limits.checkMs).unref()
  request.once('close', () => clearInterval(check))
}
