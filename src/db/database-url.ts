import { Type } from '@sinclair/typebox'
import { isDecodable } from '../lib/percent-encoding.ts'

/** The environment variables that name the database. Those of libpq are used when DATABASE_URL is not set. */
export const DatabaseEnvironment = {
  DATABASE_URL: Type.Optional(Type.String()),
  PGHOST: Type.Optional(Type.String()),
  PGPORT: Type.Optional(Type.String()),
  PGUSER: Type.Optional(Type.String()),
  PGPASSWORD: Type.Optional(Type.String()),
  PGDATABASE: Type.Optional(Type.String()),
  PGSSLMODE: Type.Optional(Type.String()),
}

type DatabaseVariables = { [Name in keyof typeof DatabaseEnvironment]?: string | undefined }

/** The allowed values of each, as the end of the sentence "X must be …". */
export const allowedDatabaseValues: Record<keyof DatabaseVariables, string> = {
  DATABASE_URL:
    'a URL like postgres://user:password@host:5432/name, with special characters of user and password encoded (@ as %40, / as %2F, # as %23, ? as %3F, % as %25); or set PGHOST, PGUSER, PGPASSWORD and PGDATABASE instead, which need no encoding',
  PGHOST:
    'the name or IPv4 address of the PostgreSQL server; for other settings of the connection use DATABASE_URL, which takes precedence',
  PGPORT: 'a port from 1 to 65535 (with PGHOST; by default 5432)',
  PGUSER: 'the user of the database, where DATABASE_URL names none',
  PGPASSWORD: 'the password of the user, where DATABASE_URL contains none',
  PGDATABASE:
    'the name of the database: letters, digits, _, - and . (with PGHOST; by default the name of the user)',
  PGSSLMODE: 'disable, prefer, require or verify-full (with PGHOST; by default disable)',
}

/** A name or an IPv4 address: the driver takes neither IPv6 addresses nor, in a URL, the directory of a socket. */
const isHost = (text: string) => /^[\w.-]+$/.test(text)
const isPort = (text: string) => /^\d+$/.test(text) && Number(text) > 0 && Number(text) <= 65_535
/** The driver does not decode the name in a URL. */
const isDatabaseName = (text: string) => /^[\w.-]+$/.test(text)
const isSslMode = (text: string) => ['disable', 'prefer', 'require', 'verify-full'].includes(text)

const checks: Partial<Record<keyof DatabaseVariables, (text: string) => boolean>> = {
  PGHOST: isHost,
  PGPORT: isPort,
  PGDATABASE: isDatabaseName,
  PGSSLMODE: isSslMode,
}

/** The variables whose values cannot be used. Variables that are not used are not checked. */
export function findInvalidDatabaseVariables(variables: DatabaseVariables): (keyof DatabaseVariables)[] {
  const { DATABASE_URL, PGHOST } = variables
  if (DATABASE_URL !== undefined) return isDatabaseUrl(DATABASE_URL) ? [] : ['DATABASE_URL']
  if (PGHOST === undefined) return []
  return (Object.keys(checks) as (keyof DatabaseVariables)[]).filter((name) => {
    const value = variables[name]
    return value !== undefined && checks[name]?.(value) === false
  })
}

/**
 * Whether it is a URL of PostgreSQL in which host and path are what they seem to be. `/`, `?` and `#` end the part of a URL that
 * contains user, password and host: after a password that contains one unencoded, the driver would take a part of the
 * password for the host, and messages would show it.
 */
function isDatabaseUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text) || text.includes('#') || !URL.canParse(text)) return false
  const { username, password, pathname, search } = new URL(text)
  return (
    ![pathname, search].some((part) => part.includes('@')) &&
    [username, password, pathname].every(isDecodable)
  )
}

/** Parameters of libpq that change nothing here, with the values that are not refused: what they configure does not exist in the driver, or is its default. */
const ignoredParameters =
  /^(channel_binding|keepalives\w*|tcp_user_timeout|gss\w*|sslcompression|sslsni|krbsrvname|fallback_application_name|client_encoding)$/

/** Parameters of other clients that cannot be used, and what to do instead. */
const unsupportedParameters: Record<string, (value: string) => string | undefined> = {
  channel_binding: (value) =>
    value === 'require'
      ? 'the driver has no channel binding. Remove it, and set sslmode=verify-full, which also rejects a server in the middle'
      : undefined,
  sslrootcert: (value) =>
    value === 'system'
      ? undefined
      : 'the driver reads no certificates. Remove it, and set the environment variable NODE_EXTRA_CA_CERTS to that file',
  sslcert: () => 'client certificates are not supported. Use a password',
  sslkey: () => 'client certificates are not supported. Use a password',
  require_auth: () => 'the method of authentication is decided by the server. Remove it',
  pgbouncer: () =>
    'it is a parameter of another client. Set prepare=false for a pooler without prepared statements',
}

/** One sentence for each parameter of the URL that cannot be used. Values are not repeated. */
export function findUnsupportedParameters(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return []
  return [...new URL(url).searchParams].flatMap(([name, value]) => {
    const problem = unsupportedParameters[name]?.(value)
    return problem === undefined ? [] : [`DATABASE_URL has the parameter ${name}, but ${problem}.`]
  })
}

/**
 * The URL of the database; undefined: none is configured. User and password come from PGUSER and PGPASSWORD where
 * DATABASE_URL has none. The variables must be valid, see `findInvalidDatabaseVariables`.
 */
export function databaseUrlOf(variables: DatabaseVariables): string | undefined {
  const { DATABASE_URL, PGHOST, PGPORT = '5432', PGUSER, PGPASSWORD, PGSSLMODE } = variables
  if (DATABASE_URL === undefined && PGHOST === undefined) return undefined
  const url = new URL(DATABASE_URL ?? `postgres://${PGHOST}:${PGPORT}`)
  for (const name of [...url.searchParams.keys()])
    if (ignoredParameters.test(name)) url.searchParams.delete(name)
  if (DATABASE_URL === undefined) {
    // As in libpq, the name of the user is the default.
    url.pathname = variables.PGDATABASE ?? encodeURIComponent(PGUSER ?? '')
    if (PGSSLMODE !== undefined) url.searchParams.set('sslmode', PGSSLMODE)
  }
  if (url.username === '' && PGUSER !== undefined) url.username = encodeURIComponent(PGUSER)
  if (url.password === '' && PGPASSWORD !== undefined) url.password = encodeURIComponent(PGPASSWORD)
  return url.toString()
}
