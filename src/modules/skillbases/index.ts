/** Voice bots (skillbases): their config, every version of it, and the published version. */
export { exampleConfig } from './config/example-config.ts'
export { stateIdOf } from './config/flow-rules.ts'
export { mapTexts } from './config/map-texts.ts'
export { SkillbaseConfig } from './config/skillbase-config.ts'
export {
  type BuiltInVariable,
  builtInVariables,
  findBuiltIn,
  type TemplateVariable,
  templateVariables,
} from './config/template-variables.ts'
export type { Tool } from './config/tool-schemas.ts'
export { checkConfig, parseStoredConfig } from './config/validate-config.ts'
export { type FlowState, findFlowState, findStateInFlow } from './flow-states.ts'
export { getSkillbase } from './skillbases.ts'
export { getConfigToRun, getRunnableVersion, getVersion } from './versions.ts'
