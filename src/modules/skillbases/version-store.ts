import { and, desc, eq } from 'drizzle-orm'
import { type skillbases, skillbaseVersions } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import type { SkillbaseConfig } from './config/skillbase-config.ts'
import { configHash } from './config/validate-config.ts'

/** The columns of a skillbase from which its current version is stored. */
type CurrentVersion = Pick<typeof skillbases.$inferSelect, 'id' | 'version' | 'config'>

/** Stores the current config as a version row, unless the row exists. It is missing when hand-written SQL deleted it. */
export async function ensureVersionStored(tx: Tx, { id, version, config }: CurrentVersion): Promise<void> {
  await tx
    .insert(skillbaseVersions)
    .values({ company_id: tx.company_id, skillbase_id: id, version, config, config_hash: configHash(config) })
    .onConflictDoNothing()
}

/**
 * Stores a config as the next version and returns its number. The caller holds the lock of the skillbase, so numbers have
 * no gaps or duplicates, and sets the new version on the skillbase itself.
 *
 * @param restored_from the version that the config was copied from, if any
 */
export async function addVersion(
  tx: Tx,
  current: CurrentVersion,
  config: SkillbaseConfig,
  restored_from?: number,
): Promise<number> {
  await ensureVersionStored(tx, current)
  const [newest] = await tx
    .select({ version: skillbaseVersions.version })
    .from(skillbaseVersions)
    .where(
      and(eq(skillbaseVersions.company_id, tx.company_id), eq(skillbaseVersions.skillbase_id, current.id)),
    )
    .orderBy(desc(skillbaseVersions.version))
    .limit(1)
  const version = Math.max(current.version, newest?.version ?? 0) + 1
  await tx.insert(skillbaseVersions).values({
    company_id: tx.company_id,
    skillbase_id: current.id,
    version,
    config,
    config_hash: configHash(config),
    restored_from,
  })
  return version
}
