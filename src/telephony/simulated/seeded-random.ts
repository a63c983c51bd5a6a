import { createHash } from 'node:crypto'

/**
 * Random numbers from a seed: the same seed always gives the same sequence, so that simulated calls can be repeated.
 */
export class SeededRandom {
  private state: number

  constructor(seed: string) {
    this.state = createHash('sha256').update(seed).digest().readUInt32LE(0)
  }

  /** Uniform, 0 <= x < 1 (mulberry32, public domain). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** True with the given probability, 0 to 1. */
  chance = (probability: number): boolean => this.next() < probability

  /** Uniform, min <= x < max. */
  between = (min: number, max: number): number => min + (max - min) * this.next()

  /** Normal distribution (Box and Muller 1958). */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next())
  }

  /** Log-normal distribution; sigma is the deviation of the logarithm. */
  logNormal = (median: number, sigma: number): number => median * Math.exp(this.normal(0, sigma))

  /** Poisson distribution (Knuth's product of uniforms, for small means). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean)
    let product = this.next()
    let count = 0
    for (; product > limit; count++) product *= this.next()
    return count
  }

  /** One key, with a probability proportional to its weight. Weights need not add up to 1. */
  pick<T extends string>(weights: Readonly<Partial<Record<T, number>>>): T {
    const entries = Object.entries(weights) as [T, number][]
    let remaining = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      remaining -= weight
      if (remaining < 0) return key
    }
    return (entries.at(-1) as [T, number])[0]
  }
}
