import { and, eq, ilike, or, sql } from 'drizzle-orm'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { skillbases, skillbaseVersions } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { assertIfMatch, etagOf } from '../../lib/etag.ts'
import { applyChange, type ChangeMode } from '../../lib/merge-patch.ts'
import { configHash, parseConfig } from './config/validate-config.ts'
import { addVersion } from './version-store.ts'

/** `config` is whatever is stored: hand-written SQL may have stored anything that is an object. */
export type Skillbase = typeof skillbases.$inferSelect

export interface SkillbaseInput {
  name: string
  slug: string
  description?: string | null
  config: unknown
}

export type SkillbaseChange = Partial<SkillbaseInput> & { is_active?: boolean }

export interface SkillbaseFilter {
  q?: string
  slug?: string
  is_active?: boolean
  is_published?: boolean
}

const isSkillbase = (tx: Tx, id: string) =>
  and(eq(skillbases.company_id, tx.company_id), eq(skillbases.id, id))

/**
 * Makes a skillbase with version 1. One statement writes both rows, because a trigger (for hand-written SQL) would
 * otherwise keep version 1 before we do, without its hash.
 *
 * @throws Refusal 'malformed' or 'invalid' for the config, 'conflict' when the slug is taken
 */
export async function createSkillbase(tx: Tx, input: SkillbaseInput): Promise<Skillbase> {
  const config = parseConfig(input.config, '/config')
  const made = tx.$with('made').as(
    tx
      .insert(skillbases)
      .values({ ...input, config, company_id: tx.company_id })
      .onConflictDoNothing({ target: [skillbases.company_id, skillbases.slug] })
      .returning(),
  )
  const kept = tx.$with('kept').as(
    tx
      .insert(skillbaseVersions)
      .select(
        sql`select company_id, id, version, config, ${configHash(config)}, null::integer, created_at from ${made}`,
      )
      .returning(),
  )
  const [skillbase] = await tx.with(made, kept).select().from(made)
  if (skillbase === undefined) throw slugTaken()
  return skillbase
}

/** @throws Refusal 'not_found' */
export async function getSkillbase(tx: Tx, id: string): Promise<Skillbase> {
  const [skillbase] = await tx.select().from(skillbases).where(isSkillbase(tx, id))
  if (skillbase === undefined) throw notFound('skillbase')
  return skillbase
}

/**
 * The skillbase, held until the transaction ends: whoever changes it waits, whoever refers to it does not.
 *
 * @throws Refusal 'not_found'
 */
export async function lockSkillbase(tx: Tx, id: string): Promise<Skillbase> {
  const [skillbase] = await tx.select().from(skillbases).where(isSkillbase(tx, id)).for('no key update')
  if (skillbase === undefined) throw notFound('skillbase')
  return skillbase
}

/** Skillbases, newest first; `q` finds in name and slug. */
export function listSkillbases(tx: Tx, query: PageQuery & SkillbaseFilter): Promise<Page<Skillbase>> {
  const { q, slug, is_active, is_published } = query
  const where = and(
    eq(skillbases.company_id, tx.company_id),
    slug === undefined ? undefined : eq(skillbases.slug, slug),
    is_active === undefined ? undefined : eq(skillbases.is_active, is_active),
    is_published === undefined ? undefined : eq(skillbases.is_published, is_published),
    q === undefined ? undefined : or(contains('name', q), contains('slug', q)),
  )
  return listPage(tx, { from: skillbases, where, key: [skillbases.id] }, query)
}

const contains = (column: 'name' | 'slug', text: string) =>
  ilike(skillbases[column], `%${text.replace(/[\\%_]/g, '\\$&')}%`)

/** The ETag of all that a caller can change of a skillbase. */
export const skillbaseEtag = (skillbase: Skillbase): string => {
  const { name, slug, description, version, config, is_active, is_published, published_version } = skillbase
  return etagOf({ name, slug, description, version, config, is_active, is_published, published_version })
}

