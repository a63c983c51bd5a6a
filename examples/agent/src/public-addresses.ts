import { lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, type Dispatcher } from 'undici'

// Authors of skillbases choose the URLs of HTTP tools, and this process runs in the operator's network. Tools therefore
// reach public addresses only.

const connectTimeoutMs = 3_000
const maxResponseBytes = 64 * 1024

const isPublicAddress = (address: string) =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'

/**
 * Like dns.lookup, but returns public addresses only. Used for the connection itself, so that a name cannot resolve to
 * another address between the check and the connection.
 */
const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const addresses = (found ?? []).filter(({ address }) => isPublicAddress(address))
    const [first] = addresses
    if (error !== null || first === undefined) done(error ?? new Error('The address is not public.'), '', 0)
    else if (options.all) done(null, addresses)
    else done(null, first.address, first.family)
  })
}

/** Creates the dispatcher for requests of HTTP tools. */
export const createDispatcher = (allowPrivateAddresses: boolean): Dispatcher =>
  new Agent({
    connect: { timeout: connectTimeoutMs, ...(!allowPrivateAddresses && { lookup: publicLookup }) },
    maxResponseSize: maxResponseBytes,
  })

/** Whether the host of a URL is an IP address that is not public. Names are checked by the dispatcher's lookup. */
export function hasPrivateHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && !isPublicAddress(host)
}
