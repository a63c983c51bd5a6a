import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { OwnerTx, PlatformTx, TenantTx } from '../db/transaction.ts'
import { malformed } from '../lib/errors.ts'
import { assertIfMatch, etagOf, isNotModified } from '../lib/etag.ts'

/** The parameters of URLs; a route has those of its own URL. */
export interface UrlParams {
  id: string
  key_id: string
  delivery_id: string
}

/** A resource with an ETag. See `defineResource`. */
interface Resource {
  etagOf(value: object): string
  /** Locks the row of the resource until the transaction ends. Returns what GET returns; undefined when it does not exist. */
  lock?(tx: TenantTx | OwnerTx | PlatformTx, params: UrlParams): Promise<object | undefined>
  /** The field of the response with the resource; the whole response unless given. */
  part?: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The resource in the responses. A PUT, PATCH, DELETE or command of a resource that can be locked takes If-Match. */
    resource?: Resource
    /**
     * The path of what the route creates, without the prefix of the API, for the Location header of a 201: `:name` is a parameter
     * of the request, `{name}` a field of the response. Required on every route that responds with 201.
     */
    location?: string
  }
}

/**
 * Declares a resource with an ETag, which is made of the fields that GET returns.
 *
 * @param schema the schema of the response of GET
 * @param compared the fields that If-Match compares, when the service changes others by itself; all unless given
 * @param without fields of the schema that GET does not return
 */
export function defineResource({
  schema,
  compared,
  without = [],
  ...resource
}: Pick<Resource, 'lock'> & {
  schema: { properties: object }
  compared?: readonly string[]
  without?: readonly string[]
}): Resource {
  const fields = Object.keys(schema.properties).filter((name) => !without.includes(name))
  const comparedFields = compared ?? fields
  const progressFields = fields.filter((name) => !comparedFields.includes(name))
  return {
    ...resource,
    etagOf: (value) => {
      const valuesOf = (names: readonly string[]) =>
        names.map((name) => (value as Record<string, unknown>)[name])
      return etagOf({ compared: valuesOf(comparedFields), progress: valuesOf(progressFields) })
    },
  }
}

type RouteConfig = FastifyRequest['routeOptions']['config']

/** The resource that a change locks and compares with If-Match; undefined when the route cannot do so. */
export const lockableResource = ({
  resource,
  location,
}: Pick<RouteConfig, 'resource' | 'location'>): Resource | undefined =>
  // A route that creates something is not about the state of an existing resource.
  resource?.lock === undefined || location !== undefined ? undefined : resource

const isReading = (method: string) => method === 'GET' || method === 'HEAD'

/**
 * Adds ETag and Location to responses, responds to GET with 304 when the client has the current state, and describes the
 * headers in the schemas of the routes. Changes compare If-Match in their transaction: see `preconditions.ts`.
 *
 * @throws when a route that responds with 201 has no config.location
 */
export function registerResources(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { resource, location } = route.config ?? {}
    const responses = (route.schema?.response ?? {}) as Record<string, unknown>
    if (responses[201] !== undefined && location === undefined)
      throw new Error(`The route ${String(route.method)} ${route.url} has no config.location.`)
    describeConditions(route)
    if (resource === undefined && location === undefined) return
    const { handler } = route
    route.handler = async function (request, reply) {
      const body: unknown = await handler.call(this, request, reply)
      if (reply.sent || !isObject(body)) return body
      if (location !== undefined && reply.statusCode === 201)
        reply.header('location', locationOf(`${app.prefix}${location}`, request.params, body))
      return withEtag(request, reply, body)
    }
  })
  app.addHook('preHandler', async ({ method, headers, routeOptions: { config } }) => {
    const name = headers['if-match'] === undefined ? 'If-None-Match' : 'If-Match'
    if (headers[name.toLowerCase()] === undefined || isReading(method)) return
    if (lockableResource(config) !== undefined) return
    const detail = `This operation does not support ${name}: nothing that it changes has an ETag to compare. Send the request without the header.`
    throw malformed('condition_unsupported', detail, [{ pointer: `/${name.toLowerCase()}`, detail }])
  })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Sets the ETag of a response, and returns its body; of a GET, responds with 304 or throws as If-Match requires. */
function withEtag(request: FastifyRequest, reply: FastifyReply, body: Record<string, unknown>): unknown {
  const { resource } = request.routeOptions.config
  const representation = resource?.part === undefined ? body : body[resource.part]
  if (resource === undefined || !isObject(representation)) return body
  const etag = resource.etagOf(representation)
  reply.header('etag', etag)
  if (!isReading(request.method)) return body
  // Browsers may store the response, and ask for each use whether it is current.
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache')
  assertIfMatch(request.headers['if-match'], etag)
  return isNotModified(request.headers['if-none-match'], etag) ? reply.code(304).send() : body
}

const locationOf = (template: string, params: unknown, body: Record<string, unknown>): string =>
  template.replace(/:(\w+)|\{(\w+)\}/g, (_match, param?: string, field?: string) =>
    encodeURIComponent(
      String(param === undefined ? body[field ?? ''] : (params as Record<string, unknown>)[param]),
    ),
  )

const etagList = (description: string) =>
  Type.Optional(Type.String({ maxLength: 1_000, description, examples: ['"kYt0bX3SgJQ7s0eT1uJ2-w"'] }))

const readConditions = Type.Object({
  'if-none-match': etagList('ETags that you have: the response is 304 when the resource has one of them.'),
  'if-match': etagList('ETags that you expect: the response is 412 unless the resource has one of them.'),
})

const changeConditions = Type.Object({
  'if-match': etagList(
    'The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since.',
  ),
  'if-none-match': etagList(
    'ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist.',
  ),
})

const notModified = Type.Null({ description: 'The resource has an ETag of If-None-Match. No body.' })

/** Adds the condition headers, and the 304 of a GET, to the schema of a route that supports them. */
function describeConditions(route: RouteOptions): void {
  const config = route.config ?? {}
  if (![route.method].flat().every(isReading)) {
    if (lockableResource(config) !== undefined) route.schema = { ...route.schema, headers: changeConditions }
    return
  }
  if (config.resource === undefined) return
  const response = { ...(route.schema?.response as object), 304: notModified }
  route.schema = { ...route.schema, headers: readConditions, response }
}
