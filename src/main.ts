import closeWithGrace from 'close-with-grace'
import { readConfig } from './config.ts'
import { loggable } from './http/problem.ts'
import { createLogger } from './lib/logger.ts'
import { startService } from './start.ts'
import { startErrorMessage } from './start-error-message.ts'

/** After this time, and SHUTDOWN_DELAY_SEC, the process exits even if requests, loop steps or the database have not finished. */
const stopTimeoutMs = 25_000

async function main(): Promise<void> {
  const config = readConfig()
  const log = createLogger(config.logLevel)
  const starting = startService(config, log)
  let failure: string | undefined
  // A worker receives no requests, so it has nothing to wait for.
  const shutdownDelayMs = config.role === 'worker' ? 0 : config.shutdownDelayMs
  const delay = stopTimeoutMs + shutdownDelayMs
  // Registered before the start has finished, so that a signal during the start also stops everything.
  const grace = closeWithGrace({ delay, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err: loggable(err) }, 'stopping after an uncaught error')
    log.info({ signal }, 'stopping')
    const service = await starting.catch(() => undefined)
    await service?.stop(signal === 'SIGTERM' ? shutdownDelayMs : 0)
    log.info('stopped')
    // A process manager then starts it again.
    if (failure !== undefined) process.exit(1)
  })
  try {
    const { url, failed } = await starting
    void failed.then((reason) => {
      failure = reason
      log.fatal({ reason }, 'stopping: the database cannot be kept running')
      return grace.close()
    })
    log.info({ role: config.role, url }, 'ready')
    // Sends the URL to a parent process with an IPC channel, such as a benchmark or a supervisor.
    process.send?.({ url })
  } catch (error) {
    grace.uninstall()
    throw error
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${startErrorMessage(error)}\n`)
  process.exitCode = 1
})
