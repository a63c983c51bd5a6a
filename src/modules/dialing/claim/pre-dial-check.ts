import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import type { CallRef } from '../../../telephony/carrier.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'

/**
 * True when a claimed call may still be dialed. A carrier that needs seconds to prepare a call checks this right
 * before it dials: since the claim, the campaign may have been paused, its window closed, the number suppressed, or the
 * lease lost. Stores the name of the call's LiveKit room when true.
 */
export async function canStillDial(
  db: Db,
  { company_id, call_id }: CallRef,
  room: string,
  now: Date,
): Promise<boolean> {
  const nowSql = sql`${now.toISOString()}::timestamptz`
  const { count } = await db.orm.execute(sql`
    update calls c set livekit_room_id = ${room}
    from leases l
    left join call_tasks t on t.company_id = l.company_id and t.id = l.call_task_id
    left join campaigns k on k.company_id = l.company_id and k.id = l.campaign_id
    left join campaign_windows w on w.company_id = l.company_id and w.campaign_id = l.campaign_id
      and w.dial_timezone = t.dial_timezone
    where c.company_id = ${company_id}::uuid and c.id = ${call_id}::uuid and c.status = 'dialing'
      and l.company_id = c.company_id and l.call_id = c.id and l.is_live
      and (l.campaign_id is null or k.status = 'running' and w.opens_at <= ${nowSql} and w.closes_at > ${nowSql})
      and not exists (
        select 1 from suppressions s
        where s.company_id = l.company_id and s.phone_number = l.phone_number and ${isSuppressionActive(nowSql)})`)
  return count > 0
}
