import { synonymsOf } from '../lib/schema/typebox.ts'

/** Replaces other names of values in a body by the values of the API, in place. */
export type ReplaceSynonyms = (value: unknown) => void

interface Schema {
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: readonly Schema[]
}

/**
 * Compiles a schema to the function that replaces synonyms in a value; undefined when the schema has none. Follows
 * properties, items and alternatives; references to named schemas are not followed.
 */
export function compileSynonyms(schema: Schema): ReplaceSynonyms | undefined {
  const steps: ReplaceSynonyms[] = []
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const replace = replacerOf(property)
    if (replace === undefined) continue
    steps.push((value) => {
      if (!isObject(value) || !Object.hasOwn(value, name)) return
      value[name] = replace(value[name])
    })
  }
  const replaceItem = schema.items && replacerOf(schema.items)
  if (replaceItem !== undefined) {
    steps.push((value) => {
      if (Array.isArray(value)) for (const [i, item] of value.entries()) value[i] = replaceItem(item)
    })
  }
  for (const alternative of schema.anyOf ?? []) {
    const replace = compileSynonyms(alternative)
    if (replace !== undefined) steps.push(replace)
  }
  if (steps.length === 0) return undefined
  return (value) => {
    for (const step of steps) step(value)
  }
}

/** Like `compileSynonyms`, for a value inside another: returns the value that replaces it. */
function replacerOf(schema: Schema): ((value: unknown) => unknown) | undefined {
  const alternatives = [schema, ...(schema.anyOf ?? [])]
  const synonyms = alternatives.map(synonymsOf).find((found) => found !== undefined)
  if (synonyms !== undefined)
    return (value) => (typeof value === 'string' ? (synonyms.get(value) ?? value) : value)
  const replaceInside = compileSynonyms(schema)
  if (replaceInside === undefined) return undefined
  return (value) => {
    replaceInside(value)
    return value
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
