import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { webhooks } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound } from '../../lib/errors.ts'
import { readEventRange } from '../events/index.ts'
import { hasPrivateHost } from './delivery/public-addresses.ts'
import { createSecret } from './delivery/signature.ts'

type Row = typeof webhooks.$inferSelect
type Hidden = 'secret' | 'old_secret' | 'old_secret_until' | 'position'

/** A webhook as it may be shown: without its secrets. */
export type Webhook = Omit<Row, Hidden>

/** Webhooks of a company at most: each of them reads every event. */
export const maxWebhooks = 20
/** A secret that was replaced signs beside the new one for so long. */
export const oldSecretValidMs = 24 * 3_600_000

export interface WebhookInput {
  url: string
  event_types: string[]
  description?: string | null | undefined
  is_enabled?: boolean | undefined
}

const {
  secret: _,
  old_secret: __,
  old_secret_until: ___,
  position: ____,
  ...shown
} = getTableColumns(webhooks)

export const webhookById = (tx: Tx, id: string) =>
  and(eq(webhooks.company_id, tx.company_id), eq(webhooks.id, id))

/** @throws Refusal 'invalid' for a URL that is none, or that nothing may be sent to */
function checkUrl(text: string, toPrivate: boolean): void {
  const fault = (detail: string) =>
    invalid('invalid_url', `The url ${detail}.`, [{ pointer: '/url', detail }])
  if (!URL.canParse(text)) throw fault('is no URL')
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(toPrivate && url.protocol === 'http:')) throw fault('must be https')
  if (url.username !== '' || url.password !== '')
    throw fault('has a user in it: receivers verify the signature')
  if (!toPrivate && hasPrivateHost(url)) throw fault('is a private, loopback or link-local address')
}

/**
 * Makes a webhook, which is told of what happens from now on. Its secret is answered here, and not shown again.
 *
 * @throws Refusal 'invalid' for its url, 'conflict' when the company has as many as it may
 */
export async function createWebhook(
  tx: Tx,
  input: WebhookInput,
  { toPrivate }: { toPrivate: boolean },
): Promise<Webhook & { secret: string }> {
  checkUrl(input.url, toPrivate)
  const [counted] = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from webhooks where company_id = ${tx.company_id}::uuid`)
  if ((counted?.n ?? 0) >= maxWebhooks)
    throw conflict('too_many_webhooks', `A company has ${maxWebhooks} webhooks at most: delete one first.`)
  const secret = createSecret()
  const { last_id } = await readEventRange(tx)
  const [made] = await tx
    .insert(webhooks)
    .values({
      ...input,
      event_types: [...new Set(input.event_types)],
      company_id: tx.company_id,
      secret,
      position: last_id,
    })
    .returning(shown)
  if (made === undefined) throw new Error('the webhook was not inserted')
  return { ...made, secret }
}

/** @throws Refusal 'not_found' */
export async function getWebhook(tx: Tx, id: string): Promise<Webhook> {
  const [found] = await tx.select(shown).from(webhooks).where(webhookById(tx, id))
  if (found === undefined) throw notFound('webhook')
  return found
}

/** Webhooks of the company, newest first. */
export async function listWebhooks(tx: Tx, query: PageQuery): Promise<Page<Webhook>> {
  const page = await listPage(
    tx,
    { from: webhooks, where: eq(webhooks.company_id, tx.company_id), key: [webhooks.id] },
    query,
  )
  return {
    ...page,
    items: page.items.map(({ secret, old_secret, old_secret_until, position, ...webhook }) => webhook),
  }
}

/**
 * Changes a webhook. One that is switched on again goes on where it stopped, as far back as events are kept.
 *
 * @throws Refusal 'not_found', 'invalid' for its url
 */
export async function updateWebhook(
  tx: Tx,
  id: string,
  change: Partial<WebhookInput>,
  { toPrivate }: { toPrivate: boolean },
): Promise<Webhook> {
  if (change.url !== undefined) checkUrl(change.url, toPrivate)
  if (Object.values(change).every((value) => value === undefined)) return getWebhook(tx, id)
  const fresh = change.is_enabled === true || change.url !== undefined
  const [after] = await tx
    .update(webhooks)
    .set({
      ...change,
      ...(fresh && { failing_since: null }),
      ...(change.is_enabled === true && { disabled_reason: null, disabled_at: null }),
    })
    .where(webhookById(tx, id))
    .returning(shown)
  if (after === undefined) throw notFound('webhook')
  return after
}

/** Deletes a webhook with its deliveries, those that wait too. @throws Refusal 'not_found' */
export async function deleteWebhook(tx: Tx, id: string): Promise<void> {
  const { count } = await tx.delete(webhooks).where(webhookById(tx, id))
  if (count === 0) throw notFound('webhook')
}

/** Replaces the secret; the old one signs beside it for a day. @throws Refusal 'not_found' */
export async function rotateSecret(tx: Tx, id: string, now: Date): Promise<Webhook & { secret: string }> {
  const secret = createSecret()
  const until = new Date(now.getTime() + oldSecretValidMs)
  const [after] = await tx
    .update(webhooks)
    .set({ secret, old_secret: sql`${webhooks.secret}`, old_secret_until: until })
    .where(webhookById(tx, id))
    .returning(shown)
  if (after === undefined) throw notFound('webhook')
  return { ...after, secret }
}
