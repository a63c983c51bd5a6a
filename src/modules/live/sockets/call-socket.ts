import { Refusal } from '../../../lib/errors.ts'
import type { LiveEvent } from '../expand-events.ts'
import { takeSnapshot } from '../snapshot.ts'
import { Subscription } from '../subscription.ts'
import type { LiveDeps } from './live-socket.ts'
import { closeCodes, closeSocket, type Socket, sendText, whenDrained } from './socket-registry.ts'

/** RFC 6455: the server met an unexpected condition. */
const internalError = 1011

type Send = (type: string, data: unknown, eventId: number) => void

/**
 * Serves one call to the dashboard: first {type: 'init'} with the call, its turns and metrics, then {type: 'turn'} for
 * each turn, and {type: 'metrics'} and {type: 'status'} when they change. Responds to "ping" with "pong".
 */
export async function serveCallSocket(
  { db, hub, events, onError }: LiveDeps,
  socket: Socket,
  company_id: string,
  call_id: string,
): Promise<void> {
  const send: Send = (type, data, id) => sendText(socket, JSON.stringify({ type, data, id }))
  let subscription: Subscription | undefined
  socket.on('close', () => {
    if (subscription !== undefined) hub.unsubscribe(subscription)
  })
  socket.on('message', (raw) => {
    if (socket.readyState !== socket.OPEN) return
    const text = String(raw)
    if (text === 'ping') sendText(socket, 'pong')
    else if (/^\s*\{\s*"type"\s*:\s*"ping"\s*\}\s*$/.test(text)) sendText(socket, '{"type":"pong"}')
  })
  try {
    await events.step()
    const snapshot = await takeSnapshot(db, company_id, { call_id })
    send('init', snapshot.data, snapshot.position)
    if (socket.readyState !== socket.OPEN) return
    const sink = { write: (event: LiveEvent) => sendEvent(socket, send, event) }
    subscription = new Subscription(company_id, { call_id }, snapshot, sink)
    await hub.subscribe(subscription, whenDrained(socket))
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'not_found')
      return closeSocket(socket, closeCodes.notFound, 'There is no such call.')
    onError(error)
    closeSocket(socket, internalError, 'Internal error: connect again.')
  }
}

function sendEvent(socket: Socket, send: Send, { id, type, data }: LiveEvent): void {
  if (type === 'call.turns') for (const turn of data.turns as unknown[]) send('turn', turn, id)
  else if (type === 'call.metrics') send('metrics', data.metrics, id)
  else if (type === 'call.deleted') closeSocket(socket, closeCodes.notFound, 'The call was deleted.')
  else if (type === 'call.status') send('status', { status: data.status }, id)
  else if (data.call != null) send('status', statusOf(data.call as Record<string, unknown>), id)
}

const statusOf = (call: Record<string, unknown>) => {
  const { status, outcome, ended_reason, answered_at, ring_sec, duration_sec, ended_at } = call
  return { status, outcome, ended_reason, answered_at, ring_sec, duration_sec, ended_at }
}
