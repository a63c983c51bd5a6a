import { invalid } from './errors.ts'
import { jsonBytes, maxJsonBytes } from './schema/json-size.ts'

type JsonObject = Record<string, unknown>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Applies a JSON merge patch (RFC 7396): objects are merged, null removes a member, any other value replaces. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}

/** How a request changes a JSON object: PATCH merges into the stored value, PUT replaces it. */
export type ChangeMode = 'merge' | 'replace'

/** The value after a change; undefined when the request does not contain the field, so it must not be written. */
export function applyChange<T>(stored: T, change: T | undefined, mode: ChangeMode): T | undefined {
  if (change === undefined) return undefined
  return mode === 'merge' ? (mergePatch(stored, change) as T) : change
}

/**
 * Like `applyChange`, for an object with a maximum size. Merges could otherwise make it grow without end. A stored object
 * that is larger than the limit, because it is older, may shrink or stay.
 *
 * @param field its name in the request
 * @throws Refusal 'invalid'
 */
export function applyChangeWithinLimit<T>(
  field: keyof typeof maxJsonBytes,
  stored: T,
  change: T | undefined,
  mode: ChangeMode,
): T | undefined {
  const next = applyChange(stored, change, mode)
  if (mode === 'replace' || next === undefined) return next
  const [bytes, maxBytes] = [jsonBytes(next), maxJsonBytes[field]]
  if (bytes <= maxBytes || bytes <= jsonBytes(stored)) return next
  const detail = `With the stored fields, ${field} would have ${bytes} bytes as JSON; at most ${maxBytes} are allowed. Remove fields by setting them to null.`
  throw invalid('object_too_large', detail, [{ pointer: `/${field}`, detail }])
}
