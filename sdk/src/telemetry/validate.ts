import { type Completion, outcomes, roles, statuses, type TurnFields, usageFields } from './wire.ts'

/**
 * What an agent gives may be anything. One bad value would have the service refuse its whole turn, or the end of its
 * call: so each is checked here, mended where that is plain, and else left out and told.
 */
type Mend = (value: unknown) => unknown

/** What says "not known" in so many words: left out, and no fault. */
const unknown = null

const within =
  (least: number, most: number): Mend =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most ? value : undefined
const oneOf =
  (words: readonly string[]): Mend =>
  (value) =>
    words.includes(value as string) ? value : undefined
const text =
  (most: number): Mend =>
  (value) =>
    value === '' ? unknown : typeof value === 'string' ? value.slice(0, most) : undefined
const latency: Mend = (value) => (value === -1 ? unknown : within(0, 600_000)(value))
const seconds = within(0, 604_800)
const score = within(-1, 1)
const count: Mend = (value) => within(0, 2 ** 31 - 1)(typeof value === 'number' ? Math.round(value) : value)
const bool: Mend = (value) => (typeof value === 'boolean' ? value : undefined)
const time: Mend = (value) =>
  typeof value === 'string' && Number.isFinite(Date.parse(value)) ? new Date(value).toISOString() : undefined
const object: Mend = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined

/** An object of these names; what does not fit is left out of it. */
const objectOf =
  (names: readonly string[], mend: Mend): Mend =>
  (value) => {
    if (object(value) === undefined) return undefined
    const mended = Object.entries(value as object).map(([name, item]) => [name, mend(item)] as const)
    return Object.fromEntries(mended.filter(([name, item]) => names.includes(name) && item !== undefined))
  }
const amount: Mend = (value) =>
  typeof value === 'string' && /^\d{1,6}(\.\d+)?$/.test(value) ? value : within(0, 999_999)(value)
const served: Mend = (value) => {
  const { provider, model } = (object(value) ?? {}) as { provider?: unknown; model?: unknown }
  const name = typeof provider === 'string' ? provider.toLowerCase() : ''
  if (!/^[a-z0-9][a-z0-9_.-]{0,99}$/.test(name)) return undefined
  return { provider: name, ...(typeof model === 'string' && { model: model.slice(0, 200) }) }
}

/** More than so many providers of one call the service does not take. */
const mostServed = 20
/** Who served besides, and how much. */
const servedToo: Mend = (value) => {
  const { component, ...given } = (object(value) ?? {}) as Record<string, unknown>
  const named = served(value)
  if (named === undefined || !['stt', 'llm', 'tts'].includes(component as string)) return undefined
  const counted = usageFields.map((name) => [name, turnFields[name](given[name])] as const)
  return {
    component,
    ...(named as object),
    ...Object.fromEntries(counted.filter(([, count]) => typeof count === 'number')),
  }
}

const turnFields: Record<keyof TurnFields, Mend> = {
  content: text(100_000),
  state_id: text(100),
  ttfb_stt: latency,
  latency_stt: latency,
  latency_llm: latency,
  ttfb_tts: latency,
  latency_tts: latency,
  eou_latency: latency,
  stt_duration_sec: seconds,
  llm_input_tokens: count,
  llm_cached_input_tokens: count,
  llm_output_tokens: count,
  tts_characters: count,
  was_interrupted: bool,
  sentiment: score,
  extra_data: object,
}

const completionFields: Record<keyof Completion, Mend> = {
  status: oneOf(statuses),
  outcome: oneOf(outcomes),
  outcome_confidence: within(0, 1),
  outcome_reason: text(2_000),
  ended_reason: text(500),
  ended_at: time,
  duration_sec: seconds,
  livekit_duration_sec: seconds,
  interruption_count: count,
  sentiment_score: score,
  collected_data: object,
  reported_cost: objectOf(['stt', 'llm', 'tts', 'livekit', 'total'], amount),
  providers: (value) => {
    const { also, ...main } = (object(value) ?? {}) as Record<string, unknown>
    const others = Array.isArray(also)
      ? also
          .map(servedToo)
          .filter((part) => part !== undefined)
          .slice(0, mostServed)
      : []
    const named = objectOf(['stt', 'llm', 'tts'], served)(object(value) === undefined ? value : main)
    return others.length > 0 && object(named) !== undefined ? { ...(named as object), also: others } : named
  },
}

/** Told of what had to be left out. */
type Misused = (what: string) => void

/** The fields of a turn that the service will take. */
export const validTurnFields = (given: TurnFields, misused: Misused): TurnFields =>
  sound(given, turnFields, misused)

/** What is said of the end of a call, as far as the service will take it. */
export const validCompletion = (given: Completion, misused: Misused): Completion =>
  sound(given, completionFields, misused)

export const isRole = (role: unknown) => roles.includes(role as never)

function sound<T extends object>(given: T, rules: Record<keyof T, Mend>, misused: Misused): T {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined || value === null) continue
    const mended = Object.hasOwn(rules, name) ? rules[name as keyof T](value) : undefined
    if (mended === undefined) misused(`${name} was left out: the service would refuse it`)
    else if (mended !== unknown) fields[name] = mended
  }
  return fields as T
}
