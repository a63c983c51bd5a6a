import { type SQL, sql } from 'drizzle-orm'
import { campaigns } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { cancelOpenTasks } from '../call-tasks/index.ts'
import { versionToRun } from '../skillbases/index.ts'
import { type Campaign, isCampaign, lockCampaign } from './campaigns.ts'
import { type Move, mayMove, startedStatus } from './lifecycle.ts'

const done: Record<Move, string> = { start: 'started', pause: 'paused', resume: 'resumed', stop: 'stopped' }

async function lockFor(tx: Tx, id: string, move: Move): Promise<Campaign> {
  const campaign = await lockCampaign(tx, id)
  if (mayMove(campaign.status, move)) return campaign
  throw conflict('illegal_move', `A ${campaign.status} campaign cannot be ${done[move]}.`)
}

type Change = { [C in keyof Campaign]?: Campaign[C] | SQL }

async function set(tx: Tx, id: string, change: Change): Promise<Campaign> {
  const [campaign] = await tx.update(campaigns).set(change).where(isCampaign(tx, id)).returning()
  if (campaign === undefined) throw notFound('campaign')
  return campaign
}

/** @throws Refusal 'conflict' when its end has passed: it would run and do nothing */
function refusePast({ end_time }: Campaign, now: Date): void {
  if (end_time !== null && end_time <= now) {
    throw conflict('end_time_passed', 'The end_time has passed: set a later one first.')
  }
}

/**
 * Starts a campaign, or schedules it when its start_time lies ahead. It runs the version it names, else the published
 * one, which it keeps from now on.
 *
 * @throws Refusal 'not_found', 'conflict' from another state, without tasks, without a version to run, past its end
 */
export async function startCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  const campaign = await lockFor(tx, id, 'start')
  refusePast(campaign, now)
  const [task] = await tx.execute(sql`
    select 1 from call_tasks where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid limit 1`)
  if (task === undefined) throw conflict('no_tasks', 'The campaign has nobody to call: add tasks first.')
  const { version } = await versionToRun(tx, campaign.skillbase_id, campaign.skillbase_version)
  const status = startedStatus(campaign.start_time, now)
  return set(tx, id, {
    status,
    status_reason: null,
    skillbase_version: version,
    started_at: status === 'running' ? (campaign.started_at ?? now) : campaign.started_at,
  })
}

/** Lets live calls end and begins no other. @throws Refusal 'not_found' or 'conflict' */
export async function pauseCampaign(tx: Tx, id: string): Promise<Campaign> {
  await lockFor(tx, id, 'pause')
  return set(tx, id, { status: 'paused', status_reason: 'paused by a user' })
}

/** Goes on where it was paused. @throws Refusal 'not_found' or 'conflict' */
export async function resumeCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  const campaign = await lockFor(tx, id, 'resume')
  refusePast(campaign, now)
  const status = startedStatus(campaign.start_time, now)
  const started_at = status === 'running' ? (campaign.started_at ?? now) : campaign.started_at
  return set(tx, id, { status, status_reason: null, started_at })
}

/** Ends a campaign for good: its open tasks are cancelled, live calls end by themselves. @throws Refusal as `pause` */
export async function stopCampaign(tx: Tx, id: string, now: Date): Promise<Campaign> {
  await lockFor(tx, id, 'stop')
  await cancelOpenTasks(tx, id)
  return set(tx, id, { status: 'stopped', status_reason: 'stopped by a user', ended_at: now })
}
