/** Search: the words of the transcripts of calls. */
export { type FoundWords, findTranscripts, parseWords, transcriptHasWords } from './find-transcripts.ts'
export {
  indexStep,
  listSetAsideTranscripts,
  queueMissingTranscripts,
  queueTranscripts,
} from './index-transcripts.ts'
