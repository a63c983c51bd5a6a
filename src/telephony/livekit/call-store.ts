import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { LivekitState, Outcome } from '../../db/schema/index.ts'
import { truncate } from '../../lib/text.ts'
import type { CallRef, CarrierEvent } from '../carrier.ts'

/** A row of livekit_calls. */
export interface StoredCall extends CallRef, Record<string, unknown> {
  state: LivekitState
  rings_until: string | null
  hang_up_at: string | null
  ended_at: string | null
  outcome: Outcome | null
  ended_reason: string | null
}

/** Rows per query of the sweep. */
const batchSize = 50
/** Time for the agent to say goodbye after it has reported the outcome. Then the call is ended. */
const goodbyeMs = 15_000
/** Calls are deleted after 7 days. */
const retentionMs = 7 * 86_400_000
const pruneBatchSize = 10_000
const maxReasonLength = 500

/** The condition that a row of livekit_calls, with the alias `stored`, is of this call. */
const isCall = ({ company_id, call_id }: CallRef) =>
  sql`stored.company_id = ${company_id}::uuid and stored.call_id = ${call_id}::uuid`
const timestamp = (at: Date) => sql`${at.toISOString()}::timestamptz`

/**
 * The carrier's own record of each call, in the table livekit_calls: reserved -> inviting -> answered -> ended, or
 * void for a call that will not be dialed. Each transition is one UPDATE with the previous state in its condition, so
 * of two processes that try it only one succeeds.
 */
export class CallStore {
  private readonly db: Db

  constructor(db: Db) {
    this.db = db
  }

  async find({ company_id, call_id }: CallRef): Promise<StoredCall | undefined> {
    const [call] = await this.db.orm.execute<StoredCall>(sql`
      select * from livekit_calls where company_id = ${company_id}::uuid and call_id = ${call_id}::uuid`)
    return call
  }

  /** The call's company, for webhooks without metadata; undefined for an unknown call. */
  async findCompany(call_id: string): Promise<string | undefined> {
    const [call] = await this.db.orm.execute<{ company_id: string }>(sql`
      select company_id from livekit_calls where not is_cleared and call_id = ${call_id}::uuid`)
    return call?.company_id
  }

  /** Inserts a call that is about to be dialed. False when it exists: this request must then not dial it. */
  async reserve(call: CallRef, now: Date): Promise<boolean> {
    return this.insert(call, 'reserved', now)
  }

  /** Marks a call that was not dialed as never to be dialed. False when an INVITE may have been sent. */
  async markVoid(call: CallRef, now: Date): Promise<boolean> {
    if (await this.insert(call, 'void', now)) return true
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls stored set state = 'void' where ${isCall(call)} and state in ('reserved', 'void')`)
    return count > 0
  }

  private async insert({ company_id, call_id }: CallRef, state: LivekitState, now: Date): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      insert into livekit_calls (company_id, call_id, state, reserved_at)
      values (${company_id}::uuid, ${call_id}::uuid, ${state}, ${timestamp(now)}) on conflict do nothing`)
    return count > 0
  }

  /** Marks that the INVITE is about to be sent. False when the call was marked void, or is to be hung up. */
  async markInviting(call: CallRef, rings_until: Date): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls stored set state = 'inviting', rings_until = ${timestamp(rings_until)}
      where ${isCall(call)} and state = 'reserved' and hang_up_at is null`)
    return count > 0
  }

  /** Undoes `markInviting`. Only for the process that was about to send the INVITE and has not sent it. */
  async withdrawInvite(call: CallRef): Promise<void> {
    await this.db.orm.execute(sql`
      update livekit_calls stored set state = 'void', rings_until = null where ${isCall(call)} and state = 'inviting'`)
  }

  /** Marks the call as answered. False when it was marked before, or the call is over. */
  async markAnswered(call: CallRef, at: Date): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls stored set state = 'answered', answered_at = ${timestamp(at)}
      where ${isCall(call)} and state = 'inviting'`)
    return count > 0
  }

  /**
   * Records how a call seems to have ended while its INVITE is open; the response to the INVITE decides. Only the first
   * record is kept. False when the call is answered or over.
   */
  async recordProvisionalEnd(call: CallRef, outcome: Outcome | undefined, reason: string): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls stored set
        outcome = case when ended_reason is null then ${outcome ?? null}::text else outcome end,
        ended_reason = coalesce(ended_reason, ${reason})
      where ${isCall(call)} and state = 'inviting'`)
    return count > 0
  }

  /** Ends a call unless it is over. Returns the stored call after that; undefined for an unknown call. */
  async markEnded(
    call: CallRef,
    end: { at: Date; outcome?: Outcome | undefined; reason: string },
  ): Promise<StoredCall | undefined> {
    await this.db.orm.execute(sql`
      update livekit_calls stored set state = 'ended', ended_at = ${timestamp(end.at)},
        ended_reason = case when hang_up_at is null then ${truncate(end.reason, maxReasonLength)} else 'hung_up' end,
        outcome = case when hang_up_at is null then ${end.outcome ?? null}::text else 'cancelled' end
      where ${isCall(call)} and state in ('inviting', 'answered')`)
    return this.find(call)
  }

  /** Records that the call is to be hung up, unless it has ended. Keeps the time of the first request. */
  async requestHangUp(call: CallRef, now: Date): Promise<void> {
    await this.db.orm.execute(sql`
      update livekit_calls stored set hang_up_at = coalesce(hang_up_at, ${timestamp(now)})
      where ${isCall(call)} and state <> 'ended'`)
  }

  /** Marks that the room of a call that is over has been deleted. */
  async markCleared(call: CallRef): Promise<void> {
    await this.db.orm.execute(sql`
      update livekit_calls stored set is_cleared = true where ${isCall(call)} and state in ('ended', 'void')`)
  }

  /** Calls that are over and whose room may still exist, oldest first. */
  async findUncleared(): Promise<StoredCall[]> {
    return this.db.orm.execute<StoredCall>(sql`
      select * from livekit_calls where not is_cleared and state in ('ended', 'void') order by reserved_at limit ${batchSize}`)
  }

  /**
   * Calls that are over in `calls` but not here: the agent has reported the outcome, and its time to say goodbye is
   * over.
   */
  async findLeftOpen(now: Date): Promise<StoredCall[]> {
    return this.db.orm.execute<StoredCall>(sql`
      select stored.* from livekit_calls stored join calls c on c.company_id = stored.company_id and c.id = stored.call_id
      where not stored.is_cleared and stored.state in ('inviting', 'answered')
        and c.ended_at < ${timestamp(new Date(now.getTime() - goodbyeMs))}
      order by stored.reserved_at limit ${batchSize}`)
  }

  /** Deletes up to 10,000 cleared calls past their retention. Returns the number deleted. */
  async prune(now: Date): Promise<number> {
    const { count } = await this.db.orm.execute(sql`
      delete from livekit_calls where (company_id, call_id) in (
        select company_id, call_id from livekit_calls
        where is_cleared and reserved_at < ${timestamp(new Date(now.getTime() - retentionMs))} limit ${pruneBatchSize})`)
    return count
  }
}

/** The end of a stored call as a carrier event. */
export const endedEvent = ({
  company_id,
  call_id,
  ended_at,
  outcome,
  ended_reason,
}: StoredCall): CarrierEvent => ({
  company_id,
  call_id,
  type: 'ended',
  at: new Date(ended_at ?? 0),
  outcome: outcome ?? undefined,
  ended_reason: ended_reason ?? undefined,
})
