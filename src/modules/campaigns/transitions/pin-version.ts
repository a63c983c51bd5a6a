import type { Tx } from '../../../db/transaction.ts'
import { getRunnableVersion } from '../../skillbases/index.ts'
import type { Campaign } from '../campaigns.ts'

type VersionFields = Pick<Campaign, 'skillbase_version' | 'skillbase_version_pinned_at'>

/**
 * The version that a campaign has once it is `scheduled` or `running`: its own, or else the version that is published now, which it
 * keeps when another one is published later. A scheduled campaign with version_pinning `when_started` has none yet.
 *
 * @throws Refusal 'conflict' when the campaign has no version, and the skillbase is retired or none of its versions is published;
 * 'invalid' for an invalid stored config
 */
export async function pinVersion(
  tx: Tx,
  campaign: Campaign,
  status: 'scheduled' | 'running',
  now: Date,
): Promise<VersionFields> {
  const { skillbase_id, skillbase_version, skillbase_version_pinned_at, version_pinning } = campaign
  if (skillbase_version !== null || (status === 'scheduled' && version_pinning === 'when_started'))
    return { skillbase_version, skillbase_version_pinned_at }
  const { version } = await getRunnableVersion(tx, skillbase_id)
  return { skillbase_version: version, skillbase_version_pinned_at: now }
}

/**
 * The version fields of a campaign after an edit of a caller, before its start. A version that the caller chooses is not pinned. One
 * that a start pinned is given up when version_pinning becomes `when_started`.
 */
export async function repinVersion(
  tx: Tx,
  campaign: Campaign,
  changedFields: readonly string[],
  now: Date,
): Promise<VersionFields | undefined> {
  if (changedFields.includes('skillbase_version'))
    return { skillbase_version: campaign.skillbase_version, skillbase_version_pinned_at: null }
  if (!changedFields.includes('version_pinning') || campaign.status !== 'scheduled') return undefined
  const isPinned = campaign.skillbase_version_pinned_at !== null
  const unpinned = isPinned
    ? { ...campaign, skillbase_version: null, skillbase_version_pinned_at: null }
    : campaign
  return pinVersion(tx, unpinned, 'scheduled', now)
}
