// The parts of the packages of bench/package.json that the benchmarks use. They are declared here, because `npm run types`
// checks the benchmarks, while their packages are only installed by `npm run bench`.

declare module 'autocannon' {
  interface Request {
    method?: string
    path?: string
    headers?: Record<string, string>
    body?: string
    setupRequest?: (request: Request) => Request
  }
  interface Options {
    url: string
    connections: number
    duration: number
    headers?: Record<string, string>
    requests?: Request[]
  }
  /** `duration` in seconds; `2xx` and `non2xx` count responses. */
  interface Result {
    duration: number
    errors: number
    non2xx: number
    '2xx': number
  }
  export default function autocannon(options: Options): Promise<Result>
}

declare module 'graphile-worker' {
  export class Logger {
    constructor(createLog: () => () => void)
  }
  interface WorkerPreset {
    concurrentJobs: number
    maxPoolSize: number
    localQueue: { size: number }
    completeJobBatchDelay: number
    failJobBatchDelay: number
  }
  interface RunnerOptions {
    connectionString: string
    noHandleSignals: boolean
    taskList: Record<string, () => void>
    logger: Logger
    concurrency?: number
    preset?: { worker: WorkerPreset }
  }
  export function run(options: RunnerOptions): Promise<unknown>
  export function runMigrations(options: { connectionString: string }): Promise<void>
}

declare module 'pg-boss' {
  interface Options {
    connectionString: string
    max?: number
    supervise?: boolean
    schedule?: boolean
    migrate?: boolean
  }
  export class PgBoss {
    constructor(options: Options)
    on(event: 'error', listener: (error: unknown) => void): void
    start(): Promise<unknown>
    stop(): Promise<void>
    createQueue(name: string): Promise<void>
    fetch(name: string, options: { batchSize: number }): Promise<{ id: string }[]>
    complete(name: string, ids: string[]): Promise<unknown>
  }
}
