import { overloaded } from './errors.ts'

/** A request that was admitted or waits. `end` must be called when it has a response, or its client has disconnected. */
interface Admission {
  /** Resolves when the request may run; rejects with Refusal 'overloaded' when it waited too long. */
  admitted: Promise<void>
  end(): void
}

interface Waiting {
  admit(): void
  reject(reason: Error): void
  since: number
}

interface Owner {
  running: number
  waiting: Set<Waiting>
  /** Requests that run at the same time. Below 1: one, and after it a pause of its duration times (1 / limit - 1). */
  limit: number
  pausedUntil: number
  /** Time in which its requests used the event loop since the last sample, in ms. */
  workMs: number
  /** Means of about the last 10 samples: the share of the event loop's time, and the requests in progress or waiting. */
  work: number
  requests: number
}

/** The event loop is late, in ms, when other owners have requests too; alone, an owner delays only itself. */
const lateMs = { shared: 8, alone: 250 }
/**
 * The smallest limits: of an owner whose requests use the event loop for a fifth of the time; of others, whose requests wait
 * for the database, and may not be what makes it late; and of these when it is late by 250 ms.
 */
const minLimits = { working: 1 / 8, waiting: 2, veryLate: 1 }
const workingShare = 0.2
/** An owner who uses the whole time of the event loop counts like one with this number of requests. */
const weightOfWork = 10
/** A limit that has grown to this is removed. */
const maxLimit = 32
/** Samples without lateness after which limits grow. */
const samplesToGrow = 5
const maxWaiting = 1_000
const maxWaitMs = 10_000

/**
 * Shares the event loop of a process among the owners of requests. While it is late, the owner with the highest load gets
 * half as many at the same time, and while it is punctual one more; further ones of this owner wait. As TCP shares a line:
 * additive increase, multiplicative decrease (RFC 5681, section 3.1). Without lateness nothing is limited.
 */
export class FairShares {
  private readonly owners = new Map<string, Owner>()
  private punctualSamples = 0
  private sampledAt = 0

  /** Whether requests are in progress, or limits have not been removed yet: whether `sample` must be called. */
  get isActive(): boolean {
    return this.owners.size > 0
  }

  /**
   * @param now ms, of the same clock as in `sample`
   * @throws Refusal 'overloaded' when 1,000 requests of the owner wait
   */
  request(key: string, now: () => number): Admission {
    const owner = this.owners.get(key) ?? newOwner()
    this.owners.set(key, owner)
    let startedAt = 0
    let end: () => void = () => undefined
    const run = () => {
      startedAt = now()
      owner.running++
      end = () => {
        owner.running--
        if (owner.limit < 1) owner.pausedUntil = now() + (now() - startedAt) * (1 / owner.limit - 1)
        admitNext(owner, now())
      }
    }
    const endOnce = () => {
      const current = end
      end = () => undefined
      current()
    }
    if (owner.waiting.size === 0 && mayRun(owner, now())) {
      run()
      return { admitted: Promise.resolve(), end: endOnce }
    }
    if (owner.waiting.size >= maxWaiting) throw overloaded()
    const admitted = new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        since: now(),
        reject,
        admit: () => {
          run()
          resolve()
        },
      }
      owner.waiting.add(waiting)
      end = () => void owner.waiting.delete(waiting)
    })
    return { admitted, end: endOnce }
  }

  /** Adds time in which a request of an owner used the event loop. */
  addWork(key: string, ms: number): void {
    const owner = this.owners.get(key)
    if (owner !== undefined) owner.workMs += ms
  }

  /**
   * Adapts the limits to how late the event loop is, and admits requests whose pause is over. To be called about every 20 ms
   * while `isActive`.
   */
  sample(latenessMs: number, now: number): void {
    for (const [key, owner] of this.owners) {
      owner.work += (Math.min(1, owner.workMs / (now - this.sampledAt)) - owner.work) / 10
      owner.requests += (owner.running + owner.waiting.size - owner.requests) / 10
      owner.workMs = 0
      if (loadOf(owner) < 0.001 && owner.limit === Number.POSITIVE_INFINITY) this.owners.delete(key)
      for (const waiting of owner.waiting) {
        if (now - waiting.since <= maxWaitMs) break
        owner.waiting.delete(waiting)
        waiting.reject(overloaded())
      }
    }
    this.sampledAt = now
    const isLate = latenessMs >= (this.owners.size > 1 ? lateMs.shared : lateMs.alone)
    this.punctualSamples = isLate ? 0 : this.punctualSamples + 1
    if (isLate) limitHeaviest([...this.owners.values()], latenessMs)
    else if (this.punctualSamples % samplesToGrow === 0) this.growLimits()
    for (const owner of this.owners.values()) admitNext(owner, now)
  }

  private growLimits(): void {
    for (const owner of this.owners.values()) {
      owner.limit = owner.limit < 1 ? owner.limit * 2 : owner.limit + 1
      if (owner.limit > maxLimit) owner.limit = Number.POSITIVE_INFINITY
    }
  }
}

const newOwner = (): Owner => ({
  running: 0,
  waiting: new Set(),
  limit: Number.POSITIVE_INFINITY,
  pausedUntil: 0,
  workMs: 0,
  work: 0,
  requests: 0,
})

const mayRun = ({ running, limit, pausedUntil }: Owner, now: number): boolean =>
  running < Math.max(1, limit) && (limit >= 1 || now >= pausedUntil)

function admitNext(owner: Owner, now: number): void {
  for (const waiting of owner.waiting) {
    if (!mayRun(owner, now)) return
    owner.waiting.delete(waiting)
    waiting.admit()
  }
}

const loadOf = ({ requests, work }: Owner): number => requests + weightOfWork * work

function limitHeaviest(owners: readonly Owner[], latenessMs: number): void {
  const [heaviest] = [...owners].sort((a, b) => loadOf(b) - loadOf(a))
  if (heaviest === undefined) return
  const { work, running, limit } = heaviest
  const kind = work >= workingShare ? 'working' : latenessMs >= lateMs.alone ? 'veryLate' : 'waiting'
  const minLimit = Math.min(limit, minLimits[kind])
  heaviest.limit = Math.max(minLimit, Math.min(limit, Math.max(1, running)) / 2)
}
