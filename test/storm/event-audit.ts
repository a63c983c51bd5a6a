import type { Sql } from 'postgres'
import { waitUntil } from '../setup/wait-until.ts'

/** Differences between events and rows. All must be zero. */
export interface EventFindings {
  /** Calls without exactly one call.created event followed by one call.ended event. */
  calls_with_wrong_events: number
  /** Turns in no call.turns event. */
  turns_without_event: number
  /** Event ids that are missing or used twice. */
  event_gaps: number
}

/** Waits until all events have ids, and compares them with the rows. */
export async function auditEvents(db: Sql): Promise<EventFindings> {
  await waitUntil(
    'all events have ids',
    async () => (await db`select 1 from event_outbox limit 1`).length === 0,
  )
  const [findings] = await db<EventFindings[]>`
    with all_events as materialized (
      select e.company_id, e.first_id + nth - 1 as id, item->>'type' as type, (item->>'call_id')::uuid as call_id, item
      from events e cross join lateral jsonb_array_elements(e.items) with ordinality as i(item, nth)
    ), call_events as (
      select company_id, call_id, count(*) filter (where type = 'call.created') as created,
        count(*) filter (where type = 'call.ended') as ended,
        min(id) filter (where type = 'call.created') < min(id) filter (where type = 'call.ended') as is_in_order
      from all_events where call_id is not null group by 1, 2
    ), turns as (
      select distinct company_id, call_id, turn::int as turn_index
      from all_events cross join lateral jsonb_array_elements_text(item->'turns') as t(turn) where type = 'call.turns'
    )
    select
      (select count(*)::int from calls c left join call_events o on o.company_id = c.company_id and o.call_id = c.id
        where (o.created, o.ended, o.is_in_order) is distinct from (1::bigint, 1::bigint, true)) as calls_with_wrong_events,
      (select count(*)::int from call_logs l where not exists (select from turns t
        where (t.company_id, t.call_id, t.turn_index) = (l.company_id, l.call_id, l.turn_index))) as turns_without_event,
      (select coalesce(sum(abs(h.last_id - (select count(*) from all_events t where t.company_id = h.company_id))), 0)::int
        from event_heads h)
      + (select count(*)::int from (
          select first_id, lag(id, 1, 0::bigint) over (partition by company_id order by id) as before from events) as e
        where first_id <> before + 1) as event_gaps`
  if (findings === undefined) throw new Error('the audit returned no row')
  return findings
}
