import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { KeyScope } from '../db/schema/index.ts'
import { malformed, notFound, Refusal } from '../lib/errors.ts'
import { sendProblem } from './problem.ts'

/** Who is asking: a key of one company, or the platform (PLATFORM_KEY). */
export interface Caller {
  /** Absent for the platform: it names a company with X-Company-Id. */
  company_id: string | undefined
  key_id: string
  /** The one call that a token stands for. */
  call_id?: string | undefined
  scopes: readonly Scope[]
  expires_at: Date | null
  is_company_active: boolean
  requests_per_minute: number | undefined
}

/** `call`: the agent of one call, by its token, on routes of that call. */
export type Scope = KeyScope | 'platform' | 'call'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: any one of these scopes is enough. `public` needs no key. Every /api route names it. */
    scope?: Scope | readonly Scope[] | 'public'
    /** It is opened by an upgrade, and a ticket (`?ticket=`) stands for a key: a browser can send no header. */
    isSocket?: boolean
    /** What a 2xx of this route is called in its example; see openapi.ts. */
    example?: unknown
  }
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

export interface AuthOptions {
  /** The caller whose key has this SHA-256 (hex), if there is one that is neither revoked nor unknown. */
  findCaller: (keyHash: string) => Promise<Caller | undefined>
  /** The caller that a ticket stands for, which is used up by that. */
  redeemTicket: (ticket: string) => Promise<Caller | undefined>
  platformKey: string | undefined
  now: () => Date
}

/** A revocation holds within 5 s in every process: nothing is remembered for longer than this. */
export const callerCacheMs = 3_000
const mostRemembered = 10_000

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** `admin` may do everything in its company, `write` may read. */
const implied: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  write: ['write', 'read'],
  ingest: ['ingest'],
  call: ['call'],
  admin: ['admin', 'write', 'read', 'ingest'],
  platform: ['platform', 'admin', 'write', 'read', 'ingest'],
}

/** The key or token that a request came with. */
export const bearerTokenOf = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]

const ticketOf = ({ query }: FastifyRequest): string | undefined => {
  const { ticket } = query as { ticket?: unknown }
  return typeof ticket === 'string' ? ticket : undefined
}

/** Callers by the hash of their key, for a few seconds; who is unknown is remembered too. */
export class CallerCache {
  private readonly options: AuthOptions
  private readonly known = new Map<string, { caller: Promise<Caller | undefined>; until: number }>()
  private readonly platformHash: Buffer | undefined

  constructor(options: AuthOptions) {
    this.options = options
    this.platformHash =
      options.platformKey === undefined ? undefined : Buffer.from(hashOf(options.platformKey), 'hex')
  }

  async find(secret: string): Promise<Caller | undefined> {
    const hash = hashOf(secret)
    if (this.platformHash !== undefined && timingSafeEqual(Buffer.from(hash, 'hex'), this.platformHash))
      return platformCaller
    const now = this.options.now().getTime()
    const remembered = this.known.get(hash)
    if (remembered !== undefined && remembered.until > now) return remembered.caller
    return this.ask(hash, now + callerCacheMs)
  }

  redeem(ticket: string): Promise<Caller | undefined> {
    return this.options.redeemTicket(ticket)
  }

  private async ask(hash: string, until: number): Promise<Caller | undefined> {
    if (this.known.size >= mostRemembered) this.known.clear()
    const caller = this.options.findCaller(hash)
    this.known.set(hash, { caller, until })
    try {
      return await caller
    } catch (error) {
      this.known.delete(hash)
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

/** Refuses whoever may not call a route, before its body is read. A route under /api that names no scope is a fault of ours. */
export function registerAuthentication(app: FastifyInstance, callers: CallerCache, now: () => Date): void {
  app.decorateRequest('caller', undefined)
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.url.startsWith('/api') && route.config?.scope === undefined) {
      throw new Error(`${String(route.method)} ${route.url} names no scope`)
    }
  })
  app.addHook('onRequest', async (request, reply) => {
    const scope = request.routeOptions.config.scope
    if (scope === undefined || scope === 'public') return
    return authorize(request, reply, callers, typeof scope === 'string' ? [scope] : scope, now())
  })
}

async function authorize(
  request: FastifyRequest,
  reply: FastifyReply,
  callers: CallerCache,
  wanted: readonly Scope[],
  now: Date,
): Promise<FastifyReply | undefined> {
  const secret = bearerTokenOf(request)
  const ticket = request.routeOptions.config.isSocket ? ticketOf(request) : undefined
  const caller = secret !== undefined ? await callers.find(secret) : ticket && (await callers.redeem(ticket))
  if (!caller || (caller.expires_at !== null && caller.expires_at <= now)) {
    const detail =
      secret !== undefined
        ? 'This key is not known: it may have been revoked, or have expired.'
        : ticket !== undefined
          ? 'This ticket is not known: each opens one socket, within 30 s. Ask for another.'
          : 'Send your key: Authorization: Bearer <key>.'
    return sendProblem(request, reply, { status: 401, code: 'unauthenticated', detail })
  }
  if (!caller.is_company_active) {
    throw new Refusal(
      'forbidden',
      'company_inactive',
      'This company is switched off: ask the operator of the platform.',
    )
  }
  if (!caller.scopes.some((scope) => implied[scope].some((has) => wanted.includes(has)))) {
    throw new Refusal(
      'forbidden',
      'scope_missing',
      `This key may not do that: it takes the scope ${wanted.join(' or ')}.`,
    )
  }
  const { id } = request.params as { id?: string }
  if (caller.call_id !== undefined && id !== undefined && !isSameId(id, caller.call_id))
    throw notFound('call')
  const named = request.headers['x-company-id']
  if (caller.company_id !== undefined && named !== undefined && !isSameId(named, caller.company_id)) {
    throw new Refusal('not_found', 'company_not_found', 'There is no such company.')
  }
  request.caller = caller
}

const isSameId = (named: string | string[], id: string) =>
  typeof named === 'string' && named.toLowerCase() === id.toLowerCase()

/** What a request is counted under: its key, or its address on a route that asks for none. It is known who calls by then. */
export const rateLimitKey = (request: FastifyRequest): string => request.caller?.key_id ?? request.ip

/** What its company allows the caller in a minute, where that is set. */
export const requestsPerMinuteOf = (request: FastifyRequest): number | undefined =>
  request.caller?.requests_per_minute

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/**
 * The company a request speaks for: the key's own. The platform names one with X-Company-Id; a key that names
 * another than its own came no further than `authenticate`.
 *
 * @throws Refusal 'malformed' when the platform names none
 */
export function companyOf(request: FastifyRequest): string {
  const caller = callerOf(request)
  const named = request.headers['x-company-id']
  if (caller.company_id !== undefined) return caller.company_id
  if (typeof named === 'string' && uuid.test(named)) return named
  throw malformed('company_unnamed', 'The platform key names the company it acts for: X-Company-Id: <uuid>.')
}

/** @throws when a public route asks who is calling: a fault of ours */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error('a public route asked who is calling')
  return request.caller
}

/** The key that asks, as rows name it; null is the platform's, which is none of the company's. */
export function storedKeyIdOf(request: FastifyRequest): string | null {
  const { key_id } = callerOf(request)
  return key_id === platformCaller.key_id ? null : key_id
}
