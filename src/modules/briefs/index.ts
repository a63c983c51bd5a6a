/** Briefs: everything that a voice agent needs for a call: prompt, greeting, flow, functions, providers, report URLs. */
export { isBriefFetched, storeBriefContact } from './brief-contact.ts'
export {
  createCallToken,
  findCallerByToken,
  findExistingTokenHashes,
  isCallToken,
  pruneCallTokens,
} from './call-tokens.ts'
