import {
  type CallStatus,
  type FinalCallStatus,
  isDialedOutcome,
  isProvisional,
  type Outcome,
  unansweredOutcomes,
} from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { type CarrierEvent, defaultReportGraceMs } from '../../telephony/carrier.ts'
import {
  canTransition,
  type EndWithoutConversation,
  endCallsWithoutConversation,
  eventSubject,
  isFinal,
  type LateReport,
  outcomeAfter,
  type Progress,
  recordLateReports,
  timesAfterEnd,
  timesAfterProgress,
  withExactEnd,
} from '../calls/index.ts'
import { emit } from '../events/index.ts'
import { completeCall, rederiveMetrics } from '../telemetry/index.ts'
import { type KnownCall, lockCalls, type StatusChange, updateStatuses } from './carrier-events-queries.ts'

/** A live call without an event for this long is looked up at the carrier, ms. */
const lookupAfterMs = 45_000

/**
 * Applies events of a company's carrier to their calls, as `applyCarrierEvents` does: all of them or none. Returns the number of
 * known calls. What is missing of a call that has ended is filled in.
 *
 * @param reportGraceMs time for the agent to report the outcome of a call that ended without one
 */
export async function applyCompanyEvents(
  tx: Tx,
  events: readonly CarrierEvent[],
  now: Date,
  reportGraceMs = defaultReportGraceMs,
): Promise<number> {
  const ids = [...new Set(events.map(({ call_id }) => call_id))]
  const calls = await lockCalls(tx, { call_ids: ids })
  const progressed: StatusChange[] = []
  const ended: EndWithoutConversation[] = []
  const late: (LateReport & KnownCall)[] = []
  for (const call of calls) {
    const callEvents = events.filter(({ call_id }) => call_id === call.id)
    const progress = progressOf(callEvents)
    const end = callEvents.find(({ type }) => type === 'ended')
    if (isFinal(call.status)) {
      late.push(...lateReportOf(call, end, progress, now))
      continue
    }
    const status = furthestStatus(call.status, callEvents)
    if (end === undefined)
      progressed.push({
        id: call.id,
        status,
        is_status_new: status !== call.status,
        is_answer_estimated: callEvents.some(({ type, is_estimated }) => type === 'answered' && is_estimated),
        ...timesAfterProgress(call, progress, now),
      })
    else if (hasNoConversation(call, end, status)) ended.push(endOf(call, end, progress, now))
    else
      await endConversation(tx, call, end, progress, { isAnswered: status === 'active', reportGraceMs, now })
  }
  if (progressed.length > 0) {
    await updateStatuses(tx, { changes: progressed, lease_until: new Date(now.getTime() + lookupAfterMs) })
    tx.notifyEvents()
  }
  const withTurns = await endCallsWithoutConversation(tx, ended, now)
  await recordLateReports(tx, late)
  // The duration, the reason and the answer are facts from which an outcome is classified.
  await rederiveMetrics(tx, [...withTurns, ...late], now)
  for (const call of [...withTurns, ...late.filter(({ has_turns }) => has_turns)])
    emit(tx, { type: 'call.metrics', ...eventSubject(call) })
  return calls.length
}

/** What the events add to a call that has ended; empty when it is known already. */
function lateReportOf(call: KnownCall, end: CarrierEvent | undefined, progress: Progress, now: Date) {
  const { id, call_task_id } = call
  const reported = outcomeAfter(call, 'carrier', end?.outcome)
  const reasons = [call.ended_reason, end?.ended_reason || null]
  // Those of a lost call stand for a report that nobody had made.
  const [first, second] = isProvisional(call.outcome) ? reasons.reverse() : reasons
  const ended_reason = first ?? second ?? null
  const known = { ...reported, ended_reason }
  const isSame =
    reported.outcome === call.outcome &&
    reported.is_outcome_from_carrier === call.is_outcome_from_carrier &&
    ended_reason === call.ended_reason
  const isAnswer = isAnsweredLate({ ...call, ...known }, progress)
  const corrected = withExactEnd(call, end?.is_estimated === false ? end.at : undefined, now)
  if (isSame && !isAnswer && corrected === call) return []
  const times = timesAfterEnd(corrected, { ...(isAnswer && progress), ...known }, now)
  return [{ ...call, ...times, ...known, id, call_task_id }]
}

