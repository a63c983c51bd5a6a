import { fileURLToPath } from 'node:url'
import { cli, defineAgent, type JobContext, log, ServerOptions } from '@livekit/agents'
import { dispatcherOf } from './addresses.ts'
import { runCall } from './call.ts'
import { modelsOf } from './models.ts'
import { livekitJob } from './room.ts'
import { readSettings } from './settings.ts'

const settings = settingsOrExit()

export default defineAgent({
  entry: async (ctx: JobContext) => {
    await runCall(livekitJob(ctx), {
      settings,
      models: (brief) => modelsOf(brief, process.env),
      dispatcher: dispatcherOf(settings.toPrivate),
      log: log(),
    })
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  cli.runApp(new ServerOptions({ agent: fileURLToPath(import.meta.url), agentName: settings.agentName }))
}

function settingsOrExit() {
  try {
    return readSettings(process.env)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(1)
  }
}
