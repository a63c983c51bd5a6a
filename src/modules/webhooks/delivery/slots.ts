/** Requests in flight in this process. */
const maxInFlight = 100
/** The same, including requests of companies that have fewer than the guaranteed number. */
const maxWithGuaranteed = 500
/**
 * Requests that a company may always have in flight, also while other companies use all slots. A slow webhook gets one of
 * them only while the company has none, so that its other webhooks get the rest.
 */
const guaranteed = { healthy: 3, slow: 1 }
const maxPerCompany = 20
/** Requests in flight to the slow webhooks of one company. */
const maxSlowPerCompany = 5
/** Requests in flight to one host, of all webhooks and companies; the second number as in `maxWithGuaranteed`. */
const maxPerHost = 20
const maxPerHostWithGuaranteed = 50
const maxPerWebhook = 10
const firstPerWebhook = 2
/** A response within this time doubles the slots of its webhook, ms. */
const quickMs = 2_000
/** A response after this time, or none, halves them, ms. */
const slowMs = 5_000
/** Webhooks whose slots are remembered, the latest ones. */
const maxRemembered = 10_000

/** The receiver of a request. */
export interface Target {
  company_id: string
  webhook_id: string
  host: string
  /** The last attempts of the webhook failed, by any worker: it starts with one slot. */
  is_failing: boolean
}

/** The number of values by key. */
class Counts {
  private readonly counts = new Map<string, number>()

  of(key: string): number {
    return this.counts.get(key) ?? 0
  }

  add(key: string, n: 1 | -1): void {
    const sum = this.of(key) + n
    if (sum === 0) this.counts.delete(key)
    else this.counts.set(key, sum)
  }
}

/**
 * Shares the requests in flight of this process fairly by company, host and webhook. A webhook starts with 2 slots; quick
 * responses double them up to 10, and a timeout halves them. A company has a guaranteed share, whatever others do.
 */
export class DeliverySlots {
  private total = 0
  private readonly byCompany = new Counts()
  private readonly slowByCompany = new Counts()
  private readonly byHost = new Counts()
  private readonly byCompanyAndHost = new Counts()
  private readonly byWebhook = new Counts()
  /** Slots by webhook. */
  private readonly limits = new Map<string, number>()

  inFlightOf(company_id: string): number {
    return this.byCompany.of(company_id)
  }

  inFlightTo(webhook_id: string): number {
    return this.byWebhook.of(webhook_id)
  }

  /** Whether a request to this target may start now. */
  hasRoom(target: Target): boolean {
    const { company_id, webhook_id, host } = target
    const isSlow = this.limitOf(target) === 1
    const ofCompany = this.byCompany.of(company_id)
    if (this.byWebhook.of(webhook_id) >= this.limitOf(target) || ofCompany >= maxPerCompany) return false
    if (isSlow && this.slowByCompany.of(company_id) >= maxSlowPerCompany) return false
    const isGuaranteed = ofCompany < (isSlow ? guaranteed.slow : guaranteed.healthy)
    if (this.total >= (isGuaranteed ? maxWithGuaranteed : maxInFlight)) return false
    const isFirstToHost = this.byCompanyAndHost.of(`${company_id} ${host}`) === 0
    return this.byHost.of(host) < (isFirstToHost ? maxPerHostWithGuaranteed : maxPerHost)
  }

  /** Takes a slot. The returned function frees it; it takes the duration of the request, and whether there was no response. */
  take(target: Target): (result: { duration_ms: number; is_timeout: boolean }) => void {
    const isSlow = this.limitOf(target) === 1
    this.count(target, isSlow, 1)
    return ({ duration_ms, is_timeout }) => {
      this.count(target, isSlow, -1)
      const limit = this.limitOf(target)
      if (is_timeout || duration_ms >= slowMs) this.remember(target, Math.max(1, Math.floor(limit / 2)))
      else if (duration_ms <= quickMs) this.remember(target, Math.min(maxPerWebhook, limit * 2))
    }
  }

  private limitOf({ webhook_id, is_failing }: Target): number {
    return this.limits.get(webhook_id) ?? (is_failing ? 1 : firstPerWebhook)
  }

  private count({ company_id, webhook_id, host }: Target, isSlow: boolean, n: 1 | -1): void {
    this.total += n
    this.byCompany.add(company_id, n)
    if (isSlow) this.slowByCompany.add(company_id, n)
    this.byHost.add(host, n)
    this.byCompanyAndHost.add(`${company_id} ${host}`, n)
    this.byWebhook.add(webhook_id, n)
  }

  private remember({ webhook_id }: Target, limit: number): void {
    this.limits.delete(webhook_id)
    this.limits.set(webhook_id, limit)
    const [oldest] = this.limits.keys()
    if (this.limits.size > maxRemembered && oldest !== undefined) this.limits.delete(oldest)
  }
}
