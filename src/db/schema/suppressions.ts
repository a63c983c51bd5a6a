import { check, foreignKey, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { e164Pattern } from '../../lib/phone/contact-numbers.ts'
import {
  companyPolicy,
  createdAt,
  id,
  isOneOf,
  matches,
  phoneIdentityColumn,
  timestamptz,
  updatedAt,
} from './columns.ts'
import { companies } from './companies.ts'
import {
  type SuppressionReason,
  type SuppressionSource,
  suppressionReasons,
  suppressionSources,
} from './states.ts'

/** Telephones that a company must not call, in any campaign. */
export const suppressions = pgTable(
  'suppressions',
  {
    company_id: uuid().notNull(),
    id: id(),
    phone_number: text().notNull(),
    phone_identity: phoneIdentityColumn(),
    reason: text().$type<SuppressionReason>().notNull().default('other'),
    source: text().$type<SuppressionSource>().notNull().default('api'),
    note: text(),
    call_id: uuid(),
    expires_at: timestamptz(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'suppressions_pkey', columns: [t.company_id, t.id] }),
    unique('suppressions_phone_identity_key').on(t.company_id, t.phone_identity),
    foreignKey({
      name: 'suppressions_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    index('suppressions_reason_idx').on(t.company_id, t.reason, t.id),
    check('suppressions_phone_number_check', matches(t.phone_number, e164Pattern)),
    check('suppressions_reason_check', isOneOf(t.reason, suppressionReasons)),
    check('suppressions_source_check', isOneOf(t.source, suppressionSources)),
    companyPolicy(t.company_id),
  ],
)
