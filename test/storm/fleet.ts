import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { modulePath, nodeArgs } from '../setup/programs.ts'

/** The processes of the service: one API and several workers. They are restarted after each exit. */
export class Fleet {
  readonly apiUrl: string
  kills = 0
  freezes = 0
  private readonly env: NodeJS.ProcessEnv
  private readonly port: number
  private readonly children = new Map<string, ChildProcess>()
  private isEnding = false
  /** The last output of the processes; shown when a storm fails. */
  readonly output: string[] = []

  constructor(env: NodeJS.ProcessEnv, port: number) {
    this.env = env
    this.port = port
    this.apiUrl = `http://127.0.0.1:${port}`
  }

  get names(): string[] {
    return [...this.children.keys()]
  }

  start(name: string): void {
    const isApi = name === 'api'
    const child = fork(modulePath('src/main'), [], {
      execArgv: nodeArgs,
      env: {
        ...this.env,
        ROLE: isApi ? 'api' : 'worker',
        PORT: isApi ? String(this.port) : '0',
        API_URL: this.apiUrl,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.output.push(`${name}: ${data}`)
        if (this.output.length > 500) this.output.shift()
      })
    }
    this.children.set(name, child)
    // A process cannot start while the database is down. It is started again, as an orchestrator would do.
    child.once('exit', () => {
      if (this.isEnding || this.children.get(name) !== child) return
      setTimeout(() => !this.isEnding && this.start(name), 300)
    })
  }

  /** Kills a process; it is restarted after 300 ms. */
  kill(name: string, signal: NodeJS.Signals): void {
    this.kills++
    this.children.get(name)?.kill(signal)
  }

  /** Suspends a process for a time, as a swapping or migrating machine does. */
  freeze(name: string, ms: number): void {
    this.freezes++
    const child = this.children.get(name)
    child?.kill('SIGSTOP')
    setTimeout(() => child?.kill('SIGCONT'), ms)
  }

  async end(): Promise<void> {
    this.isEnding = true
    const ended = [...this.children.values()].map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    await Promise.all(ended)
  }
}
