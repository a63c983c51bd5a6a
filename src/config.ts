import { type Static, Type } from '@sinclair/typebox'
import { envSchema } from 'env-schema'
import {
  allowedDatabaseValues,
  DatabaseEnvironment,
  databaseUrlOf,
  findInvalidDatabaseVariables,
  findUnsupportedParameters,
} from './db/database-url.ts'
import {
  areOrigins,
  isBaseUrl,
  parseTrustProxy,
  splitList,
  withoutTrailingSlashes,
} from './lib/config-values.ts'
import { fileVariableOf, isSecret, readEnvFile, withoutEmpty, withSecretFiles } from './lib/environment.ts'

const Environment = Type.Object({
  ...DatabaseEnvironment,
  DATA_DIR: Type.String({ default: '.data', minLength: 1 }),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535 }),
  PUBLIC_URL: Type.Optional(Type.String()),
  SHUTDOWN_DELAY_SEC: Type.Number({ default: 0, minimum: 0, maximum: 300 }),
  ROLE: Type.Union([Type.Literal('all'), Type.Literal('api'), Type.Literal('worker')], { default: 'all' }),
  PLATFORM_KEY: Type.Optional(Type.String({ minLength: 24 })),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info' },
  ),
  AUTO_MIGRATE: Type.Optional(Type.Boolean()),
  CORS_ORIGINS: Type.String({ default: '' }),
  PUBLIC_DOCS: Type.Boolean({ default: true }),
  METRICS_TOKEN: Type.Optional(Type.String({ minLength: 24 })),
  TRUST_PROXY: Type.String({ default: '' }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({ default: 60_000, minimum: 1 }),
  LIVE_SOCKETS_PER_COMPANY: Type.Integer({ default: 1_000, minimum: 1 }),
  WEBHOOKS_TO_PRIVATE: Type.Boolean({ default: false }),
  CARRIER: Type.Union([Type.Literal('simulated'), Type.Literal('webhook'), Type.Literal('livekit')], {
    default: 'simulated',
  }),
  AGENT_REPORT_GRACE_SEC: Type.Optional(Type.Number({ minimum: 0, maximum: 3_600 })),
  SIMULATED_SPEED: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 10_000 }),
  SIMULATED_SEED: Type.String({ default: '1', minLength: 1 }),
  SIMULATED_FAULTS: Type.Number({ default: 1, minimum: 0, maximum: 1_000 }),
  SIMULATED_ENDLESS: Type.Number({ default: 0, minimum: 0, maximum: 1 }),
  API_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
  CARRIER_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
  CARRIER_SECRET: Type.Optional(Type.String({ minLength: 24 })),
  LIVEKIT_URL: Type.Optional(Type.String({ pattern: '^(https?|wss?)://' })),
  LIVEKIT_API_KEY: Type.Optional(Type.String({ minLength: 1 })),
  LIVEKIT_API_SECRET: Type.Optional(Type.String({ minLength: 1 })),
  LIVEKIT_SIP_TRUNK_ID: Type.Optional(Type.String({ minLength: 1 })),
  LIVEKIT_AGENT_NAME: Type.String({ default: 'new-voice', minLength: 1 }),
  LIVEKIT_AGENT_WAIT_SEC: Type.Number({ default: 15, minimum: 1, maximum: 60 }),
  LIVEKIT_EXTENSION_PAUSE_SEC: Type.Number({ default: 1, minimum: 0, maximum: 5, multipleOf: 0.5 }),
})

/**
 * The allowed values of each variable, as the end of the sentence "X must be …". The value itself may be a secret.
 */
