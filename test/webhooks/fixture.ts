import type { Test } from 'tap'
import { createSender, Deliverer, fanOutStep, type Sender } from '../../src/modules/webhooks/index.ts'
import { Receiver } from '../setup/receiver.ts'
import type { TestCompany, TestService } from '../setup/service.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read any response.
export type Row = any

/** A company with a webhook and its receiver, and a worker whose steps the test runs. */
export class Fixture {
  readonly s: TestService
  readonly company: TestCompany
  readonly receiver: Receiver
  readonly sender: Sender
  readonly deliverer: Deliverer
  now = new Date()
  webhook: Row
  private readonly t: Test

  private constructor(t: Test, s: TestService, company: TestCompany, receiver: Receiver, timeoutMs: number) {
    this.t = t
    this.s = s
    this.company = company
    this.receiver = receiver
    this.sender = createSender({ allowPrivateAddresses: true, timeoutMs })
    this.deliverer = this.newDeliverer()
  }

  static async of(t: Test, s: TestService, event_types = ['*'], timeoutMs = 20_000): Promise<Fixture> {
    // Webhooks of earlier tests would be delivered too, because this test moves the clock.
    await s.db.client.unsafe('delete from webhooks')
    const fixture = new Fixture(t, s, await s.createCompany(), await Receiver.of(t), timeoutMs)
    fixture.webhook = await fixture.request('POST', '/api/webhooks', {
      url: fixture.receiver.url,
      event_types,
    })
    t.teardown(async () => {
      await fixture.deliverer.whenIdle()
      await fixture.sender.close()
    })
    return fixture
  }

  newDeliverer(sender = this.sender): Deliverer {
    const onError = (error: unknown) => this.t.fail(String(error))
    return new Deliverer({ db: this.s.db, sender, now: () => this.now, onError })
  }

  async request(method: string, path: string, body?: unknown): Promise<Row> {
    const response = await this.s.request(method, path, this.company.headers, body)
    if (response.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(response.body)}`)
    return response.body
  }

  newCall = async (): Promise<string> =>
    (await this.request('POST', '/api/calls', { direction: 'inbound', caller_number: '+79995550000' })).id

  rate = (call: string, rating: number) => this.request('POST', `/api/calls/${call}/rate`, { rating })

  /** Sequences events and creates their deliveries. */
  async fanOut(): Promise<void> {
    await this.s.events.step()
    while ((await fanOutStep(this.s.db, this.now)) > 0) await this.s.events.step()
  }

  /** Sends all due deliveries, and those that are released by them. */
  async deliver(): Promise<void> {
    await this.fanOut()
    while ((await this.deliverer.step(this.now)) > 0) await this.deliverer.whenIdle()
  }

  /** Moves the clock forward, then sends all due deliveries. */
  async advance(seconds: number): Promise<void> {
    this.now = new Date(this.now.getTime() + seconds * 1000)
    await this.deliver()
  }

  /** The newest 200 deliveries of the webhook, oldest first. */
  deliveries = async (query = ''): Promise<Row[]> =>
    (
      await this.request('GET', `/api/webhooks/${this.webhook.id}/deliveries?limit=200${query}`)
    ).items.reverse()

  delivery = (id: string): Promise<Row> =>
    this.request('GET', `/api/webhooks/${this.webhook.id}/deliveries/${id}`)
}

/** Environment of a service that may send webhooks to 127.0.0.1. */
export const env = { WEBHOOKS_TO_PRIVATE: 'true' }
