import { setTimeout as sleep } from 'node:timers/promises'
import type { CalleeState } from './rooms.ts'

/** How long before the ring limit the last look is, ms: after it, the callee is gone. */
const lastLookMs = 1_000
const firstLooksMs = [1_000, 3_000, 6_000, 10_000]
const laterLooksMs = 5_000

/** When a ringing phone is looked at, ms after the INVITE: often at first, and once right before the ring limit. */
export function lookTimes(ringMs: number): number[] {
  const last = Math.max(0, ringMs - lastLookMs)
  const times = firstLooksMs.filter((ms) => ms < last)
  for (let ms = 15_000; ms < last; ms += laterLooksMs) times.push(ms)
  return [...times, last]
}

export interface RingWatchOptions {
  /** When to look, ms after the start. */
  looksMs: readonly number[]
  look: () => Promise<CalleeState>
  onRinging: () => Promise<unknown>
  onError: (error: unknown) => void
}

/**
 * Looks at the callee until its phone rings. LiveKit sends no webhook about that, and it does not report whether the trunk
 * responded to the INVITE: the callee stays `dialing` until it does.
 */
export class RingWatch {
  private readonly stopping = new AbortController()
  private lastSeen: CalleeState | 'unknown' = 'unknown'

  constructor(options: RingWatchOptions) {
    void this.watch(options)
  }

  /** The callee was `dialing` at the last look. False when nothing is known. */
  get neverRang(): boolean {
    return this.lastSeen === 'dialing'
  }

  stop(): void {
    this.stopping.abort()
  }

  private async watch({ looksMs, look, onRinging, onError }: RingWatchOptions): Promise<void> {
    const startedAt = performance.now()
    for (const ms of looksMs) {
      const waitMs = Math.max(0, ms - (performance.now() - startedAt))
      const isOver = await sleep(waitMs, false, { signal: this.stopping.signal, ref: false }).catch(
        () => true,
      )
      if (isOver || this.stopping.signal.aborted) return
      this.lastSeen = 'unknown'
      try {
        this.lastSeen = await look()
        if (this.lastSeen === 'ringing') return void (await onRinging())
        if (this.lastSeen === 'active') return
      } catch (error) {
        onError(error)
      }
    }
  }
}
