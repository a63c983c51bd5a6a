import { sql } from 'drizzle-orm'
import { campaigns, type TaskStatus, taskStatusRules } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { emit } from '../events/index.ts'
import { isCampaign } from './campaigns.ts'

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
