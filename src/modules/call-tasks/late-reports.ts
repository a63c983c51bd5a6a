/** What is reported of an attempt after the decision about its task. */
import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { text, timestamptz, uuidArray } from '../../db/query/parameters.ts'
import {
  isReached,
  lateReportRule,
  outcomes,
  reachedOutcomes,
  taskStatuses,
  textList,
} from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { addToCounters, countersOfStatus, lockCampaign } from '../campaigns/index.ts'
import { emit } from '../events/index.ts'
import { followCorrectedCalls, lockTasks } from './attempt-figures.ts'
import { type TaskRule, userRules } from './bulk-commands.ts'

/** Longest text that is read as a time. A longer one is replaced by a value that is not a time. */
const maxTimeLength = sql.raw('200')

/** SQL: collected_data.callback_at of a call with this alias as JSON; null when it is absent, false when it is too long. */
export const callbackAtOf = (call: string): SQL => {
  const data = sql.raw(`${call}.collected_data`)
  return sql`case when length(${data}->>'callback_at') > ${maxTimeLength} then 'false' else ${data}->'callback_at' end`
}

/** SQL: what the decision after an attempt depends on, of a call with this alias, as JSON. The outcome is its first element. */
export const factsOf = (call: string): SQL =>
  sql`jsonb_build_array(${sql.raw(`${call}.outcome`)}, ${isReached(call)}, ${callbackAtOf(call)})`

/**
 * Settled attempts among these calls about which something else is known than when their tasks were decided. An attempt that
 * waits to be settled is none: it has a lease. Indexes: calls_pkey, task_events_pkey, leases_pkey.
 */
const lateAttempts = (company_id: SQL, call_ids: SQL) => sql`
    select c.company_id, c.id as call_id, c.call_task_id, c.campaign_id, c.outcome, ${factsOf('c')} as facts
    from unnest(${call_ids}) as ids(id)
    join calls c on c.company_id = ${company_id} and c.id = ids.id
    cross join lateral (
      select e.facts from task_events e
      where e.company_id = c.company_id and e.call_task_id = c.call_task_id and e.call_id = c.id and e.facts is not null
      order by e.seq desc limit 1) as latest
    where latest.facts <> ${factsOf('c')}
      and (select 1 from leases l where l.company_id = c.company_id and l.call_id = c.id limit 1) is null`

const findLateAttempts = defineCompanyQuery({
  name: 'call_tasks.find_late_attempts',
  params: { call_ids: uuidArray },
  row: { call_task_id: Type.String(), campaign_id: Type.String() },
  sql: (p) => sql`
    select call_task_id, campaign_id from (${lateAttempts(p.company_id, p.call_ids)}) as late_attempts order by 2, 1`,
})

/** SQL: a user has decided about task `t` since its last attempt was settled. Index: task_events_pkey. */
const isDecidedByUser = sql`(
          select 1 from task_events e
          where e.company_id = t.company_id and e.call_task_id = t.id and e.rule in (${textList(userRules)})
            and e.seq > coalesce((
              select d.seq from task_events d
              where d.company_id = t.company_id and d.call_task_id = t.id and d.call_id = t.call_id and d.is_effective
              order by d.seq desc limit 1), 0)
          limit 1) is not null`

const cancelledRule: TaskRule = 'cancelled_by_user'

/** SQL: a user has cancelled the task during this attempt, a row of calls with this alias. Index: task_events_pkey. */
const isCancelledDuring = (call: string) => {
  const column = (name: string) => sql.raw(`${call}.${name}`)
  return sql`(
          select 1 from task_events e
          where e.company_id = ${column('company_id')} and e.call_task_id = ${column('call_task_id')}
            and e.rule = ${textList([cancelledRule])} and e.at >= ${column('started_at')}
          limit 1) is not null`
}

/** SQL: why a late report is recorded, of a row of `late_attempts`. */
const reportDetail = sql`case
          when is_reopened then 'reported after the decision about the contact, which is made again'
          when former_status = 'in_progress' then 'reported of an earlier attempt while the contact is called again'
          when not is_last then 'reported of an earlier attempt'
          else 'reported after a user had decided about the contact' end`

/**
 * Returns the last attempts of the tasks of late attempts to the settler: the attempt gets a lease that has ended, its task is in
 * progress, and the former decision is no longer effective. Not while the contact is called again, or when a user has decided
 * since: then the report is only recorded. A report of an earlier attempt counts only when it is of a conversation. The caller
 * has locked the calls, the campaigns and the tasks. Indexes: those of `lateAttempts`, call_tasks_pkey.
 */
