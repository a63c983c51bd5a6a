import { isUtf8 } from 'node:buffer'
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify'
import { malformed } from '../lib/errors.ts'
import { assertJsonWithinLimits } from '../lib/json-limits.ts'
import { describeJsonError } from '../lib/json-syntax.ts'
import { findUnstorableText, unstorableText } from '../lib/schema/storable-json.ts'

/** Types of JSON beside application/json, such as application/merge-patch+json. */
export const otherJsonTypes = /^application\/[^;\s]+\+json(;|$)/

/** A PATCH is a JSON merge patch (RFC 7396), whichever of these types it has. */
const patchTypes = ['application/json', 'application/merge-patch+json']

/** Another format of changes (RFC 6902), which no route applies. */
const jsonPatchType = 'application/json-patch+json'

/**
 * Parses bodies of all JSON types. An empty body is no body: HTTP clients send `Content-Type: application/json` with it. A
 * route that needs a body rejects it in its validation.
 */
export function registerJsonBodies(app: FastifyInstance): void {
  for (const type of ['application/json', otherJsonTypes]) {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, async (request: FastifyRequest, bytes: Buffer) =>
      bytes.length === 0 ? undefined : parseJsonBody(app, request, textOf(request, bytes)),
    )
  }
  app.addContentTypeParser(jsonPatchType, async () => {
    throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(jsonPatchType)
  })
  ignoreTypesOfEmptyBodies(app)
  requireBodiesOfSeveralTypes(app)
  announcePatchTypes(app)
}

/** An empty body is of no type: `curl -d ''` sends the type of a form, which no parser accepts. */
function ignoreTypesOfEmptyBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (raw.headers['content-length'] === '0' && !routeOptions.config.isUpload)
      delete raw.headers['content-type']
  })
}

/**
 * Rejects a request without a body where the body has a schema for each type. Fastify chooses the schema by the type, so a
 * request without a type would not be validated.
 */
function requireBodiesOfSeveralTypes(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const { content } = (request.routeOptions.schema?.body ?? {}) as { content?: object }
    if (content === undefined || request.mediaType !== undefined) return
    const types = Object.keys(content)
    const detail = `The request has no body. Send one with the Content-Type ${types.slice(0, -1).join(', ')} or ${types.at(-1)}.`
    throw malformed('invalid_body', detail, [{ pointer: '', detail }])
  })
}

/** Lists the types of a PATCH in its schema, and in the header Accept-Patch (RFC 5789) of every response of its URL. */
function announcePatchTypes(app: FastifyInstance): void {
  const urls = new Set<string | undefined>()
  app.addHook('onRoute', (route) => {
    if (![route.method].flat().includes('PATCH')) return
    urls.add(route.url)
    route.schema = { ...route.schema, consumes: patchTypes }
  })
  app.addHook('onSend', async (request, reply) => {
    if (urls.has(request.routeOptions.url)) reply.header('accept-patch', patchTypes.join(', '))
  })
}

/**
 * Whether a route takes the reports of agents or carriers. They write what others said, so these routes replace the characters that
 * cannot be stored, and report a warning: one character must not lose the report around it.
 */
const repairsTexts = ({ routeOptions: { config } }: FastifyRequest): boolean =>
  config.isSigned === true || [config.scope].flat().includes('ingest')

/** @throws Refusal 'malformed' when the bytes are not UTF-8, except of a report */
function textOf(request: FastifyRequest, bytes: Buffer): string {
  if (isUtf8(bytes) || repairsTexts(request)) return bytes.toString('utf8')
  throw malformed('malformed_request', 'The body is not UTF-8. JSON is always sent in this encoding.')
}

/**
 * Parses a body. It is not parsed when it is nested too deeply or has too many values. As Fastify's own parser, rejects the
 * keys `__proto__` and `constructor.prototype`.
 *
 * @throws Refusal 'malformed', also when it contains a text that cannot be stored, except of a report
 */
export async function parseJsonBody(
  app: FastifyInstance,
  request: FastifyRequest,
  text: string,
): Promise<unknown> {
  assertJsonWithinLimits(text)
  const parse = app.getDefaultJsonParser('error', 'error')
  const body = await new Promise((resolve, reject) => {
    void parse(request, text, (error, parsed) => (error ? reject(invalidJson(text)) : resolve(parsed)))
  })
  if (unstorableEscape.test(text) && !repairsTexts(request)) assertStorable(body)
  return body
}

const invalidJson = (text: string) => {
  const problem = describeJsonError(text)
  return malformed(
    'malformed_request',
    problem === undefined
      ? 'The body has a field named __proto__ or constructor.prototype. Rename it.'
      : `The body is not valid JSON at ${problem}`,
  )
}

/** NUL, or half of a surrogate pair, which may be followed by its other half. JSON that is UTF-8 contains them only as escapes. */
const unstorableEscape = /\\u(?:0000|d[89a-f])/i

/** @throws Refusal 'malformed' */
function assertStorable(body: unknown): void {
  const pointer = findUnstorableText(body)
  if (pointer === undefined) return
  throw malformed('invalid_body', 'The request body has an invalid field. See errors for what is allowed.', [
    { pointer, detail: `The text ${unstorableText}` },
  ])
}
