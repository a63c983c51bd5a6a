import { Resolver, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isLocalName, isPublicAddress, PrivateAddressError } from './public-addresses.ts'

/** How long a name server may take, ms, and how often it is asked. */
const queryTimeoutMs = 2_000
const queryTries = 2

/** Thrown when a name has no address, or its name servers do not respond. `code` is that of the query for IPv4. */
class LookupError extends Error {
  readonly code: string
  constructor(code: string | undefined) {
    super('The host name could not be resolved.')
    this.code = code === 'ENOTFOUND' || code === 'ENODATA' ? 'ENOTFOUND' : 'LOOKUP_FAILED'
  }
}

interface Address {
  address: string
  family: 4 | 6
}

/**
 * Creates a replacement for dns.lookup that returns public addresses only, unless `allowPrivateAddresses`. It is used for
 * the connection itself, so that a name cannot resolve to another address between a check and the connection.
 *
 * It asks the name servers directly. dns.lookup would occupy one of the process's few threads until its own timeout: a few
 * names whose servers do not respond would stop all lookups, file reads and compression.
 *
 * @param servers name servers, `ip:port`; those of the system by default
 */
export function createLookup({
  allowPrivateAddresses,
  servers,
}: {
  allowPrivateAddresses: boolean
  servers?: readonly string[] | undefined
}): LookupFunction {
  const resolver = new Resolver({ timeout: queryTimeoutMs, tries: queryTries })
  if (servers !== undefined) resolver.setServers(servers)
  const isAllowed = ({ address }: Address) => allowPrivateAddresses || isPublicAddress(address)
  return (hostname, options, done) => {
    if (isLocalName(hostname)) {
      // Only the system can resolve local names.
      if (allowPrivateAddresses) systemLookup(hostname, options, done)
      else done(new PrivateAddressError(), '', 0)
      return
    }
    resolveAddresses(resolver, hostname, isAllowed).then(
      (addresses) => {
        const [first] = addresses
        if (first === undefined) done(new PrivateAddressError(), '', 0)
        else if (options.all) done(null, addresses)
        else done(null, first.address, first.family)
      },
      (error: LookupError) => {
        // Names of a private network can depend on the system's search domains.
        if (allowPrivateAddresses && error.code === 'ENOTFOUND') systemLookup(hostname, options, done)
        else done(error, '', 0)
      },
    )
  }
}

/**
 * The allowed IPv4 addresses of a name; those of IPv6 only where there are none, so that a name server that does not respond
 * to queries for IPv6 delays nothing. Empty when the name has addresses, but none is allowed.
 */
async function resolveAddresses(
  resolver: Resolver,
  hostname: string,
  isAllowed: (address: Address) => boolean,
): Promise<Address[]> {
  const v6 = query(resolver, hostname, 6)
  const v4 = await query(resolver, hostname, 4)
  const allowed = v4.addresses.filter(isAllowed)
  if (allowed.length > 0) return allowed
  const { addresses } = await v6
  if (v4.addresses.length === 0 && addresses.length === 0) throw new LookupError(v4.code)
  return addresses.filter(isAllowed)
}

const query = (resolver: Resolver, hostname: string, family: 4 | 6) =>
  new Promise<{ addresses: Address[]; code?: string | undefined }>((resolve) => {
    const done = (error: NodeJS.ErrnoException | null, found: string[]) =>
      resolve(
        error
          ? { addresses: [], code: error.code }
          : { addresses: found.map((address) => ({ address, family })) },
      )
    if (family === 4) resolver.resolve4(hostname, done)
    else resolver.resolve6(hostname, done)
  })
