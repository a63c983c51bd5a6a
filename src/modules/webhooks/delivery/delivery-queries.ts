import { Type } from '@sinclair/typebox'
import { type SQL, type SQLChunk, sql } from 'drizzle-orm'
import { defineCompanyQuery, defineQuery } from '../../../db/query/define-query.ts'
import {
  bigint,
  integer,
  nullable,
  recordset,
  text,
  timestamptz,
  uuid,
} from '../../../db/query/parameters.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'

/**
 * Enabled webhooks that have not processed the last event of their company: the first webhook of each company before the
 * second of any, then those with few events, then at random, so that no company with many events delays another.
 */
export const findWebhooksBehind = defineQuery({
  name: 'webhooks.find_webhooks_behind',
  params: { now: timestamptz, few: integer, limit: integer },
  row: { company_id: Type.String(), id: Type.String() },
  sql: (p) => sql`
    select company_id, id from (
      select w.company_id, w.id, h.last_id - w.position as behind,
        row_number() over (partition by w.company_id order by random()) as number
      from webhooks w join event_heads h on h.company_id = w.company_id
      where w.is_enabled and w.position < h.last_id and (w.event_retry_at is null or w.event_retry_at <= ${p.now})
    ) as webhooks_behind
    order by number, behind > ${p.few}, random() limit ${p.limit}`,
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
    update webhooks set position = ${p.position}, event_failures = 0, event_retry_at = null
    where company_id = ${p.company_id} and id = ${p.webhook_id}`,
})

/** Records that the delivery of the next event could not be created. */
export const recordEventFailure = defineCompanyQuery({
  name: 'webhooks.record_event_failure',
  params: { webhook_id: uuid, retry_at: timestamptz },
  row: {},
  sql: (p) => sql`
    update webhooks set event_failures = event_failures + 1, event_retry_at = ${p.retry_at}
    where company_id = ${p.company_id} and id = ${p.webhook_id}`,
})

/** The stored type and time of an event, also of one that cannot be read otherwise. Index: events_pkey. */
export const findEventType = defineCompanyQuery({
  name: 'webhooks.find_event_type',
  params: { id: bigint },
  row: { type: Nullable(Type.String()), at: Type.Date() },
  sql: (p) => sql`
    select left(items->(${p.id} - first_id)::int->>'type', 100) as type, at from events
    where company_id = ${p.company_id} and id >= ${p.id} order by id limit 1`,
})

/** Inserts a dead delivery of an event that cannot be delivered. */
export const insertDeadDelivery = defineCompanyQuery({
  name: 'webhooks.insert_dead_delivery',
  params: {
    id: uuid,
    webhook_id: uuid,
    event_id: bigint,
    event_type: text,
    body: text,
    error: text,
    now: timestamptz,
  },
  row: {},
  sql: (p) => sql`
    insert into webhook_deliveries
      (company_id, id, webhook_id, event_id, event_type, order_key, body, status, error, finished_at)
    values (${p.company_id}, ${p.id}, ${p.webhook_id}, ${p.event_id}, ${p.event_type}, ${p.event_id}::text, ${p.body},
      'dead', ${p.error}, ${p.now})
    on conflict (company_id, webhook_id, event_id) do nothing`,
})

const isWaiting = (alias: string) =>
  sql.raw(`${alias}.status = 'pending' and ${alias}.next_attempt_at is not null`)

/**
 * The next webhooks with pending deliveries, after a given one, in the order of their ids, and the ids of the first due
 * deliveries of each that is enabled, the longest due first. A skip scan of webhook_deliveries_due_idx: a few index reads per
 * webhook, however many deliveries it has.
 */
export const findDueDeliveries = defineQuery({
  name: 'webhooks.find_due_deliveries',
  params: {
    now: timestamptz,
    after_company_id: uuid,
    after_webhook_id: uuid,
    max_webhooks: integer,
    max_per_webhook: integer,
  },
  row: {
    company_id: Type.String(),
    webhook_id: Type.String(),
    url: Type.String(),
    /** Its last attempts failed. */
    is_failing: Type.Boolean(),
    delivery_ids: Nullable(Type.Array(Type.String())),
  },
  sql: (p) => sql`
    with recursive waiting as (
      (select d.company_id, d.webhook_id from webhook_deliveries d
        where ${isWaiting('d')} and (d.company_id, d.webhook_id) > (${p.after_company_id}, ${p.after_webhook_id})
        order by d.company_id, d.webhook_id limit 1)
      union all
      select next.company_id, next.webhook_id from waiting cross join lateral (
        select d.company_id, d.webhook_id from webhook_deliveries d
        where ${isWaiting('d')} and (d.company_id, d.webhook_id) > (waiting.company_id, waiting.webhook_id)
        order by d.company_id, d.webhook_id limit 1) as next
    )
    select waiting.company_id, waiting.webhook_id, w.url, w.failing_since is not null as is_failing, due.delivery_ids
    from (select * from waiting limit ${p.max_webhooks}) as waiting
    join webhooks w on w.company_id = waiting.company_id and w.id = waiting.webhook_id
    cross join lateral (
      select array_agg(first_due.id) as delivery_ids from (
        select d.id from webhook_deliveries d
        where w.is_enabled and d.company_id = waiting.company_id and d.webhook_id = waiting.webhook_id
          and ${isWaiting('d')} and d.next_attempt_at <= ${p.now}
        order by d.next_attempt_at limit ${p.max_per_webhook}) as first_due
    ) as due
    order by waiting.company_id, waiting.webhook_id`,
})

/** The replaced secret of a webhook, with which requests are still signed; null when there is none. @param webhook an alias */
export function validOldSecret(webhook: string, now: SQLChunk): SQL<string | null> {
  const column = (name: string) => sql.raw(`${webhook}.${name}`)
  return sql`case when ${column('old_secret_until')} > ${now} then ${column('old_secret')} end`
}

/**
 * Claims those of these deliveries that are still due, and moves their next_attempt_at to the end of the lease.
 *
 * Locks the deliveries; skips rows that another worker is claiming. Index: webhook_deliveries_pkey.
 */
export const claimDeliveries = defineQuery({
  name: 'webhooks.claim_deliveries',
  params: {
    now: timestamptz,
    leased_until: timestamptz,
    deliveries: recordset('chosen', { company_id: uuid, id: uuid }),
    max_body_bytes: integer,
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
    /** null when it is longer than `max_body_bytes`. */
    body: Nullable(Type.String()),
    url: Type.String(),
    secret: Type.String(),
    /** null when the secret was not replaced within the last day. */
    old_secret: Nullable(Type.String()),
  },
  sql: (p) => sql`
    with claimed_deliveries as materialized (
      select d.company_id, d.id from ${p.deliveries}
      join webhook_deliveries d on d.company_id = chosen.company_id and d.id = chosen.id
      where d.status = 'pending' and d.next_attempt_at <= ${p.now}
      for update of d skip locked
    )
    update webhook_deliveries d set attempt_count = d.attempt_count + 1, retry_count = d.retry_count + 1,
      next_attempt_at = ${p.leased_until}
    from claimed_deliveries c join webhooks w on w.company_id = c.company_id
    where d.company_id = c.company_id and d.id = c.id and w.id = d.webhook_id
    returning d.company_id, d.id, d.webhook_id, d.order_key, d.attempt_count, d.retry_count,
      case when octet_length(d.body) <= ${p.max_body_bytes} then d.body end as body, w.url, w.secret,
      ${validOldSecret('w', p.now)} as old_secret`,
})

/** Makes a pending delivery dead. */
export const giveUpDelivery = defineCompanyQuery({
  name: 'webhooks.give_up_delivery',
  params: { id: uuid, error: text, now: timestamptz },
  row: {},
  sql: (p) => sql`
    update webhook_deliveries set status = 'dead', next_attempt_at = null, error = ${p.error}, finished_at = ${p.now}
    where company_id = ${p.company_id} and id = ${p.id} and status = 'pending'`,
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
