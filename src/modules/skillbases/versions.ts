import { and, eq, notExists, sql } from 'drizzle-orm'
import { type PgTable, unionAll } from 'drizzle-orm/pg-core'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { skillbases, skillbaseVersions } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import type { SkillbaseConfig } from './config/skillbase-config.ts'
import { parseStoredConfig } from './config/validate-config.ts'
import { getSkillbase, type Skillbase } from './skillbases.ts'
import { ensureVersionStored } from './version-store.ts'

export type SkillbaseVersion = typeof skillbaseVersions.$inferSelect

/** A version without its config, as a list shows it. */
export type VersionSummary = Omit<SkillbaseVersion, 'config' | 'company_id'>

const isOf = (tx: Tx, skillbase_id: string) =>
  and(eq(skillbaseVersions.company_id, tx.company_id), eq(skillbaseVersions.skillbase_id, skillbase_id))

/** Versions of a skillbase, newest first; the present one is there even where hand-written SQL kept no row of it. */
export async function listVersions(
  tx: Tx,
  skillbase_id: string,
  query: PageQuery,
): Promise<Page<VersionSummary>> {
  await getSkillbase(tx, skillbase_id)
  const kept = tx
    .select({
      skillbase_id: skillbaseVersions.skillbase_id,
      version: skillbaseVersions.version,
      config_hash: skillbaseVersions.config_hash,
      restored_from: skillbaseVersions.restored_from,
      created_at: skillbaseVersions.created_at,
    })
    .from(skillbaseVersions)
    .where(isOf(tx, skillbase_id))
  const same = and(isOf(tx, skillbase_id), eq(skillbaseVersions.version, skillbases.version))
  const present = tx
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
        notExists(tx.select({ one: sql`1` }).from(skillbaseVersions).where(same)),
      ),
    )
  const all = unionAll(kept, present).as('every_version')
  return listPage(
    tx,
    { from: all as unknown as PgTable, where: undefined, key: [all.version] },
    query,
  ) as Promise<Page<VersionSummary>>
}

/** @throws Refusal 'not_found', also when there is a skillbase and no such version of it */
export async function getVersion(tx: Tx, skillbase_id: string, version: number): Promise<SkillbaseVersion> {
  return getVersionOf(tx, await getSkillbase(tx, skillbase_id), version)
}

/** @throws Refusal 'not_found' */
export async function getVersionOf(tx: Tx, skillbase: Skillbase, version: number): Promise<SkillbaseVersion> {
  const [kept] = await tx
    .select()
    .from(skillbaseVersions)
    .where(and(isOf(tx, skillbase.id), eq(skillbaseVersions.version, version)))
  if (kept !== undefined) return kept
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

/** A version that may be run: its config is sound, its defaults are filled in, and its row can be referred to. */
export interface RunnableVersion {
  skillbase_id: string
  version: number
  config: SkillbaseConfig
}

/**
 * The version that a campaign or a call runs: the one that is named, otherwise the published one. In a transaction that
 * may write: where hand-written SQL kept no row of the version, it is kept now, so that the campaign can refer to it.
 *
 * @throws Refusal 'not_found' for the skillbase or the named version, 'conflict' when it is retired or nothing is
 *   published, 'invalid' when hand-written SQL stored a config that breaks rules
 */
export async function getRunnableVersion(
  tx: Tx,
  skillbase_id: string,
  version?: number | null,
): Promise<RunnableVersion> {
  const skillbase = await getSkillbase(tx, skillbase_id)
  if (!skillbase.is_active) throw skillbaseInactive()
  const chosen = version ?? publishedVersion(skillbase)
  if (chosen === undefined) {
    throw conflict(
      'not_published',
      'The skillbase is not published: publish it first, or name one of its versions.',
    )
  }
  const kept = await getVersionOf(tx, skillbase, chosen)
  const config = parseStoredConfig(kept.config)
  if (chosen === skillbase.version) await ensureVersionStored(tx, skillbase)
  return { skillbase_id, version: chosen, config }
}

/** The version that is published; hand-written SQL publishes whatever is newest by naming none. */
export const publishedVersion = ({
  is_published,
  published_version,
  version,
}: Skillbase): number | undefined => (is_published ? (published_version ?? version) : undefined)

export const skillbaseInactive = () =>
  conflict('skillbase_inactive', 'The skillbase is retired: set is_active to true to use it again.')
