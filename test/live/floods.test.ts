import { test } from 'tap'
import { burst, Floods, MessageBudget, perSecond } from '../../src/modules/live/sockets/message-limit.ts'
import { UpgradeRefused } from '../setup/sockets.ts'
import { apiOf, newCall, startLiveService } from './setup.ts'

const tooMany = { code: 4429, reason: /20 messages per second.*connect again/ }

test('A client that floods a socket is disconnected with 4429, and other sockets are served', async (t) => {
  const { s, open, watch } = await startLiveService(t)
  const floods: Record<string, (client: Awaited<ReturnType<typeof open>>) => void> = {
    pings: (client) => client.send('ping'),
    'ping frames': (client) => client.ping(),
    junk: (client) => client.send(`{"type":"junk","data":"${'['.repeat(1_000)}"}`),
  }
  for (const path of ['/api/live', '/api/analytics/ws/calls']) {
    for (const [name, send] of Object.entries(floods)) {
      const company = await s.createCompany()
      const rest = path === '/api/live' ? '?subscribe=false' : `/${await newCall(apiOf(s, company.headers))}`
      const [flooding, other] = [await open(path + rest, company.headers), (await watch()).client]
      for (let i = 0; i < 2 * burst; i++) send(flooding)
      t.match(await flooding.closed, tooMany, `${name} to ${path}`)
      t.ok(flooding.messages.length <= burst + perSecond, `${flooding.messages.length} responses to ${name}`)
      other.send({ type: 'ping' })
      t.ok(await other.next(({ type }) => type === 'pong'), 'another socket is served')
      await other.close()
    }
  }
})

test('Sockets of a company that flooded one start without a burst, and those of others with it', async (t) => {
  const { s, open } = await startLiveService(t)
  const path = '/api/live?subscribe=false'
  const flood = await open(path)
  for (let i = 0; i < 2 * burst; i++) flood.send('ping')
  t.match(await flood.closed, tooMany)
  const [again, other] = [await open(path), await open(path, (await s.createCompany()).headers)]
  for (let i = 0; i < burst; i++) for (const client of [again, other]) client.send('ping')
  t.match(await again.closed, tooMany)
  await other.until(() => other.messages.length === burst)
  await other.close()
})

const repeat = async (work: () => Promise<void>): Promise<never> => {
  for (;;) await work()
}

test('A company that floods several sockets has to wait before it can open another', async (t) => {
  const { s, open } = await startLiveService(t)
  const path = '/api/live?subscribe=false'
  const flood = async () => {
    const client = await open(path)
    for (let i = 0; i < 2 * burst; i++) client.send('ping')
    t.match(await client.closed, tooMany)
  }
  // Each wait is twice as long as the one before, so that a slow test, too, arrives within one.
  await t.rejects(repeat(flood), new UpgradeRefused(429))
  await (await open(path, (await s.createCompany()).headers)).close()
  const floods = new Floods()
  const waits = Array.from({ length: 8 }, (_, i) => {
    floods.add('a', i * 10)
    return floods.waitSec('a', i * 10)
  })
  t.strictSame(waits, [0, 1, 2, 4, 8, 16, 30, 30], 'it waits longer each time')
  t.equal(floods.waitSec('b', 70), 0, 'others do not')
  t.equal(floods.waitSec('a', 30_069), 1)
  t.equal(floods.waitSec('a', 30_070), 0)
  t.equal(floods.count('a', 60_069), 8)
  t.equal(floods.count('a', 60_070), 0, 'a minute later everything is as before')
})

test('A client may subscribe to 100 topics at once', async (t) => {
  const { open } = await startLiveService(t)
  const client = await open('/api/live?subscribe=false')
  for (let i = 0; i < 100; i++) client.send({ type: 'subscribe', ref: `r${i}` })
  await client.until(() => client.messages.filter(({ type }) => type === 'snapshot').length === 100)
  await client.close()
})

test('The limit of messages allows a burst, and then a number per second', (t) => {
  const budget = new MessageBudget(0)
  const taken = (now: number) => {
    let count = 0
    while (budget.take(now)) count++
    return count
  }
  t.equal(taken(0), burst)
  t.equal(taken(1_000), perSecond)
  t.equal(taken(1_500), perSecond / 2)
  t.equal(taken(3_600_000), burst)
  t.end()
})
