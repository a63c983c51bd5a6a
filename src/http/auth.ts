import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { malformed, notFound, Refusal } from '../lib/errors.ts'
import { isUuid } from '../lib/uuid.ts'
import { type Caller, type CallerCache, type Credential, platformCaller, type Scope } from './callers.ts'
import { sendProblem } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Scopes of which the caller needs one; `public` needs no key. Required on every route under /api. */
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

interface AuthenticationOptions {
  callers: CallerCache
  limits: RateLimits
}

/**
 * Authenticates and authorizes the requests of an app before their bodies are read, and sets `request.caller`. A request without a valid
 * key counts for its address.
 *
 * @throws when a route without a scope is registered
 */
export function registerAuthentication(
  app: FastifyInstance,
  { callers, limits }: AuthenticationOptions,
): void {
  app.decorateRequest('caller', undefined)
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.scope === undefined) {
      throw new Error(`The route ${String(route.method)} ${route.url} has no config.scope.`)
    }
  })
  app.addHook('onRequest', async (request, reply) => {
    const scope = request.routeOptions.config.scope
    if (scope === undefined || scope === 'public') return
    const credential = credentialOf(request)
    const result = credential && (await callers.authenticate(credential, limits.senderOf(request)))
    if (result?.kind === 'valid') {
      authorize(request, result.caller, typeof scope === 'string' ? [scope] : scope)
      return
    }
    await limits.count(request, reply)
    if (result?.kind === 'over_limit')
      return sendProblem(request, reply, await limits.wrongKeysProblem(request))
    return sendUnauthenticated(request, reply, unauthenticatedDetails[credential?.kind ?? 'none'])
  })
}

/** Responds with 401. As RFC 6750 demands, its challenge has an error code only where a key was sent. */
export function sendUnauthenticated(
  request: FastifyRequest,
  reply: FastifyReply,
  detail: string,
): FastifyReply {
  const error = 'error="invalid_token", error_description="It is unknown, revoked or expired."'
  if (credentialOf(request) !== undefined) reply.header('www-authenticate', `Bearer ${error}`)
  return sendProblem(request, reply, { status: 401, code: 'unauthenticated', detail })
}

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
