// A service with the LiveKit carrier, a fake LiveKit server, agents, and campaigns for tests.
import type { Test } from 'tap'
import { asOwner } from '../../../src/db/transaction.ts'
import type { Loop } from '../../../src/lib/loop.ts'
import { createCallToken, isBriefFetched } from '../../../src/modules/briefs/index.ts'
import {
  applyCarrierEvents,
  canStillDial,
  Dialer,
  scheduleStep,
  settleStep,
} from '../../../src/modules/dialing/index.ts'
import { exampleConfig } from '../../../src/modules/skillbases/index.ts'
import { LivekitCarrier } from '../../../src/telephony/livekit/livekit-carrier.ts'
import type { LivekitOptions } from '../../../src/telephony/livekit/livekit-options.ts'
import { roomName } from '../../../src/telephony/livekit/rooms.ts'
import { aroundTheClock } from '../example-campaign.ts'
import { startTestService, type TestService } from '../service.ts'
import { type Agents, FakeLivekit, type Job, type Script } from './fake-livekit.ts'

export const noon = new Date('2026-11-23T12:00:00Z')
export const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000)
export const answeringHuman: Script = { fate: 'answer', ringMs: 2, talkMs: 4 }

let numbersUsed = 0
const freshNumber = () => `+79991${String(100_000 + numbersUsed++)}`

export interface WorldOptions {
  /** Replaces the default agents. */
  agents?: (s: TestService) => Agents
  /** The config of the skillbase. */
  config?: object
}

interface TestAgents extends Agents {
  /** True: no worker accepts a job. */
  isAway: boolean
  /** True: agents report no outcome. */
  isSilent: boolean
  /** Number of briefs fetched. */
  fetchedBriefs: number
}

/** Agents that fetch the brief, report two turns, and complete the call with success. */
function defaultAgents(s: TestService): TestAgents {
  const bearer = ({ metadata: { token } }: Job) => ({ authorization: `Bearer ${token}` })
  const agents: TestAgents = {
    isAway: false,
    isSilent: false,
    fetchedBriefs: 0,
    accepts: () => !agents.isAway,
    join: async (job) => {
      const brief = await s.request('GET', `/api/calls/${job.metadata.call_id}/brief`, bearer(job))
      if (brief.status === 200) agents.fetchedBriefs++
      return brief.status === 200
    },
    calleeAnswered: async (job) => {
      const turns = [
        { turn_index: 0, role: 'assistant', content: 'Hello', ttfb_tts: 100, tts_characters: 5 },
        { turn_index: 1, role: 'user', content: 'Yes', eou_latency: 500 },
      ]
      await s.request('POST', `/api/calls/${job.metadata.call_id}/turns`, bearer(job), { turns })
    },
    callEnded: async (job) => {
      if (agents.isSilent) return
      const path = `/api/calls/${job.metadata.call_id}/complete`
      await s.request('POST', path, bearer(job), { outcome: 'success' })
    },
  }
  return agents
}

