import { Worker } from 'node:worker_threads'
import { overloaded, Refusal } from '../../../lib/errors.ts'
import { FairQueue } from '../../../lib/fair-queue.ts'
import { FileError } from './file-error.ts'
import type { ReadOptions } from './read-options.ts'
import type { ReadSummary, ThreadRequest, ThreadResponse } from './reader-thread.ts'

/** Files that this process reads at the same time, each of another company. Further files wait. */
const maxThreads = 3
/** Uploads of a company that are received, wait or are read. Another one is refused with 503; the client can send it again. */
const maxUploadsPerCompany = 4
/** Uploads of all companies; they limit the memory of files that wait for a thread. */
const maxUploads = 32
/** A file gets a thread when it is complete, or this much of it has arrived, so that a slow sender seldom holds a thread. */
const minBytesToStart = 4 * 2 ** 20
/** Maximum chunks in the queue of a thread. They bound the memory of an upload. */
const maxQueuedChunks = 4
/** Timeout of a thread that has work and sends no message: the file may be built to be slow. */
const responseTimeoutMs = 60_000
/** How long a file may be read after it has arrived as a whole. */
const maxReadingMs = 10 * 60_000
const maxHeapMb = 512

const idleThreads = new Set<Worker>()
const uploadsOfCompanies = new Map<string, number>()
/** One file of each company at a time waits for a thread, so they get threads in the order in which they arrive. */
const turns = new FairQueue({ concurrency: 1, maxWaiting: maxUploadsPerCompany })
const threads = new FairQueue({ concurrency: maxThreads, maxWaiting: maxUploads })

/**
 * Starts a reader thread. It parses untrusted files, so it gets neither the environment, which contains secrets, nor the
 * arguments of the process. When the service is not compiled, the thread registers tsx itself, because it does not inherit
 * the loader.
 */
function startThread(): Worker {
  const options = { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }
  const thread = import.meta.url.endsWith('.ts')
    ? new Worker(new URL(`data:text/javascript,${encodeURIComponent(codeOfThread())}`), options)
    : new Worker(new URL('./reader-thread.js', import.meta.url), options)
  // Without a listener the error of a thread would end the process. A FileTransfer has its own.
  thread.on('error', () => idleThreads.delete(thread))
  return thread.on('exit', () => idleThreads.delete(thread))
}

function codeOfThread(): string {
  const tsx = import.meta.resolve('tsx/esm/api')
  const file = new URL('./reader-thread.ts', import.meta.url).href
  return `import { register } from '${tsx}'; register(); await import('${file}')`
}

interface FileToRead {
  options: ReadOptions
  /** Store the cells of valid rows too. */
  keepsCells: boolean
  chunks: AsyncIterable<Uint8Array>
  /** Stores a batch of rows, given as a JSON array. */
  store: (rows: string) => Promise<void>
  /** Stops reading: the client has disconnected. */
  signal: AbortSignal
}

/**
 * Counts an upload of a company until `upload` settles.
 *
 * @throws Refusal 'unavailable' when the company, or all together, have too many; errors of `upload`
 */
export async function countUpload<T>(company_id: string, upload: () => Promise<T>): Promise<T> {
  const count = uploadsOfCompanies.get(company_id) ?? 0
  if (count >= maxUploadsPerCompany) throw tooManyUploads()
  if ([...uploadsOfCompanies.values()].reduce((sum, each) => sum + each, 0) >= maxUploads) throw overloaded()
  uploadsOfCompanies.set(company_id, count + 1)
  try {
    return await upload()
  } finally {
    const left = (uploadsOfCompanies.get(company_id) ?? 1) - 1
    if (left === 0) uploadsOfCompanies.delete(company_id)
    else uploadsOfCompanies.set(company_id, left)
  }
}

const tooManyUploads = () =>
  new Refusal(
    'unavailable',
    'too_many_uploads',
    `The company has ${maxUploadsPerCompany} uploads in progress. Send this file again when one of them has ended.`,
  )

/**
 * Reads a file in a thread, no faster than `store` accepts its rows, so memory use does not depend on the size of the file.
 * Files of a company are read one after the other, those of several companies at the same time.
 *
 * @throws FileError when the file cannot be read; the reason of `signal`; any error of `chunks` and `store`
 */
export async function readInThread(company_id: string, file: FileToRead): Promise<ReadSummary> {
  const { signal } = file
  const chunks = await firstChunks(file.chunks)
  let isReading = false
  const read = async () => {
    signal.throwIfAborted()
    isReading = true
    return runThread({ ...file, chunks })
  }
  const reading = turns.run(company_id, () => threads.run('', read))
  // From then on the thread is stopped, and `reading` rejects when no row is being stored any more.
  const abortedBefore = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => isReading || reject(signal.reason), { once: true })
  })
  return Promise.race([reading, abortedBefore])
}

