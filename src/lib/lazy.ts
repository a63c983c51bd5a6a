/** Returns a function that calls `make` the first time and returns the same value from then on. */
export function lazy<T>(make: () => T): () => T {
  // In an object, because the value itself may be undefined.
  let cached: { value: T } | undefined
  return () => {
    cached ??= { value: make() }
    return cached.value
  }
}
