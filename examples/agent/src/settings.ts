import { readFileSync } from 'node:fs'

/** Values of tools' secrets, by company and name. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface Settings {
  /** Where the platform's API is. */
  apiUrl: string
  agentName: string
  secrets: Secrets
  /** Whether tools may call addresses of private networks. */
  allowPrivateAddresses: boolean
  /** Where calls are handed over when the tool names nobody. */
  handoffTo: string | undefined
}

/** @throws Error that lists every fault */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const faults: string[] = []
  const apiUrl = env.NEW_VOICE_URL ?? ''
  if (!/^https?:\/\/[^/]/.test(apiUrl))
    faults.push('NEW_VOICE_URL: where the API is, like https://voice.example.com')
  for (const name of ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET'])
    if (!env[name]) faults.push(`${name}: of the LiveKit project`)
  let secrets: Secrets = {}
  try {
    if (env.TOOL_SECRETS_FILE) secrets = readSecrets(env.TOOL_SECRETS_FILE)
  } catch (error) {
    faults.push(`TOOL_SECRETS_FILE: ${(error as Error).message}`)
  }
  if (faults.length > 0)
    throw new Error(`Set these variables:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return {
    apiUrl: apiUrl.replace(/\/+$/, ''),
    agentName: env.AGENT_NAME || 'new-voice',
    secrets,
    allowPrivateAddresses: env.TOOLS_TO_PRIVATE === 'true',
    handoffTo: env.HANDOFF_TO || undefined,
  }
}

/** @throws Error which shows no value */
function readSecrets(path: string): Secrets {
  let found: unknown
  try {
    found = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new Error('cannot be read as JSON')
  }
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  const isSound =
    isMap(found) &&
    Object.values(found).every(
      (of) => isMap(of) && Object.values(of).every((value) => typeof value === 'string'),
    )
  if (!isSound) throw new Error('is to be {"<company_id>": {"<NAME>": "<value>"}}')
  return found as Secrets
}
