import { Ajv } from 'ajv'
import { and, eq, sql } from 'drizzle-orm'
import { skillbaseVersions } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { lazy } from '../../lib/lazy.ts'
import { toCanonicalForm } from './canonical-form/canonical-form.ts'
import { endStateIds, flowErrors, stateIdOf } from './config/flow-rules.ts'
import { type Flow, SkillbaseConfig } from './config/skillbase-config.ts'

/** A state of a flow, and whether conversations start or end in it. */
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
 * Finds a state in the flow of a version, ignoring the case of the id. Undefined when there is none, or when hand-written
 * SQL stored an invalid flow. Versions are immutable, so the result may be cached.
 */
export async function findFlowState(
  tx: Tx,
  skillbase_id: string,
  version: number,
  state_id: string,
): Promise<FlowState | undefined> {
  const [stored] = await tx
    .select({ flow: sql<unknown>`${skillbaseVersions.config} -> 'flow'` })
    .from(skillbaseVersions)
    .where(
      and(
        eq(skillbaseVersions.company_id, tx.company_id),
        eq(skillbaseVersions.skillbase_id, skillbase_id),
        eq(skillbaseVersions.version, version),
      ),
    )
  const flow = (toCanonicalForm({ flow: stored?.flow }).config as { flow: unknown }).flow
  const isFlow = flowValidator()
  return isFlow(flow) && flowErrors(flow).length === 0 ? findStateInFlow(flow, state_id) : undefined
}

/** Like `findFlowState`, in a valid flow. A linear flow ends in its last state, a graph in states without transitions. */
export function findStateInFlow(flow: Flow, state_id: string): FlowState | undefined {
  const ids = flow.states.map(stateIdOf)
  const i = ids.findIndex((id) => id.toLowerCase() === state_id.toLowerCase())
  const [id, state] = [ids[i], flow.states[i]]
  if (id === undefined || state === undefined) return undefined
  const endIds = flow.type === 'linear' ? ids.slice(-1) : endStateIds(flow, ids)
  return {
    id,
    name: typeof state === 'string' ? state : state.name,
    is_start: id === (flow.initial ?? ids[0]),
    is_end: endIds.includes(id),
  }
}
