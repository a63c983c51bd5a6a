import type { OpenTurn } from './telemetry/collector.ts'
import type { TurnFields } from './telemetry/wire.ts'

/**
 * Turns that may be filler speech ("One moment, please"), which only bridges the wait for the answer. Whether one is
 * filler is known when the answer follows, or the user speaks first. Until then its latencies are held back.
 */
export class Fillers {
  private held: { turn: OpenTurn; latencies: TurnFields }[] = []

  get isEmpty(): boolean {
    return this.held.length === 0
  }

  has(turn: OpenTurn | undefined): boolean {
    return this.held.some((held) => held.turn === turn)
  }

  /** @param latencies those that the turn has if it proves to be the answer */
  hold(turn: OpenTurn, latencies: TurnFields): void {
    this.held.push({ turn, latencies })
  }

  /** The answer follows: the held turns were filler, without latencies. */
  finalizeAsFiller(): void {
    for (const { turn } of this.held.splice(0)) turn.finalize({ is_filler: true })
  }

  /** No answer follows: the first of the held turns was the answer. */
  finalizeAsAnswer(userMetrics: TurnFields): void {
    for (const [i, { turn, latencies }] of this.held.splice(0).entries()) {
      turn.add(latencies)
      turn.finalize(i === 0 ? userMetrics : {})
    }
  }
}
