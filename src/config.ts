import { type Static, Type } from '@sinclair/typebox'
import { envSchema } from 'env-schema'

const Environment = Type.Object({
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
  DATA_DIR: Type.String({ default: '.data', minLength: 1 }),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535 }),
  ROLE: Type.Union([Type.Literal('all'), Type.Literal('api'), Type.Literal('worker')], { default: 'all' }),
  PLATFORM_KEY: Type.Optional(Type.String({ minLength: 24 })),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info' },
  ),
  AUTO_MIGRATE: Type.Optional(Type.Boolean()),
  CORS_ORIGINS: Type.String({ default: '' }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({ default: 60_000, minimum: 1 }),
  LIVE_SOCKETS_PER_COMPANY: Type.Integer({ default: 1_000, minimum: 1 }),
  WEBHOOKS_TO_PRIVATE: Type.Boolean({ default: false }),
  CARRIER: Type.Union([Type.Literal('simulated'), Type.Literal('webhook'), Type.Literal('livekit')], {
    default: 'simulated',
  }),
  SIMULATED_SPEED: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 10_000 }),
  SIMULATED_SEED: Type.String({ default: '1', minLength: 1 }),
  SIMULATED_FAULTS: Type.Number({ default: 1, minimum: 0, maximum: 1_000 }),
  API_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
  CARRIER_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
  CARRIER_SECRET: Type.Optional(Type.String({ minLength: 24 })),
  LIVEKIT_URL: Type.Optional(Type.String({ pattern: '^(https?|wss?)://' })),
  LIVEKIT_API_KEY: Type.Optional(Type.String({ minLength: 1 })),
  LIVEKIT_API_SECRET: Type.Optional(Type.String({ minLength: 1 })),
  LIVEKIT_SIP_TRUNK_ID: Type.Optional(Type.String({ minLength: 1 })),
  LIVEKIT_AGENT_NAME: Type.String({ default: 'new-voice', minLength: 1 }),
})

/** What each variable may be, in words; the answer to a bad one names the variable and never its value. */
const allowed: Record<keyof Static<typeof Environment>, string> = {
  DATABASE_URL: 'a URL that begins with postgres:// or postgresql://',
  DATA_DIR: 'a directory',
  HOST: 'an address to listen on, like 127.0.0.1 or 0.0.0.0',
  PORT: 'a port, 0 to 65535 (0: any free one)',
  ROLE: 'all, api or worker',
  PLATFORM_KEY: 'a secret of at least 24 characters',
  LOG_LEVEL: 'fatal, error, warn, info, debug, trace or silent',
  AUTO_MIGRATE: 'true or false',
  CORS_ORIGINS: 'origins like https://app.example, separated by commas',
  RATE_LIMIT_PER_MINUTE: 'requests a key may make in a minute, 1 or more',
  LIVE_SOCKETS_PER_COMPANY: 'WebSockets a company may have open on one process, 1 or more',
  WEBHOOKS_TO_PRIVATE: 'true or false (true: webhooks may be sent to private and loopback addresses)',
  CARRIER: 'simulated, webhook or livekit',
  SIMULATED_SPEED: 'a number above 0, to 10000 (20: twenty times faster than life)',
  SIMULATED_SEED: 'a text',
  SIMULATED_FAULTS: 'a number, 0 to 1000 (20: twenty times as many faults of carrier and agents)',
  API_URL: 'the URL where agents reach the API, like https://api.example',
  CARRIER_URL: 'the URL calls are posted to, like https://dialer.example/calls (needed with CARRIER=webhook)',
  CARRIER_SECRET: 'a secret of at least 24 characters that signs (needed with CARRIER=webhook)',
  LIVEKIT_URL: 'the URL of a LiveKit project, like wss://x.livekit.cloud (needed with CARRIER=livekit)',
  LIVEKIT_API_KEY: 'the key of the LiveKit project (needed with CARRIER=livekit)',
  LIVEKIT_API_SECRET: 'the secret of that key (needed with CARRIER=livekit)',
  LIVEKIT_SIP_TRUNK_ID: 'the id of an outbound SIP trunk, like ST_x (needed with CARRIER=livekit)',
  LIVEKIT_AGENT_NAME: 'the name that voice agents are registered by (new-voice)',
}

export type CarrierName = 'simulated' | 'webhook' | 'livekit'
export type Role = 'all' | 'api' | 'worker'

