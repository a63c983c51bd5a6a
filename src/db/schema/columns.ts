import { type SQL, sql } from 'drizzle-orm'
import { type AnyPgColumn, customType, numeric, pgPolicy, pgRole, timestamp, uuid } from 'drizzle-orm/pg-core'
import { v7 as uuidv7 } from 'uuid'

/** The role a request's transaction takes; row-level security binds it (migration 0000 makes it). */
export const tenantRole = pgRole('new_voice_tenant').existing()

/** The company a transaction speaks for; null when it forgot to say, and null sees nothing. */
export const currentCompany = sql`nullif(current_setting('app.company_id', true), '')::uuid`

/** No company's: what is done over several companies, or is everybody's, runs under it. */
export const noCompany = '00000000-0000-0000-0000-000000000000'

/** Row-level security of a table: its rows are those of the transaction's company. */
export const companyPolicy = (company: AnyPgColumn) =>
  pgPolicy('of_company', {
    for: 'all',
    to: tenantRole,
    using: sql`${company} = ${currentCompany}`,
    withCheck: sql`${company} = ${currentCompany}`,
  })

/** uuid v7 made by the app, so that index order is time order; the default serves hand-written SQL. */
export const id = () =>
  uuid()
    .notNull()
    .defaultRandom()
    .$defaultFn(() => uuidv7())

/** Milliseconds are what JavaScript holds: finer times would not survive a cursor. */
export const timestamptz = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

export const createdAt = () => timestamptz().notNull().defaultNow()

export const updatedAt = () =>
  timestamptz()
    .notNull()
    .defaultNow()
    .$onUpdate(() => sql`now()`)

/** USD, exact to a millionth; a decimal string in JavaScript, never a float. */
export const money = () => numeric({ precision: 12, scale: 6 })

/** Wall-clock time of day, HH:MM, to 24:00. */
export const wallClock = customType<{ data: string; driverData: string }>({
  dataType: () => 'time(0)',
  fromDriver: (value) => value.slice(0, 5),
})

/** CHECK body: the column is one of the words (or null, where the column may be). */
export const isOneOf = (column: AnyPgColumn, words: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`

/** CHECK body: a number of at least zero that is neither NaN nor infinite. */
export const isAmount = (column: AnyPgColumn): SQL => sql`${column} >= 0 and ${column} < 'Infinity'`

/** The longest latency that is believed, ms (10 min): beyond it a clock was wrong. */
export const maxLatencyMs = 600_000

/** CHECK body: a latency in ms; NaN sorts above every number, so it is refused too. */
export const isLatency = (column: AnyPgColumn): SQL =>
  sql`${column} between 0 and ${sql.raw(String(maxLatencyMs))}`
