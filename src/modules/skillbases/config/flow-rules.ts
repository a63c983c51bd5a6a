import type { FieldError } from '../../../lib/errors.ts'
import type { Flow, State } from './skillbase-config.ts'

/** Rules for flows that JSON Schema cannot express. All run in linear time, and none is recursive. */

export const stateIdOf = (state: State): string => (typeof state === 'string' ? state : state.id)

/** Errors of a flow: duplicate ids, references to unknown states, unreachable states, no end state. */
export function flowErrors(flow: Flow): FieldError[] {
  const ids = flow.states.map(stateIdOf)
  const knownIds = new Set(ids)
  const errors = duplicateIds(flow, ids)
  for (const [i, { from, to }] of flow.transitions.entries()) {
    if (!knownIds.has(from)) errors.push(unknownState(`/flow/transitions/${i}/from`, from, ids))
    if (!knownIds.has(to)) errors.push(unknownState(`/flow/transitions/${i}/to`, to, ids))
  }
  const isInitialKnown = flow.initial === undefined || knownIds.has(flow.initial)
  if (!isInitialKnown) errors.push(unknownState('/flow/initial', flow.initial ?? '', ids))
  if (flow.type === 'graph') {
    if (isInitialKnown) errors.push(...unreachableStates(flow, ids))
    if (endStateIds(flow, ids).length === 0) {
      const detail = 'The flow has no end: at least one state must have no transition that leaves it.'
      errors.push({ pointer: '/flow/transitions', detail })
    }
  }
  return errors
}

/** Parts of a valid flow that are probably a mistake. */
export function flowWarnings(flow: Flow): FieldError[] {
  return flow.type === 'linear'
    ? linearWarnings(flow)
    : [...endlessStates(flow), ...ambiguousTransitions(flow)]
}

/** The maximum number of state ids that an error lists. */
const maxListedIds = 20

/** The error of a reference to a state that the flow does not have. */
export function unknownState(pointer: string, id: string, ids: string[]): FieldError {
  const listed = ids.slice(0, maxListedIds).join(', ')
  const rest = ids.length > maxListedIds ? ` and ${ids.length - maxListedIds} more` : ''
  return { pointer, detail: `The flow has no state "${id}". Its states: ${listed}${rest}.` }
}

const pointerOf = (flow: Flow, i: number): string =>
  typeof flow.states[i] === 'string' ? `/flow/states/${i}` : `/flow/states/${i}/id`

function duplicateIds(flow: Flow, ids: string[]): FieldError[] {
  const firstIndexById = new Map<string, number>()
  const errors: FieldError[] = []
  for (const [i, id] of ids.entries()) {
    const earlier = firstIndexById.get(id.toLowerCase())
    if (earlier === undefined) firstIndexById.set(id.toLowerCase(), i)
    else {
      const detail = `Duplicate state id "${id}": /flow/states/${earlier} has the same id. Ids must be unique, ignoring case.`
      errors.push({ pointer: pointerOf(flow, i), detail })
    }
  }
  return errors
}

function unreachableStates(flow: Flow, ids: string[]): FieldError[] {
  const initial = flow.initial ?? ids[0]
  const reached = reachableFrom(initial === undefined ? [] : [initial], flow, 'from', 'to')
  const detail = `The state cannot be reached from the initial state "${initial}". Add a transition to it or remove it.`
  return ids.flatMap((id, i) => (reached.has(id) ? [] : [{ pointer: pointerOf(flow, i), detail }]))
}

/** Ids of states that no transition leaves. A state with a transition to itself is not an end. */
export function endStateIds(flow: Flow, ids: string[]): string[] {
  const sources = new Set(flow.transitions.map(({ from }) => from))
  return ids.filter((id) => !sources.has(id))
}

/** All ids reachable from `starts`, along the transitions (from, to) or against them (to, from). */
function reachableFrom(
  starts: string[],
  flow: Flow,
  source: 'from' | 'to',
  target: 'from' | 'to',
): Set<string> {
  const targetsBySource = new Map<string, string[]>()
  for (const transition of flow.transitions) {
    const targets = targetsBySource.get(transition[source])
    if (targets === undefined) targetsBySource.set(transition[source], [transition[target]])
    else targets.push(transition[target])
  }
  const reached = new Set(starts)
  // A Set iterates over ids that are added during the loop, too.
  for (const id of reached) for (const target of targetsBySource.get(id) ?? []) reached.add(target)
  return reached
}

/** States from which no end state can be reached. */
function endlessStates(flow: Flow): FieldError[] {
  const ids = flow.states.map(stateIdOf)
  const ends = endStateIds(flow, ids)
  if (ends.length === 0) return []
  const canEnd = reachableFrom(ends, flow, 'to', 'from')
  const detail = 'No end state can be reached from this state, so the conversation never ends.'
  return ids.flatMap((id, i) => (canEnd.has(id) ? [] : [{ pointer: pointerOf(flow, i), detail }]))
}

/** Repeated transitions, and states with more than one transition without a condition. */
function ambiguousTransitions(flow: Flow): FieldError[] {
  const firstIndexByKey = new Map<string, number>()
  const warnings: FieldError[] = []
  for (const [i, { from, to, condition }] of flow.transitions.entries()) {
    const key = JSON.stringify(condition === undefined ? [from] : [from, to, condition])
    const earlier = firstIndexByKey.get(key)
    if (earlier === undefined) firstIndexByKey.set(key, i)
    else {
      const isRepeated = flow.transitions[earlier]?.to === to
      const detail = isRepeated
        ? `The transition repeats /flow/transitions/${earlier}.`
        : `Neither this transition nor /flow/transitions/${earlier} from the same state has a condition, so it is undefined which one is followed.`
      warnings.push({ pointer: `/flow/transitions/${i}`, detail })
    }
  }
  return warnings
}

function linearWarnings({ transitions, initial, states }: Flow): FieldError[] {
  const warnings: FieldError[] = []
  if (transitions.length > 0) {
    const detail = 'Ignored: a linear flow follows its states in order. Set type to graph to use transitions.'
    warnings.push({ pointer: '/flow/transitions', detail })
  }
  const [first] = states
  if (initial !== undefined && first !== undefined && initial !== stateIdOf(first)) {
    const detail = 'The states before this one are never reached, because a linear flow only moves forward.'
    warnings.push({ pointer: '/flow/initial', detail })
  }
  return warnings
}
