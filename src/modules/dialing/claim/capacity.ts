import { type SQL, sql } from 'drizzle-orm'
import { freeSlots } from './rate-limit.ts'
import { virtualTime } from './shares.ts'

/** The parameters of `dialing.claim_attempts` as SQL. */
export type ClaimParams = Record<
  'campaigns' | 'worker' | 'now' | 'quota' | 'lease_sec' | 'rate_window_sec' | 'search_ms',
  SQL
>

/** Tasks read per campaign beyond its capacity, because suppressions or attempt limits exclude some of them. */
export const spareTasks = sql.raw('5')

const now = sql.raw('clock.at')

/**
 * `company_capacity`: attempts that the limits of each company allow now; null limits allow the whole quota. The caller
 * has locked the company_pace rows of companies with limits. Indexes: primary keys, leases_campaign_idx.
 */
export const companyCapacity = ({ quota, rate_window_sec: window_sec }: ClaimParams): SQL => {
  const calls_per_minute = sql.raw("(c.limits->>'calls_per_minute')::float8")
  const slots = freeSlots({ next_slot_at: sql.raw('p.next_slot_at'), calls_per_minute, window_sec, now })
  return sql`
    select c.id as company_id,
      least(${quota},
        (c.limits->>'max_concurrent_calls')::int
          - (select count(*) from leases l where l.company_id = c.id and l.is_live),
        ${slots})::int as capacity,
      ${calls_per_minute} as calls_per_minute,
      (c.limits->>'attempts_per_number_per_day')::int as attempts_per_day,
      (c.limits->>'attempts_per_number_per_week')::int as attempts_per_week,
      (c.limits->>'min_hours_between_attempts')::float8 as min_hours_between_attempts,
      locked.next_turn, ${virtualTime(sql.raw('c.id'))} as virtual_time
    from (select distinct company_id, next_turn_of_company as next_turn from locked_campaigns) locked
    join companies c on c.id = locked.company_id
    left join company_pace p on p.company_id = c.id
    cross join clock`
}

/**
 * `campaigns_with_capacity`: attempts that the limits of each running campaign allow now, and how many of its tasks to
 * read: twice its fair share. The caller has locked their campaign_pace rows. Indexes: primary keys, leases_campaign_idx;
 * `campaign_id >= x and campaign_id <= x order by campaign_id` means `campaign_id = x`, but only that index has the order.
 */
export const campaignsWithCapacity = ({ quota, rate_window_sec: window_sec }: ClaimParams): SQL => {
  const calls_per_minute = sql.raw('k.calls_per_minute')
  const slots = freeSlots({ next_slot_at: sql.raw('p.next_slot_at'), calls_per_minute, window_sec, now })
  return sql`
    select p.company_id, p.campaign_id, p.last_claim_at, greatest(p.next_turn, c.virtual_time) as next_turn, k.weight, k.calls_per_minute, k.skillbase_id,
      k.skillbase_version, k.caller_number, k.ring_timeout_sec, k.max_call_duration_sec,
      ceil(${quota}::float8 * 2 / (select count(*) from company_capacity)
        * k.weight / sum(k.weight) over (partition by p.company_id))::int + ${spareTasks} as fetch_limit,
      least(${quota},
        c.capacity,
        k.max_concurrent_calls - (
          select count(*) from (
            select 1 from leases l
            where l.company_id = p.company_id and l.campaign_id >= p.campaign_id and l.campaign_id <= p.campaign_id
              and l.is_live
            order by l.campaign_id offset 0) as live),
        ${slots})::int as capacity
    from locked_campaigns
    join campaign_pace p using (company_id, campaign_id)
    join company_capacity c using (company_id)
    join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
    cross join clock
    where (k.start_time is null or k.start_time <= clock.at) and (k.end_time is null or k.end_time > clock.at)`
}
