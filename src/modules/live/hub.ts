import { setTimeout as wait } from 'node:timers/promises'
import type { Db } from '../../db/client.ts'
import { Listener } from '../../db/listener.ts'
import { readCompany } from '../../db/transaction.ts'
import {
  channel,
  type EventSequencer,
  itemsOf,
  type KeptEvent,
  manyAfter,
  readAfter,
  watchKey,
} from '../events/index.ts'
import { expand, type LiveEvent } from './expand.ts'
import type { Subscription } from './subscription.ts'
import { topicsOf } from './topic.ts'

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
  onFault: (error: unknown) => void
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
  private pumping: Promise<void> | undefined
  private isAgain = false

  constructor(options: HubOptions) {
    this.options = options
  }

  /**
   * Tells a subscription what it has missed since its position, page by page as fast as it is taken (`drained`), then
   * all that comes. Resolves when it is up to date.
   */
  async join(subscription: Subscription, drained: () => Promise<void>): Promise<void> {
    this.listen()
    while (!subscription.isEnded) {
      const { company_id, position } = subscription
      const missed = await this.missedBy(subscription).catch(this.faulted)
      for (const event of missed?.events ?? []) {
        await drained()
        subscription.take(event, JSON.stringify(event))
      }
      subscription.position = Math.max(subscription.position, missed?.position ?? 0)
      await drained()
      // From here to the end of the round nothing is waited for: no event comes in between.
      const room = this.rooms.get(company_id)
      if (subscription.isEnded || missed || (room !== undefined && room.position > subscription.position)) {
        continue
      }
      this.add(room ?? this.open(company_id, position), subscription)
      // It may have gone deaf meanwhile: nobody else was watching.
      this.listen()
      this.pump()
      return
    }
    this.listenNoLonger()
  }

  leave(subscription: Subscription): void {
    subscription.end()
    const room = this.rooms.get(subscription.company_id)
    const watching = room?.topics.get(subscription.name)
    if (room === undefined || watching === undefined) return
    watching.delete(subscription)
    if (watching.size === 0) room.topics.delete(subscription.name)
    if (room.topics.size > 0) return
    this.rooms.delete(room.company_id)
    this.listenNoLonger()
  }

  /** Looks for new events; one look at a time, and once more when it was asked for meanwhile. */
  readonly pump = (): void => {
    if (this.rooms.size === 0) return
    if (this.pumping !== undefined) {
      this.isAgain = true
      return
    }
    this.pumping = this.read()
      .catch((error: unknown) => this.options.onFault(error))
      .finally(() => {
        this.pumping = undefined
        if (!this.isAgain) return
        this.isAgain = false
        this.pump()
      })
  }

  async stop(): Promise<void> {
    this.rooms.clear()
    await this.unlisten()
    await this.pumping
  }

  /** Unless somebody comes soon. */
  private listenNoLonger(): void {
    if (this.rooms.size > 0) return
    clearTimeout(this.idle)
    this.idle = setTimeout(() => void this.unlisten(), idleMs).unref()
  }

  /** The database is away for a moment: it is asked again, as by `poll`. */
  private readonly faulted = async (error: unknown): Promise<{ events: LiveEvent[]; position: number }> => {
    this.options.onFault(error)
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
  private missedBy(
    subscription: Subscription,
  ): Promise<{ events: LiveEvent[]; position: number } | undefined> {
    const { company_id, position } = subscription
    return readCompany(this.options.db, company_id, async (tx) => {
      const kept = await readAfter(tx, position, pageOfOne)
      const last = kept.at(-1)
      if (last === undefined) return undefined
      const isOf = ({ item }: KeptEvent) => topicsOf(item).includes(subscription.name)
      const wanted = kept.filter((one) => isOf(one) && subscription.wants(one))
      return { events: await expand(tx, wanted), position: last.id }
    })
  }

  /** Who watches holds a lock, which the connection keeps: without one nobody is notified. */
  private listen(): void {
    clearTimeout(this.idle)
    if (this.listener !== undefined) return
    const { db, events, onFault } = this.options
    const statement = `listen ${channel}; select pg_advisory_lock_shared(${watchKey})`
    const listening = () => {
      events.watched()
      this.pump()
    }
    this.listener = new Listener(db, statement, { listening, notified: this.pump, fault: onFault })
    this.poll = setInterval(this.pump, pollMs)
  }

  private open(company_id: string, position: number): Room {
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
    const rows = await this.options.db.orm.execute<Parameters<typeof itemsOf>[0] & { company_id: string }>(
      manyAfter(positions, page),
    )
    const byCompany = new Map<string, KeptEvent[]>()
    for (const row of rows) {
      const room = this.rooms.get(row.company_id)
      if (room === undefined) continue
      const kept = byCompany.get(row.company_id) ?? []
      byCompany.set(row.company_id, kept)
      for (const one of itemsOf(row, room.position)) kept.push(one)
    }
    await Promise.all(Array.from(byCompany, ([company_id, kept]) => this.tell(company_id, kept)))
    if (rows.length > 0) this.isAgain = true
  }

  private async tell(company_id: string, kept: KeptEvent[]): Promise<void> {
    const room = this.rooms.get(company_id)
    const last = kept.at(-1)
    if (room === undefined || last === undefined) return
    const before = room.position
    // Before anything is waited for: who joins meanwhile is behind, and reads these events by itself.
    room.position = last.id
    const wanted = kept.filter(({ item }) => topicsOf(item).some((name) => room.topics.has(name)))
    try {
      const events =
        wanted.length === 0 ? [] : await readCompany(this.options.db, company_id, (tx) => expand(tx, wanted))
      for (const [i, event] of events.entries()) this.dispatch(room, event, wanted[i] as KeptEvent)
    } catch (error) {
      room.position = before
      throw error
    }
    for (const watching of room.topics.values()) {
      for (const one of watching) one.position = Math.max(one.position, last.id)
    }
  }

  private dispatch(room: Room, event: LiveEvent, kept: KeptEvent): void {
    let text: string | undefined
    for (const name of topicsOf(kept.item)) {
      for (const subscription of room.topics.get(name) ?? []) {
        if (!subscription.wants(kept)) continue
        text ??= JSON.stringify(event)
        subscription.take(event, text)
      }
    }
  }
}
