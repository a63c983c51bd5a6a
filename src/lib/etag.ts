import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { malformed, Refusal } from './errors.ts'

/** The values of a resource from which its ETag is made. */
interface EtagValues {
  /** Values that a change by a caller replaces. */
  compared: readonly unknown[]
  /** Values that the service changes by itself, such as counters. */
  progress: readonly unknown[]
}

const hashOf = (values: readonly unknown[]): string =>
  createHash('sha256').update(canonicalJson(values)).digest('base64url').slice(0, 22)

/**
 * The strong ETag (RFC 9110, section 8.8.3) of a resource. It changes with every value. If there is progress, a dot separates the
 * hash of the compared values from that of the progress: If-Match compares the part before the dot only, so that a running
 * campaign, whose counters change all the time, can still be edited with If-Match.
 */
export const etagOf = ({ compared, progress }: EtagValues): string =>
  `"${hashOf(compared)}${progress.length === 0 ? '' : `.${hashOf(progress)}`}"`

/** An entity-tag of a header, without its quotes. */
interface EntityTag {
  isWeak: boolean
  opaque: string
}

/** One element of a list of entity-tags, which may be empty, and the comma or the end behind it. */
const listElement = /[ \t]*(?:(W\/)?"([!#-~\x80-\xff]*)"[ \t]*)?(?:,|$)/y

/** The value of If-Match or If-None-Match (RFC 9110, section 13.1): undefined when it is malformed. */
function parseCondition(header: string): '*' | readonly EntityTag[] | undefined {
  if (header.trim() === '*') return '*'
  const tags: EntityTag[] = []
  listElement.lastIndex = 0
  while (listElement.lastIndex < header.length) {
    const element = listElement.exec(header)
    if (element === null) return undefined
    const [, weak, opaque] = element
    if (opaque !== undefined) tags.push({ isWeak: weak !== undefined, opaque })
  }
  return tags.length === 0 ? undefined : tags
}

/** @throws Refusal 'malformed' */
function parseConditionOrThrow(name: 'If-Match' | 'If-None-Match', header: string) {
  const condition = parseCondition(header)
  if (condition !== undefined) return condition
  const detail = `${name} must be * or a list of ETags in double quotes, as a response has them in its ETag header. Example: ${name}: "kYt0bX3SgJQ7s0eT1uJ2-w". Received ${header.slice(0, 100)}.`
  throw malformed('invalid_headers', detail, [{ pointer: `/${name.toLowerCase()}`, detail }])
}

const opaqueOf = (etag: string): string => etag.slice(1, -1)
const comparedPartOf = (opaque: string): string => opaque.replace(/\..*$/s, '')

/**
 * Checks If-Match against the current ETag, by the strong comparison: a weak ETag never matches.
 *
 * @param ifMatch the header; undefined: no condition
 * @param etag undefined: the resource does not exist, so that nothing matches
 * @throws Refusal 'stale' when the caller read an older state; 'malformed' when the header is not a list of ETags
 */
export function assertIfMatch(ifMatch: string | undefined, etag: string | undefined): void {
  if (ifMatch === undefined) return
  const condition = parseConditionOrThrow('If-Match', ifMatch)
  if (etag !== undefined) {
    if (condition === '*') return
    const current = comparedPartOf(opaqueOf(etag))
    if (condition.some(({ isWeak, opaque }) => !isWeak && comparedPartOf(opaque) === current)) return
  }
  const hasOnlyWeak = condition !== '*' && condition.every(({ isWeak }) => isWeak)
  throw new Refusal(
    'stale',
    'stale_etag',
    hasOnlyWeak
      ? 'If-Match has only weak ETags (W/"..."), which never match. A proxy that compresses responses may have added W/: send the ETag without it.'
      : 'The resource has changed since you read it, so its ETag no longer matches If-Match. Read it again and repeat your change.',
  )
}

/** Whether If-None-Match has the current ETag, by the weak comparison. */
const hasTag = (condition: ReturnType<typeof parseCondition>, etag: string): boolean =>
  condition === '*' || condition?.some(({ opaque }) => opaque === opaqueOf(etag)) === true

/**
 * Whether the client of a GET has the current state. A malformed If-None-Match is ignored: the response is then sent as a
 * whole.
 */
export const isNotModified = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined && hasTag(parseCondition(ifNoneMatch), etag)

/**
 * Checks If-None-Match of a change. `*` allows it only while the resource does not exist.
 *
 * @param etag undefined: the resource does not exist
 * @throws Refusal 'stale' when the resource has one of the ETags; 'malformed' when the header is not a list of ETags
 */
export function assertIfNoneMatch(ifNoneMatch: string | undefined, etag: string | undefined): void {
  if (ifNoneMatch === undefined) return
  const condition = parseConditionOrThrow('If-None-Match', ifNoneMatch)
  if (etag === undefined || !hasTag(condition, etag)) return
  throw new Refusal(
    'stale',
    'etag_excluded',
    'The resource exists with an ETag that If-None-Match excludes, so nothing was changed. Remove the header to change it.',
  )
}
