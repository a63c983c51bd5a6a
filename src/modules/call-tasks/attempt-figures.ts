/** What the settled attempts of a call task add up to, for tasks whose attempts were corrected, and for comparisons. */
import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuidArray } from '../../db/query/parameters.ts'
import {
  countedIfReachedOutcomes,
  countsAsAttempt,
  notDialedRule,
  outcomes,
  textList,
} from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { emit } from '../events/index.ts'
import type { TaskRule } from './bulk-commands.ts'

/** Rules that return a task to the queue with all its retries, so its outcome_counts start again. */
const restartRules: readonly TaskRule[] = ['taken_up_by_user', 'campaign_restarted']

/**
 * LATERAL body: outcome, outcome_counts and attempt_count of task `t` by its history and its calls. The history has an
 * effective row with call_id for each settled attempt. The outcome is that of the latest attempt, or of a later decision to skip the
 * contact; an attempt that was never dialed, after which the contact waits, is left out. `has_outcome` is false when there
 * is no such attempt or decision. Indexes: task_events_pkey, calls_pkey.
 */
const figuresOfAttempts = (company_id: SQL) => sql`
    with decisions as (
      select e.seq, e.status as task_status, e.outcome as task_outcome, e.rule, c.id as call_id, c.outcome,
        c.id is not null and (e.rule <> ${textList([notDialedRule])} or c.outcome is distinct from 'cancelled') as has_outcome, c.id is not null and ${countsAsAttempt('c')} as is_counted
      from task_events e left join calls c on c.company_id = e.company_id and c.id = e.call_id
      where e.company_id = ${company_id} and e.call_task_id = t.id and e.is_effective
    ), latest as (
      select case when call_id is null then task_outcome else outcome end as outcome
      from decisions where has_outcome or task_status = 'skipped' order by seq desc limit 1
    ), counts as (
      select outcome, count(*) as n from decisions
      where call_id is not null and outcome is not null
        and seq > coalesce((select max(seq) from decisions where rule in (${textList(restartRules)})), 0)
      group by outcome
    )
    select exists (select from latest) as has_outcome, (select outcome from latest) as outcome,
      (select coalesce(jsonb_object_agg(outcome, n), '{}') from counts) as outcome_counts,
      (select count(*)::int from decisions where is_counted) as attempt_count`

/**
 * SQL: the attempts of a task with this alias since its last restart that used up none, because nobody was reached, by outcome:
 * of the outcomes that count only if somebody was. Reads calls only when the task has such outcomes. Indexes: task_events_pkey,
 * calls_pkey, by lateral subqueries as in `lateAttempts`.
 */
export const unreachedCounts = (task: string): SQL => {
  const [company_id, id] = [sql.raw(`${task}.company_id`), sql.raw(`${task}.id`)]
  const conditional = textList(countedIfReachedOutcomes)
  return sql`
      case when ${sql.raw(`${task}.outcome_counts`)} ?| array[${conditional}] then (
        select coalesce(jsonb_object_agg(outcome, n), '{}') from (
          select c.outcome, count(*) as n from task_events e
          cross join lateral (
            select * from calls where company_id = e.company_id and id >= e.call_id and id <= e.call_id order by id limit 1) as c
          where e.company_id = ${company_id} and e.call_task_id = ${id} and e.is_effective
            and c.outcome in (${conditional}) and not ${countsAsAttempt('c')}
            and e.seq > coalesce((
              select r.seq from task_events r
              where r.company_id = ${company_id} and r.call_task_id = ${id} and r.is_effective
                and r.rule in (${textList(restartRules)})
              order by r.seq desc limit 1), 0)
          group by c.outcome) as unreached)
      else '{}' end`
}

/** The tasks of these calls, column by column, that differ from their attempts. Index: call_tasks_pkey. */
export const findTaskDifferences = defineCompanyQuery({
  name: 'call_tasks.find_task_differences',
  params: { call_ids: uuidArray },
  row: {
    call_task_id: Type.String(),
    campaign_id: Type.String(),
    column: Type.String(),
    stored: Type.Unknown(),
    expected: Type.Unknown(),
  },
  sql: (p) => sql`
    select t.id as call_task_id, t.campaign_id, v."column", v.stored, v.expected
    from (
      select distinct c.call_task_id from unnest(${p.call_ids}) as ids(id)
      join calls c on c.company_id = ${p.company_id} and c.id = ids.id
    ) as tasks
    join call_tasks t on t.company_id = ${p.company_id} and t.id = tasks.call_task_id
    cross join lateral (${figuresOfAttempts(p.company_id)}) as f
    cross join lateral (values
      ('outcome', to_jsonb(t.outcome), to_jsonb(case when f.has_outcome then f.outcome else t.outcome end)),
      ('outcome_counts', t.outcome_counts, f.outcome_counts),
      ('attempt_count', to_jsonb(t.attempt_count), to_jsonb(f.attempt_count))
    ) as v("column", stored, expected)
    where v.stored is distinct from v.expected
    order by t.id`,
})

/** Locks tasks in the order of their ids, as every statement that locks several tasks does. */
export const lockTasks = defineCompanyQuery({
  name: 'call_tasks.lock_tasks',
  params: { ids: uuidArray },
  row: { id: Type.String() },
  sql: (p) => sql`
    select id from call_tasks where company_id = ${p.company_id} and id = any(${p.ids})
    order by id for no key update`,
})

/** A second statement after `lockTasks`, so that it sees the attempts settled by the transaction it waited for. */
const updateFigures = defineCompanyQuery({
  name: 'call_tasks.update_figures',
  params: { ids: uuidArray },
  row: { id: Type.String(), campaign_id: Type.String(), outcome: Nullable(OneOf(outcomes)) },
  sql: (p) => sql`
    update call_tasks u set outcome = case when f.has_outcome then f.outcome else u.outcome end,
      outcome_counts = f.outcome_counts, attempt_count = f.attempt_count, updated_at = now()
    from call_tasks t cross join lateral (${figuresOfAttempts(p.company_id)}) as f
    where t.company_id = ${p.company_id} and t.id = any(${p.ids}) and u.company_id = t.company_id and u.id = t.id
    returning u.id, u.campaign_id, u.outcome`,
})

/**
 * Corrects outcome, outcome_counts and attempt_count of the tasks of these calls, after a call was corrected whose attempt
 * had been settled. Their status stays: see `followLateReports`. The caller holds the locks of the calls, if it changed them.
 *
 * @returns the ids of the tasks that were corrected
 */
export async function followCorrectedCalls(tx: Tx, call_ids: readonly string[]): Promise<Set<string>> {
  const differences = await findTaskDifferences(tx, { call_ids })
  if (differences.length === 0) return new Set()
  const ids = [...new Set(differences.map(({ call_task_id }) => call_task_id))]
  await lockTasks(tx, { ids })
  for (const { id, campaign_id, outcome } of await updateFigures(tx, { ids }))
    emit(tx, { type: 'task.updated', call_task_id: id, campaign_id, outcome })
  return new Set(ids)
}
