// Agents that come late, and workers that are busy: LiveKit sends a job request once, and a late agent opens its room again.
import { test } from 'tap'
import { settleStep } from '../../src/modules/dialing/index.ts'
import type { LivekitOptions } from '../../src/telephony/livekit/livekit-options.ts'
import type { Job } from '../setup/livekit/fake-livekit.ts'
import {
  after,
  newDialer,
  noon,
  runCampaign,
  startCampaign,
  startLivekitWorld,
} from '../setup/livekit/livekit-world.ts'
import { waitUntil } from '../setup/wait-until.ts'

/** A world whose agents connect when the test releases them. `briefs`: the responses to their requests of the brief. */
async function startWithSlowAgents(t: Parameters<typeof startLivekitWorld>[0]) {
  const w = await startLivekitWorld(t)
  const briefs: { status: number; body: { code?: string } }[] = []
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  t.teardown(() => release())
  w.agents.start = () => released
  w.agents.join = async ({ metadata: { call_id, token } }: Job) => {
    const brief = await w.s.request('GET', `/api/calls/${call_id}/brief`, {
      authorization: `Bearer ${token}`,
    })
    briefs.push(brief)
    return brief.status === 200
  }
  const dialOne = async (change: Partial<LivekitOptions>) => {
    const carrier = w.startCarrier(change)
    await w.stopSweeps()
    const campaign = await startCampaign(w, [undefined])
    const dialer = newDialer(w, t, carrier)
    await dialer.step(noon)
    return { carrier, campaign, dialer }
  }
  return { ...w, briefs, release, dialOne }
}

test('A late agent gets no brief for a call that is over, and the room that it opens is deleted', async (t) => {
  const w = await startWithSlowAgents(t)
  const { livekit, briefs } = w
  const { campaign, dialer } = await w.dialOne({ agentWaitMs: 20 })
  await dialer.waitForDials()
  await settleStep(w.s.db, noon)
  const [call] = await campaign.callsNow()
  t.match(call, { status: 'failed', outcome: 'agent_error' })
  t.match(
    call.ended_reason,
    /^a worker took the call, but its agent fetched no brief|^no agent took the call/,
  )
  t.match(await campaign.tasksNow(), [{ status: 'retry', outcome: 'agent_error', attempt_count: 0 }])
  t.equal(livekit.rooms.size, 0)
  w.release()
  await livekit.waitUntilIdle()
  t.match(briefs, [{ status: 409, body: { code: 'call_over' } }])
  t.equal(livekit.rooms.size, 0, 'the webhook that the agent joined shows the room')
  t.equal(livekit.invites.length, 0)
})

test('With room.auto_create off, a late agent cannot open its room again', async (t) => {
  const w = await startWithSlowAgents(t)
  w.livekit.autoCreate = false
  const { campaign, dialer } = await w.dialOne({ agentWaitMs: 20 })
  await dialer.waitForDials()
  w.release()
  await w.livekit.waitUntilIdle()
  t.equal(w.livekit.rooms.size, 0)
  t.same(w.briefs, [])
  w.agents.start = async () => undefined
  await settleStep(w.s.db, noon)
  await w.call('POST', `${campaign.path}/stop`, {})
  const { dialer: next, campaign: second } = await w.dialOne({})
  await next.waitForDials()
  await w.livekit.waitUntilIdle()
  t.match(await second.callsNow(), [{ outcome: 'success' }], 'calls work')
})

test('Without webhooks, the sweep deletes a room that a late agent opened', async (t) => {
  const w = await startWithSlowAgents(t)
  const { livekit, webhooks, s } = w
  webhooks.mode = 'lost'
  const { carrier, dialer } = await w.dialOne({ agentWaitMs: 20 })
  await dialer.waitForDials()
  w.agents.join = async () => true
  w.release()
  await livekit.waitUntilIdle()
  const other = livekit.rooms.size
  t.equal(other, 1, 'the agent has opened the room and stays in it')
  const strangers = `somebody-elses-${other}`
  livekit.rooms.set(strangers, [...livekit.rooms.values()][0] as never)
  s.setNow(after(120))
  await carrier.sweep(after(120))
  t.same([...livekit.rooms.keys()], [strangers], 'rooms of others stay')
  livekit.rooms.delete(strangers)
})

test('A call that every worker refuses is offered again until one takes it', async (t) => {
  const w = await startLivekitWorld(t)
  let refusals = 2
  w.agents.accepts = () => refusals-- <= 0
  const campaign = await startCampaign(w, [undefined])
  await runCampaign(w, t, w.startCarrier({ dispatchAgainMs: 5 }))
  t.match(await campaign.tasksNow(), [{ status: 'completed', outcome: 'success' }])
  t.equal(w.livekit.dispatched, 3)
  t.equal(w.agents.fetchedBriefs, 1, 'one agent joined')
})

test('A call that a worker has taken is not offered again while its agent starts', async (t) => {
  const w = await startWithSlowAgents(t)
  const { livekit } = w
  const { campaign, dialer } = await w.dialOne({ dispatchAgainMs: 1 })
  const looks = () => livekit.requests.filter((method) => method === 'ListDispatch').length
  await waitUntil('the carrier has asked twice whether a worker took the call', () => looks() >= 2)
  w.release()
  await dialer.waitForDials()
  await livekit.waitUntilIdle()
  t.equal(livekit.dispatched, 1)
  t.match(await campaign.callsNow(), [{ outcome: 'success' }])
})

test('The reason states whether a worker took the call', async (t) => {
  const w = await startWithSlowAgents(t)
  w.agents.accepts = () => false
  const refused = await w.dialOne({ agentWaitMs: 300, dispatchAgainMs: 1 })
  await refused.dialer.waitForDials()
  const [call] = await refused.campaign.callsNow()
  t.match(call.ended_reason, /^no agent took the call in 0\.3 s: it was offered \d+ time\(s\)/)
  t.ok(w.livekit.dispatched > 1)
  w.agents.accepts = () => true
  const taken = await w.dialOne({ agentWaitMs: 300, dispatchAgainMs: 1 })
  await taken.dialer.waitForDials()
  t.match(await taken.campaign.callsNow(), [
    { ended_reason: 'a worker took the call, but its agent fetched no brief in 0.3 s' },
  ])
  t.equal(w.livekit.rooms.size, 0)
})

test('Without an answer of LiveKit about its workers, the carrier goes on waiting for the agent', async (t) => {
  const w = await startWithSlowAgents(t)
  const { livekit, errors } = w
  livekit.failRequest = (method) =>
    method === 'ListDispatch' ? { code: 'internal', status: 500 } : undefined
  const { campaign, dialer } = await w.dialOne({ dispatchAgainMs: 1 })
  await waitUntil('a request has failed', () => errors.length > 0)
  w.release()
  await dialer.waitForDials()
  await livekit.waitUntilIdle()
  t.match(await campaign.callsNow(), [{ outcome: 'success' }])
})
