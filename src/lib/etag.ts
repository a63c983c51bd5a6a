import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { Refusal } from './errors.ts'

/**
 * The ETag of what a caller can edit (RFC 9110 section 8.8.3, strong). Counters that move by themselves stay
 * out of `fields`, so that a running campaign can still be edited with If-Match.
 */
export const etagOf = (fields: unknown): string =>
  `"${createHash('sha256').update(canonicalJson(fields)).digest('base64url').slice(0, 22)}"`

/**
 * Refuses when the caller edited a copy that is no longer the present one.
 *
 * @param ifMatch the If-Match header: absent, `*`, or a list of ETags
 * @throws Refusal 'stale'
 */
export function assertIfMatch(ifMatch: string | undefined, present: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return
  if (ifMatch.split(',').some((tag) => tag.trim() === present)) return
  throw new Refusal(
    'stale',
    'stale_etag',
    'It was changed since you read it: read it again and repeat your change.',
  )
}
