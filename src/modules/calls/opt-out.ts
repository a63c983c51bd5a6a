import type { calls } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { parsePhone } from '../../lib/phone.ts'
import { readWrittenAnswer, type WrittenAnswer } from '../../lib/written-boolean.ts'
import { recordUnreadableOptOut } from '../call-tasks/index.ts'
import { suppress } from '../suppressions/index.ts'

type Call = typeof calls.$inferSelect

/** What collected_data.opt_out of a call means. */
export const optOutOf = (collected_data: Record<string, unknown> | null | undefined): WrittenAnswer =>
  readWrittenAnswer(collected_data?.opt_out)

/** The number of the contact, without an extension, in E.164; undefined when the call has none, such as "anonymous". */
export function contactNumberOf({
  direction,
  caller_number,
  callee_number,
}: Pick<Call, 'direction' | 'caller_number' | 'callee_number'>): string | undefined {
  const number = direction === 'inbound' ? caller_number : callee_number
  const parsed = parsePhone(number?.split(';')[0] ?? '')
  return parsed.ok ? parsed.number : undefined
}

/**
 * Suppresses the number of a contact who opts out in a call, in the transaction of the report, whatever its route, and whether
 * or not the call is an attempt of a campaign. A report that changes nothing adds nothing, so a suppression that a user has
 * deleted meanwhile stays deleted. A later "no" does not end the suppression. An answer that is neither is recorded in the
 * history of the contact.
 *
 * @param reported collected_data of the report
 * @param before that of the call before the report
 */
export async function suppressOnOptOut(
  tx: Tx,
  call: Call,
  reported: Call['collected_data'] | undefined,
  before: Call['collected_data'],
  now: Date,
): Promise<void> {
  const [optOut, former] = [optOutOf(reported), optOutOf(before)]
  if (optOut === 'unreadable' && former === 'no') await recordUnreadableOptOut(tx, call, now)
  if (optOut !== 'yes' || former === 'yes') return
  const phone_number = contactNumberOf(call)
  if (phone_number === undefined) return
  const { company_id, id } = call
  await suppress(tx, [{ company_id, phone_number, call_id: id, source: 'call', reason: 'opt_out' }], now)
}
