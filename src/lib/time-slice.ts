import { setImmediate as nextTurn } from 'node:timers/promises'

/** A fifth of the time for which nothing may block the event loop. */
const sliceMs = 10

/** Divides a long computation into slices of about 10 ms, so that requests and other loops are served between them. */
export class TimeSlices {
  private startedAt = performance.now()

  /** Call it between steps of the computation. Resolves at once while the slice lasts; later when others have had a turn. */
  async next(): Promise<void> {
    if (performance.now() - this.startedAt < sliceMs) return
    await nextTurn()
    this.startedAt = performance.now()
  }
}

/** Maps items in order, in slices of about 10 ms. */
export async function mapInSlices<T, R>(
  items: readonly T[],
  map: (item: T) => R,
  slices: TimeSlices = new TimeSlices(),
): Promise<R[]> {
  const mapped: R[] = []
  for (const item of items) {
    await slices.next()
    mapped.push(map(item))
  }
  return mapped
}
