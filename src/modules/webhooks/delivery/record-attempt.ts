import { and, eq, lte } from 'drizzle-orm'
import type { RowOf } from '../../../db/query/define-query.ts'
import { type DeliveryStatus, webhooks } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { emit } from '../../events/index.ts'
import { webhookById } from '../webhooks.ts'
import { type claimDeliveries, setFailingSince, storeAttempt } from './delivery-queries.ts'
import { disableAfterMs, retryDelaySec } from './retry-schedule.ts'
import type { SendResult } from './sender.ts'

/** A delivery that is being sent; `attempt_count` is the number of this attempt. */
type ClaimedDelivery = Pick<
  RowOf<typeof claimDeliveries>,
  'id' | 'webhook_id' | 'order_key' | 'attempt_count' | 'retry_count'
>

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
  const { id, webhook_id, order_key, attempt_count } = delivery
  const isDelivered = result.error === null
  const delay =
    isDelivered || isTest ? undefined : retryDelaySec(delivery.retry_count, result.retry_after, Math.random())
  const status: DeliveryStatus = isDelivered ? 'delivered' : delay === undefined ? 'dead' : 'pending'
  const next_attempt_at = delay === undefined ? null : new Date(at.getTime() + delay * 1000)
  // The same lock as in fanOut: a delivery that is being inserted is either seen here, or sees the status set here.
  await tx.select({ id: webhooks.id }).from(webhooks).where(webhookById(tx, webhook_id)).for('no key update')
  const { http_status, error, duration_ms } = result
  const attempt = { attempt_count, at, http_status, error, duration_ms }
  await storeAttempt(tx, { id, webhook_id, order_key, ...attempt, status, next_attempt_at })
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
  const failing_since = result.error === null ? null : at
  await setFailingSince(tx, { webhook_id, failing_since })
  if (result.error === null) return
  const isGone = result.http_status === gone
  const reason = isGone
    ? 'The receiver returned status 410: it no longer exists.'
    : `No delivery has succeeded for 24 hours. Last error: ${result.error}`
  const latestFailingSince = new Date(at.getTime() - disableAfterMs)
  const [disabled] = await tx
    .update(webhooks)
    .set({ is_enabled: false, disabled_at: at, disabled_reason: reason })
    .where(
      and(
        webhookById(tx, webhook_id),
        eq(webhooks.is_enabled, true),
        isGone ? undefined : lte(webhooks.failing_since, latestFailingSince),
      ),
    )
    .returning({ id: webhooks.id })
  if (disabled !== undefined) emit(tx, { type: 'webhook.disabled', webhook_id, reason })
}