/** The earliest reported dialing and answer. An `ended` event may contain the answer, too. */
function progressOf(events: readonly CarrierEvent[]): Progress {
  const earliest = (instants: (Date | undefined)[]) =>
    instants.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined)
  return {
    dialed_at: earliest(events.map(({ type, at, dialed_at }) => (type === 'dialing' ? at : dialed_at))),
    answered_at: earliest(
      events.map(({ type, at, answered_at }) => (type === 'answered' ? (answered_at ?? at) : answered_at)),
    ),
  }
}

/** Whether the answer of a call is reported after its end. */
const isAnsweredLate = ({ answered_at, ended_at, outcome, ended_reason }: KnownCall, progress: Progress) =>
  progress.answered_at !== undefined &&
  answered_at === null &&
  ended_at !== null &&
  isDialedOutcome(outcome, ended_reason)

/** The furthest status that the events lead to from the current one. `ended` events are ignored here. */
function furthestStatus(current: CallStatus, events: readonly CarrierEvent[]): CallStatus {
  const statuses = { dialing: 'dialing', ringing: 'ringing', answered: 'active' } as const
  let status = current
  for (const { type } of events) {
    if (type !== 'ended' && canTransition(status, statuses[type])) status = statuses[type]
  }
  return status
}

/**
 * True when the call had no conversation and the carrier reported its outcome. Such calls have no metrics to derive, so
 * many of them are ended in one statement.
 */
const hasNoConversation = (
  { has_turns }: KnownCall,
  end: CarrierEvent,
  status: CallStatus,
): end is CarrierEvent & { outcome: Outcome } =>
  end.outcome !== undefined && !has_turns && (status !== 'active' || isUnanswered(end.outcome))

const isUnanswered = (outcome: Outcome) => unansweredOutcomes.includes(outcome)

const finalStatus = (outcome: Outcome | undefined): FinalCallStatus => {
  if (outcome === 'cancelled') return 'cancelled'
  return outcome !== undefined && (isUnanswered(outcome) || outcome === 'agent_error')
    ? 'failed'
    : 'completed'
}

function endOf(
  call: KnownCall,
  { at, outcome, ended_reason }: CarrierEvent & { outcome: Outcome },
  progress: Progress,
  now: Date,
): EndWithoutConversation {
  const end = { outcome, ended_reason: ended_reason ?? null }
  return {
    id: call.id,
    status: finalStatus(outcome),
    ...end,
    // An outcome that was reported before the end is kept.
    ...timesAfterEnd(call, { ...progress, ...end, outcome: call.outcome ?? outcome, ended_at: at }, now),
  }
}

/**
 * Ends a call that may have had a conversation, and derives its metrics. Without an outcome from the carrier, the agent
 * has a grace period to report one. This includes a call that seems unanswered: its `answered` event
 * may be lost.
 */
async function endConversation(
  tx: Tx,
  call: KnownCall,
  end: CarrierEvent,
  progress: Progress,
  { isAnswered, reportGraceMs, now }: { isAnswered: boolean; reportGraceMs: number; now: Date },
) {
  const is_unreported = end.outcome === undefined
  const status = is_unreported && !isAnswered && !call.has_turns ? 'failed' : finalStatus(end.outcome)
  await completeCall(
    tx,
    call.id,
    {
      status,
      ...progress,
      // The carrier's clock may differ from this server's.
      ended_at: new Date(Math.max(call.started_at.getTime(), end.at.getTime())),
      ...(end.outcome !== undefined && { outcome: end.outcome }),
      ...(end.ended_reason && { ended_reason: end.ended_reason }),
      is_end_estimated: end.is_estimated,
      source: 'carrier',
      ...(is_unreported && { reportGraceMs }),
    },
    now,
  )
}
