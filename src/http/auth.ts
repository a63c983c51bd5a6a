import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { KeyScope } from '../db/schema/index.ts'
import { malformed, notFound, Refusal } from '../lib/errors.ts'
import { FairQueue } from '../lib/fair-queue.ts'
import { isUuid } from '../lib/uuid.ts'
import { sendProblem } from './problem.ts'

/** The authenticated caller of a request: an API key of a company, the token of one call, or the platform (PLATFORM_KEY). */
export interface Caller {
  /** Undefined for the platform, which names a company in X-Company-Id. */
  company_id: string | undefined
  key_id: string
  /** Only for a call token: the call that it is valid for. */
  call_id?: string | undefined
  scopes: readonly Scope[]
  expires_at: Date | null
  is_company_active: boolean
  /** The company's own rate limit; undefined: the default applies. */
  requests_per_minute: number | undefined
}

/** `call` is the scope of a call token: the agent of one call, on the routes of that call. */
type Scope = KeyScope | 'platform' | 'call'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Scopes of which the caller needs one; `public` needs no key. Required on every /api route. */
    scope?: Scope | readonly Scope[] | 'public'
    /** A WebSocket route. Browsers cannot set headers there, so a ticket (`?ticket=`) replaces the key. */
    isSocket?: boolean
    /** A public route for requests that are signed, such as webhooks of LiveKit. */
    isSigned?: boolean
  }
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

interface AuthOptions {
  /** The caller of the key or token with this SHA-256 (hex); undefined when it is unknown or revoked. */
  findCaller: (keyHash: string) => Promise<Caller | undefined>
  /** The caller that a ticket was issued to; undefined when it is unknown, expired or used. A ticket works once. */
  redeemTicket: (ticket: string) => Promise<Caller | undefined>
  platformKey: string | undefined
  now: () => Date
}

/** How long a caller is cached, ms. A revoked key must stop working within 5 s in every process. */
const callerCacheMs = 3_000
/** The cache is emptied when it is full, so that guessed keys cannot fill the memory. */
const maxCachedCallers = 10_000

/**
 * Lookups of keys in the database at a time, and waiting, per IP address. A lookup takes about 1 ms, so new keys of an
 * address are found even while a stranger guesses keys from it, and the guesses use 2 connections at most.
 */
const lookupsPerIp = 2
const waitingLookupsPerIp = 500

/** Failed authentications of an IP address in a minute that get 401; further ones get 429. A valid key always works. */
const maxFailuresPerMinute = 300

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** The scopes that each scope includes. */
const includedScopes: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  write: ['write', 'read'],
  ingest: ['ingest'],
  call: ['call'],
  admin: ['admin', 'write', 'read', 'ingest'],
  platform: ['platform', 'admin', 'write', 'read', 'ingest'],
}

/** The key or token in the Authorization header; undefined when there is none. */
export const bearerTokenOf = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]

const ticketOf = ({ query }: FastifyRequest): string | undefined => {
  const { ticket } = query as { ticket?: unknown }
  return typeof ticket === 'string' ? ticket : undefined
}

/** Finds callers by their key or ticket. Caches results by the key's hash, including that a key is unknown. */
export class CallerCache {
  private readonly options: AuthOptions
  private readonly cached = new Map<string, { caller: Promise<Caller | undefined>; until: number }>()
  private readonly platformHash: Buffer | undefined
  private readonly lookups = new FairQueue({ concurrency: lookupsPerIp, maxWaiting: waitingLookupsPerIp })

  constructor(options: AuthOptions) {
    this.options = options
    this.platformHash =
      options.platformKey === undefined ? undefined : Buffer.from(hashOf(options.platformKey), 'hex')
  }

