/**
 * Runs `work` for each item, at most `concurrency` at a time, in their order. Returns the results in the order of the items.
 *
 * @throws the first error, after all items were tried, so that one of them does not stop the others
 */
export async function mapConcurrently<T, R>(
  concurrency: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const errors: unknown[] = []
  const remaining = items.entries()
  const runNext = async () => {
    for (const [i, item] of remaining) {
      try {
        results[i] = await work(item)
      } catch (error) {
        errors.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, runNext))
  if (errors.length > 0) throw errors[0]
  return results
}
