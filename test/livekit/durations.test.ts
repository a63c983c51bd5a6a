import { type Test, test } from 'tap'
import { rescueStep, settleStep } from '../../src/modules/dialing/index.ts'
import type { Script } from '../setup/livekit/fake-livekit.ts'
import { after, newDialer, startCampaign, startLivekitWorld } from '../setup/livekit/livekit-world.ts'
import { waitUntil } from '../setup/wait-until.ts'

/**
 * Dials one contact. The agent is ready after 3 s, and the phone rings until `ringsUntil`, in seconds after noon.
 */
async function dial(t: Test, fate: Script['fate'], ringsUntil: number) {
  const w = await startLivekitWorld(t)
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
  const { read } = await dial(t, 'no_answer', 33)
  t.match(await read(), { outcome: 'no_answer', is_answered: false, ring_sec: 30, duration_sec: null })
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
      { status: 'active', answered_at: after(10).toISOString() },
      `looked up after ${sec} s`,
    )
  }
})
