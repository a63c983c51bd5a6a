import { type SpawnedService, spawnService } from '../setup/spawn-service.ts'

/** The processes of the service: one API and several workers. They are restarted after each exit. */
export class Fleet {
  readonly apiUrl: string
  kills = 0
  freezes = 0
  private readonly env: NodeJS.ProcessEnv
  private readonly port: number
  private readonly services = new Map<string, SpawnedService>()
  private isEnding = false
  /** The last output of the processes; shown when a storm fails. */
  readonly output: string[] = []

  constructor(env: NodeJS.ProcessEnv, port: number) {
    this.env = env
    this.port = port
    this.apiUrl = `http://127.0.0.1:${port}`
  }

  get names(): string[] {
    return [...this.services.keys()]
  }

  start(name: string): void {
    const isApi = name === 'api'
    const service = spawnService({
      env: {
        ...this.env,
        ROLE: isApi ? 'api' : 'worker',
        PORT: isApi ? String(this.port) : '0',
        API_URL: this.apiUrl,
      },
      onOutput: (text) => {
        this.output.push(`${name}: ${text}`)
        if (this.output.length > 500) this.output.shift()
      },
    })
    this.services.set(name, service)
    // A process cannot start while the database is down. It is started again, as an orchestrator would do.
    service.child.once('exit', () => {
      if (this.isEnding || this.services.get(name) !== service) return
      setTimeout(() => !this.isEnding && this.start(name), 300)
    })
  }

  /** Kills a process; it is restarted after 300 ms. */
  kill(name: string, signal: NodeJS.Signals): void {
    this.kills++
    this.services.get(name)?.child.kill(signal)
  }

  /** Suspends a process for a time, as a swapping or migrating machine does. */
  freeze(name: string, ms: number): void {
    this.freezes++
    const child = this.services.get(name)?.child
    child?.kill('SIGSTOP')
    setTimeout(() => child?.kill('SIGCONT'), ms)
  }

  async end(): Promise<void> {
    this.isEnding = true
    await Promise.all([...this.services.values()].map(({ kill }) => kill()))
  }
}
