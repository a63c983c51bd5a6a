import { Counter } from 'prom-client'

/** What can be set aside, so that it does not stop the work behind it; docs/operations.md lists where each is visible. */
export const setAsideKinds = [
  'event',
  'event_delivery',
  'delivery',
  'events_of_company',
  'dirty_call',
  'transcript',
  'rerate',
  'comparison',
  'call',
] as const
export type SetAsideKind = (typeof setAsideKinds)[number]

/** An item that failed. It contains no stored data, so it may be logged. */
export interface SetAsideItem {
  kind: SetAsideKind
  company_id: string
  /** The id of the item: of the call, webhook, delivery, rerate or event, or the day of a comparison. */
  id: string
  /** As `failureReason` of db/connection-errors.ts returns it. */
  reason: string
}

/** Called with each item that is set aside. */
export type OnSetAside = (item: SetAsideItem) => void

const setAsideTotal = new Counter({
  name: 'new_voice_set_aside_total',
  help: 'Items that failed and were set aside, so that the others continue, by kind.',
  labelNames: ['kind'] as const,
  registers: [],
})
// Visible as 0 before the first one, so that its increase can be alerted on.
for (const kind of setAsideKinds) setAsideTotal.inc({ kind }, 0)

/** For the registry of /metrics. */
export const setAsideMetrics = [setAsideTotal]

export const countSetAside: OnSetAside = ({ kind }) => setAsideTotal.inc({ kind })

/** Also logs each item. */
export const logSetAside =
  (log: { warn(fields: object, message: string): void }): OnSetAside =>
  (item) => {
    countSetAside(item)
    log.warn(item, 'an item failed and was set aside; the others continue')
  }

/** Attempts in a row after which an item is given up, where it can be. */
export const maxFailures = 5

/** Half of the first delay, and the longest one, ms. */
export const firstBackoffMs = 1_000
export const maxBackoffMs = 3_600_000

/** Milliseconds until the next attempt, after this number of failures in a row: 2 s, doubled each time, up to an hour. */
export const backoffMs = (failures: number): number =>
  Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(failures, 30))
