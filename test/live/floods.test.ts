import { test } from 'tap'
import { burst, MessageBudget, perSecond } from '../../src/modules/live/sockets/message-limit.ts'
import { newCall, startLiveService } from './setup.ts'

const tooMany = { code: 4429, reason: /20 messages per second.*connect again/ }

test('A client that floods a socket is disconnected with 4429, and other sockets are served', async (t) => {
  const { api, open, watch } = await startLiveService(t)
  const call = await newCall(api)
  const paths = { '/api/live': '?subscribe=false', [`/api/analytics/ws/calls/${call}`]: '' }
  const floods: Record<string, (client: Awaited<ReturnType<typeof open>>) => void> = {
    pings: (client) => client.send('ping'),
    'ping frames': (client) => client.ping(),
    junk: (client) => client.send(`{"type":"junk","data":"${'['.repeat(1_000)}"}`),
  }
  for (const [path, query] of Object.entries(paths)) {
    for (const [name, send] of Object.entries(floods)) {
      const [flooding, other] = [await open(path + query), (await watch()).client]
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
