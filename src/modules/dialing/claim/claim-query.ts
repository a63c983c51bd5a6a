import { type Static, type TNull, type TProperties, type TUnion, Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineQuery } from '../../../db/query/define-query.ts'
import { double, integer, recordset, text, timestamptz, uuid } from '../../../db/query/parameters.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'
import { candidateTasks, lockedTasks, rankedTasks, selectedTasks } from './candidate-tasks.ts'
import { campaignsWithCapacity, companyCapacity } from './capacity.ts'
import {
  claimEvents,
  claimedTasks,
  newCalls,
  newLeases,
  postponedTasks,
  skippedTasks,
  taskHistory,
  updatedCampaignPace,
  updatedCompanyPace,
} from './claim-writes.ts'

/** The columns of a claimed attempt. */
export const claimedCallColumns = {
  company_id: Type.String(),
  call_id: Type.String(),
  /** null for a test call, like campaign_id. */
  call_task_id: Nullable(Type.String()),
  campaign_id: Nullable(Type.String()),
  phone_number: Type.String(),
  phone_extension: Nullable(Type.String()),
  caller_number: Nullable(Type.String()),
  skillbase_id: Type.String(),
  skillbase_version: Nullable(Type.Integer()),
  /** 1 for the first attempt at this contact. */
  attempt: Type.Integer(),
  ring_timeout_sec: Type.Integer(),
  max_call_duration_sec: Type.Integer(),
}
const ClaimedCall = Type.Object(claimedCallColumns)

/** A claimed attempt, ready to be dialed: its call exists and its task is in progress. */
export type ClaimedCall = Static<typeof ClaimedCall>

/** The same columns, each of which may be null. */
const nullable = <P extends TProperties>(columns: P) =>
  Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, Nullable(type)])) as {
    [K in keyof P]: TUnion<[P[K], TNull]>
  }

/**
 * Claims attempts of the given campaigns, whose campaign_pace rows the caller has locked. One statement, so one
 * snapshot for all limits and one round trip. Returns one row per claimed attempt, or one row of nulls when there is
 * none; each row has the number of tasks that were skipped or postponed. The caller must call `tx.notifyEvents()`.
 *
 * The statement measures the capacity of companies and campaigns; reads candidate tasks from the queue's index, by time zone
 * and priority; shares the capacity between campaigns (by weight) and companies; locks the selected tasks; then writes
 * leases, calls, tasks, rate limits, events and history. Each part states what it locks and which index serves it.
 *
 * Statistics of queue tables are stale, and every index of a table that seems empty costs the same. So the parts name an
 * order that only one index has, and use `select 1 ... limit 1` instead of `exists`, which may become a join with the whole
 * table. A plan takes longer to make than to run: run it with `plans: 'cached'`.
 */
export const claimFromCampaigns = defineQuery({
  name: 'dialing.claim_attempts',
  params: {
    /** With the result of `CompanyTurns.nextTurn`. */
    campaigns: recordset('campaigns', { company_id: uuid, campaign_id: uuid, next_turn_of_company: double }),
    /** The name of this process in leases. */
    worker: text,
    now: timestamptz,
    /** Attempts to claim at most. */
    quota: integer,
    lease_sec: double,
    /** The result of `rateWindowSec`. */
    rate_window_sec: double,
    /** Time in which the campaigns together search their zones for due tasks, ms. */
    search_ms: double,
  },
  row: { skipped_or_postponed: Type.Integer(), ...nullable(claimedCallColumns) },
  sql: (p) => sql`
    with
    -- The time of the claim, as a row to join.
    clock as materialized (select ${p.now} as at),
    locked_campaigns as materialized (select * from ${p.campaigns}),
    company_capacity as materialized (${companyCapacity(p)}),
    campaigns_with_capacity as materialized (${campaignsWithCapacity(p)}),
    candidate_tasks as materialized (${candidateTasks(p)}),
    ranked_tasks as (${rankedTasks}),
    selected_tasks as materialized (${selectedTasks(p)}),
    locked_tasks as materialized (${lockedTasks}),
    new_leases as (${newLeases(p)}),
    claimed_tasks as (${claimedTasks}),
    new_calls as (${newCalls}),
    -- Marks the new calls as changed, for the rollups.
    recorded_changes as (insert into dirty_calls (company_id, call_id) select company_id, call_id from new_leases),
    updated_campaign_pace as (${updatedCampaignPace(p)}),
    updated_company_pace as (${updatedCompanyPace(p)}),
    skipped_tasks as (${skippedTasks}),
    postponed_tasks as (${postponedTasks}),
    skipped_or_postponed as (select * from skipped_tasks union all select * from postponed_tasks),
    events as (${claimEvents}),
    task_history as (${taskHistory})
    select (select count(*)::int from skipped_or_postponed) as skipped_or_postponed, t.*, k.caller_number,
      k.skillbase_id, k.skillbase_version, k.ring_timeout_sec, k.max_call_duration_sec
    -- One row even when nothing was claimed, for the number of skipped and postponed tasks.
    from (select 1) as one_row
    left join claimed_tasks t on true
    left join campaigns_with_capacity k on k.company_id = t.company_id and k.campaign_id = t.campaign_id`,
})
