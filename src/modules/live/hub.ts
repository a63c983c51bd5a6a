import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { Db } from '../../db/client.ts'
import { Listener } from '../../db/listener.ts'
import { readCompany } from '../../db/transaction.ts'
import { backoffMs } from '../../lib/set-aside.ts'
import {
  type EventBatch,
  type EventSequencer,
  eventChannel,
  eventsOfRow,
  findRowsOfCompaniesAfter,
  readEventsAfter,
  type StoredEvent,
  watcherLockKey,
} from '../events/index.ts'
import { eventText, expandEvents, type LiveEvent, type LiveEventBatch } from './expand-events.ts'
import type { Subscription } from './subscription.ts'
import { topicNamesOf } from './topic.ts'

/** Maximum number of transactions per read and company. */
const rowsPerRead = 200
/** Maximum number of transactions per read for one subscription that catches up. */
const rowsPerCatchUp = 50
/** Bytes of events that are written before sockets may send. Below the limit at which a socket counts as too slow. */
const maxBytesPerTurn = 256 * 1024
/** How often events are read without a notification, ms: notifications are lost while the connection is down. */
const pollIntervalMs = 1_000
/** Longest pause of a company whose events cannot be read, ms. */
const maxRetryMs = 60_000
/** The LISTEN connection is closed this long after the last subscription ended, ms. The sequencer then runs once a second. */
const idleTimeoutMs = 10_000

/** The subscriptions of a company by topic name, and the id of the last event that all of them have received. */
interface CompanyFeed {
  company_id: string
  position: number
  topics: Map<string, Set<Subscription>>
  /** Its events are being delivered. It is read again afterwards, and the others meanwhile. */
  isBusy: boolean
  /** Failures in a row, and the time of performance.now() before which it is not read again. */
  failures: number
  readsAfter: number
}

export interface HubOptions {
  db: Db
  events: Pick<EventSequencer, 'markWatched'>
  onError: (error: unknown) => void
}

/**
 * Delivers the events of all processes to the subscriptions of this process. Events are read from the database in
 * order, once for all subscriptions of a company, and only for companies that have subscriptions.
 */
export class LiveHub {
  private readonly options: HubOptions
  private readonly feeds = new Map<string, CompanyFeed>()
  private listener: Listener | undefined
  private pollTimer: NodeJS.Timeout | undefined
  private idleTimer: NodeJS.Timeout | undefined
  private reading: Promise<void> | undefined
  private readonly deliveries = new Set<Promise<void>>()
  private isReadRequested = false

  constructor(options: HubOptions) {
    this.options = options
  }

  /**
   * Delivers the events after the subscription's position, page by page, then every new event. Waits for `drained`
   * before each event, so as not to send faster than the client reads. Resolves when the subscription has caught up.
   */
  async subscribe(subscription: Subscription, drained: () => Promise<void>): Promise<void> {
    this.listen()
    while (!subscription.isEnded) {
      const { company_id, position } = subscription
      const missed = await this.readMissed(subscription).catch(this.reportAndWait)
      for (const event of missed?.events ?? []) {
        await drained()
        subscription.deliver(event, eventText(event))
      }
      subscription.position = Math.max(subscription.position, missed?.position ?? 0)
      await drained()
      // There is no await from here to add(), so no event can be delivered in between.
      const feed = this.feeds.get(company_id)
      if (subscription.isEnded || missed || (feed !== undefined && feed.position > subscription.position)) {
        continue
      }
      this.add(feed ?? this.openFeed(company_id, position), subscription)
      // The idle timer may have closed the LISTEN connection while this subscription caught up.
      this.listen()
      this.requestRead()
      return
    }
    this.scheduleUnlisten()
  }

  unsubscribe(subscription: Subscription): void {
    subscription.end()
    const feed = this.feeds.get(subscription.company_id)
    const subscriptions = feed?.topics.get(subscription.name)
    if (feed === undefined || subscriptions === undefined) return
    subscriptions.delete(subscription)
    if (subscriptions.size === 0) feed.topics.delete(subscription.name)
    if (feed.topics.size > 0) return
    this.feeds.delete(feed.company_id)
    this.scheduleUnlisten()
  }

  /** Starts to read new events. One read runs at a time; requests during a read cause one more. */
  readonly requestRead = (): void => {
    if (this.feeds.size === 0) return
    if (this.reading !== undefined) {
      this.isReadRequested = true
      return
    }
    this.reading = this.read()
      .catch((error: unknown) => this.options.onError(error))
      .finally(() => {
        this.reading = undefined
        if (!this.isReadRequested) return
        this.isReadRequested = false
        this.requestRead()
      })
  }

  async stop(): Promise<void> {
    this.feeds.clear()
    await this.unlisten()
    await this.reading
    await Promise.all(this.deliveries)
  }

  private scheduleUnlisten(): void {
    if (this.feeds.size > 0) return
    clearTimeout(this.idleTimer)
    this.idleTimer = setTimeout(() => void this.unlisten(), idleTimeoutMs).unref()
  }

  /** Handles a failed read: reports the error, waits, and returns an empty page, so that the caller reads again. */
  private readonly reportAndWait = async (error: unknown): Promise<LiveEventBatch> => {
    this.options.onError(error)
    await wait(pollIntervalMs)
    return { events: [], position: 0 }
  }

  private async unlisten(): Promise<void> {
    if (this.feeds.size > 0) return
    clearInterval(this.pollTimer)
    clearTimeout(this.idleTimer)
    const { listener } = this
    this.listener = undefined
    await listener?.stop()
  }

