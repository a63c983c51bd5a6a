import { sql } from 'drizzle-orm'
import { campaigns, type TaskStatus } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { emit } from '../events/index.ts'
import { isCampaign } from './campaigns.ts'

export interface CounterChange {
  total_tasks?: number
  completed_tasks?: number
  failed_tasks?: number
}

/** What a task in this state counts for. */
export const countersOfStatus = (status: TaskStatus): CounterChange => ({
  completed_tasks: status === 'completed' ? 1 : 0,
  failed_tasks: status === 'failed' ? 1 : 0,
})

/** Moves a campaign's counters, in the transaction that moves its tasks. Whoever calls this holds the campaign. */
export async function addToCounters(tx: Tx, id: string, change: CounterChange): Promise<void> {
  const { total_tasks = 0, completed_tasks = 0, failed_tasks = 0 } = change
  if (total_tasks === 0 && completed_tasks === 0 && failed_tasks === 0) return
  const [counted] = await tx
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
  emit(tx, { type: 'campaign.progress', campaign_id: id, ...counted })
}
