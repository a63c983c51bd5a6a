import { canonicalHash } from '../../../lib/canonical-json.ts'
import { type FieldError, invalid, malformed } from '../../../lib/errors.ts'
import { lazy } from '../../../lib/lazy.ts'
import { ajvWithFormats } from '../../../lib/schema/ajv.ts'
import { fieldErrors } from '../../../lib/schema/schema-errors.ts'
import { type CanonicalForm, toCanonicalForm } from '../canonical-form/canonical-form.ts'
import { flowErrors } from './flow-rules.ts'
import { checkLimits } from './limits.ts'
import { SkillbaseConfig } from './skillbase-config.ts'
import { agentErrors, toolErrors } from './tool-rules.ts'
import { toolSchemas } from './tool-schemas.ts'
import { configWarnings } from './warnings.ts'

/**
 * Validates configs: first limits, then, in canonical form, the schema and the rules that a schema cannot express.
 */

const validators = lazy(() => {
  const ajv = ajvWithFormats({
    allErrors: true,
    // Error messages need the received value and the schema; see lib/schema/schema-errors.ts.
    verbose: true,
    discriminator: true,
    useDefaults: true,
    schemas: [...toolSchemas],
  })
  return { matchesSchema: ajv.compile<SkillbaseConfig>(SkillbaseConfig), isJsonSchema: jsonSchemaValidator() }
})

/**
 * The validator of JSON Schemas. It stops at the first error, because Ajv copies all errors for each level of recursion, and
 * does not compare the values of an enum with each other, which takes the square of their number.
 */
function jsonSchemaValidator() {
  const ajv = ajvWithFormats({ verbose: true })
  const draft07 = structuredClone(ajv.schemas['http://json-schema.org/draft-07/schema']?.schema) as {
    $id: string
    properties: { enum: { uniqueItems?: boolean } }
  }
  draft07.$id = 'json-schema-of-parameters'
  delete draft07.properties.enum.uniqueItems
  return ajv.compile(draft07)
}

/** Maximum number of errors, and of warnings, that a report lists. */
const maxReported = 100
/** One field can have several errors of Ajv. More than these are not read. */
const maxSchemaErrors = 10 * maxReported

interface Validation {
  /** A copy in canonical form with defaults filled in; a SkillbaseConfig when there are no errors. */
  config: unknown
  conversions: readonly FieldError[]
  schemaErrors: FieldError[]
  /** Limits that are exceeded, and rules that are broken. */
  ruleErrors: FieldError[]
  warnings: FieldError[]
}

/** @param refusesSecrets false for a config that is stored already: it shall run also when a new format is added to the list */
function validate(value: unknown, refusesSecrets = true): Validation {
  const { isWithinLimits, errors, secrets } = checkLimits(value)
  const hasSecrets = refusesSecrets && secrets.length > 0
  // Other errors may repeat the texts that they are about, and so a secret.
  if (!isWithinLimits || hasSecrets) {
    const ruleErrors = hasSecrets ? secrets : errors
    return { config: value, conversions: [], schemaErrors: [], ruleErrors, warnings: [] }
  }
  const form = toCanonicalForm(value)
  const { config, conversions } = form
  const { matchesSchema } = validators()
  if (matchesSchema(config)) {
    return {
      config,
      conversions,
      schemaErrors: [],
      ruleErrors: [...errors, ...form.errors, ...ruleErrorsOf(config).map(form.asSent)],
      warnings: configWarnings(config).map(form.asSent),
    }
  }
  const schemaErrors = fieldErrors((matchesSchema.errors ?? []).slice(0, maxSchemaErrors))
  const ruleErrors = ruleErrorsOfValidParts(config, schemaErrors).map(form.asSent)
  const { unread, others } = explainSchemaErrors(schemaErrors.map(form.asSent), form.errors)
  return {
    config,
    conversions,
    schemaErrors: unread,
    ruleErrors: [...errors, ...others, ...ruleErrors],
    warnings: [],
  }
}

/** Replaces the schema errors of parts that could not be read by the reader's errors, which say why. */
function explainSchemaErrors(schemaErrors: FieldError[], readingErrors: CanonicalForm['errors']) {
  const explained = new Map(readingErrors.map((error) => [error.pointer, error]))
  const unread = new Set(schemaErrors.map((error) => explained.get(error.pointer) ?? error))
  return { unread: [...unread], others: readingErrors.filter((error) => !unread.has(error)) }
}

