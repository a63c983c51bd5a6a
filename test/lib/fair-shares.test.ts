import { test } from 'tap'
import { FairShares } from '../../src/lib/fair-shares.ts'

const repeat = (count: number, action: () => unknown) => {
  for (let i = 0; i < count; i++) action()
}

/** Shares whose clock is set by the test. */
function setUp() {
  const shares = new FairShares()
  let now = 0
  const ends = new Map<string, (() => void)[]>()
  const refused: string[] = []
  const running = (key: string) => ends.get(key)?.length ?? 0
  /** Sends a request. Returns a function that ends it, whether it runs or waits. */
  const send = (key: string) => {
    const { admitted, end } = shares.request(key, () => now)
    const ofKey = ends.get(key) ?? []
    ends.set(key, ofKey)
    Promise.resolve(admitted).then(
      () => ofKey.push(end),
      () => refused.push(key),
    )
    return end
  }
  /** Ends the oldest request that runs. */
  const finish = (key: string) => ends.get(key)?.shift()?.()
  return {
    shares,
    running,
    refused,
    send,
    sendMany: (key: string, count: number) => repeat(count, () => send(key)),
    finish,
    finishMany: (key: string, count: number) => repeat(count, () => finish(key)),
    /** Ends this number of the requests that run, all by default, and sends as many. */
    replace: async (key: string, count = running(key)) => {
      repeat(count, () => finish(key))
      repeat(count, () => send(key))
      await new Promise((resolve) => setImmediate(resolve))
    },
    work: (key: string, ms: number) => shares.addWork(key, ms),
    /** Samples `count` times, 20 ms apart, with this lateness and utilization of the event loop. */
    sample: async (latenessMs: number, count = 1, utilization = 1) => {
      for (let i = 0; i < count; i++) {
        now += 20
        shares.sample(latenessMs, utilization, now)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

test('Nobody waits while the event loop is punctual', async (t) => {
  const { send, sendMany, sample, running } = setUp()
  sendMany('a', 500)
  send('b')
  await sample(0, 100)
  t.equal(running('a'), 500)
  t.equal(running('b'), 1)
})

test('While it is late, the owner with the most requests gets half as many at a time', async (t) => {
  const { send, sendMany, replace, sample, running } = setUp()
  sendMany('many', 40)
  send('one')
  await sample(0, 20)
  await sample(20)
  await replace('many', 30)
  await sample(0)
  t.equal(running('many'), 20)
})

test('An owner with more than half of the load gets one at a time with pauses, of 1 s at most', async (t) => {
  const { send, sendMany, replace, sample, running } = setUp()
  sendMany('many', 40)
  send('one')
  await sample(20, 20)
  await replace('many', 40)
  send('one')
  t.equal(running('many'), 0)
  await sample(20)
  t.equal(running('one'), 2, 'requests of others never wait for it')
  await sample(0, 51)
  t.equal(running('many'), 1)
})

test('A mean lateness of a few milliseconds counts, because a request waits for the event loop several times', async (t) => {
  const { send, sendMany, replace, sample, running } = setUp()
  sendMany('many', 40)
  send('one')
  await sample(3, 50)
  await replace('many', 40)
  t.equal(running('many'), 0)
})

test('Nobody waits while the event loop is mostly idle, late as it may be by other processes or garbage collection', async (t) => {
  const { sendMany, send, replace, work, sample, running } = setUp()
  sendMany('many', 40)
  send('one')
  for (let i = 0; i < 100; i++) {
    // One of many short uses was interrupted by another process.
    for (const ms of i % 10 === 9 ? [0.7, 0.7, 12] : [0.7, 0.7, 0.7, 0.7]) work('many', ms)
    await sample(20, 1, 0.4)
  }
  await replace('many')
  t.equal(running('many'), 40)
})

test('An owner whose requests use the event loop for long at a time is paused also while it is mostly idle', async (t) => {
  const { sendMany, send, replace, work, sample, running } = setUp()
  sendMany('heavy', 4)
  send('one')
  for (let i = 0; i < 40; i++) {
    if (i % 4 === 0) work('heavy', 30)
    await sample(i % 4 === 0 ? 30 : 0, 1, 0.4)
  }
  await replace('heavy')
  t.equal(running('heavy'), 0)
})

test('Owners with equal loads keep two requests at a time, and one when it is very late', async (t) => {
  const { sendMany, replace, sample, running } = setUp()
  const keys = ['a', 'b', 'c']
  const replaceAll = async () => {
    for (const key of keys) await replace(key)
  }
  for (const key of keys) sendMany(key, 100)
  await sample(20, 50)
  await replaceAll()
  await sample(20)
  t.same(keys.map(running), [2, 2, 2])
  await sample(300, 10)
  await replaceAll()
  await sample(300)
  t.same(keys.map(running), [1, 1, 1])
})

test('An owner is not paused for 30 s when the event loop stays late although it was paused', async (t) => {
  const { send, sendMany, replace, sample, running } = setUp()
  sendMany('many', 40)
  await sample(0, 10)
  send('one')
  await sample(20, 20)
  await replace('many')
  await sample(20, 60)
  t.equal(running('many'), 2)
  await replace('many')
  await sample(20, 5)
  t.equal(running('many'), 2, 'no pause after a request')
  await sample(0, 1_600)
  await sample(20, 20)
  await replace('many')
  t.equal(running('many'), 0, 'after 30 s it is paused again')
})

test('An owner counts as one who can be delayed for 5 s after its last request', async (t) => {
  const { send, sendMany, replace, sample, running } = setUp()
  send('quiet')()
  await sample(0, 200)
  sendMany('busy', 40)
  await sample(20, 20)
  await replace('busy', 40)
  t.equal(running('busy'), 0)
  await sample(20, 300)
  t.equal(running('busy'), 40, 'alone, it delays only itself')
})

test('An owner whose requests use the event loop pauses after each of them', async (t) => {
  const { send, sendMany, work, finishMany, sample, running } = setUp()
  send('other')
  sendMany('heavy', 3)
  for (let i = 0; i < 20; i++) {
    work('heavy', 15)
    await sample(15)
  }
  finishMany('heavy', 3)
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
  const { shares, send, sendMany, finish, finishMany, sample, running } = setUp()
  sendMany('a', 8)
  send('b')
  await sample(20, 10)
  finishMany('a', 8)
  finish('b')
  sendMany('a', 50)
  await sample(0, 450)
  t.equal(running('a'), 50)
  finishMany('a', 50)
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
  const { send, sendMany, finishMany, sample, running, refused } = setUp()
  sendMany('a', 4)
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
  finishMany('a', 4)
  send('a')
  await sample(0, 500)
  t.equal(running('a'), 1, 'requests that were refused hold no place')
})
