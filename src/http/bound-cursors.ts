import type { FastifyInstance, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify'
import { invalidCursor } from '../db/pagination.ts'
import { canonicalHash } from '../lib/canonical-json.ts'

/** Digits of the hash that a cursor carries: it finds mistakes, and protects nothing. */
const hashLength = 16
/** Between a cursor and its hash. Cursors are base64url, which has no dot. */
const separator = '.'
/** Parameters that may change from page to page. */
const pageParameters = new Set(['cursor', 'limit', 'skip'])

/**
 * Binds each `next_cursor` to its list, filters and sort order: it carries a hash of them, and another request with it gets 400. The
 * key of the last row would otherwise be a position in another list, whose earlier rows would silently be left out.
 *
 * Applies to every route whose query has a `cursor`, before its schema is known to others.
 */
export function bindCursors(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const query = route.schema?.querystring as { properties?: object } | undefined
    if (query?.properties === undefined || !Object.hasOwn(query.properties, 'cursor')) return
    // A HEAD route is made from the GET route, which has the hooks already.
    if ([route.preHandler].flat().includes(unbindCursor)) return
    route.preHandler = [...[route.preHandler ?? []].flat(), unbindCursor]
    route.preSerialization = [...[route.preSerialization ?? []].flat(), bindNextCursor]
  })
}

type Query = Readonly<Record<string, unknown>>

/** Checks and removes the hash of a cursor. @throws Refusal 'malformed' when it is that of another list, filter or order */
const unbindCursor: preHandlerAsyncHookHandler = async (request) => {
  const { cursor, ...others } = request.query as Query
  if (typeof cursor !== 'string') return
  const [key = '', hash] = cursor.split(separator)
  if (hash === undefined) throw invalidCursor('Must be the next_cursor of a page of this list.')
  if (hash !== hashOfList(request))
    throw invalidCursor(
      'Belongs to another list, or to other filters or another order. Repeat all parameters of the page that returned it, or start without a cursor.',
    )
  request.query = { ...others, cursor: key }
}

async function bindNextCursor<T>(request: FastifyRequest, _reply: unknown, payload: T): Promise<T> {
  const page = payload as { next_cursor?: unknown } | null
  if (typeof page?.next_cursor !== 'string') return payload
  return { ...payload, next_cursor: `${page.next_cursor}${separator}${hashOfList(request)}` }
}

/** A hash of what selects and orders the rows of a list. */
function hashOfList({ query, params, routeOptions: { url } }: FastifyRequest): string {
  const filters = Object.entries(query as Query)
    .filter(([name, value]) => !pageParameters.has(name) && value !== undefined)
    .map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value])
  return canonicalHash([url, params, Object.fromEntries(filters)]).slice(0, hashLength)
}
