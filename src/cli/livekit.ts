// The command `npm run livekit -- check`: checks the LiveKit settings without placing a call.
import { readConfig } from '../config.ts'
import { commandLine } from '../lib/command-line.ts'
import { startErrorMessage } from '../start-error-message.ts'
import { checkProject } from '../telephony/livekit/project-check.ts'

const usage = `${commandLine('livekit')} check

  check    Checks with LiveKit that LIVEKIT_URL, the API key and LIVEKIT_SIP_TRUNK_ID are valid. Places no call.`

const print = (line: string) => void process.stdout.write(`${line}\n`)
const printError = (line: string) => void process.stderr.write(`${line}\n`)

/** Returns the exit code: 0 when every setting is valid, 1 when one is not, 2 for invalid arguments. */
async function main([command, ...rest]: string[]): Promise<number> {
  if (command === '--help' || command === undefined) {
    print(usage)
    return 0
  }
  if (command !== 'check' || rest.length > 0) {
    printError(usage)
    return 2
  }
  try {
    const { livekit } = readConfig({ ...process.env, CARRIER: 'livekit' })
    if (livekit === undefined) return 1
    const checks = await checkProject(livekit)
    for (const { setting, result, advice } of checks) {
      if (advice === undefined) print(`${setting}: ${result}.`)
      else printError(`${setting}: ${advice}`)
    }
    return checks.some(({ advice }) => advice !== undefined) ? 1 : 0
  } catch (error) {
    printError(startErrorMessage(error))
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
