import { and, eq, lt, sql } from 'drizzle-orm'
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../db/client.ts'
import { defineBatchDelete } from '../db/query/define-batch-delete.ts'
import { idempotencyKeys, platformCompany } from '../db/schema/index.ts'
import { acrossCompanies, inCompany, type PlatformTx, type TenantTx } from '../db/transaction.ts'
import { canonicalHash } from '../lib/canonical-json.ts'
import { conflict, malformed } from '../lib/errors.ts'
import { companyOf } from './auth.ts'
import { leaveUncompressed } from './compression.ts'
import { assertPreconditions } from './preconditions.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * A POST that may be repeated without harm, so that it takes no Idempotency-Key. The handler of any other POST runs in
     * `withIdempotencyKey`, and the OpenAPI document has the header.
     */
    isRepeatable?: boolean
  }
}

/** Whether a route takes Idempotency-Key. */
export const takesIdempotencyKey = (
  method: string,
  { scope, isRepeatable }: Pick<FastifyContextConfig, 'scope' | 'isRepeatable'> = {},
): boolean => method === 'POST' && scope !== undefined && isRepeatable !== true

/** How long a response is stored for replay, ms (24 h). */
const retentionMs = 86_400_000

/** The response of a handler, which is stored for replays. */
interface HandlerResult<Body> {
  status: number
  body: Body
  /** The body contains a secret that is shown once: it is sent, and never stored. */
  isSecret?: boolean
}

interface IdempotencyDeps {
  readonly db: Db
  readonly now: () => Date
}

/**
 * Runs the handler at most once per Idempotency-Key and company. The response is stored in the handler's own transaction,
 * so both commit or neither does. A replay returns the stored response for 24 h. A second request that arrives while the
 * first one runs waits for it. Without the header the handler runs for every request. Preconditions are checked before it
 * runs, and not for a replay: the resource has changed by the first request.
 *
 * @throws Refusal as `assertPreconditions`; 'conflict' when the key was used for a different request, or its response contained a secret;
 * 'malformed' for a key that is empty or longer than 255 characters
 */
export function withIdempotencyKey<Body>(
  deps: IdempotencyDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  handler: (tx: TenantTx) => Promise<HandlerResult<Body>>,
): Promise<Body> {
  return withIdempotencyKeyFor(deps, companyOf(request), request, reply, handler)
}

/** Like `withIdempotencyKey`, for the company in the URL. */
export function withIdempotencyKeyFor<Body>(
  deps: IdempotencyDeps,
  company_id: string,
  request: FastifyRequest,
  reply: FastifyReply,
  handler: (tx: TenantTx) => Promise<HandlerResult<Body>>,
): Promise<Body> {
  return inCompany(deps.db, company_id, (tx) =>
    runOnce(tx, { company_id, now: deps.now() }, request, reply, handler),
  )
}

/** Like `withIdempotencyKey`, for platform requests: without row-level security, under the platform's company id. */
export function withIdempotencyKeyForPlatform<Body>(
  deps: IdempotencyDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  handler: (tx: PlatformTx) => Promise<HandlerResult<Body>>,
): Promise<Body> {
  return acrossCompanies(deps.db, (tx) =>
    runOnce(tx, { company_id: platformCompany, now: deps.now() }, request, reply, handler),
  )
}

/** Whose key it is: a company's, or `platformCompany`. */
interface KeyOwner {
  company_id: string
  now: Date
}

async function runOnce<Body, X extends TenantTx | PlatformTx>(
  tx: X,
  { company_id, now }: KeyOwner,
  request: FastifyRequest,
  reply: FastifyReply,
  handler: (tx: X) => Promise<HandlerResult<Body>>,
): Promise<Body> {
  const { method, routeOptions } = request
  if (!takesIdempotencyKey(method, routeOptions.config))
    throw new Error(
      `The route ${method} ${routeOptions.url} is declared as one that takes no Idempotency-Key.`,
    )
  const key = keyOf(request)
  const run = async () => {
    await assertPreconditions(tx, request)
    return handler(tx)
  }
  if (key === undefined) return send(reply, await run())
  const request_hash = canonicalHash([request.method, request.url, request.body ?? null])
  const stored = await claimKey(tx, { company_id, now }, key, request_hash)
  if (stored !== undefined) {
    reply.header('idempotency-replayed', 'true')
    return send(reply, stored as HandlerResult<Body>)
  }
  const result = await run()
  await tx
    .update(idempotencyKeys)
    .set({ status: result.status, body: result.isSecret ? null : result.body })
    .where(and(eq(idempotencyKeys.company_id, company_id), eq(idempotencyKeys.key, key)))
  return send(reply, result)
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && key.length >= 1 && key.length <= 255) return key
  throw malformed(
    'invalid_idempotency_key',
    `The Idempotency-Key header must have 1 to 255 characters. Received ${key.length}. Send a new UUID for each request, or leave the header out.`,
  )
}

/**
 * Claims the key for this request and returns undefined, or returns the response stored for it. A concurrent request
 * under the same key waits at the insert for this transaction to end.
 */
async function claimKey(
  tx: TenantTx | PlatformTx,
  { company_id, now }: KeyOwner,
  key: string,
  request_hash: string,
): Promise<HandlerResult<unknown> | undefined> {
  const expiredBefore = new Date(now.getTime() - retentionMs)
  // An expired key is overwritten. A valid key is not changed, so the statement returns no row and the key is read below.
  const [claimed] = await tx
    .insert(idempotencyKeys)
    .values({ company_id, key, request_hash, created_at: now })
    .onConflictDoUpdate({
      target: [idempotencyKeys.company_id, idempotencyKeys.key],
      set: { request_hash, status: null, body: null, created_at: now },
      setWhere: lt(idempotencyKeys.created_at, expiredBefore),
    })
    .returning({ key: idempotencyKeys.key })
  if (claimed !== undefined) return undefined
  const [stored] = await tx
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.company_id, company_id), eq(idempotencyKeys.key, key)))
  if (stored?.status == null || stored.request_hash !== request_hash) {
    throw conflict(
      'idempotency_key_reused',
      'This Idempotency-Key was used for a different request within the last 24 hours. Use a new key for each request.',
    )
  }
  if (stored.body === null) {
    throw conflict(
      'already_done',
      'This request already succeeded. Its response contained a secret that is shown only once, so it cannot be replayed. Create a new one.',
    )
  }
  return { status: stored.status, body: stored.body }
}

function send<Body>(reply: FastifyReply, { status, body, isSecret }: HandlerResult<Body>): Body {
  if (isSecret) leaveUncompressed(reply)
  reply.code(status)
  return body
}

/** Index: idempotency_keys_created_at_idx. */
const deleteKeys = defineBatchDelete(idempotencyKeys, {
  name: 'http.delete_expired_idempotency_keys',
  key: [idempotencyKeys.company_id, idempotencyKeys.key],
  expired: (before) => sql`${idempotencyKeys.created_at} < ${before}`,
  limit: 1_000,
})

/** Deletes up to 1,000 keys older than 24 h. Returns the number deleted; a worker loop calls it again while it is not 0. */
export const pruneIdempotencyKeys = (db: Db, now: Date): Promise<number> =>
  deleteKeys(db, new Date(now.getTime() - retentionMs))