  /**
   * The caller of a key or token; undefined when it is unknown or revoked.
   *
   * @throws Refusal 'unavailable' when too many keys of this IP address are being looked up
   */
  async find(secret: string, ip: string): Promise<Caller | undefined> {
    const hash = hashOf(secret)
    if (this.platformHash !== undefined && timingSafeEqual(Buffer.from(hash, 'hex'), this.platformHash))
      return platformCaller
    const now = this.options.now().getTime()
    const cached = this.cached.get(hash)
    if (cached !== undefined && cached.until > now) return cached.caller
    return this.load(hash, now + callerCacheMs, ip)
  }

  /** The caller that a ticket was issued to; undefined when it is not valid. A ticket works once. */
  redeem(ticket: string): Promise<Caller | undefined> {
    return this.options.redeemTicket(ticket)
  }

  private async load(hash: string, until: number, ip: string): Promise<Caller | undefined> {
    if (this.cached.size >= maxCachedCallers) this.cached.clear()
    const caller = this.lookups.run(ip, () => this.options.findCaller(hash))
    this.cached.set(hash, { caller, until })
    try {
      return await caller
    } catch (error) {
      this.cached.delete(hash)
      throw error
    }
  }
}

export const platformCaller: Caller = {
  company_id: undefined,
  key_id: 'platform',
  scopes: ['platform'],
  expires_at: null,
  is_company_active: true,
  requests_per_minute: undefined,
}

/**
 * Authenticates and authorizes every request before its body is read, and sets `request.caller`.
 *
 * @throws when an /api route without a scope is registered
 */
export function registerAuthentication(app: FastifyInstance, callers: CallerCache, now: () => Date): void {
  app.decorateRequest('caller', undefined)
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.url.startsWith('/api') && route.config?.scope === undefined) {
      throw new Error(`The route ${String(route.method)} ${route.url} has no config.scope.`)
    }
  })
  const countFailure = app.createRateLimit({
    max: maxFailuresPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => ip,
  })
  app.addHook('onRequest', async (request, reply) => {
    const scope = request.routeOptions.config.scope
    if (scope === undefined || scope === 'public') return
    const credential = credentialOf(request)
    const caller = credential && (await authenticate(credential, request.ip, callers, now()))
    if (caller !== undefined) {
      authorize(request, caller, typeof scope === 'string' ? [scope] : scope)
      return
    }
    // A request without a key costs no lookup.
    const failures = credential && (await countFailure(request))
    if (failures === undefined || failures.isAllowed || !failures.isExceeded) {
      const detail = unauthenticatedDetails[credential?.kind ?? 'none']
      return sendProblem(request, reply, { status: 401, code: 'unauthenticated', detail })
    }
    return sendProblem(request, reply, {
      status: 429,
      code: 'rate_limited',
      detail: `Your address sent more than ${maxFailuresPerMinute} wrong keys in a minute. Check the key, and wait for the number of seconds in the Retry-After header.`,
      retryAfter: failures.ttlInSeconds,
    })
  })
}

/** What a request authenticates with: a key or token, or on a WebSocket a ticket. */
type Credential = { kind: 'key' | 'ticket'; secret: string }

function credentialOf(request: FastifyRequest): Credential | undefined {
  const key = bearerTokenOf(request)
  if (key !== undefined) return { kind: 'key', secret: key }
  const ticket = request.routeOptions.config.isSocket ? ticketOf(request) : undefined
  return ticket === undefined ? undefined : { kind: 'ticket', secret: ticket }
}

const unauthenticatedDetails: Record<Credential['kind'] | 'none', string> = {
  key: 'The key or token in the Authorization header is unknown, revoked or expired.',
  ticket:
    'The ticket is unknown, expired or already used. A ticket opens one WebSocket within 30 s. Request a new one with POST /api/live/tickets.',
  none: 'The request has no key. Send the header Authorization: Bearer <key>.',
}

/** The caller of a credential; undefined when it is not valid. */
async function authenticate(
  { kind, secret }: Credential,
  ip: string,
  callers: CallerCache,
  now: Date,
): Promise<Caller | undefined> {
  const caller = await (kind === 'key' ? callers.find(secret, ip) : callers.redeem(secret))
  return caller?.expires_at && caller.expires_at <= now ? undefined : caller
}

