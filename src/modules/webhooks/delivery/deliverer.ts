import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { acrossCompanies, asOwner } from '../../../db/transaction.ts'
import { type ClaimedDelivery, recordAttempt } from './record-attempt.ts'
import { responseTimeoutMs, type Sender } from './sender.ts'

/** Maximum number of requests in flight in this process. */
const maxInFlight = 50
/** Maximum number of requests in flight in this process to one webhook. */
const maxInFlightPerWebhook = 10
/** Maximum number of due deliveries that a claim considers. */
const maxCandidates = 1_000
/** A claimed delivery without a recorded result is sent again after this time, ms: its worker has probably died. */
const leaseMs = 4 * responseTimeoutMs

interface DueDelivery extends ClaimedDelivery {
  url: string
  body: string
  secret: string
  /** null when the secret was not replaced within the last day. */
  old_secret: string | null
}

export interface DelivererOptions {
  db: Db
  sender: Sender
  now: () => Date
  onError: (error: unknown) => void
}

/** Sends due deliveries concurrently, so that a slow receiver does not delay the others. */
export class Deliverer {
  private readonly options: DelivererOptions
  /** Requests in flight, with the id of their webhook. */
  private readonly inFlight = new Map<Promise<void>, string>()

  constructor(options: DelivererOptions) {
    this.options = options
  }

  /** Claims due deliveries and starts to send them. Returns the number claimed; does not wait for the responses. */
  async step(now: Date): Promise<number> {
    const capacity = maxInFlight - this.inFlight.size
    if (capacity <= 0) return 0
    const claimed = await this.claim(capacity, now)
    for (const delivery of claimed) {
      const sending = this.send(delivery)
        .catch((error: unknown) => this.options.onError(error))
        .finally(() => this.inFlight.delete(sending))
      this.inFlight.set(sending, delivery.webhook_id)
    }
    return claimed.length
  }

  /** Resolves when no request is in flight. */
  async whenIdle(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight.keys())
  }

  /**
   * Claims up to `capacity` due deliveries of enabled webhooks, the longest due first and at most 10 in flight per
   * webhook, and moves their next_attempt_at to the end of the lease. Locks the deliveries; skips rows that another
   * worker is claiming.
   */
  private claim(capacity: number, now: Date): Promise<DueDelivery[]> {
    const inFlightByWebhook: Record<string, number> = {}
    for (const webhook_id of this.inFlight.values())
      inFlightByWebhook[webhook_id] = (inFlightByWebhook[webhook_id] ?? 0) + 1
    const nowText = now.toISOString()
    return acrossCompanies(this.options.db, async (tx) => [
      ...(await tx.execute<DueDelivery & Record<string, unknown>>(sql`
      with due_deliveries as materialized (
        select d.company_id, d.id, d.next_attempt_at,
          row_number() over (partition by d.webhook_id order by d.next_attempt_at, d.id)
            + coalesce((${JSON.stringify(inFlightByWebhook)}::text::jsonb->>d.webhook_id::text)::int, 0)
            as number_in_webhook
        from (
          select * from webhook_deliveries where status = 'pending' and next_attempt_at <= ${nowText}::timestamptz
          order by next_attempt_at limit ${maxCandidates}
        ) as d
        join webhooks w on w.company_id = d.company_id and w.id = d.webhook_id and w.is_enabled
      ), claimed_deliveries as materialized (
        select d.company_id, d.id from webhook_deliveries d
        join due_deliveries due using (company_id, id)
        where due.number_in_webhook <= ${maxInFlightPerWebhook}
          and d.status = 'pending' and d.next_attempt_at <= ${nowText}::timestamptz
        order by due.next_attempt_at limit ${capacity} for update of d skip locked
      )
      update webhook_deliveries d set attempt_count = d.attempt_count + 1, retry_count = d.retry_count + 1,
        next_attempt_at = ${new Date(now.getTime() + leaseMs).toISOString()}::timestamptz
      from claimed_deliveries c join webhooks w on w.company_id = c.company_id
      where d.company_id = c.company_id and d.id = c.id and w.id = d.webhook_id
      returning d.company_id, d.id, d.webhook_id, d.order_key, d.attempt_count, d.retry_count, d.body, w.url, w.secret,
        case when w.old_secret_until > ${nowText}::timestamptz then w.old_secret end as old_secret`)),
    ])
  }

  private async send(delivery: DueDelivery): Promise<void> {
    const { db, sender, now } = this.options
    const { secret, old_secret } = delivery
    const secrets = old_secret === null ? [secret] : [secret, old_secret]
    const result = await sender.send({ ...delivery, secrets }, now())
    await asOwner(db, delivery.company_id, (tx) => recordAttempt(tx, delivery, result, now()))
  }
}
