import { sql } from 'drizzle-orm'
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { calls } from './calls.ts'
import { companyPolicy, createdAt, timestamptz } from './columns.ts'

/** What a call's prompt is filled with: kept as it was, so that the same call gives the same prompt for ever. */
export interface BriefContact {
  company_name: string
  contact_name: string | null
  phone_number: string | null
  contact_data: Record<string, unknown>
}

export const callBriefs = pgTable(
  'call_briefs',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    contact: jsonb().$type<BriefContact>().notNull(),
    /** When an agent first asked for it: from then on somebody is there to speak. */
    briefed_at: timestamptz(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'call_briefs_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'call_briefs_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    check('call_briefs_contact_check', sql`jsonb_typeof(${t.contact}) = 'object'`),
    companyPolicy(t.company_id),
  ],
)

/** Tokens that stand for one call: its agent reads its brief and reports by one, and by nothing else. */
export const callTokens = pgTable(
  'call_tokens',
  {
    company_id: uuid().notNull(),
    token_hash: text().notNull(),
    call_id: uuid().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'call_tokens_pkey', columns: [t.company_id, t.token_hash] }),
    foreignKey({
      name: 'call_tokens_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    index('call_tokens_call_idx').on(t.company_id, t.call_id),
    index('call_tokens_token_hash_idx').on(t.token_hash),
    index('call_tokens_created_at_idx').on(t.created_at),
    companyPolicy(t.company_id),
  ],
)
