import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'tap'
import { pruneTickets } from '../../src/modules/live/index.ts'
import { RawConnection } from '../setup/raw-http.ts'
import { type Headers, startTestService, type TestCompany, type TestService } from '../setup/service.ts'
import { type Message, TestSocket, UpgradeRefused } from '../setup/sockets.ts'
import { newCall, startLiveService } from './setup.ts'

test('Access to live sockets', async (t) => {
  const { s, url, company, api, open, watch } = await startLiveService(t, { LIVE_SOCKETS_PER_COMPANY: '5' })
  const statusOf = (opening: Promise<TestSocket>) =>
    opening.then(
      (client) => {
        client.terminate()
        return 101
      },
      (error) => (error instanceof UpgradeRefused ? error.status : String(error)),
    )

  t.test('A socket needs a key of the company with the scope read', async (t) => {
    const call = await newCall(api)
    const other = await s.createCompany()
    for (const path of ['/api/live', `/api/analytics/ws/calls/${call}`]) {
      const statusWith = (headers: Headers, query = '') =>
        statusOf(TestSocket.open(url + path + query, headers))
      t.equal(await statusWith({}), 401)
      t.equal(await statusWith({ authorization: 'Bearer nv_00000000_x' }), 401)
      t.equal(await statusWith(await company.createKey('ingest')), 403)
      t.equal(await statusWith(await company.createKey('read')), 101)
      t.equal(await statusWith(s.platform), 400)
      t.equal(await statusWith({ ...s.platform, 'x-company-id': company.id }), 101)
      t.equal(await statusWith({}, '?ticket=nvt_x'), 401)
      t.equal(await statusWith(company.headers, '?unknown=1'), 400)
    }
    t.equal(await statusOf(TestSocket.open(`${url}/api/analytics/ws/calls/${call}`, other.headers)), 404)
    t.equal(
      await statusOf(TestSocket.open(`${url}/api/analytics/ws/calls/${randomUUID()}`, company.headers)),
      404,
    )
    t.equal(
      await statusOf(TestSocket.open(`${url}/api/company`, company.headers)),
      400,
      'other routes do not accept an upgrade',
    )
  })

  t.test('A request without an upgrade gets 426 with Upgrade', async (t) => {
    const call = await newCall(api)
    for (const path of ['/api/live', `/api/analytics/ws/calls/${call}`])
      t.match(await s.request('GET', path, company.headers), {
        status: 426,
        headers: { upgrade: 'websocket', connection: 'upgrade' },
        body: { code: 'upgrade_required' },
      })
  })

  t.test('No subprotocol is confirmed, because none is spoken', async (t) => {
    const upgrade = (protocols: string) =>
      `GET /api/live HTTP/1.1\r\nHost: x\r\nAuthorization: ${company.headers.authorization}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${protocols}\r\n`
    for (const protocols of ['', 'Sec-WebSocket-Protocol: graphql-ws, mqtt\r\n']) {
      const connection = new RawConnection(url)
      connection.send(upgrade(protocols))
      const [head] = (await once(connection.socket, 'data')) as [Buffer]
      connection.socket.destroy()
      t.match(head.toString('latin1'), /^HTTP\/1\.1 101 /)
      t.notMatch(head.toString('latin1'), /sec-websocket-protocol/i)
    }
  })

  t.test('An upgrade of another route counts in the rate limit of its address', async (t) => {
    const few = await startTestService(t, { RATE_LIMIT_PER_MINUTE: '3' })
    const fewUrl = await few.app.listen({ port: 0, host: '127.0.0.1' })
    const statuses: unknown[] = []
    for (let i = 0; i < 5; i++) statuses.push(await statusOf(TestSocket.open(`${fewUrl}/nowhere`)))
    t.same(statuses, [400, 400, 400, 429, 429])
  })

  t.test('A ticket opens one socket within 30 s, with the rights of its key', async (t) => {
    t.teardown(() => s.setNow(undefined))
    const createTicket = async (headers: Headers) => {
      const response = await s.request('POST', '/api/live/tickets', headers, {})
      t.equal(response.status, 201)
      return response.body.ticket as string
    }
    const statusOfTicket = (ticket: string, path = '/api/live') =>
      statusOf(TestSocket.open(`${url}${path}?ticket=${ticket}`))
    for (const headers of [await company.createKey('read'), { ...s.platform, 'x-company-id': company.id }]) {
      const ticket = await createTicket(headers)
      const statuses = await Promise.all([statusOfTicket(ticket), statusOfTicket(ticket)])
      t.same(statuses.sort(), [101, 401], 'only one of two concurrent uses succeeds')
      t.equal(await statusOfTicket(ticket), 401)
    }
    const ticket = await createTicket(company.headers)
    t.equal(
      (await s.request('GET', `/api/company?ticket=${ticket}`)).status,
      401,
      'a ticket is not accepted by other routes',
    )
    s.setNow(new Date(Date.now() + 31_000))
    t.equal(await statusOfTicket(ticket), 401, 'the ticket has expired')
    const unusedTicket = await createTicket(company.headers)
    s.setNow(new Date(Date.now() + 62_000))
    t.equal(await pruneTickets(s.db, s.deps.now()), 1)
    t.equal(await statusOfTicket(unusedTicket), 401)
    s.setNow(undefined)
    const revokedKey = await company.createKey('read')
    const ticketOfRevokedKey = await createTicket(revokedKey)
    await revoke(s, company, revokedKey)
    t.equal(await statusOfTicket(ticketOfRevokedKey), 401, 'the key of the ticket was revoked')
    t.notOk(
      s.logLines.some((line) => line.includes('nvt_')),
      'no ticket is logged',
    )
  })

  t.test('Sockets of a revoked key are closed; others stay open', async (t) => {
    const key = await company.createKey('read')
    const call = await newCall(api)
    const { client: unaffected } = await watch()
    const { client } = await watch('', key)
    const callSocket = await open(`/api/analytics/ws/calls/${call}`, key)
    await revoke(s, company, key)
    t.match(await client.closed, { code: 4401, reason: /no longer valid/ })
    t.match(await callSocket.closed, { code: 4401 })
    unaffected.send({ type: 'ping' })
    await unaffected.next(({ type }) => type === 'pong')
    unaffected.terminate()
  })

  t.test('Sockets of a deactivated company are closed', async (t) => {
    const other = await s.createCompany()
    const { client } = await watch('', other.headers)
    await s.request('PATCH', `/api/companies/${other.id}`, s.platform, { is_active: false })
    t.match(await client.closed, { code: 4401 })
  })

  t.test('The number of sockets per company is limited; closing one makes room', async (t) => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => open('/api/live')))
    t.equal(await statusOf(TestSocket.open(`${url}/api/live`, company.headers)), 429)
    const other = await s.createCompany()
    t.equal(
      await statusOf(TestSocket.open(`${url}/api/live`, other.headers)),
      101,
      'the limit is per company',
    )
    await clients[0]?.close()
    t.equal(await statusOf(TestSocket.open(`${url}/api/live`, company.headers)), 101)
  })

  t.test('A message above the size limit closes its socket', async (t) => {
    const client = await open('/api/live?subscribe=false', (await s.createCompany()).headers)
    client.send({ type: 'ping', ref: 'x'.repeat(20_000) })
    t.equal((await client.closed).code, 1009)
  })
})

async function revoke(s: TestService, company: TestCompany, headers: Headers): Promise<void> {
  const prefix = headers.authorization?.split('_')[1]
  const { body } = await s.request('GET', `/api/companies/${company.id}/keys?limit=200`, s.platform)
  const { id } = body.items.find((key: Message) => key.prefix.includes(prefix))
  await s.request('DELETE', `/api/companies/${company.id}/keys/${id}`, s.platform)
}
