import { sql } from 'drizzle-orm'
import type { DeliveryStatus } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { emit } from '../../events/index.ts'
import { disableAfterMs, retryDelaySec } from './retry-schedule.ts'
import type { SendResult } from './sender.ts'

/** A delivery that a worker is sending, with the number of this attempt. */
export interface ClaimedDelivery {
  company_id: string
  id: string
  webhook_id: string
  order_key: string
  attempt_count: number
  /** Attempts since the delivery was created or last resent. */
  retry_count: number
}

/** HTTP 410 Gone: the receiver no longer exists. */
const gone = 410

/**
 * Stores the result of an attempt and returns the new status of the delivery: delivered, pending (to be retried) or
 * dead. When it is delivered or dead, the next delivery with the same order key is released. If another worker has
 * claimed the delivery in the meantime, only the attempt is logged. A test is attempted once, and its result does not
 * disable the webhook.
 */
export async function recordAttempt(
  tx: Tx,
  delivery: ClaimedDelivery,
  result: SendResult,
  at: Date,
  isTest = false,
): Promise<DeliveryStatus> {
  const { company_id, id, webhook_id, order_key, attempt_count } = delivery
  const isDelivered = result.error === null
  const delay =
    isDelivered || isTest ? undefined : retryDelaySec(delivery.retry_count, result.retry_after, Math.random())
  const status: DeliveryStatus = isDelivered ? 'delivered' : delay === undefined ? 'dead' : 'pending'
  const nextAttemptAt = delay === undefined ? null : new Date(at.getTime() + delay * 1000).toISOString()
  // The same lock as in fanOut: a delivery that is being inserted is either seen here, or sees the status set here.
  await tx.execute(
    sql`select id from webhooks where company_id = ${company_id}::uuid and id = ${webhook_id}::uuid for no key update`,
  )
  await tx.execute(sql`
    with logged_attempt as (
      insert into webhook_attempts (company_id, delivery_id, n, at, http_status, error, duration_ms)
      values (${company_id}::uuid, ${id}::uuid, ${attempt_count}::int, ${at.toISOString()}::timestamptz,
        ${result.http_status}::int, ${result.error}::text, ${result.duration_ms}::int)
      on conflict do nothing
    ), updated_delivery as (
      update webhook_deliveries set status = ${status}::text, next_attempt_at = ${nextAttemptAt}::timestamptz,
        http_status = ${result.http_status}::int, error = ${result.error}::text,
        finished_at = case when ${status}::text <> 'pending' then ${at.toISOString()}::timestamptz end
      where company_id = ${company_id}::uuid and id = ${id}::uuid and status = 'pending'
        and attempt_count = ${attempt_count}::int
      returning company_id
    )
    update webhook_deliveries d set next_attempt_at = ${at.toISOString()}::timestamptz
    from updated_delivery
    where ${status}::text <> 'pending' and d.company_id = updated_delivery.company_id and d.id = (
      select n.id from webhook_deliveries n
      where n.company_id = ${company_id}::uuid and n.webhook_id = ${webhook_id}::uuid and n.order_key = ${order_key}::text
        and n.status = 'pending' and n.id <> ${id}::uuid order by n.event_id limit 1)
      and d.next_attempt_at is null`)
  if (!isTest) await updateHealth(tx, delivery, result, at)
  return status
}

/** A success clears failing_since. A webhook that has failed for 24 h, or whose receiver returns 410, is disabled. */
async function updateHealth(
  tx: Tx,
  { webhook_id }: ClaimedDelivery,
  result: SendResult,
  at: Date,
): Promise<void> {
  const isThisWebhook = sql`company_id = ${tx.company_id}::uuid and id = ${webhook_id}::uuid`
  if (result.error === null) {
    await tx.execute(
      sql`update webhooks set failing_since = null where ${isThisWebhook} and failing_since is not null`,
    )
    return
  }
  await tx.execute(sql`
    update webhooks set failing_since = ${at.toISOString()}::timestamptz
    where ${isThisWebhook} and failing_since is null`)
  const latestFailingSince = new Date(at.getTime() - disableAfterMs).toISOString()
  const reason =
    result.http_status === gone
      ? 'The receiver returned status 410: it no longer exists.'
      : `No delivery has succeeded for 24 hours. Last error: ${result.error}`
  const [disabled] = await tx.execute<{ id: string }>(sql`
    update webhooks set is_enabled = false, disabled_at = ${at.toISOString()}::timestamptz, disabled_reason = ${reason}::text,
      updated_at = now()
    where ${isThisWebhook} and is_enabled
      and (${result.http_status === gone} or failing_since <= ${latestFailingSince}::timestamptz)
    returning id`)
  if (disabled !== undefined) emit(tx, { type: 'webhook.disabled', webhook_id, reason })
}
