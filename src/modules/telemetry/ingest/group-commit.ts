import type { Db } from '../../../db/client.ts'
import { inCompany } from '../../../db/transaction.ts'
import { notFound, overloaded } from '../../../lib/errors.ts'
import { type CallTurns, type IngestResult, storeTurns } from './ingest-turns.ts'

/** Turns per transaction. Larger batches are not faster. */
const maxTurnsPerTransaction = 1_000
/** Concurrent transactions per company: while one commits, the next batch is stored. */
const maxTransactionsPerCompany = 2
/** Turns per company that may wait for a transaction. Above that, requests are refused with 503. */
const maxWaitingTurns = 20_000

interface WaitingRequest {
  turns: CallTurns
  resolve: (result: IngestResult) => void
  reject: (error: unknown) => void
}

/** The waiting requests of one company. */
interface CompanyQueue {
  waiting: WaitingRequest[]
  waitingTurns: number
  runningTransactions: number
}

/**
 * Stores the turns of one request; they are durable when the promise resolves.
 *
 * @throws Refusal 'not_found' when the call does not exist, 'unavailable' when too many turns are waiting
 */
export type CommitTurns = (company_id: string, turns: CallTurns) => Promise<IngestResult>

/** Stores turns in one transaction. Returns the ids of calls that do not exist. */
type StoreTurns = (company_id: string, batch: readonly CallTurns[]) => Promise<Set<string>>

/**
 * Group commit: requests that arrive while the company's transactions are running share the next one. Nothing waits for
 * a batch to fill, so a single request is stored without delay, and batches grow with the load.
 */
export function createGroupCommit(db: Db, now: () => Date): CommitTurns {
  const queues = new Map<string, CompanyQueue>()
  const store: StoreTurns = (company_id, batch) =>
    inCompany(db, company_id, (tx) => storeTurns(tx, batch, now()))
  return (company_id, turns) => {
    if (turns.rows.size === 0) return storeAlone(store, company_id, turns)
    const queue = queues.get(company_id) ?? { waiting: [], waitingTurns: 0, runningTransactions: 0 }
    queues.set(company_id, queue)
    if (queue.waitingTurns >= maxWaitingTurns) return Promise.reject(overloaded())
    return new Promise((resolve, reject) => {
      queue.waiting.push({ turns, resolve, reject })
      queue.waitingTurns += turns.rows.size
      if (queue.runningTransactions < maxTransactionsPerCompany) {
        void drainQueue(store, company_id, queue).finally(() => deleteIfIdle(queues, company_id))
      }
    })
  }
}

function deleteIfIdle(queues: Map<string, CompanyQueue>, company_id: string): void {
  const queue = queues.get(company_id)
  if (queue?.runningTransactions === 0 && queue.waiting.length === 0) queues.delete(company_id)
}

async function drainQueue(store: StoreTurns, company_id: string, queue: CompanyQueue): Promise<void> {
  queue.runningTransactions++
  // Requests that are read in the same iteration of the event loop share the first transaction.
  await new Promise((resolve) => setImmediate(resolve))
  while (queue.waiting.length > 0) {
    const batch = takeBatch(queue)
    await storeBatch(store, company_id, batch)
  }
  queue.runningTransactions--
}

/**
 * Removes the next batch from the queue, oldest requests first. A request with a turn that is already in the batch stays
 * in the queue: one INSERT must not contain the same key twice.
 */
function takeBatch(queue: CompanyQueue): WaitingRequest[] {
  const batch: WaitingRequest[] = []
  const remaining: WaitingRequest[] = []
  const keysInBatch = new Set<string>()
  let turnsInBatch = 0
  for (const request of queue.waiting) {
    const { call_id, rows } = request.turns
    const keys = Array.from(rows.keys(), (turn_index) => `${call_id} ${turn_index}`)
    const isFull = batch.length > 0 && turnsInBatch + keys.length > maxTurnsPerTransaction
    if (isFull || keys.some((key) => keysInBatch.has(key))) {
      remaining.push(request)
      continue
    }
    for (const key of keys) keysInBatch.add(key)
    turnsInBatch += keys.length
    batch.push(request)
  }
  queue.waiting = remaining
  queue.waitingTurns -= turnsInBatch
  return batch
}

/**
 * Stores a batch in one transaction. When the database rejects its data, each request is stored in a separate
 * transaction, so only the request with the invalid data fails.
 */
async function storeBatch(store: StoreTurns, company_id: string, batch: WaitingRequest[]): Promise<void> {
  const resultsBefore = batch.map(({ turns: { result } }) => ({ ...result, rejected: [...result.rejected] }))
  const allTurns = batch.map(({ turns }) => turns)
  try {
    const unknownCalls = await store(company_id, allTurns)
    for (const { turns, resolve, reject } of batch) {
      if (unknownCalls.has(turns.call_id)) reject(notFound('call'))
      else resolve(turns.result)
    }
  } catch (error) {
    for (const [i, { turns, resolve, reject }] of batch.entries()) {
      Object.assign(turns.result, resultsBefore[i])
      if (batch.length === 1 || !isDataError(error)) reject(error)
      else await storeAlone(store, company_id, turns).then(resolve, reject)
    }
  }
}

/** Whether PostgreSQL rejected the data: SQLSTATE class 22 (data exception) or 23 (constraint violation). */
function isDataError(error: unknown): boolean {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown }
  return typeof code === 'string' && /^2[23]/.test(code)
}

async function storeAlone(store: StoreTurns, company_id: string, turns: CallTurns): Promise<IngestResult> {
  const unknownCalls = await store(company_id, [turns])
  if (unknownCalls.size > 0) throw notFound('call')
  return turns.result
}
