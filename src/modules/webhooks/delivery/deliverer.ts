import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db } from '../../../db/client.ts'
import { failureReason, isTransientFailure } from '../../../db/connection-errors.ts'
import type { RowOf } from '../../../db/query/define-query.ts'
import { acrossCompanies, asOwner } from '../../../db/transaction.ts'
import { countSetAside, type OnSetAside } from '../../../lib/set-aside.ts'
import { nilUuid } from '../../../lib/uuid.ts'
import { type ChosenDelivery, chooseDeliveries } from './choose-deliveries.ts'
import { claimDeliveries, findDueDeliveries, giveUpDelivery } from './delivery-queries.ts'
import { maxBodyBytes } from './fan-out.ts'
import { recordAttempt } from './record-attempt.ts'
import { responseTimeoutMs, type Sender } from './sender.ts'
import { secretsOf } from './signature.ts'
import { DeliverySlots } from './slots.ts'

/** Webhooks with pending deliveries that one step considers. The next step continues behind the last one. */
const maxWebhooksPerStep = 1_000
/** Due deliveries of a webhook that one step considers. */
const maxPerWebhook = 10
/** A claimed delivery without a recorded result is sent again after this time, ms: its worker has probably died. */
const leaseMs = 4 * responseTimeoutMs
/** Attempts after which a delivery whose results cannot be stored is given up; there are eleven otherwise. */
const maxAttempts = 30
/** Deliveries that can be neither claimed nor given up; no more are remembered. */
const maxBlocked = 1_000

type ClaimedDelivery = RowOf<typeof claimDeliveries>

export interface DelivererOptions {
  db: Db
  sender: Sender
  now: () => Date
  onError: (error: unknown) => void
  onSetAside?: OnSetAside
}

/** Sends due deliveries concurrently, so that a slow receiver does not delay the others. */
export class Deliverer {
  /** Called when a request has ended: there may be room for another one. */
  onFinished: () => void = () => undefined
  private readonly options: DelivererOptions
  private readonly slots = new DeliverySlots()
  private readonly inFlight = new Set<Promise<void>>()
  private readonly blocked = new Set<string>()
  /** The last webhook that was considered, when there are more behind it. */
  private after = { company_id: nilUuid, webhook_id: nilUuid }

  constructor(options: DelivererOptions) {
    this.options = options
  }

  /** Claims due deliveries and starts to send them. Returns the number claimed; does not wait for the responses. */
  async step(now: Date): Promise<number> {
    const chosen = chooseDeliveries(await this.findDue(now), this.slots, (id) => this.blocked.has(id))
    if (chosen.length === 0) return 0
    const unused = new Map(chosen.map((delivery) => [delivery.id, delivery]))
    try {
      const claimed = await this.claim(chosen, now)
      for (const delivery of claimed) {
        const { free } = unused.get(delivery.id) as ChosenDelivery
        unused.delete(delivery.id)
        this.start(delivery, free)
        // Bodies have up to 2 MB: requests are served between two of them.
        await nextTurn()
      }
      return claimed.length
    } finally {
      // Another worker has claimed these.
      for (const { free } of unused.values()) free({ duration_ms: quickest, is_timeout: false })
    }
  }

  /** Resolves when no request is in flight. */
  async whenIdle(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight)
  }

  private async findDue(now: Date) {
    const webhooks = await acrossCompanies(
      this.options.db,
      (tx) =>
        findDueDeliveries(tx, {
          now,
          after_company_id: this.after.company_id,
          after_webhook_id: this.after.webhook_id,
          max_webhooks: maxWebhooksPerStep,
          max_per_webhook: maxPerWebhook,
        }),
      { plans: 'cached' },
    )
    const last = webhooks.length === maxWebhooksPerStep ? webhooks.at(-1) : undefined
    this.after = last ?? { company_id: nilUuid, webhook_id: nilUuid }
    return webhooks
  }

  /** Claims these deliveries. One that cannot be claimed is given up, and the others are claimed without it. */
  private async claim(chosen: readonly ChosenDelivery[], now: Date): Promise<ClaimedDelivery[]> {
    try {
      return await this.claimTogether(chosen, now)
    } catch (error) {
      if (isTransientFailure(error)) throw error
      if (chosen.length > 1) {
        const claimed: ClaimedDelivery[] = []
        for (const delivery of chosen) claimed.push(...(await this.claim([delivery], now)))
        return claimed
      }
      for (const delivery of chosen) await this.giveUp(delivery, failureReason(error), now)
      return []
    }
  }

  private claimTogether(chosen: readonly ChosenDelivery[], now: Date): Promise<ClaimedDelivery[]> {
    const leased_until = new Date(now.getTime() + leaseMs)
    const deliveries = chosen.map(({ company_id, id }) => ({ company_id, id }))
    return acrossCompanies(
      this.options.db,
      (tx) => claimDeliveries(tx, { now, leased_until, deliveries, max_body_bytes: maxBodyBytes }),
      { plans: 'cached' },
    )
  }

  private start(delivery: ClaimedDelivery, free: ChosenDelivery['free']): void {
    const sending = this.send(delivery, free)
      .catch((error: unknown) => this.options.onError(error))
      .finally(() => {
        this.inFlight.delete(sending)
        this.onFinished()
      })
    this.inFlight.add(sending)
  }

  private async send(delivery: ClaimedDelivery, free: ChosenDelivery['free']): Promise<void> {
    const { db, sender, now } = this.options
    const { body } = delivery
    let outcome = { duration_ms: quickest, is_timeout: false }
    try {
      if (body === null) return await this.giveUp(delivery, 'The body is larger than 2 MB.', now())
      if (delivery.retry_count > maxAttempts)
        return await this.giveUp(delivery, 'The results of its attempts could not be stored.', now())
      const result = await sender.send({ ...delivery, body, secrets: secretsOf(delivery) }, now())
      outcome = { duration_ms: result.duration_ms, is_timeout: result.is_timeout }
      await asOwner(db, delivery.company_id, (tx) => recordAttempt(tx, delivery, result, now()))
    } finally {
      free(outcome)
    }
  }

  /** Makes a delivery dead, so that it does not fail again and again. Its owner sees the reason and can resend it. */
  private async giveUp(
    { company_id, id }: Pick<ClaimedDelivery, 'company_id' | 'id'>,
    reason: string,
    now: Date,
  ): Promise<void> {
    const { db, onError, onSetAside = countSetAside } = this.options
    onSetAside({ kind: 'delivery', company_id, id, reason })
    try {
      const error = `The delivery could not be sent. ${reason}`
      await asOwner(db, company_id, (tx) => giveUpDelivery(tx, { id, error, now }))
    } catch (error) {
      if (this.blocked.size < maxBlocked) this.blocked.add(id)
      onError(error)
    }
  }
}

/** A duration that has no effect on the slots of a webhook, ms: no request was sent. */
const quickest = 3_000
