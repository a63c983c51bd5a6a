import postgres from 'postgres'
import { connect } from '../src/db/client.ts'
import { describeCase, shareCases, simulateShares } from '../test/dialing/share-simulation.ts'
import { clearQueue } from './queue-fill.ts'
import { type Bench, type BenchResult, spread } from './results.ts'

/** Attempts of a case per round and unit of weight. */
const attemptsPerWeight = 10

/**
 * Attempts of campaigns that share the limit of their company, compared with their weights, over simulated time. The
 * ratio is that of the attempts of each campaign to its exact share.
 */
export const benchShares: Bench = async (url, { rounds }) => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const db = connect(url, { max: 3 })
  try {
    const results: BenchResult[] = []
    for (const shareCase of shareCases) {
      await clearQueue(sql)
      const sum = shareCase.weights.reduce((total, weight) => total + weight, 0)
      const attempts = sum * attemptsPerWeight * rounds
      const { counts, expected, deviation, worst } = await simulateShares(db, sql, shareCase, attempts)
      results.push({
        path: describeCase(shareCase),
        ours: `${counts.join(' : ')}; off by ${deviation.toFixed(2)}, meanwhile ${worst.toFixed(2)}`,
        floor: expected.map((share) => share.toFixed(1)).join(' : '),
        ratio: spread(counts.map((count, i) => count / (expected[i] as number))),
        goal: 'off by <= 1 (1 attempt or 2 %)',
      })
    }
    return results
  } finally {
    await db.close()
    await sql.end()
  }
}
