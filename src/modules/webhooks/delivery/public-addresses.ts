import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Thrown instead of connecting to an address that is not public. */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS'
  constructor() {
    super('The address is private, loopback or link-local. Webhooks are sent to public addresses only.')
  }
}

/** The only IPv6 addresses that are assigned to hosts of the internet (RFC 4291, section 2.4; IANA registry). */
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3]

/**
 * Whether an IP address is public. An IPv4 address mapped into IPv6 is checked as IPv4. Reserved ranges (private,
 * loopback, link-local, shared, documentation, multicast, and IPv6 addresses that contain an IPv4 address) are not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast))
}

/** Whether a host name is resolved by the system itself, or has no top-level domain. */
export function isLocalName(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  return host === 'localhost' || host.endsWith('.localhost') || !host.includes('.')
}

/** Whether the host of a URL is a private IP address or a local name. Other names are checked after their DNS lookup. */
export function hasPrivateHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) ? !isPublicAddress(host) : isLocalName(host)
}
