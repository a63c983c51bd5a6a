import { type Test, test } from 'tap'
import { rescueStep, settleStep } from '../../src/modules/dialing/index.ts'
import type { Script } from '../setup/livekit/fake-livekit.ts'
import { after, newDialer, startCampaign, startLivekitWorld } from '../setup/livekit/livekit-world.ts'
import { waitUntil } from '../setup/wait-until.ts'

/**
 * Dials one contact. The agent is ready after 3 s, and the phone rings until `ringsUntil`, in seconds after noon.
 */
async function dial(t: Test, fate: Script['fate'], ringsUntil: number, webhooks: 'sent' | 'lost' = 'sent') {
  const w = await startLivekitWorld(t)
  w.webhooks.mode = webhooks
  const { s, agents } = w
  const { join } = agents
  agents.join = async (job) => {
    s.setNow(after(3))
    return join(job)
  }
  const campaign = await startCampaign(w, [undefined])
  w.scripts.set(campaign.numbers[0] as string, {
    fate,
    talkMs: 100_000,
    // Read when the INVITE is sent.
    get ringMs() {
      s.setNow(after(ringsUntil))
      return 2
    },
  })
  const dialer = newDialer(w, t, w.carrier)
  await dialer.step(s.deps.now())
  await dialer.waitForDials()
  const [{ id }] = await campaign.callsNow()
  return { ...w, id: id as string, read: async () => (await w.call('GET', `/api/calls/${id}`)).body }
}

test('The phone rings from the INVITE to the answer, and the duration is from the answer to the end', async (t) => {
  const { s, livekit, id, read } = await dial(t, 'answer', 8)
  t.match(await read(), {
    status: 'active',
    started_at: after(0).toISOString(),
    dialed_at: after(3).toISOString(),
    answered_at: after(8).toISOString(),
    ring_sec: 5,
  })
  s.setNow(after(68))
  livekit.hangUpCallee(`call-${id}`)
  await livekit.waitUntilIdle()
  await settleStep(s.db, s.deps.now())
  t.match(await read(), { outcome: 'success', ring_sec: 5, duration_sec: 60 })
})

test('A call that nobody answers has rung since its INVITE', async (t) => {
  for (const webhooks of ['sent', 'lost'] as const) {
    const { read } = await dial(t, 'no_answer', 33, webhooks)
    const expected = { outcome: 'no_answer', is_answered: false, ring_sec: 30, duration_sec: null }
    t.match(await read(), expected, `webhooks ${webhooks}`)
  }
})

test('Without webhooks, a call has rung since its INVITE, and its end is an estimate until its agent reports', async (t) => {
  const { s, livekit, agents, call, carrier, id, read } = await dial(t, 'answer', 8, 'lost')
  agents.isSilent = true
  t.match(await read(), { dialed_at: after(3).toISOString(), ring_sec: 5, extra_data: null })
  s.setNow(after(68))
  livekit.hangUpCallee(`call-${id}`)
  await livekit.waitUntilIdle()
  s.setNow(after(100))
  await rescueStep(s.db, carrier, 'w', after(100))
  t.match(await read(), {
    status: 'completed',
    ended_at: after(100).toISOString(),
    extra_data: { ended_at_is_estimated: true },
  })
  await call('POST', `/api/calls/${id}/complete`, { outcome: 'success', duration_sec: 60 })
  t.match(await read(), { ended_at: after(68).toISOString(), duration_sec: 60, extra_data: null })
})

test('The end is when the callee left, also when the agent reports first', async (t) => {
  const { s, livekit, agents, call, id, read } = await dial(t, 'answer', 8)
  agents.isSilent = true
  s.setNow(after(20))
  await call('POST', `/api/calls/${id}/complete`, { outcome: 'success' })
  t.match(await read(), { status: 'completed', ended_at: after(20).toISOString(), duration_sec: 12 })
  s.setNow(after(30))
  livekit.hangUpCallee(`call-${id}`)
  await livekit.waitUntilIdle()
  const ended = {
    status: 'completed',
    outcome: 'success',
    ended_at: after(30).toISOString(),
    duration_sec: 22,
  }
  t.match(await read(), ended)
  s.setNow(after(40))
  await call('POST', `/api/calls/${id}/complete`, { outcome: 'success' })
  t.match(await read(), ended, 'a repeated report changes nothing')
})

test('An answer that is reported after the end of the agent does not come after it', async (t) => {
  const { s, livekit, agents, call, id, read } = await dial(t, 'answer', 8)
  agents.isSilent = true
  s.setNow(after(20))
  await call('POST', `/api/calls/${id}/complete`, { outcome: 'success', duration_sec: 12 })
  livekit.hangUpCallee(`call-${id}`)
  await livekit.waitUntilIdle()
  t.match(await read(), {
    dialed_at: after(3).toISOString(),
    answered_at: after(8).toISOString(),
    ended_at: after(20).toISOString(),
    duration_sec: 12,
  })
})

test('A call that the SIP bridge drops without audio is distinguished from a hang-up', async (t) => {
  const dropped = await dial(t, 'answer', 8)
  dropped.livekit.dropCallee(`call-${dropped.id}`)
  await dropped.livekit.waitUntilIdle()
  t.match(await dropped.read(), { status: 'completed', ended_reason: 'dropped_by_bridge' })
  const hungUp = await dial(t, 'answer', 8)
  hungUp.livekit.hangUpCallee(`call-${hungUp.id}`)
  await hungUp.livekit.waitUntilIdle()
  t.match(await hungUp.read(), { status: 'completed', ended_reason: 'client_initiated' })
})

test('An answer whose report was lost is found by the lookup of a call in LiveKit', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, webhooks, livekit, call } = w
  webhooks.mode = 'lost'
  const campaign = await startCampaign(w, [
    { talkMs: 100_000, fault: { when: 'after', how: { code: 'unavailable', status: 503 } } },
  ])
  const dialer = newDialer(w, t, w.carrier)
  await dialer.step(s.deps.now())
  await dialer.waitForDials()
  const [{ id }] = await campaign.callsNow()
  const callee = () => livekit.rooms.get(`call-${id}`)?.participants.get(`callee-${id}`)
  await waitUntil('the callee has answered', () => callee()?.attributes['sip.callStatus'] === 'active')
  const read = async () => (await call('GET', `/api/calls/${id}`)).body
  for (const sec of [10, 60]) {
    s.setNow(after(sec))
    await rescueStep(s.db, w.carrier, 'w', after(sec))
    t.match(
      await read(),
      {
        status: 'active',
        answered_at: after(10).toISOString(),
        extra_data: { answered_at_is_estimated: true },
      },
      `looked up after ${sec} s`,
    )
  }
})
