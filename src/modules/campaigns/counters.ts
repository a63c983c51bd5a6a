import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { perColumn } from '../../db/query/column-list.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { timestamptz, uuid } from '../../db/query/parameters.ts'
import {
  campaigns,
  quotedList,
  type TaskStatus,
  taskStatuses,
  taskStatusRules,
} from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { emit } from '../events/index.ts'
import { isCampaign, lockCampaign } from './campaigns.ts'

/** Amounts to add to the counters of a campaign; negative ones are subtracted. */
export interface CounterChange {
  total_tasks?: number
  completed_tasks?: number
  failed_tasks?: number
}

/** The contribution of a task in this status to the counters of its campaign. */
export function countersOfStatus(status: TaskStatus): Required<Omit<CounterChange, 'total_tasks'>> {
  const { counter } = taskStatusRules[status]
  return {
    completed_tasks: counter === 'completed_tasks' ? 1 : 0,
    failed_tasks: counter === 'failed_tasks' ? 1 : 0,
  }
}

const statusesCountedIn = (counter: 'completed_tasks' | 'failed_tasks') =>
  taskStatuses.filter((status) => taskStatusRules[status].counter === counter)

/**
 * Adds to the counters of a campaign and emits campaign.progress, in the transaction that changes its tasks. The caller
 * has locked the campaign.
 */
export async function addToCounters(tx: Tx, id: string, change: CounterChange): Promise<void> {
  const { total_tasks = 0, completed_tasks = 0, failed_tasks = 0 } = change
  if (total_tasks === 0 && completed_tasks === 0 && failed_tasks === 0) return
  const [counters] = await tx
    .update(campaigns)
    .set({
      total_tasks: sql`greatest(0, ${campaigns.total_tasks} + ${total_tasks}::int)`,
      completed_tasks: sql`greatest(0, ${campaigns.completed_tasks} + ${completed_tasks}::int)`,
      failed_tasks: sql`greatest(0, ${campaigns.failed_tasks} + ${failed_tasks}::int)`,
    })
    .where(isCampaign(tx, id))
    .returning({
      total_tasks: campaigns.total_tasks,
      completed_tasks: campaigns.completed_tasks,
      failed_tasks: campaigns.failed_tasks,
    })
  emit(tx, { type: 'campaign.progress', campaign_id: id, ...counters })
}

/** SQL: the counters of campaign `k` by its tasks. Index: call_tasks_status_idx. */
const countTasks = sql`
    select count(*)::int as total_tasks, ${perColumn(
      ['completed_tasks', 'failed_tasks'] as const,
      (counter) =>
        `(count(*) filter (where status in (${quotedList(statusesCountedIn(counter))})))::int as ${counter}`,
    )}
    from call_tasks where company_id = k.company_id and campaign_id = k.id`

/**
 * Counters that differ from the tasks, of the campaigns whose latest call started on a day, or that were created on it and
 * have no call: so each campaign is compared once. `day` is midnight UTC. Index: calls_campaign_idx.
 */
export const findCounterDifferences = defineCompanyQuery({
  name: 'campaigns.find_counter_differences',
  params: { day: timestamptz },
  row: {
    campaign_id: Type.String(),
    column: Type.String(),
    stored: Type.Integer(),
    expected: Type.Integer(),
  },
  sql: (p) => sql`
    select k.id as campaign_id, v."column", v.stored, v.expected
    from campaigns k
    cross join lateral (${countTasks}) as n
    cross join lateral (values
      ('total_tasks', k.total_tasks, n.total_tasks),
      ('completed_tasks', k.completed_tasks, n.completed_tasks),
      ('failed_tasks', k.failed_tasks, n.failed_tasks)
    ) as v("column", stored, expected)
    where k.company_id = ${p.company_id} and v.stored <> v.expected and coalesce((
      select started_at from calls c where c.company_id = k.company_id and c.campaign_id = k.id
      order by started_at desc limit 1), k.created_at) between ${p.day} and ${p.day} + interval '24 hours' - interval '1 ms'
    order by k.id`,
})

const updateCounters = defineCompanyQuery({
  name: 'campaigns.update_counters',
  params: { campaign_id: uuid },
  row: { total_tasks: Type.Integer(), completed_tasks: Type.Integer(), failed_tasks: Type.Integer() },
  sql: (p) => sql`
    update campaigns u set total_tasks = n.total_tasks, completed_tasks = n.completed_tasks, failed_tasks = n.failed_tasks
    from campaigns k cross join lateral (${countTasks}) as n
    where k.company_id = ${p.company_id} and k.id = ${p.campaign_id} and u.company_id = k.company_id and u.id = k.id
    returning u.total_tasks, u.completed_tasks, u.failed_tasks`,
})

/** Counts the tasks of a campaign again. Every transaction that changes them has locked the campaign, as this one does. */
export async function correctCounters(tx: Tx, campaign_id: string): Promise<void> {
  await lockCampaign(tx, campaign_id)
  const [counters] = await updateCounters(tx, { campaign_id })
  emit(tx, { type: 'campaign.progress', campaign_id, ...counters })
}
