import { findStateInFlow, type SkillbaseConfig, stateIdOf } from '../skillbases/index.ts'

type Flow = SkillbaseConfig['flow']

/** A flow as an agent steps through it: from a state it goes on by `next`, the first whose condition is met. */
export interface FlowGraph {
  type: Flow['type']
  initial: string
  states: {
    id: string
    name: string
    prompt: string | null
    is_end: boolean
    /** condition null: when no other is met. */
    next: { to: string; condition: string | null }[]
  }[]
}

/** A flow that breaks no rule as a machine; a linear one leads from each state to the one behind it. */
export function buildFlowGraph(flow: Flow): FlowGraph {
  const ids = flow.states.map(stateIdOf)
  return {
    type: flow.type,
    initial: flow.initial ?? (ids[0] as string),
    states: flow.states.map((state, i) => {
      const id = stateIdOf(state)
      const following = ids[i + 1]
      const linear = following === undefined ? [] : [{ to: following, condition: null }]
      return {
        id,
        name: typeof state === 'string' ? state : state.name,
        prompt: typeof state === 'string' ? null : (state.prompt ?? null),
        is_end: findStateInFlow(flow, id)?.is_end ?? false,
        next: flow.type === 'linear' ? linear : waysFrom(flow, id),
      }
    }),
  }
}

/** What has no condition comes last: it is taken when nothing else is. */
function waysFrom({ transitions }: Flow, id: string) {
  const ways = transitions
    .filter(({ from }) => from === id)
    .map(({ to, condition }) => ({ to, condition: condition ?? null }))
  return [
    ...ways.filter(({ condition }) => condition !== null),
    ...ways.filter(({ condition }) => condition === null),
  ]
}
