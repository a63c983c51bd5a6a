import { type JsonSchema, nameIn } from './types.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

/**
 * Builds an example of a schema from the `examples` of its parts. A part without one gets a value by its name, format or type,
 * so that every operation of the OpenAPI document has an example.
 *
 * @param named the schemas that $ref refers to, by name
 * @param field the name of the field that has the schema
 */
export function exampleOf(schema: JsonSchema, named: Schemas, field = ''): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.$ref !== undefined) return exampleOf(named[nameIn(schema.$ref)] ?? {}, named, field)
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  const alternative = (schema.anyOf ?? schema.oneOf ?? schema.allOf)?.[0]
  if (alternative !== undefined) return exampleOf(alternative, named, field)
  return exampleOfType(schema, named, field)
}

function exampleOfType(schema: JsonSchema, named: Schemas, field: string): unknown {
  const { type, properties = {}, items } = schema
  if (type === 'object') {
    return Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, exampleOf(property, named, name)]),
    )
  }
  if (type === 'array') return items === undefined ? [] : [exampleOf(items, named, field)]
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1
  if (type === 'boolean') return true
  if (type === 'null') return null
  const time = exampleTimes[field] ?? defaultTime
  if (schema.format === 'date-time') return time
  if (schema.format === 'date') return time.slice(0, 10)
  return exampleByFormat[schema.format ?? ''] ?? 'text'
}

const exampleByFormat: Readonly<Record<string, string>> = {
  uuid: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
  email: 'ops@clinic.example',
  uri: 'https://clinic.example',
}

const defaultTime = '2026-11-23T09:00:00.000Z'
/** No test and no reader is so late that this is in the past. */
const farFuture = '2099-12-31T00:00:00.000Z'

/** Times that follow each other as those of a real call, campaign or period do, by the name of the field. */
const exampleTimes: Readonly<Record<string, string>> = {
  created_at: '2026-11-23T08:59:58.000Z',
  started_at: '2026-11-23T09:00:00.000Z',
  dialed_at: '2026-11-23T09:00:00.500Z',
  answered_at: '2026-11-23T09:00:07.750Z',
  ended_at: '2026-11-23T09:01:22.250Z',
  finished_at: '2026-11-23T09:01:25.000Z',
  updated_at: '2026-11-23T09:01:25.000Z',
  next_attempt_at: '2026-11-23T12:00:00.000Z',
  due_at: '2026-11-23T12:00:00.000Z',
  start: '2026-11-01T00:00:00.000Z',
  end: '2026-12-01T00:00:00.000Z',
  previous_start: '2026-10-02T00:00:00.000Z',
  previous_end: '2026-11-01T00:00:00.000Z',
  start_time: '2026-11-23T06:00:00.000Z',
  end_time: farFuture,
  expires_at: farFuture,
  effective_from: '2026-11-01T00:00:00.000Z',
  effective_to: farFuture,
}
