import { and, eq, ilike, inArray, type SQL, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/page.ts'
import { rowById } from '../../db/rows.ts'
import { type CampaignStatus, campaigns } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, type Fault, invalid, notFound, Refusal } from '../../lib/errors.ts'
import { checkIfMatch, etagOf } from '../../lib/etag.ts'
import { checkTimeZone } from '../../lib/time.ts'
import { getSkillbase, getVersion } from '../skillbases/index.ts'
import { frozenFields } from './lifecycle.ts'

export type Campaign = typeof campaigns.$inferSelect

/** What a caller may set. */
export interface CampaignSettings {
  name: string
  skillbase_id: string
  skillbase_version?: number | null | undefined
  description?: string | null | undefined
  start_time?: Date | null | undefined
  end_time?: Date | null | undefined
  daily_start_time?: string | null | undefined
  daily_end_time?: string | null | undefined
  timezone?: string | undefined
  max_concurrent_calls?: number | undefined
  calls_per_minute?: number | undefined
  max_retries?: number | undefined
  retry_delay_minutes?: number | undefined
}

const settable = [
  'name',
  'skillbase_id',
  'skillbase_version',
  'description',
  'start_time',
  'end_time',
  'daily_start_time',
  'daily_end_time',
  'timezone',
  'max_concurrent_calls',
  'calls_per_minute',
  'max_retries',
  'retry_delay_minutes',
] as const

export const isCampaign = (tx: Tx, id: string) =>
  and(eq(campaigns.company_id, tx.company_id), eq(campaigns.id, id))

/** The ETag of what can be edited; counters and state move by themselves and are not part of it. */
export const campaignEtag = (campaign: Campaign): string => etagOf(settable.map((field) => campaign[field]))

/**
 * Makes a campaign, a draft.
 *
 * @throws Refusal 'invalid' when its skillbase or version is not the company's, its zone unknown or its times odd
 */
export async function createCampaign(tx: Tx, input: CampaignSettings): Promise<Campaign> {
  await check(tx, { ...input })
  const [campaign] = await tx
    .insert(campaigns)
    .values({ ...input, company_id: tx.company_id })
    .returning()
  if (campaign === undefined) throw new Error('the campaign was not inserted')
  return campaign
}

export async function findCampaign(tx: Tx, id: string): Promise<Campaign | undefined> {
  const campaign = await rowById(tx, campaigns, id)
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

/**
 * Changes a campaign; which fields may change depends on its state (`frozenFields`).
 *
 * @throws Refusal 'not_found', 'stale', 'conflict' for a field that is frozen, 'invalid' as `createCampaign`
 */
export async function updateCampaign(
  tx: Tx,
  id: string,
  change: Partial<CampaignSettings>,
  ifMatch?: string,
): Promise<Campaign> {
  const present = await lockCampaign(tx, id)
  checkIfMatch(ifMatch, campaignEtag(present))
  const named = settable.filter(
    (field) => change[field] !== undefined && !isSame(change[field], present[field]),
  )
  if (named.length === 0) return present
  const frozen = frozenFields(present.status, named)
  if (frozen.length > 0) {
    throw conflict('frozen', `A ${present.status} campaign keeps its ${frozen.join(', ')}: clone it instead.`)
  }
  await check(tx, { ...present, ...change })
  const [campaign] = await tx.update(campaigns).set(change).where(isCampaign(tx, id)).returning()
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

const isSame = (a: unknown, b: unknown): boolean =>
  a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b

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

/** The rules of a campaign as a whole, as it would be after a change. */
async function check(tx: Tx, after: CampaignSettings): Promise<void> {
  if (after.timezone !== undefined) checkTimeZone(after.timezone, '/timezone')
  const faults = [...timeFaults(after), ...(await skillbaseFaults(tx, after))]
  if (faults.length > 0)
    throw invalid('invalid_campaign', 'The campaign does not fit together: see errors.', faults)
}

function timeFaults({ start_time, end_time, daily_start_time, daily_end_time }: CampaignSettings): Fault[] {
  const faults: Fault[] = []
  if (start_time && end_time && end_time <= start_time) {
    faults.push({ pointer: '/end_time', detail: 'must be after start_time' })
  }
  const [from, to] = [daily_start_time ?? null, daily_end_time ?? null]
  if ((from === null) !== (to === null)) {
    const pointer = from === null ? '/daily_start_time' : '/daily_end_time'
    faults.push({ pointer, detail: 'must be there when the other one is' })
  } else if (from !== null && from === to) {
    faults.push({
      pointer: '/daily_end_time',
      detail: 'must differ from daily_start_time: leave both out for all day',
    })
  }
  return faults
}

async function skillbaseFaults(
  tx: Tx,
  { skillbase_id, skillbase_version }: CampaignSettings,
): Promise<Fault[]> {
  try {
    await getSkillbase(tx, skillbase_id)
  } catch (error) {
    return [fault(error, { pointer: '/skillbase_id', detail: 'no such skillbase' })]
  }
  if (skillbase_version == null) return []
  try {
    await getVersion(tx, skillbase_id, skillbase_version)
    return []
  } catch (error) {
    return [fault(error, { pointer: '/skillbase_version', detail: 'no such version of the skillbase' })]
  }
}

/** What a body names must be there; any other failure is not about the body. */
function fault(error: unknown, told: Fault): Fault {
  if (error instanceof Refusal && error.kind === 'not_found') return told
  throw error
}
