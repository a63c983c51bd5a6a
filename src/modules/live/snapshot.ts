import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { callLogs, calls, campaigns, liveCallStatuses } from '../../db/schema/index.ts'
import { inCompany, type Tx } from '../../db/transaction.ts'
import { getCall } from '../calls/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import { assertNoGap, type EventRange, findUnsequencedPositions, readEventRange } from '../events/index.ts'
import { findMetrics } from '../telemetry/index.ts'
import type { Topic } from './topic.ts'

/** Live calls and campaigns that a snapshot lists at most; how many there are it tells always. */
const mostListed = 200

/** How things are, and after which event; what is committed and has no id yet is among it. */
export interface Snapshot {
  position: number
  /** Places in the outbox whose events are in the snapshot already. */
  reflected: Set<number>
  data: Record<string, unknown>
}

/** Reads state and position as of one moment. @throws Refusal 'not_found' when the topic is not the company's */
export function takeSnapshot(db: Db, company_id: string, topic: Topic): Promise<Snapshot> {
  return atOneMoment(db, company_id, async (tx) => {
    const { last_id } = await readEventRange(tx)
    return {
      position: last_id,
      reflected: await findUnsequencedPositions(tx),
      data: await stateOf(tx, topic),
    }
  })
}

/**
 * For somebody who goes on after an event: the state of what is merged, which may have been what was missed.
 *
 * @throws Refusal 'not_found', 'conflict' when events after it are forgotten
 */
export function readResumeState(db: Db, company_id: string, topic: Topic, after: number) {
  return atOneMoment(db, company_id, async (tx): Promise<{ head: EventRange; progress: unknown[] }> => {
    const head = await readEventRange(tx)
    assertNoGap(after, head)
    if (topic.call_id !== undefined) {
      await getCall(tx, topic.call_id)
      return { head, progress: [] }
    }
    if (topic.campaign_id !== undefined) await getCampaign(tx, topic.campaign_id)
    return { head, progress: await progressOf(tx, topic.campaign_id) }
  })
}

function atOneMoment<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return inCompany(db, company_id, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`)
    return fn(tx)
  })
}

const progressOf = (tx: Tx, campaign_id: string | undefined) =>
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
          ? inArray(campaigns.status, ['scheduled', 'running', 'paused'])
          : eq(campaigns.id, campaign_id),
      ),
    )
    .orderBy(desc(campaigns.id))
    .limit(mostListed)

async function stateOf(tx: Tx, { campaign_id, call_id }: Topic): Promise<Record<string, unknown>> {
  if (call_id !== undefined) return readCallState(tx, call_id)
  const campaign = campaign_id === undefined ? {} : { campaign: await getCampaign(tx, campaign_id) }
  const list = campaign_id === undefined ? { campaigns: await progressOf(tx, undefined) } : {}
  return { ...campaign, ...list, ...(await liveCalls(tx, campaign_id)) }
}

/** A call as a whole: itself, its turns in their order, its metrics. */
export async function readCallState(tx: Tx, call_id: string) {
  const call = await getCall(tx, call_id)
  const turns = await tx
    .select()
    .from(callLogs)
    .where(and(eq(callLogs.company_id, tx.company_id), eq(callLogs.call_id, call_id)))
    .orderBy(asc(callLogs.turn_index))
  const found = await findMetrics(tx, call_id)
  if (found === undefined) return { call, turns, metrics: null }
  const { cost_lines: _, ...metrics } = found
  return { call, turns, metrics }
}

async function liveCalls(tx: Tx, campaign_id: string | undefined) {
  const isLive = and(
    eq(calls.company_id, tx.company_id),
    // By status, each of them a piece of an index: all that ever ended would be read otherwise.
    inArray(calls.status, liveCallStatuses),
    campaign_id === undefined ? undefined : eq(calls.campaign_id, campaign_id),
  )
  const [counted] = await tx.select({ n: sql<number>`count(*)::int` }).from(calls).where(isLive)
  const live_calls = await tx
    .select()
    .from(calls)
    .where(isLive)
    .orderBy(desc(calls.started_at))
    .limit(mostListed)
  return { live_call_count: counted?.n ?? 0, live_calls }
}
