// Reads one file after the other in a thread of its own, so that no file makes others wait for their answers.
import { parentPort } from 'node:worker_threads'
import { FileError } from './column-mapping.ts'
import type { Reading, ReadOptions } from './read-options.ts'
import { readFileRows } from './reader.ts'
import { type ContactRow, copyLine } from './rows.ts'

/** What the thread is told. */
export type ThreadRequest =
  | { kind: 'start'; options: ReadOptions; ids: string; keepsCells: boolean }
  | { kind: 'chunk'; bytes: Uint8Array }
  | { kind: 'end' }
  /** A batch was stored. */
  | { kind: 'stored' }

/** What it tells: rows as text for COPY, or how it ended. */
export type ThreadResponse =
  | { kind: 'taken' }
  | { kind: 'rows'; copy: string }
  | { kind: 'done'; read: ReadSummary }
  | { kind: 'fault'; code: string; detail: string }

export interface ReadSummary {
  reading: Reading
  total: number
  rejected: number
  /** Rows refused, by their code. */
  refusals: Record<string, number>
  /** The first rows, as they were read. */
  preview: Record<string, unknown>[]
}

const port = parentPort
if (port === null) throw new Error('this file is the entry of a thread')

const batchChars = 512 * 1024
const mostUnstored = 2
const previewed = 20

/** What came from outside, and who waits for it: the parser for text, and its reader for rows to be stored. */
let chunks: (Uint8Array | undefined)[] = []
let unstored = 0
let sleepers: (() => void)[] = []
const awaken = () => new Promise<void>((resolve) => void sleepers.push(resolve))
const wake = () => {
  const all = sleepers
  sleepers = []
  for (const resolve of all) resolve()
}

port.on('message', (message: ThreadRequest) => {
  if (message.kind === 'start') {
    chunks = []
    unstored = 0
    void run(message)
  } else if (message.kind === 'stored') unstored--
  else chunks.push(message.kind === 'chunk' ? message.bytes : undefined)
  wake()
})

const tell = (message: ThreadResponse) => port.postMessage(message)

async function* incoming(): AsyncGenerator<Uint8Array> {
  for (;;) {
    while (chunks.length === 0) await awaken()
    const chunk = chunks.shift()
    tell({ kind: 'taken' })
    if (chunk === undefined) return
    yield chunk
  }
}

async function run({ options, ids, keepsCells }: Extract<ThreadRequest, { kind: 'start' }>): Promise<void> {
  const read: ReadSummary = {
    reading: { format: 'csv', columns: [], mapping: {} },
    total: 0,
    rejected: 0,
    refusals: {},
    preview: [],
  }
  let copy = ''
  const send = async () => {
    while (unstored >= mostUnstored) await awaken()
    unstored++
    tell({ kind: 'rows', copy })
    copy = ''
  }
  try {
    for await (const row of readFileRows(incoming(), options, (reading) =>
      Object.assign(read, { reading }),
    )) {
      note(read, row)
      copy += copyLine(ids, row, keepsCells)
      if (copy.length > batchChars) await send()
    }
    if (copy !== '') await send()
    while (unstored > 0) await awaken()
    tell({ kind: 'done', read })
  } catch (error) {
    // What no file should be able to do is told as well: whoever waits must hear of an end.
    const { code, message } =
      error instanceof FileError ? error : { code: 'unreadable', message: 'The file could not be read.' }
    tell({ kind: 'fault', code, detail: message })
  }
}

function note(read: ReadSummary, { cells, ...row }: ContactRow): void {
  read.total++
  if (row.code !== null) {
    read.rejected++
    read.refusals[row.code] = (read.refusals[row.code] ?? 0) + 1
  }
  if (read.preview.length < previewed) read.preview.push(row)
}
