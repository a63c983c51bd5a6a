import { and, eq, ilike, inArray, type SQL, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CampaignStatus, campaigns } from '../../db/schema/index.ts'
import { findRowById } from '../../db/select-rows.ts'
import type { Tx } from '../../db/transaction.ts'
import { canonicalJson } from '../../lib/canonical-json.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { assertIfMatch, etagOf } from '../../lib/etag.ts'
import { frozenFields } from './lifecycle.ts'
import { type CampaignSettings, checkSettings, settableFields } from './settings.ts'

export type Campaign = typeof campaigns.$inferSelect

export const isCampaign = (tx: Tx, id: string) =>
  and(eq(campaigns.company_id, tx.company_id), eq(campaigns.id, id))

/** The ETag of what can be edited; counters and state move by themselves and are not part of it. */
export const campaignEtag = (campaign: Campaign): string =>
  etagOf(settableFields.map((field) => campaign[field]))

/**
 * Makes a campaign, a draft.
 *
 * @throws Refusal 'invalid' when its skillbase or version is not the company's, its zone unknown or its times odd
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

export async function findCampaign(tx: Tx, id: string): Promise<Campaign | undefined> {
  const campaign = await findRowById(tx, campaigns, id)
  return campaign
}

/** @throws Refusal 'not_found' */
export async function getCampaign(tx: Tx, id: string): Promise<Campaign> {
  const campaign = await findCampaign(tx, id)
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

/** The campaign, held until the transaction ends: its state and counters stand still. @throws Refusal 'not_found' */
export async function lockCampaign(tx: Tx, id: string): Promise<Campaign> {
  const [campaign] = await tx.select().from(campaigns).where(isCampaign(tx, id)).for('no key update')
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

export interface CampaignFilter {
  status?: CampaignStatus[] | undefined
  skillbase_id?: string | undefined
  q?: string | undefined
}

/** Campaigns, newest first. */
export function listCampaigns(tx: Tx, filter: CampaignFilter, query: PageQuery): Promise<Page<Campaign>> {
  const filters: (SQL | undefined)[] = [
    eq(campaigns.company_id, tx.company_id),
    filter.status === undefined ? undefined : inArray(campaigns.status, filter.status),
    filter.skillbase_id === undefined ? undefined : eq(campaigns.skillbase_id, filter.skillbase_id),
    filter.q === undefined ? undefined : ilike(campaigns.name, `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`),
  ]
  return listPage(tx, { from: campaigns, where: and(...filters), key: [campaigns.id] }, query)
}

/** What an edit changed, for whoever goes on from there. */
export interface SettingsUpdate {
  campaign: Campaign
  changedFields: readonly (typeof settableFields)[number][]
}

/**
 * Changes a campaign; which fields may change depends on its state (`frozenFields`).
 *
 * @throws Refusal 'not_found', 'stale', 'conflict' for a field that is frozen, 'invalid' as `createCampaign`
 */
export async function updateSettings(
  tx: Tx,
  id: string,
  change: Partial<CampaignSettings>,
  ifMatch?: string,
): Promise<SettingsUpdate> {
  const present = await lockCampaign(tx, id)
  assertIfMatch(ifMatch, campaignEtag(present))
  const changed = settableFields.filter(
    (field) => change[field] !== undefined && !isSame(change[field], present[field]),
  )
  if (changed.length === 0) return { campaign: present, changedFields: changed }
  const frozen = frozenFields(present.status, changed)
  if (frozen.length > 0) {
    throw conflict('frozen', `A ${present.status} campaign keeps its ${frozen.join(', ')}: clone it instead.`)
  }
  await checkSettings(tx, { ...present, ...change })
  const [campaign] = await tx.update(campaigns).set(change).where(isCampaign(tx, id)).returning()
  if (campaign === undefined) throw notFound('campaign')
  return { campaign, changedFields: changed }
}

const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

/**
 * Deletes a campaign with its tasks. One that made calls stays: they are history.
 *
 * @throws Refusal 'not_found' or 'conflict'
 */
export async function deleteCampaign(tx: Tx, id: string): Promise<void> {
  const { status } = await lockCampaign(tx, id)
  if (['scheduled', 'running', 'paused'].includes(status)) {
    throw conflict('campaign_active', `The campaign is ${status}: stop it first.`)
  }
  const [call] = await tx.execute(sql`
    select 1 from calls where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid limit 1`)
  if (call !== undefined)
    throw conflict('campaign_has_calls', 'The campaign has made calls, and its history stays.')
  await tx.delete(campaigns).where(isCampaign(tx, id))
}
