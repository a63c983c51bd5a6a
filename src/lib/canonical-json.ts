import { createHash } from 'node:crypto'

/** JSON with sorted object keys, so that equal values give equal text (after RFC 8785, JSON Canonicalization Scheme). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** SHA-256 of the canonical JSON, in hex. Equal values have equal hashes, whatever the order of their keys. */
export const canonicalHash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')
