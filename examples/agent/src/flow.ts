import type { Brief } from './brief.ts'

type Machine = Brief['flow']
type State = Machine['states'][number]

/** Where a conversation is in its flow. It goes only where the flow leads. */
export class Walk {
  private readonly states: ReadonlyMap<string, State>
  private at: State

  constructor({ states, initial }: Machine) {
    this.states = new Map(states.map((state) => [state.id, state]))
    const first = this.states.get(initial) ?? states[0]
    if (first === undefined) throw new Error('a flow has a state')
    this.at = first
  }

  get state(): State {
    return this.at
  }

  /** Where it may go from here, and when. */
  get ways(): readonly { to: string; condition: string | null }[] {
    return this.at.next
  }

  /** Nothing leads on from here. */
  get isOver(): boolean {
    return this.at.is_end || this.at.next.length === 0
  }

  /** Goes to a state. Being there already is no fault. @throws Error that says where one may go */
  enter(id: string): State {
    if (id === this.at.id) return this.at
    const next = this.at.next.some(({ to }) => to === id) ? this.states.get(id) : undefined
    if (next === undefined) {
      const ways = this.at.next.map(({ to }) => to).join(', ')
      throw new Error(`From ${this.at.id} ${ways === '' ? 'nothing leads on' : `one goes to: ${ways}`}.`)
    }
    this.at = next
    return next
  }
}
