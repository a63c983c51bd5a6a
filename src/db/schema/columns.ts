import { type SQL, sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  customType,
  numeric,
  pgPolicy,
  pgRole,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import { v7 as uuidv7 } from 'uuid'
import { slugPattern } from '../../lib/slug.ts'
import { nilUuid } from '../../lib/uuid.ts'

/** The role of request transactions, to which row-level security applies. Migration 0000 creates it. */
export const tenantRole = pgRole('new_voice_tenant').existing()

/** The company of the transaction; null when `app.company_id` is not set, and then no row is visible. */
export const currentCompany = sql`nullif(current_setting('app.company_id', true), '')::uuid`

/**
 * The company_id of rows that belong to the platform: shared prices, and idempotency keys of PLATFORM_KEY. No company has
 * this id.
 */
export const platformCompany = nilUuid

/** Row-level security of a table: the tenant role reads and writes rows of the transaction's company only. */
export const companyPolicy = (company: AnyPgColumn) =>
  pgPolicy('of_company', {
    for: 'all',
    to: tenantRole,
    using: sql`${company} = ${currentCompany}`,
    withCheck: sql`${company} = ${currentCompany}`,
  })

/** A uuid v7 from the application, so that index order is time order. The column default is for hand-written SQL. */
export const id = () =>
  uuid()
    .notNull()
    .defaultRandom()
    .$defaultFn(() => uuidv7())

/** With milliseconds, the precision of a JavaScript Date: a finer value would be changed by a pagination cursor. */
export const timestamptz = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

/** With microseconds: at 60,000 calls a minute the slots of a campaign are 1 ms apart. */
export const timestamptzMicros = () => timestamp({ withTimezone: true, precision: 6, mode: 'date' })

export const createdAt = () => timestamptz().notNull().defaultNow()

export const updatedAt = () =>
  timestamptz()
    .notNull()
    .defaultNow()
    .$onUpdate(() => sql`now()`)

/** USD with 6 decimal places; a decimal string in JavaScript, because a float is not exact. */
export const money = () => numeric({ precision: 12, scale: 6 })

/** A wall-clock time of day, HH:MM, from 00:00 to 24:00. */
export const wallClock = customType<{ data: string; driverData: string }>({
  dataType: () => 'time(0)',
  fromDriver: (value) => value.slice(0, 5),
})

/** The words of a text, for full-text search. */
export const tsvector = customType<{ data: string; driverData: string }>({ dataType: () => 'tsvector' })

/**
 * The identity of the telephone behind the E.164 number in `phone_number`: equal for the numbers of one telephone. The
 * function is in migration 0010; `phoneIdentity` is the same rule in JavaScript. A column, because row-level security keeps
 * an index on the function itself from being used.
 */
export const phoneIdentityColumn = () => text().notNull().generatedAlwaysAs(sql`phone_identity(phone_number)`)

/** A list of constants for `in (...)`: `'pending', 'retry'`. The values must not come from a request. */
export const quotedList = (values: readonly string[]): string =>
  values.map((value) => `'${value}'`).join(', ')

/** The same as SQL. */
export const textList = (values: readonly string[]): SQL => sql.raw(quotedList(values))

/** CHECK body: the column has one of the values, or is null if it may be. */
export const isOneOf = (column: AnyPgColumn, values: readonly string[]): SQL =>
  sql`${column} in (${textList(values)})`

/** CHECK body: the column matches a pattern. */
export const matches = (column: AnyPgColumn, pattern: string): SQL => sql`${column} ~ '${sql.raw(pattern)}'`

/** CHECK body: the column is a slug. */
export const isSlug = (column: AnyPgColumn): SQL => matches(column, slugPattern)

/** CHECK body: a finite number of at least zero. NaN sorts above Infinity, so it is rejected too. */
export const isAmount = (column: AnyPgColumn): SQL => sql`${column} >= 0 and ${column} < 'Infinity'`

/** The longest plausible latency, ms (10 min): a longer one comes from a wrong clock. */
export const maxLatencyMs = 600_000

/** CHECK body: a plausible latency in ms. NaN sorts above every number, so it is rejected too. */
export const isLatency = (column: AnyPgColumn): SQL =>
  sql`${column} between 0 and ${sql.raw(String(maxLatencyMs))}`
