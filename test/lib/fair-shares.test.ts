import { test } from 'tap'
import { FairShares } from '../../src/lib/fair-shares.ts'

/** Shares whose clock is set by the test. */
function setUp() {
  const shares = new FairShares()
  let now = 0
  const running = new Map<string, (() => void)[]>()
  const refused: string[] = []
  return {
    shares,
    running: (key: string) => running.get(key)?.length ?? 0,
    refused,
    /** Sends a request. Returns a function that ends it, whether it runs or waits. */
    send: (key: string) => {
      const { admitted, end } = shares.request(key, () => now)
      const ends = running.get(key) ?? []
      running.set(key, ends)
      admitted.then(
        () => ends.push(end),
        () => refused.push(key),
      )
      return end
    },
    work: (key: string, ms: number) => shares.addWork(key, ms),
    /** Ends the oldest request that runs. */
    finish: (key: string) => running.get(key)?.shift()?.(),
    /** Samples `count` times, 20 ms apart, with this lateness. */
    sample: async (latenessMs: number, count = 1) => {
      for (let i = 0; i < count; i++) {
        now += 20
        shares.sample(latenessMs, now)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

test('Nobody waits while the event loop is punctual', async (t) => {
  const { send, sample, running } = setUp()
  for (let i = 0; i < 500; i++) send('a')
  send('b')
  await sample(0, 100)
  t.equal(running('a'), 500)
  t.equal(running('b'), 1)
})

test('While it is late, the owner with the most requests gets half as many at a time', async (t) => {
  const { send, finish, sample, running } = setUp()
  for (let i = 0; i < 40; i++) send('many')
  send('one')
  await sample(20)
  for (let i = 0; i < 30; i++) finish('many')
  for (let i = 0; i < 30; i++) send('many')
  await sample(0)
  t.equal(running('many'), 20)
})

test('An owner with more than half of the load gets one at a time with pauses, of 1 s at most', async (t) => {
  const { send, finish, sample, running } = setUp()
  for (let i = 0; i < 40; i++) send('many')
  send('one')
  await sample(20, 20)
  for (let i = 0; i < 40; i++) finish('many')
  for (let i = 0; i < 40; i++) send('many')
  send('one')
  t.equal(running('many'), 0)
  await sample(20)
  t.equal(running('one'), 2, 'requests of others never wait for it')
  await sample(0, 51)
  t.equal(running('many'), 1)
})

test('A mean lateness of a few milliseconds counts, because a request waits for the event loop several times', async (t) => {
  const { send, finish, sample, running } = setUp()
  for (let i = 0; i < 40; i++) send('many')
  send('one')
  await sample(3, 50)
  for (let i = 0; i < 40; i++) finish('many')
  for (let i = 0; i < 40; i++) send('many')
  t.equal(running('many'), 0)
})

test('Owners with equal loads keep two requests at a time, and one when it is very late', async (t) => {
  const { send, finish, sample, running } = setUp()
  const keys = ['a', 'b', 'c']
  const replace = () => {
    for (const key of keys) {
      const count = running(key)
      for (let i = 0; i < count; i++) finish(key)
      for (let i = 0; i < count; i++) send(key)
    }
  }
  for (const key of keys) for (let i = 0; i < 100; i++) send(key)
  await sample(20, 50)
  replace()
  await sample(20)
  t.same(keys.map(running), [2, 2, 2])
  await sample(300, 10)
  replace()
  await sample(300)
  t.same(keys.map(running), [1, 1, 1])
})

test('An owner is not paused for 30 s when the event loop stays late although it was paused', async (t) => {
  const { send, finish, sample, running } = setUp()
  for (let i = 0; i < 40; i++) send('many')
  await sample(0, 10)
  send('one')
  const replace = () => {
    const count = running('many')
    for (let i = 0; i < count; i++) finish('many')
    for (let i = 0; i < count; i++) send('many')
  }
  await sample(20, 20)
  replace()
  await sample(20, 60)
  t.equal(running('many'), 2)
  replace()
  await sample(20, 5)
  t.equal(running('many'), 2, 'no pause after a request')
  await sample(0, 1_600)
  await sample(20, 20)
  replace()
  t.equal(running('many'), 0, 'after 30 s it is paused again')
})

test('An owner counts as one who can be delayed for 5 s after its last request', async (t) => {
  const { send, finish, sample, running } = setUp()
  send('quiet')()
  await sample(0, 200)
  for (let i = 0; i < 40; i++) send('busy')
  await sample(20, 20)
  for (let i = 0; i < 40; i++) finish('busy')
  for (let i = 0; i < 40; i++) send('busy')
  t.equal(running('busy'), 0)
  await sample(20, 300)
  t.equal(running('busy'), 40, 'alone, it delays only itself')
})

test('An owner whose requests use the event loop pauses after each of them', async (t) => {
  const { send, work, finish, sample, running } = setUp()
  send('other')
  for (let i = 0; i < 3; i++) send('heavy')
  for (let i = 0; i < 20; i++) {
    work('heavy', 15)
    await sample(15)
  }
  for (let i = 0; i < 3; i++) finish('heavy')
  send('heavy')
  await sample(15)
  t.equal(running('heavy'), 0)
  send('other')
  await sample(15)
  t.equal(running('other'), 2)
  await sample(15, 300)
  t.equal(running('heavy'), 1)
})

test('Limits grow while the event loop is punctual, until they are gone', async (t) => {
  const { send, finish, sample, running, shares } = setUp()
  for (let i = 0; i < 8; i++) send('a')
  send('b')
  await sample(20, 10)
  for (let i = 0; i < 8; i++) finish('a')
  finish('b')
  for (let i = 0; i < 50; i++) send('a')
  await sample(0, 450)
  t.equal(running('a'), 50)
  for (let i = 0; i < 50; i++) finish('a')
  await sample(0, 500)
  t.equal(shares.isActive, false, 'an idle process is not sampled')
})

test('An owner whose requests use little time is not paused because others make it late', async (t) => {
  const { send, finish, sample, running } = setUp()
  send('idle')
  finish('idle')
  for (let i = 0; i < 50; i++) {
    send('steady')
    await sample(100)
    t.equal(running('steady'), 1)
    finish('steady')
  }
})

test('At most 1,000 requests of an owner wait, 10 s each, and one whose client disconnected leaves', async (t) => {
  const { send, finish, sample, running, refused } = setUp()
  for (let i = 0; i < 4; i++) send('a')
  send('b')
  await sample(20, 10)
  const ends = Array.from({ length: 1_000 }, () => send('a'))
  t.throws(() => send('a'), { code: 'overloaded' })
  ends[0]?.()
  send('a')
  t.throws(() => send('a'), { code: 'overloaded' })
  await sample(20, 501)
  t.equal(refused.length, 1_000)
  t.equal(running('a'), 4)
  for (let i = 0; i < 4; i++) finish('a')
  send('a')
  await sample(0, 500)
  t.equal(running('a'), 1, 'requests that were refused hold no place')
})
