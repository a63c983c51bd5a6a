import { Type } from '@sinclair/typebox'
import { and, count, eq, getTableColumns, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { webhooks } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound } from '../../lib/errors.ts'
import { readEventRange } from '../events/index.ts'
import { hasPrivateHost } from './delivery/public-addresses.ts'
import { createSecret } from './delivery/signature.ts'

type WebhookRow = typeof webhooks.$inferSelect
/** Columns that the API does not return. */
export type InternalColumn =
  | 'secret'
  | 'old_secret'
  | 'old_secret_until'
  | 'position'
  | 'event_failures'
  | 'event_retry_at'

/** A webhook as the API returns it, without its secrets. */
export type Webhook = Omit<WebhookRow, InternalColumn>

/** Maximum number of webhooks per company, because each one reads every event of the company. */
const maxWebhooks = 20
/** How long requests are also signed with a replaced secret, ms. */
const oldSecretValidMs = 24 * 3_600_000

export interface WebhookInput {
  url: string
  event_types: string[]
  description?: string | null | undefined
  is_enabled?: boolean | undefined
}

const {
  secret: _secret,
  old_secret: _old_secret,
  old_secret_until: _old_secret_until,
  position: _position,
  event_failures: _event_failures,
  event_retry_at: _event_retry_at,
  ...publicColumns
} = getTableColumns(webhooks)

export const webhookById = (tx: ReadTx, id: string) =>
  and(eq(webhooks.company_id, tx.company_id), eq(webhooks.id, id))

/** @throws Refusal 'invalid' when the URL is malformed, is not https, contains credentials, or has a private host */
function assertUrlAllowed(text: string, allowPrivateAddresses: boolean): void {
  const invalidUrl = (detail: string) => invalid('invalid_url', detail, [{ pointer: '/url', detail }])
  if (!URL.canParse(text))
    throw invalidUrl('The url is not a valid URL. Example: https://crm.example.com/events.')
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(allowPrivateAddresses && url.protocol === 'http:'))
    throw invalidUrl(`The url must start with https://, not ${url.protocol}//.`)
  if (url.username !== '' || url.password !== '')
    throw invalidUrl(
      'The url must not contain a user name or password. Receivers verify the signature of a request instead.',
    )
  if (!allowPrivateAddresses && hasPrivateHost(url))
    throw invalidUrl(
      `The host ${url.hostname} is a private, loopback or link-local address, or a local name. Use a host with a public address.`,
    )
}

/** Waits for the advisory lock of the number of the company's webhooks, and holds it until the transaction ends. */
const lockWebhookCount = defineCompanyQuery({
  name: 'webhooks.lock_webhook_count',
  params: {},
  row: { locked: Type.Boolean() },
  sql: (p) => sql`
    select true as locked
    from pg_advisory_xact_lock(hashtextextended('number of webhooks of ' || ${p.company_id}::text, 0))`,
})

/**
 * Creates a webhook that receives events from now on. The secret is returned only here.
 *
 * @throws Refusal 'invalid' for its url; 'conflict' when the company has the maximum of 20 webhooks
 */
export async function createWebhook(
  tx: Tx,
  input: WebhookInput,
  { allowPrivateAddresses }: { allowPrivateAddresses: boolean },
): Promise<Webhook & { secret: string }> {
  assertUrlAllowed(input.url, allowPrivateAddresses)
  // Until the commit, so that concurrent requests cannot exceed the maximum together.
  await lockWebhookCount(tx)
  const [counted] = await tx
    .select({ n: count() })
    .from(webhooks)
    .where(eq(webhooks.company_id, tx.company_id))
  if ((counted?.n ?? 0) >= maxWebhooks)
    throw conflict(
      'too_many_webhooks',
      `The company has ${maxWebhooks} webhooks, which is the maximum. Delete one first.`,
    )
  const secret = createSecret()
  const { last_id } = await readEventRange(tx)
  const [created] = await tx
    .insert(webhooks)
    .values({
      ...input,
      event_types: [...new Set(input.event_types)],
      company_id: tx.company_id,
      secret,
      position: last_id,
    })
    .returning(publicColumns)
  if (created === undefined) throw new Error('insert into webhooks returned no row')
  return { ...created, secret }
}

/** @throws Refusal 'not_found' */
export async function getWebhook(tx: ReadTx, id: string): Promise<Webhook> {
  const [found] = await tx.select(publicColumns).from(webhooks).where(webhookById(tx, id))
  if (found === undefined) throw notFound('webhook')
  return found
}

/** Locks a webhook until the transaction ends. @throws Refusal 'not_found' */
export async function lockWebhook(tx: Tx, id: string): Promise<Webhook> {
  const [found] = await tx
    .select(publicColumns)
    .from(webhooks)
    .where(webhookById(tx, id))
    .for('no key update')
  if (found === undefined) throw notFound('webhook')
  return found
}

/** Webhooks of the company, newest first. */
export async function listWebhooks(tx: ReadTx, query: PageQuery): Promise<Page<Webhook>> {
  const page = await listPage(
    tx,
    { from: webhooks, where: eq(webhooks.company_id, tx.company_id), key: [webhooks.id] },
    query,
  )
  return {
    ...page,
    items: page.items.map(
      ({ secret, old_secret, old_secret_until, position, event_failures, event_retry_at, ...webhook }) =>
        webhook,
    ),
  }
}

/**
 * Updates a webhook. One that is enabled again continues with the event after the last one it processed, or with the
 * oldest stored event if that event has been deleted.
 *
 * @throws Refusal 'not_found'; 'invalid' for its url
 */
export async function updateWebhook(
  tx: Tx,
  id: string,
  change: Partial<WebhookInput>,
  { allowPrivateAddresses }: { allowPrivateAddresses: boolean },
): Promise<Webhook> {
  if (change.url !== undefined) assertUrlAllowed(change.url, allowPrivateAddresses)
  if (Object.values(change).every((value) => value === undefined)) return getWebhook(tx, id)
  const resetsHealth = change.is_enabled === true || change.url !== undefined
  const [updated] = await tx
    .update(webhooks)
    .set({
      ...change,
      ...(resetsHealth && { failing_since: null }),
      ...(change.is_enabled === true && { disabled_reason: null, disabled_at: null }),
    })
    .where(webhookById(tx, id))
    .returning(publicColumns)
  if (updated === undefined) throw notFound('webhook')
  return updated
}

/** Deletes a webhook and its deliveries, including pending ones. @throws Refusal 'not_found' */
export async function deleteWebhook(tx: Tx, id: string): Promise<void> {
  const deleted = await tx.delete(webhooks).where(webhookById(tx, id))
  if (deleted.count === 0) throw notFound('webhook')
}

/** Replaces the secret. For 24 h requests are also signed with the old one. @throws Refusal 'not_found' */
export async function rotateSecret(tx: Tx, id: string, now: Date): Promise<Webhook & { secret: string }> {
  const secret = createSecret()
  const until = new Date(now.getTime() + oldSecretValidMs)
  const [updated] = await tx
    .update(webhooks)
    .set({ secret, old_secret: sql`${webhooks.secret}`, old_secret_until: until })
    .where(webhookById(tx, id))
    .returning(publicColumns)
  if (updated === undefined) throw notFound('webhook')
  return { ...updated, secret }
}
