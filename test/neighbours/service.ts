import { fork } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { modulePath, nodeArgs } from '../setup/programs.ts'
import { spawnService } from '../setup/spawn-service.ts'

export const platformKey = 'a-platform-key-for-neighbours'

/** A running service on a database: API and workers in one process, which is the hardest case. */
export interface Neighbourhood {
  url: string
  /** The last lines of its log. */
  output: () => string[]
  /** Whether the process has ended. */
  hasEnded: () => boolean
  stop(): Promise<void>
}

export async function startNeighbourhood(databaseUrl: string): Promise<Neighbourhood> {
  const { child, output, url, kill } = spawnService({
    env: {
      DATABASE_URL: databaseUrl,
      PLATFORM_KEY: platformKey,
      ROLE: 'all',
      CARRIER: 'simulated',
      SIMULATED_SPEED: '200',
      SIMULATED_FAULTS: '0',
      WEBHOOKS_TO_PRIVATE: 'true',
      LOG_LEVEL: 'warn',
    },
  })
  return {
    url: await url,
    output: () =>
      output()
        .split('\n')
        .filter((line) => line !== '')
        .slice(-200),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: kill,
  }
}

/**
 * Starts an attack in a process of its own, so that it does not delay the victim's client. Resolves when it runs.
 *
 * @param pauseMs pause between its rounds
 */
export async function startAttack(
  name: string,
  url: string,
  pauseMs = 0,
): Promise<{ stop(): Promise<Record<string, number>> }> {
  const child = fork(modulePath('test/neighbours/attacker'), [name, url, platformKey, String(pauseMs)], {
    execArgv: nodeArgs,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  // Its computing belongs to another machine: the service and the victim come first on this one.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  const ended = once(child, 'exit')
  let responses: Record<string, number> = {}
  child.on('message', (message: { responses?: Record<string, number> }) => {
    responses = message.responses ?? responses
  })
  await Promise.race([once(child, 'message'), ended.then(() => failed(name))])
  return {
    stop: async () => {
      if (child.exitCode !== null) return failed(name)
      child.kill('SIGKILL')
      await ended
      return responses
    },
  }
}

const failed = (name: string): never => {
  throw new Error(`the attack ${name} ended by itself`)
}
