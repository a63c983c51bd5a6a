import { type SQL, sql } from 'drizzle-orm'

/**
 * Bytes of a jsonb value as JSON in UTF-8, like `jsonBytes` of lib/schema/json-size.ts: PostgreSQL writes a space after each
 * colon and comma between values. A text without them is not searched for them again if it is short enough with them.
 */
const jsonBytes = (value: SQL, maxBytes: number): SQL => sql`(
  select case when octet_length(written) <= ${sql.raw(String(maxBytes))} then octet_length(written)
    else octet_length(written) - length(regexp_replace(regexp_replace(written, '"(?:[^"\\\\]|\\\\.)*"', '', 'g'), '[^ ]', '', 'g')) end
  from (select (${value})::text as written offset 0) as as_text)`

/**
 * SQL condition: a jsonb object may be stored in place of another one. It takes at most `maxBytes`, or no more than the stored
 * one, which may be older than the limit. The same rule as `applyChangeWithinLimit` of lib/merge-patch.ts.
 */
export const isWithinLimit = (next: SQL, stored: SQL, maxBytes: number): SQL => sql`(
  ${jsonBytes(next, maxBytes)} <= ${sql.raw(String(maxBytes))} or ${jsonBytes(next, maxBytes)} <= ${jsonBytes(stored, maxBytes)})`