const allowedValues: Record<keyof Static<typeof Environment>, string> = {
  ...allowedDatabaseValues,
  DATA_DIR: 'the path of a directory',
  HOST: 'an address to listen on, for example 127.0.0.1 or 0.0.0.0',
  PORT: 'a port from 0 to 65535 (0: any free port)',
  PUBLIC_URL:
    'the URL under which clients reach the service, for example https://voice.example or, behind a proxy that serves it under a path, https://host.example/voice; without user, query and fragment',
  SHUTDOWN_DELAY_SEC:
    'a number from 0 to 300: seconds after SIGTERM in which the service still serves requests while /health/ready is 503, so that proxies stop sending before the port closes; not with ROLE=worker',
  ROLE: 'all, api or worker',
  PLATFORM_KEY: 'a secret of at least 24 characters',
  LOG_LEVEL: 'fatal, error, warn, info, debug, trace or silent',
  AUTO_MIGRATE: 'true or false',
  CORS_ORIGINS: 'a list of origins separated by commas, for example https://app.example, or *',
  PUBLIC_DOCS: 'true or false (false: /docs and /openapi.json do not exist)',
  METRICS_TOKEN:
    'a secret of at least 24 characters, which /metrics then requires as Authorization: Bearer <token>',
  TRUST_PROXY:
    'how many reverse proxies stand before the service (1 to 10), or their addresses separated by commas, for example 10.0.0.0/8; X-Forwarded headers of others are ignored',
  RATE_LIMIT_PER_MINUTE:
    'the number of requests that a company, and an IP address without a key, may make per minute, 1 or more',
  LIVE_SOCKETS_PER_COMPANY: 'the number of WebSockets that a company may have open per process, 1 or more',
  WEBHOOKS_TO_PRIVATE: 'true or false (true: webhooks may be sent to private and loopback addresses)',
  CARRIER: 'simulated, webhook or livekit',
  AGENT_REPORT_GRACE_SEC:
    'a number from 0 to 3600: seconds for an agent to report after its call has ended, before the contact may be called again (by default 15 with CARRIER=simulated, otherwise 60)',
  SIMULATED_SPEED: 'a number above 0 and up to 10000 (20: twenty times faster than real calls)',
  SIMULATED_SEED: 'a non-empty string',
  SIMULATED_FAULTS: 'a number from 0 to 1000 (20: twenty times as many failures of carrier and agents)',
  SIMULATED_ENDLESS:
    'a number from 0 to 1 (0.1: one of ten simulated calls never ends at the carrier, which reports it as live for ever)',
  API_URL:
    'the URL where agents reach the API, for example https://api.example; by default PUBLIC_URL (one of them is required with ROLE=api)',
  CARRIER_URL:
    'the URL to which calls are posted, for example https://dialer.example/calls (required with CARRIER=webhook)',
  CARRIER_SECRET: 'a secret of at least 24 characters that signs requests (required with CARRIER=webhook)',
  LIVEKIT_URL:
    'the URL of a LiveKit project, for example wss://x.livekit.cloud (required with CARRIER=livekit)',
  LIVEKIT_API_KEY: 'an API key of the LiveKit project (required with CARRIER=livekit)',
  LIVEKIT_API_SECRET: 'the secret of LIVEKIT_API_KEY (required with CARRIER=livekit)',
  LIVEKIT_SIP_TRUNK_ID: 'the id of an outbound SIP trunk, for example ST_x (required with CARRIER=livekit)',
  LIVEKIT_AGENT_NAME: 'the name under which voice agents register, for example new-voice',
  LIVEKIT_AGENT_WAIT_SEC:
    'a number from 1 to 60: seconds in which an agent must be ready, or the call is not dialed',
  LIVEKIT_EXTENSION_PAUSE_SEC:
    'a multiple of 0.5 from 0 to 5: seconds from the answer until the digits of an extension are dialed',
}

/** Variables that may be given as a file instead, see `withSecretFiles`. */
const secrets = Object.keys(Environment.properties).filter(isSecret)

/** Every variable with its default (undefined: not set) and its allowed values; docs/reference.md is generated from it. */
export const environmentVariables = [
  ...Object.entries(Environment.properties).map(([name, schema]) => ({
    name,
    default: schema.default as string | number | boolean | undefined,
    allowed: allowedValues[name as keyof typeof allowedValues],
  })),
  ...secrets.map((name) => ({
    name: fileVariableOf(name),
    default: undefined,
    allowed: `the path of a file that contains ${name}, instead of ${name}; a line break at its end is ignored`,
  })),
]

