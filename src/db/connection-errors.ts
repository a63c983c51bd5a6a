import { DrizzleQueryError } from 'drizzle-orm/errors'

/** The driver's error: Drizzle wraps it in an error whose message contains the SQL and its parameters. */
export const driverErrorOf = (error: unknown): unknown =>
  error instanceof DrizzleQueryError ? error.cause : error

/** The SQLSTATE, or the code of Node or the driver; empty for an error without one. */
const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** What keeps the database from doing what a valid statement asks for. */
export type DatabaseFault =
  | 'unreachable'
  | 'no_free_connection'
  | 'disk_full'
  | 'out_of_memory'
  | 'read_only'
  | 'locked'
  | 'too_slow'

/** By SQLSTATE, see the appendix "PostgreSQL Error Codes" of its manual. */
const faultByCode: Record<string, DatabaseFault> = {
  '25006': 'read_only',
  '53100': 'disk_full',
  '53200': 'out_of_memory',
  '53300': 'no_free_connection',
  '55P03': 'locked',
  '57014': 'too_slow',
}

/** The fault that an error of the driver or of Drizzle reports; undefined for any other error. */
export function databaseFaultOf(error: unknown): DatabaseFault | undefined {
  const cause = driverErrorOf(error)
  const { code } = (cause ?? {}) as { code?: string }
  if (code === undefined) return undefined
  return faultByCode[code] ?? (isConnectionError(cause) ? 'unreachable' : undefined)
}

/** Whether the database reads, but does not write, at the moment. */
export function isWriteFault(error: unknown): boolean {
  const fault = databaseFaultOf(error)
  return fault === 'read_only' || fault === 'disk_full'
}

/** Codes of the connection: of Node and the driver, of class 08 and of a server that stops or starts. */
const isConnectionCode = (code: string): boolean =>
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT|08|57P)/.test(code)

/**
 * Whether an error means that the database does not respond: an error of connecting or of the connection (Node and the
 * driver), of the classes 08 (connection), 28 and 3D (user or database rejected) and 57P (shutdown, start) of PostgreSQL, or
 * a transaction that PostgreSQL has ended because nothing was sent in it (25P03).
 *
 * @param error the driver's error, not the one that Drizzle wraps around it
 */
function isConnectionError(error: unknown): boolean {
  const { code = '', syscall } = error as { code?: string; syscall?: string }
  // A missing socket file is ENOENT, an unknown host ENOTFOUND: other system calls have these codes too.
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  return isConnectionCode(code) || /^(25P03|28|3D)/.test(code)
}

/** Codes of Node for a certificate that is rejected, see https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const isCertificateCode = (code: string): boolean =>
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/.test(code)

/**
 * Explains an error of a database that cannot be used, in one line for an operator. The line contains host and port,
 * and never the password. undefined for any other error.
 */
export function describeConnectionError(error: unknown, url: string): string | undefined {
  const cause = driverErrorOf(error)
  const { code, message } = cause as { code?: string; message?: string }
  if (code === undefined) return undefined
  const { hostname, port, pathname } = new URL(url)
  const address = `${hostname}:${port || 5432}`
  if (code === '28P01' || code === '28000')
    return `The database at ${address} rejects the user or the password. Check DATABASE_URL, or PGUSER and PGPASSWORD.`
  if (code === '3D000') return `There is no database ${pathname.slice(1)} at ${address}. Create it first.`
  if (code === '42501')
    return `The database at ${address} denies permission: ${message}. ${ownershipHint(url)}`
  if (code === '53300')
    return `The database at ${address} has no free connection. Close some, or raise max_connections.`
  // undefined_object and invalid_parameter_value of the startup message: a parameter of the URL.
  if ((code === '42704' || code === '22023') && /parameter/.test(message ?? ''))
    return `The database at ${address} rejects a parameter of DATABASE_URL: ${message}. Correct or remove it.`
  if (isCertificateCode(code))
    return `The certificate of the database at ${address} cannot be verified (${code}). Set NODE_EXTRA_CA_CERTS to the file with the certificate of its authority, and use the host name that the certificate contains.`
  // A server without TLS closes the connection when the driver begins the handshake that the URL requires.
  if (code === 'ECONNRESET' && requiresTls(url))
    return `The database at ${address} closed the connection (${code}). If it does not use TLS, remove sslmode and ssl from DATABASE_URL, or set PGSSLMODE=disable. Otherwise check that it is running.`
  if (isConnectionError(cause)) {
    return `The database at ${address} does not respond (${code}). Check that it is running, and that DATABASE_URL or PGHOST and PGPORT are right.`
  }
  return undefined
}

/** Whether the driver gives the connection up when the server does not use TLS. */
function requiresTls(url: string): boolean {
  const { searchParams } = new URL(url)
  const mode = searchParams.get('sslmode') ?? searchParams.get('ssl') ?? 'disable'
  return !['disable', 'false', 'prefer'].includes(mode)
}

/** Explains how an administrator gives the user the privileges that it lacks. */
export function ownershipHint(url: string): string {
  const { username, pathname } = new URL(url)
  const quote = (name: string) => `"${decodeURIComponent(name).replaceAll('"', '""')}"`
  return `The user must own the database and its tables. As an administrator, run: ALTER DATABASE ${quote(pathname.slice(1))} OWNER TO ${quote(username)};`
}

/**
 * Whether an error is about the whole database, and not about the rows that a statement uses: it does not respond, has no
 * resources left (class 53), is read-only, or has an internal or system error (58, XX).
 */
export function isDatabaseWideError(error: unknown): boolean {
  const cause = driverErrorOf(error)
  return isConnectionError(cause) || /^(53|58|XX|25006)/.test(codeOf(cause))
}

/** Whether the failure is of the database or of another transaction, and not of the item: it does not count as an attempt. */
export function isTransientFailure(error: unknown): boolean {
  const code = codeOf(driverErrorOf(error))
  return isConnectionCode(code) || /^(53|40|55P03|25006)/.test(code)
}

/** Whether another transaction kept a row locked for longer than `lock_timeout`. */
export const isLockTimeout = (error: unknown): boolean => codeOf(driverErrorOf(error)) === '55P03'

/** Whether another transaction was in the way: a lock timeout, a deadlock or a serialization failure. */
export const isLockConflict = (error: unknown): boolean =>
  /^(55P03|40P01|40001)$/.test(codeOf(driverErrorOf(error)))

/** Whether a statement violated a constraint. @param code SQLSTATE of the kind of constraint, such as 23503 */
export function isViolation(error: unknown, code: string, constraint?: string): boolean {
  const cause = driverErrorOf(error) as { constraint_name?: string } | undefined
  return codeOf(cause) === code && (constraint === undefined || cause?.constraint_name === constraint)
}

/**
 * Why an item failed, for its owner and the log: the code and constraint of a database error, or the name of any other error.
 * Messages are left out, because they quote stored data.
 */
export function failureReason(error: unknown): string {
  const cause = (driverErrorOf(error) ?? {}) as Record<'constraint_name' | 'name', unknown>
  const code = codeOf(cause)
  if (code === '') return `The service could not process it (${String(cause.name ?? 'Error')}).`
  const text = meanings[code] ?? (code.startsWith('23') ? 'A stored value violates a constraint' : undefined)
  const constraint = cause.constraint_name ? `, ${String(cause.constraint_name)}` : ''
  return `${text ?? 'The database rejected it'} (${code}${constraint}).`
}

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
