import { type SQL, sql } from 'drizzle-orm'
import type { calls, Outcome } from '../../db/schema/index.ts'

/** Where an outcome comes from, and so which outcomes it replaces. */
interface OutcomeSourceRule {
  /** It replaces an outcome that was reported. Every source replaces one that was classified. */
  replacesReported: boolean
  /** It was derived from how the call went. */
  isClassified: boolean
}

const outcomeSources = {
  /** A user or a program of the company corrects the outcome: PATCH of the call, PUT of its metrics. */
  correction: { replacesReported: true, isClassified: false },
  /** The agent or the carrier reports the end of the call. The first report counts. */
  report: { replacesReported: false, isClassified: false },
  /** Nobody reported an outcome. */
  classification: { replacesReported: false, isClassified: true },
} as const satisfies Record<string, OutcomeSourceRule>

export type OutcomeSource = keyof typeof outcomeSources

export type OutcomeColumns = Pick<typeof calls.$inferSelect, 'outcome' | 'is_outcome_classified'>

/** The call has an outcome that was reported, not one that was derived from how it went. */
export const isOutcomeReported = ({ outcome, is_outcome_classified }: OutcomeColumns): boolean =>
  outcome !== null && !is_outcome_classified

/**
 * The outcome columns of a call after `source` has set the outcome; null: not known, undefined: not reported. Every write
 * of calls.outcome follows this rule or `setOutcome`, its form in SQL. The database copies a changed outcome to
 * call_metrics, and removes the confidence and the reason of the former one (trigger copy_outcome_to_metrics).
 */
export function outcomeAfter(
  call: OutcomeColumns,
  source: OutcomeSource,
  outcome: Outcome | null | undefined,
): OutcomeColumns {
  const { replacesReported, isClassified } = outcomeSources[source]
  const isKept = outcome === undefined || (isOutcomeReported(call) && !replacesReported)
  if (isKept) return { outcome: call.outcome, is_outcome_classified: call.is_outcome_classified }
  return { outcome, is_outcome_classified: isClassified && outcome !== null }
}

/** SQL: the assignments of `outcomeAfter`, in an UPDATE of calls with the alias `c`. `outcome` must not be null. */
export function setOutcome(source: OutcomeSource, outcome: SQL): SQL {
  const { replacesReported, isClassified } = outcomeSources[source]
  const isKept = replacesReported ? sql`false` : sql`(c.outcome is not null and not c.is_outcome_classified)`
  return sql`outcome = case when ${isKept} then c.outcome else ${outcome} end,
        is_outcome_classified = not ${isKept} and ${sql.raw(String(isClassified))}`
}
