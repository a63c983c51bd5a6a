import { overloaded } from './errors.ts'

/** A request that was admitted or waits. `end` must be called when it has a response, or its client has disconnected. */
interface Admission {
  /** Resolves when the request may run; rejects with Refusal 'overloaded' when it waited too long. Undefined: it runs. */
  admitted: Promise<void> | undefined
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
  /** Requests that run at the same time. Below 1: one, and after it a pause of its duration times (1 / limit - 1), of 1 s at most. */
  limit: number
  pausedUntil: number
  /** Time in which its requests used the event loop since the last sample, in ms. */
  workMs: number
  /** The sum of the squares of these times. */
  squaredWorkMs: number
  /** Time of its requests, in progress or waiting, since the last sample, in ms; complete until `countedAt`. */
  requestMs: number
  countedAt: number
  /** Means of the last samples: the share of the event loop's time, and the requests in progress or waiting. */
  work: number
  /** Means over more samples, so that one long use does not hide many short ones: as `work`, and `squaredWorkMs` per ms. */
  longerWork: number
  squaredWork: number
  requests: number
  lastRequestAt: number
  /** Late samples while it was paused, since the event loop was punctual. */
  lateSamples: number
  exemptUntil: number
}

/**
 * When the event loop is late, in ms. With requests of several owners: one sample, or the mean of about the last 10, because
 * a request waits for the event loop several times. Alone, an owner delays only itself.
 */
const lateMs = { shared: 8, sharedMean: 1.5, alone: 250 }
/**
 * Lateness is attributed to requests only when the event loop was busy for this share of the last samples, or when the requests
 * of an owner use it for long at a time, and for a tenth of the time. Otherwise garbage collection or other processes of the
 * machine make it late, and an owner with many calls in progress would wait beside an event loop that is mostly idle.
 */
const busyUtilization = 0.5
const longWork = { ms: 8, share: 0.1 }
/**
 * The smallest limits: of an owner with more than half of the load, and of 1.5 requests at least; of others, who may not
 * be what makes the event loop late; and of these when it is late by 250 ms.
 */
const minLimits = { dominating: 1 / 4, other: 2, veryLate: 1 }
/**
 * When the event loop stays late for this number of samples although the dominating owner is at its minimum, something else
 * makes it late, such as other processes of the machine. The owner is then not paused for a while.
 */
const samplesToExempt = 50
const exemptMs = 30_000
/** An owner who uses the whole time of the event loop counts like one with this number of requests. */
const weightOfWork = 10
const minDominatingLoad = 1.5
/** Samples of the means of lateness, utilization, and the length of uses. */
const meanSamplesOfLoop = 10
/** Samples of the means of an owner's load: few, so that an attack is recognised within 100 ms. */
const meanSamples = 4
/** A limit that has grown to this is removed. */
const maxLimit = 32
/** Samples without lateness after which limits grow. */
const samplesToGrow = 5
/** Growth of a limit below 1. It is slow while others have requests, because reaching the limit again makes these late. */
const pausedGrowth = { shared: 1.05, alone: 2 }
const maxPauseMs = 1_000
/** An owner without a request for this time does not count as one that could be delayed. */
const idleMs = 5_000
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
  private meanLatenessMs = 0
  private meanUtilization = 0
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
    const owner = this.owners.get(key) ?? newOwner(now())
    this.owners.set(key, owner)
    owner.lastRequestAt = now()
    let startedAt = 0
    let end: () => void = () => undefined
    const run = () => {
      startedAt = now()
      countRequests(owner, startedAt)
      owner.running++
      end = () => {
        countRequests(owner, now())
        owner.running--
        if (owner.limit < 1)
          owner.pausedUntil = now() + Math.min(maxPauseMs, (now() - startedAt) * (1 / owner.limit - 1))
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
      return { admitted: undefined, end: endOnce }
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
      countRequests(owner, now())
      owner.waiting.add(waiting)
      end = () => {
        countRequests(owner, now())
        owner.waiting.delete(waiting)
      }
    })
    return { admitted, end: endOnce }
  }

  /** Adds time in which a request of an owner used the event loop. */
  addWork(key: string, ms: number): void {
    const owner = this.owners.get(key)
    if (owner === undefined) return
    owner.workMs += ms
    owner.squaredWorkMs += ms * ms
  }

  /**
   * Adapts the limits to how late the event loop is, and admits requests whose pause is over. To be called about every 20 ms
   * while `isActive`.
   *
   * @param utilization the share of the time since the last sample in which the event loop was busy, 0 to 1
   */
  sample(latenessMs: number, utilization: number, now: number): void {
    for (const [key, owner] of this.owners) {
      countRequests(owner, now)
      const ms = now - this.sampledAt
      owner.work += (Math.min(1, owner.workMs / ms) - owner.work) / meanSamples
      owner.longerWork += (Math.min(1, owner.workMs / ms) - owner.longerWork) / meanSamplesOfLoop
      owner.squaredWork += (owner.squaredWorkMs / ms - owner.squaredWork) / meanSamplesOfLoop
      owner.requests += (owner.requestMs / ms - owner.requests) / meanSamples
      owner.workMs = 0
      owner.squaredWorkMs = 0
      owner.requestMs = 0
      const isIdle = owner.running + owner.waiting.size === 0 && now - owner.lastRequestAt > idleMs
      if (isIdle) this.owners.delete(key)
      for (const waiting of owner.waiting) {
        if (now - waiting.since <= maxWaitMs) break
        owner.waiting.delete(waiting)
        waiting.reject(overloaded())
      }
    }
    this.sampledAt = now
    this.meanLatenessMs += (latenessMs - this.meanLatenessMs) / meanSamplesOfLoop
    this.meanUtilization += (utilization - this.meanUtilization) / meanSamplesOfLoop
    const isLate = this.owners.size > 1 ? this.isLateForOthers(latenessMs) : latenessMs >= lateMs.alone
    this.punctualSamples = isLate ? 0 : this.punctualSamples + 1
    if (isLate) limitHeaviest([...this.owners.values()], latenessMs, now)
    else if (this.punctualSamples % samplesToGrow === 0) this.growLimits()
    for (const owner of this.owners.values()) admitNext(owner, now)
  }

  private isLateForOthers(latenessMs: number): boolean {
    if (latenessMs < lateMs.shared && this.meanLatenessMs < lateMs.sharedMean) return false
    return this.meanUtilization >= busyUtilization || [...this.owners.values()].some(hasLongWork)
  }

  private growLimits(): void {
    const growth = this.owners.size > 1 ? pausedGrowth.shared : pausedGrowth.alone
    for (const owner of this.owners.values()) {
      owner.lateSamples = 0
      owner.limit = owner.limit < 1 ? owner.limit * growth : Math.max(owner.limit + 1, owner.limit * 1.25)
      if (owner.limit > maxLimit) owner.limit = Number.POSITIVE_INFINITY
    }
  }
}

