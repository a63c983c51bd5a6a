import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { double, nullable, text, uuid } from '../../db/query/parameters.ts'
import { callStatuses, isReached, outcomes } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { isFinal, isOutcomeReported, recordOutcome } from '../calls/index.ts'
import { findFlowState } from '../skillbases/index.ts'
import { classifiedReasonPrefix, classifyCall, classifySilence } from './classification-rules.ts'

/**
 * Derives the outcome of an ended call for which none was reported, and writes it to the call and its metrics. It is called
 * again for each later report about the call. A call that is live, or has a reported outcome, is not changed. An attempt
 * that was settled keeps an outcome: its retries were decided by it.
 *
 * The caller holds the lock of `lockCall`, has derived the call's metrics, and calls `followLateReports` for an attempt.
 */
export async function classifyOutcome(tx: Tx, call_id: string): Promise<void> {
  const [facts] = await readFacts(tx, { call_id })
  if (facts === undefined || !isFinal(facts.status) || isOutcomeReported(facts)) return
  const call = { ...facts, status: facts.status, last_state: await findLastState(tx, facts) }
  const classification =
    classifyCall(call) ??
    (facts.is_outcome_classified && facts.is_settled ? classifySilence(facts) : undefined)
  if (classification === undefined && !facts.is_outcome_classified) return
  const { outcome = null, confidence = null, reason = null } = classification ?? {}
  if (outcome !== facts.outcome) await recordOutcome(tx, { id: call_id, ...facts }, 'classification', outcome)
  await storeClassification(tx, { call_id, confidence, reason })
}

/** SQL condition: the reason is that of a classification. Null counts as one. */
const isClassifiedReason = sql`starts_with(coalesce(outcome_reason, ${classifiedReasonPrefix}), ${classifiedReasonPrefix})`

/**
 * Writes confidence and reason to the call's metrics. A reason that an agent reported without an outcome is kept. Nothing
 * is written when both are unchanged. Index: call_metrics_call_id_key.
 */
const storeClassification = defineCompanyQuery({
  name: 'telemetry.store_classification',
  params: { call_id: uuid, confidence: nullable(double), reason: nullable(text) },
  row: {},
  sql: (p) => sql`
    update call_metrics as m
    set outcome_confidence = classified.confidence, outcome_reason = classified.reason, updated_at = now()
    from (
      select call_id, ${p.confidence} as confidence,
        case when ${isClassifiedReason} then ${p.reason} else outcome_reason end as reason
      from call_metrics where company_id = ${p.company_id} and call_id = ${p.call_id}
    ) as classified
    where m.company_id = ${p.company_id} and m.call_id = classified.call_id
      and (m.outcome_confidence, m.outcome_reason) is distinct from (classified.confidence, classified.reason)`,
})

/**
 * The facts for the classification rules, in one round trip; no row when the call does not exist. Rows are found by the
 * primary keys of calls and call_logs and by call_metrics_call_id_key.
 */
const readFacts = defineCompanyQuery({
  name: 'telemetry.read_classification_facts',
  params: { call_id: uuid },
  row: {
    status: OneOf(callStatuses),
    outcome: Nullable(OneOf(outcomes)),
    is_outcome_classified: Type.Boolean(),
    is_outcome_from_carrier: Type.Boolean(),
    campaign_id: Nullable(Type.String()),
    /** It is an attempt of a call task, and the task was settled. */
    is_settled: Type.Boolean(),
    is_reached: Type.Boolean(),
    ended_reason: Nullable(Type.String()),
    duration_sec: Nullable(Type.Number()),
    skillbase_id: Nullable(Type.String()),
    skillbase_version: Nullable(Type.Integer()),
    user_turns: Type.Integer(),
    bot_turns: Type.Integer(),
    last_state_id: Nullable(Type.String()),
  },
  sql: (p) => sql`
    select c.status, c.outcome, c.is_outcome_classified, c.is_outcome_from_carrier, c.campaign_id, c.call_task_id is not null and not exists (
        select from leases where company_id = ${p.company_id} and call_id = c.id) as is_settled, ${isReached('c')} as is_reached, c.ended_reason, c.duration_sec, c.skillbase_id,
      c.skillbase_version, coalesce(m.user_turn_count, 0) as user_turns, coalesce(m.bot_turn_count, 0) as bot_turns, (
        select state_id from call_logs
        where company_id = ${p.company_id} and call_id = c.id and state_id is not null
        order by turn_index desc limit 1
      ) as last_state_id
    from calls c
    left join call_metrics m on m.company_id = ${p.company_id} and m.call_id = c.id
    where c.company_id = ${p.company_id} and c.id = ${p.call_id}`,
})

type Facts = RowOf<typeof readFacts>

async function findLastState(tx: Tx, { skillbase_id, skillbase_version, last_state_id }: Facts) {
  if (skillbase_id === null || skillbase_version === null || last_state_id === null) return undefined
  return findFlowState(tx, skillbase_id, skillbase_version, last_state_id)
}
