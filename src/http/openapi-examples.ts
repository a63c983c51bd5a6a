/** The JSON Schema keywords that an example is built from. */
export interface JsonSchema {
  $ref?: string
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
  required?: string[]
}

/**
 * Builds an example of a schema from the `examples` of its parts. A part without one gets a value by its format or type,
 * so that every operation of the OpenAPI document has an example.
 *
 * @param named the schemas that $ref refers to, by name
 */
export function exampleOf(schema: JsonSchema, named: Record<string, JsonSchema>): unknown {
  if (schema.$ref !== undefined) {
    const target = named[schema.$ref.split('/').at(-1)?.replace(/#$/, '') ?? '']
    return target === undefined ? {} : exampleOf(target, named)
  }
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  const alternative = (schema.anyOf ?? schema.oneOf ?? schema.allOf)?.[0]
  if (alternative !== undefined && schema.type !== 'string') return exampleOf(alternative, named)
  return exampleOfType(schema, named)
}

function exampleOfType(schema: JsonSchema, named: Record<string, JsonSchema>): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, property]) => [name, exampleOf(property, named)]),
    )
  }
  if (type === 'array') return schema.items === undefined ? [] : [exampleOf(schema.items, named)]
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1
  if (type === 'boolean') return true
  if (type === 'null') return null
  return exampleByFormat[schema.format ?? schema.anyOf?.[0]?.format ?? ''] ?? 'text'
}

const exampleByFormat: Record<string, string> = {
  uuid: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
  'date-time': '2026-11-23T09:00:00.000Z',
  date: '2026-11-23',
  email: 'ops@clinic.example',
  uri: 'https://clinic.example',
}
