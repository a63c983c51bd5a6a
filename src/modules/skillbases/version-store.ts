import { and, desc, eq } from 'drizzle-orm'
import { type skillbases, skillbaseVersions } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import type { SkillbaseConfig } from './config/skillbase-config.ts'
import { configHash } from './config/validate-config.ts'

/** What of a skillbase its versions are kept from. */
type Present = Pick<typeof skillbases.$inferSelect, 'id' | 'version' | 'config'>

/** Keeps the present config under its version, where hand-written SQL kept none. */
export async function ensureVersionStored(tx: Tx, { id, version, config }: Present): Promise<void> {
  await tx
    .insert(skillbaseVersions)
    .values({ company_id: tx.company_id, skillbase_id: id, version, config, config_hash: configHash(config) })
    .onConflictDoNothing()
}

/**
 * Keeps a config as the next version; the caller holds the skillbase locked, so numbers have neither gaps nor twins.
 * Answers the number; the skillbase itself is still to be moved to it.
 */
export async function addVersion(
  tx: Tx,
  present: Present,
  config: SkillbaseConfig,
  restored_from?: number,
): Promise<number> {
  await ensureVersionStored(tx, present)
  const [newest] = await tx
    .select({ version: skillbaseVersions.version })
    .from(skillbaseVersions)
    .where(
      and(eq(skillbaseVersions.company_id, tx.company_id), eq(skillbaseVersions.skillbase_id, present.id)),
    )
    .orderBy(desc(skillbaseVersions.version))
    .limit(1)
  const version = Math.max(present.version, newest?.version ?? 0) + 1
  await tx.insert(skillbaseVersions).values({
    company_id: tx.company_id,
    skillbase_id: present.id,
    version,
    config,
    config_hash: configHash(config),
    restored_from,
  })
  return version
}
