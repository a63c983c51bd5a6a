import type { Sql } from 'postgres'

/** What was told of a storm against what happened; all must be zero. */
export interface Told {
  /** Calls whose beginning or end was not told, or told twice, or the wrong way round. */
  untold_calls: number
  untold_turns: number
  /** Ids of events that are missing, or that two have. */
  event_gaps: number
}

/** Compares events with rows, once all of them have their ids. @throws when they do not get them */
export async function auditEvents(db: Sql): Promise<Told> {
  const limit = Date.now() + 10_000
  while ((await db`select 1 from event_outbox limit 1`).length > 0) {
    if (Date.now() > limit) throw new Error('events wait for their ids, and nobody gives them any')
  }
  const [found] = await db<Told[]>`
    with told as materialized (
      select e.company_id, e.first_id + nth - 1 as id, item->>'type' as type, (item->>'call_id')::uuid as call_id, item
      from events e cross join lateral jsonb_array_elements(e.items) with ordinality as i(item, nth)
    ), of_calls as (
      select company_id, call_id, count(*) filter (where type = 'call.created') as created,
        count(*) filter (where type = 'call.ended') as ended,
        min(id) filter (where type = 'call.created') < min(id) filter (where type = 'call.ended') as is_in_order
      from told where call_id is not null group by 1, 2
    ), turns as (
      select distinct company_id, call_id, turn::int as turn_index
      from told cross join lateral jsonb_array_elements_text(item->'turns') as t(turn) where type = 'call.turns'
    )
    select
      (select count(*)::int from calls c left join of_calls o on o.company_id = c.company_id and o.call_id = c.id
        where (o.created, o.ended, o.is_in_order) is distinct from (1::bigint, 1::bigint, true)) as untold_calls,
      (select count(*)::int from call_logs l where not exists (select from turns t
        where (t.company_id, t.call_id, t.turn_index) = (l.company_id, l.call_id, l.turn_index))) as untold_turns,
      (select coalesce(sum(abs(h.last_id - (select count(*) from told t where t.company_id = h.company_id))), 0)::int
        from event_heads h)
      + (select count(*)::int from (
          select first_id, lag(id, 1, 0::bigint) over (partition by company_id order by id) as before from events) as e
        where first_id <> before + 1) as event_gaps`
  if (found === undefined) throw new Error('nothing was found')
  return found
}
