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

/** Transactions whose events are read at a time, of each company. */
const page = 200
/** And for one who was away, whose pages are all its own. */
const pageOfOne = 50
/** Without a word from the database it is asked all the same: a notice may be lost with its connection. */
const pollMs = 1_000
/** After so long without a watcher nobody listens any more, and writers are spared the notices. */
const idleMs = 10_000

/** The subscriptions of a company, by the name of their topic, and the last event that all of them have had. */
interface Room {
  company_id: string
  position: number
  topics: Map<string, Set<Subscription>>
}

export interface HubOptions {
  db: Db
  events: Pick<EventSequencer, 'watched'>
  onError: (error: unknown) => void
}

/**
 * Tells the subscriptions of this process what happens, whichever process made it happen: events are read from the
 * database in their order, once for all who watch, and only of companies that somebody watches.
 */
export class LiveHub {
  private readonly options: HubOptions
  private readonly rooms = new Map<string, Room>()
  private listener: Listener | undefined
  private poll: NodeJS.Timeout | undefined
  private idle: NodeJS.Timeout | undefined
  private reading: Promise<void> | undefined
  private isReadRequested = false

  constructor(options: HubOptions) {
    this.options = options
  }

  /**
   * Tells a subscription what it has missed since its position, page by page as fast as it is taken (`drained`), then
   * all that comes. Resolves when it is up to date.
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
      // From here to the end of the round nothing is waited for: no event comes in between.
      const room = this.rooms.get(company_id)
      if (subscription.isEnded || missed || (room !== undefined && room.position > subscription.position)) {
        continue
      }
      this.add(room ?? this.openRoom(company_id, position), subscription)
      // It may have gone deaf meanwhile: nobody else was watching.
      this.listen()
      this.requestRead()
      return
    }
    this.scheduleUnlisten()
  }

  unsubscribe(subscription: Subscription): void {
    subscription.end()
    const room = this.rooms.get(subscription.company_id)
    const watching = room?.topics.get(subscription.name)
    if (room === undefined || watching === undefined) return
    watching.delete(subscription)
    if (watching.size === 0) room.topics.delete(subscription.name)
    if (room.topics.size > 0) return
    this.rooms.delete(room.company_id)
    this.scheduleUnlisten()
  }

  /** Looks for new events; one look at a time, and once more when it was asked for meanwhile. */
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

  /** Unless somebody comes soon. */
  private scheduleUnlisten(): void {
    if (this.rooms.size > 0) return
    clearTimeout(this.idle)
    this.idle = setTimeout(() => void this.unlisten(), idleMs).unref()
  }

  /** The database is away for a moment: it is asked again, as by `poll`. */
  private readonly reportAndWait = async (
    error: unknown,
  ): Promise<{ events: LiveEvent[]; position: number }> => {
    this.options.onError(error)
    await wait(pollMs)
    return { events: [], position: 0 }
  }

  private async unlisten(): Promise<void> {
    if (this.rooms.size > 0) return
    clearInterval(this.poll)
    clearTimeout(this.idle)
    const { listener } = this
    this.listener = undefined
    await listener?.stop()
  }

  /** A page of what a subscription has not had, and up to which event it goes; undefined when there is nothing. */
  private readMissed(
    subscription: Subscription,
  ): Promise<{ events: LiveEvent[]; position: number } | undefined> {
    const { company_id, position } = subscription
    return readCompany(this.options.db, company_id, async (tx) => {
      const kept = await readEventsAfter(tx, position, pageOfOne)
      const last = kept.at(-1)
      if (last === undefined) return undefined
      const isOf = ({ item }: StoredEvent) => topicNamesOf(item).includes(subscription.name)
      const wanted = kept.filter((one) => isOf(one) && subscription.needs(one))
      return { events: await expandEvents(tx, wanted), position: last.id }
    })
  }

  /** Who watches holds a lock, which the connection keeps: without one nobody is notified. */
  private listen(): void {
    clearTimeout(this.idle)
    if (this.listener !== undefined) return
    const { db, events, onError: onFault } = this.options
    const statement = `listen ${eventChannel}; select pg_advisory_lock_shared(${watcherLockKey})`
    const listening = () => {
      events.watched()
      this.requestRead()
    }
    this.listener = new Listener(db, statement, {
      onListening: listening,
      onNotify: this.requestRead,
      onError: onFault,
    })
    this.poll = setInterval(this.requestRead, pollMs)
  }

  private openRoom(company_id: string, position: number): Room {
    const room: Room = { company_id, position, topics: new Map() }
    this.rooms.set(company_id, room)
    return room
  }

  private add(room: Room, subscription: Subscription): void {
    const watching = room.topics.get(subscription.name)
    if (watching === undefined) room.topics.set(subscription.name, new Set([subscription]))
    else watching.add(subscription)
  }

  private async read(): Promise<void> {
    const positions = Array.from(this.rooms.values(), (room) => ({
      company_id: room.company_id,
      after: room.position,
    }))
    const rows = await this.options.db.orm.execute<
      Parameters<typeof eventsOfRow>[0] & { company_id: string }
    >(selectEventsAfter(positions, page))
    const byCompany = new Map<string, StoredEvent[]>()
    for (const row of rows) {
      const room = this.rooms.get(row.company_id)
      if (room === undefined) continue
      const kept = byCompany.get(row.company_id) ?? []
      byCompany.set(row.company_id, kept)
      for (const one of eventsOfRow(row, room.position)) kept.push(one)
    }
    await Promise.all(Array.from(byCompany, ([company_id, kept]) => this.deliver(company_id, kept)))
    if (rows.length > 0) this.isReadRequested = true
  }

  private async deliver(company_id: string, kept: StoredEvent[]): Promise<void> {
    const room = this.rooms.get(company_id)
    const last = kept.at(-1)
    if (room === undefined || last === undefined) return
    const before = room.position
    // Before anything is waited for: who joins meanwhile is behind, and reads these events by itself.
    room.position = last.id
    const wanted = kept.filter(({ item }) => topicNamesOf(item).some((name) => room.topics.has(name)))
    try {
      const events =
        wanted.length === 0
          ? []
          : await readCompany(this.options.db, company_id, (tx) => expandEvents(tx, wanted))
      for (const [i, event] of events.entries()) this.dispatch(room, event, wanted[i] as StoredEvent)
    } catch (error) {
      room.position = before
      throw error
    }
    for (const watching of room.topics.values()) {
      for (const one of watching) one.position = Math.max(one.position, last.id)
    }
  }

  private dispatch(room: Room, event: LiveEvent, kept: StoredEvent): void {
    let text: string | undefined
    for (const name of topicNamesOf(kept.item)) {
      for (const subscription of room.topics.get(name) ?? []) {
        if (!subscription.needs(kept)) continue
        text ??= JSON.stringify(event)
        subscription.deliver(event, text)
      }
    }
  }
}
