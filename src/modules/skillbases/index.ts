/** Voice bots (skillbases): their config, every version of it, and the published version. */
export { exampleConfig } from './config/example-config.ts'
export { stateIdOf } from './config/flow-rules.ts'
export { SkillbaseConfig, type State } from './config/skillbase-config.ts'
export { replaceVariables, templateVariables } from './config/template-variables.ts'
export type { Tool } from './config/tool-schemas.ts'
export { checkConfig, parseStoredConfig } from './config/validate-config.ts'
export { type FlowState, findFlowState, findStateInFlow } from './flow-states.ts'
export { publishSkillbase } from './publishing.ts'
export { createSkillbase, getSkillbase, type Skillbase, type SkillbaseInput } from './skillbases.ts'
export {
  getRunnableVersion,
  getVersion,
  type RunnableVersion,
  type SkillbaseVersion,
} from './versions.ts'
