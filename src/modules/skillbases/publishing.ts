import type { Tx } from '../../db/transaction.ts'
import { invalid, Refusal } from '../../lib/errors.ts'
import { parseStoredConfig } from './config/validate-config.ts'
import { lockSkillbase, type Skillbase, saveChanges } from './skillbases.ts'
import { ensureVersionStored } from './version-store.ts'
import { getVersionOf, type SkillbaseVersion, skillbaseInactive } from './versions.ts'

/**
 * Publishes a version: new campaigns and calls use it.
 *
 * @param version the newest when undefined
 * @throws Refusal 'not_found'; 'conflict' when the skillbase is retired; 'invalid' when the version does not exist or its
 *   config is invalid
 */
export async function publishSkillbase(tx: Tx, id: string, version?: number): Promise<Skillbase> {
  const current = await lockSkillbase(tx, id)
  if (!current.is_active) throw skillbaseInactive()
  const requested = await getRequestedVersion(tx, current, version ?? current.version)
  parseStoredConfig(requested.config, 'publish')
  await ensureVersionStored(tx, current)
  return saveChanges(tx, current, { is_published: true, published_version: requested.version })
}

/**
 * Unpublishes a skillbase: new campaigns and calls must name a version. Running campaigns are not affected.
 *
 * @throws Refusal 'not_found'
 */
export async function unpublishSkillbase(tx: Tx, id: string): Promise<Skillbase> {
  const current = await lockSkillbase(tx, id)
  return saveChanges(tx, current, { is_published: false, published_version: null })
}

/**
 * Makes the config of an old version the current one, as a new version. Does nothing when the current config is equal.
 * The published version stays published.
 *
 * @throws Refusal 'not_found'; 'invalid' when the version does not exist or its config is invalid
 */
export async function restoreVersion(tx: Tx, id: string, version: number): Promise<Skillbase> {
  const current = await lockSkillbase(tx, id)
  const requested = await getRequestedVersion(tx, current, version)
  return saveChanges(tx, current, { config: parseStoredConfig(requested.config, 'publish') }, version)
}

/** The version that a request body names. If it does not exist, the body is invalid (422), not the URL (404). */
async function getRequestedVersion(tx: Tx, skillbase: Skillbase, version: number): Promise<SkillbaseVersion> {
  try {
    return await getVersionOf(tx, skillbase, version)
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === 'not_found')) throw error
    const detail = `The skillbase has no version ${version}. Its newest version is ${skillbase.version}.`
    throw invalid('unknown_version', detail, [{ pointer: '/version', detail }])
  }
}
