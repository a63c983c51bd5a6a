import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { modulePath, nodeArgs } from '../setup/programs.ts'

/** The service's processes of a storm: one API and several workers, which are killed and come back. */
export class Fleet {
  readonly apiUrl: string
  kills = 0
  freezes = 0
  private readonly env: NodeJS.ProcessEnv
  private readonly port: number
  private readonly children = new Map<string, ChildProcess>()
  private isOver = false
  /** What the processes wrote; shown when a storm fails. */
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
    // A process that cannot start while the database is away comes again, as an orchestrator would have it.
    child.once('exit', () => {
      if (this.isOver || this.children.get(name) !== child) return
      setTimeout(() => !this.isOver && this.start(name), 300)
    })
  }

  /** Ends a process; it comes back by itself. */
  kill(name: string, signal: NodeJS.Signals): void {
    this.kills++
    this.children.get(name)?.kill(signal)
  }

  /** Makes a process stand still, as a machine that swaps or moves does: it goes on as if no time had passed. */
  freeze(name: string, ms: number): void {
    this.freezes++
    const child = this.children.get(name)
    child?.kill('SIGSTOP')
    setTimeout(() => child?.kill('SIGCONT'), ms)
  }

  async end(): Promise<void> {
    this.isOver = true
    const ended = [...this.children.values()].map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    await Promise.all(ended)
  }
}
