import { and, eq } from 'drizzle-orm'
import { callTasks, type Outcome, outcomeRules } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { type ReportWarning, repeatedValue } from '../../lib/report-warnings.ts'
import { localZonesOf } from '../../lib/time/dial-timezone.ts'
import { parseWrittenTime } from '../../lib/time/written-time.ts'
import { type Campaign, getCampaign, NextWindowFinder } from '../campaigns/index.ts'

/** The time at which a contact asked to be called back. */
export type CallbackRequest =
  | { kind: 'time'; at: Date }
  /** No time was given. */
  | { kind: 'none' }
  /** What was given cannot be read as a time. */
  | { kind: 'unreadable' }
  /** After it, no calling window opens before the campaign ends, or within a year. */
  | { kind: 'too_late' }
  /** It was long before the end of the call: the year or the time zone is wrong. */
  | { kind: 'passed' }

export interface ReportedCallback {
  /** collected_data.callback_at as JSON. */
  callback_at: unknown
  ended_at: Date
  dial_timezone: string | null
}

/** A later time, such as 9999-12-31, is a mistake, and would keep the contact waiting in a campaign without an end. */
const maxDelayMs = 366 * 86_400_000
/** A time that passed at most this long before the end of the call means now: the agent is slow, or its clock is wrong. */
const maxPassedMs = 3_600_000

/** Reads collected_data.callback_at, as people and models write times. Local times are those of the contact. */
export function readCallbackRequest(
  { callback_at: value, ended_at, dial_timezone }: ReportedCallback,
  campaign: Campaign,
  windowFinder: NextWindowFinder,
): CallbackRequest {
  if (value === undefined || value === null || value === '') return { kind: 'none' }
  if (typeof value !== 'string' && typeof value !== 'number') return { kind: 'unreadable' }
  const zone = dial_timezone ?? ''
  const at = parseWrittenTime(value, localZonesOf(campaign, zone), ended_at)
  if (at === undefined) return { kind: 'unreadable' }
  const delayMs = at.getTime() - ended_at.getTime()
  if (delayMs < -maxPassedMs) return { kind: 'passed' }
  const isTooLate =
    delayMs > maxDelayMs ||
    (campaign.end_time !== null && windowFinder.moveIntoWindow(campaign, zone, at) === undefined)
  return isTooLate ? { kind: 'too_late' } : { kind: 'time', at }
}

/** Why the requested time of a callback is not used. */
const warnings: Readonly<Partial<Record<CallbackRequest['kind'], Pick<ReportWarning, 'code' | 'reason'>>>> = {
  unreadable: {
    code: 'unreadable_callback',
    reason: 'It cannot be read as a time. The contact is called after the usual delay.',
  },
  too_late: {
    code: 'callback_out_of_range',
    reason:
      'After it, no calling window opens before the campaign ends, or within a year. The contact is called after the usual delay.',
  },
  passed: {
    code: 'callback_out_of_range',
    reason:
      'It was more than an hour before the end of the call. The contact is called after the usual delay.',
  },
}

/** The attempt of a campaign whose agent reported a callback. */
interface CallbackCall {
  campaign_id: string | null
  call_task_id: string | null
  outcome: Outcome | null
  ended_at: Date | null
}

/** The warning for the agent whose callback_at cannot be used; empty when it can, or does not matter. */
export async function findCallbackWarnings(
  tx: ReadTx,
  { campaign_id, call_task_id, outcome, ended_at }: CallbackCall,
  callback_at: unknown,
  now: Date,
): Promise<ReportWarning[]> {
  if (callback_at === undefined || campaign_id === null || call_task_id === null || outcome === null)
    return []
  if (outcomeRules[outcome].retry.kind !== 'on_request') return []
  const campaign = await getCampaign(tx, campaign_id)
  const [task] = await tx
    .select({ dial_timezone: callTasks.dial_timezone })
    .from(callTasks)
    .where(and(eq(callTasks.company_id, tx.company_id), eq(callTasks.id, call_task_id)))
  const report = { callback_at, ended_at: ended_at ?? now, dial_timezone: task?.dial_timezone ?? null }
  const { kind } = readCallbackRequest(report, campaign, new NextWindowFinder(now))
  const warning = warnings[kind]
  if (warning === undefined) return []
  return [{ field: 'collected_data.callback_at', value: repeatedValue(callback_at), ...warning }]
}
