/** What is made when it is first asked for, and kept: a process that never asks does not pay for it. */
export function lazy<T>(make: () => T): () => T {
  let made: { it: T } | undefined
  return () => {
    made ??= { it: make() }
    return made.it
  }
}
