/** Search: the words of the transcripts of calls. */
export { type FoundWords, findTranscripts, parseWords, transcriptHasWords } from './find-transcripts.ts'
export { indexMissingTranscripts, indexTranscripts } from './index-transcripts.ts'
