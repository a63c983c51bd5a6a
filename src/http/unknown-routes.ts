import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ProblemInput, sendProblem } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { urlProblem } from './request-target.ts'

/** The methods of routes, in the order in which Allow lists them. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** The parts of a route's path. A part that begins with `:` stands for any text, and `*` at the end for any parts. */
interface Route {
  parts: string[]
  methods: Set<string>
}

/** Finds the methods of a path. Every path with a route has OPTIONS. */
export class AllowedMethods {
  private readonly byUrl = new Map<string, Route>()

  add(method: string | string[], url: string): void {
    // The plugin for CORS has a route for the preflight of every path.
    if (url === '*' || url === '/*') return
    const route = this.byUrl.get(url) ?? { parts: partsOf(url), methods: new Set() }
    this.byUrl.set(url, route)
    for (const one of [method].flat()) route.methods.add(one)
  }

  /** Undefined when no route has the path. A route without parameters has priority, as in the router. */
  find(path: string): string[] | undefined {
    const exact = this.byUrl.get(withoutTrailingSlash(path))
    const parts = partsOf(path)
    const found = exact ? [exact] : [...this.byUrl.values()].filter((route) => hasParts(route, parts))
    if (found.length === 0) return undefined
    return methods.filter(
      (method) => method === 'OPTIONS' || found.some((route) => route.methods.has(method)),
    )
  }
}

const withoutTrailingSlash = (path: string) =>
  path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path

const partsOf = (path: string) => withoutTrailingSlash(path).split('/')

function hasParts({ parts }: Route, path: readonly string[]): boolean {
  const hasRest = parts.at(-1) === '*'
  if (hasRest ? path.length < parts.length : path.length !== parts.length) return false
  const fixed = hasRest ? parts.slice(0, -1) : parts
  return fixed.every((part, i) => (part.startsWith(':') ? path[i] !== '' : part === path[i]))
}

/** The decoded path of a request. */
const pathOf = ({ url }: FastifyRequest): string => {
  const end = url.search(/[?#]/)
  return decodeURI(end === -1 ? url : url.slice(0, end))
}

interface UnknownRouteOptions {
  allowed: AllowedMethods
  limits: Pick<RateLimits, 'count'>
  /** Whether the routes are listed at /docs. */
  hasDocs: boolean
}

/** Collects the methods of all routes that are registered from now on. */
export function collectAllowedMethods(app: FastifyInstance): AllowedMethods {
  const allowed = new AllowedMethods()
  app.addHook('onRoute', ({ method, url }) => allowed.add(method, url))
  return allowed
}

/**
 * Responds to OPTIONS with the methods of the path, and to requests without a route: 405 when the path has other methods, else
 * 404, or 400 and 414 for a URL that is not valid. Their bodies are not read. Register it after CORS.
 */
export function registerUnknownRoutes(app: FastifyInstance, options: UnknownRouteOptions): void {
  const { allowed, limits, hasDocs } = options
  const sendUnknown = (request: FastifyRequest, reply: FastifyReply) => {
    const found = allowed.find(pathOf(request))
    if (found !== undefined) reply.header('allow', found.join(', '))
    return sendProblem(request, reply, unknownRouteProblem(request, found, { allowed, hasDocs }))
  }
  app.setNotFoundHandler(sendUnknown)
  const respond = async (request: FastifyRequest, reply: FastifyReply) => {
    const isOptions = request.method === 'OPTIONS'
    const found = request.originalUrl === '*' ? methods : allowed.find(pathOf(request))
    if (isOptions && (found !== undefined || isPreflight(request))) {
      if (found !== undefined) reply.header('allow', found.join(', '))
      // Without a length, Safari waits for the body of a preflight.
      return reply.code(204).header('content-length', '0').send()
    }
    await limits.count(request, reply)
    return sendUnknown(request, reply)
  }
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 && request.method !== 'OPTIONS') return done()
    respond(request, reply).catch(done)
  })
}

/** A browser hides the response to a request whose preflight failed, so the one for an unknown path succeeds. */
const isPreflight = ({ headers }: FastifyRequest) =>
  headers.origin !== undefined && headers['access-control-request-method'] !== undefined

function unknownRouteProblem(
  { originalUrl, method, url }: FastifyRequest,
  found: readonly string[] | undefined,
  { allowed, hasDocs }: Pick<UnknownRouteOptions, 'allowed' | 'hasDocs'>,
): ProblemInput {
  const malformed = urlProblem(originalUrl)
  if (malformed !== undefined) return malformed
  if (found !== undefined) {
    const detail = `This path does not have the method ${method}. Its methods: ${found.join(', ')}.`
    return { status: 405, code: 'method_not_allowed', detail }
  }
  const path = url.replace(/\/{2,}/g, '/').replace(/[?#].*/s, '')
  const similar = [path, `/api${path}`].find((one) => allowed.find(one) !== undefined)
  const hints = [
    'No route has this path.',
    ...(similar === undefined || similar.length > 200 ? [] : [`Did you mean ${similar}?`]),
    ...(hasDocs ? ['All routes are listed at /docs and in /openapi.json.'] : []),
  ]
  return { status: 404, code: 'route_not_found', detail: hints.join(' ') }
}
