import { type Completion, outcomes, roles, statuses, type TurnFields, usageFields } from './wire.ts'

/**
 * Checks one value that an agent gave. Returns the value to send, corrected where the correction is obvious (for
 * example a rounded count); `notMeasured` to leave it out silently; undefined when it is invalid, which is reported.
 * One invalid value would make the service reject the whole turn or the end of the call.
 */
type Validator = (value: unknown) => unknown

/** For values that mean "not measured", such as a latency of -1. */
const notMeasured = null

const numberIn =
  (min: number, max: number): Validator =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max ? value : undefined
const oneOf =
  (values: readonly string[]): Validator =>
  (value) =>
    values.includes(value as string) ? value : undefined
const text =
  (maxLength: number): Validator =>
  (value) =>
    value === '' ? notMeasured : typeof value === 'string' ? value.slice(0, maxLength) : undefined
const latency: Validator = (value) => (value === -1 ? notMeasured : numberIn(0, 600_000)(value))
const seconds = numberIn(0, 604_800)
const score = numberIn(-1, 1)
const count: Validator = (value) =>
  numberIn(0, 2 ** 31 - 1)(typeof value === 'number' ? Math.round(value) : value)
const bool: Validator = (value) => (typeof value === 'boolean' ? value : undefined)
/** The service accepts these years. Zero times of .NET and Go are in year 1. */
const [minYear, maxYear] = [1900, 9999]
/** Whether this is a Date that the service accepts. */
export const isSupportedDate = (value: unknown): value is Date =>
  value instanceof Date && value.getUTCFullYear() >= minYear && value.getUTCFullYear() <= maxYear
const time: Validator = (value) => {
  const instant = new Date(typeof value === 'string' ? value : Number.NaN)
  return isSupportedDate(instant) ? instant.toISOString() : undefined
}
const object: Validator = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined

/** Validates each value of an object. Keys that are not in `keys`, and invalid values, are left out. */
const objectOf =
  (keys: readonly string[], validate: Validator): Validator =>
  (value) => {
    if (object(value) === undefined) return undefined
    const validated = Object.entries(value as object).map(([key, item]) => [key, validate(item)] as const)
    return Object.fromEntries(validated.filter(([key, item]) => keys.includes(key) && item !== undefined))
  }
const amount: Validator = (value) =>
  typeof value === 'string' && /^\d{1,6}(\.\d{1,30})?$/.test(value) ? value : numberIn(0, 999_999)(value)
const providerAndModel: Validator = (value) => {
  const { provider, model } = (object(value) ?? {}) as { provider?: unknown; model?: unknown }
  if (typeof provider !== 'string' || provider.trim() === '') return undefined
  return {
    provider: provider.slice(0, 255),
    ...(typeof model === 'string' && { model: model.slice(0, 300) }),
  }
}

const components = ['stt', 'llm', 'tts']
/** Entries of `providers.also` that the service accepts. */
const maxAdditionalProviders = 20
const additionalProvider: Validator = (value) => {
  const { component, ...given } = (object(value) ?? {}) as Record<string, unknown>
  const names = providerAndModel(value)
  if (names === undefined || !components.includes(component as string)) return undefined
  const usage = usageFields.map((name) => [name, turnFields[name](given[name])] as const)
  return {
    component,
    ...(names as object),
    ...Object.fromEntries(usage.filter(([, amount]) => typeof amount === 'number')),
  }
}

const providers: Validator = (value) => {
  const { also, ...main } = (object(value) ?? {}) as Record<string, unknown>
  const additional = Array.isArray(also)
    ? also
        .map(additionalProvider)
        .filter((entry) => entry !== undefined)
        .slice(0, maxAdditionalProviders)
    : []
  const valid = objectOf(components, providerAndModel)(object(value) === undefined ? value : main)
  return additional.length > 0 && object(valid) !== undefined
    ? { ...(valid as object), also: additional }
    : valid
}

const turnFields: Record<keyof TurnFields, Validator> = {
  content: text(100_000),
  state_id: text(100),
  ttfb_stt: latency,
  latency_stt: latency,
  latency_llm: latency,
  ttfb_tts: latency,
  latency_tts: latency,
  eou_latency: numberIn(-600_000, 600_000),
  e2e_latency: numberIn(-600_000, 600_000),
  ...(Object.fromEntries(
    usageFields.map((name) => [name, name.endsWith('_sec') ? seconds : count]),
  ) as Record<(typeof usageFields)[number], Validator>),
  was_interrupted: bool,
  is_filler: bool,
  sentiment: score,
  extra_data: object,
  started_speaking_at: time,
  stopped_speaking_at: time,
}

const completionFields: Record<keyof Completion, Validator> = {
  status: oneOf(statuses),
  outcome: oneOf(outcomes),
  outcome_confidence: numberIn(0, 1),
  outcome_reason: text(2_000),
  ended_reason: text(500),
  answered_at: time,
  ended_at: time,
  duration_sec: seconds,
  livekit_duration_sec: seconds,
  interruption_count: count,
  sentiment_score: score,
  collected_data: object,
  reported_cost: objectOf(['stt', 'llm', 'tts', 'livekit', 'total'], amount),
  providers,
}

/** Called with a description of each field that was left out. */
type ReportMisuse = (message: string) => void

/** The fields of a turn that the service will accept. */
export const validTurnFields = (given: TurnFields, reportMisuse: ReportMisuse): TurnFields =>
  validFields(given, turnFields, reportMisuse)

/** The fields of a completion that the service will accept. */
export const validCompletion = (given: Completion, reportMisuse: ReportMisuse): Completion =>
  validFields(given, completionFields, reportMisuse)

export const isRole = (role: unknown) => roles.includes(role as never)

function validFields<T extends object>(
  given: T,
  validators: Record<keyof T, Validator>,
  reportMisuse: ReportMisuse,
): T {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined || value === null) continue
    const valid = Object.hasOwn(validators, name) ? validators[name as keyof T](value) : undefined
    if (valid === undefined)
      reportMisuse(`${name} was left out: the field is unknown, or its value is invalid.`)
    else if (valid !== notMeasured) fields[name] = valid
  }
  return fields as T
}
