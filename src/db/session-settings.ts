/**
 * Settings of every connection, as parameters of its startup: the service reads and writes texts in these formats, whatever
 * the database or the role sets. PgBouncer keeps these three per client, and refuses connections with most others.
 */
export const startupParameters = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
} as const

/** How long a transaction may keep a connection or a lock waiting, ms. */
export interface Deadlines {
  /** The server cancels a statement that runs longer. */
  statementMs: number
  /** A statement that waits longer for a row or table that another transaction has locked fails. */
  lockMs: number
  /** The server ends a transaction in which nothing is sent for this time. */
  idleMs: number
  /** A transaction that waits longer for a connection is refused. */
  waitMs: number
}

/** For everything that a client waits for. */
export const requestDeadlines: Deadlines = {
  statementMs: 15_000,
  lockMs: 5_000,
  idleMs: 15_000,
  waitMs: 10_000,
}

/** For loops: nobody waits, and a step that fails is tried again. */
export const backgroundDeadlines: Deadlines = {
  statementMs: 60_000,
  lockMs: 15_000,
  idleMs: 60_000,
  waitMs: 60_000,
}

/** How long after its own deadlines the server is considered not to respond, ms. */
const graceMs = 5_000

/** Nothing was sent for this time although the transaction goes on: the server does not respond, ms. */
export const maxSilenceMs = ({ statementMs, idleMs }: Deadlines): number =>
  Math.max(statementMs, idleMs) + graceMs

const setDeadlines = ({ statementMs, lockMs, idleMs }: Deadlines, scope: '' | 'local') =>
  [
    `set ${scope} statement_timeout = ${statementMs}`,
    `set ${scope} lock_timeout = ${lockMs}`,
    `set ${scope} idle_in_transaction_session_timeout = ${idleMs}`,
  ].join('; ')

/** Sets the deadlines of one transaction. */
export const setLocalDeadlines = (deadlines: Deadlines): string => setDeadlines(deadlines, 'local')

/**
 * Further settings of every connection of a pool, as statements. Floats are written with all their digits, and
 * transactions see what others have committed since their start.
 */
export const sessionStatements = (deadlines: Deadlines): string =>
  [
    setDeadlines(deadlines, ''),
    `set extra_float_digits = 1`,
    `set IntervalStyle = 'postgres'`,
    `set bytea_output = 'hex'`,
    `set default_transaction_isolation = 'read committed'`,
  ].join('; ')
