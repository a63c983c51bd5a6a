// Worker thread that reads files, one after the other. Parsing in the main thread would block all other requests.

import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { FileErrorCode } from '../../../lib/list-error-codes.ts'
import { FileError } from './file-error.ts'
import type { Reading, ReadOptions } from './read-options.ts'
import { readFileRows } from './reader.ts'
import type { ContactRow } from './rows.ts'
import { stagedRowJson, storableJson } from './staged-row.ts'
import { StagedSize } from './staged-size.ts'

/** Messages to the thread. A file is `start`, any number of chunks, then `end`. */
export type ThreadRequest =
  | { kind: 'start'; options: ReadOptions; keepsCells: boolean }
  | { kind: 'chunk'; bytes: Uint8Array }
  | { kind: 'end' }
  /** A batch of rows has been stored. */
  | { kind: 'stored' }

/** Messages from the thread. */
export type ThreadResponse =
  /** A chunk, or the end of the file, was removed from the queue. */
  | { kind: 'dequeued' }
  /** A batch of rows, as JSON. */
  | { kind: 'rows'; rows: string }
  | { kind: 'done'; read: ReadSummary }
  | { kind: 'failed'; code: FileErrorCode; detail: string; cause?: UnexpectedError }

/** An error without its message, which may contain cells of the file. */
interface UnexpectedError {
  name: string
  code: string | undefined
  /** The lines of the stack that name functions. */
  stack: string[]
}

export interface ReadSummary {
  reading: Reading
  total: number
  rejected: number
  /** Number of rejected rows per code. */
  refusals: Record<string, number>
  /**
   * The first 20 rows as they were read, and up to three more for each way in which a number was read. Rows that would make it
   * larger than 256 kB are left out.
   */
  preview: Record<string, unknown>[]
  /** The last line of each chunk of rows that is merged in one transaction. */
  chunk_ends: number[]
}

const port = parentPort
if (port === null) throw new Error('reader-thread.ts must be started as a worker thread')
// When the cores are busy, requests come before files. On Linux the priority is that of this thread (setpriority(2)), elsewhere it would
// be that of the process.
if (process.platform === 'linux') setPriority(10)

const batchLength = 512 * 1024
/** Maximum batches that were sent and are not stored yet: reading waits for the database. */
const maxUnstoredBatches = 2
/** Larger chunks are divided: limits, such as that of a line, are checked for each. */
const maxChunkBytes = 65_536
const previewRows = 20
const maxPreviewLength = 256 * 1024
const examplesOfNote = 3

/** Chunks received and not yet read; undefined marks the end of the file. */
let chunks: (Uint8Array | undefined)[] = []
let unstoredBatches = 0
/** Bytes of the file that were removed from the queue. */
let receivedBytes = 0

/** Resolvers of `nextMessage`: the parser waits for chunks, and `readFile` for batches to be stored. */
let waiters: (() => void)[] = []
const nextMessage = () => new Promise<void>((resolve) => void waiters.push(resolve))
const resolveWaiters = () => {
  const resolvers = waiters
  waiters = []
  for (const resolve of resolvers) resolve()
}

port.on('message', (message: ThreadRequest) => {
  if (message.kind === 'start') {
    chunks = []
    unstoredBatches = 0
    receivedBytes = 0
    void readFile(message)
  } else if (message.kind === 'stored') unstoredBatches--
  else chunks.push(message.kind === 'chunk' ? message.bytes : undefined)
  resolveWaiters()
})

const send = (message: ThreadResponse) => port.postMessage(message)

async function* receivedChunks(): AsyncGenerator<Uint8Array> {
  for (;;) {
    while (chunks.length === 0) await nextMessage()
    const chunk = chunks.shift()
    send({ kind: 'dequeued' })
    if (chunk === undefined) return
    for (let start = 0; start < chunk.length; start += maxChunkBytes) {
      const part = chunk.subarray(start, start + maxChunkBytes)
      receivedBytes += part.length
      yield part
    }
  }
}

async function readFile({ options, keepsCells }: Extract<ThreadRequest, { kind: 'start' }>): Promise<void> {
  const summary: ReadSummary = {
    reading: { format: 'csv', columns: [], mapping: {} },
    total: 0,
    rejected: 0,
    refusals: {},
    preview: [],
    chunk_ends: [],
  }
  let previewLength = 0
  let batch = ''
  const size = new StagedSize(options.suppressions === undefined ? 'contacts' : 'suppressions')
  const staging = { keepsCells, keepsData: options.suppressions !== undefined }
  const sendBatch = async () => {
    while (unstoredBatches >= maxUnstoredBatches) await nextMessage()
    unstoredBatches++
    send({ kind: 'rows', rows: `[${batch}]` })
    batch = ''
  }
  try {
    const rows = readFileRows(receivedChunks(), options, (reading) => Object.assign(summary, { reading }))
    for await (const row of rows) {
      const json = stagedRowJson(row, staging)
      size.add(row.line, json, receivedBytes)
      if (addToSummary(summary, row)) {
        previewLength += json.length
        if (previewLength <= maxPreviewLength) summary.preview.push(withoutCells(row))
      }
      batch += `${batch && ','}${json}`
      if (batch.length > batchLength) await sendBatch()
    }
    if (batch !== '') await sendBatch()
    while (unstoredBatches > 0) await nextMessage()
    size.end()
    summary.chunk_ends = size.chunkEnds
    send({ kind: 'done', read: storable(summary) })
  } catch (error) {
    if (error instanceof FileError) return send({ kind: 'failed', code: error.code, detail: error.message })
    // An unexpected error is reported too: otherwise the main thread would wait for the file until its timeout.
    const detail = 'The file could not be read.'
    send({ kind: 'failed', code: 'unreadable', detail, cause: withoutMessage(error) })
  }
}

function withoutMessage(error: unknown): UnexpectedError {
  if (!(error instanceof Error)) return { name: typeof error, code: undefined, stack: [] }
  const { name, code, stack = '' } = error as NodeJS.ErrnoException
  return { name, code, stack: stack.match(/^ {4}at .*$/gm) ?? [] }
}

/** The summary without characters that PostgreSQL cannot store: a text above the heading may contain them. */
const storable = (summary: ReadSummary) => JSON.parse(storableJson(JSON.stringify(summary))) as ReadSummary

const withoutCells = ({ cells, ...row }: ContactRow): Record<string, unknown> => row

/** Counts a row. Returns whether it belongs to the preview. */
function addToSummary(summary: ReadSummary, row: ContactRow): boolean {
  summary.total++
  if (row.code !== null) {
    summary.rejected++
    summary.refusals[row.code] = (summary.refusals[row.code] ?? 0) + 1
  }
  const { reading } = summary
  if (row.code === null) addToReading(reading, row)
  // Counts of valid rows: an example is one of the first rows with a note.
  const isExample =
    row.code === null && row.phone_notes.some((note) => (reading.phone_notes?.[note] ?? 0) <= examplesOfNote)
  return summary.total <= previewRows || isExample
}

function addToReading(reading: Reading, { phone_notes, timezone_source }: Omit<ContactRow, 'cells'>): void {
  reading.phone_notes ??= {}
  for (const note of new Set(phone_notes)) reading.phone_notes[note] = (reading.phone_notes[note] ?? 0) + 1
  if (timezone_source === null) return
  reading.timezone_sources ??= {}
  reading.timezone_sources[timezone_source] = (reading.timezone_sources[timezone_source] ?? 0) + 1
}