export type CarrierName = 'simulated' | 'webhook' | 'livekit'
export type Role = 'all' | 'api' | 'worker'

export interface Config {
  /** Undefined: the embedded database in `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** The URL under which clients reach the service, without a slash at its end; undefined: not known. */
  readonly publicUrl: string | undefined
  /** Time between SIGTERM and the end of the port, ms. */
  readonly shutdownDelayMs: number
  readonly role: Role
  readonly platformKey: string | undefined
  readonly logLevel: string
  readonly autoMigrate: boolean
  readonly corsOrigins: readonly string[]
  /** Whether /docs and /openapi.json are served. */
  readonly publicDocs: boolean
  /** Required by /metrics; undefined: /metrics is public. */
  readonly metricsToken: string | undefined
  /** Proxies whose X-Forwarded headers are trusted: how many, or their addresses and networks; false: none. */
  readonly trustProxy: number | string[] | false
  readonly rateLimitPerMinute: number
  /** Maximum of open WebSockets per company and process. */
  readonly liveSocketsPerCompany: number
  /** Whether webhooks may be sent to private, loopback and link-local addresses. */
  readonly webhooksToPrivate: boolean
  /** Places the calls. */
  readonly carrier: CarrierName
  /** Time for an agent to report after the end of its call, ms. */
  readonly reportGraceMs: number
  /** How many times faster than real calls the simulated carrier is. */
  readonly simulatedSpeed: number
  readonly simulatedSeed: string
  /** Factor on the failure rates of the simulated carrier and its agents; 0 for none. */
  readonly simulatedFaults: number
  /** Share of simulated calls that never end at the carrier, 0 to 1. */
  readonly simulatedEndless: number
  /**
   * Where agents reach the API. Undefined: briefs contain the URL of the agent's request, and simulated agents use the
   * address of this process.
   */
  readonly apiUrl: string | undefined
  readonly carrierUrl: string | undefined
  readonly carrierSecret: string | undefined
  /** Defined when `carrier` is livekit. */
  readonly livekit: LivekitConfig | undefined
}

export interface LivekitConfig {
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
  readonly trunkId: string
  readonly agentName: string
  /** Time in which an agent must be ready, ms. */
  readonly agentWaitMs: number
  readonly extensionPauseSec: number
}

/** Environment variables are invalid. The message has one line per variable. */
export class ConfigError extends Error {}

/**
 * Reads the settings from the environment, from `.env` in the working directory, over which the environment takes
 * precedence, and from the files of secrets.
 *
 * @param fixed variables that take precedence over both
 * @throws ConfigError naming every invalid variable and its allowed values
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, fixed: NodeJS.Dict<string> = {}): Config {
  const fileVariables = env === process.env ? readEnvFile() : {}
  const given = { ...withoutEmpty(fileVariables), ...withoutEmpty(env), ...fixed }
  const { variables, problems } = withSecretFiles(given, secrets)
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  const environment = validate(variables)
  const unusable = [
    ...sentencesOf(findInvalid(environment)),
    ...findUnsupportedParameters(environment.DATABASE_URL),
  ]
  if (unusable.length > 0) throw new ConfigError(unusable.join('\n'))
  return toConfig(environment)
}

function validate(data: NodeJS.Dict<string>): Static<typeof Environment> {
  try {
    return envSchema<Static<typeof Environment>>({ schema: Environment, data, env: false })
  } catch (error) {
    const errors = (error as { errors?: { instancePath: string }[] }).errors
    if (errors === undefined) throw error
    throw new ConfigError(sentencesOf(errors.map(({ instancePath }) => instancePath.slice(1))).join('\n'))
  }
}

const sentencesOf = (names: string[]) =>
  [...new Set(names)].map((name) => `${name} must be ${allowedValues[name as keyof typeof allowedValues]}.`)

/** The variables whose values break a rule that the schema cannot express. */
function findInvalid(environment: Static<typeof Environment>): string[] {
  const { CORS_ORIGINS, TRUST_PROXY, PUBLIC_URL, API_URL, ROLE } = environment
  return [
    ...findInvalidDatabaseVariables(environment),
    ...(areOrigins(splitList(CORS_ORIGINS)) ? [] : ['CORS_ORIGINS']),
    ...(parseTrustProxy(TRUST_PROXY) === undefined ? ['TRUST_PROXY'] : []),
    ...(PUBLIC_URL === undefined || isBaseUrl(PUBLIC_URL) ? [] : ['PUBLIC_URL']),
    ...findMissingForCarrier(environment),
    // With several hosts, the Host header of a request would decide where agents send their data.
    ...(ROLE === 'api' && (API_URL ?? PUBLIC_URL) === undefined ? ['API_URL'] : []),
  ]
}