/** Sets `request.caller`. @throws Refusal when the caller may not use the route, or names another company */
function authorize(request: FastifyRequest, caller: Caller, accepted: readonly Scope[]): void {
  if (!caller.is_company_active) {
    const detail = 'This company is deactivated. Ask the operator of the platform to activate it.'
    throw new Refusal('forbidden', 'company_inactive', detail)
  }
  if (!caller.scopes.some((scope) => includedScopes[scope].some((included) => accepted.includes(included)))) {
    const detail = `This operation needs a key with the scope ${accepted.join(' or ')}. Scopes of this key: ${caller.scopes.join(', ')}.`
    throw new Refusal('forbidden', 'scope_missing', detail)
  }
  const { id } = request.params as { id?: string }
  if (caller.call_id !== undefined && id !== undefined && !isSameId(id, caller.call_id))
    throw notFound('call')
  const companyHeader = request.headers['x-company-id']
  if (
    caller.company_id !== undefined &&
    companyHeader !== undefined &&
    !isSameId(companyHeader, caller.company_id)
  ) {
    const detail = 'X-Company-Id names a company that this key does not belong to. Remove the header.'
    throw new Refusal('not_found', 'company_not_found', detail)
  }
  request.caller = caller
}

const isSameId = (value: string | string[], id: string) =>
  typeof value === 'string' && value.toLowerCase() === id.toLowerCase()

/**
 * What a request counts for in the rate limit: its company, so that more keys do not give more requests, or the platform.
 * Requests without a key count for their IP address, those to routes of signed webhooks apart from others.
 */
export function rateLimitKey({ caller, ip, routeOptions }: FastifyRequest): string {
  if (caller !== undefined) return caller.company_id ?? caller.key_id
  return routeOptions.config.isSigned ? `webhooks of ${ip}` : ip
}

/** The rate limit of the caller's company; undefined: the default applies. */
export const requestsPerMinuteOf = (request: FastifyRequest): number | undefined =>
  request.caller?.requests_per_minute

/**
 * The company that a request acts for: the key's own, or for the platform the one in X-Company-Id. A key whose
 * X-Company-Id names another company was already rejected by `authorize`.
 *
 * @throws Refusal 'malformed' when the platform names no company
 */
export function companyOf(request: FastifyRequest): string {
  const caller = callerOf(request)
  const companyHeader = request.headers['x-company-id']
  if (caller.company_id !== undefined) return caller.company_id
  if (typeof companyHeader === 'string' && isUuid(companyHeader)) return companyHeader
  throw malformed(
    'company_unnamed',
    'The platform key needs the header X-Company-Id with the UUID of the company to act for.',
  )
}

/**
 * Handles a `company_id` in a query or a body. It may name the company that the request acts for anyway; for the platform
 * without X-Company-Id it names the company, like the header. Returns false when the operation is not one of
 * a company, or the platform sent no UUID.
 *
 * @throws Refusal 'forbidden' when it names another company
 */
export function nameCompany(request: FastifyRequest, company_id: string): boolean {
  const { caller, headers } = request
  if (caller === undefined || [request.routeOptions.config.scope].flat().includes('platform')) return false
  const named = caller.company_id ?? headers['x-company-id']
  if (named === undefined) {
    if (!isUuid(company_id)) return false
    request.caller = { ...caller, company_id: company_id.toLowerCase() }
    return true
  }
  if (isSameId(named, company_id)) return true
  const detail =
    '`company_id` names a company that the request does not act for. Leave it out, or use a key of that company.'
  throw new Refusal('forbidden', 'other_company', detail, [{ pointer: '/company_id', detail }])
}

/** @throws when the route is public, so that no caller is known: a bug in the route */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error('callerOf() was called by a public route.')
  return request.caller
}

/** The id of the caller's key as rows store it; null for the platform, whose key has no row. */
export function storedKeyIdOf(request: FastifyRequest): string | null {
  const { key_id } = callerOf(request)
  return key_id === platformCaller.key_id ? null : key_id
}
