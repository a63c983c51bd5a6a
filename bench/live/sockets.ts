// Holds the sockets of a measurement, and how long each event was on its way.
import WebSocket from 'ws'

export type SocketsCommand = { open: { url: string; key: string }[] } | 'begin' | 'report' | 'close'
export interface LatencyReport {
  p50: number
  p99: number
  max: number
  received: number
}

let sockets: WebSocket[] = []
let waits: number[] = []

process.on('message', (order: SocketsCommand) => {
  if (order === 'begin') waits = []
  else if (order === 'report') process.send?.(report())
  else if (order === 'close') {
    for (const socket of sockets) socket.terminate()
    sockets = []
  } else void open(order.open).then(() => process.send?.({ opened: sockets.length }))
})
process.on('SIGTERM', () => process.exit(0))
process.send?.({ url: '' })

async function open(wanted: { url: string; key: string }[]): Promise<void> {
  // A few at a time: it is events that are measured, not handshakes.
  for (let i = 0; i < wanted.length; i += 50) await Promise.all(wanted.slice(i, i + 50).map(openOne))
}

function openOne({ url, key }: { url: string; key: string }): Promise<void> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers: { authorization: `Bearer ${key}` } })
  sockets.push(socket)
  socket.on('message', hear)
  return new Promise((resolve, reject) => {
    socket.once(url.includes('/api/') ? 'message' : 'open', () => resolve())
    socket.once('error', reject)
  })
}

function hear(data: WebSocket.RawData): void {
  const { event } = JSON.parse(String(data)) as { event?: { data: { sent_at?: number } } }
  if (event?.data.sent_at !== undefined) waits.push(Date.now() - event.data.sent_at)
}

function report(): LatencyReport {
  waits.sort((a, b) => a - b)
  const at = (share: number) =>
    waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), max: at(1), received: waits.length }
}
