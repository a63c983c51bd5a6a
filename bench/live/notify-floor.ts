// The floor: one process that listens for NOTIFY and sends each payload unchanged to every socket.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import postgres from 'postgres'
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
const listener = postgres(process.env.DATABASE_URL ?? '', { max: 1 })
await listener.listen('bare', (payload) => {
  for (const client of server.clients) client.send(payload)
})
process.on('SIGTERM', () => process.exit(0))
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
