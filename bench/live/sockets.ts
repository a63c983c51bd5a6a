// Opens the sockets of a measurement and records how long each event took from commit to socket.
import WebSocket from 'ws'

/** `start` discards earlier samples; the reply to `report` is a `LatencyReport`. */
export type SocketsCommand = { open: { url: string; key: string }[] } | 'start' | 'report' | 'close'

/** Milliseconds from commit to socket, over the events received. */
export interface LatencyReport {
  p50: number
  p99: number
  max: number
  received: number
}

/** Sockets opened in parallel: events are measured, not handshakes. */
const openBatchSize = 50

let sockets: WebSocket[] = []
let delaysMs: number[] = []

process.on('message', (command: SocketsCommand) => {
  if (command === 'start') delaysMs = []
  else if (command === 'report') process.send?.(report())
  else if (command === 'close') {
    for (const socket of sockets) socket.terminate()
    sockets = []
  } else void openAll(command.open).then(() => process.send?.({ opened: sockets.length }))
})
process.on('SIGTERM', () => process.exit(0))
process.send?.({ url: '' })

async function openAll(targets: { url: string; key: string }[]): Promise<void> {
  for (let i = 0; i < targets.length; i += openBatchSize)
    await Promise.all(targets.slice(i, i + openBatchSize).map(open))
}

function open({ url, key }: { url: string; key: string }): Promise<void> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers: { authorization: `Bearer ${key}` } })
  sockets.push(socket)
  socket.on('message', recordDelay)
  return new Promise((resolve, reject) => {
    // The service sends a first message when the socket is subscribed; the floor does not.
    socket.once(url.includes('/api/') ? 'message' : 'open', () => resolve())
    socket.once('error', reject)
  })
}

function recordDelay(data: WebSocket.RawData): void {
  const { event } = JSON.parse(String(data)) as { event?: { data: { sent_at?: number } } }
  if (event?.data.sent_at !== undefined) delaysMs.push(Date.now() - event.data.sent_at)
}

function report(): LatencyReport {
  delaysMs.sort((a, b) => a - b)
  const quantile = (share: number) =>
    delaysMs[Math.min(delaysMs.length - 1, Math.floor(delaysMs.length * share))] ?? Number.NaN
  return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1), received: delaysMs.length }
}
