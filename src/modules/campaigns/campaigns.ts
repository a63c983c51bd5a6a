import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { containsText } from '../../db/contains-text.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CampaignStatus, calls, campaignStatusRules, campaigns } from '../../db/schema/index.ts'
import { findRowById } from '../../db/select-rows.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { canonicalJson } from '../../lib/canonical-json.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { frozenFields } from './lifecycle.ts'
import { type CampaignSettings, checkSettings, settableFields } from './settings.ts'

export type Campaign = typeof campaigns.$inferSelect

/** SQL condition: the row of this campaign, within the company of the transaction. */
export const isCampaign = (tx: Tx, id: string) =>
  and(eq(campaigns.company_id, tx.company_id), eq(campaigns.id, id))

/**
 * Inserts a campaign in status draft, without an entry in its event log.
 *
 * @throws Refusal 'invalid' when a setting is invalid or its skillbase does not exist; see `checkSettings`
 */
export async function insertCampaign(tx: Tx, input: CampaignSettings): Promise<Campaign> {
  await checkSettings(tx, { ...input })
  const [campaign] = await tx
    .insert(campaigns)
    .values({ ...input, company_id: tx.company_id })
    .returning()
  if (campaign === undefined) throw new Error('the campaign was not inserted')
  return campaign
}

/** The campaign, or undefined when the company has none with this id. */
async function findCampaign(tx: ReadTx, id: string): Promise<Campaign | undefined> {
  return findRowById(tx, campaigns, id)
}

/** The campaign. @throws Refusal 'not_found' */
export async function getCampaign(tx: ReadTx, id: string): Promise<Campaign> {
  const campaign = await findCampaign(tx, id)
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

/** Locks the campaign's row until the transaction ends: its status and counters cannot change. @throws Refusal 'not_found' */
export async function lockCampaign(tx: Tx, id: string): Promise<Campaign> {
  const [campaign] = await tx.select().from(campaigns).where(isCampaign(tx, id)).for('no key update')
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

/** Like `lockCampaign`. undefined when the company has no such campaign, or another transaction has locked it. */
export async function lockCampaignIfFree(tx: Tx, id: string): Promise<Campaign | undefined> {
  const [campaign] = await tx
    .select()
    .from(campaigns)
    .where(isCampaign(tx, id))
    .for('no key update', { skipLocked: true })
  return campaign
}

export interface CampaignFilter {
  status?: CampaignStatus[] | undefined
  skillbase_id?: string | undefined
  q?: string | undefined
}

/** A page of campaigns, newest first. `q` is searched in the name, ignoring case. */
export function listCampaigns(tx: ReadTx, filter: CampaignFilter, query: PageQuery): Promise<Page<Campaign>> {
  const filters: (SQL | undefined)[] = [
    eq(campaigns.company_id, tx.company_id),
    filter.status === undefined ? undefined : inArray(campaigns.status, filter.status),
    filter.skillbase_id === undefined ? undefined : eq(campaigns.skillbase_id, filter.skillbase_id),
    filter.q === undefined ? undefined : containsText(campaigns.name, filter.q),
  ]
  return listPage(tx, { from: campaigns, where: and(...filters), key: [campaigns.id] }, query)
}

/** The campaign after an update, and the fields whose values differ from before. */
export interface SettingsUpdate {
  campaign: Campaign
  changedFields: readonly (typeof settableFields)[number][]
}

/**
 * Updates the settings of a campaign. Which fields may change depends on its status: see `frozenFields`.
 *
 * @throws Refusal 'not_found'; 'conflict' when a field is frozen; 'invalid' as `insertCampaign`
 */
export async function updateSettings(
  tx: Tx,
  id: string,
  change: Partial<CampaignSettings>,
): Promise<SettingsUpdate> {
  const current = await lockCampaign(tx, id)
  const changedFields = settableFields.filter(
    (field) => change[field] !== undefined && !isSame(change[field], current[field]),
  )
  if (changedFields.length === 0) return { campaign: current, changedFields }
  const frozen = frozenFields(current.status, changedFields)
  if (frozen.length > 0) {
    throw conflict(
      'frozen',
      `The campaign is ${current.status}, so ${frozen.join(', ')} cannot be changed. Clone the campaign and change the clone.`,
    )
  }
  await checkSettings(tx, { ...current, ...change })
  const [campaign] = await tx.update(campaigns).set(change).where(isCampaign(tx, id)).returning()
  if (campaign === undefined) throw notFound('campaign')
  return { campaign, changedFields }
}

/** Sets which version a campaign runs. The caller has locked the campaign. @throws Refusal 'not_found' */
export async function setVersion(
  tx: Tx,
  id: string,
  version: Pick<Campaign, 'skillbase_version' | 'skillbase_version_pinned_at'>,
): Promise<Campaign> {
  const [campaign] = await tx.update(campaigns).set(version).where(isCampaign(tx, id)).returning()
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

/**
 * Deletes a campaign and its tasks. A campaign that has made calls cannot be deleted, because calls are kept as history.
 *
 * @throws Refusal 'not_found'; 'conflict' when it is scheduled, running or paused, or has made calls
 */
export async function deleteCampaign(tx: Tx, id: string): Promise<void> {
  const { status } = await lockCampaign(tx, id)
  if (campaignStatusRules[status].phase === 'active') {
    throw conflict('campaign_active', `The campaign is ${status}. Stop it before you delete it.`)
  }
  const [call] = await tx
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.company_id, tx.company_id), eq(calls.campaign_id, id)))
    .limit(1)
  if (call !== undefined) {
    throw conflict(
      'campaign_has_calls',
      'The campaign has made calls. Their history is kept, so the campaign cannot be deleted.',
    )
  }
  await tx.delete(campaigns).where(isCampaign(tx, id))
}
