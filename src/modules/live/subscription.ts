import { isProgress, type StoredEvent } from '../events/index.ts'
import type { LiveEvent } from './expand-events.ts'
import { type Topic, topicName } from './topic.ts'

/** Progress of one campaign or import is sent at most once per this interval, ms. */
const mergeIntervalMs = 300

/** Where a subscription writes its events. `text` is the event as JSON, serialized once for all subscriptions. */
export interface EventSink {
  write(event: LiveEvent, text: string): void
}

/** One topic that a socket watches, and the position up to which its events were handled. */
export class Subscription {
  readonly company_id: string
  readonly topic: Topic
  readonly name: string
  /** Id of the last event that was handled: delivered, or skipped because it does not belong to the topic. */
  position: number
  isEnded = false
  private readonly includedPositions: ReadonlySet<number>
  private readonly sink: EventSink
  /** Keys whose merge interval is running, with the latest event that arrived within it. */
  private readonly merged = new Map<string, { event: LiveEvent; text: string } | undefined>()
  private readonly timers = new Set<NodeJS.Timeout>()

  /**
   * Starts after event `from.position`. `from.includedPositions`: outbox positions of later events that the client's
   * snapshot already includes.
   */
  constructor(
    company_id: string,
    topic: Topic,
    from: { position: number; includedPositions?: ReadonlySet<number> },
    sink: EventSink,
  ) {
    this.company_id = company_id
    this.topic = topic
    this.name = topicName(topic)
    this.position = from.position
    this.includedPositions = from.includedPositions ?? new Set()
    this.sink = sink
  }

  /** Whether the event is new to this subscription: after its position, and not part of its snapshot. */
  needs({ id, outboxPosition }: Pick<StoredEvent, 'id' | 'outboxPosition'>): boolean {
    return id > this.position && !this.includedPositions.has(outboxPosition)
  }

  deliver(event: LiveEvent, text: string): void {
    if (this.isEnded) return
    this.position = Math.max(this.position, event.id)
    if (isProgress(event)) this.merge(event, text)
    else this.sink.write(event, text)
  }

  end(): void {
    this.isEnded = true
    for (const timer of this.timers) clearTimeout(timer)
    this.merged.clear()
  }

  /** Writes the first event immediately, and of those within the merge interval only the last. */
  private merge(event: LiveEvent, text: string): void {
    const key = `${event.type} ${event.campaign_id} ${event.data.import_id ?? ''}`
    if (this.merged.has(key)) {
      this.merged.set(key, { event, text })
      return
    }
    this.sink.write(event, text)
    this.startMergeInterval(key)
  }

  private startMergeInterval(key: string): void {
    this.merged.set(key, undefined)
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      const latest = this.merged.get(key)
      this.merged.delete(key)
      if (latest === undefined) return
      this.sink.write(latest.event, latest.text)
      this.startMergeInterval(key)
    }, mergeIntervalMs)
    this.timers.add(timer)
  }
}
