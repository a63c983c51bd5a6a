// The command `npm run livekit -- check`: checks the LiveKit settings, and places a call only with --dial.
import { type LivekitConfig, readConfig } from '../config.ts'
import { commandLine } from '../lib/command-line.ts'
import { parsePhone } from '../lib/phone.ts'
import { startErrorMessage } from '../start-error-message.ts'
import { checkProject, type ProjectCheck } from '../telephony/livekit/project-check.ts'
import { testDial } from '../telephony/livekit/test-dial.ts'

const usage = `${commandLine('livekit')} check [--dial NUMBER]

  check            Checks with LiveKit that LIVEKIT_URL, the API key and LIVEKIT_SIP_TRUNK_ID are valid. Places no call.
  --dial NUMBER    Then calls this number (E.164, such as +15105550123) through the trunk, without an agent, and hangs up
                   when it is answered, or after 30 s.

The settings are read from the environment and from .env, as by the service.`

const notChecked = `Not checked: whether the SIP bridge runs, the trunk's user name and password, and whether a telephone rings.
To check these, call a telephone of yours: ${commandLine('livekit')} check --dial +15105550123`

const print = (line: string) => void process.stdout.write(`${line}\n`)
const printError = (line: string) => void process.stderr.write(`${line}\n`)

/** Returns the exit code: 0 when every check succeeds, 1 when one does not, 2 for invalid arguments. */
async function main([command, ...rest]: string[]): Promise<number> {
  if (command === '--help' || command === undefined) {
    print(usage)
    return 0
  }
  const number = numberToDial(rest)
  if (command !== 'check' || number === 'invalid') {
    printError(usage)
    return 2
  }
  try {
    const { livekit } = readConfig(process.env, { CARRIER: 'livekit' })
    return livekit === undefined ? 1 : await check(livekit, number)
  } catch (error) {
    printError(startErrorMessage(error))
    return 1
  }
}

/** The number after --dial in E.164; undefined without arguments. */
function numberToDial(args: string[]): string | undefined {
  if (args.length === 0) return undefined
  const [option, value = '', ...more] = args
  const phone = parsePhone(value)
  return option === '--dial' && more.length === 0 && phone.ok ? phone.number : 'invalid'
}

async function check(project: LivekitConfig, number: string | undefined): Promise<number> {
  const checks = await checkProject(project)
  for (const each of checks) report(each)
  if (checks.some(hasFailed)) return 1
  if (number === undefined) {
    print(notChecked)
    return 0
  }
  const dialed = await testDial(project, number)
  report(dialed)
  return hasFailed(dialed) ? 1 : 0
}

function report({ setting, result, advice }: ProjectCheck): void {
  if (advice === undefined) print(`${setting}: ${result}.`)
  else printError(`${setting}: ${advice}`)
}

const hasFailed = ({ advice }: ProjectCheck) => advice !== undefined

process.exitCode = await main(process.argv.slice(2))
