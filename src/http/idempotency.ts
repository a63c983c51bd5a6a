import { and, eq, lt, sql } from 'drizzle-orm'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../db/client.ts'
import { idempotencyKeys, noCompany } from '../db/schema/index.ts'
import { asOwner, inCompany, type Tx } from '../db/transaction.ts'
import { canonicalHash } from '../lib/canonical.ts'
import { conflict, malformed } from '../lib/errors.ts'
import { companyOf } from './auth.ts'

/** How long an answer is kept for the same request to come again, ms. */
export const keptMs = 86_400_000

/** What a verb did: the status it answers and the body. */
export interface Done<Body> {
  status: number
  body: Body
  /** The body holds a secret: it is answered now and kept nowhere. */
  isSecret?: boolean
}

interface Clocked {
  readonly db: Db
  readonly now: () => Date
}

/** The company that the platform's own work is done under. */
export const platformCompany = noCompany

/**
 * Runs a verb of the caller's company once for an Idempotency-Key: the same request again gets the same answer, for
 * 24 h, and another request under that key is refused (409). The answer is kept in the transaction that did the work,
 * so neither is ever there without the other; a second request at the same moment waits for the first.
 */
export function once<Body>(
  deps: Clocked,
  request: FastifyRequest,
  reply: FastifyReply,
  verb: (tx: Tx) => Promise<Done<Body>>,
): Promise<Body> {
  return onceFor(deps, companyOf(request), request, reply, verb)
}

/** As `once`, for a company that the address names. */
export function onceFor<Body>(
  deps: Clocked,
  company_id: string,
  request: FastifyRequest,
  reply: FastifyReply,
  verb: (tx: Tx) => Promise<Done<Body>>,
): Promise<Body> {
  return inCompany(deps.db, company_id, (tx) => remembered(tx, request, reply, deps.now(), verb))
}

/** As `once`, for what the platform does outside of any company. */
export function onceForPlatform<Body>(
  deps: Clocked,
  request: FastifyRequest,
  reply: FastifyReply,
  verb: (tx: Tx) => Promise<Done<Body>>,
): Promise<Body> {
  return asOwner(deps.db, platformCompany, (tx) => remembered(tx, request, reply, deps.now(), verb))
}

async function remembered<Body>(
  tx: Tx,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Date,
  verb: (tx: Tx) => Promise<Done<Body>>,
): Promise<Body> {
  const key = keyOf(request)
  if (key === undefined) return send(reply, await verb(tx))
  const request_hash = canonicalHash([request.method, request.url, request.body ?? null])
  const kept = await reserve(tx, key, request_hash, now)
  if (kept !== undefined) {
    reply.header('idempotency-replayed', 'true')
    return send(reply, kept as Done<Body>)
  }
  const done = await verb(tx)
  await tx
    .update(idempotencyKeys)
    .set({ status: done.status, body: done.isSecret ? null : done.body })
    .where(and(eq(idempotencyKeys.company_id, tx.company_id), eq(idempotencyKeys.key, key)))
  return send(reply, done)
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && key.length >= 1 && key.length <= 255) return key
  throw malformed('invalid_idempotency_key', 'Idempotency-Key takes 1 to 255 characters.')
}

/** Takes the key for this request, or answers what it was answered before. */
async function reserve(
  tx: Tx,
  key: string,
  request_hash: string,
  now: Date,
): Promise<Done<unknown> | undefined> {
  const { company_id } = tx
  const tooOld = new Date(now.getTime() - keptMs)
  // An expired key is taken over; a live one is left as it is, and read below.
  const [taken] = await tx
    .insert(idempotencyKeys)
    .values({ company_id, key, request_hash, created_at: now })
    .onConflictDoUpdate({
      target: [idempotencyKeys.company_id, idempotencyKeys.key],
      set: { request_hash, status: null, body: null, created_at: now },
      setWhere: lt(idempotencyKeys.created_at, tooOld),
    })
    .returning({ key: idempotencyKeys.key })
  if (taken !== undefined) return undefined
  const [kept] = await tx
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.company_id, company_id), eq(idempotencyKeys.key, key)))
  if (kept?.status == null || kept.request_hash !== request_hash) {
    throw conflict(
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request: take a new one.',
    )
  }
  if (kept.body === null) {
    throw conflict(
      'already_done',
      'This was done, and its answer held a secret that is shown once: make another.',
    )
  }
  return { status: kept.status, body: kept.body }
}

function send<Body>(reply: FastifyReply, { status, body }: Done<Body>): Body {
  reply.code(status)
  return body
}

/** Forgets answers older than a day, a bounded number at a time; housekeeping calls it. Answers how many. */
export async function forgetOldAnswers(db: Db, now: Date): Promise<number> {
  const old = db.orm
    .select({ company_id: idempotencyKeys.company_id, key: idempotencyKeys.key })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.created_at, new Date(now.getTime() - keptMs)))
    .limit(1000)
  const gone = await db.orm
    .delete(idempotencyKeys)
    .where(sql`(${idempotencyKeys.company_id}, ${idempotencyKeys.key}) in ${old}`)
    .returning({ key: idempotencyKeys.key })
  return gone.length
}
