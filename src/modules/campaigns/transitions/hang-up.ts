import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { timestamptz, uuid } from '../../../db/query/parameters.ts'
import { inCompany, type Tx } from '../../../db/transaction.ts'
import { mapConcurrently } from '../../../lib/map-concurrently.ts'
import type { Carrier } from '../../../telephony/carrier.ts'

/** Hang-up requests in flight at the same time. */
const concurrency = 20

/** A worker repeats a hang-up after this time, in case that the process which was asked for it has died. */
const repeatAfter = sql.raw(`interval '5 s'`)

/** SQL: from `now` on, a worker hangs up the live call of a lease until it has ended or is lost. */
const toBeHungUp = (now: SQL) => sql`
      hang_up_at = least(hang_up_at, ${now}), lease_until = least(lease_until, ${now} + ${repeatAfter})`

/** Locks the leases in the order of their ids, as carrier events do. Indexes: leases_campaign_idx, then leases_pkey. */
const markCallsOfCampaign = defineCompanyQuery({
  name: 'campaigns.mark_calls_to_hang_up',
  params: { campaign_id: uuid, now: timestamptz },
  row: { call_id: Type.String() },
  sql: (p) => sql`
    with live as materialized (
      select company_id, call_id from leases
      where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and is_live
      order by call_id for no key update
    )
    update leases l set ${toBeHungUp(p.now)}
    from live where l.company_id = live.company_id and l.call_id = live.call_id
    returning l.call_id`,
})

/** Index: leases_pkey. */
const markCallOfTask = defineCompanyQuery({
  name: 'campaigns.mark_call_of_cancelled_task',
  params: { call_id: uuid, now: timestamptz },
  row: { call_id: Type.String() },
  sql: (p) => sql`
    update leases set is_task_cancelled = true, ${toBeHungUp(p.now)}
    where company_id = ${p.company_id} and call_id = ${p.call_id}
    returning call_id`,
})

/**
 * Asks the carrier to end every live call of a campaign. The calls end when the carrier's events arrive. One that does not end is
 * hung up again by a worker, and is lost a minute later.
 */
export async function hangUpCalls(
  db: Db,
  carrier: Carrier,
  company_id: string,
  campaign_id: string,
  now: Date,
): Promise<void> {
  const live = await inCompany(db, company_id, (tx) => markCallsOfCampaign(tx, { campaign_id, now }))
  await mapConcurrently(concurrency, live, ({ call_id }) => hangUpCall(carrier, company_id, call_id))
}

/**
 * Marks the attempt under way of a task that a user cancels: its call is to be hung up, and the task is not tried again. False
 * when there is no such attempt.
 */
export async function cancelAttempt(tx: Tx, call_id: string, now: Date): Promise<boolean> {
  return (await markCallOfTask(tx, { call_id, now })).length > 0
}

/** Asks the carrier to end a call that is marked. When that fails, a worker asks again. */
export async function hangUpCall(carrier: Carrier, company_id: string, call_id: string): Promise<void> {
  try {
    await carrier.hangUp({ company_id, call_id })
  } catch {
    // A carrier that throws is treated as one that cannot be reached.
  }
}
