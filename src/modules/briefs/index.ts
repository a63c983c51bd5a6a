/** What a voice agent works from: the prompt, the greeting, the flow as a machine, the functions it may call. */
export { getBrief } from './brief.ts'
export { isBriefed, keepContact } from './contact.ts'
export { functionsOf, type ModelFunction } from './functions.ts'
export { type Machine, machineOf } from './machine.ts'
export { greetingOf, languageOf, systemPrompt } from './prompt.ts'
export { findCallerOfToken, forgetCallTokens, makeCallToken } from './tokens.ts'
export { type Contact, type Values, valuesOf } from './values.ts'