/** Waits for the beginning of a file. Yields it, and then the rest. */
async function firstChunks(chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let length = 0
  let next = await iterator.next()
  for (; !next.done && length < minBytesToStart; next = await iterator.next()) {
    first.push(next.value)
    length += next.value.length
  }
  async function* all() {
    for (let chunk = first.shift(); chunk !== undefined; chunk = first.shift()) yield chunk
    for (; !next.done; next = await iterator.next()) yield next.value
  }
  return all()
}

async function runThread(file: FileToRead): Promise<ReadSummary> {
  const [idle] = idleThreads
  if (idle !== undefined) idleThreads.delete(idle)
  const thread = idle ?? startThread()
  thread.ref()
  let isReusable = false
  try {
    const summary = await new FileTransfer(thread, file).run()
    isReusable = true
    return summary
  } finally {
    thread.unref()
    // After a failure the thread may still be in the middle of the file.
    if (isReusable) idleThreads.add(thread)
    else void thread.terminate()
  }
}

/** Sends one file to a thread and stores the rows that the thread returns. */
class FileTransfer {
  private readonly thread: Worker
  private readonly file: FileToRead
  private queuedChunks = 0
  /** Batches of rows that are being stored: the thread may wait for them. */
  private readonly stores = new Set<Promise<void>>()
  /** Whether the whole file was sent. */
  private isSent = false
  private isOver = false
  private onDequeued: () => void = () => undefined
  private timer: NodeJS.Timeout | undefined
  private deadline: NodeJS.Timeout | undefined

  constructor(thread: Worker, file: FileToRead) {
    this.thread = thread
    this.file = file
  }

  async run(): Promise<ReadSummary> {
    const { options, keepsCells, signal } = this.file
    let resolve: (read: ReadSummary) => void = () => undefined
    let reject: (error: unknown) => void = () => undefined
    const result = new Promise<ReadSummary>((onResult, onFailure) => {
      resolve = onResult
      reject = onFailure
    })
    const onMessage = (message: ThreadResponse) => this.receive(message, resolve, reject)
    const onError = (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooComplex() : error)
    const onExit = () => reject(tooComplex())
    const onAbort = () => reject(signal.reason)
    this.thread.on('message', onMessage).on('error', onError).on('exit', onExit)
    signal.addEventListener('abort', onAbort)
    try {
      this.restartTimer(reject)
      this.send({ kind: 'start', options, keepsCells })
      // The thread may fail, or `chunks` may throw, before the whole file is sent: whichever happens first decides.
      const sent = this.sendChunks(reject).then(() => result)
      return await Promise.race([result, sent])
    } finally {
      clearTimeout(this.timer)
      clearTimeout(this.deadline)
      this.isOver = true
      this.onDequeued()
      this.thread.off('message', onMessage).off('error', onError).off('exit', onExit)
      signal.removeEventListener('abort', onAbort)
      // Otherwise the caller would delete the rows of a failed file before the last of them are stored.
      await Promise.all(this.stores)
    }
  }

  private send(message: ThreadRequest): void {
    this.thread.postMessage(message)
  }

  private async sendChunks(reject: (error: unknown) => void): Promise<void> {
    for await (const bytes of this.file.chunks) {
      while (this.queuedChunks >= maxQueuedChunks && !this.isOver) await this.chunkDequeued()
      if (this.isOver) return
      this.queuedChunks++
      this.send({ kind: 'chunk', bytes })
    }
    if (this.isOver) return
    this.isSent = true
    this.deadline = setTimeout(() => reject(tooSlow()), maxReadingMs)
    this.send({ kind: 'end' })
  }

  private chunkDequeued(): Promise<void> {
    return new Promise((resolve) => {
      this.onDequeued = resolve
    })
  }

  private receive(
    message: ThreadResponse,
    resolve: (read: ReadSummary) => void,
    reject: (error: unknown) => void,
  ): void {
    this.restartTimer(reject)
    if (message.kind === 'dequeued') {
      this.queuedChunks--
      this.onDequeued()
    } else if (message.kind === 'rows') {
      const stored = this.file
        .store(message.rows)
        .then(() => this.send({ kind: 'stored' }), reject)
        .finally(() => this.stores.delete(stored))
      this.stores.add(stored)
    } else if (message.kind === 'done') resolve(message.read)
    else reject(new FileError(message.code, message.detail, { cause: message.cause }))
  }

  /** Fails the file when the thread sends no message in time, unless it waits for the sender or the database. */
  private restartTimer(reject: (error: unknown) => void): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const isWaiting = this.stores.size > 0 || (!this.isSent && this.queuedChunks <= 0)
      if (isWaiting) this.restartTimer(reject)
      else reject(tooSlow())
    }, responseTimeoutMs)
  }
}

const tooSlow = () => new FileError('too_slow', 'Reading the file takes too long. Save it as CSV.')
const tooComplex = () =>
  new FileError('too_complex', 'Reading the file takes too much memory. Save it as CSV.')
