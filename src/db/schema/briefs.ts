import { sql } from 'drizzle-orm'
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { calls } from './calls.ts'
import { companyPolicy, createdAt, timestamptz } from './columns.ts'

/** The values that a call's prompt is rendered with. Stored, so that the prompt of a call stays the same when data changes. */
export interface BriefContact {
  company_name: string
  contact_name: string | null
  phone_number: string | null
  /** Absent in contacts that were stored before extensions were. */
  phone_extension?: string | null
  contact_data: Record<string, unknown>
  /** The zone in which local times are stated. Absent for a contact without a campaign, and in those stored before zones were. */
  timezone?: string
  /** The zones in which the contact may be; none: unknown. Absent like `timezone`. */
  possible_timezones?: readonly string[]
}

export const callBriefs = pgTable(
  'call_briefs',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    contact: jsonb().$type<BriefContact>().notNull(),
    /** When an agent first requested the brief: from then on the agent is ready to speak. */
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

/** Access tokens. Each lets a voice agent read the brief of one call and report its results, and nothing else. */
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
