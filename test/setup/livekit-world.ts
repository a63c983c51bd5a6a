// A campaign's world with LiveKit: the service, a stand-in for LiveKit, agents, and what a test does with them.
import type { Test } from 'tap'
import { asOwner } from '../../src/db/transaction.ts'
import { createCallToken, isBriefFetched } from '../../src/modules/briefs/index.ts'
import {
  applyCarrierEvents,
  canStillDial,
  Dialer,
  scheduleStep,
  settleStep,
} from '../../src/modules/dialing/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { LivekitCarrier, type LivekitOptions } from '../../src/telephony/livekit/livekit-carrier.ts'
import { roomName } from '../../src/telephony/livekit/rooms.ts'
import { type Agents, FakeLivekit, type Job, type Script } from './fake-livekit.ts'
import { startTestService, type TestService } from './service.ts'

export const noon = new Date('2026-11-23T12:00:00Z')
export const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000)
export const answeringHuman: Script = { fate: 'answer', ringMs: 2, talkMs: 4 }

let counted = 0
export const freshNumber = () => `+79991${String(100_000 + counted++)}`

export interface WorldOptions {
  /** Who plays the agents, instead of ones that do what agents do. */
  agents?: (s: TestService) => Agents
  /** Of the bot. */
  config?: object
}

/** A service, a LiveKit that is a stand-in, and agents that do what agents do. */
export async function startLivekitWorld(
  t: Test,
  { agents: others, config = exampleConfig }: WorldOptions = {},
) {
  const s = await startTestService(t)
  s.setNow(noon)
  const company = await s.createCompany()
  const call = (method: string, path: string, body?: unknown) =>
    s.request(method, path, company.headers, body)
  const scripts = new Map<string, Script>()
  const agents: Agents & { isAway: boolean; isMute: boolean; briefs: number } = {
    isAway: false,
    isMute: false,
    briefs: 0,
    join: async ({ metadata: { call_id, token } }: Job) => {
      if (agents.isAway) return false
      const brief = await s.request('GET', `/api/calls/${call_id}/brief`, {
        authorization: `Bearer ${token}`,
      })
      agents.briefs++
      return brief.status === 200
    },
    calleeAnswered: async ({ metadata: { call_id, token } }: Job) => {
      const mine = { authorization: `Bearer ${token}` }
      const turns = [
        { turn_index: 0, role: 'assistant', content: 'Hello', ttfb_tts: 100, tts_characters: 5 },
        { turn_index: 1, role: 'user', content: 'Yes', eou_latency: 500 },
      ]
      await s.request('POST', `/api/calls/${call_id}/turns`, mine, { turns })
    },
    callEnded: async ({ metadata: { call_id, token } }: Job) => {
      if (agents.isMute) return
      const mine = { authorization: `Bearer ${token}` }
      await s.request('POST', `/api/calls/${call_id}/complete`, mine, { outcome: 'success' })
    },
  }
  const webhooks = { mode: 'sent' as 'sent' | 'lost' | 'doubled', answers: [] as number[] }
  const hear = async (body: string, authorization: string) => {
    const headers = { authorization, 'content-type': 'application/webhook+json' }
    const { statusCode } = await s.app.inject({ method: 'POST', url: '/api/livekit/webhook', headers, body })
    webhooks.answers.push(statusCode)
  }
  const livekit = await FakeLivekit.start({
    scriptOf: (number) => scripts.get(number) ?? answeringHuman,
    agents: others?.(s) ?? agents,
    webhook: async (body, authorization) => {
      if (webhooks.mode === 'lost') return
      await hear(body, authorization)
      if (webhooks.mode === 'doubled') await hear(body, authorization)
    },
  })
  t.teardown(() => livekit.stop())
  const faults: unknown[] = []
  const options: LivekitOptions = {
    ...{ db: s.db, url: livekit.url, apiKey: livekit.apiKey, apiSecret: livekit.apiSecret },
    ...{ trunkId: 'ST_test', agentName: 'new-voice', timeoutSec: 20, agentWaitMs: 20_000 },
    now: () => s.deps.now(),
    createAgentToken: (of) => asOwner(s.db, of.company_id, (tx) => createCallToken(tx, of.call_id)),
    isAgentReady: (of) => isBriefFetched(s.db, of.company_id, of.call_id),
    canDial: (of, at) => canStillDial(s.db, of, roomName(of), at),
    onError: (error) => void faults.push(error),
  }
  /** A process's carrier; the service hears webhooks by the last one made. */
  const process = (change: Partial<LivekitOptions> = {}): LivekitCarrier => {
    const carrier = new LivekitCarrier({ ...options, ...change })
    const heard = carrier.start((events) => applyCarrierEvents(s.db, events, s.deps.now()))
    t.teardown(() => heard.stop())
    Object.assign(s.deps, { carrier })
    return carrier
  }
  const carrier = process()
  // The route asks for it when the service is built.
  const { body: bot } = await call('POST', '/api/skillbases', {
    name: 'Bot',
    slug: 'bot',
    config,
  })
  await call('POST', `/api/skillbases/${bot.id}/publish`, {})
  return { s, company, call, scripts, agents, webhooks, livekit, faults, process, carrier, bot, hear }
}

export type LivekitWorld = Awaited<ReturnType<typeof startLivekitWorld>>

export const newDialer = ({ s }: LivekitWorld, t: Test, carrier: LivekitCarrier, worker = 'w') =>
  new Dialer({
    ...{ db: s.db, carrier, worker, now: () => s.deps.now(), monotonic: () => 0 },
    onError: (error) => t.error(error),
  })

/** A running campaign with a contact for each script. */
export async function startCampaign(
  w: LivekitWorld,
  scripts: (Partial<Script> | undefined)[],
  change: object = {},
) {
  const { call, bot, s } = w
  const body = {
    name: 'C',
    skillbase_id: bot.id,
    max_concurrent_calls: 100,
    calls_per_minute: 60_000,
    ...change,
  }
  const { body: made } = await call('POST', '/api/campaigns', body)
  const tasks = scripts.map((script) => {
    const phone_number = freshNumber()
    if (script) w.scripts.set(phone_number, { ...answeringHuman, ...script })
    return { phone_number }
  })
  const path = `/api/campaigns/${made.id}`
  await call('POST', `${path}/tasks`, { tasks })
  await call('POST', `${path}/start`, {})
  await scheduleStep(s.db, s.deps.now())
  const tasksNow = async () => (await call('GET', `${path}/tasks`)).body.items
  const callsNow = async () => (await call('GET', `/api/calls?campaign_id=${made.id}`)).body.items
  const state = async () => (await call('GET', path)).body
  return {
    id: made.id as string,
    path,
    numbers: tasks.map(({ phone_number }) => phone_number),
    tasksNow,
    callsNow,
    state,
  }
}

/** Dials all that may be dialed, and lets everything come to its end. */
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
