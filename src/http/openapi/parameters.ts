import type { FastifyContextConfig } from 'fastify'
import { takesIdempotencyKey } from '../idempotency.ts'
import { type OpenApiDocument, operationsOf, type Parameter, type RouteFacts } from './types.ts'

/** Headers that many operations take. The hooks that read them use the same configuration of the route. */
const headerParameters = {
  CompanyId: {
    name: 'X-Company-Id',
    in: 'header',
    required: false,
    description:
      'The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404.',
    schema: { type: 'string', format: 'uuid' },
    example: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: '8f14e45f-ceea-467f-a0e6-7d3f1c9b2a51',
  },
} satisfies Record<string, Parameter>

interface Route {
  method: string | string[]
  config?: FastifyContextConfig
}

/** What the document states of a route, from its configuration. */
export function factsOf({ config, method }: Route): RouteFacts {
  const scopes = [config?.scope ?? 'public'].flat()
  return {
    isOfApi: config?.scope !== undefined,
    isOfCompany: !scopes.includes('platform') && !scopes.includes('public'),
    isIdempotent: takesIdempotencyKey(String(method), config),
    hasEtag: config?.resource !== undefined,
  }
}

/** Adds the headers of each operation to its parameters. */
export function addHeaderParameters(document: OpenApiDocument, facts: ReadonlyMap<string, RouteFacts>): void {
  const add = (parameters: Parameter[], name: keyof typeof headerParameters) =>
    parameters.push({ $ref: `#/components/parameters/${name}` })
  for (const { operation } of operationsOf(document)) {
    const { isOfCompany = false, isIdempotent = false } = facts.get(operation.operationId ?? '') ?? {}
    if (!isOfCompany && !isIdempotent) continue
    operation.parameters ??= []
    if (isOfCompany) add(operation.parameters, 'CompanyId')
    if (isIdempotent) add(operation.parameters, 'IdempotencyKey')
  }
  document.components = { ...document.components, parameters: headerParameters }
}
