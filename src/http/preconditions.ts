import type { FastifyRequest } from 'fastify'
import type { Db } from '../db/client.ts'
import { acrossCompanies, inCompany, type PlatformTx, type TenantTx } from '../db/transaction.ts'
import { assertIfMatch, assertIfNoneMatch } from '../lib/etag.ts'
import { companyOf } from './auth.ts'
import { lockableResource, type UrlParams } from './resources.ts'

/**
 * Checks If-Match and If-None-Match of a change, in the transaction that makes it. The row of the resource stays locked until
 * its end, so that of two changes with the same ETag only the first one is made.
 *
 * @throws Refusal 'stale' when the resource has changed since its ETag was read; 'malformed' for a malformed header; errors of
 * the lock, such as 'not_found'
 */
export async function assertPreconditions(tx: TenantTx | PlatformTx, request: FastifyRequest): Promise<void> {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers
  if (ifMatch === undefined && ifNoneMatch === undefined) return
  const resource = lockableResource(request.routeOptions.config)
  if (resource?.lock === undefined) return
  const current = await resource.lock(tx, request.params as UrlParams)
  const etag = current && resource.etagOf(current)
  assertIfMatch(ifMatch, etag)
  assertIfNoneMatch(ifNoneMatch, etag)
}

/**
 * Like `inCompany`, for a request that changes the resource of its URL: `fn` runs only if the preconditions hold.
 *
 * @param company_id the company of the request unless given
 * @throws Refusal as `assertPreconditions`
 */
export function changeInCompany<T>(
  db: Db,
  request: FastifyRequest,
  fn: (tx: TenantTx) => Promise<T>,
  company_id = companyOf(request),
): Promise<T> {
  return inCompany(db, company_id, async (tx) => {
    await assertPreconditions(tx, request)
    return fn(tx)
  })
}

/** Like `changeInCompany`, in a transaction across companies. */
export function changeAcrossCompanies<T>(
  db: Db,
  request: FastifyRequest,
  fn: (tx: PlatformTx) => Promise<T>,
): Promise<T> {
  return acrossCompanies(db, async (tx) => {
    await assertPreconditions(tx, request)
    return fn(tx)
  })
}
