import { setTimeout as wait } from 'node:timers/promises'
import type { Db } from '../../db/client.ts'
import { Listener } from '../../db/listener.ts'
import { readCompany } from '../../db/transaction.ts'
import {
  type EventSequencer,
  eventChannel,
  eventsOfRow,
  readEventsAfter,
  type StoredEvent,
  selectEventsAfter,
  watcherLockKey,
} from '../events/index.ts'
import { expandEvents, type LiveEvent } from './expand-events.ts'
import type { Subscription } from './subscription.ts'
import { topicNamesOf } from './topic.ts'

/** Transactions read at a time, per company. */
const rowsPerRead = 200
/** Transactions read at a time for one subscription that catches up. */
const rowsPerCatchUp = 50
/** Events are also read without a notification, because a NOTIFY is lost while the connection is. */
const pollIntervalMs = 1_000
/** This long after the last subscription the LISTEN connection is closed, and writers need not call NOTIFY. */
const idleTimeoutMs = 10_000

/** The subscriptions of a company by topic name, and the id of the last event that all of them have received. */
interface Room {
  company_id: string
  position: number
  topics: Map<string, Set<Subscription>>
}

export interface HubOptions {
  db: Db
  events: Pick<EventSequencer, 'markWatched'>
  onError: (error: unknown) => void
}

/**
 * Delivers events to the subscriptions of this process, from whichever process they come. Events are read from the
 * database in order, once for all subscriptions of a company, and only for companies that have subscriptions.
 */
export class LiveHub {
  private readonly options: HubOptions
  private readonly rooms = new Map<string, Room>()
  private listener: Listener | undefined
  private pollTimer: NodeJS.Timeout | undefined
  private idleTimer: NodeJS.Timeout | undefined
  private reading: Promise<void> | undefined
  private isReadRequested = false

  constructor(options: HubOptions) {
    this.options = options
  }

  /**
   * Delivers the events after the subscription's position, page by page and no faster than the client reads (`drained`
   * resolves when it has), then every new event. Resolves when the subscription has caught up.
   */
  async subscribe(subscription: Subscription, drained: () => Promise<void>): Promise<void> {
    this.listen()
    while (!subscription.isEnded) {
      const { company_id, position } = subscription
      const missed = await this.readMissed(subscription).catch(this.reportAndWait)
      for (const event of missed?.events ?? []) {
        await drained()
        subscription.deliver(event, JSON.stringify(event))
      }
      subscription.position = Math.max(subscription.position, missed?.position ?? 0)
      await drained()
      // There is no await from here to add(), so no event can be delivered in between.
      const room = this.rooms.get(company_id)
      if (subscription.isEnded || missed || (room !== undefined && room.position > subscription.position)) {
        continue
      }
      this.add(room ?? this.openRoom(company_id, position), subscription)
      // The idle timer may have closed the LISTEN connection while this subscription caught up.
      this.listen()
      this.requestRead()
      return
    }
    this.scheduleUnlisten()
  }

  unsubscribe(subscription: Subscription): void {
    subscription.end()
    const room = this.rooms.get(subscription.company_id)
    const subscriptions = room?.topics.get(subscription.name)
    if (room === undefined || subscriptions === undefined) return
    subscriptions.delete(subscription)
    if (subscriptions.size === 0) room.topics.delete(subscription.name)
    if (room.topics.size > 0) return
    this.rooms.delete(room.company_id)
    this.scheduleUnlisten()
  }

  /** Starts to read new events. One read runs at a time; requests that come during it cause one more. */
  readonly requestRead = (): void => {
    if (this.rooms.size === 0) return
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
    this.rooms.clear()
    await this.unlisten()
    await this.reading
  }

  private scheduleUnlisten(): void {
    if (this.rooms.size > 0) return
    clearTimeout(this.idleTimer)
    this.idleTimer = setTimeout(() => void this.unlisten(), idleTimeoutMs).unref()
  }

