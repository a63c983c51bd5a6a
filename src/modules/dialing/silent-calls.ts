import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { integer, timestamptz, uuidArray } from '../../db/query/parameters.ts'
import { liveCallStatuses, textList } from '../../db/schema/index.ts'
import { backoffMs } from '../../lib/set-aside.ts'
import type { CarrierEvent } from '../../telephony/carrier.ts'
import { applyCarrierEvents, type FailureListeners } from './carrier-event-batches.ts'

/** Calls ended per step. */
const batchSize = 100
/** Calls that could not be ended and are remembered. The oldest of more is tried again at once. */
const maxSetAside = 1_000

/** The longest duration of a call without a campaign, in seconds: 4 hours, as of a test call. */
const longestCallSec = sql.raw('14400')
/** A call is lost after a silence of ring_timeout_sec + max_call_duration_sec + this, in seconds. */
const marginSec = sql.raw('60')

/**
 * Live calls without a lease about which nothing was reported for longer than they may last: no turn, no event, no change, no
 * metrics. No carrier can be asked about them: they are inbound, or their agents reported them. Companies take turns; of each, the
 * longest silent come first.
 *
 * An agent whose clock is ahead reports turns of the future; these do not count yet. Indexes: calls_status_idx for each company,
 * then leases_pkey, call_logs_pkey and call_metrics_call_id_key.
 */
const findSilentCalls = defineQuery({
  name: 'dialing.find_silent_calls',
  params: { now: timestamptz, excluded: uuidArray, limit: integer },
  row: {
    company_id: Type.String(),
    call_id: Type.String(),
    /** When something was last reported about the call. */
    last_report_at: Type.Date(),
  },
  sql: (p) => sql`
    select s.company_id, s.call_id, s.last_report_at
    from companies k
    cross join lateral (
      select c.company_id, c.id as call_id, r.last_report_at
      from calls c
      left join campaigns g on g.company_id = c.company_id and g.id = c.campaign_id
      cross join lateral (
        select greatest(c.created_at, c.updated_at,
          (select max(t.created_at) from call_logs t
            where t.company_id = c.company_id and t.call_id = c.id and t.created_at <= ${p.now}),
          (select m.updated_at from call_metrics m where m.company_id = c.company_id and m.call_id = c.id)
        ) as last_report_at offset 0) as r
      where c.company_id = k.id and c.status in (${textList(liveCallStatuses)})
        and c.started_at < ${p.now} - make_interval(secs => ${marginSec})
        and r.last_report_at < ${p.now} - make_interval(secs =>
          coalesce(g.ring_timeout_sec + g.max_call_duration_sec, ${longestCallSec}) + ${marginSec})
        and not exists (select from leases l where l.company_id = c.company_id and l.call_id = c.id)
        and c.id <> all(${p.excluded})
      order by r.last_report_at limit ${p.limit}) as s
    order by row_number() over (partition by s.company_id order by s.last_report_at), s.last_report_at
    limit ${p.limit}`,
})
type SilentCall = RowOf<typeof findSilentCalls>

/** Ends live calls about which nothing is reported any more. */
export class SilentCalls {
  private readonly db: Db
  private readonly listeners: FailureListeners
  /** Calls whose end could not be stored, by id. */
  private readonly setAside = new Map<string, { failures: number; retry_at: Date }>()

  constructor(db: Db, listeners: FailureListeners) {
    this.db = db
    this.listeners = listeners
  }

  /**
   * Ends silent calls as lost, at the time of their last report. A report that arrives later is stored, and its outcome replaces
   * the `lost`. A call that cannot be ended is tried again with growing delays; the others do not wait for it. Returns the number
   * of calls ended.
   */
  async step(now: Date): Promise<number> {
    const excluded = [...this.setAside].flatMap(([id, { retry_at }]) => (retry_at > now ? [id] : []))
    const silent = await findSilentCalls(this.db, { now, excluded, limit: batchSize })
    const { failed } = await applyCarrierEvents(this.db, silent.map(lostEvent), now, this.listeners)
    const failedIds = new Set(failed.map(({ call_id }) => call_id))
    for (const { call_id } of silent) {
      if (failedIds.has(call_id)) this.postpone(call_id, now)
      else this.setAside.delete(call_id)
    }
    return silent.length - failed.length
  }

  private postpone(call_id: string, now: Date): void {
    const failures = (this.setAside.get(call_id)?.failures ?? 0) + 1
    const [oldest] = this.setAside.keys()
    if (oldest !== undefined && this.setAside.size >= maxSetAside) this.setAside.delete(oldest)
    this.setAside.set(call_id, { failures, retry_at: new Date(now.getTime() + backoffMs(failures)) })
  }
}

const lostEvent = ({ company_id, call_id, last_report_at }: SilentCall): CarrierEvent => ({
  company_id,
  call_id,
  type: 'ended',
  at: last_report_at,
  outcome: 'lost',
  ended_reason: 'nothing was reported for longer than the call may last',
})
