import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../../../db/client.ts'
import { failureReason, isTransientFailure } from '../../../db/connection-errors.ts'
import type { RowOf } from '../../../db/query/define-query.ts'
import { webhooks } from '../../../db/schema/index.ts'
import { asOwner, type Tx } from '../../../db/transaction.ts'
import { groupBy } from '../../../lib/group-by.ts'
import { mapConcurrently } from '../../../lib/map-concurrently.ts'
import { backoffMs, countSetAside, maxFailures, type OnSetAside } from '../../../lib/set-aside.ts'
import { type EventBatch, readEventRange, readEventsAfter, type StoredEvent } from '../../events/index.ts'
import { eventText, expandEvents, type LiveEvent } from '../../live/index.ts'
import { webhookById } from '../webhooks.ts'
import {
  findEventType,
  findWebhooksBehind,
  insertDeadDelivery,
  insertDeliveries,
  movePosition,
  recordEventFailure,
} from './delivery-queries.ts'

const maxWebhooksPerStep = 50
/** Companies handled at the same time. Their webhooks take turns, so that the events of one company come in small portions. */
const concurrency = 4
/** Transactions and events per attempt. After a failure fewer are tried, down to the one that fails. */
const pages = [
  { rows: 100, events: Number.POSITIVE_INFINITY },
  { rows: 1, events: 10 },
  { rows: 1, events: 1 },
]
/** Webhooks that are behind by more events come after the others of a step. */
const fewEvents = 100
/** Bytes of the longest body of a request. A longer event is sent without its data. */
export const maxBodyBytes = 2 * 1024 * 1024

type WebhookBehind = RowOf<typeof findWebhooksBehind>

/**
 * Creates deliveries from events that webhooks have not processed yet, fairly by company. Returns the number of webhooks
 * whose position moved.
 *
 * An event that fails is tried again alone, with a growing delay that applies to its webhook only. After 5 failures it is
 * set aside as a dead delivery, and the webhook continues with the next event.
 *
 * @throws the first failure that no event has caused, after all webhooks were tried
 */
export async function fanOutStep(db: Db, now: Date, onSetAside: OnSetAside = countSetAside): Promise<number> {
  const behind = await findWebhooksBehind(db, { now, few: fewEvents, limit: maxWebhooksPerStep })
  const byCompany = groupBy(behind, ({ company_id }) => company_id)
  const moved = await mapConcurrently(concurrency, [...byCompany.values()], (webhooks) =>
    mapConcurrently(1, webhooks, (webhook) => fanOutWebhook(db, webhook, now, onSetAside)),
  )
  return moved.flat().filter(Boolean).length
}

/** Returns whether the position moved. */
async function fanOutWebhook(
  db: Db,
  { company_id, id }: WebhookBehind,
  now: Date,
  onSetAside: OnSetAside,
): Promise<boolean> {
  let failure: unknown
  for (const page of pages) {
    try {
      return await asOwner(db, company_id, (tx) => fanOut(tx, id, page, now))
    } catch (error) {
      if (isTransientFailure(error)) throw error
      failure = error
    }
  }
  return asOwner(db, company_id, (tx) => handleFailure(tx, id, failureReason(failure), now, onSetAside))
}

/** `*` stands for all types except call.turns, because there are many more turns than other events. */
const isSubscribed = (types: readonly string[], { item }: StoredEvent) =>
  types.includes(item.type) || (types.includes('*') && item.type !== 'call.turns')

/** Locks the webhook; undefined when it is disabled, deleted or locked. */
async function lockWebhook(tx: Tx, webhook_id: string) {
  const { position, event_types, event_failures } = webhooks
  const [webhook] = await tx
    .select({ position, event_types, event_failures })
    .from(webhooks)
    .where(and(webhookById(tx, webhook_id), eq(webhooks.is_enabled, true)))
    .for('update', { skipLocked: true })
  return webhook
}

/** The id before the next event of a webhook at this position: deleted events are skipped. */
const positionBefore = async (tx: Tx, position: number) =>
  Math.max(position, (await readEventRange(tx)).first_id - 1)

