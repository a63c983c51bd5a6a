import { createHash } from 'node:crypto'

/** Random numbers that are the same for the same name: a simulated call can be told again. */
export class SeededRandom {
  private state: number

  constructor(name: string) {
    this.state = createHash('sha256').update(name).digest().readUInt32LE(0)
  }

  /** Uniform over 0 <= x < 1 (mulberry32, public domain). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  chance = (rate: number): boolean => this.next() < rate

  between = (least: number, most: number): number => least + (most - least) * this.next()

  /** Normal (Box and Muller 1958). */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next())
  }

  logNormal = (median: number, sigma: number): number => median * Math.exp(this.normal(0, sigma))

  /** Poisson (Knuth's product of uniforms: for small means). */
  poisson(mean: number): number {
    const floor = Math.exp(-mean)
    let product = this.next()
    let n = 0
    for (; product > floor; n++) product *= this.next()
    return n
  }

  /** One word of a table of shares, which need not add up to 1. */
  pick<T extends string>(shares: Readonly<Partial<Record<T, number>>>): T {
    const entries = Object.entries(shares) as [T, number][]
    let left = this.next() * entries.reduce((sum, [, share]) => sum + share, 0)
    for (const [word, share] of entries) {
      left -= share
      if (left < 0) return word
    }
    return (entries.at(-1) as [T, number])[0]
  }
}
