import {
  bodiesOf,
  describedOperations,
  type JsonSchema,
  mapInnerSchemas,
  nameIn,
  type OpenApiDocument,
  type Operation,
  operationsOf,
} from './types.ts'

/**
 * Rewrites the schemas of the document in the part of JSON Schema that client generators understand. The schemas still allow
 * the same values; only the validators' own schemas use the other notations.
 */
export function simplifySchemas(document: OpenApiDocument): void {
  for (const { operation } of operationsOf(document)) listEachBodyOnce(operation)
  const schemas = document.components?.schemas ?? {}
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = simplified(schema)
  for (const operation of describedOperations(document)) {
    for (const part of [...bodiesOf(operation), ...(operation.parameters ?? [])])
      if (part.schema !== undefined) part.schema = simplified(part.schema)
  }
}

/**
 * A body that is the same in several types of JSON is listed with the first of them: generators make a parameter for each type.
 * `Accept-Patch` lists the types of a PATCH.
 */
function listEachBodyOnce({ requestBody }: Operation): void {
  if (requestBody?.content === undefined) return
  const seen = new Set<string>()
  const entries = Object.entries(requestBody.content).filter(([type, { schema }]) => {
    if (!/\bjson$/.test(type)) return true
    const key = JSON.stringify(schema)
    return !seen.has(key) && seen.add(key)
  })
  requestBody.content = Object.fromEntries(entries)
}

function simplified(schema: JsonSchema): JsonSchema {
  const inner = mapInnerSchemas(schema, simplified)
  return [
    withoutAnyItem,
    withoutTypeLists,
    withTypesInAlternatives,
    withEnumOfConstants,
    withoutObjectDefault,
  ].reduce((result, step) => step(result), inner)
}

const annotations = ['title', 'description', 'examples', 'default']

const allowsAnything = (schema: JsonSchema) =>
  Object.keys(schema).every((keyword) => annotations.includes(keyword))

/**
 * An item that the module validates itself is declared as its schema or any other value. Clients are given only the
 * schema; `x-validated-per-item` marks that another value rejects the item instead of the request.
 */
function withoutAnyItem(schema: JsonSchema): JsonSchema {
  const [first, second, ...rest] = schema.anyOf ?? []
  if (first === undefined || second === undefined || rest.length > 0 || !allowsAnything(second)) return schema
  const { anyOf: _, ...others } = schema
  return { ...first, ...others, 'x-validated-per-item': true }
}

const numberKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const keywordsOfTypes: Record<string, readonly string[]> = {
  string: ['pattern', 'format', 'minLength', 'maxLength'],
  integer: numberKeywords,
  number: numberKeywords,
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
  object: [
    'properties',
    'required',
    'additionalProperties',
    'patternProperties',
    'propertyNames',
    'minProperties',
    'maxProperties',
    'x-max-bytes',
  ],
  boolean: [],
  null: [],
}

/** `type: [a, b]` becomes `anyOf` with one schema per type. */
function withoutTypeLists(schema: JsonSchema): JsonSchema {
  const { type, ...others } = schema
  if (!Array.isArray(type)) return schema
  const keywords = Object.entries(others)
  const isOfType = (each: string, keyword: string) => keywordsOfTypes[each]?.includes(keyword) === true
  const anyOf = type.map((each) => ({
    type: each,
    ...Object.fromEntries(keywords.filter(([keyword]) => isOfType(each, keyword))),
  }))
  const shared = keywords.filter(([keyword]) => !type.some((each) => isOfType(each, keyword)))
  return { ...Object.fromEntries(shared), anyOf }
}

/** A `type` beside alternatives moves into them; references have their own. */
function withTypesInAlternatives(schema: JsonSchema): JsonSchema {
  const { type, ...others } = schema
  if (type === undefined) return schema
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const alternatives = others[keyword]
    if (alternatives === undefined) continue
    const { required: _, ...shared } = others
    return {
      ...shared,
      [keyword]: alternatives.map((alternative) =>
        alternative.$ref === undefined ? { type, ...alternative } : alternative,
      ),
    }
  }
  return schema
}

/** Alternatives that are one constant each become an `enum`. */
function withEnumOfConstants(schema: JsonSchema): JsonSchema {
  const { anyOf, ...others } = schema
  const type = anyOf?.[0]?.type
  if (anyOf === undefined || type === undefined) return schema
  if (!anyOf.every((alternative) => alternative.const !== undefined && alternative.type === type))
    return schema
  return { ...others, type, enum: anyOf.map((alternative) => alternative.const) }
}

/** Generators write only scalar defaults, so others move into the description. */
function withoutObjectDefault(schema: JsonSchema): JsonSchema {
  const { default: value, ...others } = schema
  if (typeof value !== 'object' || value === null) return schema
  const description = [schema.description, `Default: \`${JSON.stringify(value)}\`.`].filter(Boolean).join(' ')
  return { ...others, description }
}

/** Adds to each discriminator which value selects which schema. Runs when all schemas have their names. */
export function mapDiscriminators(document: OpenApiDocument): void {
  const schemas = document.components?.schemas ?? {}
  const withMapping = (schema: JsonSchema): JsonSchema => {
    const inner = mapInnerSchemas(schema, withMapping)
    const { discriminator, oneOf } = inner
    if (discriminator === undefined || oneOf === undefined) return inner
    const mapping = oneOf.flatMap(({ $ref = '' }) => {
      const property = schemas[nameIn($ref)]?.properties?.[discriminator.propertyName]
      return property === undefined ? [] : [[String(property.const ?? property.enum?.[0]), $ref]]
    })
    return { ...inner, discriminator: { ...discriminator, mapping: Object.fromEntries(mapping) } }
  }
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = withMapping(schema)
}
