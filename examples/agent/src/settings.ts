import { readFileSync } from 'node:fs'

/** Values of tool secrets, by company id and name. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface Settings {
  /** Base URL of the platform's API. */
  apiUrl: string
  agentName: string
  secrets: Secrets
  /** Whether HTTP tools may reach private networks. */
  allowPrivateAddresses: boolean
  /** Where calls are transferred when a tool has no destination: E.164 or a SIP address. */
  handoffTo: string | undefined
  /** CPU load of the host, 0 to 1, from which on the worker takes no more calls; undefined: LiveKit's default, 0.7. */
  loadThreshold: number | undefined
  /** Processes that wait for calls, so how many calls can start at the same time; undefined: LiveKit's default, up to 4. */
  idleProcesses: number | undefined
}

/** Reads the settings from environment variables. @throws Error that lists every missing or invalid variable */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = []
  const apiUrl = env.NEW_VOICE_URL ?? ''
  if (!/^https?:\/\/[^/]/.test(apiUrl))
    problems.push('NEW_VOICE_URL: the base URL of the API, like https://voice.example.com')
  for (const name of ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET'])
    if (!env[name]) problems.push(`${name}: from your LiveKit project`)
  const loadThreshold = numberOf(env.AGENT_LOAD_THRESHOLD)
  if (loadThreshold !== undefined && !(loadThreshold > 0 && loadThreshold <= 1))
    problems.push('AGENT_LOAD_THRESHOLD: a number above 0 and up to 1')
  const idleProcesses = numberOf(env.AGENT_IDLE_PROCESSES)
  if (idleProcesses !== undefined && !(Number.isInteger(idleProcesses) && idleProcesses > 0))
    problems.push('AGENT_IDLE_PROCESSES: a whole number of at least 1')
  let secrets: Secrets = {}
  try {
    if (env.TOOL_SECRETS_FILE) secrets = readSecrets(env.TOOL_SECRETS_FILE)
  } catch (error) {
    problems.push(`TOOL_SECRETS_FILE: ${(error as Error).message}`)
  }
  if (problems.length > 0)
    throw new Error(`Set these variables:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  return {
    apiUrl: apiUrl.replace(/\/+$/, ''),
    agentName: env.AGENT_NAME || 'new-voice',
    secrets,
    allowPrivateAddresses: env.TOOLS_TO_PRIVATE === 'true',
    handoffTo: env.HANDOFF_TO || undefined,
    loadThreshold,
    idleProcesses,
  }
}

const numberOf = (value: string | undefined) => (value ? Number(value) : undefined)

/** @throws Error that contains no value of the file */
function readSecrets(path: string): Secrets {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new Error('the file cannot be read as JSON')
  }
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  const isValid =
    isMap(parsed) &&
    Object.values(parsed).every(
      (secrets) => isMap(secrets) && Object.values(secrets).every((value) => typeof value === 'string'),
    )
  if (!isValid) throw new Error('the file must contain {"<company_id>": {"<NAME>": "<value>"}}')
  return parsed as Secrets
}