  /** For a read that failed: reports the error, waits, and returns an empty page, after which the caller reads again. */
  private readonly reportAndWait = async (
    error: unknown,
  ): Promise<{ events: LiveEvent[]; position: number }> => {
    this.options.onError(error)
    await wait(pollIntervalMs)
    return { events: [], position: 0 }
  }

  private async unlisten(): Promise<void> {
    if (this.rooms.size > 0) return
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
  private readMissed(
    subscription: Subscription,
  ): Promise<{ events: LiveEvent[]; position: number } | undefined> {
    const { company_id, position } = subscription
    return readCompany(this.options.db, company_id, async (tx) => {
      const events = await readEventsAfter(tx, position, rowsPerCatchUp)
      const last = events.at(-1)
      if (last === undefined) return undefined
      const isOfTopic = ({ item }: StoredEvent) => topicNamesOf(item).includes(subscription.name)
      const missed = events.filter((event) => isOfTopic(event) && subscription.needs(event))
      return { events: await expandEvents(tx, missed), position: last.id }
    })
  }

  /** Opens the LISTEN connection. It holds the watcher lock; while no connection holds it, writers skip NOTIFY. */
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

  private openRoom(company_id: string, position: number): Room {
    const room: Room = { company_id, position, topics: new Map() }
    this.rooms.set(company_id, room)
    return room
  }

  private add(room: Room, subscription: Subscription): void {
    const subscriptions = room.topics.get(subscription.name)
    if (subscriptions === undefined) room.topics.set(subscription.name, new Set([subscription]))
    else subscriptions.add(subscription)
  }

  private async read(): Promise<void> {
    const positions = Array.from(this.rooms.values(), (room) => ({
      company_id: room.company_id,
      after: room.position,
    }))
    const rows = await this.options.db.orm.execute<
      Parameters<typeof eventsOfRow>[0] & { company_id: string }
    >(selectEventsAfter(positions, rowsPerRead))
    const eventsByCompany = new Map<string, StoredEvent[]>()
    for (const row of rows) {
      const room = this.rooms.get(row.company_id)
      if (room === undefined) continue
      const events = eventsByCompany.get(row.company_id) ?? []
      eventsByCompany.set(row.company_id, events)
      for (const event of eventsOfRow(row, room.position)) events.push(event)
    }
    await Promise.all(Array.from(eventsByCompany, ([company_id, events]) => this.deliver(company_id, events)))
    // A full page may not be all: read again until nothing is found.
    if (rows.length > 0) this.isReadRequested = true
  }

  private async deliver(company_id: string, stored: StoredEvent[]): Promise<void> {
    const room = this.rooms.get(company_id)
    const last = stored.at(-1)
    if (room === undefined || last === undefined) return
    const before = room.position
    // Set before the first await: a subscription that joins during it is behind the room, and reads these events itself.
    room.position = last.id
    const subscribed = stored.filter(({ item }) => topicNamesOf(item).some((name) => room.topics.has(name)))
    try {
      const events =
        subscribed.length === 0
          ? []
          : await readCompany(this.options.db, company_id, (tx) => expandEvents(tx, subscribed))
      for (const [i, event] of events.entries()) this.dispatch(room, event, subscribed[i] as StoredEvent)
    } catch (error) {
      room.position = before
      throw error
    }
    for (const subscriptions of room.topics.values()) {
      for (const subscription of subscriptions)
        subscription.position = Math.max(subscription.position, last.id)
    }
  }

  private dispatch(room: Room, event: LiveEvent, stored: StoredEvent): void {
    let text: string | undefined
    for (const name of topicNamesOf(stored.item)) {
      for (const subscription of room.topics.get(name) ?? []) {
        if (!subscription.needs(stored)) continue
        text ??= JSON.stringify(event)
        subscription.deliver(event, text)
      }
    }
  }
}
