/**
 * Settings of every connection, as parameters of its startup: the service reads and writes texts in these formats, whatever
 * the database or the role sets. PgBouncer keeps these three per client, and refuses connections with most others.
 */
export const startupParameters = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
} as const

/**
 * Further settings of every connection of a pool, as statements. The server cancels a statement after 15 s, and ends a
 * transaction that is idle for 30 s. Floats are written with all their digits, and transactions see what others have
 * committed since their start.
 */
export const sessionStatements = [
  `set statement_timeout = '15s'`,
  `set idle_in_transaction_session_timeout = '30s'`,
  `set extra_float_digits = 1`,
  `set IntervalStyle = 'postgres'`,
  `set bytea_output = 'hex'`,
  `set default_transaction_isolation = 'read committed'`,
].join('; ')
