import { lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, type Dispatcher } from 'undici'

// Who writes a skillbase names addresses, and this process stands in its operator's network: tools reach the world only.

const isPublic = (address: string) => ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'

/** As dns.lookup, of public addresses only: what is connected to is what was looked at. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const good = (found ?? []).filter(({ address }) => isPublic(address))
    const [first] = good
    if (error !== null || first === undefined) done(error ?? new Error('the address is not public'), '', 0)
    else if (options.all) done(null, good)
    else done(null, first.address, first.family)
  })
}

/** What requests go through. */
export const createDispatcher = (toPrivate: boolean): Dispatcher =>
  new Agent({
    connect: { timeout: 3_000, ...(!toPrivate && { lookup: publicLookup }) },
    maxResponseSize: 64 * 1024,
  })

/** Whether a URL names an address itself, which nobody looks up, and it is not public. */
export function hasPrivateHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && !isPublic(host)
}
