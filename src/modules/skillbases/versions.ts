import { and, eq, notExists, sql } from 'drizzle-orm'
import { type PgTable, unionAll } from 'drizzle-orm/pg-core'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { skillbases, skillbaseVersions } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import type { SkillbaseConfig } from './config/skillbase-config.ts'
import { parseStoredConfig } from './config/validate-config.ts'
import { getSkillbase, type Skillbase } from './skillbases.ts'
import { ensureVersionStored } from './version-store.ts'

export type SkillbaseVersion = typeof skillbaseVersions.$inferSelect

/** A version without its config, for lists. */
export type VersionSummary = Omit<SkillbaseVersion, 'config' | 'company_id'>

const isVersionOf = (tx: ReadTx, skillbase_id: string) =>
  and(eq(skillbaseVersions.company_id, tx.company_id), eq(skillbaseVersions.skillbase_id, skillbase_id))

/**
 * Versions of a skillbase, newest first. Includes the current version even if hand-written SQL deleted its row.
 *
 * @throws Refusal 'not_found'
 */
export async function listVersions(
  tx: ReadTx,
  skillbase_id: string,
  query: PageQuery,
): Promise<Page<VersionSummary>> {
  await getSkillbase(tx, skillbase_id)
  const stored = tx
    .select({
      skillbase_id: skillbaseVersions.skillbase_id,
      version: skillbaseVersions.version,
      config_hash: skillbaseVersions.config_hash,
      restored_from: skillbaseVersions.restored_from,
      created_at: skillbaseVersions.created_at,
    })
    .from(skillbaseVersions)
    .where(isVersionOf(tx, skillbase_id))
  const isCurrent = and(isVersionOf(tx, skillbase_id), eq(skillbaseVersions.version, skillbases.version))
  const currentIfNotStored = tx
    .select({
      skillbase_id: skillbases.id,
      version: skillbases.version,
      config_hash: sql<string | null>`null::text`.as('config_hash'),
      restored_from: sql<number | null>`null::integer`.as('restored_from'),
      created_at: skillbases.updated_at,
    })
    .from(skillbases)
    .where(
      and(
        eq(skillbases.company_id, tx.company_id),
        eq(skillbases.id, skillbase_id),
        notExists(tx.select({ one: sql`1` }).from(skillbaseVersions).where(isCurrent)),
      ),
    )
  const allVersions = unionAll(stored, currentIfNotStored).as('all_versions')
  return listPage(
    tx,
    { from: allVersions as unknown as PgTable, where: undefined, key: [allVersions.version] },
    query,
  ) as Promise<Page<VersionSummary>>
}

/** @throws Refusal 'not_found' when there is no such skillbase or no such version of it */
export async function getVersion(
  tx: ReadTx,
  skillbase_id: string,
  version: number,
): Promise<SkillbaseVersion> {
  return getVersionOf(tx, await getSkillbase(tx, skillbase_id), version)
}

/** Like `getVersion`, for a skillbase that was already read. @throws Refusal 'not_found' */
export async function getVersionOf(
  tx: ReadTx,
  skillbase: Skillbase,
  version: number,
): Promise<SkillbaseVersion> {
  const [stored] = await tx
    .select()
    .from(skillbaseVersions)
    .where(and(isVersionOf(tx, skillbase.id), eq(skillbaseVersions.version, version)))
  if (stored !== undefined) return stored
  if (version !== skillbase.version) throw notFound('skillbase version')
  const { company_id, id, config, updated_at } = skillbase
  return {
    company_id,
    skillbase_id: id,
    version,
    config,
    config_hash: null,
    restored_from: null,
    created_at: updated_at,
  }
}

/**
 * The config that a campaign runs, or would run if it started now. As it is stored: hand-written SQL may have made it invalid.
 *
 * @param version of the campaign; null: the published one, or else the current one
 * @throws Refusal 'not_found'
 */
export async function getConfigToRun(
  tx: ReadTx,
  skillbase_id: string,
  version: number | null,
): Promise<unknown> {
  const skillbase = await getSkillbase(tx, skillbase_id)
  const number = version ?? publishedVersion(skillbase) ?? skillbase.version
  return (await getVersionOf(tx, skillbase, number)).config
}

/** A version that campaigns and calls can run: its config is valid, and its row exists so that others can refer to it. */
export interface RunnableVersion {
  skillbase_id: string
  version: number
  /** With defaults filled in. */
  config: SkillbaseConfig
}

/**
 * The version that a campaign or call runs: the given one, or else the published one. May write: it stores the current
 * version if hand-written SQL deleted its row.
 *
 * @throws Refusal 'not_found' for the skillbase or the given version; 'conflict' when the skillbase is retired or no
 *   version is published; 'invalid' for an invalid stored config
 */
export async function getRunnableVersion(
  tx: Tx,
  skillbase_id: string,
  version?: number | null,
): Promise<RunnableVersion> {
  const skillbase = await getSkillbase(tx, skillbase_id)
  if (!skillbase.is_active) throw skillbaseInactive()
  const runVersion = version ?? publishedVersion(skillbase)
  if (runVersion === undefined) {
    throw conflict(
      'not_published',
      'The skillbase has no published version. Publish one with POST /api/skillbases/{id}/publish, or give a skillbase_version.',
    )
  }
  const stored = await getVersionOf(tx, skillbase, runVersion)
  const config = parseStoredConfig(stored.config)
  if (runVersion === skillbase.version) await ensureVersionStored(tx, skillbase)
  return { skillbase_id, version: runVersion, config }
}

/** The published version. Hand-written SQL may publish without naming a version; that means the current one. */
const publishedVersion = ({ is_published, published_version, version }: Skillbase): number | undefined =>
  is_published ? (published_version ?? version) : undefined

export const skillbaseInactive = () =>
  conflict(
    'skillbase_inactive',
    'The skillbase is retired (is_active is false). Set is_active to true to use it again.',
  )