/** Starts the service, the fake LiveKit and its agents. Everything ends with the test. */
export async function startLivekitWorld(
  t: Test,
  { agents: customAgents, config = exampleConfig }: WorldOptions = {},
) {
  const s = await startTestService(t)
  s.setNow(noon)
  const company = await s.createCompany()
  const call = (method: string, path: string, body?: unknown) =>
    s.request(method, path, company.headers, body)
  const scripts = new Map<string, Script>()
  const agents = defaultAgents(s)
  const webhooks = { mode: 'sent' as 'sent' | 'lost' | 'repeated', statuses: [] as number[] }
  const sendWebhook = async (body: string, authorization: string) => {
    const headers = { authorization, 'content-type': 'application/webhook+json' }
    const { statusCode } = await s.app.inject({ method: 'POST', url: '/api/livekit/webhook', headers, body })
    webhooks.statuses.push(statusCode)
  }
  const livekit = await FakeLivekit.start({
    scriptOf: (number) => scripts.get(number) ?? answeringHuman,
    agents: customAgents?.(s) ?? agents,
    now: () => s.deps.now(),
    webhook: async (body, authorization) => {
      if (webhooks.mode === 'lost') return
      await sendWebhook(body, authorization)
      if (webhooks.mode === 'repeated') await sendWebhook(body, authorization)
    },
  })
  t.teardown(() => livekit.stop())
  const errors: unknown[] = []
  const options: LivekitOptions = {
    db: s.db,
    url: livekit.url,
    apiKey: livekit.apiKey,
    apiSecret: livekit.apiSecret,
    trunkId: 'ST_test',
    agentName: 'new-voice',
    timeoutSec: 20,
    agentWaitMs: 20_000,
    now: () => s.deps.now(),
    createAgentToken: ({ company_id, call_id }) =>
      asOwner(s.db, company_id, (tx) => createCallToken(tx, call_id)),
    isAgentReady: ({ company_id, call_id }) => isBriefFetched(s.db, company_id, call_id),
    canDial: (ref, at) => canStillDial(s.db, ref, roomName(ref), at),
    onError: (error) => void errors.push(error),
  }
  const sweeps: Loop[] = []
  /** Stops the loops of the carriers, for a test that calls sweep() itself. */
  const stopSweeps = () => Promise.all(sweeps.map((loop) => loop.stop()))
  /** Starts the carrier of another process. The service passes webhooks to the carrier started last. */
  const startCarrier = (change: Partial<LivekitOptions> = {}): LivekitCarrier => {
    const carrier = new LivekitCarrier({ ...options, ...change })
    const running = carrier.start((events) => applyCarrierEvents(s.db, events, s.deps.now()))
    sweeps.push(running)
    t.teardown(() => running.stop())
    Object.assign(s.deps, { carrier })
    return carrier
  }
  const carrier = startCarrier()
  const { body: bot } = await call('POST', '/api/skillbases', { name: 'Bot', slug: 'bot', config })
  await call('POST', `/api/skillbases/${bot.id}/publish`, {})
  return {
    s,
    company,
    call,
    scripts,
    agents,
    webhooks,
    livekit,
    errors,
    startCarrier,
    stopSweeps,
    carrier,
    bot,
    sendWebhook,
  }
}

export type LivekitWorld = Awaited<ReturnType<typeof startLivekitWorld>>

export const newDialer = ({ s }: LivekitWorld, t: Test, carrier: LivekitCarrier, worker = 'w') =>
  new Dialer({
    db: s.db,
    carrier,
    worker,
    now: () => s.deps.now(),
    monotonic: () => 0,
    onError: (error) => t.error(error),
  })

/** Starts a campaign with one contact for each script; undefined: the default script. */
export async function startCampaign(
  w: LivekitWorld,
  scripts: (Partial<Script> | undefined)[],
  change: object = {},
) {
  const { call, bot, s } = w
  const { body: created } = await call('POST', '/api/campaigns', {
    name: 'C',
    skillbase_id: bot.id,
    max_concurrent_calls: 100,
    calls_per_minute: 60_000,
    ...aroundTheClock,
    ...change,
  })
  const tasks = scripts.map((script) => {
    const phone_number = freshNumber()
    if (script) w.scripts.set(phone_number, { ...answeringHuman, ...script })
    return { phone_number }
  })
  const path = `/api/campaigns/${created.id}`
  await call('POST', `${path}/tasks`, { tasks })
  await call('POST', `${path}/start`, {})
  await scheduleStep(s.db, s.deps.now())
  const tasksNow = async () => (await call('GET', `${path}/tasks`)).body.items
  const callsNow = async () => (await call('GET', `/api/calls?campaign_id=${created.id}`)).body.items
  const state = async () => (await call('GET', path)).body
  return {
    id: created.id as string,
    path,
    numbers: tasks.map(({ phone_number }) => phone_number),
    tasksNow,
    callsNow,
    state,
  }
}

/** Dials all contacts that may be dialed, waits until their calls have ended, and settles them. */
export async function runCampaign(w: LivekitWorld, t: Test, carrier: LivekitCarrier): Promise<void> {
  const dialer = newDialer(w, t, carrier)
  while ((await dialer.step(w.s.deps.now())) > 0);
  await dialer.waitForDials()
  await w.livekit.waitUntilIdle()
  await settleStep(w.s.db, w.s.deps.now())
}

export const assertOneInvitePerCall = (t: Test, { livekit }: LivekitWorld) => {
  const rooms = livekit.invites.map(({ room }) => room)
  t.equal(new Set(rooms).size, rooms.length, 'no attempt has two INVITEs')
}
