/** Briefs: everything that a voice agent needs for a call: prompt, greeting, flow, functions, providers, report URLs. */
export { getBrief } from './brief.ts'
export { isBriefFetched, storeBriefContact } from './brief-contact.ts'
export { createCallToken, findCallerByToken, pruneCallTokens } from './call-tokens.ts'
export { buildFlowGraph, type FlowGraph } from './flow-graph.ts'
export { type ModelFunction, toModelFunctions } from './model-functions.ts'
export { buildSystemPrompt, greetingOf, languageOf } from './prompt.ts'
export { type Contact, type TemplateValues, templateValuesOf } from './template-values.ts'