  /**
   * The next page of events that the subscription has missed, and the last id that was read; undefined when there are
   * no events after its position.
   */
  private readMissed(subscription: Subscription): Promise<LiveEventBatch | undefined> {
    const { company_id, position } = subscription
    return readCompany(this.options.db, company_id, async (tx) => {
      const batch = await readEventsAfter(tx, position, rowsPerCatchUp)
      if (batch === undefined) return undefined
      const isOfTopic = ({ item }: StoredEvent) => topicNamesOf(item).includes(subscription.name)
      const missed = batch.events.filter((event) => isOfTopic(event) && subscription.needs(event))
      return expandEvents(tx, { events: missed, position: batch.position })
    })
  }

  /** Opens the LISTEN connection. It holds the watcher lock; while nothing holds it, the sequencer runs once a second. */
  private listen(): void {
    clearTimeout(this.idleTimer)
    if (this.listener !== undefined) return
    const { db, events, onError } = this.options
    const statement = `listen ${eventChannel}; select pg_advisory_lock_shared(${watcherLockKey})`
    const onListening = () => {
      events.markWatched()
      this.requestRead()
    }
    this.listener = new Listener(db, statement, { onListening, onNotify: this.requestRead, onError })
    this.pollTimer = setInterval(this.requestRead, pollIntervalMs)
  }

  private openFeed(company_id: string, position: number): CompanyFeed {
    const topics = new Map()
    const feed = { company_id, position, topics, isBusy: false, failures: 0, readsAfter: 0 }
    this.feeds.set(company_id, feed)
    return feed
  }

  private add(feed: CompanyFeed, subscription: Subscription): void {
    const subscriptions = feed.topics.get(subscription.name)
    if (subscriptions === undefined) feed.topics.set(subscription.name, new Set([subscription]))
    else subscriptions.add(subscription)
  }

  /** Reads the next events of the companies whose last ones are delivered, and starts to deliver them. */
  private async read(): Promise<void> {
    const now = performance.now()
    const feeds = [...this.feeds.values()].filter(({ isBusy, readsAfter }) => !isBusy && readsAfter <= now)
    if (feeds.length === 0) return
    const positions = feeds.map(({ company_id, position }) => ({ company_id, after: position }))
    const rows = await findRowsOfCompaniesAfter(this.options.db, { positions, limit: rowsPerRead })
    const batches = new Map<string, EventBatch>()
    for (const row of rows) {
      const feed = this.feeds.get(row.company_id)
      if (feed === undefined) continue
      const batch = batches.get(row.company_id) ?? { events: [], position: 0 }
      batches.set(row.company_id, batch)
      batch.position = row.id
      for (const event of eventsOfRow(row, row.company_id, feed.position)) batch.events.push(event)
    }
    // Not awaited: a company with many or large events does not delay the others.
    for (const [company_id, batch] of batches) {
      const delivery = this.deliverBatch(company_id, batch).finally(() => this.deliveries.delete(delivery))
      this.deliveries.add(delivery)
    }
  }

  /** Delivers a batch, then has the company read again. After a failure the company waits, longer each time. */
  private async deliverBatch(company_id: string, batch: EventBatch): Promise<void> {
    const feed = this.feeds.get(company_id)
    if (feed === undefined) return
    feed.isBusy = true
    try {
      await this.deliver(feed, batch)
      feed.failures = 0
    } catch (error) {
      feed.readsAfter = performance.now() + Math.min(maxRetryMs, backoffMs(feed.failures++))
      this.options.onError(error)
    }
    feed.isBusy = false
    // More events may be stored than one read returns: read again until none is found.
    this.requestRead()
  }

  private async deliver(feed: CompanyFeed, batch: EventBatch): Promise<void> {
    const previousPosition = feed.position
    // Set before the first await: a subscription that catches up during it reads these events before it joins the feed.
    feed.position = batch.position
    const subscribed = batch.events.filter(({ item }) =>
      topicNamesOf(item).some((name) => feed.topics.has(name)),
    )
    try {
      let rest = subscribed
      while (rest.length > 0) {
        const { events } = await readCompany(this.options.db, feed.company_id, (tx) =>
          expandEvents(tx, { events: rest, position: batch.position }),
        )
        await this.dispatchAll(feed, events, rest)
        rest = rest.slice(events.length)
      }
    } catch (error) {
      feed.position = previousPosition
      throw error
    }
    for (const subscriptions of feed.topics.values()) {
      for (const subscription of subscriptions)
        subscription.position = Math.max(subscription.position, batch.position)
    }
  }

  private async dispatchAll(feed: CompanyFeed, events: LiveEvent[], stored: StoredEvent[]): Promise<void> {
    let bytesInTurn = 0
    for (const [i, event] of events.entries()) {
      bytesInTurn += this.dispatch(feed, event, stored[i] as StoredEvent)
      if (bytesInTurn < maxBytesPerTurn) continue
      // Sockets send in between. Otherwise a large batch would look like a client that reads too slowly.
      await nextTurn()
      bytesInTurn = 0
    }
  }

  /** Returns the length of the event's text; 0 when no subscription needs the event. */
  private dispatch(feed: CompanyFeed, event: LiveEvent, stored: StoredEvent): number {
    let text: string | undefined
    for (const name of topicNamesOf(stored.item)) {
      for (const subscription of feed.topics.get(name) ?? []) {
        if (!subscription.needs(stored)) continue
        text ??= eventText(event)
        subscription.deliver(event, text)
      }
    }
    return text?.length ?? 0
  }
}
