import { connect } from '../../src/db/client.ts'
import { compareDay } from '../../src/modules/agreement/index.ts'
import { findDaysWithCalls, foldStep } from '../../src/modules/rollups/index.ts'

/** Differences between tasks, calls, metrics, counters and rollups. */
export interface AgreementFindings {
  /** Values, contributions and rollups that differ. */
  disagreements: number
  /** Some of them, for debugging; null when there is none. */
  disagreement: string | null
}

/** Waits until all changed calls are folded, and compares all days on which calls started. */
export async function auditAgreement(url: string): Promise<AgreementFindings> {
  const db = connect(url, { max: 2 })
  try {
    while ((await foldStep(db)) > 0);
    const day = 86_400_000
    const span = { from: new Date(Date.now() - 2 * day), until: new Date(Date.now() + day) }
    // Days begin at midnight UTC.
    for (const bound of Object.values(span)) bound.setUTCHours(0, 0, 0, 0)
    const found: AgreementFindings = { disagreements: 0, disagreement: null }
    for (const { company_id, day } of await findDaysWithCalls(db, span)) {
      const { wrong_calls, wrong_buckets, wrong_values, disagreements } = await compareDay(
        db,
        company_id,
        day,
      )
      found.disagreements += wrong_calls + wrong_buckets + wrong_values
      if (wrong_values > 0) found.disagreement ??= JSON.stringify(disagreements.slice(0, 5))
    }
    return found
  } finally {
    await db.close()
  }
}
