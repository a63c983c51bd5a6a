/** What a voice agent works from: the prompt, the greeting, the flow as a machine, the functions it may call. */
export { getBrief } from './brief.ts'
export { isBriefFetched, storeBriefContact } from './brief-contact.ts'
export { createCallToken, findCallerByToken, pruneCallTokens } from './call-tokens.ts'
export { buildFlowGraph, type FlowGraph } from './flow-graph.ts'
export { type ModelFunction, toModelFunctions } from './model-functions.ts'
export { buildSystemPrompt, greetingOf, languageOf } from './prompt.ts'
export { type Contact, type TemplateValues, templateValuesOf } from './template-values.ts'
