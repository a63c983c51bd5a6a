import { bigint, foreignKey, index, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import { calls } from './calls.ts'
import { companyPolicy, timestamptz, tsvector } from './columns.ts'

/**
 * The transcripts of calls that have ended, for searches: one row per call, written by the loop `index-transcripts`. Not a
 * generated column of `call_logs`: ingest would compute it, and insert it into the index, before it responds.
 */
export const callTexts = pgTable(
  'call_texts',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    /** As of the call. */
    started_at: timestamptz().notNull(),
    /** Of the text of all turns: the words are computed again only when it changes. */
    content_hash: bigint({ mode: 'bigint' }).notNull(),
    /** The words of all turns, and one lexeme for the company and the day of the call; see modules/search. */
    document: tsvector().notNull(),
  },
  (t) => [
    primaryKey({ name: 'call_texts_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'call_texts_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    index('call_texts_started_at_idx').on(t.company_id, t.started_at),
    index('call_texts_document_idx').using('gin', t.document),
    companyPolicy(t.company_id),
  ],
)
