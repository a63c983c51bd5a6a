import type { StoredEvent } from '../events/index.ts'
import type { LiveEvent } from './expand-events.ts'
import { isProgress, type Topic, topicName } from './topic.ts'

/** States are told so often at most, ms. */
export const mergeIntervalMs = 300

/** Where events of a subscription go; `text` is the event as JSON, made once for all. */
export interface EventSink {
  event(event: LiveEvent, text: string): void
}

/** What one socket watches: which events it has had, and which it is to get. */
export class Subscription {
  readonly company_id: string
  readonly topic: Topic
  readonly name: string
  /** The last event that was told, or was not of the topic. */
  position: number
  isEnded = false
  private readonly includedPositions: ReadonlySet<number>
  private readonly sink: EventSink
  /** States that wait to be told, by whose they are, and when each was told last. */
  private readonly merged = new Map<string, { event: LiveEvent; text: string } | undefined>()
  private readonly timers = new Set<NodeJS.Timeout>()

  constructor(
    company_id: string,
    topic: Topic,
    from: { position: number; reflected?: ReadonlySet<number> },
    sink: EventSink,
  ) {
    this.company_id = company_id
    this.topic = topic
    this.name = topicName(topic)
    this.position = from.position
    this.includedPositions = from.reflected ?? new Set()
    this.sink = sink
  }

  /** Whether it has yet to be told: events of its snapshot are known. */
  needs({ id, n }: Pick<StoredEvent, 'id' | 'n'>): boolean {
    return id > this.position && !this.includedPositions.has(n)
  }

  deliver(event: LiveEvent, text: string): void {
    if (this.isEnded) return
    this.position = Math.max(this.position, event.id)
    if (isProgress(event)) this.merge(event, text)
    else this.sink.event(event, text)
  }

  end(): void {
    this.isEnded = true
    for (const timer of this.timers) clearTimeout(timer)
    this.merged.clear()
  }

  /** The first is told at once, and of those that follow soon the last. */
  private merge(event: LiveEvent, text: string): void {
    const key = `${event.type} ${event.campaign_id} ${event.data.import_id ?? ''}`
    if (this.merged.has(key)) {
      this.merged.set(key, { event, text })
      return
    }
    this.sink.event(event, text)
    this.startMergeInterval(key)
  }

  private startMergeInterval(key: string): void {
    this.merged.set(key, undefined)
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      const last = this.merged.get(key)
      this.merged.delete(key)
      if (last === undefined) return
      this.sink.event(last.event, last.text)
      this.startMergeInterval(key)
    }, mergeIntervalMs)
    this.timers.add(timer)
  }
}