/**
 * Inserts the deliveries and moves the webhook's position in one transaction, so that each event is handled exactly
 * once. Locks the webhook. `recordAttempt` waits for this lock, and then sees the new deliveries that it may release.
 * Returns true when the position moved; false when there are no new events, or the webhook is disabled, deleted or locked.
 */
async function fanOut(tx: Tx, webhook_id: string, page: (typeof pages)[number], now: Date): Promise<boolean> {
  const webhook = await lockWebhook(tx, webhook_id)
  if (webhook === undefined) return false
  const batch = await readEventsAfter(tx, await positionBefore(tx, webhook.position), page.rows)
  if (batch === undefined) return false
  const { events, position } = firstEvents(batch, page.events)
  const subscribed = events.filter((event) => isSubscribed(webhook.event_types, event))
  const expanded = await expandEvents(tx, { events: subscribed, position })
  const deliveries = expanded.events.map((event) => ({
    id: uuidv7(),
    event_id: event.id,
    event_type: event.type,
    order_key: orderKeyOf(event),
    body: deliveryBody(tx.company_id, event),
  }))
  if (deliveries.length > 0) await insertDeliveries(tx, { webhook_id, now, deliveries })
  await movePosition(tx, { webhook_id, position: expanded.position })
  return true
}

/** The first events of a batch. */
function firstEvents({ events, position }: EventBatch, count: number): EventBatch {
  if (events.length <= count) return { events, position }
  const first = events.slice(0, count)
  return { events: first, position: first.at(-1)?.id ?? position }
}

/**
 * Records that the next event of a webhook could not be delivered, or after 5 failures sets it aside as a dead delivery, which
 * its owner sees and can resend. Returns whether the position moved.
 */
async function handleFailure(
  tx: Tx,
  webhook_id: string,
  reason: string,
  now: Date,
  onSetAside: OnSetAside,
): Promise<boolean> {
  const webhook = await lockWebhook(tx, webhook_id)
  if (webhook === undefined) return false
  const failures = webhook.event_failures + 1
  if (failures < maxFailures) {
    await recordEventFailure(tx, {
      webhook_id,
      retry_at: new Date(now.getTime() + backoffMs(failures)),
    })
    return false
  }
  const event_id = (await positionBefore(tx, webhook.position)) + 1
  const [event] = await findEventType(tx, { id: event_id })
  const event_type = event?.type ?? 'unknown'
  const body = bodyWithoutData(tx.company_id, { id: event_id, type: event_type, at: event?.at ?? now })
  const error = `The event could not be delivered. ${reason}`
  await insertDeadDelivery(tx, { id: uuidv7(), webhook_id, event_id, event_type, body, error, now })
  await movePosition(tx, { webhook_id, position: event_id })
  onSetAside({ kind: 'event_delivery', company_id: tx.company_id, id: `${webhook_id} ${event_id}`, reason })
  return true
}

type Subject = Pick<LiveEvent, 'campaign_id' | 'call_id' | 'call_task_id'>

const bodyWithoutData = (
  company_id: string,
  { id, type, at, ...subject }: { id: number; type: string; at: Date } & Partial<Subject>,
): string =>
  JSON.stringify({ type, timestamp: at, event_id: id, company_id, ...subject, data: { truncated: ['data'] } })

/** The request body of a delivery. */
function deliveryBody(company_id: string, { data, ...event }: LiveEvent): string {
  const { id, type, at, ...subject } = event
  const body = eventText({ type, timestamp: at, event_id: id, company_id, ...subject, data })
  return Buffer.byteLength(body) <= maxBodyBytes ? body : bodyWithoutData(company_id, event)
}

/**
 * The order key of an event: its call, or else its campaign, or else its own id. Deliveries with the same order key are
 * sent in order; others are independent.
 */
const orderKeyOf = ({ call_id, campaign_id, id }: LiveEvent) => call_id ?? campaign_id ?? String(id)
