import type { ErrorObject } from 'ajv'
import { ajvWithFormats } from '../../../lib/ajv.ts'
import { canonicalHash } from '../../../lib/canonical-json.ts'
import { type FieldError, invalid, malformed } from '../../../lib/errors.ts'
import { lazy } from '../../../lib/lazy.ts'
import { flowErrors } from './flow-rules.ts'
import { checkLimits, childPointer } from './limits.ts'
import { SkillbaseConfig } from './skillbase-config.ts'
import { agentErrors, toolErrors } from './tool-rules.ts'
import { toolSchemas } from './tool-schemas.ts'
import { configWarnings } from './warnings.ts'

/** What a config is checked for: its schema, then the rules that a schema cannot say. */

const validators = lazy(() => {
  const ajv = ajvWithFormats({
    allErrors: true,
    discriminator: true,
    useDefaults: true,
    schemas: [...toolSchemas],
  })
  return {
    fits: ajv.compile<SkillbaseConfig>(SkillbaseConfig),
    isSchema: ajv.compile({ $ref: 'http://json-schema.org/draft-07/schema#' }),
  }
})

interface Reading {
  /** A copy with defaults filled in wherever they have a place; it is a config when there are no faults. */
  config: unknown
  /** Against the schema. */
  malformed: FieldError[]
  /** Against a rule. */
  invalid: FieldError[]
  warnings: FieldError[]
}

function read(value: unknown): Reading {
  const { isWithinLimits: isReadable, errors: faults } = checkLimits(value)
  if (!isReadable) return { config: value, malformed: [], invalid: faults, warnings: [] }
  const config: unknown = structuredClone(value)
  const { fits } = validators()
  if (fits(config)) {
    return {
      config,
      malformed: [],
      invalid: [...faults, ...ruleFaults(config)],
      warnings: configWarnings(config),
    }
  }
  const malformed = (fits.errors ?? []).filter(({ propertyName }) => propertyName === undefined).map(faultOf)
  const invalid = [...faults, ...ruleFaultsOfSound(config, malformed)]
  return { config, malformed, invalid, warnings: [] }
}

const ruleFaults = ({ flow, tools, agent }: SkillbaseConfig): FieldError[] => [
  ...flowErrors(flow),
  ...agentErrors(agent),
  ...toolErrors(tools, validators().isSchema),
]

/** The rules for those parts of a malformed config that are well-formed, so that one answer says all. */
function ruleFaultsOfSound(value: unknown, faults: FieldError[]): FieldError[] {
  if (typeof value !== 'object' || value === null) return []
  const config = value as SkillbaseConfig
  const isSound = (part: 'flow' | 'agent' | 'tools') =>
    config[part] !== undefined &&
    !faults.some(({ pointer }) => pointer === `/${part}` || pointer.startsWith(`/${part}/`))
  return [
    ...(isSound('flow') ? flowErrors(config.flow) : []),
    ...(isSound('agent') ? agentErrors(config.agent) : []),
    ...(isSound('tools') ? toolErrors(config.tools, validators().isSchema) : []),
  ]
}

function faultOf({ instancePath, keyword, params, message }: ErrorObject): FieldError {
  if (keyword === 'additionalProperties') {
    return { pointer: childPointer(instancePath, params.additionalProperty), detail: 'is not a known field' }
  }
  if (keyword === 'required') {
    return { pointer: childPointer(instancePath, params.missingProperty), detail: 'is missing' }
  }
  if (keyword === 'discriminator') {
    const words = toolSchemas.map(({ properties }) => properties.type.const).join(', ')
    return { pointer: childPointer(instancePath, params.tag), detail: `must be one of: ${words}` }
  }
  if (keyword === 'propertyNames') {
    return {
      pointer: childPointer(instancePath, params.propertyName),
      detail: 'is not a name that can stand here',
    }
  }
  if (keyword === 'enum')
    return { pointer: instancePath, detail: `must be one of: ${params.allowedValues.join(', ')}` }
  return { pointer: instancePath, detail: message ?? 'is wrong' }
}

/**
 * All that is wrong and all that is odd in a config; pointers lead into it. Any JSON value may come: nothing is
 * thrown.
 */
export function checkConfig(value: unknown): { errors: FieldError[]; warnings: FieldError[] } {
  const reading = read(value)
  return { errors: [...reading.malformed, ...reading.invalid], warnings: reading.warnings }
}

export interface ConfigReport {
  valid: boolean
  errors: FieldError[]
  warnings: FieldError[]
}

/** As `checkConfig`, with pointers into `{config}`: they are the same that a refused request tells. */
export function configReport(value: unknown): ConfigReport {
  const { errors, warnings } = checkConfig(value)
  return {
    valid: errors.length === 0,
    errors: moved(errors, '/config'),
    warnings: moved(warnings, '/config'),
  }
}

/**
 * A config that a caller sent, with its defaults.
 *
 * @param at where the config stands in what was sent: `/config`, or nothing when it is the whole
 * @throws Refusal 'malformed' against the schema, 'invalid' against a rule
 */
export function parseConfig(value: unknown, at: string): SkillbaseConfig {
  const reading = read(value)
  if (reading.malformed.length > 0) {
    throw malformed('invalid_body', 'The config does not fit: see errors.', moved(reading.malformed, at))
  }
  return asSound(reading, at)
}

/**
 * A config that is stored, with its defaults: hand-written SQL may have stored anything.
 *
 * @throws Refusal 'invalid'
 */
export function parseStoredConfig(value: unknown): SkillbaseConfig {
  return asSound(read(value), '/config')
}

function asSound(reading: Reading, at: string): SkillbaseConfig {
  const faults = [...reading.malformed, ...reading.invalid]
  if (faults.length === 0) return reading.config as SkillbaseConfig
  throw invalid('invalid_config', 'The config breaks rules: see errors, and mend each.', moved(faults, at))
}

const moved = (faults: FieldError[], at: string) =>
  faults.map((fault) => ({ ...fault, pointer: `${at}${fault.pointer}` }))

/** Equal for equal configs: the order of keys and what is left to its default make no difference. */
export function configHash(value: unknown): string {
  const config: unknown = structuredClone(value)
  validators().fits(config) // fills defaults in wherever they have a place, whether it fits or not
  return canonicalHash(config)
}
