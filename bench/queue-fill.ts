import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'

/** Limits of one campaign that cannot dial all its contacts; violations of them are counted. */
const tightLimits = { max_concurrent_calls: 3, calls_per_minute: 60 }

/** Deletes all companies with their campaigns, tasks and calls. */
export const clearQueue = (sql: Sql) => sql.unsafe('truncate companies cascade')

/**
 * Creates a company with limits, `campaigns` campaigns with limits that are checked but never reached, and `contacts`
 * due contacts spread over them; and one more campaign with tight limits. Returns the id of the company.
 */
export async function fillQueue(sql: Sql, campaigns: number, contacts: number): Promise<string> {
  await clearQueue(sql)
  const company = randomUUID()
  const skillbase = randomUUID()
  const limits = { max_concurrent_calls: 1_000_000, calls_per_minute: 60_000_000 }
  await sql`insert into companies (id, name, slug, limits) values (${company}, 'Bench', 'bench-queue', ${sql.json(limits)})`
  await sql`insert into skillbases (company_id, id, name, slug, config) values (${company}, ${skillbase}, 'Bot', 'bot', '{}')`
  const insertCampaigns = (name: string, n: number, tasks: number, campaignLimits: typeof limits) => sql`
    insert into campaigns (company_id, skillbase_id, skillbase_version, name, status, started_at, max_concurrent_calls,
      calls_per_minute, total_tasks, contact_daily_start_time, contact_daily_end_time)
    select ${company}, ${skillbase}, 1, ${name} || i, 'running', now(), ${campaignLimits.max_concurrent_calls}, ${campaignLimits.calls_per_minute}, ${tasks},
      '00:00', '24:00'
    from generate_series(1, ${n}::int) i`
  await insertCampaigns('bench free ', campaigns, contacts / campaigns, limits)
  await insertCampaigns('bench limited ', 1, 1_000, tightLimits)
  await sql`
    insert into call_tasks (company_id, campaign_id, phone_number, dial_timezone, timezone_source, created_at)
    select ${company}, k.id, '+7' || (9000000000 + row_number() over ()), '', 'campaign', now()
    from campaigns k, generate_series(1, k.total_tasks) where k.company_id = ${company}`
  await sql`insert into company_pace (company_id) values (${company})`
  await sql`insert into campaign_pace (company_id, campaign_id) select company_id, id from campaigns`
  await sql`
    insert into campaign_windows (company_id, campaign_id, dial_timezone, opens_at, closes_at, recheck_at)
    select company_id, id, '', now() - interval '1 h', now() + interval '1 day', now() + interval '1 day' from campaigns`
  await sql`vacuum analyze`
  return company
}

/** Counts violations of the campaigns' rules in the database. All must be zero. */
export async function countViolations(sql: Sql): Promise<Record<string, number>> {
  const [violations] = await sql<Record<string, number>[]>`
    with limited_calls as (
      select c.started_at, c.ended_at from calls c join campaigns k on k.company_id = c.company_id and k.id = c.campaign_id
      where k.name like 'bench limited%'
    )
    select
      (select count(*)::int from (
        select 1 from calls where ended_reason is distinct from 'not_dialed' group by company_id, call_task_id having count(*) > 1) repeated_tasks) as dialed_twice,
      (select count(*)::int from call_tasks t join campaigns k on k.company_id = t.company_id and k.id = t.campaign_id
        where k.name like 'bench free%' and t.status <> 'completed') as not_done,
      (select count(*)::int from limited_calls c where (
        select count(*) from limited_calls earlier where earlier.started_at <= c.started_at
          and coalesce(earlier.ended_at, 'infinity') > c.started_at) > ${tightLimits.max_concurrent_calls}) as over_concurrency,
      (select count(*)::int from limited_calls c where (
        select count(*) from limited_calls earlier where earlier.started_at > c.started_at - interval '60 s'
          and earlier.started_at <= c.started_at) > ${tightLimits.calls_per_minute}) as over_minute`
  return violations ?? {}
}
