import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { programArgs } from './programs.ts'

/** The platform key of a spawned service, unless its environment has another one. */
export const platformKey = 'a-platform-key-for-tests-only'

/** How the service is started, with node and without npm, so that signals reach it. */
export const serviceCommand = (...nodeOptions: string[]): string[] => [
  process.execPath,
  ...nodeOptions,
  ...programArgs('src/main'),
]

/** Characters of its output that are kept, the latest ones. */
const maxOutput = 500_000

export interface SpawnedService {
  child: ChildProcess
  /** What it wrote to standard output and standard error. */
  output: () => string
  ended: Promise<{ code: number | null; signal: string | null }>
  /** Where it listens. Rejects with its output when it ends before that. */
  url: Promise<string>
  /** Kills it, unless it has ended. Resolves when it has ended. */
  kill: () => Promise<void>
}

export interface SpawnOptions {
  /** Added to the environment of the test, without its DATABASE_URL. The default of PORT is 0, a free port. */
  env?: NodeJS.ProcessEnv
  /** The program and its arguments; a program that wraps the service must pass the IPC channel on. */
  command?: string[]
  cwd?: string | undefined
  /** Called with everything that it writes. */
  onOutput?: (text: string) => void
}

/** Starts the service as an operator does. The caller ends it. */
export function spawnService(options: SpawnOptions): SpawnedService {
  const { env, command = serviceCommand(), cwd, onOutput } = options
  const { DATABASE_URL: _, ...inherited } = process.env
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    cwd,
    env: { ...inherited, PORT: '0', PLATFORM_KEY: platformKey, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-maxOutput)
      onOutput?.(String(chunk))
    })
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  const url = Promise.race([
    once(child, 'message').then(([message]) => (message as { url: string }).url),
    ended.then(() => Promise.reject(new Error(`The service did not start: ${output}`))),
  ])
  // A caller that does not use the URL does not handle its rejection either.
  url.catch(() => undefined)
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { child, output: () => output, ended, url, kill }
}
