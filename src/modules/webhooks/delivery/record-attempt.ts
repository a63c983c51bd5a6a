import { sql } from 'drizzle-orm'
import type { DeliveryStatus } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { emit } from '../../events/index.ts'
import { disableAfterMs, retryDelaySec } from './retry-schedule.ts'
import type { SendResult } from './sender.ts'

/** A delivery that is being sent: of which attempt the answer is. */
export interface ClaimedDelivery {
  company_id: string
  id: string
  webhook_id: string
  order_key: string
  attempt_count: number
  retry_count: number
}

/** 410: the receiver says that it is gone for good. */
const gone = 410

/**
 * Notes what came of an attempt: told, to be tried again, or given up; then what comes next to it may be sent. An answer
 * that comes when somebody else has taken the delivery up changes nothing but the log.
 */
export async function recordAttempt(
  tx: Tx,
  sending: ClaimedDelivery,
  sent: SendResult,
  at: Date,
  isTest = false,
): Promise<DeliveryStatus> {
  const { company_id, id, webhook_id, order_key, attempt_count } = sending
  const isTold = sent.error === null
  const wait =
    isTold || isTest ? undefined : retryDelaySec(sending.retry_count, sent.retry_after, Math.random())
  const status: DeliveryStatus = isTold ? 'delivered' : wait === undefined ? 'dead' : 'pending'
  const next = wait === undefined ? null : new Date(at.getTime() + wait * 1000).toISOString()
  // Held: who adds deliveries waits, so that what comes behind this one is either seen here or sees its end.
  await tx.execute(
    sql`select id from webhooks where company_id = ${company_id}::uuid and id = ${webhook_id}::uuid for no key update`,
  )
  await tx.execute(sql`
    with tried as (
      insert into webhook_attempts (company_id, delivery_id, n, at, http_status, error, duration_ms)
      values (${company_id}::uuid, ${id}::uuid, ${attempt_count}::int, ${at.toISOString()}::timestamptz,
        ${sent.http_status}::int, ${sent.error}::text, ${sent.duration_ms}::int)
      on conflict do nothing
    ), ended as (
      update webhook_deliveries set status = ${status}::text, next_attempt_at = ${next}::timestamptz,
        http_status = ${sent.http_status}::int, error = ${sent.error}::text,
        finished_at = case when ${status}::text <> 'pending' then ${at.toISOString()}::timestamptz end
      where company_id = ${company_id}::uuid and id = ${id}::uuid and status = 'pending'
        and attempt_count = ${attempt_count}::int
      returning company_id
    )
    update webhook_deliveries d set next_attempt_at = ${at.toISOString()}::timestamptz
    from ended where ${status}::text <> 'pending' and d.company_id = ended.company_id and d.id = (
      select n.id from webhook_deliveries n
      where n.company_id = ${company_id}::uuid and n.webhook_id = ${webhook_id}::uuid and n.order_key = ${order_key}::text
        and n.status = 'pending' and n.id <> ${id}::uuid order by n.event_id limit 1)
      and d.next_attempt_at is null`)
  if (!isTest) await noteHealth(tx, sending, sent, at)
  return status
}

/** One answer clears a receiver; one that nothing reaches for a day, or that says it is gone, is switched off. */
async function noteHealth(
  tx: Tx,
  { webhook_id }: ClaimedDelivery,
  sent: SendResult,
  at: Date,
): Promise<void> {
  const ofWebhook = sql`company_id = ${tx.company_id}::uuid and id = ${webhook_id}::uuid`
  if (sent.error === null) {
    await tx.execute(
      sql`update webhooks set failing_since = null where ${ofWebhook} and failing_since is not null`,
    )
    return
  }
  await tx.execute(sql`
    update webhooks set failing_since = ${at.toISOString()}::timestamptz where ${ofWebhook} and failing_since is null`)
  const since = new Date(at.getTime() - disableAfterMs).toISOString()
  const reason =
    sent.http_status === gone
      ? 'the receiver answered 410: it is gone'
      : `nothing has reached the receiver for a day; the last attempt: ${sent.error}`
  const [off] = await tx.execute<{ id: string }>(sql`
    update webhooks set is_enabled = false, disabled_at = ${at.toISOString()}::timestamptz, disabled_reason = ${reason}::text,
      updated_at = now()
    where ${ofWebhook} and is_enabled and (${sent.http_status === gone} or failing_since <= ${since}::timestamptz)
    returning id`)
  if (off !== undefined) emit(tx, { type: 'webhook.disabled', webhook_id, reason })
}
