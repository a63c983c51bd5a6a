import { isDecodable } from '../lib/percent-encoding.ts'
import type { ProblemInput } from './problem.ts'
import { withoutPrefix } from './public-path.ts'

/** Largest URL, characters: the head of a request has at most 16 KiB, and its headers need some of it. */
export const maxUrlLength = 14_000

/** A path that no route has: requests with a URL that is not valid are routed to it, so that they get a problem as others do. */
const noRoute = '/*'

/**
 * The URL to route a request by: path and query, without the origin of a proxy request and the prefix of PUBLIC_URL.
 *
 * @param target of the request line
 */
export function routedUrl(target: string, prefix: string): string {
  if (target === '*' || urlProblem(target) !== undefined) return noRoute
  return withoutPrefix(withoutOrigin(target), prefix)
}

/** Removes the origin of an absolute URL, which clients of proxies send: RFC 9112 demands that servers accept it. */
function withoutOrigin(target: string): string {
  const origin = /^https?:\/\/[^/?#]*/i.exec(target)?.[0]
  if (origin === undefined) return target
  const rest = target.slice(origin.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** Why a request target is not valid; undefined when it is. `*`, which only OPTIONS may have, is not valid here. */
export function urlProblem(target: string): ProblemInput | undefined {
  const malformed = (detail: string): ProblemInput => ({ status: 400, code: 'malformed_url', detail })
  if (target.length > maxUrlLength) {
    const detail = `The URL has more than ${maxUrlLength} characters. Shorten the path or the query string.`
    return { status: 414, code: 'uri_too_long', detail }
  }
  // HTTP/1.1 has only visible ASCII characters there; Node.js reads other bytes as Latin-1.
  if (/[^\x21-\x7e]/.test(target)) {
    return malformed(
      'The URL has characters that are not ASCII, or control characters. Percent-encode their UTF-8 bytes, for example é as %C3%A9.',
    )
  }
  if (target.includes('%') && !isDecodable(target)) {
    return malformed(
      'The URL has a percent sign that does not begin an encoded UTF-8 character. Encode a percent sign as %25, and other characters as their UTF-8 bytes, for example é as %C3%A9.',
    )
  }
  if (/^(\/|https?:\/\/)/i.test(target)) return undefined
  return malformed('The request line has no path. It must start with a slash, for example /api/company.')
}
