import { sql } from 'drizzle-orm'
import type { CallStatus, Outcome } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { type Call, isFinal, recordOutcome } from '../calls/index.ts'
import { findFlowState } from '../skillbases/index.ts'
import { type Classification, classifiedReasonPrefix, classifyCall } from './classification-rules.ts'

/** Whether nobody has said how the call came out. */
export const isOutcomeUnreported = (call: Pick<Call, 'outcome' | 'is_outcome_classified'>): boolean =>
  call.outcome === null || call.is_outcome_classified

/**
 * Classifies how an ended call came out, while nobody has said it; again whenever more is known of it. The call and
 * its metrics keep one outcome. Whoever calls this holds the call (`lockCall`), and has derived its metrics.
 */
export async function classifyOutcome(tx: Tx, call_id: string): Promise<void> {
  const known = await readFacts(tx, call_id)
  if (known === undefined || !isFinal(known.status) || !isOutcomeUnreported(known)) return
  const found = classifyCall({ ...known, status: known.status, last_state: await lastState(tx, known) })
  if (found === undefined && !known.is_outcome_classified) return
  if (found?.outcome !== known.outcome)
    await recordOutcome(tx, call_id, found?.outcome ?? null, { is_classified: found !== undefined })
  await keepReason(tx, call_id, found)
}

/** A reason that an agent gave, without an outcome, stays. Nothing is written when it says so already. */
async function keepReason(tx: Tx, call_id: string, found: Classification | undefined): Promise<void> {
  const { outcome = null, confidence = null, reason = null } = found ?? {}
  await tx.execute(sql`
    update call_metrics as m
    set outcome = found.outcome, outcome_confidence = found.confidence, outcome_reason = found.reason, updated_at = now()
    from (
      select call_id, ${outcome}::text as outcome, ${confidence}::float8 as confidence,
        case when starts_with(coalesce(outcome_reason, ${classifiedReasonPrefix}), ${classifiedReasonPrefix}) then ${reason}::text
          else outcome_reason end as reason
      from call_metrics where company_id = ${tx.company_id}::uuid and call_id = ${call_id}::uuid
    ) as found
    where m.company_id = ${tx.company_id}::uuid and m.call_id = found.call_id
      and (m.outcome, m.outcome_confidence, m.outcome_reason) is distinct from (found.outcome, found.confidence, found.reason)`)
}

/** Takes back, in a call's metrics, how sure a classified outcome was and why: now it is said, or gone. */
export async function clearClassification(tx: Tx, call_id: string): Promise<void> {
  await tx.execute(sql`
    update call_metrics set outcome_confidence = null, updated_at = now(),
      outcome_reason = case when not starts_with(outcome_reason, ${classifiedReasonPrefix}) then outcome_reason end
    where company_id = ${tx.company_id}::uuid and call_id = ${call_id}::uuid`)
}

type Known = {
  status: CallStatus
  outcome: Outcome | null
  is_outcome_classified: boolean
  ended_reason: string | null
  duration_sec: number | null
  skillbase_id: string | null
  skillbase_version: number | null
  user_turns: number
  bot_turns: number
  last_state_id: string | null
}

/** What the rules ask of a call, in one round trip. */
async function readFacts(tx: Tx, call_id: string): Promise<Known | undefined> {
  const [known] = await tx.execute<Known>(sql`
    select c.status, c.outcome, c.is_outcome_classified, c.ended_reason, c.duration_sec, c.skillbase_id,
      c.skillbase_version, coalesce(m.user_turn_count, 0) as user_turns, coalesce(m.bot_turn_count, 0) as bot_turns, (
        select state_id from call_logs
        where company_id = ${tx.company_id}::uuid and call_id = c.id and state_id is not null
        order by turn_index desc limit 1
      ) as last_state_id
    from calls c
    left join call_metrics m on m.company_id = ${tx.company_id}::uuid and m.call_id = c.id
    where c.company_id = ${tx.company_id}::uuid and c.id = ${call_id}::uuid`)
  return known
}

async function lastState(tx: Tx, { skillbase_id, skillbase_version, last_state_id }: Known) {
  if (skillbase_id === null || skillbase_version === null || last_state_id === null) return undefined
  return findFlowState(tx, skillbase_id, skillbase_version, last_state_id)
}
