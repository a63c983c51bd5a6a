import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { test } from 'tap'
import { TelemetrySender } from '../../sdk/src/index.ts'
import { projectRoot } from '../setup/programs.ts'
import { maxWaitMs } from '../setup/wait-until.ts'
import {
  assertInOrder,
  assertStored,
  company,
  createCall,
  createIngestKey,
  createSender,
  indexTexts,
  key,
  ManualClock,
  type ProxyResponse,
  readCall,
  readContents,
  readStoredTurns,
  reportCall,
  s,
  startProxy,
} from './setup.ts'

test('After every kind of failure each item is stored once, and the end of a call last', async (t) => {
  const calls = await Promise.all([1, 2, 3].map(createCall))
  const { url, requests } = await startProxy(t, [
    'cut before',
    'cut after',
    500,
    'html',
    'not json',
    'cut after',
    502,
    'pass',
    'cut after',
    429,
    409,
    'cut before',
    'pass',
    'cut after',
    503,
  ])
  const clock = new ManualClock()
  const { sender, errors, lost } = createSender(clock, { url, batchSize: 7 })
  for (const id of calls) reportCall(sender, id, 10)
  await clock.runUntilSent(sender)
  for (const id of calls) {
    await assertStored(t, id, 10)
    assertInOrder(t, requests, id, 10)
  }
  const { duplicates, ...rest } = sender.stats()
  t.same(rest, { sent: 33, rejected: 0, dropped: 0, warnings: 0, misused: 0, pending: 0 })
  t.ok(duplicates > 0, 'items whose response was cut off are sent again and counted as duplicates')
  t.equal(errors.length, 13, 'onError is called for every failure')
  t.same(lost, [])
})

test('After a timeout a request is sent again, and items that arrive with both requests are stored once', async (t) => {
  const id = await createCall()
  const { url, held, requests } = await startProxy(t, ['hold', 'hold'])
  const clock = new ManualClock()
  const { sender, errors } = createSender(clock, { url })
  const isHeld = held()
  reportCall(sender, id, 5)
  clock.runTimer()
  const passLate = await isHeld
  t.match(sender.stats(), { sent: 0, pending: 6 }, 'items of a request in flight are pending')
  const isHeldAgain = held()
  await clock.runTimers(1)
  t.equal(clock.waited.at(-1), 10_000, 'the time limit of a request')
  clock.runTimer()
  const passAfterAll = await isHeldAgain
  await clock.runTimers(1)
  t.equal((await passLate()).status, 200, 'the first request reaches the service before the third is sent')
  await clock.runUntilSent(sender)
  t.equal((await passAfterAll()).status, 200, 'the second request reaches the service after the third')
  await assertStored(t, id, 5)
  assertInOrder(t, requests, id, 5)
  t.match(sender.stats(), { sent: 6, duplicates: 5, pending: 0, dropped: 0 })
  t.match(errors, [/did not respond within 10000 ms/, /did not respond within 10000 ms/])
})

test('Items are kept while the service is unreachable, and sent when it is back', async (t) => {
  const [id, second] = [await createCall(), await createCall()]
  const proxy = await startProxy(t)
  const clock = new ManualClock()
  const { sender, errors } = createSender(clock, { url: proxy.url })
  await proxy.stop()
  reportCall(sender, id, 3)
  await clock.runTimers(20)
  t.match(sender.stats(), { sent: 0, pending: 4 })
  t.equal(errors.length, 20)
  t.same(
    clock.waited,
    [250, 125, 250, 500, 1000, 2000, 4000, 8000, ...Array.from({ length: 12 }, () => 15_000)],
    'half (random() is 0.5) of a limit that doubles up to 30 s',
  )
  reportCall(sender, second, 3)
  await proxy.restart()
  await clock.runUntilSent(sender)
  await assertStored(t, id, 3)
  await assertStored(t, second, 3)
  t.match(sender.stats(), { sent: 8, pending: 0, dropped: 0 })
})

test('A restarted agent continues with firstTurnIndex; a reused index is rejected as contradicts', async (t) => {
  const id = await createCall()
  const { url } = await startProxy(t)
  const clock = new ManualClock()
  const beforeRestart = createSender(clock, { url }).sender
  for (let i = 0; i < 2; i++) beforeRestart.collect(id).startTurn('user').finalize({ content: 'a' })
  await clock.runUntilSent(beforeRestart)
  t.same(await readContents(id), ['a'], 'a turn that is reported twice is stored once')
  const { sender, lost } = createSender(clock, { url })
  const { turns } = (await s.request('GET', `/api/calls/${id}/transcript`, company.headers)).body
  const call = sender.collect(id, { firstTurnIndex: turns.at(-1).turn_index + 1 })
  call.startTurn('assistant').finalize({ content: 'b' })
  call.finalizeCall()
  sender.collect(id).startTurn('assistant').finalize({ content: 'reused index' })
  await clock.runUntilSent(sender)
  t.same(await readContents(id), ['a', 'b'])
  t.match(await readCall(id), { status: 'completed', turn_count: 2 })
  t.match(sender.stats(), { sent: 2, rejected: 1, pending: 0 })
  t.match(lost, [{ reason: /^contradicts \S+: /, item: { turn: { content: 'reused index' } } }])
})

