import type { Tx } from '../../db/transaction.ts'
import { invalid, Refusal } from '../../lib/errors.ts'
import { parseStoredConfig } from './config/validate-config.ts'
import { lockSkillbase, type Skillbase, saveChanges } from './skillbases.ts'
import { ensureVersionStored } from './version-store.ts'
import { getVersionOf, type SkillbaseVersion, skillbaseInactive } from './versions.ts'

/**
 * Makes a version, without one the newest, what new campaigns and calls run.
 *
 * @throws Refusal 'not_found', 'conflict' when the skillbase is retired, 'invalid' when there is no such version or its
 *   config breaks rules
 */
export async function publishSkillbase(tx: Tx, id: string, version?: number): Promise<Skillbase> {
  const present = await lockSkillbase(tx, id)
  if (!present.is_active) throw skillbaseInactive()
  const chosen = await namedVersion(tx, present, version ?? present.version)
  parseStoredConfig(chosen.config)
  await ensureVersionStored(tx, present)
  return saveChanges(tx, present, { is_published: true, published_version: chosen.version })
}

/**
 * Takes back what is published: new campaigns and calls must name a version. Those that run go on.
 *
 * @throws Refusal 'not_found'
 */
export async function unpublishSkillbase(tx: Tx, id: string): Promise<Skillbase> {
  const present = await lockSkillbase(tx, id)
  return saveChanges(tx, present, { is_published: false, published_version: null })
}

/**
 * Makes an old version's config the present one, as a new version; when it is the present one already, nothing changes.
 * What is published stays published.
 *
 * @throws Refusal 'not_found', 'invalid' when there is no such version or its config breaks rules
 */
export async function restoreVersion(tx: Tx, id: string, version: number): Promise<Skillbase> {
  const present = await lockSkillbase(tx, id)
  const old = await namedVersion(tx, present, version)
  return saveChanges(tx, present, { config: parseStoredConfig(old.config) }, version)
}

/** A version that a body names: its absence is a fault of the body, not of the address. */
async function namedVersion(tx: Tx, skillbase: Skillbase, version: number): Promise<SkillbaseVersion> {
  try {
    return await getVersionOf(tx, skillbase, version)
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === 'not_found')) throw error
    throw invalid('unknown_version', `There is no such version: the newest is ${skillbase.version}.`, [
      { pointer: '/version', detail: 'is no version of this skillbase' },
    ])
  }
}
