import { hostname } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { Config, LivekitConfig } from './config.ts'
import type { Db } from './db/client.ts'
import { asOwner } from './db/transaction.ts'
import { createCallToken, isBriefFetched } from './modules/briefs/index.ts'
import { createKey } from './modules/companies/index.ts'
import { canStillDial } from './modules/dialing/index.ts'
import type { Carrier } from './telephony/carrier.ts'
import { defaultRates, withFaults } from './telephony/simulated/call-plan.ts'
import { simulatedCarrier } from './telephony/simulated/simulated-carrier.ts'
import { webhookCarrier } from './telephony/webhook-carrier.ts'

/** Where agents reach the API; known when the process listens, where it serves it itself. */
export interface ApiAddress {
  url: string | undefined
}

/** A key of a simulated agent is made anew after so long, ms. */
const keyMs = 12 * 3_600_000

/** The carrier that the configuration asks for. */
export async function buildCarrier(
  config: Config,
  db: Db,
  log: FastifyBaseLogger,
  at: ApiAddress,
): Promise<Carrier> {
  const now = () => new Date()
  if (config.carrier === 'webhook') {
    return webhookCarrier({ url: config.carrierUrl ?? '', secret: config.carrierSecret ?? '', now })
  }
  if (config.livekit !== undefined) return livekit(config.livekit, db, log)
  const keys = new Map<string, { key: Promise<string>; until: number }>()
  const keyOf = (company_id: string): Promise<string> => {
    const known = keys.get(company_id)
    if (known !== undefined && known.until > Date.now()) return known.key
    const key = makeKey(db, company_id, now())
    keys.set(company_id, { key, until: Date.now() + keyMs / 2 })
    key.catch(() => keys.delete(company_id))
    return key
  }
  return simulatedCarrier({
    db,
    now,
    seed: config.simulatedSeed,
    speed: config.simulatedSpeed,
    rates: withFaults(defaultRates, config.simulatedFaults),
    agent: { url: () => at.url, keyOf, speed: config.simulatedSpeed },
    onError: (error) =>
      log.warn({ fault: error instanceof Error ? error.name : 'unknown' }, 'a simulated call met a fault'),
  })
}

/** Calls through a LiveKit project, spoken by agents that are registered there. Its SDK is loaded by who uses it. */
async function livekit(project: LivekitConfig, db: Db, log: FastifyBaseLogger): Promise<Carrier> {
  const { livekitCarrier } = await import('./telephony/livekit/livekit-carrier.ts')
  const { roomName: roomOf } = await import('./telephony/livekit/rooms.ts')
  return livekitCarrier({
    ...project,
    db,
    now: () => new Date(),
    createAgentToken: ({ company_id, call_id }) =>
      asOwner(db, company_id, (tx) => createCallToken(tx, call_id)),
    isAgentReady: ({ company_id, call_id }) => isBriefFetched(db, company_id, call_id),
    canDial: (call, at) => canStillDial(db, call, roomOf(call), at),
    onError: (error) =>
      log.warn({ fault: error instanceof Error ? error.name : 'unknown' }, 'LiveKit met a fault'),
  })
}

/** Simulated agents report over HTTP as any agent does, with a key of the company's. */
async function makeKey(db: Db, company_id: string, now: Date): Promise<string> {
  const expires_at = new Date(now.getTime() + keyMs)
  const name = `simulated agent (${hostname()} ${process.pid})`.slice(0, 100)
  const { key } = await asOwner(db, company_id, (tx) =>
    createKey(tx, { name, scopes: ['ingest'], expires_at }, now),
  )
  return key
}
