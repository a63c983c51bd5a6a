/**
 * What a database that cannot be used says, in a line for an operator that names host and port and never the user's
 * password; undefined for any other error. Give it what the driver threw, not what Drizzle made of it.
 */
export function describeConnectionError(error: unknown, url: string): string | undefined {
  const { code, message } = error as { code?: string; message?: string }
  if (code === undefined) return undefined
  if (!URL.canParse(url))
    return `DATABASE_URL cannot be read (${code}): is it postgres://user:password@host:5432/name?`
  const { hostname, port, pathname } = new URL(url)
  const where = `${hostname}:${port || 5432}`
  if (code === '28P01' || code === '28000')
    return `The database at ${where} refuses the user of DATABASE_URL.`
  if (code === '3D000') return `There is no database ${pathname.slice(1)} at ${where}: create it first.`
  if (code === '42501') return `The database at ${where} refuses: ${message}. ${ownershipHint(url)}`
  if (code === '53300')
    return `The database at ${where} has no connection left: end some, or raise max_connections.`
  if (/^(E[A-Z]+|CONNECT|CONNECTION|57P0|08)/.test(code)) {
    return `The database at ${where} does not answer (${code}): is it running, and is DATABASE_URL right?`
  }
  return undefined
}

/** What to do where a right is missing. */
export function ownershipHint(url: string): string {
  const { username, pathname } = new URL(url)
  const quoted = (name: string) => `"${decodeURIComponent(name).replaceAll('"', '""')}"`
  return `The user must own the database and its tables; an administrator runs: ALTER DATABASE ${quoted(pathname.slice(1))} OWNER TO ${quoted(username)};`
}
