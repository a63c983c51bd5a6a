import { hostname } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { LivekitConfig } from './config.ts'
import type { Db } from './db/client.ts'
import { asOwner } from './db/transaction.ts'
import type { Deps } from './deps.ts'
import { createCallToken, isBriefFetched } from './modules/briefs/index.ts'
import { createKey } from './modules/companies/index.ts'
import { canStillDial } from './modules/dialing/index.ts'
import type { Carrier } from './telephony/carrier.ts'
import { defaultRates, withFaults } from './telephony/simulated/call-plan.ts'
import { simulatedCarrier } from './telephony/simulated/simulated-carrier.ts'
import { webhookCarrier } from './telephony/webhook-carrier.ts'

/** Where agents reach the API. Unless API_URL is set, the URL is known only once this process listens. */
export interface ApiAddress {
  url: string | undefined
}

/** Validity of a simulated agent's key. A new key is created after half of that time. */
const agentKeyTtlMs = 12 * 3_600_000

type CarrierDeps = Omit<Deps, 'carrier' | 'events'>

/** Builds the carrier that CARRIER selects. */
export async function buildCarrier(deps: CarrierDeps, address: ApiAddress): Promise<Carrier> {
  const carrier = await selectCarrier(deps, address)
  return Object.assign(carrier, { reportGraceMs: deps.config.reportGraceMs })
}

async function selectCarrier({ config, db, log, now }: CarrierDeps, address: ApiAddress): Promise<Carrier> {
  if (config.carrier === 'webhook') {
    return webhookCarrier({ url: config.carrierUrl ?? '', secret: config.carrierSecret ?? '', now })
  }
  if (config.livekit !== undefined) return buildLivekitCarrier(config.livekit, db, log, now)
  const keys = new Map<string, { key: Promise<string>; reuseUntil: number }>()
  const keyOf = (company_id: string): Promise<string> => {
    const cached = keys.get(company_id)
    if (cached !== undefined && cached.reuseUntil > now().getTime()) return cached.key
    const key = createAgentKey(db, company_id, now())
    keys.set(company_id, { key, reuseUntil: now().getTime() + agentKeyTtlMs / 2 })
    key.catch(() => keys.delete(company_id))
    return key
  }
  return simulatedCarrier({
    db,
    now,
    seed: config.simulatedSeed,
    speed: config.simulatedSpeed,
    rates: { ...withFaults(defaultRates, config.simulatedFaults), endless: config.simulatedEndless },
    agent: { url: () => address.url, keyOf, speed: config.simulatedSpeed },
    patienceMs: 1_000,
    onError: (error) => log.warn({ error_name: nameOf(error) }, 'simulated call failed'),
  })
}

/** Builds the carrier that places calls through a LiveKit project. Loads the LiveKit SDK on demand. */
async function buildLivekitCarrier(
  project: LivekitConfig,
  db: Db,
  log: FastifyBaseLogger,
  now: Deps['now'],
): Promise<Carrier> {
  const { livekitCarrier } = await import('./telephony/livekit/livekit-carrier.ts')
  const { roomName } = await import('./telephony/livekit/rooms.ts')
  return livekitCarrier({
    ...project,
    db,
    now,
    createAgentToken: ({ company_id, call_id }) =>
      asOwner(db, company_id, (tx) => createCallToken(tx, call_id)),
    isAgentReady: ({ company_id, call_id }) => isBriefFetched(db, company_id, call_id),
    canDial: (call, at) => canStillDial(db, call, roomName(call), at),
    onError: (error) => log.warn({ error_name: nameOf(error) }, 'LiveKit request failed'),
  })
}

/** Only the error's name is logged, because its message may contain a phone number. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

/** Creates an API key of the company. Its simulated agents use it to report over HTTP, as real agents do. */
async function createAgentKey(db: Db, company_id: string, now: Date): Promise<string> {
  const expires_at = new Date(now.getTime() + agentKeyTtlMs)
  const name = `simulated agent (${hostname()} ${process.pid})`.slice(0, 100)
  const { key } = await asOwner(db, company_id, (tx) =>
    createKey(tx, { name, scopes: ['ingest'], expires_at }, now),
  )
  return key
}