test('Retry-After is respected in seconds and as a date, up to five minutes', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const unavailable = (value: string): ProxyResponse => ({ status: 503, headers: { 'retry-after': value } })
  const date = new Date(Date.UTC(2026, 0, 1) + clock.now + 60_000).toUTCString()
  const { url } = await startProxy(t, [
    unavailable('7'),
    unavailable(date),
    unavailable('99999999999'),
    unavailable('soon'),
  ])
  const { sender } = createSender(clock, { url })
  reportCall(sender, id, 1)
  await clock.runUntilSent(sender)
  const [, fromSeconds, fromDate, longest, invalid] = clock.waited
  t.equal(fromSeconds, 7_125, 'Retry-After plus jitter, so that agents do not return at the same time')
  t.ok(fromDate && fromDate > 50_000 && fromDate < 60_250)
  t.equal(longest, 300_500)
  t.equal(invalid, 1_000)
  await assertStored(t, id, 1)
})

test('While the key or URL is wrong, nothing is lost and a request is sent every 15 to 30 s', async (t) => {
  const id = await createCall()
  const { url } = await startProxy(t, [
    { status: 401, body: '{"code":"unauthorized","detail":"no"}' },
    403,
    404,
    { status: 308, headers: { location: '/api/telemetry' } },
  ])
  const clock = new ManualClock()
  const { sender, errors, lost } = createSender(clock, { url })
  reportCall(sender, id, 3)
  await clock.runUntilSent(sender)
  t.same(clock.waited, [250, 22_500, 22_500, 22_500, 22_500])
  t.same(errors, [
    'The service returned status 401, unauthorized: no',
    'The service returned status 403',
    'The service returned status 404',
    'The service returned status 308',
  ])
  t.same(lost, [])
  await assertStored(t, id, 3)
})

test('A full queue drops the oldest turns, reports them, and keeps the ends of calls', async (t) => {
  const [firstCall, id] = [await createCall(), await createCall()]
  const proxy = await startProxy(t)
  await proxy.stop()
  const clock = new ManualClock()
  const { sender, lost } = createSender(clock, { url: proxy.url, maxItems: 50 })
  reportCall(sender, firstCall, 1)
  const call = sender.collect(id)
  for (let i = 0; i < 60; i++) call.startTurn('assistant').finalize({ content: String(i) })
  await clock.runTimers(1)
  call.finalizeCall({ outcome: 'success' })
  t.match(sender.stats(), { pending: 50, dropped: 13, misused: 0 })
  t.same(
    lost.map(({ item, reason }) => item.kind === 'turn' && `${item.turn.content} ${reason}`),
    ['0', ...indexTexts(0, 12)].map((content) => `${content} The queue is full.`),
  )
  await proxy.restart()
  await clock.runUntilSent(sender)
  t.same(await readContents(id), indexTexts(12, 60))
  t.match(sender.stats(), { pending: 0, dropped: 13, sent: 50 })
  t.match(await readCall(id), { status: 'completed', turn_count: 48 })
  t.match(await readCall(firstCall), { status: 'completed' }, 'it lost its turn, but not its end')

  const endsOnly = createSender(clock, { maxItems: 2 })
  for (const call_id of ['a', 'b', 'c']) endsOnly.sender.collect(call_id).finalizeCall()
  t.match(
    endsOnly.lost,
    [{ item: { kind: 'completion', call_id: 'a' } }],
    'among ends only, the oldest is dropped',
  )
})

