import { once } from 'node:events'
import net from 'node:net'
import { type Test, test } from 'tap'
import { connect } from '../../src/db/client.ts'
import { DatabaseProbe } from '../../src/db/database-probe.ts'
import { requestDeadlines } from '../../src/db/session-settings.ts'
import { inCompany } from '../../src/db/transaction.ts'
import {
  a,
  backendPid,
  connectionLossCode,
  errorOf,
  insertSkillbase,
  isStored,
  seededDatabase,
  useAllConnections,
} from '../database/seed.ts'
import { waitUntil } from '../setup/wait-until.ts'

/** A proxy to the database that can drop everything without closing a connection, as a firewall does. */
async function startFirewall(t: Test, url: string) {
  const target = new URL(url)
  const state = { drops: false, connections: 0 }
  const sockets = new Set<net.Socket>()
  const server = net.createServer((client) => {
    state.connections++
    const upstream = net.connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => from.destroy())
      from.on('data', (bytes) => state.drops || to.write(bytes))
      from.on('close', () => state.drops || to.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = new URL(url)
  address.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`
  return { url: address.href, state }
}

test('connections that the network drops without a word', async (t) => {
  const { url, owner } = await seededDatabase(t)
  const firewall = await startFirewall(t, url)
  const deadlines = { ...requestDeadlines, statementMs: 1_000, idleMs: 1_000 }
  const db = connect(firewall.url, { max: 6, deadlines })
  t.teardown(() => db.close())
  const probe = new DatabaseProbe(db, { findMissingMigrations: async () => [], deadlineMs: 500 })
  t.teardown(() => probe.close())

  t.test('Transactions and statements on them fail after the deadline, and later ones succeed', async (t) => {
    await useAllConnections(db, 4)
    await db.send('select 1', [])
    firewall.state.drops = true
    const errors = await Promise.all([
      errorOf(inCompany(db, a.company, (tx) => insertSkillbase(tx, 'dropped'))),
      errorOf(inCompany(db, a.company, backendPid)),
      errorOf(db.send('select 1', [])),
    ])
    for (const error of errors) t.match(error?.code, connectionLossCode)
    firewall.state.drops = false
    await waitUntil(
      'a transaction succeeds',
      async () => !(await errorOf(inCompany(db, a.company, backendPid))),
    )
    t.equal(new Set(await useAllConnections(db, 4)).size, 4, 'the pool has all of its connections')
    t.notOk(await isStored(owner, 'dropped'))
  })

  t.test('The probe reports it within its deadline, without opening connections, and recovers', async (t) => {
    t.same(await probe.findReasons(), [])
    const before = firewall.state.connections
    firewall.state.drops = true
    await waitUntil('it is reported', async () => (await probe.findReasons()).length > 0)
    for (let i = 0; i < 100; i++)
      t.match(await probe.findReasons(), [/^the database does not respond within 0.5 s/])
    t.equal(firewall.state.connections, before)
    firewall.state.drops = false
    await waitUntil('it is ready', async () => (await probe.findReasons()).length === 0)
    t.ok(firewall.state.connections <= before + 3, 'it replaces its connection when it gives up')
  })

  t.test('Nothing waits for the server when the pool is disconnected', async (t) => {
    const closing = connect(firewall.url, { max: 6 })
    await useAllConnections(closing, 4)
    firewall.state.drops = true
    const running = errorOf(inCompany(closing, a.company, backendPid))
    closing.disconnect()
    t.match((await running)?.code, connectionLossCode)
    t.match((await errorOf(inCompany(closing, a.company, backendPid)))?.code, connectionLossCode)
    await closing.close()
    firewall.state.drops = false
  })
})
