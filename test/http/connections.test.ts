import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import Fastify from 'fastify'
import { type Test, test } from 'tap'
import { type ConnectionLimits, limitConnections } from '../../src/http/connections.ts'

async function startServer(t: Test, limits: Partial<ConnectionLimits>) {
  const app = Fastify()
  limitConnections(app, limits)
  let startReading = () => undefined as unknown
  const mayRead = new Promise((resolve) => {
    startReading = () => resolve(undefined)
  })
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
  app.post('/json', async ({ body }) => body)
  app.post('/stream', async ({ body }) => {
    await mayRead
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length
    return { bytes }
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  /** Sends the head of a request that announces `length` bytes, and some of its body. */
  const send = (path: string, type: string, length: number, body: string) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')

    // A reset, when the server closes the connection.
    socket.on('error', () => undefined)
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${body}`,
    )
    let response = ''
    socket.on('data', (chunk) => {
      response += String(chunk)
    })
    return { socket, closed: new Promise<string>((resolve) => socket.on('close', () => resolve(response))) }
  }
  return { app, send, startReading }
}

test('A sender whose body does not arrive is disconnected, and others are not', async (t) => {
  const { send, startReading } = await startServer(t, { graceMs: 50, checkMs: 10 })
  // More than Node buffers, so that the rest waits in the socket.
  const body = 'x'.repeat(1_000_000)
  const complete = send('/json', 'application/json', 2, '{}')
  const slowlyRead = send('/stream', 'text/csv', body.length, body)
  const slow = send('/json', 'application/json', 1_000, '{"a":')
  t.match(await slow.closed, /^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
  t.match(await complete.closed, /^HTTP\/1\.1 200/)
  startReading()
  t.match(await slowlyRead.closed, /"bytes":1000000/, 'the service was slow, not this sender')
})

test('Connections leave 200 of the open files that the system allows to the rest of the service', async (t) => {
  const limitsFile = `${t.testdir()}/limits`
  writeFileSync(limitsFile, 'Limit  Soft Limit  Hard Limit  Units\nMax open files  1024  4096  files\n')
  const { app } = await startServer(t, { limitsFile })
  t.equal(app.server.maxConnections, 824)
  const unlimited = await startServer(t, { limitsFile: `${t.testdir()}/absent` })
  t.equal(unlimited.app.server.maxConnections, 10_000)
})
