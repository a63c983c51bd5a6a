import { type SQL, sql } from 'drizzle-orm'

/**
 * A new uuid v7 with the time `at`, one per row. The server's own uuidv7() needs PostgreSQL 18. The milliseconds, with a
 * hyphen after 8 of 12 digits, and the version replace the beginning of a random uuid.
 */
export const newIdAt = (at: SQL): SQL => sql`overlay(gen_random_uuid()::text placing
  overlay(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') placing '-' from 9 for 0) || '-7'
  from 1 for 15)::uuid`