test('The queue is also limited in bytes, including the request in flight', async (t) => {
  const { url, held } = await startProxy(t, ['hold'])
  const clock = new ManualClock()
  const { sender, lost } = createSender(clock, { url, maxBytes: 2 ** 20 })
  const id = await createCall()
  const call = sender.collect(id)
  // Two bytes each as UTF-8.
  const speak = () => call.startTurn('assistant').finalize({ content: 'ы'.repeat(50_000) })
  const isHeld = held()
  for (let i = 0; i < 8; i++) speak()
  clock.runTimer()
  await isHeld
  for (let i = 0; i < 10; i++) speak()
  t.match(sender.stats(), { pending: 10, dropped: 8 })
  t.same(
    lost.map(({ item }) => item.kind === 'turn' && item.turn.turn_index),
    [8, 9, 10, 11, 12, 13, 14, 15],
    'waiting items are dropped, those in flight are not',
  )
  clock.runTimer()
  await clock.requestEnded()
  await clock.runTimers(1)
  t.match(sender.stats(), { pending: 2, sent: 8 })

  const proxy = await startProxy(t, ['hold'])
  const secondClock = new ManualClock()
  const smallQueue = createSender(secondClock, { url: proxy.url, maxItems: 3 })
  const isHeldAgain = proxy.held()
  const otherCall = smallQueue.sender.collect(id, { firstTurnIndex: 100 })
  for (let i = 0; i < 2; i++) otherCall.startTurn('user').finalize()
  secondClock.runTimer()
  await isHeldAgain
  for (let i = 0; i < 2; i++) otherCall.startTurn('user').finalize()
  t.match(smallQueue.sender.stats(), { pending: 3, dropped: 1 })
})

test('A rejected item is reported with its reason and does not delay others', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { sender, lost } = createSender(clock, { url: (await startProxy(t)).url })
  sender.collect('00000000-0000-4000-8000-00000000dead').startTurn('user').finalize()
  sender.collect('no id').finalizeCall()
  sender.send({ kind: 'turn', call_id: id, turn: { turn_index: -1, role: 'user' } })
  sender.collect(id, { firstTurnIndex: 1 }).startTurn('user').finalize({ content: 'valid' })
  await clock.runUntilSent(sender)
  t.match(sender.stats(), { sent: 1, rejected: 3, dropped: 0, pending: 0 })
  t.match(lost.map(({ reason }) => reason).sort(), [
    /^call_not_found/,
    /^invalid .*call_id/,
    /^invalid .*turn_index/,
  ])
  t.same(await readContents(id), ['valid'])
})

test('A request that is too large is split in halves, and batches grow again afterwards', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { url, requests } = await startProxy(t, [413, 413, 413])
  const { sender, lost } = createSender(clock, { url, batchSize: 8 })
  const call = sender.collect(id)
  for (let i = 0; i < 6; i++) call.startTurn('user').finalize({ content: String(i) })
  await clock.runUntilSent(sender)
  t.same(
    requests.map(({ turns }) => turns.length),
    [6, 3, 1, 1, 2, 2],
  )
  t.match(lost, [{ reason: 'The service returned status 413', item: { turn: { content: '0' } } }])
  t.match(sender.stats(), { sent: 5, rejected: 1, pending: 0 })
  t.same(await readContents(id), indexTexts(1, 6))

  const otherId = await createCall()
  const largeBatches = createSender(clock, { url }).sender
  const large = largeBatches.collect(otherId)
  for (let i = 0; i < 12; i++) large.startTurn('user').finalize({ content: 'x'.repeat(100_000) })
  await clock.runUntilSent(largeBatches)
  t.same(
    requests.slice(6).map(({ turns }) => turns.length),
    [8, 4],
    'a request stays below 1 MB',
  )
  t.equal((await readStoredTurns(otherId)).length, 12)
})

test('A 400 without a problem document drops nothing', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { sender, lost } = createSender(clock, { url: (await startProxy(t, [400, 422])).url })
  reportCall(sender, id, 2)
  await clock.runUntilSent(sender)
  t.same(lost, [])
  await assertStored(t, id, 2)
})

test('close() sends queued items until its timeout, and drops the rest', async (t) => {
  const id = await createCall()
  const { url } = await startProxy(t)
  const sender = new TelemetrySender({ url, key, flushMs: 60_000 })
  reportCall(sender, id, 250)
  t.same(await sender.close(), {
    sent: 251,
    duplicates: 0,
    rejected: 0,
    dropped: 0,
    warnings: 0,
    misused: 0,
    pending: 0,
  })
  await assertStored(t, id, 250)
  sender.collect(id).finalizeCall()
  t.match(sender.stats(), { dropped: 1, pending: 0 }, 'an item sent after close() is counted as dropped')
  t.match(await sender.close(), { sent: 251, dropped: 1 }, 'a second close() returns the same stats')

  const clock = new ManualClock()
  const paused = createSender(clock, { url: (await startProxy(t, [401])).url })
  const otherId = await createCall()
  reportCall(paused.sender, otherId, 1)
  await clock.runTimers(1)
  const closing = paused.sender.close(10_000)
  await clock.runTimers(1)
  t.match(await closing, { sent: 2, pending: 0 }, 'close() ends a pause after a failure for one more attempt')

  const { sender: unreachable, lost } = createSender(clock, {})
  reportCall(unreachable, id, 1)
  const closedWith = unreachable.close(5_000)
  while (lost.length === 0) await clock.runTimers(1)
  t.match(await closedWith, { sent: 0, dropped: 2, pending: 0 })
  t.match(lost, [{ reason: /closed before the item was sent/ }, { item: { kind: 'completion' } }])
  t.match(await createSender(clock, {}).sender.close(), { pending: 0 }, 'close() of an empty sender resolves')

  const proxy = await startProxy(t, ['hold'])
  const held = proxy.held()
  const { sender: interrupted, errors } = createSender(clock, { url: proxy.url })
  reportCall(interrupted, id, 1)
  clock.runTimer()
  await held
  const closed = interrupted.close(0)
  clock.runTimer()
  t.match(await closed, { sent: 0, dropped: 2 }, 'a request in flight is aborted')
  t.same(errors, [], 'the abort is not reported as an error')
  t.equal(clock.pending, 0, 'no timer is pending')
})

