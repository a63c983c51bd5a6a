import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type FieldError, malformed } from '../lib/errors.ts'

const detail = 'Contains the NUL character (%00), which is in no stored text. Remove it.'

/** Rejects paths and queries with NUL, which PostgreSQL reports without the name of the parameter. */
export function rejectNulInUrls(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    if (request.url.includes('%00')) assertWithoutNul(request)
  })
}

/** @throws Refusal 'malformed' */
function assertWithoutNul({ params, query }: FastifyRequest): void {
  const inPath = errorsOf(params)
  if (inPath.length > 0)
    throw malformed(
      'invalid_params',
      'The path has an invalid path parameter. See errors for what is allowed.',
      inPath,
    )
  const inQuery = errorsOf(query)
  if (inQuery.length === 0) return
  throw malformed(
    'invalid_querystring',
    'The query string has an invalid query parameter. See errors for what is allowed.',
    inQuery,
  )
}

const errorsOf = (values: unknown): FieldError[] =>
  Object.entries((values ?? {}) as Record<string, unknown>)
    .filter(([name, value]) => [name, value].flat().some((text) => String(text).includes('\0')))
    .map(([name]) => ({ pointer: `/${name.replaceAll('\0', '')}`, detail }))
