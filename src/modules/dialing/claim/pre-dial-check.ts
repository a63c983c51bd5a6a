import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { defineQuery } from '../../../db/query/define-query.ts'
import { text, timestamptz, uuid } from '../../../db/query/parameters.ts'
import type { CallRef } from '../../../telephony/carrier.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'

/** Stores the room and the time of dialing of a call that may still be dialed, and returns the call. Indexes: primary keys. */
const storeRoomIfDialable = defineQuery({
  name: 'dialing.store_room_if_dialable',
  params: { company_id: uuid, call_id: uuid, room: text, now: timestamptz },
  row: { id: Type.String() },
  sql: (p) => sql`
    update calls c set livekit_room_id = ${p.room}, dialed_at = ${p.now}
    from leases l
    left join call_tasks t on t.company_id = l.company_id and t.id = l.call_task_id
    left join campaigns k on k.company_id = l.company_id and k.id = l.campaign_id
    left join campaign_windows w on w.company_id = l.company_id and w.campaign_id = l.campaign_id
      and w.dial_timezone = t.dial_timezone
    where c.company_id = ${p.company_id} and c.id = ${p.call_id} and c.status = 'dialing'
      and l.company_id = c.company_id and l.call_id = c.id and l.is_live
      and (l.campaign_id is null or k.status = 'running' and w.opens_at <= ${p.now} and w.closes_at > ${p.now})
      and not exists (
        select 1 from suppressions s
        where s.company_id = l.company_id and s.phone_identity = l.phone_identity and ${isSuppressionActive(p.now)})
    returning c.id`,
})

/**
 * True when a claimed call may still be dialed. A carrier that needs seconds to prepare a call checks this right
 * before it dials: since the claim, the campaign may have been paused, its window closed, the number suppressed, or the
 * lease lost. Stores the name of the call's LiveKit room, and `now` as the time of dialing, when true.
 */
export async function canStillDial(
  db: Db,
  { company_id, call_id }: CallRef,
  room: string,
  now: Date,
): Promise<boolean> {
  const dialable = await storeRoomIfDialable(db, { company_id, call_id, room, now })
  return dialable.length > 0
}
