import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../../../db/client.ts'
import { asOwner, type Tx } from '../../../db/transaction.ts'
import { readEventRange, readEventsAfter, type StoredEvent } from '../../events/index.ts'
import { expandEvents, type LiveEvent } from '../../live/index.ts'

/** Maximum number of webhooks per step. */
const maxWebhooksPerStep = 20
/** Maximum number of transactions whose events are handled per webhook and step. */
const maxRowsPerWebhook = 100

interface WebhookId extends Record<string, unknown> {
  company_id: string
  id: string
}

/**
 * Creates deliveries from events that webhooks have not processed yet, first for the webhooks that are furthest behind.
 * Returns the number of webhooks whose position moved.
 */
export async function fanOutStep(db: Db, now: Date): Promise<number> {
  const webhooksBehind = await db.orm.execute<WebhookId>(sql`
    select w.company_id, w.id from webhooks w join event_heads h on h.company_id = w.company_id
    where w.is_enabled and w.position < h.last_id order by h.last_id - w.position desc limit ${maxWebhooksPerStep}`)
  let progressedCount = 0
  for (const { company_id, id } of webhooksBehind)
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
async function fanOut(tx: Tx, id: string, now: Date): Promise<number> {
  const [webhook] = await tx.execute<{ position: string; event_types: string[] | string }>(sql`
    select position, to_json(event_types) as event_types from webhooks
    where company_id = ${tx.company_id}::uuid and id = ${id}::uuid and is_enabled for update skip locked`)
  if (webhook === undefined) return 0
  const types =
    typeof webhook.event_types === 'string'
      ? (JSON.parse(webhook.event_types) as string[])
      : webhook.event_types
  const { first_id } = await readEventRange(tx)
  const events = await readEventsAfter(
    tx,
    Math.max(Number(webhook.position), first_id - 1),
    maxRowsPerWebhook,
  )
  const lastEvent = events.at(-1)
  if (lastEvent === undefined) return 0
  const subscribed = await expandEvents(
    tx,
    events.filter((event) => isSubscribed(types, event)),
  )
  if (subscribed.length > 0) await insertDeliveries(tx, id, subscribed, now)
  await tx.execute(sql`
    update webhooks set position = ${lastEvent.id}::bigint where company_id = ${tx.company_id}::uuid and id = ${id}::uuid`)
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

/**
 * Inserts deliveries. The first one of each order key is due now, unless an earlier delivery with that key is pending.
 * The others get no next_attempt_at: they are released one by one, when the delivery before them is delivered or dead.
 */
async function insertDeliveries(
  tx: Tx,
  webhook_id: string,
  events: readonly LiveEvent[],
  now: Date,
): Promise<void> {
  const rows = events.map((event) => ({
    id: uuidv7(),
    event_id: event.id,
    event_type: event.type,
    order_key: orderKeyOf(event),
    body: deliveryBody(tx.company_id, event),
  }))
  await tx.execute(sql`
    insert into webhook_deliveries (company_id, id, webhook_id, event_id, event_type, order_key, body, next_attempt_at)
    select ${tx.company_id}::uuid, id, ${webhook_id}::uuid, event_id, event_type, order_key, body,
      case when row_number() over (partition by order_key order by event_id) = 1 and not exists (
        select 1 from webhook_deliveries d
        where d.company_id = ${tx.company_id}::uuid and d.webhook_id = ${webhook_id}::uuid
          and d.order_key = new_deliveries.order_key and d.status = 'pending') then ${now.toISOString()}::timestamptz end
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as new_deliveries(id uuid, event_id bigint, event_type text, order_key text, body text)
    on conflict (company_id, webhook_id, event_id) do nothing`)
}
