import { fileURLToPath } from 'node:url'
import { cli, defineAgent, type JobContext, log, ServerOptions } from '@livekit/agents'
import { runCall } from './call.ts'
import { createModels } from './models.ts'
import { createDispatcher } from './public-addresses.ts'
import { livekitJob } from './room.ts'
import { readSettings } from './settings.ts'

/**
 * A job process that is not ready after this time is killed, and another one is started, ms. It needs about 2 s of CPU: with LiveKit's
 * default of 10 s, a host with less than a fifth of a CPU to spare never gets one ready.
 */
const initializeProcessTimeout = 60_000

const settings = settingsOrExit()

export default defineAgent({
  entry: async (ctx: JobContext) => {
    await runCall(livekitJob(ctx), {
      settings,
      models: (brief) => createModels(brief, process.env),
      dispatcher: createDispatcher(settings.allowPrivateAddresses),
      log: log(),
    })
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { agentName, loadThreshold, idleProcesses } = settings
  cli.runApp(
    new ServerOptions({
      agent: fileURLToPath(import.meta.url),
      agentName,
      initializeProcessTimeout,
      ...(loadThreshold !== undefined && { loadThreshold }),
      ...(idleProcesses !== undefined && { numIdleProcesses: idleProcesses }),
    }),
  )
}

function settingsOrExit() {
  try {
    return readSettings(process.env)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(1)
  }
}