/**
 * Default of AGENT_REPORT_GRACE_SEC. Real agents summarize a conversation with a model before they report, and try again when the
 * API does not respond; simulated ones report within seconds.
 */
const reportGraceSecOf: Readonly<Record<CarrierName, number>> = { simulated: 15, webhook: 60, livekit: 60 }

/** The variables that each carrier requires. */
const requiredBy = {
  simulated: [],
  webhook: ['CARRIER_URL', 'CARRIER_SECRET'],
  livekit: ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'LIVEKIT_SIP_TRUNK_ID'],
} as const satisfies Record<CarrierName, (keyof Static<typeof Environment>)[]>

const findMissingForCarrier = (environment: Static<typeof Environment>): string[] =>
  requiredBy[environment.CARRIER].filter((name) => environment[name] === undefined)

const toLivekitConfig = (environment: Static<typeof Environment>): LivekitConfig => ({
  url: environment.LIVEKIT_URL ?? '',
  apiKey: environment.LIVEKIT_API_KEY ?? '',
  apiSecret: environment.LIVEKIT_API_SECRET ?? '',
  trunkId: environment.LIVEKIT_SIP_TRUNK_ID ?? '',
  agentName: environment.LIVEKIT_AGENT_NAME,
  agentWaitMs: environment.LIVEKIT_AGENT_WAIT_SEC * 1000,
  extensionPauseSec: environment.LIVEKIT_EXTENSION_PAUSE_SEC,
})

function toConfig(environment: Static<typeof Environment>): Config {
  const databaseUrl = databaseUrlOf(environment)
  const publicUrl = environment.PUBLIC_URL && withoutTrailingSlashes(environment.PUBLIC_URL)
  return Object.freeze({
    databaseUrl,
    dataDir: environment.DATA_DIR,
    host: environment.HOST,
    port: environment.PORT,
    publicUrl,
    shutdownDelayMs: environment.SHUTDOWN_DELAY_SEC * 1000,
    role: environment.ROLE,
    platformKey: environment.PLATFORM_KEY,
    logLevel: environment.LOG_LEVEL,
    autoMigrate: environment.AUTO_MIGRATE ?? databaseUrl === undefined,
    publicDocs: environment.PUBLIC_DOCS,
    metricsToken: environment.METRICS_TOKEN,
    trustProxy: parseTrustProxy(environment.TRUST_PROXY) ?? false,
    corsOrigins: Object.freeze(splitList(environment.CORS_ORIGINS)),
    rateLimitPerMinute: environment.RATE_LIMIT_PER_MINUTE,
    liveSocketsPerCompany: environment.LIVE_SOCKETS_PER_COMPANY,
    webhooksToPrivate: environment.WEBHOOKS_TO_PRIVATE,
    carrier: environment.CARRIER,
    reportGraceMs: (environment.AGENT_REPORT_GRACE_SEC ?? reportGraceSecOf[environment.CARRIER]) * 1000,
    simulatedSpeed: environment.SIMULATED_SPEED,
    simulatedSeed: environment.SIMULATED_SEED,
    simulatedFaults: environment.SIMULATED_FAULTS,
    simulatedEndless: environment.SIMULATED_ENDLESS,
    apiUrl: environment.API_URL === undefined ? publicUrl : withoutTrailingSlashes(environment.API_URL),
    carrierUrl: environment.CARRIER_URL,
    carrierSecret: environment.CARRIER_SECRET,
    livekit: environment.CARRIER === 'livekit' ? toLivekitConfig(environment) : undefined,
  })
}
