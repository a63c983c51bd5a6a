import { Type } from '@sinclair/typebox'
import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../../db/client.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineBatchDelete } from '../../db/query/define-batch-delete.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { timestamptz, uuid } from '../../db/query/parameters.ts'
import { type DeliveryStatus, webhookAttempts, webhookDeliveries, webhooks } from '../../db/schema/index.ts'
import { inCompany, type ReadTx, type Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { FairQueue } from '../../lib/fair-queue.ts'
import { validOldSecret } from './delivery/delivery-queries.ts'
import { recordAttempt } from './delivery/record-attempt.ts'
import type { Sender } from './delivery/sender.ts'
import { secretsOf } from './delivery/signature.ts'
import { getWebhook, webhookById } from './webhooks.ts'

export type Delivery = Omit<typeof webhookDeliveries.$inferSelect, 'body'>
export type Attempt = typeof webhookAttempts.$inferSelect

/** How long finished deliveries and their attempts are stored, days. */
const deliveryRetentionDays = 30

export interface DeliveryFilter {
  status?: DeliveryStatus | undefined
  event_type?: string | undefined
}

const { body: _body, ...columnsWithoutBody } = getTableColumns(webhookDeliveries)
/** Bytes of the body that the API returns: rows that older versions stored can be larger than `maxBodyBytes`. */
const maxShownBytes = 4 * 1024 * 1024

const deliveryById = (tx: ReadTx, webhook_id: string, id: string) =>
  and(
    eq(webhookDeliveries.company_id, tx.company_id),
    eq(webhookDeliveries.webhook_id, webhook_id),
    eq(webhookDeliveries.id, id),
  )

/** Deliveries of a webhook, newest first, without their bodies. @throws Refusal 'not_found' */
export async function listDeliveries(
  tx: ReadTx,
  webhook_id: string,
  filter: DeliveryFilter,
  query: PageQuery,
): Promise<Page<Delivery>> {
  await getWebhook(tx, webhook_id)
  const where = and(
    eq(webhookDeliveries.company_id, tx.company_id),
    eq(webhookDeliveries.webhook_id, webhook_id),
    filter.status === undefined ? undefined : eq(webhookDeliveries.status, filter.status),
    filter.event_type === undefined ? undefined : eq(webhookDeliveries.event_type, filter.event_type),
  )
  const from = tx.select(columnsWithoutBody).from(webhookDeliveries).where(where).as('webhook_deliveries')
  return listPage(
    tx,
    { from: from as unknown as PgTable, where: undefined, key: [from.id] },
    query,
  ) as Promise<Page<Delivery>>
}

/** A delivery with its attempts, oldest first. @throws Refusal 'not_found' */
export async function getDelivery(
  tx: ReadTx,
  webhook_id: string,
  id: string,
): Promise<Delivery & { body: string; attempts: Attempt[] }> {
  const [found] = await tx
    .select({
      ...columnsWithoutBody,
      body: sql<string>`left(${webhookDeliveries.body}, ${sql.raw(String(maxShownBytes / 4))})`,
    })
    .from(webhookDeliveries)
    .where(deliveryById(tx, webhook_id, id))
  if (found === undefined) throw notFound('delivery')
  const attempts = await tx
    .select()
    .from(webhookAttempts)
    .where(and(eq(webhookAttempts.company_id, tx.company_id), eq(webhookAttempts.delivery_id, id)))
    .orderBy(asc(webhookAttempts.n))
  return { ...found, attempts }
}

/** Locks a delivery until the transaction ends, and returns it as `getDelivery` does. @throws Refusal 'not_found' */
export async function lockDelivery(tx: Tx, webhook_id: string, id: string) {
  await tx
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(deliveryById(tx, webhook_id, id))
    .for('no key update')
  return getDelivery(tx, webhook_id, id)
}

/**
 * Makes a finished delivery due now, with all eleven attempts available again.
 *
 * @throws Refusal 'not_found'; 'conflict' while the delivery is pending
 */
export async function resendDelivery(tx: Tx, webhook_id: string, id: string, now: Date) {
  const { status } = await getDelivery(tx, webhook_id, id)
  if (status === 'pending')
    throw conflict(
      'delivery_pending',
      'The delivery is still `pending` and will be attempted again. Only `delivered` and `dead` deliveries can be resent.',
    )
  await tx
    .update(webhookDeliveries)
    .set(columnsOfPending(now))
    .where(deliveryById(tx, webhook_id, id))
  return getDelivery(tx, webhook_id, id)
}

const columnsOfPending = (now: Date) => ({
  status: 'pending' as const,
  retry_count: 0,
  next_attempt_at: now,
  finished_at: null,
})

/** Deliveries that one request resends, so that it holds their locks for a bounded time. */
const maxResent = 1_000

/**
 * Makes the oldest dead deliveries of a webhook pending. Of each order key the first one is due now, unless an earlier one is
 * pending, and the others are released one after the other. The caller has locked the webhook, so no delivery finishes
 * meanwhile. Indexes: webhook_deliveries_dead_idx, webhook_deliveries_order_idx.
 */
const resendOldest = defineCompanyQuery({
  name: 'webhooks.resend_oldest_dead_deliveries',
  params: { webhook_id: uuid, now: timestamptz },
  row: { resent: Type.Integer(), has_more: Type.Boolean() },
  sql: (p) => sql`
    with oldest as materialized (
      select id, order_key, event_id, row_number() over (partition by order_key order by event_id) as position
      from (
        select id, order_key, event_id from webhook_deliveries
        where company_id = ${p.company_id} and webhook_id = ${p.webhook_id} and status = 'dead'
        order by event_id limit ${maxResent}
      ) as page
    ),
    resent as (
      update webhook_deliveries d set status = 'pending', retry_count = 0, finished_at = null,
        next_attempt_at = case when o.position = 1 and not exists (
          select 1 from webhook_deliveries e where e.company_id = ${p.company_id} and e.webhook_id = ${p.webhook_id}
            and e.order_key = o.order_key and e.status = 'pending' and e.event_id < o.event_id) then ${p.now} end
      from oldest o where d.company_id = ${p.company_id} and d.id = o.id and d.status = 'dead'
      returning 1
    )
    select (select count(*)::int from resent) as resent, exists (
      select 1 from webhook_deliveries
      where company_id = ${p.company_id} and webhook_id = ${p.webhook_id} and status = 'dead'
        and (select count(*) from oldest) = ${maxResent}
      order by event_id offset ${maxResent} limit 1) as has_more`,
})

/**
 * Resends up to 1,000 dead deliveries of a webhook, the oldest first. Returns their number, and whether there are more.
 *
 * @throws Refusal 'not_found'
 */
export async function resendDeadDeliveries(
  tx: Tx,
  webhook_id: string,
  now: Date,
): Promise<{ resent: number; has_more: boolean }> {
  const [webhook] = await tx
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(webhookById(tx, webhook_id))
    .for('no key update')
  if (webhook === undefined) throw notFound('webhook')
  const [result] = await resendOldest(tx, { webhook_id, now })
  if (result === undefined) throw new Error('the statement that resends deliveries returned no row')
  return result
}

/** Tests of each company: a receiver that does not respond holds one for 15 s. */
const tests = new FairQueue({ concurrency: 2, maxWaiting: 8 })

/**
 * Sends a test event, waits for the response, and stores both as a delivery. It is not retried.
 *
 * @throws Refusal 'not_found'; 'unavailable' while many tests of the company wait
 */
export async function sendTestDelivery(
  db: Db,
  sender: Sender,
  company_id: string,
  webhook_id: string,
  now: () => Date,
) {
  const id = uuidv7()
  const test = await inCompany(db, company_id, async (tx) => {
    const at = now()
    const [webhook] = await tx
      .select({
        url: webhooks.url,
        secret: webhooks.secret,
        old_secret: validOldSecret('webhooks', sql.param(at, webhooks.old_secret_until)),
      })
      .from(webhooks)
      .where(webhookById(tx, webhook_id))
    if (webhook === undefined) throw notFound('webhook')
    const type = 'webhook.test'
    const body = JSON.stringify({ type, timestamp: at.toISOString(), company_id, data: { webhook_id } })
    const row = { company_id, id, webhook_id, event_type: type, order_key: id, body }
    await tx.insert(webhookDeliveries).values({ ...row, attempt_count: 1, retry_count: 1 })
    return { url: webhook.url, secrets: secretsOf(webhook), ...row }
  })
  const result = await tests.run(company_id, () => sender.send(test, now()))
  return inCompany(db, company_id, async (tx) => {
    await recordAttempt(tx, { ...test, attempt_count: 1, retry_count: 1 }, result, now(), true)
    return getDelivery(tx, webhook_id, id)
  })
}

/** Index: webhook_deliveries_finished_at_idx. */
const deleteDeliveries = defineBatchDelete(webhookDeliveries, {
  name: 'webhooks.delete_expired_deliveries',
  key: [webhookDeliveries.company_id, webhookDeliveries.id],
  expired: (before) =>
    sql`${webhookDeliveries.finished_at} < ${before} order by ${webhookDeliveries.finished_at}`,
  limit: 1_000,
})

/** Deletes up to 1,000 deliveries that finished over 30 days ago, with their attempts. Returns the number deleted. */
export const pruneDeliveries = (db: Db, now: Date): Promise<number> =>
  deleteDeliveries(db, new Date(now.getTime() - deliveryRetentionDays * 86_400_000))
