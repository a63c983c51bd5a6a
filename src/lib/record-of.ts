/** An object with a property for each name. */
export const recordOf = <N extends string, V>(names: readonly N[], valueFor: (name: N) => V): Record<N, V> =>
  Object.fromEntries(names.map((name) => [name, valueFor(name)])) as Record<N, V>

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
