import { and, eq, or, sql } from 'drizzle-orm'
import { isViolation } from '../../db/connection-errors.ts'
import { containsText } from '../../db/contains-text.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { skillbases, skillbaseVersions } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { applyChange, type ChangeMode } from '../../lib/merge-patch.ts'
import { configHash, parseConfig } from './config/validate-config.ts'
import { addVersion } from './version-store.ts'

/** `config` is any JSON object: hand-written SQL may have stored an invalid one. */
export type Skillbase = typeof skillbases.$inferSelect

export interface SkillbaseInput {
  name: string
  slug: string
  description?: string | null
  config: unknown
}

type SkillbaseChange = Partial<SkillbaseInput> & { is_active?: boolean }

interface SkillbaseFilter {
  q?: string
  slug?: string
  is_active?: boolean
  is_published?: boolean
}

const isSkillbase = (tx: ReadTx, id: string) =>
  and(eq(skillbases.company_id, tx.company_id), eq(skillbases.id, id))

/**
 * Creates a skillbase with version 1. One statement inserts both rows: a trigger that serves hand-written SQL would
 * otherwise store version 1 first, without a config_hash.
 *
 * @throws Refusal 'malformed' or 'invalid' for the config; 'conflict' when the slug is taken
 */
export async function createSkillbase(tx: Tx, input: SkillbaseInput): Promise<Skillbase> {
  const config = parseConfig(input.config, '/config')
  const newSkillbase = tx.$with('new_skillbase').as(
    tx
      .insert(skillbases)
      .values({ ...input, config, company_id: tx.company_id })
      .onConflictDoNothing({ target: [skillbases.company_id, skillbases.slug] })
      .returning(),
  )
  const newVersion = tx.$with('new_version').as(
    tx
      .insert(skillbaseVersions)
      .select(
        sql`select company_id, id, version, config, ${configHash(config)}, null::integer, created_at
          from ${newSkillbase}`,
      )
      .returning(),
  )
  const [skillbase] = await tx.with(newSkillbase, newVersion).select().from(newSkillbase)
  if (skillbase === undefined) throw slugTaken(input.slug)
  return skillbase
}

/** @throws Refusal 'not_found' */
export async function getSkillbase(tx: ReadTx, id: string): Promise<Skillbase> {
  const [skillbase] = await tx.select().from(skillbases).where(isSkillbase(tx, id))
  if (skillbase === undefined) throw notFound('skillbase')
  return skillbase
}

/**
 * Locks a skillbase until the transaction ends. Other changes of it wait; inserting rows that refer to it does not.
 *
 * @throws Refusal 'not_found'
 */
export async function lockSkillbase(tx: Tx, id: string): Promise<Skillbase> {
  const [skillbase] = await tx.select().from(skillbases).where(isSkillbase(tx, id)).for('no key update')
  if (skillbase === undefined) throw notFound('skillbase')
  return skillbase
}

/** Skillbases, newest first. `q` is searched in names and slugs, ignoring case. */
export function listSkillbases(tx: ReadTx, query: PageQuery & SkillbaseFilter): Promise<Page<Skillbase>> {
  const { q, slug, is_active, is_published } = query
  const where = and(
    eq(skillbases.company_id, tx.company_id),
    slug === undefined ? undefined : eq(skillbases.slug, slug),
    is_active === undefined ? undefined : eq(skillbases.is_active, is_active),
    is_published === undefined ? undefined : eq(skillbases.is_published, is_published),
    q === undefined ? undefined : or(containsText(skillbases.name, q), containsText(skillbases.slug, q)),
  )
  return listPage(tx, { from: skillbases, where, key: [skillbases.id] }, query)
}

/**
 * Changes the given fields. A config that differs from the current one becomes a new version.
 *
 * @param mode how a given config is applied: merged into the current one, or replacing it
 * @throws Refusal 'not_found'; 'malformed' or 'invalid' for the config; 'conflict' when the slug is taken
 */
export async function updateSkillbase(
  tx: Tx,
  id: string,
  { config, ...fields }: SkillbaseChange,
  mode: ChangeMode,
): Promise<Skillbase> {
  const current = await lockSkillbase(tx, id)
  const next = applyChange<unknown>(current.config, config, mode)
  const changes = next === undefined ? fields : { ...fields, config: parseConfig(next, '/config') }
  return saveChanges(tx, current, changes)
}

/**
 * Replaces the config. Pointers of errors lead into the config, because it is the whole request body.
 *
 * @throws Refusal 'not_found'; 'malformed' or 'invalid' for the config
 */
export async function putConfig(tx: Tx, id: string, config: unknown): Promise<Skillbase> {
  const current = await lockSkillbase(tx, id)
  return saveChanges(tx, current, { config: parseConfig(config, '') })
}

type Fields = Partial<
  Omit<Skillbase, 'company_id' | 'id' | 'version' | 'config' | 'created_at' | 'updated_at'>
>

/**
 * Writes changes of a locked skillbase; writes nothing when no value differs. A config that differs is stored as the next
 * version.
 *
 * @param restored_from the version that the config was copied from, if any
 * @throws Refusal 'conflict' when the slug is taken
 */
export async function saveChanges(
  tx: Tx,
  current: Skillbase,
  { config, ...fields }: Fields & { config?: ReturnType<typeof parseConfig> },
  restored_from?: number,
): Promise<Skillbase> {
  const isNewConfig = config !== undefined && configHash(config) !== configHash(current.config)
  const hasNewFields = Object.entries(fields).some(
    ([name, value]) => value !== undefined && value !== current[name as keyof Fields],
  )
  if (!isNewConfig && !hasNewFields) return current
  const version = isNewConfig ? await addVersion(tx, current, config, restored_from) : undefined
  try {
    const [updated] = await tx
      .update(skillbases)
      .set({ ...fields, ...(isNewConfig && { config, version }) })
      .where(isSkillbase(tx, current.id))
      .returning()
    if (updated === undefined) throw notFound('skillbase')
    return updated
  } catch (error) {
    if (isViolation(error, '23505', 'skillbases_slug_key')) throw slugTaken(fields.slug ?? current.slug)
    throw error
  }
}

/**
 * Deletes a skillbase with all its versions. Foreign keys prevent this while campaigns or calls refer to it.
 *
 * @throws Refusal 'not_found'; 'conflict' when campaigns or calls use it
 */
export async function deleteSkillbase(tx: Tx, id: string): Promise<void> {
  try {
    const [deleted] = await tx.delete(skillbases).where(isSkillbase(tx, id)).returning({ id: skillbases.id })
    if (deleted === undefined) throw notFound('skillbase')
  } catch (error) {
    if (!isViolation(error, '23503')) throw error
    throw conflict(
      'skillbase_in_use',
      'Campaigns or calls use this skillbase, so it cannot be deleted. Retire it instead: PATCH {"is_active": false}.',
    )
  }
}

function slugTaken(slug: string) {
  const detail = `Another skillbase of this company has the slug "${slug}". Choose a different slug.`
  return conflict('slug_taken', detail, [{ pointer: '/slug', detail }])
}
