type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON merge patch (RFC 7396): objects are merged, null removes, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Json = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}

/** How a change to a JSON object comes: PATCH merges it into what is there, PUT takes it as the whole. */
export type ChangeMode = 'merge' | 'replace'

/** The value after a change, or undefined when the change does not name it. */
export function applyChange<T>(present: T, change: T | undefined, mode: ChangeMode): T | undefined {
  if (change === undefined) return undefined
  return mode === 'merge' ? (mergePatch(present, change) as T) : change
}
