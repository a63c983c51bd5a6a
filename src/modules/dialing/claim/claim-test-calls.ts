import { sql } from 'drizzle-orm'
import { defineQuery } from '../../../db/query/define-query.ts'
import { double, integer, text, timestamptz } from '../../../db/query/parameters.ts'
import { claimedCallColumns } from './claim-query.ts'
import { hangUpAt } from './hang-up-times.ts'

/** SQL condition on leases: a test call that no worker has claimed. Index: leases_test_idx. */
export const isQueuedTestCall = sql.raw(`campaign_id is null and is_live and worker = ''`)

/**
 * Claims queued test calls, oldest first. Locks their leases, and skips those that another worker is claiming. Their limits
 * were checked when they were placed. Indexes: leases_test_idx, then primary keys.
 */
export const claimTestCalls = defineQuery({
  name: 'dialing.claim_test_calls',
  params: { worker: text, now: timestamptz, lease_sec: double, limit: integer },
  row: claimedCallColumns,
  sql: (p) => sql`
    with queued_calls as materialized (
      select company_id, call_id from leases
      where ${isQueuedTestCall} and lease_until > ${p.now}
      order by claimed_at limit ${p.limit} for update skip locked
    ),
    updated_leases as (
      update leases l set worker = ${p.worker}, claimed_at = ${p.now},
        lease_until = ${p.now} + make_interval(secs => ${p.lease_sec}), hang_up_at = ${hangUpAt(p.now, 't')}
      from queued_calls q join test_calls t using (company_id, call_id)
      where l.company_id = q.company_id and l.call_id = q.call_id
    ),
    claimed_calls as (
      update calls c set status = 'dialing', dialed_at = ${p.now}, updated_at = now()
      from queued_calls q where c.company_id = q.company_id and c.id = q.call_id and c.status = 'queued'
      returning c.*
    ),
    recorded_changes as (insert into dirty_calls (company_id, call_id) select company_id, id from claimed_calls)
    select c.company_id, c.id as call_id, null::uuid as call_task_id, null::uuid as campaign_id, t.phone_number,
      null::text as phone_extension, c.caller_number, c.skillbase_id, c.skillbase_version, 1 as attempt, t.ring_timeout_sec, t.max_call_duration_sec
    from claimed_calls c join test_calls t on t.company_id = c.company_id and t.call_id = c.id`,
})
