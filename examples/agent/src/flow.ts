import type { Brief } from './brief.ts'

type Machine = Brief['flow']
type State = Machine['states'][number]

/** Where a conversation is in its flow. It goes only where the flow leads. */
export class FlowTracker {
  private readonly states: ReadonlyMap<string, State>
  private current: State

  constructor({ states, initial }: Machine) {
    this.states = new Map(states.map((state) => [state.id, state]))
    const first = this.states.get(initial) ?? states[0]
    if (first === undefined) throw new Error('a flow has a state')
    this.current = first
  }

  get state(): State {
    return this.current
  }

  /** Where it may go from here, and when. */
  get transitions(): readonly { to: string; condition: string | null }[] {
    return this.current.next
  }

  /** Nothing leads on from here. */
  get isFinal(): boolean {
    return this.current.is_end || this.current.next.length === 0
  }

  /** Goes to a state. Being there already is no fault. @throws Error that says where one may go */
  enter(id: string): State {
    if (id === this.current.id) return this.current
    const next = this.current.next.some(({ to }) => to === id) ? this.states.get(id) : undefined
    if (next === undefined) {
      const ways = this.current.next.map(({ to }) => to).join(', ')
      throw new Error(`From ${this.current.id} ${ways === '' ? 'nothing leads on' : `one goes to: ${ways}`}.`)
    }
    this.current = next
    return next
  }
}
