import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../../../db/client.ts'
import { asOwner, type Tx } from '../../../db/transaction.ts'
import { readEventRange, readEventsAfter, type StoredEvent } from '../../events/index.ts'
import { expandEvents, type LiveEvent } from '../../live/index.ts'

/** Webhooks that one step serves, and transactions whose events each is given. */
const mostWebhooks = 20
const mostRows = 100

interface Behind extends Record<string, unknown> {
  company_id: string
  id: string
}

/** Makes deliveries of events that webhooks have not been told of. Answers how many webhooks moved on. */
export async function fanOutStep(db: Db, now: Date): Promise<number> {
  const behind = await db.orm.execute<Behind>(sql`
    select w.company_id, w.id from webhooks w join event_heads h on h.company_id = w.company_id
    where w.is_enabled and w.position < h.last_id order by h.last_id - w.position desc limit ${mostWebhooks}`)
  let moved = 0
  for (const { company_id, id } of behind) moved += await asOwner(db, company_id, (tx) => fanOut(tx, id, now))
  return moved
}

/** `*` is all but turns, of which there are many more than of anything else. */
const isWanted = (types: readonly string[], { item }: StoredEvent) =>
  types.includes(item.type) || (types.includes('*') && item.type !== 'call.turns')

/**
 * In one transaction with how far it came, so that no event is passed over or taken twice. The webhook is held: who
 * finishes a delivery waits, and wakes what comes next to it (`finish`).
 */
async function fanOut(tx: Tx, id: string, now: Date): Promise<number> {
  const [held] = await tx.execute<{ position: string; event_types: string[] | string }>(sql`
    select position, to_json(event_types) as event_types from webhooks
    where company_id = ${tx.company_id}::uuid and id = ${id}::uuid and is_enabled for update skip locked`)
  if (held === undefined) return 0
  const types =
    typeof held.event_types === 'string' ? (JSON.parse(held.event_types) as string[]) : held.event_types
  const { first_id } = await readEventRange(tx)
  const kept = await readEventsAfter(tx, Math.max(Number(held.position), first_id - 1), mostRows)
  const last = kept.at(-1)
  if (last === undefined) return 0
  const wanted = await expandEvents(
    tx,
    kept.filter((one) => isWanted(types, one)),
  )
  if (wanted.length > 0) await insert(tx, id, wanted, now)
  await tx.execute(sql`
    update webhooks set position = ${last.id}::bigint where company_id = ${tx.company_id}::uuid and id = ${id}::uuid`)
  return 1
}

/** What a receiver is sent. */
export const deliveryBody = (company_id: string, { id, type, at, data, ...of }: LiveEvent): string =>
  JSON.stringify({ type, timestamp: at, event_id: id, company_id, ...of, data })

/** What has to come in order: a call's events, a campaign's; the others each by itself. */
const orderOf = ({ call_id, campaign_id, id }: LiveEvent) => call_id ?? campaign_id ?? String(id)

/** The first of each order may be sent at once; those behind it wait until it is told, or given up. */
async function insert(tx: Tx, webhook_id: string, events: readonly LiveEvent[], now: Date): Promise<void> {
  const rows = events.map((event) => ({
    id: uuidv7(),
    event_id: event.id,
    event_type: event.type,
    order_key: orderOf(event),
    body: deliveryBody(tx.company_id, event),
  }))
  await tx.execute(sql`
    insert into webhook_deliveries (company_id, id, webhook_id, event_id, event_type, order_key, body, next_attempt_at)
    select ${tx.company_id}::uuid, id, ${webhook_id}::uuid, event_id, event_type, order_key, body,
      case when row_number() over (partition by order_key order by event_id) = 1 and not exists (
        select 1 from webhook_deliveries d
        where d.company_id = ${tx.company_id}::uuid and d.webhook_id = ${webhook_id}::uuid
          and d.order_key = made.order_key and d.status = 'pending') then ${now.toISOString()}::timestamptz end
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as made(id uuid, event_id bigint, event_type text, order_key text, body text)
    on conflict (company_id, webhook_id, event_id) do nothing`)
}
