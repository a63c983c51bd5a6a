/** The keywords of JSON Schema that the OpenAPI document uses. */
export interface JsonSchema {
  $ref?: string
  title?: string
  description?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  examples?: unknown[]
  minimum?: number
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  patternProperties?: Record<string, JsonSchema>
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  required?: string[]
  discriminator?: { propertyName: string; mapping?: Record<string, string> }
  [keyword: string]: unknown
}

export interface MediaType {
  schema?: JsonSchema
  example?: unknown
}

export interface Parameter {
  $ref?: string
  in?: string
  name?: string
  required?: boolean
  description?: string
  example?: unknown
  schema?: JsonSchema
}

export interface Response {
  $ref?: string
  description?: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, MediaType>
  links?: Record<string, object>
}

/** What the document states of a route beside its schema. */
export interface RouteFacts {
  /** The route is one of the API, which authenticates and limits requests. */
  isOfApi: boolean
  /** The route acts for a company, which the platform key names in X-Company-Id. */
  isOfCompany: boolean
  /** The route honours Idempotency-Key. */
  isIdempotent: boolean
  /** Its responses are a resource with an ETag. */
  hasEtag: boolean
}

export interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  parameters?: Parameter[]
  requestBody?: { description?: string; required?: boolean; content?: Record<string, MediaType> }
  responses?: Record<string, Response>
  security?: unknown[]
}

export interface OpenApiDocument {
  paths?: Record<string, Record<string, Operation>>
  webhooks?: Record<string, Record<string, Operation>>
  components?: {
    schemas?: Record<string, JsonSchema>
    responses?: Record<string, Response>
    parameters?: Record<string, Parameter>
    headers?: Record<string, object>
  }
}

/** Where a schema stands inside another. */
export type Place = { kind: 'property'; name: string } | { kind: 'member' } | { kind: 'alternative' }

/** A copy of a schema in which `map` replaced each schema directly inside it. */
export function mapInnerSchemas(
  schema: JsonSchema,
  map: (inner: JsonSchema, place: Place) => JsonSchema,
): JsonSchema {
  const copy: JsonSchema = { ...schema }
  if (schema.properties !== undefined) {
    copy.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [
        name,
        map(inner, { kind: 'property', name }),
      ]),
    )
  }
  if (schema.patternProperties !== undefined) {
    copy.patternProperties = Object.fromEntries(
      Object.entries(schema.patternProperties).map(([pattern, inner]) => [
        pattern,
        map(inner, { kind: 'member' }),
      ]),
    )
  }
  for (const keyword of ['items', 'additionalProperties', 'propertyNames'] as const) {
    const inner = schema[keyword]
    if (typeof inner === 'object') copy[keyword] = map(inner, { kind: 'member' })
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    const alternatives = schema[keyword]
    if (alternatives !== undefined)
      copy[keyword] = alternatives.map((inner) => map(inner, { kind: 'alternative' }))
  }
  return copy
}

/** The name in a reference to a component. */
export const nameIn = ($ref: string): string => $ref.split('/').at(-1) ?? $ref

/** Every operation of the paths, with its path and method. */
export const operationsOf = (document: OpenApiDocument) =>
  Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

/** Every operation, and every webhook that the service sends. */
export const describedOperations = (document: OpenApiDocument): Operation[] => [
  ...operationsOf(document).map(({ operation }) => operation),
  ...Object.values(document.webhooks ?? {}).flatMap((methods) => Object.values(methods)),
]

/** The bodies that an operation receives and sends. */
export const bodiesOf = ({ requestBody, responses }: Operation): MediaType[] =>
  [requestBody ?? {}, ...Object.values(responses ?? {})].flatMap(({ content }) =>
    Object.values(content ?? {}),
  )

/** Whether an operation compares the version of its resource. */
export const takesIfMatch = ({ parameters = [] }: Operation): boolean =>
  parameters.some(({ in: place, name }) => place === 'header' && name === 'if-match')
