import { findStateInFlow, type SkillbaseConfig, stateIdOf } from '../skillbases/index.ts'

type Flow = SkillbaseConfig['flow']

/** A flow in the form that an agent follows: in each state, it uses the first transition whose condition is met. */
export interface FlowGraph {
  type: Flow['type']
  initial: string
  states: {
    id: string
    name: string
    prompt: string | null
    is_end: boolean
    /** A transition with the condition null comes last: it is followed when no other condition is met. */
    next: { to: string; condition: string | null }[]
  }[]
}

/** Builds the graph of a valid flow. Each state of a linear flow leads to the state after it. */
export function buildFlowGraph(flow: Flow): FlowGraph {
  const ids = flow.states.map(stateIdOf)
  return {
    type: flow.type,
    initial: flow.initial ?? (ids[0] as string),
    states: flow.states.map((state, i) => {
      const id = stateIdOf(state)
      const nextId = ids[i + 1]
      const linearNext = nextId === undefined ? [] : [{ to: nextId, condition: null }]
      return {
        id,
        name: typeof state === 'string' ? state : state.name,
        prompt: typeof state === 'string' ? null : (state.prompt ?? null),
        is_end: findStateInFlow(flow, id)?.is_end ?? false,
        next: flow.type === 'linear' ? linearNext : transitionsFrom(flow, id),
      }
    }),
  }
}

/** The transitions out of a state; those without a condition come last. */
function transitionsFrom({ transitions }: Flow, id: string) {
  const outgoing = transitions
    .filter(({ from }) => from === id)
    .map(({ to, condition }) => ({ to, condition: condition ?? null }))
  return [
    ...outgoing.filter(({ condition }) => condition !== null),
    ...outgoing.filter(({ condition }) => condition === null),
  ]
}