const ruleErrorsOf = ({ flow, tools, agent }: SkillbaseConfig): FieldError[] => [
  ...flowErrors(flow),
  ...agentErrors(agent),
  ...toolErrors(tools, validators().isJsonSchema),
]

/** Applies the rules to the parts that match the schema, so that one response lists all errors. */
function ruleErrorsOfValidParts(value: unknown, schemaErrors: FieldError[]): FieldError[] {
  if (typeof value !== 'object' || value === null) return []
  const config = value as SkillbaseConfig
  const isValid = (part: 'flow' | 'agent' | 'tools') =>
    config[part] !== undefined &&
    !schemaErrors.some(({ pointer }) => pointer === `/${part}` || pointer.startsWith(`/${part}/`))
  return [
    ...(isValid('flow') ? flowErrors(config.flow) : []),
    ...(isValid('agent') ? agentErrors(config.agent) : []),
    ...(isValid('tools') ? toolErrors(config.tools, validators().isJsonSchema) : []),
  ]
}

/**
 * Returns all errors and warnings of a config, with pointers into it. Accepts any JSON value and never throws. Warnings
 * are empty while there are schema errors.
 */
export function checkConfig(value: unknown): { errors: FieldError[]; warnings: FieldError[] } {
  const { schemaErrors, ruleErrors, warnings } = validate(value)
  return { errors: [...schemaErrors, ...ruleErrors], warnings }
}

export interface ConfigReport {
  valid: boolean
  errors: FieldError[]
  warnings: FieldError[]
  /** The config as it would be stored; null when it has errors. */
  canonical_config: unknown
  /** What each part in another notation is read as. */
  conversions: FieldError[]
}

/**
 * Like `checkConfig`, with pointers into the request body.
 *
 * @param prefix pointer to the config in the body: `/config`, or '' when it is the whole body
 */
export function configReport(value: unknown, prefix = '/config'): ConfigReport {
  const { config, conversions, schemaErrors, ruleErrors, warnings } = validate(value)
  const errors = [...schemaErrors, ...ruleErrors]
  const valid = errors.length === 0
  return {
    valid,
    errors: withPrefix(errors.slice(0, maxReported), prefix),
    warnings: withPrefix(warnings.slice(0, maxReported), prefix),
    canonical_config: valid ? config : null,
    conversions: withPrefix(conversions, prefix),
  }
}

/**
 * Validates a config that a caller sent and returns it in canonical form, with defaults filled in.
 *
 * @param prefix pointer to the config in the request body: `/config`, or '' when it is the whole body
 * @throws Refusal 'malformed' when it does not match the schema, 'invalid' when it breaks a rule
 */
export function parseConfig(value: unknown, prefix: string): SkillbaseConfig {
  const validation = validate(value)
  if (validation.schemaErrors.length > 0) {
    throw malformed(
      'invalid_body',
      'The config does not match its schema. See errors for the invalid fields.',
      withPrefix(validation.schemaErrors.slice(0, maxReported), prefix),
    )
  }
  return assertValid(validation, prefix)
}

/**
 * Validates a stored config, which hand-written SQL may have changed, and returns it in canonical form, with defaults
 * filled in.
 *
 * @param use `publish` also refuses secrets, which earlier versions of this service did not recognise; `run` does not
 * @throws Refusal 'invalid'
 */
export function parseStoredConfig(value: unknown, use: 'run' | 'publish' = 'run'): SkillbaseConfig {
  return assertValid(validate(value, use === 'publish'), '/config')
}

function assertValid(validation: Validation, prefix: string): SkillbaseConfig {
  const errors = [...validation.schemaErrors, ...validation.ruleErrors]
  if (errors.length === 0) return validation.config as SkillbaseConfig
  throw invalid(
    'invalid_config',
    'The config is invalid. Correct the fields listed in errors.',
    withPrefix(errors.slice(0, maxReported), prefix),
  )
}

const withPrefix = (errors: readonly FieldError[], prefix: string) =>
  errors.map((error) => ({ ...error, pointer: `${prefix}${error.pointer}` }))

/**
 * SHA-256 of a config, hex. Equal for equal configs, whatever their notation and the order of keys, and whether defaults are
 * written out.
 */
export function configHash(value: unknown): string {
  const { config } = toCanonicalForm(value)
  validators().matchesSchema(config) // called to fill in defaults; whether it matches does not matter
  return canonicalHash(config)
}
