import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../../../db/client.ts'
import { webhooks } from '../../../db/schema/index.ts'
import { asOwner, type Tx } from '../../../db/transaction.ts'
import { readEventRange, readEventsAfter, type StoredEvent } from '../../events/index.ts'
import { expandEvents, type LiveEvent } from '../../live/index.ts'
import { webhookById } from '../webhooks.ts'
import { findWebhooksBehind, insertDeliveries, movePosition } from './delivery-queries.ts'

/** Maximum number of webhooks per step. */
const maxWebhooksPerStep = 20
/** Maximum number of transactions whose events are handled per webhook and step. */
const maxRowsPerWebhook = 100

/**
 * Creates deliveries from events that webhooks have not processed yet, first for the webhooks that are furthest behind.
 * Returns the number of webhooks whose position moved.
 */
export async function fanOutStep(db: Db, now: Date): Promise<number> {
  let progressedCount = 0
  for (const { company_id, id } of await findWebhooksBehind(db, { limit: maxWebhooksPerStep }))
    progressedCount += await asOwner(db, company_id, (tx) => fanOut(tx, id, now))
  return progressedCount
}

/** `*` stands for all types except call.turns, because there are many more turns than other events. */
const isSubscribed = (types: readonly string[], { item }: StoredEvent) =>
  types.includes(item.type) || (types.includes('*') && item.type !== 'call.turns')

/**
 * Inserts the deliveries and moves the webhook's position in one transaction, so that each event is handled exactly
 * once. Locks the webhook. `recordAttempt` waits for this lock, and then sees the new deliveries that it may release.
 * Returns 1 when the position moved; 0 when there are no new events, or the webhook is disabled, deleted or locked.
 */
async function fanOut(tx: Tx, webhook_id: string, now: Date): Promise<number> {
  const [webhook] = await tx
    .select({ position: webhooks.position, event_types: webhooks.event_types })
    .from(webhooks)
    .where(and(webhookById(tx, webhook_id), eq(webhooks.is_enabled, true)))
    .for('update', { skipLocked: true })
  if (webhook === undefined) return 0
  const { first_id } = await readEventRange(tx)
  const events = await readEventsAfter(tx, Math.max(webhook.position, first_id - 1), maxRowsPerWebhook)
  const lastEvent = events.at(-1)
  if (lastEvent === undefined) return 0
  const subscribed = await expandEvents(
    tx,
    events.filter((event) => isSubscribed(webhook.event_types, event)),
  )
  const deliveries = subscribed.map((event) => ({
    id: uuidv7(),
    event_id: event.id,
    event_type: event.type,
    order_key: orderKeyOf(event),
    body: deliveryBody(tx.company_id, event),
  }))
  if (deliveries.length > 0) await insertDeliveries(tx, { webhook_id, now, deliveries })
  await movePosition(tx, { webhook_id, position: lastEvent.id })
  return 1
}

/** The request body of a delivery. */
const deliveryBody = (company_id: string, { id, type, at, data, ...subject }: LiveEvent): string =>
  JSON.stringify({ type, timestamp: at, event_id: id, company_id, ...subject, data })

/**
 * The order key of an event: its call, or else its campaign, or else its own id. Deliveries with the same order key are
 * sent in order; others are independent.
 */
const orderKeyOf = ({ call_id, campaign_id, id }: LiveEvent) => call_id ?? campaign_id ?? String(id)
