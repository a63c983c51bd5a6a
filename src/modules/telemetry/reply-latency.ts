import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuidArray } from '../../db/query/parameters.ts'
import { computedReplyLatency } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'

/** Agents may report the end-of-utterance delay with the user's turn, which the reply follows. */
const endOfUtterance =
  "coalesce(turn.eou_latency, case when turn.previous_role = 'user' then turn.previous_eou_latency end)"

/**
 * Computes e2e_latency of the turns that report none, from the stages of the turn and, where it has no eou_latency, from
 * that of the user's turn directly before it. Filler and system turns in between are skipped. Writes only turns whose
 * value changes, and returns them. Index: call_logs_pkey.
 */
const updateComputedReplyLatencies = defineCompanyQuery({
  name: 'telemetry.update_computed_reply_latencies',
  params: { call_ids: uuidArray },
  row: { call_id: Type.String(), turn_index: Type.Integer() },
  sql: (p) => sql`
    with turns as (
      select *, lag(role) over previous as previous_role, lag(eou_latency) over previous as previous_eou_latency
      from call_logs where company_id = ${p.company_id} and call_id = any(${p.call_ids})
      window previous as (partition by call_id, is_filler is true or role = 'system' order by turn_index)
    ), computed as (
      select call_id, turn_index, ${sql.raw(computedReplyLatency('turn.', endOfUtterance))} as e2e_latency
      from turns turn where e2e_latency is null or is_e2e_computed
    )
    update call_logs stored set e2e_latency = computed.e2e_latency, is_e2e_computed = computed.e2e_latency is not null
    from computed
    where stored.company_id = ${p.company_id} and stored.call_id = computed.call_id
      and stored.turn_index = computed.turn_index and stored.e2e_latency is distinct from computed.e2e_latency
    returning stored.call_id, stored.turn_index`,
})

/**
 * Brings the computed reply latencies of these calls up to date with their turns. Returns the turns that changed. The
 * caller holds the lock of the calls.
 */
export const computeReplyLatencies = async (tx: Tx, call_ids: readonly string[]) =>
  call_ids.length === 0 ? [] : updateComputedReplyLatencies(tx, { call_ids })
