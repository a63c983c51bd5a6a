import type { calls } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { type ReportWarning, repeatedValue } from '../../lib/report-warnings.ts'
import { findCallbackWarnings } from '../call-tasks/index.ts'
import { contactNumberOf, optOutOf } from './opt-out.ts'

type Call = typeof calls.$inferSelect
type Report = Partial<Pick<Call, 'outcome' | 'collected_data'>>

/**
 * The warnings about a report of a conversation, whatever its route: its callback or its opt-out has no effect. A report of the
 * outcome `callback` without a time is about the time that is stored.
 *
 * @param call the call after the report
 */
export async function findReportWarnings(
  tx: Tx,
  call: Call,
  { outcome, collected_data }: Report,
  now: Date,
): Promise<ReportWarning[]> {
  const storedTime = outcome === 'callback' ? call.collected_data?.callback_at : undefined
  const callback_at = collected_data?.callback_at ?? storedTime
  return [
    ...(await findCallbackWarnings(tx, call, callback_at, now)),
    ...optOutWarnings(collected_data, call),
  ]
}

/** A contact who opted out is not left without protection silently. */
function optOutWarnings(collected_data: Report['collected_data'], call: Call): ReportWarning[] {
  const field = 'collected_data.opt_out'
  const optOut = optOutOf(collected_data)
  if (optOut === 'unreadable') {
    const reason = 'It is neither yes nor no, so the number is not suppressed. Send true or false.'
    return [{ field, value: repeatedValue(collected_data?.opt_out), code: 'unreadable_opt_out', reason }]
  }
  if (optOut === 'no' || contactNumberOf(call) !== undefined) return []
  const reason = 'The call has no phone number of the contact, so no number is suppressed.'
  return [{ field, value: null, code: 'no_contact_number', reason }]
}