const reopenAttempts = defineCompanyQuery({
  name: 'call_tasks.reopen_attempts',
  params: { call_ids: uuidArray, now: timestamptz, rule: text },
  row: {
    call_task_id: Type.String(),
    campaign_id: Type.String(),
    outcome: Nullable(OneOf(outcomes)),
    /** Of a task that was reopened; null for the others. */
    former_status: Nullable(OneOf(taskStatuses)),
  },
  sql: (p) => sql`
    with late_attempts as materialized (
      select a.*, t.status as former_status, t.phone_number, t.next_attempt_at, t.call_id as last_call_id,
        t.call_id is not distinct from a.call_id as is_last,
        t.status <> 'in_progress' and not ${isDecidedByUser}
          and (t.call_id is not distinct from a.call_id or coalesce(a.outcome in (${textList(reachedOutcomes)}), false))
          as is_reopened
      from (${lateAttempts(p.company_id, p.call_ids)}) as a
      join call_tasks t on t.company_id = a.company_id and t.id = a.call_task_id
    ), reopened as materialized (
      select distinct on (call_task_id) * from late_attempts where is_reopened order by call_task_id, is_last desc, call_id
    ), updated_tasks as (
      update call_tasks t set status = 'in_progress', next_attempt_at = null, error_message = null, updated_at = now()
      from reopened r where t.company_id = r.company_id and t.id = r.call_task_id
    ), replaced_decisions as (
      update task_events e set is_effective = false
      from reopened r
      where e.company_id = r.company_id and e.call_task_id = r.call_task_id and e.call_id = r.last_call_id and e.is_effective
    ), new_leases as (
      insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until,
        is_live, settle_at, is_unreported, is_task_cancelled)
      select r.company_id, c.id, r.call_task_id, r.campaign_id,
        coalesce(substring(c.callee_number from '^[+][1-9][0-9]{6,14}'), r.phone_number), '', c.started_at, ${p.now}, false,
        least(c.ended_at, ${p.now}), c.is_outcome_classified, ${isCancelledDuring('c')}
      from reopened r join calls c on c.company_id = r.company_id and c.id = r.last_call_id
    ), history_entries as (
      insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, call_id,
        next_attempt_at, facts, is_effective)
      select company_id, call_task_id, campaign_id, ${p.now}, case when is_reopened then 'in_progress' else former_status end,
        outcome, ${p.rule}, ${reportDetail}, call_id, case when not is_reopened then next_attempt_at end, facts, false
      from late_attempts
    )
    select a.call_task_id, a.campaign_id, a.outcome, r.former_status
    from late_attempts a left join reopened r on r.call_id = a.call_id
    order by a.campaign_id, a.call_task_id`,
})

/**
 * Brings the tasks of ended attempts up to date after anything was reported of their calls, by any route and at any time. The
 * outcome and the counts of the task follow. When an outcome, a callback or an answer differs from what the decision was made
 * by, the settler decides again from the newest facts, as if the report had come in time. While the contact is being called
 * again, the report is recorded in the history, and counts when that attempt is settled.
 *
 * The caller holds the locks of the calls. Locks their campaigns, then the tasks.
 */
export async function followLateReports(tx: Tx, call_ids: readonly string[], now: Date): Promise<void> {
  const late = await findLateAttempts(tx, { call_ids })
  const reported = late.length === 0 ? [] : await reopen(tx, call_ids, late, now)
  const corrected = await followCorrectedCalls(tx, call_ids)
  for (const { call_task_id, campaign_id, outcome } of reported)
    if (!corrected.has(call_task_id))
      emit(tx, { type: 'task.updated', call_task_id, campaign_id, outcome, rule: lateReportRule })
}

async function reopen(
  tx: Tx,
  call_ids: readonly string[],
  late: readonly RowOf<typeof findLateAttempts>[],
  now: Date,
): Promise<RowOf<typeof reopenAttempts>[]> {
  const campaigns = [...new Set(late.map(({ campaign_id }) => campaign_id))]
  for (const id of campaigns) await lockCampaign(tx, id)
  await lockTasks(tx, { ids: late.map(({ call_task_id }) => call_task_id) })
  const reported = await reopenAttempts(tx, { call_ids, now, rule: lateReportRule })
  for (const campaign_id of campaigns) {
    const counters = reported.flatMap(({ former_status, campaign_id: id }) =>
      former_status !== null && id === campaign_id ? [countersOfStatus(former_status)] : [],
    )
    const sumOf = (counter: 'completed_tasks' | 'failed_tasks') =>
      counters.reduce((sum, each) => sum + each[counter], 0)
    const change = { completed_tasks: -sumOf('completed_tasks'), failed_tasks: -sumOf('failed_tasks') }
    await addToCounters(tx, campaign_id, change)
  }
  return reported
}
