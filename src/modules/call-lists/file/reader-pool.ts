import { Worker } from 'node:worker_threads'
import { overloaded } from '../../../lib/errors.ts'
import { FileError } from './column-mapping.ts'
import type { ReadOptions } from './read-options.ts'
import type { ReadSummary, ThreadRequest, ThreadResponse } from './reader-thread.ts'

/** Files that this process reads at the same time. Another upload is refused with 503; the client can send it again. */
const maxThreads = 2
/** Maximum chunks in the queue of a thread. They bound the memory of an upload. */
const maxQueuedChunks = 4
/** Timeout of a thread that has chunks and sends no message: the file may be built to be slow. */
const responseTimeoutMs = 60_000
const maxHeapMb = 512

const idleThreads: Worker[] = []
let busyThreads = 0

/**
 * Starts a reader thread. It parses untrusted files, so it gets neither the environment, which contains secrets, nor the
 * arguments of the process. When the service is not compiled, the thread registers tsx itself, because it does not inherit
 * the loader.
 */
function startThread(): Worker {
  const options = { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./reader-thread.js', import.meta.url), options)
  const tsx = import.meta.resolve('tsx/esm/api')
  const file = new URL('./reader-thread.ts', import.meta.url).href
  const code = `import { register } from '${tsx}'; register(); await import('${file}')`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), options)
}

interface FileToRead {
  options: ReadOptions
  /** Store the cells of valid rows too. */
  keepsCells: boolean
  chunks: AsyncIterable<Uint8Array>
  /** Stores a batch of rows, given as a JSON array. */
  store: (rows: string) => Promise<void>
}

/**
 * Reads a file in a thread, no faster than `store` accepts its rows, so memory use does not depend on the size of the file.
 *
 * @throws FileError when the file cannot be read; Refusal 'unavailable' when `maxThreads` files are being read; any error of
 * `chunks` and `store`
 */
export async function readInThread(file: FileToRead): Promise<ReadSummary> {
  if (busyThreads >= maxThreads) throw overloaded()
  busyThreads++
  const thread = idleThreads.pop() ?? startThread()
  thread.ref()
  let isReusable = false
  try {
    const summary = await new FileTransfer(thread, file).run()
    isReusable = true
    return summary
  } finally {
    busyThreads--
    // removeAllListeners() without a name would also remove listeners that Worker itself relies on.
    for (const event of ['message', 'error']) thread.removeAllListeners(event)
    thread.unref()
    // After a failure the thread may still be in the middle of the file.
    if (isReusable) idleThreads.push(thread)
    else void thread.terminate()
  }
}

/** Sends one file to a thread and stores the rows that the thread returns. */
class FileTransfer {
  private readonly thread: Worker
  private readonly file: FileToRead
  private queuedChunks = 0
  private isOver = false
  private onDequeued: () => void = () => undefined
  private timer: NodeJS.Timeout | undefined

  constructor(thread: Worker, file: FileToRead) {
    this.thread = thread
    this.file = file
  }

  async run(): Promise<ReadSummary> {
    const result = this.result()
    const { options, keepsCells } = this.file
    this.send({ kind: 'start', options, keepsCells })
    try {
      // The thread may fail, or `chunks` may throw, before the whole file is sent: whichever happens first decides.
      const sent = this.sendChunks().then(() => result)
      return await Promise.race([result, sent])
    } finally {
      clearTimeout(this.timer)
      this.isOver = true
      this.onDequeued()
    }
  }

  private send(message: ThreadRequest): void {
    this.thread.postMessage(message)
  }

  private async sendChunks(): Promise<void> {
    for await (const bytes of this.file.chunks) {
      while (this.queuedChunks >= maxQueuedChunks && !this.isOver) await this.chunkDequeued()
      if (this.isOver) return
      this.queuedChunks++
      this.send({ kind: 'chunk', bytes })
    }
    if (!this.isOver) this.send({ kind: 'end' })
  }

  private chunkDequeued(): Promise<void> {
    return new Promise((resolve) => {
      this.onDequeued = resolve
    })
  }

  /** Resolves when the thread has read the whole file. Rejects when it fails, or sends no message in time. */
  private result(): Promise<ReadSummary> {
    return new Promise((resolve, reject) => {
      const restartTimer = () => {
        clearTimeout(this.timer)
        this.timer = setTimeout(() => {
          // The queue of the thread is empty: it waits for the sender.
          if (this.queuedChunks <= 0) restartTimer()
          else reject(new FileError('too_slow', 'Reading the file takes too long. Save it as CSV.'))
        }, responseTimeoutMs)
      }
      restartTimer()
      this.thread.on('message', (message: ThreadResponse) => {
        restartTimer()
        if (message.kind === 'dequeued') {
          this.queuedChunks--
          this.onDequeued()
        } else if (message.kind === 'rows') {
          this.file.store(message.rows).then(() => this.send({ kind: 'stored' }), reject)
        } else if (message.kind === 'done') resolve(message.read)
        else reject(new FileError(message.code, message.detail, { cause: message.cause }))
      })
      this.thread.on('error', (error: Error & { code?: string }) => {
        const isOutOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        const detail = 'Reading the file takes too much memory. Save it as CSV.'
        reject(isOutOfMemory ? new FileError('too_complex', detail) : error)
      })
    })
  }
}