export interface Config {
  /** Absent: the embedded database under `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly role: Role
  readonly platformKey: string | undefined
  readonly logLevel: string
  readonly autoMigrate: boolean
  readonly corsOrigins: readonly string[]
  readonly rateLimitPerMinute: number
  /** WebSockets that a company may have open on one process. */
  readonly liveSocketsPerCompany: number
  /** Whether webhooks may be sent to private, loopback and link-local addresses. */
  readonly webhooksToPrivate: boolean
  /** What places calls. */
  readonly carrier: CarrierName
  /** How many times faster than life the simulated carrier is. */
  readonly simulatedSpeed: number
  readonly simulatedSeed: string
  /** How many times as many faults the simulated carrier has. */
  readonly simulatedFaults: number
  /** Where agents reach the API; undefined: where this process serves it. */
  readonly apiUrl: string | undefined
  readonly carrierUrl: string | undefined
  readonly carrierSecret: string | undefined
  /** With `carrier` livekit. */
  readonly livekit: LivekitConfig | undefined
}

export interface LivekitConfig {
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
  readonly trunkId: string
  readonly agentName: string
}

/** Its message lists every fault of the environment, one a line. */
export class ConfigError extends Error {}

/**
 * Reads the environment (and `.env` in the working directory, which does not override it).
 *
 * @throws ConfigError naming every variable that is wrong and what it may be
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // A variable set to nothing is a variable not set: compose files and shells leave such.
  const data = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const environment = validated(data, env === process.env)
  const faults = [...badOrigins(environment.CORS_ORIGINS), ...missingOfCarrier(environment)]
  if (faults.length > 0) throw faulty(faults)
  return frozen(environment)
}

function validated(data: NodeJS.ProcessEnv, dotenv: boolean): Static<typeof Environment> {
  try {
    return envSchema<Static<typeof Environment>>({ schema: Environment, data, env: false, dotenv })
  } catch (error) {
    const errors = (error as { errors?: { instancePath: string }[] }).errors
    if (errors === undefined) throw error
    throw faulty(errors.map((fault) => fault.instancePath.slice(1)))
  }
}

const faulty = (names: string[]) =>
  new ConfigError(
    [...new Set(names)].map((name) => `${name} must be ${allowed[name as keyof typeof allowed]}`).join('\n'),
  )

const originsOf = (list: string) =>
  list
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')

const badOrigins = (list: string): string[] =>
  originsOf(list).every(
    (origin) => origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin),
  )
    ? []
    : ['CORS_ORIGINS']

/** What each carrier cannot do without. */
const neededBy = {
  simulated: [],
  webhook: ['CARRIER_URL', 'CARRIER_SECRET'],
  livekit: ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'LIVEKIT_SIP_TRUNK_ID'],
} as const satisfies Record<CarrierName, (keyof Static<typeof Environment>)[]>

const missingOfCarrier = (environment: Static<typeof Environment>): string[] =>
  neededBy[environment.CARRIER].filter((name) => environment[name] === undefined)

const livekitOf = (environment: Static<typeof Environment>): LivekitConfig => ({
  url: environment.LIVEKIT_URL ?? '',
  apiKey: environment.LIVEKIT_API_KEY ?? '',
  apiSecret: environment.LIVEKIT_API_SECRET ?? '',
  trunkId: environment.LIVEKIT_SIP_TRUNK_ID ?? '',
  agentName: environment.LIVEKIT_AGENT_NAME,
})

function frozen(environment: Static<typeof Environment>): Config {
  return Object.freeze({
    databaseUrl: environment.DATABASE_URL,
    dataDir: environment.DATA_DIR,
    host: environment.HOST,
    port: environment.PORT,
    role: environment.ROLE,
    platformKey: environment.PLATFORM_KEY,
    logLevel: environment.LOG_LEVEL,
    autoMigrate: environment.AUTO_MIGRATE ?? environment.DATABASE_URL === undefined,
    corsOrigins: Object.freeze(originsOf(environment.CORS_ORIGINS)),
    rateLimitPerMinute: environment.RATE_LIMIT_PER_MINUTE,
    liveSocketsPerCompany: environment.LIVE_SOCKETS_PER_COMPANY,
    webhooksToPrivate: environment.WEBHOOKS_TO_PRIVATE,
    carrier: environment.CARRIER,
    simulatedSpeed: environment.SIMULATED_SPEED,
    simulatedSeed: environment.SIMULATED_SEED,
    simulatedFaults: environment.SIMULATED_FAULTS,
    apiUrl: environment.API_URL?.replace(/\/+$/, ''),
    carrierUrl: environment.CARRIER_URL,
    carrierSecret: environment.CARRIER_SECRET,
    livekit: environment.CARRIER === 'livekit' ? livekitOf(environment) : undefined,
  })
}
