import type { KeptEvent } from '../events/index.ts'
import type { LiveEvent } from './expand.ts'
import { isState, nameOf, type Topic } from './topic.ts'

/** States are told so often at most, ms. */
export const mergedMs = 300

/** Where events of a subscription go; `text` is the event as JSON, made once for all. */
export interface Sink {
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
  private readonly reflected: ReadonlySet<number>
  private readonly sink: Sink
  /** States that wait to be told, by whose they are, and when each was told last. */
  private readonly merged = new Map<string, { event: LiveEvent; text: string } | undefined>()
  private readonly timers = new Set<NodeJS.Timeout>()

  constructor(
    company_id: string,
    topic: Topic,
    from: { position: number; reflected?: ReadonlySet<number> },
    sink: Sink,
  ) {
    this.company_id = company_id
    this.topic = topic
    this.name = nameOf(topic)
    this.position = from.position
    this.reflected = from.reflected ?? new Set()
    this.sink = sink
  }

  /** Whether it has yet to be told: events of its snapshot are known. */
  wants({ id, n }: Pick<KeptEvent, 'id' | 'n'>): boolean {
    return id > this.position && !this.reflected.has(n)
  }

  take(event: LiveEvent, text: string): void {
    if (this.isEnded) return
    this.position = Math.max(this.position, event.id)
    if (isState(event)) this.merge(event, text)
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
    this.wait(key)
  }

  private wait(key: string): void {
    this.merged.set(key, undefined)
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      const last = this.merged.get(key)
      this.merged.delete(key)
      if (last === undefined) return
      this.sink.event(last.event, last.text)
      this.wait(key)
    }, mergedMs)
    this.timers.add(timer)
  }
}
