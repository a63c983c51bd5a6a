import { maxTransitions } from '../config/skillbase-config.ts'
import { isObject, type JsonObject, type ReadingReport } from './reading-report.ts'
import type { NextOfState, ReadStates } from './states.ts'
import { readReference, withCanonicalNames } from './transitions.ts'

/** What `next` contains where the conversation ends, unless a state has this name. */
const endWords = ['end', 'END', '']

/** One transition that `next` describes. */
interface Target {
  pointer: string
  /** The pointer to what it leads to. */
  toPointer: string
  fields: JsonObject
}

/**
 * Reads `next` of the states. In a linear flow it must agree with the order of the states; otherwise it is appended to the
 * transitions.
 */
export function readNextStates(
  flowType: unknown,
  states: ReadStates,
  transitions: unknown[],
  report: ReadingReport,
): void {
  const indexByKey = new Map(transitions.map((transition, i) => [keyOf(transition), i]))
  for (const next of states.nexts) {
    // The schema rejects more, so the rest need not be read.
    if (transitions.length > maxTransitions) return
    const pointer = `/flow/states/${next.position}/next`
    const earlierErrors = report.errors.length
    const targets = targetsOf(next.value, pointer, states, report)
    if (targets === undefined) continue
    if (flowType === 'linear') {
      if (report.errors.length === earlierErrors) checkOrder(next, targets, pointer, states, report)
    } else {
      for (const target of targets) appendTransition(target, next.from, transitions, indexByKey, report)
      if (targets.length === 0) report.convert(pointer, 'Read as the end of the conversation.')
    }
  }
}

/** Where `next` leads; empty at an end, undefined when it cannot be read. */
function targetsOf(
  next: unknown,
  pointer: string,
  states: ReadStates,
  report: ReadingReport,
): Target[] | undefined {
  const isEndWord =
    typeof next === 'string' && endWords.includes(next.trim()) && states.find(next) === 'unknown'
  if (next === null || isEndWord) return []
  const items: [value: unknown, pointer: string][] = Array.isArray(next)
    ? next.map((item, i) => [item, `${pointer}/${i}`])
    : [[next, pointer]]
  if (items.length > maxTransitions) {
    report.reject(pointer, `Must have at most ${maxTransitions} items. Received ${items.length}.`)
    return undefined
  }
  const targets: Target[] = []
  for (const [value, itemPointer] of items) {
    if (typeof value !== 'string' && !isObject(value)) {
      const detail =
        'Must be the id or the name of a state, an object with `to` and `condition`, a list of these, or null at the end.'
      report.reject(itemPointer, detail)
      return undefined
    }
    const { fields, sentNames } = withCanonicalNames(
      isObject(value) ? value : { to: value },
      itemPointer,
      report,
    )
    const toPointer = isObject(value) ? `${itemPointer}/${sentNames.get('to') ?? 'to'}` : itemPointer
    fields.to = readReference(fields.to, toPointer, states, report)
    targets.push({ pointer: itemPointer, toPointer, fields })
  }
  return targets
}

function checkOrder(
  { position }: NextOfState,
  targets: Target[],
  pointer: string,
  { ids }: ReadStates,
  report: ReadingReport,
): void {
  const following = ids[position + 1]
  const isLast = position === ids.length - 1
  const [first, ...others] = targets
  const leadsOn = first !== undefined && others.length === 0 && Object.keys(first.fields).length === 1
  if (isLast ? first === undefined : leadsOn && first.fields.to === following) {
    report.convert(pointer, 'Agrees with the order of the states, which a linear flow follows.')
    return
  }
  const order = isLast ? 'ends after this state' : `continues with "${following}"`
  report.reject(
    pointer,
    `The flow is linear, so the conversation ${order}, but \`next\` differs. Change the order of the states, or set the type of the flow to graph.`,
  )
}

function appendTransition(
  { pointer, toPointer, fields }: Target,
  from: string | undefined,
  transitions: unknown[],
  indexByKey: Map<string, number>,
  report: ReadingReport,
): void {
  if (Object.hasOwn(fields, 'from'))
    report.reject(pointer, '`next` leads from its own state, so it has no `from`. Leave it out.')
  const canonicalPointer = `/flow/transitions/${transitions.length}`
  const transition = { ...fields, from }
  const earlier = indexByKey.get(keyOf(transition))
  if (earlier !== undefined) {
    report.convert(pointer, `Repeats ${report.sentPointer(`/flow/transitions/${earlier}`)}.`)
    return
  }
  report.convert(pointer, `Read as the transition ${JSON.stringify(transition)}.`)
  report.moved(canonicalPointer, pointer)
  report.moved(`${canonicalPointer}/from`, pointer)
  report.moved(`${canonicalPointer}/to`, toPointer)
  indexByKey.set(keyOf(transition), transitions.length)
  transitions.push(transition)
}

/** The same for transitions with the same fields. */
const keyOf = (transition: unknown): string =>
  JSON.stringify(isObject(transition) ? Object.entries(transition).sort() : transition)
