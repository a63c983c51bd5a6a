import { Ajv } from 'ajv'
import { and, eq, sql } from 'drizzle-orm'
import { skillbaseVersions } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { lazy } from '../../lib/lazy.ts'
import { endStateIds, flowErrors, stateIdOf } from './config/flow-rules.ts'
import { type Flow, SkillbaseConfig } from './config/skillbase-config.ts'

/** A state of a flow, and whether conversations begin in it or are over in it. */
export interface FlowState {
  id: string
  name: string
  is_start: boolean
  is_end: boolean
}

const flowValidator = lazy(() =>
  new Ajv({ strict: false, useDefaults: true }).compile<Flow>(SkillbaseConfig.properties.flow),
)

/**
 * The state of this id in a version's flow, upper and lower case alike; undefined when there is none, or when
 * hand-written SQL stored a flow that breaks rules. A version never changes, so the answer does not either.
 */
export async function findFlowState(
  tx: Tx,
  skillbase_id: string,
  version: number,
  state_id: string,
): Promise<FlowState | undefined> {
  const { company_id, skillbase_id: ofSkillbase, version: number } = skillbaseVersions
  const [kept] = await tx
    .select({ flow: sql<unknown>`${skillbaseVersions.config} -> 'flow'` })
    .from(skillbaseVersions)
    .where(and(eq(company_id, tx.company_id), eq(ofSkillbase, skillbase_id), eq(number, version)))
  const flow = kept?.flow
  const isFlow = flowValidator()
  return isFlow(flow) && flowErrors(flow).length === 0 ? findStateInFlow(flow, state_id) : undefined
}

/** As `findFlowState`, in a flow that breaks no rule. A linear flow is over in its last state, a graph where nothing leads on. */
export function findStateInFlow(flow: Flow, state_id: string): FlowState | undefined {
  const ids = flow.states.map(stateIdOf)
  const i = ids.findIndex((id) => id.toLowerCase() === state_id.toLowerCase())
  const [id, state] = [ids[i], flow.states[i]]
  if (id === undefined || state === undefined) return undefined
  const ends = flow.type === 'linear' ? ids.slice(-1) : endStateIds(flow, ids)
  return {
    id,
    name: typeof state === 'string' ? state : state.name,
    is_start: id === (flow.initial ?? ids[0]),
    is_end: ends.includes(id),
  }
}
