import { unknownState } from '../config/flow-rules.ts'
import { isStateId } from '../config/skillbase-config.ts'
import { isObject, type JsonObject, type ReadingReport } from './reading-report.ts'
import type { ReadStates } from './states.ts'

/** Fields of a transition by their other names. */
const nameByAlias = { from_state: 'from', to_state: 'to' } as const

/** Reads transitions that call states by their names, and transitions with `from_state` and `to_state`. */
export function readTransitions(
  sent: readonly unknown[],
  states: ReadStates,
  report: ReadingReport,
): unknown[] {
  return sent.map((value, i) => {
    if (!isObject(value)) return value
    const pointer = `/flow/transitions/${i}`
    const { fields, sentNames } = withCanonicalNames(value, pointer, report)
    for (const name of ['from', 'to']) {
      const fieldPointer = `${pointer}/${sentNames.get(name) ?? name}`
      report.moved(`${pointer}/${name}`, fieldPointer)
      if (Object.hasOwn(fields, name))
        fields[name] = readReference(fields[name], fieldPointer, states, report)
    }
    return fields
  })
}

/** A copy of a transition with the names `from`, `to` and `condition`, and the names that were sent instead. */
export function withCanonicalNames(sent: JsonObject, pointer: string, report: ReadingReport) {
  const fields: JsonObject = Object.fromEntries(Object.entries(sent))
  const sentNames = new Map<string, string>()
  for (const [alias, name] of Object.entries(nameByAlias)) {
    if (!Object.hasOwn(fields, alias)) continue
    if (!Object.hasOwn(fields, name)) {
      fields[name] = fields[alias]
      sentNames.set(name, alias)
      report.convert(`${pointer}/${alias}`, `Read as \`${name}\`.`)
    } else if (fields[name] !== fields[alias]) {
      report.reject(
        `${pointer}/${alias}`,
        `\`${alias}\` is another name of \`${name}\`, which has a different value. Send one of them.`,
      )
    }
    delete fields[alias]
  }
  if (fields.condition === null) {
    report.convert(`${pointer}/condition`, 'null is read as no condition.')
    delete fields.condition
  }
  return { fields, sentNames }
}

/** The id of the state that a text calls; the value itself when it calls none, which is an error. */
export function readReference(
  value: unknown,
  pointer: string,
  { find, knownIds }: ReadStates,
  report: ReadingReport,
): unknown {
  if (typeof value !== 'string') return value
  const found = find(value)
  if (found === 'ambiguous') {
    report.reject(pointer, `Several states are called "${value}". Use the id of the state.`)
    return value
  }
  if (found === 'unknown') {
    // The rules report an unknown id. The schema would report an unknown name as a malformed id.
    if (!isStateId(value)) report.errors.push(unknownState(pointer, value, knownIds))
    return value
  }
  if (found.id !== value) report.convert(pointer, `Read as the id "${found.id}".`)
  return found.id
}
