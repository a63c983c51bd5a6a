import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { double, nullable, text, uuid } from '../../db/query/parameters.ts'
import { callStatuses, outcomes } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { type Call, isFinal, recordOutcome } from '../calls/index.ts'
import { findFlowState } from '../skillbases/index.ts'
import { classifiedReasonPrefix, classifyCall } from './classification-rules.ts'

/** Whether no outcome was reported: the call has none, or one that was derived from how the call went. */
export const isOutcomeUnreported = (call: Pick<Call, 'outcome' | 'is_outcome_classified'>): boolean =>
  call.outcome === null || call.is_outcome_classified

/**
 * Derives the outcome of an ended call for which none was reported, and writes it to the call and its metrics. It is called
 * again for each later report about the call. A call that is live, or has a reported outcome, is not changed.
 *
 * The caller holds the lock of `lockCall` and has derived the call's metrics.
 */
export async function classifyOutcome(tx: Tx, call_id: string): Promise<void> {
  const [facts] = await readFacts(tx, { call_id })
  if (facts === undefined || !isFinal(facts.status) || !isOutcomeUnreported(facts)) return
  const classification = classifyCall({
    ...facts,
    status: facts.status,
    last_state: await findLastState(tx, facts),
  })
  if (classification === undefined && !facts.is_outcome_classified) return
  if (classification?.outcome !== facts.outcome) {
    const is_classified = classification !== undefined
    await recordOutcome(tx, call_id, classification?.outcome ?? null, { is_classified })
  }
  const { outcome = null, confidence = null, reason = null } = classification ?? {}
  await storeClassification(tx, { call_id, outcome, confidence, reason })
}

/** SQL condition: the reason is that of a classification. Null counts as one. */
const isClassifiedReason = sql`starts_with(coalesce(outcome_reason, ${classifiedReasonPrefix}), ${classifiedReasonPrefix})`

/**
 * Writes outcome, confidence and reason to the call's metrics. A reason that an agent reported without an outcome is
 * kept. Nothing is written when all three are unchanged. Index: call_metrics_call_id_key.
 */
const storeClassification = defineCompanyQuery({
  name: 'telemetry.store_classification',
  params: {
    call_id: uuid,
    outcome: nullable(text),
    confidence: nullable(double),
    reason: nullable(text),
  },
  row: {},
  sql: (p) => sql`
    update call_metrics as m
    set outcome = classified.outcome, outcome_confidence = classified.confidence, outcome_reason = classified.reason,
      updated_at = now()
    from (
      select call_id, ${p.outcome} as outcome, ${p.confidence} as confidence,
        case when ${isClassifiedReason} then ${p.reason} else outcome_reason end as reason
      from call_metrics where company_id = ${p.company_id} and call_id = ${p.call_id}
    ) as classified
    where m.company_id = ${p.company_id} and m.call_id = classified.call_id
      and (m.outcome, m.outcome_confidence, m.outcome_reason)
        is distinct from (classified.outcome, classified.confidence, classified.reason)`,
})

/**
 * Removes the confidence and the reason of a classified outcome from the call's metrics, because an outcome was reported
 * or removed. A reported reason is kept. Index: call_metrics_call_id_key.
 */
export const clearClassification = defineCompanyQuery({
  name: 'telemetry.clear_classification',
  params: { call_id: uuid },
  row: {},
  sql: (p) => sql`
    update call_metrics set outcome_confidence = null,
      outcome_reason = case when not ${isClassifiedReason} then outcome_reason end, updated_at = now()
    where company_id = ${p.company_id} and call_id = ${p.call_id}`,
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
    ended_reason: Nullable(Type.String()),
    duration_sec: Nullable(Type.Number()),
    skillbase_id: Nullable(Type.String()),
    skillbase_version: Nullable(Type.Integer()),
    user_turns: Type.Integer(),
    bot_turns: Type.Integer(),
    last_state_id: Nullable(Type.String()),
  },
  sql: (p) => sql`
    select c.status, c.outcome, c.is_outcome_classified, c.ended_reason, c.duration_sec, c.skillbase_id,
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
