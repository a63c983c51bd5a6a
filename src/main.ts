import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { readConfig } from './config.ts'
import { loggable } from './http/problem.ts'
import { startService } from './start.ts'
import { startErrorMessage } from './start-error-message.ts'

/** How long a stop may take before it is cut short, ms: requests in flight, a loop's step, the database. */
const stopWithinMs = 25_000

async function main(): Promise<void> {
  const config = readConfig()
  const log = pino({ level: config.logLevel })
  const starting = startService(config, log)
  // Before the start is over, so that a signal in the middle of it leaves nothing running either.
  const grace = closeWithGrace({ delay: stopWithinMs, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err: loggable(err) }, 'stopping after an error nobody caught')
    log.info({ signal }, 'stopping')
    const service = await starting.catch(() => undefined)
    await service?.stop()
    log.info('stopped')
  })
  try {
    const { url } = await starting
    log.info({ role: config.role, url }, 'ready')
    // Whoever started this process over a channel (a bench, a supervisor) learns where it listens.
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