test('flush() sends queued items, and waits no longer than its timeout', async (t) => {
  const id = await createCall()
  const { url } = await startProxy(t)
  const sender = new TelemetrySender({ url, key, flushMs: 60_000 })
  reportCall(sender, id, 3)
  await sender.flush()
  t.match(sender.stats(), { sent: 4, pending: 0 })
  await sender.flush()
  await assertStored(t, id, 3)
  await sender.close()
  await sender.flush()

  const clock = new ManualClock()
  const { sender: delayed } = createSender(clock, { url: (await startProxy(t, [503])).url })
  const otherId = await createCall()
  reportCall(delayed, otherId, 1)
  const flushed = delayed.flush(50)
  await clock.runTimers(1)
  await clock.runTimers(1)
  await flushed
  t.match(delayed.stats(), { sent: 0, pending: 2 }, 'the items stay queued until the pause ends')
  await clock.runTimers(1)
  t.match(delayed.stats(), { sent: 2, pending: 0 })
})

test('An invalid option throws in the constructor, without the key in its message', async (t) => {
  const construct = (options: object) => () => new TelemetrySender({ url: 'http://a', key, ...options })
  for (const url of [undefined, 'voice.example.com', 'ftp://a', 'http://user:secret@a'])
    t.throws(construct({ url }), { name: 'TypeError', message: /^Set url to/ })
  for (const wrong of [undefined, '', 'nv_secret\n', 'nv secret'])
    t.throws(construct({ key: wrong }), {
      message: /^Set key to a key of the company with the scope ingest\.$/,
    })
  t.throws(construct({ batchSize: 201 }), { message: 'Set batchSize to a whole number from 1 to 200.' })
  t.throws(construct({ flushMs: Number.NaN }), { message: /flushMs/ })
  t.doesNotThrow(construct({ batchSize: undefined }))
})

test('The built package has no dependencies and does not keep a process alive', async (t) => {
  const dist = t.testdir()
  // In a process of its own: a busy event loop would make the service refuse requests.
  const compiler = [
    `${projectRoot}/node_modules/typescript/bin/tsc`,
    '-p',
    `${projectRoot}/sdk/tsconfig.json`,
  ]
  const [built] = await once(spawn(process.execPath, [...compiler, '--outDir', dist]), 'close')
  t.equal(built, 0)
  const { url } = await startProxy(t)
  const key = await createIngestKey(company)
  writeFileSync(
    `${dist}/agent.mjs`,
    `import { TelemetrySender } from ${JSON.stringify(pathToFileURL(`${dist}/index.js`).href)}
    const [url, key, call_id] = process.argv.slice(2)
    const sender = new TelemetrySender({ url, key, flushMs: 60_000 })
    const call = sender.collect(call_id)
    call.startTurn('user').finalize({ content: 'from another process' })
    call.finalizeCall()
    if (url !== 'http://127.0.0.1:1') process.stdout.write(JSON.stringify(await sender.close()))`,
  )
  const run = async (url: string, id: string) => {
    const child = spawn(process.execPath, [`${dist}/agent.mjs`, url, key, id], { timeout: maxWaitMs })
    const output: string[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(String(data)))
    const [code] = await once(child, 'close')
    return { code, output: output.join('') }
  }
  t.same(
    await run('http://127.0.0.1:1', 'x'),
    { code: 0, output: '' },
    'the process exits with items in the queue',
  )
  const id = await createCall()
  const closed = await run(url, id)
  t.same(closed, {
    code: 0,
    output: '{"sent":2,"duplicates":0,"rejected":0,"dropped":0,"warnings":0,"misused":0,"pending":0}',
  })
  t.same(await readContents(id), ['from another process'])
  t.match(await readCall(id), { status: 'completed' })
})
