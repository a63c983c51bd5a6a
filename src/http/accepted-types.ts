import type { FastifyReply, FastifyRequest } from 'fastify'

/** The media types that the body of a route may have; empty when it has no body. */
function acceptedTypesOf({ routeOptions }: FastifyRequest): string[] {
  const { body, consumes } = (routeOptions.schema ?? {}) as { body?: unknown; consumes?: string[] }
  if (consumes !== undefined) return consumes
  const { content } = (body ?? {}) as { content?: object }
  if (content !== undefined) return Object.keys(content)
  return body === undefined ? [] : ['application/json']
}

/** What is wrong with a body of a type that the route does not take, and the types that it takes. Sets the header Accept. */
export function describeUnsupportedType(request: FastifyRequest, reply: FastifyReply): string {
  const types = acceptedTypesOf(request)
  const sent = request.headers['content-type']
  const received =
    sent === undefined ? 'has no Content-Type' : `has the Content-Type ${JSON.stringify(sent.slice(0, 100))}`
  if (types.length > 0) reply.header('accept', types.join(', '))
  const advice = types.length === 0 ? 'This operation takes no body.' : `Send it as ${types.join(' or ')}.`
  return `The body ${received}. ${advice}`
}
