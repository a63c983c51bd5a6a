import type { Db } from '../../../db/client.ts'
import type { RowOf } from '../../../db/query/define-query.ts'
import { acrossCompanies, asOwner } from '../../../db/transaction.ts'
import { claimDeliveries } from './delivery-queries.ts'
import { recordAttempt } from './record-attempt.ts'
import { responseTimeoutMs, type Sender } from './sender.ts'

/** Maximum number of requests in flight in this process. */
const maxInFlight = 50
/** Maximum number of requests in flight in this process to one webhook. */
const maxInFlightPerWebhook = 10
/** Maximum number of due deliveries that a claim considers. */
const maxCandidates = 1_000
/** A claimed delivery without a recorded result is sent again after this time, ms: its worker has probably died. */
const leaseMs = 4 * responseTimeoutMs

type DueDelivery = RowOf<typeof claimDeliveries>

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

  /** Claims up to `capacity` due deliveries, at most 10 in flight per webhook. */
  private claim(capacity: number, now: Date): Promise<DueDelivery[]> {
    const in_flight: Record<string, number> = {}
    for (const webhook_id of this.inFlight.values()) in_flight[webhook_id] = (in_flight[webhook_id] ?? 0) + 1
    return acrossCompanies(this.options.db, (tx) =>
      claimDeliveries(tx, {
        now,
        leased_until: new Date(now.getTime() + leaseMs),
        in_flight,
        max_per_webhook: maxInFlightPerWebhook,
        max_candidates: maxCandidates,
        limit: capacity,
      }),
    )
  }

  private async send(delivery: DueDelivery): Promise<void> {
    const { db, sender, now } = this.options
    const { secret, old_secret } = delivery
    const secrets = old_secret === null ? [secret] : [secret, old_secret]
    const result = await sender.send({ ...delivery, secrets }, now())
    await asOwner(db, delivery.company_id, (tx) => recordAttempt(tx, delivery, result, now()))
  }
}
