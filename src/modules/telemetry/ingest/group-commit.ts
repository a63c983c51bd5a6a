import type { Db } from '../../../db/client.ts'
import { inCompany } from '../../../db/transaction.ts'
import { notFound, overloaded } from '../../../lib/errors.ts'
import { type CallTurns, type IngestResult, storeTurns } from './ingest-turns.ts'

/** Rows that one transaction stores at most: past that, larger batches gain nothing. */
const mostRows = 1_000
/** Transactions of a company under way at once: while one commits, the next is filled. */
const mostFlushes = 2
/** Rows of a company that wait at most; who comes then is told to come again. */
const mostWaiting = 20_000

interface Waiting {
  turns: CallTurns
  resolve: (taken: IngestResult) => void
  reject: (error: unknown) => void
}

/** What a company's requests have brought, and how many transactions store it. */
interface Line {
  waiting: Waiting[]
  rows: number
  flushes: number
}

/** Stores the turns of a request, which are durable when it resolves. @throws Refusal 'not_found' or 'unavailable' */
export type CommitTurns = (company_id: string, turns: CallTurns) => Promise<IngestResult>

/**
 * Group commit: requests that come while a transaction is under way share the next one. Nobody waits for others to
 * come, so a lone request is stored at once, and a crowd in batches as large as the crowd.
 */
export function createGroupCommit(db: Db): CommitTurns {
  const lines = new Map<string, Line>()
  return (company_id, turns) => {
    if (turns.rows.size === 0) return storeAlone(db, company_id, turns)
    const line = lines.get(company_id) ?? { waiting: [], rows: 0, flushes: 0 }
    lines.set(company_id, line)
    if (line.rows >= mostWaiting) return Promise.reject(overloaded())
    return new Promise((resolve, reject) => {
      line.waiting.push({ turns, resolve, reject })
      line.rows += turns.rows.size
      if (line.flushes < mostFlushes)
        void flushAll(db, company_id, line).finally(() => forget(lines, company_id))
    })
  }
}

function forget(lines: Map<string, Line>, company_id: string): void {
  const line = lines.get(company_id)
  if (line?.flushes === 0 && line.waiting.length === 0) lines.delete(company_id)
}

async function flushAll(db: Db, company_id: string, line: Line): Promise<void> {
  line.flushes++
  // What arrived in the same turn of the event loop goes together.
  await new Promise((resolve) => setImmediate(resolve))
  while (line.waiting.length > 0) {
    const batch = nextBatch(line)
    await flush(db, company_id, batch)
  }
  line.flushes--
}

/** The first that wait, in their order, but no turn twice: one that is in the batch already waits for the next. */
function nextBatch(line: Line): Waiting[] {
  const batch: Waiting[] = []
  const left: Waiting[] = []
  const seen = new Set<string>()
  let rows = 0
  for (const one of line.waiting) {
    const keys = Array.from(one.turns.rows.keys(), (index) => `${one.turns.call_id} ${index}`)
    if ((batch.length > 0 && rows + keys.length > mostRows) || keys.some((key) => seen.has(key))) {
      left.push(one)
      continue
    }
    for (const key of keys) seen.add(key)
    rows += keys.length
    batch.push(one)
  }
  line.waiting = left
  line.rows -= rows
  return batch
}

/** One transaction for all; where it fails, one for each, so that what is wrong with one harms no other. */
async function flush(db: Db, company_id: string, batch: Waiting[]): Promise<void> {
  const before = batch.map(({ turns: { result: taken } }) => ({ ...taken, rejected: [...taken.rejected] }))
  const all = batch.map(({ turns }) => turns)
  try {
    const missing = await inCompany(db, company_id, (tx) => storeTurns(tx, all))
    for (const { turns, resolve, reject } of batch) {
      if (missing.has(turns.call_id)) reject(notFound('call'))
      else resolve(turns.result)
    }
  } catch (error) {
    for (const [i, { turns, resolve, reject }] of batch.entries()) {
      Object.assign(turns.result, before[i])
      if (batch.length === 1 || !isOfData(error)) reject(error)
      else await storeAlone(db, company_id, turns).then(resolve, reject)
    }
  }
}

/** PostgreSQL's own word on a statement: class 22 (data) and 23 (constraints). */
function isOfData(error: unknown): boolean {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown }
  return typeof code === 'string' && /^2[23]/.test(code)
}

async function storeAlone(db: Db, company_id: string, turns: CallTurns): Promise<IngestResult> {
  const missing = await inCompany(db, company_id, (tx) => storeTurns(tx, [turns]))
  if (missing.size > 0) throw notFound('call')
  return turns.result
}
