import { and, count, desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import {
  activeCampaignStatuses,
  callLogs,
  calls,
  campaigns,
  liveCallStatuses,
  quotedList,
} from '../../db/schema/index.ts'
import { type ReadTx, readSnapshot } from '../../db/transaction.ts'
import { notFound } from '../../lib/errors.ts'
import { getCall } from '../calls/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import { assertNoGap, type EventRange, findUnsequencedPositions, readEventRange } from '../events/index.ts'
import { type BoundedRow, defineBoundedSelect } from './event-rows.ts'
import { selectCalls, selectMetrics } from './expand-events.ts'
import type { Topic } from './topic.ts'

/** Maximum number of live calls, and of campaigns, in a snapshot. `live_call_count` counts all live calls. */
const maxListed = 200
/** Maximum number of turns in the snapshot of a call, the newest ones. */
const maxTurns = 2_000

/**
 * The state of a topic. Bounded whatever is stored: values over 64 kB are null, rows end after 2 MB, and both are listed in
 * `data.truncated`. It includes all events up to `position`, and those at `includedPositions`.
 */
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

/** The newest turns of a call: one more than `maxTurns`, if there are more. Index: call_logs_pkey. */
const selectNewestTurns = defineBoundedSelect(
  callLogs,
  `(select *, row_number() over (order by turn_index desc) as number from call_logs
    where company_id = $1::uuid and call_id = $2::uuid order by turn_index desc limit ${maxTurns + 1}) as r`,
)

/**
 * The newest live calls, up to `maxListed`, of one campaign or of the company. A list of statuses, so that calls_status_idx is
 * used: a condition on ended_at would read all ended calls.
 */
const selectLiveCalls = defineBoundedSelect(
  calls,
  `(select *, row_number() over (order by started_at desc, id desc) as number from calls
    where company_id = $1::uuid and status in (${quotedList(liveCallStatuses)})
      and ($2::text = '' or campaign_id = nullif($2::text, '')::uuid)
    order by started_at desc, id desc limit ${maxListed}) as r`,
  ['contact_identity'],
)

/**
 * A call with its turns, ordered by turn_index, and its metrics; `metrics` is null until the call has ended. Of a long
 * transcript only the newest turns.
 */
async function readCallState(tx: ReadTx, call_id: string) {
  const [call] = (await selectCalls(tx, `{${call_id}}`)).rows
  if (call === undefined) throw notFound('call')
  const found = await selectNewestTurns(tx, call_id)
  const turns = found.rows.slice(0, maxTurns)
  const isCut = found.rows.length + found.omitted.length > turns.length
  const [metrics] = (await selectMetrics(tx, `{${call_id}}`)).rows
  return {
    call: call.row,
    turns: turns.map(({ row }) => row).reverse(),
    metrics: metrics?.row ?? null,
    ...truncatedParts({ call: [call], turns, metrics: metrics ? [metrics] : [] }, isCut && 'turns'),
  }
}

async function readLiveCalls(tx: ReadTx, campaign_id: string | undefined) {
  const [counted] = await tx
    .select({ n: count() })
    .from(calls)
    .where(
      and(
        eq(calls.company_id, tx.company_id),
        inArray(calls.status, liveCallStatuses),
        campaign_id === undefined ? undefined : eq(calls.campaign_id, campaign_id),
      ),
    )
  const { rows, omitted } = await selectLiveCalls(tx, campaign_id ?? '')
  return {
    live_call_count: counted?.n ?? 0,
    live_calls: rows.map(({ row }) => row),
    ...truncatedParts({ live_calls: rows }, omitted.length > 0 && 'live_calls'),
  }
}

/**
 * `truncated`: the names of the values that were left out because of their size, as in events.
 *
 * @param list the name of a list of which rows were left out
 */
function truncatedParts(parts: Record<string, readonly BoundedRow<unknown>[]>, list: string | false) {
  const names = new Set<string>(list === false ? [] : [list])
  for (const [part, rows] of Object.entries(parts))
    for (const { truncated } of rows) for (const column of truncated) names.add(`${part}.${column}`)
  return names.size === 0 ? {} : { truncated: [...names] }
}
