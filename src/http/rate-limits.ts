import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import type { Sender } from './callers.ts'
import type { ProblemInput } from './problem.ts'
import { RateLimitStore } from './rate-limit-store.ts'

const windowMs = 60_000

/** Different wrong keys of an address per minute that get 401. Keys of an address that sent more are looked up many at a time. */
const maxWrongKeys = 300

export interface RateLimits {
  /** Counts a request of a route whose own count did not run. @throws an error with status 429 beyond the limit */
  count: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The sender of a request as the authentication needs it. */
  senderOf: (request: FastifyRequest) => Sender
  /** The problem for a wrong key of an address that has sent too many. */
  wrongKeysProblem: (request: FastifyRequest) => Promise<ProblemInput>
}

/**
 * Limits the requests per minute of each company and, without a valid key, of each address. Sends the limit as
 * X-RateLimit-Limit, -Remaining and -Reset, and as RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers-11.
 */
export async function registerRateLimits(app: FastifyInstance, perMinute: number): Promise<RateLimits> {
  await app.register(rateLimit, {
    max: ({ caller }) => caller?.requests_per_minute ?? perMinute,
    timeWindow: windowMs,
    keyGenerator: rateLimitKey,
    store: RateLimitStore,
    // A load balancer would interpret a rate-limited health check as an outage.
    allowList: (request) => request.routeOptions.url?.startsWith('/health') === true,
  })
  addStandardHeaders(app)
  const countRequest = app.rateLimit()
  const requests = app.createRateLimit()
  const wrongKeys = app.createRateLimit({ max: maxWrongKeys, timeWindow: windowMs, keyGenerator: addressOf })
  /** Seconds until the address may send wrong keys again; 0 when it may. */
  const overLimitSec = async (request: FastifyRequest): Promise<number> => {
    for (const limit of [requests, wrongKeys]) {
      const state = await limit(request, { increment: false })
      if (!state.isAllowed && state.remaining === 0) return Math.max(1, state.ttlInSeconds)
    }
    return 0
  }
  return {
    count: async (request, reply) => void (await countRequest.call(app, request, reply)),
    senderOf: (request) => ({
      address: () => addressOf(request),
      isOverLimit: async () => (await overLimitSec(request)) > 0,
      onWrong: async () => {
        const state = await wrongKeys(request)
        if (state.isAllowed || state.remaining > 0) return
        // Without TRUST_PROXY, all clients of a proxy have its address.
        const is_forwarded = request.headers['x-forwarded-for'] !== undefined
        request.log.warn({ is_forwarded }, 'an address sent too many wrong keys')
      },
    }),
    wrongKeysProblem: async (request) => ({
      status: 429,
      code: 'rate_limited',
      detail: `Your address sent more than ${maxWrongKeys} wrong keys in a minute. Check the key, and wait for the number of seconds in the Retry-After header.`,
      retryAfter: Math.max(1, await overLimitSec(request)),
    }),
  }
}

/** Three headers of many APIs have the same numbers as the two of the draft, whose names and syntax still change. */
function addStandardHeaders(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const limit = reply.getHeader('x-ratelimit-limit')
    if (limit !== undefined) {
      const name = policyOf(request)
      const remaining = reply.getHeader('x-ratelimit-remaining')
      reply.header('ratelimit-policy', `"${name}";q=${limit};w=${windowMs / 1000}`)
      reply.header('ratelimit', `"${name}";r=${remaining};t=${reply.getHeader('x-ratelimit-reset')}`)
    }
    done(null, payload)
  })
}

/** Who the limit of a request is for. */
const policyOf = ({ caller, routeOptions }: FastifyRequest): string => {
  if (caller !== undefined) return caller.company_id === undefined ? 'platform' : 'company'
  return routeOptions.config.isSigned ? 'webhooks' : 'address'
}

/**
 * What a request counts for in the rate limit: its company, so that more keys do not give more requests, or the platform.
 * Requests without a key count for their address, those to routes of signed webhooks apart from others.
 */
export function rateLimitKey(request: FastifyRequest): string {
  const { caller, routeOptions } = request
  if (caller !== undefined) return caller.company_id ?? caller.key_id
  return routeOptions.config.isSigned ? `webhooks of ${addressOf(request)}` : addressOf(request)
}

/** The IP address of a sender, behind a proxy as TRUST_PROXY sets; of IPv6 its network, because a host has a whole /64. */
function addressOf({ ip }: FastifyRequest): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  if (!(address instanceof ipaddr.IPv6)) return address.toString()
  return `${address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}
