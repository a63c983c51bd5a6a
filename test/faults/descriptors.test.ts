import net from 'node:net'
import { test } from 'tap'
import { serviceCommand } from '../setup/spawn-service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { scratchDirectory, startServiceProcess } from './service-process.ts'

test('A service without free descriptors survives, and serves again when it has some', async (t) => {
  // More clients than the system lets it open files.
  const command = ['sh', '-c', 'ulimit -n 1024 && exec "$@"', 'service', ...serviceCommand()]
  const service = await startServiceProcess(t, scratchDirectory(t), { command })
  t.equal((await service.createCompany('before')).status, 201)
  const { hostname, port } = new URL(service.url)
  const sockets = Array.from({ length: 1_300 }, () => {
    const socket = net.connect(Number(port), hostname)
    socket.on('error', () => undefined)
    socket.write('POST /api/companies HTTP/1.1\r\ncontent-length: 1000\r\n')
    return socket
  })
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
  })
  await waitUntil('connections are refused', () => sockets.filter(({ destroyed }) => destroyed).length > 400)
  t.equal(service.child.exitCode, null)
  for (const socket of sockets) socket.destroy()
  const isServed = async () =>
    (await service.createCompany(`after-${Date.now()}`).catch(() => ({ status: 0 }))).status === 201
  await waitUntil('the service accepts requests again', isServed)
  t.equal((await service.ready()).status, 200)
  t.equal((await fetch(`${service.url}/metrics`)).status, 200)
  t.equal(service.child.exitCode, null)
})
