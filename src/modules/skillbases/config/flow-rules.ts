import type { FieldError } from '../../../lib/errors.ts'
import type { Flow, State } from './skillbase-config.ts'

/** What must hold of a flow, and what is odd in one. Everything here is linear in its size, and nothing recurses. */

export const stateIdOf = (state: State): string => (typeof state === 'string' ? state : state.id)

/** What is wrong: ids that are not unique, names of no state, states that cannot be reached, no end. */
export function flowErrors(flow: Flow): FieldError[] {
  const ids = flow.states.map(stateIdOf)
  const known = new Set(ids)
  const faults = repeatedIds(flow, ids)
  for (const [i, { from, to }] of flow.transitions.entries()) {
    if (!known.has(from)) faults.push(unknownState(`/flow/transitions/${i}/from`))
    if (!known.has(to)) faults.push(unknownState(`/flow/transitions/${i}/to`))
  }
  const isInitialKnown = flow.initial === undefined || known.has(flow.initial)
  if (!isInitialKnown) faults.push(unknownState('/flow/initial'))
  if (flow.type === 'graph') {
    if (isInitialKnown) faults.push(...unreachable(flow, ids))
    if (endStateIds(flow, ids).length === 0) {
      faults.push({ pointer: '/flow/transitions', detail: 'leave no end: one state must have no way out' })
    }
  }
  return faults
}

/** What is allowed and hardly meant. */
export function flowWarnings(flow: Flow): FieldError[] {
  return flow.type === 'linear' ? linearWarnings(flow) : [...deadEnds(flow), ...ambiguous(flow)]
}

const unknownState = (pointer: string): FieldError => ({ pointer, detail: 'names no state of this flow' })

const pointerOf = (flow: Flow, i: number): string =>
  typeof flow.states[i] === 'string' ? `/flow/states/${i}` : `/flow/states/${i}/id`

function repeatedIds(flow: Flow, ids: string[]): FieldError[] {
  const first = new Map<string, number>()
  const faults: FieldError[] = []
  for (const [i, id] of ids.entries()) {
    const earlier = first.get(id.toLowerCase())
    if (earlier === undefined) first.set(id.toLowerCase(), i)
    else faults.push({ pointer: pointerOf(flow, i), detail: `is the id of /flow/states/${earlier} too` })
  }
  return faults
}

function unreachable(flow: Flow, ids: string[]): FieldError[] {
  const initial = flow.initial ?? ids[0]
  const reached = reachedFrom(initial === undefined ? [] : [initial], flow, 'from', 'to')
  return ids.flatMap((id, i) =>
    reached.has(id) ? [] : [{ pointer: pointerOf(flow, i), detail: `cannot be reached from ${initial}` }],
  )
}

/** States that nothing leaves; a way back to itself leaves nothing. */
export function endStateIds(flow: Flow, ids: string[]): string[] {
  const left = new Set(flow.transitions.map(({ from }) => from))
  return ids.filter((id) => !left.has(id))
}

function reachedFrom(
  starts: string[],
  flow: Flow,
  source: 'from' | 'to',
  target: 'from' | 'to',
): Set<string> {
  const next = new Map<string, string[]>()
  for (const transition of flow.transitions) {
    const ways = next.get(transition[source])
    if (ways === undefined) next.set(transition[source], [transition[target]])
    else ways.push(transition[target])
  }
  const reached = new Set(starts)
  for (const id of reached) for (const way of next.get(id) ?? []) reached.add(way)
  return reached
}

/** States from which a conversation goes round for ever. */
function deadEnds(flow: Flow): FieldError[] {
  const ids = flow.states.map(stateIdOf)
  const ends = endStateIds(flow, ids)
  if (ends.length === 0) return []
  const ending = reachedFrom(ends, flow, 'to', 'from')
  return ids.flatMap((id, i) =>
    ending.has(id) ? [] : [{ pointer: pointerOf(flow, i), detail: 'has no way to an end' }],
  )
}

function ambiguous(flow: Flow): FieldError[] {
  const seen = new Map<string, number>()
  const warnings: FieldError[] = []
  for (const [i, { from, to, condition }] of flow.transitions.entries()) {
    const key = JSON.stringify(condition === undefined ? [from] : [from, to, condition])
    const earlier = seen.get(key)
    if (earlier === undefined) seen.set(key, i)
    else {
      const same = flow.transitions[earlier]?.to === to
      const detail = same
        ? `repeats /flow/transitions/${earlier}`
        : `has no condition, as /flow/transitions/${earlier} from the same state: which one is taken is chance`
      warnings.push({ pointer: `/flow/transitions/${i}`, detail })
    }
  }
  return warnings
}

function linearWarnings({ transitions, initial, states }: Flow): FieldError[] {
  const warnings: FieldError[] = []
  if (transitions.length > 0) {
    warnings.push({
      pointer: '/flow/transitions',
      detail: 'are not used: a linear flow takes its states in order (type graph follows transitions)',
    })
  }
  const [first] = states
  if (initial !== undefined && first !== undefined && initial !== stateIdOf(first)) {
    warnings.push({
      pointer: '/flow/initial',
      detail: 'passes over the states before it: they are never reached',
    })
  }
  return warnings
}
