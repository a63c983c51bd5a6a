import { sql } from 'drizzle-orm'
import { bigserial, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { companyPolicy, timestamptz } from './columns.ts'
import { companies } from './companies.ts'

/** A queue of calls that changed: each change appends a row, and a loop consumes the rows. See db/change-queue.ts. */
const changedCalls = <Name extends string>(name: Name) =>
  pgTable(
    name,
    {
      company_id: uuid().notNull(),
      seq: bigserial({ mode: 'number' }).notNull(),
      call_id: uuid().notNull(),
      /** Not 0: the call could not be processed and is set aside. It is tried again at `retry_at`. */
      failures: integer().notNull().default(0),
      retry_at: timestamptz(),
      error: text(),
    },
    (t) => [
      primaryKey({ name: `${name}_pkey`, columns: [t.company_id, t.seq] }),
      index(`${name}_set_aside_idx`).on(t.company_id, t.seq).where(sql`${t.failures} > 0`),
      foreignKey({
        name: `${name}_company_fkey`,
        columns: [t.company_id],
        foreignColumns: [companies.id],
      }).onDelete('cascade'),
      companyPolicy(t.company_id),
    ],
  )

/** Calls that changed, so their rollups are out of date. Folding consumes the rows. */
export const dirtyCalls = changedCalls('dirty_calls')

/** Ended calls that changed, so that their transcripts may have to be indexed. The loop `index-transcripts` consumes the rows. */
export const changedTranscripts = changedCalls('changed_transcripts')