const newOwner = (now: number): Owner => ({
  requestMs: 0,
  countedAt: now,
  running: 0,
  waiting: new Set(),
  limit: Number.POSITIVE_INFINITY,
  pausedUntil: 0,
  workMs: 0,
  squaredWorkMs: 0,
  work: 0,
  longerWork: 0,
  squaredWork: 0,
  requests: 0,
  lastRequestAt: now,
  lateSamples: 0,
  exemptUntil: 0,
})

/** Must be called before the number of requests of an owner changes. */
function countRequests(owner: Owner, now: number): void {
  owner.requestMs += (owner.running + owner.waiting.size) * (now - owner.countedAt)
  owner.countedAt = now
}

const mayRun = ({ running, limit, pausedUntil }: Owner, now: number): boolean =>
  running < Math.max(1, limit) && (limit >= 1 || now >= pausedUntil)

function admitNext(owner: Owner, now: number): void {
  countRequests(owner, now)
  for (const waiting of owner.waiting) {
    if (!mayRun(owner, now)) return
    owner.waiting.delete(waiting)
    waiting.admit()
  }
}

/**
 * Compares how long the owner's requests use the event loop at a time, as somebody meets it who comes at a random time: weighted by
 * length (the inspection paradox; Kleinrock, Queueing Systems I, section 5.2). A few requests that another process
 * interrupted hardly change it.
 */
const hasLongWork = ({ longerWork, squaredWork }: Owner): boolean =>
  longerWork >= longWork.share && squaredWork / longerWork >= longWork.ms

const loadOf = ({ requests, work }: Owner): number => requests + weightOfWork * work

/** Halves the limit of the owner with the highest load among those whose limit is not at its minimum. */
function limitHeaviest(owners: readonly Owner[], latenessMs: number, now: number): void {
  const totalLoad = owners.reduce((sum, owner) => sum + loadOf(owner), 0)
  const minLimitOf = (owner: Owner) => {
    const load = loadOf(owner)
    const dominates = owners.length > 1 && load >= minDominatingLoad && load > totalLoad / 2
    if (dominates && now >= owner.exemptUntil) return minLimits.dominating
    return latenessMs >= lateMs.alone ? minLimits.veryLate : minLimits.other
  }
  for (const owner of owners) exemptIfInnocent(owner, now)
  const heaviest = owners
    .filter((owner) => owner.limit > minLimitOf(owner))
    .sort((a, b) => loadOf(b) - loadOf(a))[0]
  if (heaviest === undefined) return
  const { running, limit } = heaviest
  heaviest.limit = Math.max(minLimitOf(heaviest), Math.min(limit, Math.max(1, running)) / 2)
}

function exemptIfInnocent(owner: Owner, now: number): void {
  if (owner.limit >= 1 || ++owner.lateSamples < samplesToExempt) return
  owner.exemptUntil = now + exemptMs
  owner.limit = minLimits.other
}
