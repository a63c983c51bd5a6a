import type { ApiDocument, Schema } from './document.ts'

/** An object inside a body, with its schema. */
export interface BodyObject {
  path: (string | number)[]
  schema: Schema
  value: Record<string, unknown>
  /** The schema allows any value here; the handler validates it. */
  isCheckedLater: boolean
}

const allowsAnything = (schema: Schema) =>
  !['$ref', 'type', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', 'properties'].some((word) => word in schema)

export const alternatives = (schema: Schema): Schema[] => schema.anyOf ?? schema.oneOf ?? []

/** Every object inside a valid body, including the body itself, outermost first. */
export function* objectsIn(
  document: ApiDocument,
  given: Schema,
  value: unknown,
  path: (string | number)[] = [],
  isInCheckedLater = false,
): Generator<BodyObject> {
  const isCheckedLater = isInCheckedLater || given['x-validated-per-item'] === true
  const schema = document.resolved(given)
  const choices = alternatives(schema)
  if (choices.length > 0 && schema.type !== 'string') {
    const choice = choices.find((option) => !allowsAnything(option) && document.matches(option, value))
    const isLater = isCheckedLater || choices.some(allowsAnything)
    if (choice !== undefined) yield* objectsIn(document, choice, value, path, isLater)
    return
  }
  if (Array.isArray(value)) {
    if (schema.items === undefined) return
    for (const [i, item] of value.entries())
      yield* objectsIn(document, schema.items, item, [...path, i], isCheckedLater)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const object = value as Record<string, unknown>
  yield { path, schema, value: object, isCheckedLater }
  for (const [name, inner] of Object.entries(object)) {
    const property = schema.properties?.[name] ?? patterned(schema, name)
    if (property !== undefined) yield* objectsIn(document, property, inner, [...path, name], isCheckedLater)
  }
}

const patterned = ({ patternProperties = {}, additionalProperties }: Schema, name: string) =>
  Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, 'u').test(name))?.[1] ??
  (typeof additionalProperties === 'object' ? additionalProperties : undefined)

/** A copy of a value with the part at a path replaced, or removed when undefined. Only objects on the path are copied. */
export function withValueAt(whole: unknown, path: (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as Record<string, unknown>
  const inner = withValueAt(copy[step], rest, value)
  if (inner === undefined) delete copy[step]
  else copy[step] = inner
  return copy
}

/** The JSON pointer (RFC 6901) of a path. */
export const pointerOf = (path: (string | number)[]) =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Values that a schema rejects: of other types, and just outside each of its limits. */
export function* invalidValues(document: ApiDocument, given: Schema): Generator<unknown> {
  const ofOtherTypes = [null, {}, [], 'no such thing', 12.5, true]
  const rejected = ofOtherTypes.filter((value) => !document.matches(given, value))
  yield* rejected.slice(0, 2)
  const schema = document.resolved(given)
  for (const option of [schema, ...alternatives(schema).map((choice) => document.resolved(choice))]) {
    for (const value of valuesOutsideLimits(option)) if (!document.matches(given, value)) yield value
  }
}

function* valuesOutsideLimits(schema: Schema): Generator<unknown> {
  if (schema.maxLength !== undefined && schema.maxLength < 1_000_000) yield 'x'.repeat(schema.maxLength + 1)
  if (schema.minLength !== undefined) yield ''
  if (schema.enum ?? schema.format ?? schema.pattern) yield '~ no such word ~'
  if (schema.maximum !== undefined) yield schema.maximum + 1
  if (schema.minimum !== undefined) yield schema.minimum - 1
  if (schema.minItems !== undefined && schema.minItems > 0) yield []
  if (schema.maxItems !== undefined && schema.maxItems <= 10_000) yield Array(schema.maxItems + 1).fill(null)
}
