import { alternatives, objectsIn, pointerOf, withValueAt } from './body-objects.ts'
import type { ApiDocument, Operation, Schema } from './document.ts'
import type { Sample } from './recipes.ts'
import { parametersIn } from './requests.ts'

const maxEncodedConfig =
  'The config as a whole has at most 256 KiB, which the handler checks before it reads it.'

/** Parts of requests without a maximum size of their own, and what limits them. By operation and path, as a prefix. */
export const boundedOtherwise: Record<string, string> = {
  'receiveLivekitWebhook body': 'LiveKit signs it, and the route has its own maximum size of a body.',
  'validateConfig body/config': maxEncodedConfig,
  'validateSkillbase body/config': maxEncodedConfig,
  'createSkillbase body/config/tools/*/parameters': maxEncodedConfig,
  'putSkillbase body/config/tools/*/parameters': maxEncodedConfig,
  'putSkillbaseConfig body/tools/*/parameters': maxEncodedConfig,
}

/** Returns the parts of an operation's request that have no maximum size, as paths. */
export function unboundedParts(document: ApiDocument, operation: Operation): string[] {
  const found = new Set<string>()
  for (const { in: place, name, schema = {} } of operation.parameters)
    collectUnbounded(document, schema, `${operation.operationId} ${place}:${name}`, found, [])
  if (operation.body !== undefined)
    collectUnbounded(document, operation.body.schema, `${operation.operationId} body`, found, [])
  return [...found].filter((path) => !Object.keys(boundedOtherwise).some((prefix) => path.startsWith(prefix)))
}

function collectUnbounded(
  document: ApiDocument,
  given: Schema,
  path: string,
  found: Set<string>,
  parents: Schema[],
): void {
  const schema = document.resolved(given)
  if (schema.enum !== undefined || schema.const !== undefined || parents.includes(schema)) return
  const inner = (child: Schema, step: string) =>
    collectUnbounded(document, child, path + step, found, [...parents, schema])
  const options = alternatives(schema)
  for (const option of options) inner(option, '')
  const types = [schema.type].flat()
  const hasFormats = options.length > 0 && options.every(({ format }) => format !== undefined)
  if (types.includes('string') && !hasFormats && !isBoundedText(schema)) found.add(`${path} (text)`)
  if (types.includes('array')) {
    if (schema.maxItems === undefined) found.add(`${path} (list)`)
    inner(schema.items ?? {}, '/*')
  }
  if (
    types.includes('object') &&
    schema.maxProperties === undefined &&
    isOpen(schema) &&
    options.length === 0
  )
    found.add(`${path} (object)`)
  for (const [name, property] of Object.entries(schema.properties ?? {})) inner(property, `/${name}`)
  if (isAny(schema) && parents.at(-1)?.['x-max-bytes'] === undefined) found.add(`${path} (any)`)
  const fields = [...Object.values(schema.patternProperties ?? {}), schema.additionalProperties]
  for (const field of fields) if (typeof field === 'object') inner(field, '/~')
}

const isAny = (schema: Schema) =>
  !['type', 'format', 'anyOf', 'oneOf', 'allOf', 'properties'].some((word) => word in schema)

const isOpen = ({ additionalProperties, patternProperties }: Schema) =>
  additionalProperties !== false || patternProperties !== undefined

/** A format has at most 2,000 characters; a pattern limits its texts when it repeats nothing without end. */
function isBoundedText({ maxLength, format, pattern }: Schema): boolean {
  if (maxLength !== undefined || format !== undefined) return true
  const withoutClasses = pattern?.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  return (
    withoutClasses !== undefined && /^\^.*\$$/.test(withoutClasses) && !/[*+]|\{\d+,\}/.test(withoutClasses)
  )
}

/** A request with one value at a bound, and one just beyond it. */
export interface BoundCase {
  description: string
  pointer: string
  atBound: Sample
  beyond: Sample
}

interface BoundValues {
  bound: string
  atBound: unknown
  beyond: unknown
}

/** Each bound of the schemas of an operation, with values at it and just beyond. */
export function* boundCasesOf(
  document: ApiDocument,
  operation: Operation,
  sample: Sample,
): Generator<BoundCase> {
  for (const { name, schema = {} } of parametersIn(operation, 'query')) {
    for (const { bound, atBound, beyond } of boundValues(document, schema, undefined)) {
      const queryWith = (value: unknown) => ({ ...sample, query: { ...sample.query, [name]: String(value) } })
      if (String(beyond).length > maxQueryLength) continue
      yield {
        description: `?${name} ${bound}`,
        pointer: `/${name}`,
        atBound: queryWith(atBound),
        beyond: queryWith(beyond),
      }
    }
  }
  if (operation.body?.type !== 'application/json') return
  for (const { path, schema, value, isCheckedLater } of objectsIn(
    document,
    operation.body.schema,
    sample.body,
  )) {
    if (isCheckedLater) continue
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const target = [...path, name]
      for (const { bound, atBound, beyond } of boundValues(document, property, value[name])) {
        const bodyWith = (changed: unknown) => ({
          ...sample,
          body: withValueAt(sample.body, target, changed),
        })
        const pointer = pointerOf(target)
        yield {
          description: `${pointer} ${bound}`,
          pointer,
          atBound: bodyWith(atBound),
          beyond: bodyWith(beyond),
        }
      }
    }
  }
}

/** Longer URLs are refused as a whole. */
const maxQueryLength = 4_000

function* boundValues(document: ApiDocument, given: Schema, value: unknown): Generator<BoundValues> {
  const schema = document.resolved(given)
  for (const option of [schema, ...alternatives(schema).map((choice) => document.resolved(choice))])
    for (const values of valuesOfOption(option, value))
      if (!document.matches(given, values.beyond)) yield values
}

function* valuesOfOption(schema: Schema, value: unknown): Generator<BoundValues> {
  const { maxLength, maxItems, maxProperties, minimum, maximum, 'x-max-bytes': maxBytes } = schema
  const values = (bound: string, limit: number, create: (size: number) => unknown, step = 1) => ({
    bound: `${bound} ${limit}`,
    atBound: create(limit),
    beyond: create(limit + step),
  })
  if (maxLength !== undefined && schema.format === undefined)
    yield values('maxLength', maxLength, (size) => 'x'.repeat(size))
  if (maxItems !== undefined && schema.uniqueItems !== true) {
    const item: unknown = Array.isArray(value) ? value[0] : (schema.items?.enum?.[0] ?? null)
    yield values('maxItems', maxItems, (size) => Array(size).fill(item))
  }
  if (maxProperties !== undefined)
    yield values('maxProperties', maxProperties, (size) =>
      Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, 1])),
    )
  // {"a":""} has eight bytes.
  if (maxBytes !== undefined) yield values('x-max-bytes', maxBytes, (size) => ({ a: 'x'.repeat(size - 8) }))
  if (maximum !== undefined) yield values('maximum', maximum, (size) => size)
  if (minimum !== undefined) yield values('minimum', minimum, (size) => size, -1)
}
