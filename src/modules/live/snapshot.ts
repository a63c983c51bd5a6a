import { and, asc, count, desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import {
  activeCampaignStatuses,
  callLogs,
  calls,
  campaigns,
  liveCallStatuses,
} from '../../db/schema/index.ts'
import { type ReadTx, readSnapshot } from '../../db/transaction.ts'
import { getCall } from '../calls/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import { assertNoGap, type EventRange, findUnsequencedPositions, readEventRange } from '../events/index.ts'
import { findMetrics } from '../telemetry/index.ts'
import type { Topic } from './topic.ts'

/** Maximum number of live calls, and of campaigns, in a snapshot. `live_call_count` counts all live calls. */
const maxListed = 200

/** The state of a topic. It includes all events up to `position`, and those at `includedPositions`. */
export interface Snapshot {
  position: number
  /** Outbox positions of transactions that the snapshot includes, but whose events have no ids yet. */
  includedPositions: Set<number>
  data: Record<string, unknown>
}

/**
 * Reads state and position from one database snapshot.
 *
 * @throws Refusal 'not_found' when the company has no such call or campaign
 */
export function takeSnapshot(db: Db, company_id: string, topic: Topic): Promise<Snapshot> {
  return readSnapshot(db, company_id, async (tx) => {
    const { last_id } = await readEventRange(tx)
    return {
      position: last_id,
      includedPositions: await findUnsequencedPositions(tx),
      data: await readState(tx, topic),
    }
  })
}

/**
 * Reads the data for a client that continues after event `after`: the company's event range, and the current progress
 * of campaigns, because progress events are merged and the client may have missed the last one.
 *
 * @throws Refusal 'not_found' when the company has no such call or campaign; 'conflict' when events after this id are
 * no longer stored, or the company has no event with this id
 */
export function readResumeState(db: Db, company_id: string, topic: Topic, after: number) {
  return readSnapshot(db, company_id, async (tx): Promise<{ range: EventRange; progress: unknown[] }> => {
    const range = await readEventRange(tx)
    assertNoGap(after, range)
    if (topic.call_id !== undefined) {
      await getCall(tx, topic.call_id)
      return { range, progress: [] }
    }
    if (topic.campaign_id !== undefined) await getCampaign(tx, topic.campaign_id)
    return { range, progress: await readProgress(tx, topic.campaign_id) }
  })
}

/** Progress of one campaign, or of all scheduled, running and paused campaigns, newest first. */
const readProgress = (tx: ReadTx, campaign_id: string | undefined) =>
  tx
    .select({
      campaign_id: campaigns.id,
      status: campaigns.status,
      total_tasks: campaigns.total_tasks,
      completed_tasks: campaigns.completed_tasks,
      failed_tasks: campaigns.failed_tasks,
    })
    .from(campaigns)
    .where(
      and(
        eq(campaigns.company_id, tx.company_id),
        campaign_id === undefined
          ? inArray(campaigns.status, activeCampaignStatuses)
          : eq(campaigns.id, campaign_id),
      ),
    )
    .orderBy(desc(campaigns.id))
    .limit(maxListed)

async function readState(tx: ReadTx, { campaign_id, call_id }: Topic): Promise<Record<string, unknown>> {
  if (call_id !== undefined) return readCallState(tx, call_id)
  const campaign = campaign_id === undefined ? {} : { campaign: await getCampaign(tx, campaign_id) }
  const campaignList = campaign_id === undefined ? { campaigns: await readProgress(tx, undefined) } : {}
  return { ...campaign, ...campaignList, ...(await readLiveCalls(tx, campaign_id)) }
}

/** A call with its turns, ordered by turn_index, and its metrics; `metrics` is null until the call has ended. */
async function readCallState(tx: ReadTx, call_id: string) {
  const call = await getCall(tx, call_id)
  const turns = await tx
    .select()
    .from(callLogs)
    .where(and(eq(callLogs.company_id, tx.company_id), eq(callLogs.call_id, call_id)))
    .orderBy(asc(callLogs.turn_index))
  const metricsRow = await findMetrics(tx, call_id)
  if (metricsRow === undefined) return { call, turns, metrics: null }
  const { cost_lines: _, ...metrics } = metricsRow
  return { call, turns, metrics }
}

async function readLiveCalls(tx: ReadTx, campaign_id: string | undefined) {
  const isLive = and(
    eq(calls.company_id, tx.company_id),
    // A list of statuses, so that the index on status is used: a condition on ended_at would read all ended calls.
    inArray(calls.status, liveCallStatuses),
    campaign_id === undefined ? undefined : eq(calls.campaign_id, campaign_id),
  )
  const [counted] = await tx.select({ n: count() }).from(calls).where(isLive)
  const live_calls = await tx
    .select()
    .from(calls)
    .where(isLive)
    .orderBy(desc(calls.started_at))
    .limit(maxListed)
  return { live_call_count: counted?.n ?? 0, live_calls }
}
