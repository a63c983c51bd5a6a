// A campaign's world with LiveKit: the service, a stand-in for LiveKit, agents, and what a test does with them.
import type { Test } from 'tap'
import { asOwner } from '../../src/db/transaction.ts'
import { isBriefed, makeCallToken } from '../../src/modules/briefs/index.ts'
import {
  Dialer,
  mayStillDial,
  scheduleStep,
  settleStep,
  takeCarrierEvents,
} from '../../src/modules/dialing/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { LivekitCarrier, type LivekitOptions } from '../../src/telephony/livekit/livekit.ts'
import { roomOf } from '../../src/telephony/livekit/rooms.ts'
import { type Agents, type Job, LivekitStandIn, type Script } from './livekit.ts'
import { type Service, startService } from './service.ts'

export const noon = new Date('2026-11-23T12:00:00Z')
export const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000)
export const human: Script = { fate: 'answer', ring: 2, talk: 4 }

let counted = 0
export const freshNumber = () => `+79991${String(100_000 + counted++)}`

export interface Staged {
  /** Who plays the agents, instead of ones that do what agents do. */
  agents?: (s: Service) => Agents
  /** Of the bot. */
  config?: object
}

/** A service, a LiveKit that is a stand-in, and agents that do what agents do. */
export async function world(t: Test, { agents: others, config = exampleConfig }: Staged = {}) {
  const s = await startService(t)
  s.setNow(noon)
  const company = await s.company()
  const call = (method: string, path: string, body?: unknown) => s.call(method, path, company.headers, body)
  const scripts = new Map<string, Script>()
  const agents: Agents & { isAway: boolean; isMute: boolean; briefs: number } = {
    isAway: false,
    isMute: false,
    briefs: 0,
    join: async ({ metadata: { call_id, token } }: Job) => {
      if (agents.isAway) return false
      const brief = await s.call('GET', `/api/calls/${call_id}/brief`, { authorization: `Bearer ${token}` })
      agents.briefs++
      return brief.status === 200
    },
    talk: async ({ metadata: { call_id, token } }: Job) => {
      const mine = { authorization: `Bearer ${token}` }
      const turns = [
        { turn_index: 0, role: 'assistant', content: 'Hello', ttfb_tts: 100, tts_characters: 5 },
        { turn_index: 1, role: 'user', content: 'Yes', eou_latency: 500 },
      ]
      await s.call('POST', `/api/calls/${call_id}/turns`, mine, { turns })
    },
    over: async ({ metadata: { call_id, token } }: Job) => {
      if (agents.isMute) return
      const mine = { authorization: `Bearer ${token}` }
      await s.call('POST', `/api/calls/${call_id}/complete`, mine, { outcome: 'success' })
    },
  }
  const webhooks = { mode: 'sent' as 'sent' | 'lost' | 'doubled', answers: [] as number[] }
  const hear = async (body: string, authorization: string) => {
    const headers = { authorization, 'content-type': 'application/webhook+json' }
    const { statusCode } = await s.app.inject({ method: 'POST', url: '/api/livekit/webhook', headers, body })
    webhooks.answers.push(statusCode)
  }
  const livekit = await LivekitStandIn.start({
    scriptOf: (number) => scripts.get(number) ?? human,
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
    tokenFor: (of) => asOwner(s.db, of.company_id, (tx) => makeCallToken(tx, of.call_id)),
    isBriefed: (of) => isBriefed(s.db, of.company_id, of.call_id),
    mayDial: (of, at) => mayStillDial(s.db, of, roomOf(of), at),
    onFault: (error) => void faults.push(error),
  }
  /** A process's carrier; the service hears webhooks by the last one made. */
  const process = (change: Partial<LivekitOptions> = {}): LivekitCarrier => {
    const carrier = new LivekitCarrier({ ...options, ...change })
    const heard = carrier.listen((events) => takeCarrierEvents(s.db, events, s.deps.now()))
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

export type World = Awaited<ReturnType<typeof world>>

export const dialerOf = ({ s }: World, t: Test, carrier: LivekitCarrier, worker = 'w') =>
  new Dialer({
    ...{ db: s.db, carrier, worker, now: () => s.deps.now(), monotonic: () => 0 },
    onFault: (error) => t.error(error),
  })

/** A running campaign with a contact for each script. */
export async function campaign(w: World, scripts: (Partial<Script> | undefined)[], change: object = {}) {
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
    if (script) w.scripts.set(phone_number, { ...human, ...script })
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
export async function run(w: World, t: Test, carrier: LivekitCarrier): Promise<void> {
  const dialer = dialerOf(w, t, carrier)
  while ((await dialer.step(w.s.deps.now())) > 0);
  await dialer.settled()
  await w.livekit.settled()
  await settleStep(w.s.db, w.s.deps.now())
}

export const nobodyTwice = (t: Test, { livekit }: World) => {
  const rooms = livekit.invites.map(({ room }) => room)
  t.equal(new Set(rooms).size, rooms.length, 'no attempt has two INVITEs')
}
