/** What a voice agent works from: the prompt, the greeting, the flow as a machine, the functions it may call. */
export { functionsOf, type ModelFunction } from './functions.ts'
export { type Machine, machineOf } from './machine.ts'
export { greetingOf, languageOf, systemPrompt } from './prompt.ts'
export { type Contact, type Values, valuesOf } from './values.ts'
