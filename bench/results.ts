export interface BenchOptions {
  /** Rows in the table that is read. */
  rows: number
  /** Turns of the month that is measured. */
  turns: number
  /** How often each side is measured; medians are reported. */
  rounds: number
  /** Seconds of each measurement. */
  seconds: number
}

/** One line of the output: the service against its floor or peer. */
export interface BenchResult {
  path: string
  ours: string
  floor: string
  ratio: Spread
  goal: string
}

export type Bench = (url: string, options: BenchOptions) => Promise<BenchResult[]>

export interface Spread {
  median: number
  min: number
  max: number
}

/** Median, min and max over the rounds; NaN when there are no values. */
export function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const valueAt = (i: number) => sorted[i] ?? Number.NaN
  const middle = sorted.length / 2
  const median =
    sorted.length % 2 === 1 ? valueAt(Math.floor(middle)) : (valueAt(middle - 1) + valueAt(middle)) / 2
  return { median, min: valueAt(0), max: valueAt(sorted.length - 1) }
}
