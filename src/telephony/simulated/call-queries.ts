import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineBatchDelete } from '../../db/query/define-batch-delete.ts'
import { defineQuery, type RowOf } from '../../db/query/define-query.ts'
import {
  integer,
  jsonb,
  nullable,
  recordset,
  text,
  timestamptz,
  uuid,
  uuidArray,
} from '../../db/query/parameters.ts'
import { outcomes, simulatedCalls } from '../../db/schema/index.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import type { Plan } from './call-plan.ts'

const simulatedCall = {
  company_id: Type.String(),
  call_id: Type.String(),
  phone_number: Type.String(),
  attempt: Type.Integer(),
  dialed_at: Type.Date(),
  plan: Type.Unsafe<Plan>({ type: 'object' }),
  /** Index of the next step of the plan, due at `next_at`; null: none is left. */
  step: Type.Integer(),
  next_at: Nullable(Type.Date()),
  status: OneOf(['dialing', 'ringing', 'active', 'ended']),
  outcome: Nullable(OneOf(outcomes)),
  answered_at: Nullable(Type.Date()),
  ended_at: Nullable(Type.Date()),
}
const callColumns = sql.raw(
  Object.keys(simulatedCall)
    .map((column) => `s.${column}`)
    .join(', '),
)

/** Milliseconds until a step of a call is due; null without calls. Index: simulated_calls_next_at_idx. */
export const findMsUntilStep = defineQuery({
  name: 'simulated_carrier.find_ms_until_step',
  params: { now: timestamptz },
  row: { ms: Nullable(Type.Number()) },
  sql: (p) => sql`
    select extract(epoch from min(next_at) - ${p.now})::float8 * 1000 as ms from simulated_calls`,
})

/** Inserts a call. A repeated request only increments dial_requests. */
export const insertCall = defineQuery({
  name: 'simulated.insert_call',
  params: {
    company_id: uuid,
    call_id: uuid,
    phone_number: text,
    attempt: integer,
    dialed_at: timestamptz,
    plan: jsonb,
    next_at: nullable(timestamptz),
    status: text,
    outcome: nullable(text),
    ended_at: nullable(timestamptz),
  },
  row: {},
  sql: (p) => sql`
    insert into simulated_calls as s (company_id, call_id, phone_number, attempt, dialed_at, plan, next_at, status, outcome,
      ended_at)
    values (${p.company_id}, ${p.call_id}, ${p.phone_number}, ${p.attempt}, ${p.dialed_at}, ${p.plan}, ${p.next_at},
      ${p.status}, ${p.outcome}, ${p.ended_at})
    on conflict (company_id, call_id) do update set dial_requests = s.dial_requests + 1`,
})

export const findCall = defineQuery({
  name: 'simulated.find_call',
  params: { company_id: uuid, call_id: uuid },
  row: simulatedCall,
  sql: (p) => sql`
    select ${callColumns} from simulated_calls s where company_id = ${p.company_id} and call_id = ${p.call_id}`,
})
export type SimulatedCall = RowOf<typeof findCall>

/** Ends a call that has not ended, and can end. `change` is merged into its plan, whose first step is then due. */
export const cancelCall = defineQuery({
  name: 'simulated.cancel_call',
  params: { company_id: uuid, call_id: uuid, now: timestamptz, change: jsonb },
  row: {},
  sql: (p) => sql`
    update simulated_calls set status = 'ended', outcome = 'cancelled', ended_at = ${p.now}, step = 0, next_at = ${p.now},
      plan = plan || ${p.change}
    where company_id = ${p.company_id} and call_id = ${p.call_id} and status <> 'ended'
      and plan->'is_endless' is distinct from 'true'`,
})

/**
 * Calls with a due step, which are locked against other processes until `locked_until`. Companies take turns; of each, the
 * steps that were due first come first. Skips calls that another process is taking. Indexes: simulated_calls_next_at_idx, then
 * simulated_calls_pkey.
 */
export const takeDueCalls = defineQuery({
  name: 'simulated.take_due_calls',
  params: { now: timestamptz, locked_until: timestamptz, limit: integer, busy_companies: uuidArray },
  row: simulatedCall,
  sql: (p) => sql`
    with candidates as materialized (
      select company_id, call_id from simulated_calls
      where next_at <= ${p.now} and company_id <> all(${p.busy_companies})
      order by row_number() over (partition by company_id order by next_at), next_at limit ${p.limit}
    ), due_calls as materialized (
      select company_id, call_id from simulated_calls join candidates using (company_id, call_id)
      where next_at <= ${p.now} for update of simulated_calls skip locked
    )
    update simulated_calls s set next_at = ${p.locked_until}
    from due_calls where s.company_id = due_calls.company_id and s.call_id = due_calls.call_id
    returning ${callColumns}`,
})

/** Stores the state of calls, except of those that were hung up in the meantime. */
export const storeProgress = defineQuery({
  name: 'simulated.store_progress',
  params: {
    calls: recordset('p', {
      company_id: uuid,
      call_id: uuid,
      step: integer,
      next_at: nullable(timestamptz),
      status: text,
      outcome: nullable(text),
      answered_at: nullable(timestamptz),
      ended_at: nullable(timestamptz),
    }),
  },
  row: {},
  sql: (p) => sql`
    update simulated_calls s set step = p.step, next_at = p.next_at, status = p.status, outcome = p.outcome,
      answered_at = p.answered_at, ended_at = p.ended_at
    from ${p.calls}
    where s.company_id = p.company_id and s.call_id = p.call_id
      and (s.status <> 'ended' or s.ended_at is not distinct from p.ended_at)`,
})

export const deleteExpired = defineBatchDelete(simulatedCalls, {
  name: 'simulated.delete_expired',
  key: [simulatedCalls.company_id, simulatedCalls.call_id],
  expired: (before) => sql`(${simulatedCalls.ended_at} < ${before}
    or ${simulatedCalls.plan}->'is_endless' = 'true' and ${simulatedCalls.dialed_at} < ${before})`,
  limit: 1_000,
})
