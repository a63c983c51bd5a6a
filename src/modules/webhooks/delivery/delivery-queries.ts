import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, defineQuery } from '../../../db/query/define-query.ts'
import {
  bigint,
  integer,
  jsonb,
  nullable,
  recordset,
  text,
  timestamptz,
  uuid,
} from '../../../db/query/parameters.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'

/** Enabled webhooks that have not processed the last event of their company, the furthest behind first. */
export const findWebhooksBehind = defineQuery({
  name: 'webhooks.find_webhooks_behind',
  params: { limit: integer },
  row: { company_id: Type.String(), id: Type.String() },
  sql: (p) => sql`
    select w.company_id, w.id from webhooks w join event_heads h on h.company_id = w.company_id
    where w.is_enabled and w.position < h.last_id order by h.last_id - w.position desc limit ${p.limit}`,
})

/**
 * Inserts deliveries. The first one of each order key is due now, unless an earlier delivery with that key is pending.
 * The others get no next_attempt_at: they are released one by one, when the delivery before them is delivered or dead.
 *
 * The caller has locked the webhook, so no delivery finishes meanwhile. Index: webhook_deliveries_order_idx.
 */
export const insertDeliveries = defineCompanyQuery({
  name: 'webhooks.insert_deliveries',
  params: {
    webhook_id: uuid,
    now: timestamptz,
    deliveries: recordset('new_deliveries', {
      id: uuid,
      event_id: bigint,
      event_type: text,
      order_key: text,
      body: text,
    }),
  },
  row: {},
  sql: (p) => sql`
    insert into webhook_deliveries (company_id, id, webhook_id, event_id, event_type, order_key, body, next_attempt_at)
    select ${p.company_id}, id, ${p.webhook_id}, event_id, event_type, order_key, body,
      case when row_number() over (partition by order_key order by event_id) = 1 and not exists (
        select 1 from webhook_deliveries d
        where d.company_id = ${p.company_id} and d.webhook_id = ${p.webhook_id}
          and d.order_key = new_deliveries.order_key and d.status = 'pending') then ${p.now} end
    from ${p.deliveries}
    on conflict (company_id, webhook_id, event_id) do nothing`,
})

/** Not Drizzle's update, which would change updated_at: the position is not shown to users. */
export const movePosition = defineCompanyQuery({
  name: 'webhooks.move_position',
  params: { webhook_id: uuid, position: bigint },
  row: {},
  sql: (p) => sql`
    update webhooks set position = ${p.position} where company_id = ${p.company_id} and id = ${p.webhook_id}`,
})

/**
 * Claims due deliveries of enabled webhooks, the longest due first, and moves their next_attempt_at to the end of the
 * lease. `in_flight` is the number of requests in flight by webhook, which count towards `max_per_webhook`.
 *
 * Locks the deliveries; skips rows that another worker is claiming. Index: webhook_deliveries_due_idx.
 */
export const claimDeliveries = defineQuery({
  name: 'webhooks.claim_deliveries',
  params: {
    now: timestamptz,
    leased_until: timestamptz,
    in_flight: jsonb,
    max_per_webhook: integer,
    max_candidates: integer,
    limit: integer,
  },
  row: {
    company_id: Type.String(),
    id: Type.String(),
    webhook_id: Type.String(),
    order_key: Type.String(),
    /** The number of this attempt. */
    attempt_count: Type.Integer(),
    /** Attempts since the delivery was created or last resent. */
    retry_count: Type.Integer(),
    body: Type.String(),
    url: Type.String(),
    secret: Type.String(),
    /** null when the secret was not replaced within the last day. */
    old_secret: Nullable(Type.String()),
  },
  sql: (p) => sql`
    with due_deliveries as materialized (
      select d.company_id, d.id, d.next_attempt_at,
        row_number() over (partition by d.webhook_id order by d.next_attempt_at, d.id)
          + coalesce((${p.in_flight}->>d.webhook_id::text)::int, 0) as number_in_webhook
      from (
        select * from webhook_deliveries where status = 'pending' and next_attempt_at <= ${p.now}
        order by next_attempt_at limit ${p.max_candidates}
      ) as d
      join webhooks w on w.company_id = d.company_id and w.id = d.webhook_id and w.is_enabled
    ), claimed_deliveries as materialized (
      select d.company_id, d.id from webhook_deliveries d
      join due_deliveries due using (company_id, id)
      where due.number_in_webhook <= ${p.max_per_webhook}
        and d.status = 'pending' and d.next_attempt_at <= ${p.now}
      order by due.next_attempt_at limit ${p.limit} for update of d skip locked
    )
    update webhook_deliveries d set attempt_count = d.attempt_count + 1, retry_count = d.retry_count + 1,
      next_attempt_at = ${p.leased_until}
    from claimed_deliveries c join webhooks w on w.company_id = c.company_id
    where d.company_id = c.company_id and d.id = c.id and w.id = d.webhook_id
    returning d.company_id, d.id, d.webhook_id, d.order_key, d.attempt_count, d.retry_count, d.body, w.url, w.secret,
      case when w.old_secret_until > ${p.now} then w.old_secret end as old_secret`,
})

/**
 * Stores an attempt and the resulting status of its delivery. When the delivery is finished, the next one with the same
 * order key becomes due. If another worker has claimed the delivery in the meantime, only the attempt is stored.
 *
 * The caller has locked the webhook. Indexes: webhook_deliveries_pkey, webhook_deliveries_order_idx.
 */
export const storeAttempt = defineCompanyQuery({
  name: 'webhooks.store_attempt',
  params: {
    id: uuid,
    webhook_id: uuid,
    order_key: text,
    attempt_count: integer,
    at: timestamptz,
    http_status: nullable(integer),
    error: nullable(text),
    duration_ms: integer,
    status: text,
    next_attempt_at: nullable(timestamptz),
  },
  row: {},
  sql: (p) => sql`
    with stored_attempt as (
      insert into webhook_attempts (company_id, delivery_id, n, at, http_status, error, duration_ms)
      values (${p.company_id}, ${p.id}, ${p.attempt_count}, ${p.at}, ${p.http_status}, ${p.error}, ${p.duration_ms})
      on conflict do nothing
    ), updated_delivery as (
      update webhook_deliveries set status = ${p.status}, next_attempt_at = ${p.next_attempt_at},
        http_status = ${p.http_status}, error = ${p.error},
        finished_at = case when ${p.status} <> 'pending' then ${p.at} end
      where company_id = ${p.company_id} and id = ${p.id} and status = 'pending'
        and attempt_count = ${p.attempt_count}
      returning company_id
    )
    update webhook_deliveries d set next_attempt_at = ${p.at}
    from updated_delivery
    where ${p.status} <> 'pending' and d.company_id = updated_delivery.company_id and d.id = (
      select n.id from webhook_deliveries n
      where n.company_id = ${p.company_id} and n.webhook_id = ${p.webhook_id} and n.order_key = ${p.order_key}
        and n.status = 'pending' and n.id <> ${p.id} order by n.event_id limit 1)
      and d.next_attempt_at is null`,
})

/**
 * Sets failing_since to the first failure in a row; null after a success. Not Drizzle's update, which would change
 * updated_at.
 */
export const setFailingSince = defineCompanyQuery({
  name: 'webhooks.set_failing_since',
  params: { webhook_id: uuid, failing_since: nullable(timestamptz) },
  row: {},
  sql: (p) => sql`
    update webhooks set failing_since = ${p.failing_since}
    where company_id = ${p.company_id} and id = ${p.webhook_id}
      and (failing_since is null) <> (${p.failing_since} is null)`,
})
