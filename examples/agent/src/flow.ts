import type { Brief } from './brief.ts'

type Flow = Brief['flow']
type State = Flow['states'][number]

/** The current state of a conversation in its flow. Only transitions of the flow are possible. */
export class FlowTracker {
  private readonly states: ReadonlyMap<string, State>
  private current: State

  constructor({ states, initial }: Flow) {
    this.states = new Map(states.map((state) => [state.id, state]))
    const initialState = this.states.get(initial) ?? states[0]
    if (initialState === undefined) throw new Error('The flow of the brief has no states.')
    this.current = initialState
  }

  get state(): State {
    return this.current
  }

  /** The states that can follow the current one, and their conditions. */
  get transitions(): readonly { to: string; condition: string | null }[] {
    return this.current.next
  }

  /** Whether no state can follow the current one. */
  get isFinal(): boolean {
    return this.current.is_end || this.current.next.length === 0
  }

  /** Moves to a state and returns it. The current state is allowed. @throws Error that lists the allowed states */
  enter(id: string): State {
    if (id === this.current.id) return this.current
    const nextState = this.current.next.some(({ to }) => to === id) ? this.states.get(id) : undefined
    if (nextState === undefined) {
      const allowed = this.current.next.map(({ to }) => to).join(', ') || 'none'
      throw new Error(
        `The flow does not lead from ${this.current.id} to ${id}. Allowed next stages: ${allowed}.`,
      )
    }
    this.current = nextState
    return nextState
  }
}
