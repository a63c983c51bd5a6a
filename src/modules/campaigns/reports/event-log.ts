import { and, eq } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../../db/pagination.ts'
import { type CampaignStatus, campaignEvents, type EventType } from '../../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../../db/transaction.ts'
import { emit } from '../../events/index.ts'
import { getCampaign } from '../campaigns.ts'

export type CampaignEvent = typeof campaignEvents.$inferSelect

type CampaignEventOf<T> = T extends `campaign.${infer Name}` ? Name : never
/** Events of a campaign's log. Each is also emitted as `campaign.<name>`. */
export type CampaignEventName = Exclude<CampaignEventOf<EventType>, 'progress'>

/**
 * Adds an entry to a campaign's log and emits it as an event, in the transaction of the change that it describes.
 *
 * @param detail a short phrase for the users of the campaign
 * @param data fields of the log entry and of the event
 */
export async function recordCampaignEvent(
  tx: Tx,
  campaign_id: string,
  event: CampaignEventName,
  detail: string,
  now: Date,
  data: Record<string, unknown> = {},
): Promise<void> {
  await tx
    .insert(campaignEvents)
    .values({ company_id: tx.company_id, campaign_id, event, detail, at: now, data })
  const status = statusAfter[event]
  emit(tx, { ...data, ...(status && { status }), type: `campaign.${event}`, campaign_id, detail })
}

/** The campaign's status after the event; undefined for an event after which it may have several. */
const statusAfter: Readonly<Record<CampaignEventName, CampaignStatus | undefined>> = {
  created: 'draft',
  cloned: 'draft',
  scheduled: 'scheduled',
  started: 'running',
  auto_started: 'running',
  resumed: 'running',
  paused: 'paused',
  breaker_opened: 'paused',
  completed: 'completed',
  stopped: 'stopped',
  edited: undefined,
  restarted: undefined,
  tasks_added: undefined,
  list_imported: undefined,
  import_reverted: undefined,
  end_passed: undefined,
  set_aside: undefined,
}

/** The event log of a campaign, latest first. @throws Refusal 'not_found' */
export async function listCampaignEvents(
  tx: ReadTx,
  campaign_id: string,
  query: PageQuery,
): Promise<Page<CampaignEvent>> {
  await getCampaign(tx, campaign_id)
  const where = and(eq(campaignEvents.company_id, tx.company_id), eq(campaignEvents.campaign_id, campaign_id))
  return listPage(tx, { from: campaignEvents, where, key: [campaignEvents.seq] }, query)
}
