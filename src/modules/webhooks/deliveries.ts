import { Type } from '@sinclair/typebox'
import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../../db/client.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineBatchDelete } from '../../db/query/define-batch-delete.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { timestamptz } from '../../db/query/parameters.ts'
import { type DeliveryStatus, webhookAttempts, webhookDeliveries, webhooks } from '../../db/schema/index.ts'
import { inCompany, type ReadTx, type Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { FairQueue } from '../../lib/fair-queue.ts'
import { recordAttempt } from './delivery/record-attempt.ts'
import type { Sender } from './delivery/sender.ts'
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

/**
 * Makes a finished delivery due now, with all eleven attempts available again.
 *
 * @throws Refusal 'not_found'; 'conflict' while the delivery is pending
 */
export async function resendDelivery(tx: Tx, webhook_id: string, id: string, now: Date): Promise<Delivery> {
  const { status } = await getDelivery(tx, webhook_id, id)
  if (status === 'pending')
    throw conflict(
      'delivery_pending',
      'The delivery is still `pending` and will be attempted again. Only `delivered` and `dead` deliveries can be resent.',
    )
  const [updated] = await tx
    .update(webhookDeliveries)
    .set(columnsOfPending(now))
    .where(deliveryById(tx, webhook_id, id))
    .returning(columnsWithoutBody)
  if (updated === undefined) throw notFound('delivery')
  return updated
}

const columnsOfPending = (now: Date) => ({
  status: 'pending' as const,
  retry_count: 0,
  next_attempt_at: now,
  finished_at: null,
})

/**
 * Makes all dead deliveries of a webhook pending again. For each order key the oldest one is due now, and the others
 * are released one after the other. Returns the number of deliveries. @throws Refusal 'not_found'
 */
export async function resendDeadDeliveries(tx: Tx, webhook_id: string, now: Date): Promise<number> {
  await getWebhook(tx, webhook_id)
  const { count } = await tx
    .update(webhookDeliveries)
    .set({
      ...columnsOfPending(now),
      // null if an earlier delivery with this order key is pending or dead: recordAttempt then releases this one.
      next_attempt_at: sql`case when not exists (
        select 1 from webhook_deliveries e where e.company_id = ${webhookDeliveries.company_id}
          and e.webhook_id = ${webhookDeliveries.webhook_id} and e.order_key = ${webhookDeliveries.order_key}
          and e.status in ('pending', 'dead') and e.event_id < ${webhookDeliveries.event_id})
        then ${sql.param(now, webhookDeliveries.next_attempt_at)}::timestamptz end`,
    })
    .where(
      and(
        eq(webhookDeliveries.company_id, tx.company_id),
        eq(webhookDeliveries.webhook_id, webhook_id),
        eq(webhookDeliveries.status, 'dead'),
      ),
    )
  return count
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
    const [webhook] = await tx
      .select({ url: webhooks.url, secret: webhooks.secret })
      .from(webhooks)
      .where(webhookById(tx, webhook_id))
    if (webhook === undefined) throw notFound('webhook')
    const type = 'webhook.test'
    const body = JSON.stringify({ type, timestamp: now().toISOString(), company_id, data: { webhook_id } })
    const row = { company_id, id, webhook_id, event_type: type, order_key: id, body }
    await tx.insert(webhookDeliveries).values({ ...row, attempt_count: 1, retry_count: 1 })
    return { ...webhook, ...row }
  })
  const result = await tests.run(company_id, () => sender.send({ ...test, secrets: [test.secret] }, now()))
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

/**
 * Releases up to 1,000 deliveries that wait for an earlier delivery which was deleted or given up, because recordAttempt
 * will not release them. Returns their number.
 */
export async function releaseBlockedDeliveries(db: Db, now: Date): Promise<number> {
  return (await releaseDeliveries(db, { now })).length
}

const releaseDeliveries = defineQuery({
  name: 'webhooks.release_deliveries',
  params: { now: timestamptz },
  row: { id: Type.String() },
  sql: (p) => sql`
    update webhook_deliveries released set next_attempt_at = ${p.now}
    from (
      select d.company_id, d.id from webhook_deliveries d
      where d.status = 'pending' and d.next_attempt_at is null and d.event_id is not null and not exists (
        select 1 from webhook_deliveries e where e.company_id = d.company_id and e.webhook_id = d.webhook_id
          and e.order_key = d.order_key and e.status = 'pending' and e.event_id < d.event_id)
      limit 1000 for update of d skip locked
    ) as blocked
    where released.company_id = blocked.company_id and released.id = blocked.id
    returning released.id`,
})
