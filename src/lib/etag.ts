import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { Refusal } from './errors.ts'

/**
 * The strong ETag (RFC 9110 section 8.8.3) of the fields that a caller can edit. Counters are not among `fields`: a
 * running campaign, whose counters change all the time, can still be edited with If-Match.
 */
export const etagOf = (fields: unknown): string =>
  `"${createHash('sha256').update(canonicalJson(fields)).digest('base64url').slice(0, 22)}"`

/**
 * Checks an If-Match header against the current ETag.
 *
 * @param ifMatch the header: undefined when absent, `*`, or a list of ETags
 * @throws Refusal 'stale' when the caller edited an outdated copy
 */
export function assertIfMatch(ifMatch: string | undefined, currentEtag: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return
  if (ifMatch.split(',').some((tag) => tag.trim() === currentEtag)) return
  throw new Refusal(
    'stale',
    'stale_etag',
    'The resource has changed since you read it, so its ETag no longer matches If-Match. Read it again and repeat your change.',
  )
}
