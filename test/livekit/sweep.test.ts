// The sweep of rooms whose call is over: one room, or one company, does not hold up the others.
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import type { CallRef } from '../../src/telephony/carrier.ts'
import { CallStore } from '../../src/telephony/livekit/call-store.ts'
import { roomName } from '../../src/telephony/livekit/rooms.ts'
import { after, noon, startLivekitWorld } from '../setup/livekit/livekit-world.ts'

test('The sweep of LiveKit rooms', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, livekit, carrier } = w
  await w.stopSweeps()
  const store = new CallStore(s.db)
  const other = await s.createCompany()
  /** Rooms that LiveKit fails to delete, and the attempts to delete each room. */
  const broken = new Set<string>()
  const attempts = new Map<string, number>()
  livekit.failRequest = (method, room = '') => {
    if (method !== 'DeleteRoom') return undefined
    attempts.set(room, (attempts.get(room) ?? 0) + 1)
    return broken.has(room) ? { code: 'internal', status: 500 } : undefined
  }
  /** A call that is over, and whose room may still exist. */
  const newEnded = async (company_id: string, seconds: number, isBroken = false): Promise<CallRef> => {
    const call = { company_id, call_id: randomUUID() }
    if (isBroken) broken.add(roomName(call))
    await store.reserve(call, after(seconds))
    await store.markInviting(call, after(seconds + 45))
    await store.markEnded(call, { at: after(seconds), outcome: 'busy', reason: 'SIP 486' })
    return call
  }
  const isCleared = async (call: CallRef) => (await store.find(call))?.is_cleared
  const attemptsOf = (call: CallRef) => attempts.get(roomName(call)) ?? 0

  t.test('A room that cannot be deleted is tried again later, and holds up no other', async (t) => {
    const bad = [await newEnded(w.company.id, -100, true), await newEnded(w.company.id, -99, true)]
    const good = [await newEnded(w.company.id, -50), await newEnded(other.id, -40)]
    await carrier.sweep(after(10))
    for (const call of good) t.equal(await isCleared(call), true)
    for (const call of bad) t.equal(await isCleared(call), false)
    const before = bad.map(attemptsOf)
    await carrier.sweep(after(11))
    t.same(bad.map(attemptsOf), before, 'not again at once')
    await carrier.sweep(after(13))
    t.same(
      bad.map(attemptsOf),
      before.map((n) => n + 1),
    )
    await carrier.sweep(after(15))
    t.same(
      bad.map(attemptsOf),
      before.map((n) => n + 1),
      'each delay is twice as long',
    )
    broken.clear()
    await carrier.sweep(after(60))
    for (const call of bad) t.equal(await isCleared(call), true)
  })

  t.test('Many rooms of one company do not delay that of another', async (t) => {
    const many = []
    for (let i = 0; i < 60; i++) many.push(await newEnded(w.company.id, i - 100, true))
    const one = await newEnded(other.id, 0)
    await carrier.sweep(after(100))
    t.equal(await isCleared(one), true)
    broken.clear()
  })

  t.test('A call that cannot be marked as ended does not stop the sweep', async (t) => {
    const newLeftOpen = async () => {
      const { body } = await w.call('POST', '/api/calls', { direction: 'outbound' })
      const call = { company_id: w.company.id, call_id: body.id as string }
      await store.reserve(call, noon)
      await store.markInviting(call, after(45))
      await store.markAnswered(call, after(1))
      await w.call('POST', `/api/calls/${body.id}/complete`, { outcome: 'success' })
      return call
    }
    const [poisoned, healthy] = [await newLeftOpen(), await newLeftOpen()]
    await s.db.orm.execute(sql`
      create function refuse_end() returns trigger language plpgsql as $$
      begin raise exception 'refused' using errcode = '22003'; end $$`)
    await s.db.orm.execute(
      sql.raw(`create trigger poison before update on livekit_calls for each row
        when (new.call_id = '${poisoned.call_id}' and new.state = 'ended') execute function refuse_end()`),
    )
    // More than one batch is due.
    for (const seconds of [200, 201]) await carrier.sweep(after(seconds))
    t.match(await store.find(healthy), { state: 'ended', is_cleared: true })
    t.match(await store.find(poisoned), { state: 'answered' })
    await s.db.orm.execute(sql`drop trigger poison on livekit_calls`)
    await carrier.sweep(after(300))
    t.match(await store.find(poisoned), { state: 'ended', is_cleared: true })
  })
})

test('A room whose metadata names no company is looked up by its call, and stops no other webhook', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, livekit } = w
  const store = new CallStore(s.db)
  const { body } = await w.call('POST', '/api/calls', { direction: 'outbound', status: 'dialing' })
  const call = { company_id: w.company.id, call_id: body.id as string }
  await store.reserve(call, noon)
  await store.markInviting(call, after(45))
  for (const metadata of ['{"company_id": "none"}', '{"company_id": "\\u0000"}', 'null', '{']) {
    const webhook = JSON.stringify({
      event: 'participant_joined',
      room: { name: roomName(call), metadata },
      participant: { identity: `callee-${call.call_id}`, attributes: { 'sip.callStatus': 'ringing' } },
    })
    await w.sendWebhook(webhook, await livekit.signWebhook(webhook))
  }
  t.same(w.webhooks.statuses, [200, 200, 200, 200])
  t.match((await w.call('GET', `/api/calls/${call.call_id}`)).body, { status: 'ringing' })
})
