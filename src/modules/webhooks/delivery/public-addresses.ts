import { lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A webhook would reach into a network that is not the world's: refused, whatever the name it goes by. */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS'
  constructor() {
    super('the address is private, loopback or link-local: webhooks go to public addresses')
  }
}

/**
 * Whether an address is one that anybody on the internet can be reached at. IPv4 in IPv6 clothes is taken as IPv4;
 * what is reserved for anything (private, loopback, link-local, shared, documentation, multicast) is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'unicast'
}

/** Whether a URL names an address that is not public by itself; a name says nothing before it is looked up. */
export function hasPrivateHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host)) return !isPublicAddress(host)
  return host === 'localhost' || host.endsWith('.localhost') || !host.includes('.')
}

/** As dns.lookup, of public addresses only: what is connected to is what was looked at. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '', 0)
    const good = found.filter(({ address }) => isPublicAddress(address))
    const [first] = good
    if (first === undefined) return done(new PrivateAddressError(), '', 0)
    if (options.all) done(null, good)
    else done(null, first.address, first.family)
  })
}
