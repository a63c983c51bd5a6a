// What a LiveKit project is asked before anybody is called: `npm run livekit -- check`.
import { readConfig } from '../config.ts'
import { startErrorMessage } from '../start-error-message.ts'
import { checkProject } from '../telephony/livekit/project-check.ts'

const usage = `npm run livekit -- check

  check    Asks LiveKit whether LIVEKIT_URL, its keys and LIVEKIT_SIP_TRUNK_ID are what they are taken for. Nobody is called.`

const say = (line: string) => void process.stdout.write(`${line}\n`)
const tell = (line: string) => void process.stderr.write(`${line}\n`)

/** The exit code: 0 all is well, 1 something is to be mended, 2 it was asked wrongly. */
async function main([word, ...more]: string[]): Promise<number> {
  if (word === '--help' || word === undefined) {
    say(usage)
    return 0
  }
  if (word !== 'check' || more.length > 0) {
    tell(usage)
    return 2
  }
  try {
    const { livekit } = readConfig({ ...process.env, CARRIER: 'livekit' })
    if (livekit === undefined) return 1
    const checked = await checkProject(livekit)
    for (const { setting: what, result: found, advice } of checked) {
      if (advice === undefined) say(`${what}: ${found}.`)
      else tell(`${what}: ${advice}`)
    }
    return checked.some(({ advice }) => advice !== undefined) ? 1 : 0
  } catch (error) {
    tell(startErrorMessage(error))
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
