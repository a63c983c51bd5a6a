import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { Outcome, TaskStatus } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'
import { setTaskStatuses } from './history.ts'

const waits = sql`status in ('pending', 'retry')`

const total = (counts: Map<TaskStatus, number>) => [...counts.values()].reduce((sum, n) => sum + n, 0)

/** Cancels every task of a campaign that waits. Answers how many. */
export async function cancelWaitingTasks(tx: Tx, campaign_id: string, now: Date): Promise<number> {
  const detail = 'the campaign was stopped'
  return total(
    await setTaskStatuses(tx, campaign_id, waits, {
      status: 'cancelled',
      rule: 'campaign_stopped',
      detail,
      now,
    }),
  )
}

/** Skips every task of a campaign that waits when its end has come. Answers how many. */
export async function skipWaitingTasks(tx: Tx, campaign_id: string, now: Date): Promise<number> {
  const detail = 'the campaign ended before its turn came'
  const change = {
    status: 'skipped',
    outcome: 'outside_window',
    rule: 'campaign_ended',
    detail,
    now,
  } as const
  return total(await setTaskStatuses(tx, campaign_id, waits, change))
}

/** States that a restart takes up tasks from. */
export const restartableStatuses = ['failed', 'cancelled', 'skipped'] as const satisfies TaskStatus[]

export interface RestartFilter {
  statuses: readonly (typeof restartableStatuses)[number][]
  /** Only those whose latest outcome is one of these. */
  outcomes?: readonly Outcome[] | undefined
}

/** Takes up again tasks of a campaign that ended, with all their attempts before them. Answers how many were of each state. */
export function restartTasks(
  tx: Tx,
  campaign_id: string,
  { statuses, outcomes }: RestartFilter,
  now: Date,
): Promise<Map<TaskStatus, number>> {
  const ofOutcome =
    outcomes === undefined ? sql`` : sql`and outcome = any(${`{${outcomes.join(',')}}`}::text[])`
  const which = sql`status = any(${`{${statuses.join(',')}}`}::text[]) ${ofOutcome}`
  const detail = 'taken up again with its campaign'
  return setTaskStatuses(tx, campaign_id, which, {
    status: 'pending',
    rule: 'campaign_restarted',
    detail,
    now,
  })
}

/**
 * Gives a campaign the contacts of another, as new ones: all, or those that were not reached (failed, cancelled, skipped
 * or still waiting). Whoever calls this counts them. Answers how many.
 */
export async function copyTasks(
  tx: Tx,
  from: string,
  to: string,
  which: 'none' | 'all' | 'unreached',
  now: Date,
): Promise<number> {
  if (which === 'none') return 0
  const { count } = await tx.execute(sql`
    insert into call_tasks (company_id, id, campaign_id, phone_number, contact_name, contact_data, timezone, dial_timezone,
      timezone_source, priority, created_at)
    select company_id, gen_random_uuid(), ${to}::uuid, phone_number, contact_name, contact_data, timezone, dial_timezone,
      timezone_source, priority, ${now.toISOString()}::timestamptz
    from call_tasks
    where company_id = ${tx.company_id}::uuid and campaign_id = ${from}::uuid
      and (${which === 'all'} or status not in ('completed', 'in_progress'))
    order by id`)
  return count
}

/** What the zone of a task is worked out from. */
export interface TaskWithoutZone {
  company_id: string
  id: string
  timezone: string | null
  phone_number: string
}

/** Works out in which zone tasks are dialed, for those of hand-written SQL. Answers how many were new. */
export async function assignDialTimezones(db: Db, tasks: readonly TaskWithoutZone[]): Promise<number> {
  const rows = tasks.map(({ company_id, id, timezone, phone_number }) => ({
    ...{ company_id, id, timezone },
    ...resolveDialTimezone(timezone, phone_number),
  }))
  const { count } = await db.orm.execute(sql`
    update call_tasks t set dial_timezone = r.dial_timezone, timezone_source = r.timezone_source
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as r(company_id uuid, id uuid, timezone text, dial_timezone text, timezone_source text)
    where t.company_id = r.company_id and t.id = r.id and t.dial_timezone is null
      and t.timezone is not distinct from r.timezone`)
  return count
}
