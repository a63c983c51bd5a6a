import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { timestamptz } from '../../db/query/parameters.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
import { isSetAside } from '../campaigns/index.ts'
import { tolerance } from './claim/rate-limit.ts'

/**
 * Milliseconds until attempts of a campaign may be claimed; Infinity while no campaign is running. Negative while a
 * campaign waits for something other than time.
 */
export async function msUntilClaim(db: Db, now: Date): Promise<number> {
  const [due] = await findMsUntilClaim(db, { now })
  return due?.ms ?? Number.POSITIVE_INFINITY
}

/** Milliseconds until an ended attempt may be settled; Infinity when none waits. */
export async function msUntilSettle(db: Db, now: Date): Promise<number> {
  const [due] = await findMsUntilSettle(db, { now })
  return due?.ms ?? Number.POSITIVE_INFINITY
}

/** The same conditions as in lockDueCampaigns. Index: campaigns_status_idx, then the primary key of campaign_pace. */
const findMsUntilClaim = defineQuery({
  name: 'dialing.find_ms_until_claim',
  params: { now: timestamptz },
  row: { ms: Nullable(Type.Number()) },
  sql: (p) => sql`
    select extract(epoch from min(greatest(p.recheck_at, p.next_slot_at - ${tolerance}))
      - ${p.now})::float8 * 1000 as ms
    from campaign_pace p
    join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
    join companies c on c.id = p.company_id and c.is_active`,
})

/** Leaves out campaigns that are set aside. Index: leases_settle_at_idx. */
const findMsUntilSettle = defineQuery({
  name: 'dialing.find_ms_until_settle',
  params: { now: timestamptz },
  row: { ms: Nullable(Type.Number()) },
  sql: (p) => sql`
    select extract(epoch from min(settle_at) - ${p.now})::float8 * 1000 as ms from leases l
    where not is_live and not ${isSetAside('settle', sql`l.company_id`, sql`l.campaign_id`, p.now)}`,
})