/** The ETag of a skillbase's config alone: a new name leaves it is. */
export const configEtag = ({ version, config }: Skillbase): string => etagOf({ version, config })

/**
 * Changes what is named. A config that differs becomes a new version; an equal one, or a new name, does not.
 *
 * @throws Refusal 'not_found', 'stale', 'malformed' or 'invalid' for the config, 'conflict' when the slug is taken
 */
export async function updateSkillbase(
  tx: Tx,
  id: string,
  { config, ...fields }: SkillbaseChange,
  mode: ChangeMode,
  ifMatch?: string,
): Promise<Skillbase> {
  const present = await lockSkillbase(tx, id)
  assertIfMatch(ifMatch, skillbaseEtag(present))
  const next = applyChange<unknown>(present.config, config, mode)
  return saveChanges(
    tx,
    present,
    next === undefined ? fields : { ...fields, config: parseConfig(next, '/config') },
  )
}

/**
 * Replaces the config. Faults are told by pointers into the config, which is the whole of what is sent.
 *
 * @throws Refusal 'not_found', 'stale', 'malformed' or 'invalid'
 */
export async function putConfig(tx: Tx, id: string, config: unknown, ifMatch?: string): Promise<Skillbase> {
  const present = await lockSkillbase(tx, id)
  assertIfMatch(ifMatch, configEtag(present))
  return saveChanges(tx, present, { config: parseConfig(config, '') })
}

type Fields = Partial<
  Omit<Skillbase, 'company_id' | 'id' | 'version' | 'config' | 'created_at' | 'updated_at'>
>

/**
 * Writes what differs of a locked skillbase, and nothing when nothing does.
 *
 * @param to.config a config that was accepted; where it differs, it is kept as the next version
 * @throws Refusal 'conflict' when the slug is taken
 */
export async function saveChanges(
  tx: Tx,
  present: Skillbase,
  { config, ...fields }: Fields & { config?: ReturnType<typeof parseConfig> },
  restored_from?: number,
): Promise<Skillbase> {
  const isNew = config !== undefined && configHash(config) !== configHash(present.config)
  const differs = Object.entries(fields).some(
    ([name, value]) => value !== undefined && value !== present[name as keyof Fields],
  )
  if (!isNew && !differs) return present
  const version = isNew ? await addVersion(tx, present, config, restored_from) : undefined
  try {
    const [moved] = await tx
      .update(skillbases)
      .set({ ...fields, ...(isNew && { config, version }) })
      .where(isSkillbase(tx, present.id))
      .returning()
    if (moved === undefined) throw notFound('skillbase')
    return moved
  } catch (error) {
    if (isViolation(error, '23505', 'skillbases_slug_key')) throw slugTaken()
    throw error
  }
}

/**
 * Deletes a skillbase with all its versions. Whether something refers to it is the database's to say.
 *
 * @throws Refusal 'not_found', or 'conflict' when campaigns or calls use it
 */
export async function deleteSkillbase(tx: Tx, id: string): Promise<void> {
  try {
    const [gone] = await tx.delete(skillbases).where(isSkillbase(tx, id)).returning({ id: skillbases.id })
    if (gone === undefined) throw notFound('skillbase')
  } catch (error) {
    if (!isViolation(error, '23503')) throw error
    throw conflict(
      'skillbase_in_use',
      'Campaigns or calls use it, and would lose what they refer to: retire it instead (PATCH {"is_active": false}).',
    )
  }
}

function isViolation(error: unknown, code: string, constraint?: string): boolean {
  if (!(error instanceof DrizzleQueryError)) return false
  const cause = error.cause as { code?: string; constraint_name?: string } | undefined
  return cause?.code === code && (constraint === undefined || cause.constraint_name === constraint)
}

const slugTaken = () =>
  conflict('slug_taken', 'Another skillbase of the company has this slug: choose another.')
