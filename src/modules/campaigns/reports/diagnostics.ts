import type { RowOf } from '../../../db/query/define-query.ts'
import type { campaignFailures } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { type ZoneDataRelease, zoneDataRelease } from '../../../lib/time/zone-data.ts'
import { readWrittenAnswer } from '../../../lib/written-boolean.ts'
import { getCampaign } from '../campaigns.ts'
import { listFailures } from '../failures.ts'
import { faultSpanSec } from '../transitions/automatic-transitions.ts'
import { campaignReasons } from './campaign-reasons.ts'
import { contactReasons } from './contact-reasons.ts'
import { countContacts, findRecentFaults, findUnclearOptOuts } from './diagnostics-queries.ts'
import { type RankedReason, type Reason, reasonsInOrder } from './reasons.ts'

export interface Diagnostics {
  campaign_id: string
  /** Whether at least one contact can be dialed now. */
  can_dial: boolean
  waiting: number
  in_progress: number
  slots: Slots
  /** Waiting contacts that are due, in an open window, not suppressed and in no call. */
  dialable: number
  /** The deciding reason first: see `reasonsInOrder`. */
  reasons: Reason[]
  timezone_data: ZoneDataRelease
}

/** The calls that the campaign may have at a time. */
export interface Slots {
  /** max_concurrent_calls. */
  max: number
  /** Live calls. */
  in_use: number
  /** Calls that have ended, and whose attempts are not settled. They use no slot. */
  waiting_to_settle: number
}

/**
 * Returns the reasons why a campaign cannot dial now, the deciding one first, each with its number of contacts. Reads every waiting
 * contact of the campaign.
 *
 * @throws Refusal 'not_found'
 */
export async function getDiagnostics(tx: ReadTx, id: string, now: Date): Promise<Diagnostics> {
  const campaign = await getCampaign(tx, id)
  const [counts] = await countContacts(tx, { campaign_id: id, now })
  if (counts === undefined) throw new Error('the statement of counts returned no row')
  const failures = await listFailures(tx, id, now)
  const unclearOptOuts = await countUnclearOptOuts(tx, id, now)
  const since = new Date(now.getTime() - faultSpanSec * 1000)
  const recentFaults = await findRecentFaults(tx, { campaign_id: id, since })
  const reasons = [
    ...campaignReasons(campaign, counts, now),
    ...failures.map(failureReason),
    ...contactReasons(campaign, { ...counts, unclearOptOuts }, now),
    ...recentFaults.map(recentFaultsReason),
  ]
  const { waiting, in_progress, dialable, live, ended } = counts
  const slots = { max: campaign.max_concurrent_calls, in_use: live, waiting_to_settle: ended }
  const can_dial = dialable > 0 && !reasons.some(({ kind }) => kind === 'stops' || kind === 'limits')
  return {
    campaign_id: id,
    can_dial,
    waiting,
    in_progress,
    slots,
    dialable,
    reasons: reasonsInOrder(reasons, dialable),
    timezone_data: zoneDataRelease(),
  }
}

/** A campaign that cannot claim dials nobody. Other operations that fail do not keep it from dialing. */
const failureReason = ({
  operation,
  failures,
  reason,
  retry_at,
}: typeof campaignFailures.$inferSelect): RankedReason => ({
  kind: operation === 'claim' ? 'stops' : 'informs',
  code: 'set_aside',
  detail: `the operation ${operation} failed ${failures} time(s) in a row: ${reason}. It is tried again later, or at once after an edit.`,
  contacts: null,
  until: retry_at,
})

const recentFaultsReason = ({
  faults,
  outcome,
  ended_reason,
}: RowOf<typeof findRecentFaults>): RankedReason => ({
  kind: 'informs',
  code: 'recent_faults',
  detail: `${faults} attempt(s) of the last ${faultSpanSec} s failed by fault of the carrier, the agent or the platform; the latest with ${outcome}: ${ended_reason ?? 'no reason was reported'}`,
  contacts: null,
  until: null,
})

/** Contacts of whom more than this many unclear opt-outs were reported are not all counted. */
const maxUnclearOptOuts = 10_000

/** Counts contacts, also those that are done, whose opt-out is neither yes nor no. */
async function countUnclearOptOuts(tx: ReadTx, campaign_id: string, now: Date): Promise<number> {
  const optOuts = await findUnclearOptOuts(tx, { campaign_id, now, limit: maxUnclearOptOuts })
  const unclear = optOuts.filter(({ opt_out }) => readWrittenAnswer(opt_out) === 'unreadable')
  return new Set(unclear.map(({ call_task_id }) => call_task_id)).size
}
