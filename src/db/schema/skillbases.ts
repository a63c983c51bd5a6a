import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyPolicy, createdAt, id, isSlug, updatedAt } from './columns.ts'
import { companies } from './companies.ts'

/** Voice bots. `config` is the newest version; skillbase_versions contains every version. */
export const skillbases = pgTable(
  'skillbases',
  {
    company_id: uuid().notNull(),
    id: id(),
    name: text().notNull(),
    slug: text().notNull(),
    description: text(),
    version: integer().notNull().default(1),
    config: jsonb().$type<unknown>().notNull(),
    is_active: boolean().notNull().default(true),
    is_published: boolean().notNull().default(false),
    published_version: integer(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'skillbases_pkey', columns: [t.company_id, t.id] }),
    unique('skillbases_slug_key').on(t.company_id, t.slug),
    foreignKey({
      name: 'skillbases_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    check('skillbases_slug_check', isSlug(t.slug)),
    check('skillbases_version_check', sql`${t.version} >= 1`),
    check('skillbases_config_check', sql`jsonb_typeof(${t.config}) = 'object'`),
    check('skillbases_published_version_check', sql`${t.published_version} between 1 and ${t.version}`),
    check('skillbases_is_published_check', sql`${t.is_published} or ${t.published_version} is null`),
    companyPolicy(t.company_id),
  ],
)

/** Every version of a skillbase's config. Rows are immutable: the tenant role has no UPDATE privilege here. */
export const skillbaseVersions = pgTable(
  'skillbase_versions',
  {
    company_id: uuid().notNull(),
    skillbase_id: uuid().notNull(),
    version: integer().notNull(),
    config: jsonb().$type<unknown>().notNull(),
    config_hash: text(),
    restored_from: integer(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'skillbase_versions_pkey', columns: [t.company_id, t.skillbase_id, t.version] }),
    foreignKey({
      name: 'skillbase_versions_skillbase_fkey',
      columns: [t.company_id, t.skillbase_id],
      foreignColumns: [skillbases.company_id, skillbases.id],
    }).onDelete('cascade'),
    check('skillbase_versions_version_check', sql`${t.version} >= 1`),
    check('skillbase_versions_config_check', sql`jsonb_typeof(${t.config}) = 'object'`),
    check(
      'skillbase_versions_restored_from_check',
      sql`${t.restored_from} >= 1 and ${t.restored_from} < ${t.version}`,
    ),
    companyPolicy(t.company_id),
  ],
)
