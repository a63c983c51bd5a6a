import { type calls, isDialedOutcome, type Outcome, outcomeRules } from '../../db/schema/index.ts'

/*
 * The instants of a call and the durations between them: dialed_at <= answered_at <= ended_at.
 *
 * `ring_sec` is the time from dialing to the answer, or to the end of a call that nobody answered; `duration_sec` the time from
 * the answer to the end. The first report of an instant is kept. A reported instant outside of its bounds, which a clock that
 * differs from the service's reports, is moved to the nearest bound. No end is later than now.
 */

type CallRow = typeof calls.$inferSelect

/** The columns of a call that this file computes. */
export type CallTimes = Pick<CallRow, 'dialed_at' | 'answered_at' | 'ended_at' | 'ring_sec' | 'duration_sec'>

/** What is stored of a call before a report about it. */
export type StoredTimes = CallTimes & Pick<CallRow, 'started_at' | 'created_at' | 'call_task_id'>

/** Reported instants of a live call. */
export interface Progress {
  dialed_at?: Date | undefined
  answered_at?: Date | undefined
}

/** The reported end of a call, with the outcome and the ended_reason that the call has after the report. */
export interface EndReport extends Progress {
  ended_at?: Date | undefined
  /** Time from the answer to the end; of a call that nobody answered, from its start to its end. */
  duration_sec?: number | undefined
  outcome: Outcome | null
  ended_reason: string | null
}

/** The times of a call that is created with a live status: it starts when it is dialed, and active means answered. */
export const timesOfNewCall = (status: CallRow['status'], started_at: Date) => ({
  dialed_at: status === 'queued' ? null : started_at,
  answered_at: status === 'active' ? started_at : null,
  ring_sec: status === 'active' ? 0 : null,
})

/** The times of a live call after a report of its dialing or its answer. */
export function timesAfterProgress(call: StoredTimes, report: Progress, now: Date): CallTimes {
  const dialedOrAnswered = report.dialed_at ?? (report.answered_at && call.started_at)
  const dialed_at = call.dialed_at ?? moved(dialedOrAnswered, call.started_at, now)
  const answered_at = call.answered_at ?? moved(report.answered_at, dialed_at ?? call.started_at, now)
  return withDurations(call, { dialed_at, answered_at, ended_at: call.ended_at })
}

/**
 * An instant that is moved further than this is kept in extra_data, and its reporter is warned. Clocks that are synchronized
 * over a network differ by less.
 */
const toleranceMs = 1_000

/** The fields of extra_data that mark an instant as noticed late: the durations that depend on it are estimates. */
export const estimatedMarks = {
  answered_at: 'answered_at_is_estimated',
  ended_at: 'ended_at_is_estimated',
} as const

/**
 * The end that a carrier saw counts more than that of the agent, which reports when its conversation is over: the callee leaves up
 * to 15 s later. Up to this difference they are the same, ms: LiveKit reports whole seconds.
 */
const sameEndMs = 2_000

/**
 * An answered call that has ended, with its end as the carrier saw it; the same call when nothing is to be corrected. Without an
 * exact end (undefined), the first report is kept.
 */
export function withExactEnd<T extends StoredTimes>(call: T, exactEnd: Date | undefined, now: Date): T {
  const { answered_at, ended_at } = call
  if (exactEnd === undefined || answered_at === null || ended_at === null) return call
  const corrected = moved(exactEnd, answered_at, now)
  return Math.abs(corrected.getTime() - ended_at.getTime()) <= sameEndMs
    ? call
    : { ...call, ended_at: corrected }
}

const agentInstants = ['answered_at', 'ended_at'] as const

/** Instants of a report that were stored, but not as they were sent, by `reported_<name>`. */
export function movedInstants(
  before: StoredTimes,
  report: Progress & Pick<EndReport, 'ended_at'>,
  after: Pick<CallTimes, 'answered_at' | 'ended_at'>,
): Record<string, string> {
  const moved: Record<string, string> = {}
  for (const name of agentInstants) {
    const [reported, stored] = [report[name], after[name]]
    const isNew = name === 'ended_at' ? before.ended_at === null : knownAnswerOf(before) === null
    if (!isNew || reported === undefined || stored === null) continue
    if (Math.abs(stored.getTime() - reported.getTime()) > toleranceMs)
      moved[`reported_${name}`] = reported.toISOString()
  }
  return moved
}

/**
 * The times of a call after a report of its end. For a call that has ended already it only fills in what is missing, such as
 * an answer that is reported late.
 */
export function timesAfterEnd(
  stored: StoredTimes,
  report: EndReport,
  now: Date,
): CallTimes & Pick<CallRow, 'started_at'> {
  const call = startedEarlier(stored, report, now)
  return { started_at: call.started_at, ...timesOfEnd(call, report, now) }
}

function timesOfEnd(call: StoredTimes, report: EndReport, now: Date): CallTimes {
  const { outcome, ended_reason } = report
  const reportedEnd = call.ended_at ?? moved(endOf(call, report, now), call.started_at, now)
  // An answer proves that the call was dialed.
  const isProven = knownAnswerOf(call) !== null || report.answered_at !== undefined
  if (!isProven && !isDialedOutcome(outcome, ended_reason))
    return withDurations(call, { dialed_at: null, answered_at: null, ended_at: reportedEnd })
  const dialed_at = call.dialed_at ?? moved(report.dialed_at ?? call.started_at, call.started_at, now)
  const ended_at = call.ended_at ?? latest(reportedEnd, dialed_at, knownAnswerOf(call))
  const answered_at = moved(answerOf(call, report, ended_at), dialed_at, ended_at)
  return withDurations(call, { dialed_at, answered_at, ended_at }, report.duration_sec)
}

