import { Refusal } from '../../../lib/errors.ts'
import type { LiveEvent } from '../expand-events.ts'
import { takeSnapshot } from '../snapshot.ts'
import { Subscription } from '../subscription.ts'
import type { LiveDeps } from './live-socket.ts'
import { closeCodes, closeSocket, type Socket, sendText, whenDrained } from './socket-registry.ts'

/**
 * One call as the dashboard watches it: {type: 'init'} with the call, its turns and metrics, then {type: 'turn'} for each
 * turn, 'metrics' and 'status' as they change.
 */
export async function serveCallSocket(
  { db, hub, events, onFault }: LiveDeps,
  socket: Socket,
  company_id: string,
  call_id: string,
): Promise<void> {
  const say = (type: string, data: unknown, id: number) =>
    sendText(socket, JSON.stringify({ type, data, id }))
  let subscription: Subscription | undefined
  socket.on('close', () => {
    if (subscription !== undefined) hub.unsubscribe(subscription)
  })
  socket.on('message', (raw) => {
    const text = String(raw)
    if (text === 'ping') sendText(socket, 'pong')
    else if (/^\s*\{\s*"type"\s*:\s*"ping"\s*\}\s*$/.test(text)) sendText(socket, '{"type":"pong"}')
  })
  try {
    await events.step()
    const snapshot = await takeSnapshot(db, company_id, { call_id })
    say('init', snapshot.data, snapshot.position)
    if (socket.readyState !== socket.OPEN) return
    const sink = { event: (event: LiveEvent) => tell(socket, say, event) }
    subscription = new Subscription(company_id, { call_id }, snapshot, sink)
    await hub.subscribe(subscription, whenDrained(socket))
  } catch (error) {
    const isGone = error instanceof Refusal && error.kind === 'not_found'
    if (!isGone) onFault(error)
    closeSocket(
      socket,
      isGone ? closeCodes.notFound : 1011,
      isGone ? 'there is no such call' : 'the service failed',
    )
  }
}

function tell(
  socket: Socket,
  say: (type: string, data: unknown, id: number) => void,
  { id, type, data }: LiveEvent,
): void {
  if (type === 'call.turns') for (const turn of data.turns as unknown[]) say('turn', turn, id)
  else if (type === 'call.metrics') say('metrics', data.metrics, id)
  else if (type === 'call.deleted') closeSocket(socket, closeCodes.notFound, 'the call was deleted')
  else if (type === 'call.status') say('status', { status: data.status }, id)
  else if (data.call != null) say('status', statusOf(data.call as Record<string, unknown>), id)
}

const statusOf = ({ status, outcome, ended_reason, duration_sec, ended_at }: Record<string, unknown>) => ({
  status,
  outcome,
  ended_reason,
  duration_sec,
  ended_at,
})
