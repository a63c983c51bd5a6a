// Trunks and bridges that fail without a SIP status, and what a look at the ringing callee shows.
import { type Test, test } from 'tap'
import { breakerStep, settleStep } from '../../src/modules/dialing/index.ts'
import { lookTimes } from '../../src/telephony/livekit/ring-watch.ts'
import type { Script } from '../setup/livekit/fake-livekit.ts'
import {
  after,
  type LivekitWorld,
  newDialer,
  noon,
  runCampaign,
  startCampaign,
  startLivekitWorld,
} from '../setup/livekit/livekit-world.ts'
import { waitUntil } from '../setup/wait-until.ts'

/** Dials one contact, and waits for the result of the dial request. */
async function dialOne(w: LivekitWorld, t: Test, script: Partial<Script>, carrier = w.carrier) {
  const campaign = await startCampaign(w, [script])
  const dialer = newDialer(w, t, carrier)
  await dialer.step(w.s.deps.now())
  await dialer.waitForDials()
  return campaign
}

test('A request that no SIP bridge took dialed nothing: it frees its slot at once and uses up no attempt', async (t) => {
  const w = await startLivekitWorld(t)
  const texts: [msg: string, outcome: string, reason: RegExp][] = [
    ['no response from servers', 'carrier_error', /no SIP bridge took the request/],
    ['no servers available', 'carrier_error', /no SIP bridge took the request/],
    ['cpu exhausted', 'no_capacity', /the SIP bridge has no CPU left/],
  ]
  for (const [msg, outcome, ended_reason] of texts) {
    const how = { code: 'unavailable', status: 503, msg }
    const campaign = await dialOne(w, t, { fault: { when: 'before', how } })
    await settleStep(w.s.db, noon)
    t.match(await campaign.callsNow(), [{ status: 'failed', outcome, ended_reason }], msg)
    t.match(await campaign.tasksNow(), [{ status: 'retry', outcome, attempt_count: 0 }], msg)
    await w.call('POST', `${campaign.path}/stop`, {})
  }
  t.equal((await w.s.db.client`select 1 from leases`).length, 0)
  const other = { code: 'unavailable', status: 503, msg: 'connection reset by peer' }
  const campaign = await dialOne(w, t, { fault: { when: 'before', how: other } })
  t.match(await campaign.callsNow(), [{ status: 'dialing' }], 'any other text is ambiguous')
})

test('A LiveKit server without SIP dialed nothing: the campaign is paused and no attempt is used up', async (t) => {
  const w = await startLivekitWorld(t)
  const how = { code: 'internal', status: 500, msg: 'sip not connected (redis required)' }
  const campaign = await startCampaign(w, [{ fault: { when: 'before', how } }])
  await runCampaign(w, t, w.carrier)
  t.match(await campaign.state(), { status: 'paused', status_reason: /LiveKit has no SIP.* without Redis/ })
  t.match(await campaign.tasksNow(), [{ status: 'retry', outcome: 'carrier_error', attempt_count: 0 }])
})

test('A trunk that does not answer at all is a fault of the carrier, and a phone that rings out is not', async (t) => {
  const w = await startLivekitWorld(t)
  const carrier = w.startCarrier({ lookTimes: () => [1, 5] })
  const ringing = await dialOne(w, t, { fate: 'no_answer', ringMs: 3_000 }, carrier)
  await settleStep(w.s.db, noon)
  t.match(await ringing.tasksNow(), [{ status: 'retry', outcome: 'no_answer', attempt_count: 1 }])
  await w.call('POST', `${ringing.path}/stop`, {})

  const silent = await startCampaign(
    w,
    Array.from({ length: 5 }, () => ({ fate: 'silent' as const, ringMs: 3_000 })),
  )
  w.s.setNow(after(5))
  await runCampaign(w, t, carrier)
  for (const task of await silent.tasksNow())
    t.match(task, { status: 'retry', outcome: 'carrier_error', attempt_count: 0 })
  t.match((await silent.callsNow())[0], { ended_reason: 'the trunk did not answer' })
  t.equal(await breakerStep(w.s.db, after(6)), 1)
  t.match(await silent.state(), { status: 'paused', status_reason: /most often with carrier_error/ })
})

test('A phone of which nothing is known may have rung', async (t) => {
  const w = await startLivekitWorld(t)
  const carrier = w.startCarrier({ lookTimes: () => [1, 5] })
  w.livekit.failRequest = (method) =>
    method === 'ListParticipants' ? { code: 'internal', status: 500 } : undefined
  const campaign = await dialOne(w, t, { fate: 'silent', ringMs: 3_000 }, carrier)
  await settleStep(w.s.db, noon)
  t.match(await campaign.tasksNow(), [{ outcome: 'no_answer', attempt_count: 1 }])
  t.equal(w.errors.length, 2)
})

test('A call is `ringing` from when its phone rings, which LiveKit reports in no webhook', async (t) => {
  const w = await startLivekitWorld(t)
  const carrier = w.startCarrier({ lookTimes: () => [1, 5, 10] })
  const campaign = await startCampaign(w, [{ ringMs: 100_000 }])
  const dialer = newDialer(w, t, carrier)
  await dialer.step(noon)
  const read = async () => (await campaign.callsNow())[0]
  await waitUntil('the call rings', async () => (await read()).status === 'ringing')
  await w.call('POST', `${campaign.path}/stop?hang_up=true`, {})
  await carrier.hangUp({ company_id: w.company.id, call_id: (await read()).id })
  await dialer.waitForDials()
})

test('A ringing phone is looked at often at first, and once right before the ring limit', async (t) => {
  t.same(lookTimes(30_000), [1_000, 3_000, 6_000, 10_000, 15_000, 20_000, 25_000, 29_000])
  t.same(lookTimes(5_000), [1_000, 3_000, 4_000])
})

test('LiveKit gets a limit that contains ringing and conversation, and time to respond', async (t) => {
  const w = await startLivekitWorld(t)
  const timeouts = t.capture(AbortSignal, 'timeout', AbortSignal.timeout)
  const campaign = await startCampaign(w, [undefined], { max_call_duration_sec: 120, ring_timeout_sec: 40 })
  await runCampaign(w, t, w.carrier)
  t.match(await campaign.tasksNow(), [{ outcome: 'success' }])
  t.match(w.livekit.invites, [{ ringSec: 40, maxSec: 120 + 40 + 30 }])
  t.ok(timeouts().some(({ args: [ms] }) => ms === (40 + 15) * 1000))
})
