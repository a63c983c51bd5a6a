import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { newIdAt } from '../../db/query/new-id.ts'
import { boolean, textArray, timestamptz, uuid } from '../../db/query/parameters.ts'
import { type TaskStatus, unusableNumberOutcomes } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { mayBeCalledAgain } from '../suppressions/index.ts'

/** Statuses of contacts that a copy of `unreached` ones leaves out. */
const reachedStatuses: readonly TaskStatus[] = ['completed', 'in_progress']

const insertCopies = defineCompanyQuery({
  name: 'call_tasks.insert_copies',
  params: {
    source_campaign_id: uuid,
    target_campaign_id: uuid,
    except_statuses: textArray,
    /** Only contacts that may be called again: see `mayBeCalledAgain`. */
    is_callable_only: boolean,
    left_out_outcomes: textArray,
    now: timestamptz,
  },
  row: { copied: Type.Integer() },
  sql: (p) => sql`
    with copies as (
      insert into call_tasks (company_id, id, campaign_id, phone_number, phone_extension, further_numbers, contact_name,
        contact_data, timezone, dial_timezone, timezone_source, priority, created_at)
      select company_id, ${newIdAt(p.now)}, ${p.target_campaign_id}, phone_number, phone_extension, further_numbers,
        contact_name, contact_data, timezone, dial_timezone, timezone_source, priority, ${p.now}
      from call_tasks t
      where company_id = ${p.company_id} and campaign_id = ${p.source_campaign_id}
        and status <> all(${p.except_statuses})
        and (not ${p.is_callable_only} or ${mayBeCalledAgain('t', p.left_out_outcomes, p.now)})
      order by id
      returning 1
    )
    select count(*)::int as copied from copies`,
})

/**
 * Copies the contacts of a campaign into another as new tasks: all of them, or with `unreached` those whose task is not
 * completed and not in progress, and whose number can and may be called. The caller updates the counters. Returns the number of tasks created.
 */
export async function copyTasks(
  tx: Tx,
  source_campaign_id: string,
  target_campaign_id: string,
  contacts: 'none' | 'all' | 'unreached',
  now: Date,
): Promise<number> {
  if (contacts === 'none') return 0
  const [result] = await insertCopies(tx, {
    source_campaign_id,
    target_campaign_id,
    except_statuses: contacts === 'all' ? [] : reachedStatuses,
    is_callable_only: contacts === 'unreached',
    left_out_outcomes: unusableNumberOutcomes,
    now,
  })
  return result?.copied ?? 0
}
