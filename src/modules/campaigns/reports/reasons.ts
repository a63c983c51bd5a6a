/** Reasons why a campaign, or some of its contacts, cannot be dialed now. */
export const reasonCodes = [
  'not_running',
  'company_inactive',
  'nobody_waiting',
  'not_due',
  'attempts_per_number',
  'min_hours_between_attempts',
  'window_closed',
  'no_window',
  'zone_not_worked_out',
  'suppressed',
  'number_in_call',
  'callback_time_unusable',
  'waiting_to_settle',
  'opt_out_unreadable',
  'at_max_concurrent_calls',
  'at_calls_per_minute',
  'company_at_max_concurrent_calls',
  'company_at_calls_per_minute',
  'no_worker',
  'set_aside',
  'recent_faults',
] as const

export interface Reason {
  code: (typeof reasonCodes)[number]
  detail: string
  /** Contacts that cannot be dialed for this reason; null for a reason that applies to the whole campaign. */
  contacts: number | null
  /** The time from which the reason no longer applies; null when that is not known. */
  until: Date | null
}

/**
 * What a reason does: `stops` the campaign for all contacts; `limits` how many can be dialed now; keeps some `contacts` from being
 * dialed; or only `informs`.
 */
type ReasonKind = 'stops' | 'limits' | 'contacts' | 'informs'

export type RankedReason = Reason & { kind: ReasonKind }

/**
 * The reasons in the order in which they decide: what stops the campaign; then, while a contact could be dialed, its limits; then what
 * keeps the most contacts from being dialed; last what only informs. Without a contact that could be dialed, limits decide nothing.
 *
 * @param dialable the number of contacts that could be dialed now
 */
export function reasonsInOrder(reasons: readonly RankedReason[], dialable: number): Reason[] {
  const order: ReasonKind[] =
    dialable > 0 ? ['stops', 'limits', 'contacts', 'informs'] : ['stops', 'contacts', 'limits', 'informs']
  return order.flatMap((wanted) =>
    reasons
      .filter(({ kind }) => kind === wanted)
      .toSorted((a, b) => (b.contacts ?? 0) - (a.contacts ?? 0))
      .map(({ kind: _, ...reason }) => reason),
  )
}
