import { type SQL, sql } from 'drizzle-orm'
import type { calls, Outcome } from '../../db/schema/index.ts'

/**
 * Where an outcome comes from, by rank: an outcome replaces those of a lower rank, whatever the order in which they arrive. Of
 * two reports of one source the first counts, but the latest correction.
 */
const outcomeSources = {
  /** A user or a program of the company corrects the outcome: PATCH of the call, PUT of its metrics. */
  correction: 5,
  /** The agent reports the end of the call. */
  agent: 4,
  /** The carrier reports the end of the call. */
  carrier: 3,
  /** Nobody reported an outcome: it was derived from how the call went. */
  classification: 1,
} as const

/** The rank of a stored outcome. An agent's and a corrected one are not distinguished. */
const storedRanks = {
  /** No outcome, or one that was classified: every source replaces it. */
  open: 0,
  /** The carrier could not be asked, so any report knows more. */
  lost: 2,
  carrier: outcomeSources.carrier,
  reported: outcomeSources.agent,
} as const

export type OutcomeSource = keyof typeof outcomeSources

export type OutcomeColumns = Pick<
  typeof calls.$inferSelect,
  'outcome' | 'is_outcome_classified' | 'is_outcome_from_carrier'
>

/** The call has an outcome that was reported, not one that was derived from how it went. */
export const isOutcomeReported = ({
  outcome,
  is_outcome_classified,
}: Pick<OutcomeColumns, 'outcome' | 'is_outcome_classified'>): boolean =>
  outcome !== null && !is_outcome_classified

function rankOf(call: OutcomeColumns): number {
  if (!isOutcomeReported(call)) return storedRanks.open
  if (!call.is_outcome_from_carrier) return storedRanks.reported
  return call.outcome === 'lost' ? storedRanks.lost : storedRanks.carrier
}

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
  if (outcome === undefined || outcomeSources[source] <= rankOf(call)) {
    const { is_outcome_classified, is_outcome_from_carrier } = call
    return { outcome: call.outcome, is_outcome_classified, is_outcome_from_carrier }
  }
  return {
    outcome,
    is_outcome_classified: source === 'classification' && outcome !== null,
    is_outcome_from_carrier: source === 'carrier' && outcome !== null,
  }
}

/** SQL: the assignments of `outcomeAfter`, in an UPDATE of calls with the alias `c`. `outcome` must not be null. */
export function setOutcome(source: OutcomeSource, outcome: SQL): SQL {
  const { open, lost, carrier, reported } = storedRanks
  const storedRank = sql.raw(`case when c.outcome is null or c.is_outcome_classified then ${open}
          when not c.is_outcome_from_carrier then ${reported}
          when c.outcome = 'lost' then ${lost} else ${carrier} end`)
  const isKept = sql`(${storedRank} >= ${sql.raw(String(outcomeSources[source]))})`
  const isSource = (other: OutcomeSource) => sql.raw(String(other === source))
  return sql`outcome = case when ${isKept} then c.outcome else ${outcome} end,
        is_outcome_classified = case when ${isKept} then c.is_outcome_classified else ${isSource('classification')} end,
        is_outcome_from_carrier = case when ${isKept} then c.is_outcome_from_carrier else ${isSource('carrier')} end`
}
