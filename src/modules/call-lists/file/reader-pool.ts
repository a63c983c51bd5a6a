import { Worker } from 'node:worker_threads'
import { overloaded } from '../../../lib/errors.ts'
import { FileError } from './column-mapping.ts'
import type { ReadOptions } from './read-options.ts'
import type { ReadSummary, ThreadRequest, ThreadResponse } from './reader-thread.ts'

/** Files that are read at once in this process; more are told to come again. */
const mostThreads = 2
/** Chunks that a thread has been given and not yet taken: what a file holds in memory. */
const mostUntaken = 4
/** A thread that says nothing for so long is at a file that was made to be slow, ms. */
const patienceMs = 60_000
const heapMb = 512

const idle: Worker[] = []
let busy = 0

/**
 * A thread reads what strangers wrote: it is given no secret of the environment, and none of the process's own arguments.
 * Compiled, its file is JavaScript; uncompiled, it is read by tsx, which a thread has to be told anew.
 */
function startThread(): Worker {
  const bare = { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heapMb } }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./reader-thread.js', import.meta.url), bare)
  const [tsx, file] = [
    import.meta.resolve('tsx/esm/api'),
    new URL('./reader-thread.ts', import.meta.url).href,
  ]
  const code = `import { register } from '${tsx}'; register(); await import('${file}')`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), bare)
}

export interface FileToRead {
  options: ReadOptions
  /** What each row begins with: company and import, parted by a tab. */
  ids: string
  /** Whether cells of good rows are kept as they came. */
  keepsCells: boolean
  chunks: AsyncIterable<Uint8Array>
  /** Stores rows, as text for COPY. */
  store: (copy: string) => Promise<void>
}

/**
 * Reads a file in a thread: as fast as its rows are stored, and with the memory of a few pieces of it.
 *
 * @throws FileFault when the file cannot be read; Refusal 'unavailable' when too many are being read; what `chunks` and
 * `store` throw
 */
export async function readInThread(list: FileToRead): Promise<ReadSummary> {
  if (busy >= mostThreads) throw overloaded()
  busy++
  const thread = idle.pop() ?? startThread()
  thread.ref()
  let isSound = false
  try {
    const read = await new Conversation(thread, list).whole()
    isSound = true
    return read
  } finally {
    busy--
    // All of them at once would take along the ones that a Worker has for itself.
    for (const event of ['message', 'error']) thread.removeAllListeners(event)
    thread.unref()
    // One that was left in the middle of a file is of no more use.
    if (isSound) idle.push(thread)
    else void thread.terminate()
  }
}

/** One file, from its first piece to its last row. */
class Conversation {
  private readonly thread: Worker
  private readonly list: FileToRead
  private untaken = 0
  private isOver = false
  private wake: () => void = () => undefined
  private timer: NodeJS.Timeout | undefined

  constructor(thread: Worker, list: FileToRead) {
    this.thread = thread
    this.list = list
  }

  async whole(): Promise<ReadSummary> {
    const heard = this.listen()
    this.say({
      kind: 'start',
      options: this.list.options,
      ids: this.list.ids,
      keepsCells: this.list.keepsCells,
    })
    try {
      // Whichever ends first decides: a file may be refused before all of it came.
      const fed = this.feed().then(() => heard)
      return await Promise.race([heard, fed])
    } finally {
      clearTimeout(this.timer)
      this.isOver = true
      this.wake()
    }
  }

  private say(message: ThreadRequest): void {
    this.thread.postMessage(message)
  }

  private async feed(): Promise<void> {
    for await (const bytes of this.list.chunks) {
      while (this.untaken >= mostUntaken && !this.isOver) await this.taken()
      if (this.isOver) return
      this.untaken++
      this.say({ kind: 'chunk', bytes })
    }
    if (!this.isOver) this.say({ kind: 'end' })
  }

  private taken(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }

  private listen(): Promise<ReadSummary> {
    return new Promise((resolve, reject) => {
      const wait = () => {
        clearTimeout(this.timer)
        this.timer = setTimeout(() => {
          // While the sender is slow, the thread has nothing to say.
          if (this.untaken <= 0) wait()
          else reject(new FileError('too_slow', 'The file takes too long to read: save it as CSV.'))
        }, patienceMs)
      }
      wait()
      this.thread.on('message', (message: ThreadResponse) => {
        wait()
        if (message.kind === 'taken') {
          this.untaken--
          this.wake()
        } else if (message.kind === 'rows') {
          this.list.store(message.copy).then(() => this.say({ kind: 'stored' }), reject)
        } else if (message.kind === 'done') resolve(message.read)
        else reject(new FileError(message.code, message.detail))
      })
      this.thread.on('error', (error: Error & { code?: string }) => {
        const isTooMuch = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        reject(
          isTooMuch
            ? new FileError('too_complex', 'The file takes too much memory to read: save it as CSV.')
            : error,
        )
      })
    })
  }
}
