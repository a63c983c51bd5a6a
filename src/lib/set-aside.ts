import { Counter } from 'prom-client'

/** What can be set aside, so that it does not stop the work behind it; docs/operations.md lists where each is visible. */
export const setAsideKinds = [
  'event',
  'event_delivery',
  'delivery',
  'events_of_company',
  'dirty_call',
  'rerate',
  'comparison',
] as const
export type SetAsideKind = (typeof setAsideKinds)[number]

/** An item that failed. It contains no stored data, so it may be logged. */
export interface SetAsideItem {
  kind: SetAsideKind
  company_id: string
  /** The id of the item: of the call, webhook, delivery, rerate or event, or the day of a comparison. */
  id: string
  /** As `failureReason` returns it. */
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

interface DatabaseError {
  code?: unknown
  constraint_name?: unknown
  name?: unknown
}

/**
 * Why an item failed, for its owner and the log: the code and constraint of a database error, or the name of any other error.
 * Messages are left out, because they quote stored data.
 */
export function failureReason(error: unknown): string {
  const { code, constraint_name, name } = causeOf(error)
  if (typeof code !== 'string') return `The service could not process it (${String(name ?? 'Error')}).`
  const text = meanings[code] ?? (code.startsWith('23') ? 'A stored value violates a constraint' : undefined)
  const constraint = constraint_name ? `, ${String(constraint_name)}` : ''
  return `${text ?? 'The database rejected it'} (${code}${constraint}).`
}

/** Drizzle wraps the driver's error. */
const causeOf = (error: unknown): DatabaseError =>
  ((error as { cause?: unknown } | undefined)?.cause ?? error ?? {}) as DatabaseError

/** Codes of PostgreSQL that stored values can cause, see https://www.postgresql.org/docs/18/errcodes-appendix.html. */
const meanings: Readonly<Record<string, string>> = {
  '22003': 'A number is out of range',
  '22P02': 'A value has the wrong format',
  '22008': 'A date or time is out of range',
  '22023': 'A value is not allowed here',
  '54000': 'A value is too large',
  '54001': 'A value is nested too deeply',
  '57014': 'It took longer than 15 s',
}

/** Whether the failure is of the database or of another transaction, and not of the item: it does not count as an attempt. */
export function isTransientFailure(error: unknown): boolean {
  const { code } = causeOf(error)
  if (typeof code !== 'string') return false
  return /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT|08|53|57P|40|55P03|25006)/.test(code)
}

/** Whether another transaction kept a row locked for longer than `lock_timeout`. */
export const isLockTimeout = (error: unknown): boolean => causeOf(error).code === '55P03'
