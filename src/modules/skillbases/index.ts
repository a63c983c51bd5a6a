/** Voice bots: a config, every version of it, and which one is published. */
export { SkillbaseConfig, type State } from './config.ts'
export { exampleConfig } from './example.ts'
export { idOf } from './flow-rules.ts'
export { publishSkillbase } from './publishing.ts'
export { checkConfig } from './rules.ts'
export { createSkillbase, getSkillbase, type Skillbase, type SkillbaseInput } from './skillbases.ts'
export type { Tool } from './tools.ts'
export { getVersion, type RunnableVersion, type SkillbaseVersion, versionToRun } from './versions.ts'
