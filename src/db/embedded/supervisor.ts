// Restarts the server of the embedded PostgreSQL when it ends without being stopped.
import { setTimeout as delay } from 'node:timers/promises'
import { delayAfter } from '../../lib/loop.ts'
import type { Cluster } from './cluster.ts'
import { errorMessage, lockDataDirectory, processIdentity } from './processes.ts'
import { type Server, startServer } from './server.ts'

/** How often the process of the server is looked up. */
const checkIntervalMs = 1_000
/** More restarts in this period than `maxRestarts` mean that the server cannot run. */
const restartPeriodMs = 10 * 60_000
const maxRestarts = 6
/** Doubles with each restart of the period, up to `maxDelayMs`. */
const restartDelayMs = 500
const maxDelayMs = 30_000
const lockTimeoutMs = 60_000

interface SupervisorOptions {
  settings: Record<string, string>
  /** Whether this process still owns the cluster; another service may have taken it over. */
  isOwner: () => boolean
  /** Called once, when the server ends again and again, or cannot be started. */
  onGivenUp: (reason: string) => void
}

/** Keeps a server running, on the same port. */
export class Supervisor {
  /** The server that runs, or ran last. */
  server: Server
  private readonly cluster: Cluster
  private readonly options: SupervisorOptions
  private readonly timer: NodeJS.Timeout
  private restarting: Promise<void> | undefined
  /** In ms of performance.now(). */
  private restartTimes: number[] = []
  private isStopped = false
  private readonly stopping = new AbortController()

  constructor(cluster: Cluster, server: Server, options: SupervisorOptions) {
    this.cluster = cluster
    this.server = server
    this.options = options
    this.timer = setInterval(() => this.check(), checkIntervalMs).unref()
  }

  /** Restarts the server no more. Resolves when a restart that is in progress has ended. */
  async stop(): Promise<void> {
    this.isStopped = true
    clearInterval(this.timer)
    this.stopping.abort()
    await this.restarting
  }

  private check(): void {
    if (this.restarting !== undefined || processIdentity(this.server.pid) === this.server.identity) return
    this.restarting = this.restart().finally(() => {
      this.restarting = undefined
    })
  }

  /** Starts the server until that succeeds, or was tried too often. Never rejects. */
  private async restart(): Promise<void> {
    const { log } = this.cluster
    for (let reason = 'PostgreSQL ended by itself'; !this.isStopped; ) {
      const now = performance.now()
      this.restartTimes = this.restartTimes.filter((time) => time > now - restartPeriodMs)
      if (this.restartTimes.length >= maxRestarts) {
        this.giveUp(`${reason}, and was restarted ${maxRestarts} times in ten minutes.`)
        return
      }
      log(`${reason}: starting it again`)
      this.restartTimes.push(now)
      // A failed wait means that stop() was called.
      const pauseMs = delayAfter(this.restartTimes.length - 1, restartDelayMs, 0, maxDelayMs)
      await delay(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined)
      if (this.isStopped) return
      try {
        await this.startAgain()
        return
      } catch (error) {
        reason = errorMessage(error)
      }
    }
  }

  private async startAgain(): Promise<void> {
    const { cluster, options } = this
    const release = await lockDataDirectory(cluster.dataDir, lockTimeoutMs)
    try {
      if (!options.isOwner()) {
        this.giveUp('Another service has taken over the database.')
        return
      }
      const { port } = this.server
      this.server = await startServer(cluster, options.settings, async () => port)
      cluster.log(`PostgreSQL is ready again on port ${port} (${cluster.dataDir})`)
    } finally {
      release?.()
    }
  }

  private giveUp(reason: string): void {
    clearInterval(this.timer)
    this.isStopped = true
    this.options.onGivenUp(reason)
  }
}
