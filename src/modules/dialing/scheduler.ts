import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { callTasks, campaigns } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { assignDialTimezones, skipWaitingTasks } from '../call-tasks/index.ts'
import {
  type Campaign,
  completeIfDone,
  completePastEnd,
  isOver,
  lockCampaign,
  recordCampaignEvent,
  refreshWindowCache,
  startScheduled,
} from '../campaigns/index.ts'

/** Contacts whose zone is worked out in one step at most. */
const mostPlaced = 2_000

/**
 * What a campaign needs besides being dialed: scheduled ones begin, those past their end let go of who still waits,
 * done ones complete; and for running ones the present opening of each zone is kept worked out. Every part can be
 * repeated at any moment, by any process. Answers how much was done.
 */
export async function scheduleStep(db: Db, now: Date): Promise<number> {
  await readyPaces(db, now)
  let done = 0
  for (const { company_id, id } of await campaignsThat(db, dueToBegin(now))) {
    done += await asOwner(db, company_id, (tx) => startScheduled(tx, id, now))
  }
  for (const { company_id, id } of await campaignsThat(db, pastEnd(now))) {
    done += await asOwner(db, company_id, (tx) => endPast(tx, id, now))
  }
  done += await placeSome(db)
  for (const { company_id, id } of await staleWindows(db, now)) {
    done += await asOwner(db, company_id, (tx) => refreshWindowCache(tx, id, now))
  }
  for (const { company_id, id } of await campaignsWithNobody(db)) {
    done += await asOwner(db, company_id, (tx) => completeIfDone(tx, id, now))
  }
  return done
}

type Named = Pick<Campaign, 'company_id' | 'id'>
type Where = ReturnType<typeof and>

const campaignsThat = (db: Db, where: Where): Promise<Named[]> =>
  db.orm
    .select({ company_id: campaigns.company_id, id: campaigns.id })
    .from(campaigns)
    .where(where)
    .limit(100)

const dueToBegin = (now: Date) =>
  and(
    eq(campaigns.status, 'scheduled'),
    sql`coalesce(${campaigns.start_time}, ${now.toISOString()}::timestamptz) <= ${now.toISOString()}::timestamptz`,
  )

const pastEnd = (now: Date) =>
  and(inArray(campaigns.status, ['scheduled', 'running', 'paused']), lte(campaigns.end_time, now))

/** Hand-written SQL starts campaigns too: whoever runs has a pace, and so has a company with limits. */
async function readyPaces({ orm }: Db, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`
  await orm.execute(sql`
    insert into campaign_pace (company_id, campaign_id, next_slot_at, recheck_at, last_claim_at, breaker_since)
    select company_id, id, ${at}, ${at}, ${at}, ${at} from campaigns k
    where status = 'running' and not exists (
      select 1 from campaign_pace p where p.company_id = k.company_id and p.campaign_id = k.id)
    on conflict do nothing`)
  await orm.execute(sql`
    insert into company_pace (company_id, next_slot_at)
    select id, ${at} from companies c
    where limits ?| '{max_concurrent_calls,calls_per_minute}'
      and not exists (select 1 from company_pace p where p.company_id = c.id)
    on conflict do nothing`)
}

/** Works out the zones of contacts that came by hand-written SQL, or whose zone was changed. */
async function placeSome(db: Db): Promise<number> {
  const some = await db.orm
    .select({
      company_id: callTasks.company_id,
      id: callTasks.id,
      timezone: callTasks.timezone,
      phone_number: callTasks.phone_number,
    })
    .from(campaigns)
    .innerJoin(
      callTasks,
      and(eq(callTasks.company_id, campaigns.company_id), eq(callTasks.campaign_id, campaigns.id)),
    )
    .where(
      and(
        eq(campaigns.status, 'running'),
        isNull(callTasks.dial_timezone),
        inArray(callTasks.status, ['pending', 'retry']),
      ),
    )
    .limit(mostPlaced)
  return some.length === 0 ? 0 : assignDialTimezones(db, some)
}

/** Running campaigns with contacts in a zone whose opening is not worked out, or over. */
async function staleWindows({ orm }: Db, now: Date): Promise<Named[]> {
  return orm.execute<Named & Record<string, unknown>>(sql`
    with recursive zone as (
      select k.company_id, k.id, (
        select min(t.dial_timezone) from call_tasks t
        where t.company_id = k.company_id and t.campaign_id = k.id and t.status in ('pending', 'retry')
      ) as name
      from campaigns k where k.status = 'running'
      union all
      select z.company_id, z.id, (
        select min(t.dial_timezone) from call_tasks t
        where t.company_id = z.company_id and t.campaign_id = z.id and t.status in ('pending', 'retry')
          and t.dial_timezone > z.name)
      from zone z where z.name is not null
    )
    select distinct z.company_id, z.id from zone z
    left join campaign_windows w on w.company_id = z.company_id and w.campaign_id = z.id and w.dial_timezone = z.name
    where z.name is not null and (w.recheck_at is null or w.recheck_at <= ${now.toISOString()}::timestamptz)
    limit 100`)
}

/** Running campaigns in which nobody waits and nobody is being called. */
async function campaignsWithNobody({ orm }: Db): Promise<Named[]> {
  return orm.execute<Named & Record<string, unknown>>(sql`
    select company_id, id from campaigns k
    where status = 'running' and not exists (
      select 1 from call_tasks t
      where t.company_id = k.company_id and t.campaign_id = k.id and t.status in ('pending', 'retry', 'in_progress'))
    limit 100`)
}

/** A campaign past its end lets go of who still waits, and is completed when nobody is being called any more. */
async function endPast(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await lockCampaign(tx, id)
  if (isOver(campaign.status) || campaign.end_time === null || campaign.end_time > now) return 0
  const skipped = await skipWaitingTasks(tx, id, now)
  if (skipped > 0) {
    await recordCampaignEvent(
      tx,
      id,
      'end_passed',
      `its end_time has passed: ${skipped} contact(s) are called no more`,
      now,
      {
        skipped,
      },
    )
  }
  return skipped + (await completePastEnd(tx, campaign, now))
}
