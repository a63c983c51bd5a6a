import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { noCompany } from '../../../db/schema/index.ts'
import { asOwner } from '../../../db/transaction.ts'
import { type ClaimedDelivery, recordAttempt } from './record-attempt.ts'
import { responseTimeoutMs, type Sender } from './sender.ts'

/** Requests under way at once, of this process and of one receiver. */
const mostAtOnce = 50
const mostOfOne = 10
/** Whoever took a delivery and has not said what came of it for so long is taken for dead. */
const leaseMs = 4 * responseTimeoutMs

interface Due extends ClaimedDelivery {
  url: string
  body: string
  secret: string
  old_secret: string | null
}

export interface DelivererOptions {
  db: Db
  sender: Sender
  now: () => Date
  onError: (error: unknown) => void
}

/** Sends what is due, many at once, so that a slow receiver keeps nobody else waiting. */
export class Deliverer {
  private readonly options: DelivererOptions
  private readonly inFlight = new Map<Promise<void>, string>()

  constructor(options: DelivererOptions) {
    this.options = options
  }

  /** Takes what is due, and begins to send it; answers how much that was. */
  async step(now: Date): Promise<number> {
    const free = mostAtOnce - this.inFlight.size
    if (free <= 0) return 0
    const due = await this.claim(free, now)
    for (const one of due) {
      const sending = this.send(one)
        .catch((error: unknown) => this.options.onError(error))
        .finally(() => this.inFlight.delete(sending))
      this.inFlight.set(sending, one.webhook_id)
    }
    return due.length
  }

  /** Resolves when no request is under way. */
  async whenIdle(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight.keys())
  }

  private claim(free: number, now: Date): Promise<Due[]> {
    const busy: Record<string, number> = {}
    for (const webhook_id of this.inFlight.values()) busy[webhook_id] = (busy[webhook_id] ?? 0) + 1
    const at = now.toISOString()
    return asOwner(this.options.db, noCompany, async (tx) => [
      ...(await tx.execute<Due & Record<string, unknown>>(sql`
      with due as materialized (
        select d.company_id, d.id, d.next_attempt_at,
          row_number() over (partition by d.webhook_id order by d.next_attempt_at, d.id)
            + coalesce((${JSON.stringify(busy)}::text::jsonb->>d.webhook_id::text)::int, 0) as nth
        from (
          select * from webhook_deliveries where status = 'pending' and next_attempt_at <= ${at}::timestamptz
          order by next_attempt_at limit 1000
        ) as d
        join webhooks w on w.company_id = d.company_id and w.id = d.webhook_id and w.is_enabled
      ), taken as materialized (
        select d.company_id, d.id from webhook_deliveries d
        join due using (company_id, id)
        where due.nth <= ${mostOfOne} and d.status = 'pending' and d.next_attempt_at <= ${at}::timestamptz
        order by due.next_attempt_at limit ${free} for update of d skip locked
      )
      update webhook_deliveries d set attempt_count = d.attempt_count + 1, retry_count = d.retry_count + 1,
        next_attempt_at = ${new Date(now.getTime() + leaseMs).toISOString()}::timestamptz
      from taken t join webhooks w on w.company_id = t.company_id
      where d.company_id = t.company_id and d.id = t.id and w.id = d.webhook_id
      returning d.company_id, d.id, d.webhook_id, d.order_key, d.attempt_count, d.retry_count, d.body, w.url, w.secret,
        case when w.old_secret_until > ${at}::timestamptz then w.old_secret end as old_secret`)),
    ])
  }

  private async send(due: Due): Promise<void> {
    const { db, sender, now } = this.options
    const secrets = due.old_secret === null ? [due.secret] : [due.secret, due.old_secret]
    const sent = await sender.send({ ...due, secrets }, now())
    await asOwner(db, due.company_id, (tx) => recordAttempt(tx, due, sent, now()))
  }
}
