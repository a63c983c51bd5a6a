import { and, asc, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { campaigns, noCompany, type Outcome } from '../../db/schema/index.ts'
import { asDialer, type Tx } from '../../db/transaction.ts'
import { type Campaign, isOver } from '../campaigns/index.ts'
import { emitting } from '../events/index.ts'
import { type NewSuppression, suppress } from '../suppressions/index.ts'
import { DueTimes } from './due.ts'
import { notDialed } from './record.ts'
import { type Attempt, judge, type Verdict } from './rules.ts'

/** Attempts that are settled in one transaction at most. */
const batch = 500

/**
 * Decides what becomes of contacts whose attempt has ended: done, given up, or dialed again and when. Takes a batch, of
 * campaigns that no other process is at; those it holds, so that their state and counters stand still. Answers how many
 * were settled.
 */
export async function settleStep(db: Db, now: Date): Promise<number> {
  return asDialer(db, noCompany, async (tx) => {
    const held = await holdCampaigns(tx, now)
    const ended = held.size === 0 ? [] : await takeEnded(tx, held, now)
    if (ended.length === 0) return 0
    const due = new DueTimes(now)
    const settled = ended.map((one) => settle(one, held.get(keyOf(one.company_id, one.campaign_id)), due))
    await write(tx, settled, now)
    await suppress(tx, settled.flatMap(suppressionOf), now)
    return ended.length
  })
}

interface Ended extends Record<string, unknown> {
  company_id: string
  call_id: string
  call_task_id: string
  campaign_id: string
  phone_number: string
  is_unsaid: boolean
  outcome: Outcome | null
  ended_reason: string | null
  ended_at: string
  collected_data: Record<string, unknown> | null
  is_reached: boolean
  outcome_counts: Partial<Record<Outcome, number>>
  dial_timezone: string | null
}

/**
 * The attempts and their calls, held: one of which something is being said is left for the next batch. Calls and tasks are
 * looked for one by one, in an order that their keys alone have: no other index is then taken for as good.
 */
const takeEnded = (tx: Tx, held: Map<string, Campaign>, now: Date): Promise<Ended[]> =>
  tx.execute<Ended>(sql`
    select l.company_id, l.call_id, l.call_task_id, l.campaign_id, l.phone_number, l.is_unsaid, c.outcome,
      c.ended_reason, coalesce(c.ended_at, ${now.toISOString()}::timestamptz) as ended_at, c.collected_data,
      (c.turn_count > 0 or c.status = 'completed') as is_reached, t.outcome_counts, t.dial_timezone
    from leases l
    cross join lateral (
      select * from calls where company_id = l.company_id and id >= l.call_id and id <= l.call_id
      order by id limit 1 for no key update skip locked) as c
    cross join lateral (
      select * from call_tasks where company_id = l.company_id and id >= l.call_task_id and id <= l.call_task_id
      order by id limit 1) as t
    where not l.is_live and l.settle_at <= ${now.toISOString()}::timestamptz
      and l.campaign_id = any(${`{${[...held.values()].map(({ id }) => id).join(',')}}`}::uuid[])
    order by l.settle_at limit ${batch}
    for update of l skip locked`)

const keyOf = (company_id: string, campaign_id: string) => `${company_id} ${campaign_id}`

/** Campaigns whose attempts have ended longest ago. One that somebody holds is passed over, not waited for. */
async function holdCampaigns(tx: Tx, now: Date): Promise<Map<string, Campaign>> {
  const due = await tx.execute<{ company_id: string; campaign_id: string }>(sql`
    select distinct company_id, campaign_id from (
      select company_id, campaign_id from leases
      where not is_live and campaign_id is not null and settle_at <= ${now.toISOString()}::timestamptz order by settle_at limit ${batch}) as due`)
  if (due.length === 0) return new Map()
  const ids = [...new Set(due.map(({ campaign_id }) => campaign_id))]
  const companies = [...new Set(due.map(({ company_id }) => company_id))]
  const rows = await tx
    .select()
    .from(campaigns)
    .where(
      and(
        sql`${campaigns.company_id} = any(${`{${companies.join(',')}}`}::uuid[])`,
        sql`${campaigns.id} = any(${`{${ids.join(',')}}`}::uuid[])`,
      ),
    )
    .orderBy(asc(campaigns.company_id), asc(campaigns.id))
    .for('no key update', { skipLocked: true })
  return new Map(rows.map((row) => [keyOf(row.company_id, row.id), row]))
}

type Settled = Ended & { judged: Outcome | null; after: After }

interface After {
  status: Verdict['status'] | 'skipped'
  counts: boolean
  due_at?: Date
  next_attempt_at: Date | null
  rule: string
  detail: string
}

function settle(ended: Ended, campaign: Campaign | undefined, due: DueTimes): Settled {
  if (campaign === undefined) throw new Error('an attempt of a campaign that is not there')
  const judged = ended.outcome ?? (ended.is_unsaid ? unsaidOf(ended) : null)
  const verdict =
    judged === null ? unsaid : judge(attemptOf(ended, judged), campaign, jitterOf(ended.call_id))
  return { ...ended, judged, after: inCampaign(verdict, ended, campaign, due) }
}

/** No agent ever said a word of it: it failed, where somebody was on the line; else nobody had answered. */
export const unsaidOf = ({ is_reached }: { is_reached: boolean }): Outcome =>
  is_reached ? 'agent_error' : 'no_answer'

const unsaid: Verdict = {
  status: 'completed',
  counts: true,
  rule: 'talked',
  detail: 'ended, and nobody said how',
}

const attemptOf = (ended: Ended, outcome: Outcome): Attempt => ({
  outcome,
  isNotDialed: outcome === 'cancelled' && ended.ended_reason === notDialed,
  isReached: ended.is_reached,
  ended_at: new Date(ended.ended_at),
  callback_at: callbackAt(ended),
  before: ended.outcome_counts,
})

/** When the contact asked to be called again: an instant that the agent collected. */
function callbackAt({ collected_data, ended_at }: Ended): Date | undefined {
  const asked = collected_data?.callback_at
  if (typeof asked !== 'string' || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(asked)) return undefined
  const at = new Date(asked)
  return Number.isNaN(at.getTime()) || at < new Date(ended_at) ? undefined : at
}

/** 0 to 1, always the same for a call: what failed together does not come again together. */
const jitterOf = (call_id: string) => Number.parseInt(call_id.slice(-6), 16) / 0xffffff

/** A verdict in the campaign as it is now: one that is over retries nothing, and nothing is due outside of windows. */
function inCampaign(verdict: Verdict, ended: Ended, campaign: Campaign, due: DueTimes): After {
  const { status, counts, rule, detail, again_at } = verdict
  if (status !== 'retry' || again_at === undefined) {
    return { status, counts, next_attempt_at: null, rule, detail }
  }
  if (isOver(campaign.status)) {
    const over = campaign.status === 'stopped' ? 'cancelled' : 'failed'
    return {
      status: over,
      counts,
      next_attempt_at: null,
      rule: 'campaign_over',
      detail: `the campaign is ${campaign.status}`,
    }
  }
  const moved = due.inWindow(campaign, ended.dial_timezone ?? '', again_at)
  if (moved === undefined && campaign.end_time !== null) {
    const told = 'no window opens before the campaign ends'
    return { status: 'failed', counts, next_attempt_at: null, rule: 'no_window', detail: told }
  }
  const next_attempt_at = moved ?? again_at
  const told = next_attempt_at > again_at ? `${detail}, moved to when its window opens` : detail
  return { status, counts, due_at: again_at, next_attempt_at, rule, detail: told }
}

async function write(tx: Tx, settled: readonly Settled[], now: Date): Promise<void> {
  const rows = settled.map(({ after, judged, ...one }) => ({
    company_id: one.company_id,
    call_id: one.call_id,
    call_task_id: one.call_task_id,
    campaign_id: one.campaign_id,
    outcome: judged,
    status: after.status,
    counts: after.counts ? 1 : 0,
    due_at: after.due_at ?? null,
    next_attempt_at: after.next_attempt_at,
    rule: after.rule,
    detail: after.detail,
    error_message: after.status === 'failed' ? after.detail : null,
    is_told: judged !== one.outcome,
  }))
  await tx.execute(sql`
    with settled as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as s(company_id uuid, call_id uuid,
        call_task_id uuid, campaign_id uuid, outcome text, status text, counts int, due_at timestamptz, next_attempt_at timestamptz,
        rule text, detail text, error_message text, is_told boolean)
    ),
    gone as (
      delete from leases l using settled s where l.company_id = s.company_id and l.call_id = s.call_id
    ),
    tasks as (
      update call_tasks t set status = s.status, outcome = s.outcome, attempt_count = t.attempt_count + s.counts,
        outcome_counts = case when s.outcome is null then t.outcome_counts
          else t.outcome_counts || jsonb_build_object(s.outcome, coalesce((t.outcome_counts->>s.outcome)::int, 0) + 1) end,
        next_attempt_at = s.next_attempt_at, error_message = s.error_message, updated_at = now()
      from settled s where t.company_id = s.company_id and t.id = s.call_task_id
    ),
    counted as (
      update campaigns k set completed_tasks = k.completed_tasks + n.completed, failed_tasks = k.failed_tasks + n.failed
      from (
        select company_id, campaign_id, (count(*) filter (where status = 'completed'))::int as completed,
          (count(*) filter (where status = 'failed'))::int as failed
        from settled group by company_id, campaign_id
      ) n
      where k.company_id = n.company_id and k.id = n.campaign_id and n.completed + n.failed > 0
      returning k.company_id, k.id, k.total_tasks, k.completed_tasks, k.failed_tasks
    ),
    said as (
      update calls c set outcome = s.outcome, is_outcome_classified = true from settled s
      where s.is_told and c.company_id = s.company_id and c.id = s.call_id
      returning c.company_id, c.id, c.campaign_id
    ),
    noted as (insert into fact_changes (company_id, call_id) select company_id, id from said),
    happened as (${emitting(sql`
      select company_id, jsonb_build_object('type', 'task.' || status, 'call_task_id', call_task_id, 'campaign_id', campaign_id,
        'call_id', call_id, 'outcome', outcome, 'rule', rule, 'detail', detail, 'next_attempt_at', next_attempt_at) as item
      from settled
      union all
      select company_id, jsonb_build_object('type', 'campaign.progress', 'campaign_id', id, 'total_tasks', total_tasks,
        'completed_tasks', completed_tasks, 'failed_tasks', failed_tasks) from counted
      union all
      select company_id, jsonb_build_object('type', 'call.updated', 'call_id', id, 'campaign_id', campaign_id) from said`)})
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, call_id, due_at,
      next_attempt_at)
    select company_id, call_task_id, campaign_id, ${now.toISOString()}::timestamptz, status, outcome, rule, detail, call_id,
      due_at, next_attempt_at
    from settled`)
  tx.tellsEvents()
}

/** A number that said no, or that its owner's network refuses, is not called again by anybody of the company. */
function suppressionOf({
  company_id,
  phone_number,
  judged,
  collected_data,
  call_id,
}: Settled): NewSuppression[] {
  const isOptOut = collected_data?.opt_out === true
  if (!isOptOut && judged !== 'blocked') return []
  return [{ company_id, phone_number, call_id, source: 'call', reason: isOptOut ? 'opt_out' : 'blocked' }]
}
