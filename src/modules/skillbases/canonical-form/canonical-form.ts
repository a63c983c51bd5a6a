import type { FieldError } from '../../../lib/errors.ts'
import { maxStates, maxTransitions } from '../config/skillbase-config.ts'
import { maxTools } from '../config/tool-schemas.ts'
import { readNextStates } from './next-states.ts'
import { isObject, type JsonObject, ReadingReport } from './reading-report.ts'
import { readStates } from './states.ts'
import { readTools } from './tools.ts'
import { readReference, readTransitions } from './transitions.ts'

/** A config in the notation of its schema, and how it was read. */
export interface CanonicalForm {
  /** A copy of the config. Parts that no notation explains are unchanged, for the schema to reject. */
  config: unknown
  /** What each part in another notation was read as. Pointers lead into the config as it was sent. */
  conversions: readonly FieldError[]
  /** Parts that can be read in several ways or in none. Pointers lead into the config as it was sent. */
  errors: readonly FieldError[]
  /** An error or a warning of the canonical form, with pointers into the config as it was sent. */
  asSent: (error: FieldError) => FieldError
}

/**
 * Reads a config in any of the notations that the customer's programs use: states with names in any language instead of
 * ids, `{id, prompt, next}` states, `from_state` and `to_state`, `{name, config, enabled}` tools. A config in canonical form
 * is returned unchanged.
 *
 * @param value any JSON value within the limits of `checkLimits`
 */
export function toCanonicalForm(value: unknown): CanonicalForm {
  const config: unknown = structuredClone(value)
  const report = new ReadingReport()
  if (isObject(config)) {
    const { flow, tools } = config
    // The schema rejects longer lists, so they need not be read.
    if (isObject(flow) && Array.isArray(flow.states) && flow.states.length <= maxStates)
      config.flow = readFlow(flow, flow.states, report)
    if (Array.isArray(tools) && tools.length <= maxTools) config.tools = readTools(tools, report)
  }
  const { conversions, errors } = report
  return { config, conversions, errors, asSent: (error) => report.asSent(error) }
}

function readFlow(flow: JsonObject, sentStates: readonly unknown[], report: ReadingReport): JsonObject {
  const states = readStates(sentStates, report)
  const read: JsonObject = { ...flow, states: states.states }
  const sentTransitions = Object.hasOwn(flow, 'transitions') ? flow.transitions : []
  if (Array.isArray(sentTransitions) && sentTransitions.length <= maxTransitions) {
    const transitions = readTransitions(sentTransitions, states, report)
    readNextStates(flow.type, states, transitions, report)
    if (transitions.length > 0 || Object.hasOwn(flow, 'transitions')) read.transitions = transitions
  }
  if (Object.hasOwn(flow, 'initial'))
    read.initial = readReference(flow.initial, '/flow/initial', states, report)
  return read
}
