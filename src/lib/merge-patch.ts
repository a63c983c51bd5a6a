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