/**
 * A call that was created without a start counts as started, and answered, at its creation. An agent that creates the call later
 * reports a duration that is longer than the time since: then the call started that much earlier.
 */
function startedEarlier(call: StoredTimes, report: EndReport, now: Date): StoredTimes {
  const { duration_sec, answered_at, ended_at } = report
  const isStartAssumed = isAssumed(call) && call.created_at.getTime() === call.started_at.getTime()
  if (call.ended_at !== null || !isStartAssumed) return call
  const end = moved(ended_at ?? now, null, now)
  const reported = [answered_at, duration_sec === undefined ? undefined : secondsAfter(end, -duration_sec)]
  const started_at = reported.reduce<Date>((a, b) => (b !== undefined && b < a ? b : a), call.started_at)
  return started_at === call.started_at
    ? call
    : { ...call, started_at, dialed_at: started_at, answered_at: started_at }
}

/** The reported end, else the answer plus the reported duration, else now. */
function endOf(call: StoredTimes, report: EndReport, now: Date): Date {
  const { ended_at, duration_sec, outcome } = report
  if (ended_at !== undefined || duration_sec === undefined) return ended_at ?? now
  if (isUnanswered(outcome)) return secondsAfter(call.started_at, duration_sec)
  const answered_at =
    (isAssumed(call) ? report.answered_at : undefined) ?? call.answered_at ?? report.answered_at
  return answered_at === undefined || answered_at === null ? now : secondsAfter(answered_at, duration_sec)
}

/** The stored answer, else the reported one, else the end minus the reported duration; null when nobody answered. */
function answerOf(call: StoredTimes, report: EndReport, ended_at: Date | null): Date | null {
  const { duration_sec, outcome } = report
  const known = knownAnswerOf(call)
  if (known !== null) return known
  if (report.answered_at !== undefined) return report.answered_at
  if (isUnanswered(outcome)) return null
  // An agent that fails before the answer reports no time in the call.
  if (duration_sec === 0 && isAnswerUnknown(outcome)) return call.answered_at
  const isStartOfDuration = call.answered_at === null || report.ended_at !== undefined
  if (duration_sec === undefined || ended_at === null || !isStartOfDuration) return call.answered_at
  return secondsAfter(ended_at, -duration_sec)
}

/** The stored answer, unless it is only assumed and the end is reported now. */
const knownAnswerOf = (call: StoredTimes): Date | null =>
  call.ended_at === null && isAssumed(call) ? null : call.answered_at

/**
 * Whether the answer was not reported, but assumed because the call was created as active, so that it equals the start. The
 * report of the end may then state when it was answered, or that nobody answered. Attempts have answers of their carrier.
 */
const isAssumed = ({ call_task_id, answered_at, started_at }: StoredTimes): boolean =>
  call_task_id === null && answered_at?.getTime() === started_at.getTime()

const isUnanswered = (outcome: Outcome | null) =>
  outcome !== null && outcomeRules[outcome].answeredBy === 'nobody'

const isAnswerUnknown = (outcome: Outcome | null) =>
  outcome !== null && outcomeRules[outcome].answeredBy === 'unknown'

/**
 * Instants have milliseconds. A duration that was reported or stored with more digits is kept when it is that between the
 * instants. A call whose answer is not known keeps its duration: only calls of before answers were recorded have one.
 */
function withDurations(
  { duration_sec }: StoredTimes,
  times: Pick<CallTimes, 'dialed_at' | 'answered_at' | 'ended_at'>,
  reported?: number,
): CallTimes {
  const measured = secondsBetween(times.answered_at, times.ended_at)
  const isMeasured = (seconds: number | null | undefined) =>
    measured !== null && Math.abs((seconds ?? Number.NaN) - measured) < 0.001
  const exact = [duration_sec, reported].find(isMeasured) ?? measured
  return {
    ...times,
    ring_sec: secondsBetween(times.dialed_at, times.answered_at ?? times.ended_at),
    duration_sec: measured === null ? duration_sec : exact,
  }
}

const secondsBetween = (from: Date | null, until: Date | null): number | null =>
  from === null || until === null ? null : (until.getTime() - from.getTime()) / 1000

const secondsAfter = (instant: Date, seconds: number) =>
  new Date(instant.getTime() + Math.round(seconds * 1000))

const latest = (...instants: (Date | null)[]): Date =>
  new Date(Math.max(...instants.map((instant) => instant?.getTime() ?? Number.NEGATIVE_INFINITY)))

/** The instant, or the nearer bound when it is outside of them. The first bound wins if they contradict each other. */
function moved(instant: Date, from: Date | null, until: Date | null): Date
function moved(instant: Date | null | undefined, from: Date | null, until: Date | null): Date | null
function moved(instant: Date | null | undefined, from: Date | null, until: Date | null): Date | null {
  if (instant === null || instant === undefined) return null
  const notAfter = until !== null && instant > until ? until : instant
  return from !== null && notAfter < from ? from : notAfter
}
