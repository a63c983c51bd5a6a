import { Type } from '@sinclair/typebox'
import { and, eq, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { Db } from '../../db/client.ts'
import { defineBatchDelete } from '../../db/query/define-batch-delete.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { integer, timestamptz, uuidArray } from '../../db/query/parameters.ts'
import { type LivekitState, livekitCalls, type Outcome, textList } from '../../db/schema/index.ts'
import { firstBackoffMs, maxBackoffMs } from '../../lib/set-aside.ts'
import { type CallRef, type CarrierEvent, storableReason } from '../carrier.ts'

export type StoredCall = typeof livekitCalls.$inferSelect
type StoredChange = PgUpdateSetSource<typeof livekitCalls>

/** Rows per query of the sweep. */
const batchSize = 50
/** Time for the agent to say goodbye after it has reported the outcome. Then the call is ended. */
const goodbyeMs = 15_000
/** Calls are deleted after 7 days. */
const retentionMs = 7 * 86_400_000
const overStates: readonly LivekitState[] = ['ended', 'void']

const isCall = ({ company_id, call_id }: CallRef) =>
  and(eq(livekitCalls.company_id, company_id), eq(livekitCalls.call_id, call_id))

/** The value that an end of the call gets, unless a hang-up was requested before. */
const unlessHungUp = (value: string | null, hungUp: string) =>
  sql`case when ${livekitCalls.hang_up_at} is null then ${value}::text else ${hungUp} end`

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

  async find(call: CallRef): Promise<StoredCall | undefined> {
    const [stored] = await this.db.orm.select().from(livekitCalls).where(isCall(call))
    return stored
  }

  /** The call's company, for webhooks without metadata; undefined for an unknown call. Index: livekit_calls_call_id_idx. */
  async findCompany(call_id: string): Promise<string | undefined> {
    const [call] = await this.db.orm
      .select({ company_id: livekitCalls.company_id })
      .from(livekitCalls)
      .where(eq(livekitCalls.call_id, call_id))
    return call?.company_id
  }

  /** Those of the calls whose room was deleted. */
  findCleared(call_ids: string[]): Promise<CallRef[]> {
    return call_ids.length === 0 ? Promise.resolve([]) : findClearedCalls(this.db, { call_ids })
  }

  /** Inserts a call that is about to be dialed. False when it exists: this request must then not dial it. */
  async reserve(call: CallRef, now: Date): Promise<boolean> {
    return this.insert(call, 'reserved', now)
  }

  /** Marks a call that was not dialed as never to be dialed. False when an INVITE may have been sent. */
  async markVoid(call: CallRef, now: Date): Promise<boolean> {
    if (await this.insert(call, 'void', now)) return true
    return this.update(call, ['reserved', 'void'], { state: 'void' })
  }

  private async insert(
    { company_id, call_id }: CallRef,
    state: LivekitState,
    reserved_at: Date,
  ): Promise<boolean> {
    const inserted = await this.db.orm
      .insert(livekitCalls)
      .values({ company_id, call_id, state, reserved_at })
      .onConflictDoNothing()
      .returning({ call_id: livekitCalls.call_id })
    return inserted.length > 0
  }

  /** Changes a call that is in one of the states, and meets the condition. False when it is not, or does not. */
  private async update(
    call: CallRef,
    from: readonly LivekitState[],
    change: StoredChange,
    condition?: SQL,
  ): Promise<boolean> {
    const updated = await this.db.orm
      .update(livekitCalls)
      .set(change)
      .where(and(isCall(call), inArray(livekitCalls.state, from), condition))
      .returning({ call_id: livekitCalls.call_id })
    return updated.length > 0
  }

  /** Marks that the INVITE is about to be sent. False when the call was marked void, or is to be hung up. */
  markInviting(call: CallRef, rings_until: Date): Promise<boolean> {
    const isWanted = isNull(livekitCalls.hang_up_at)
    return this.update(call, ['reserved'], { state: 'inviting', rings_until }, isWanted)
  }

  /** Undoes `markInviting`. Only for the process that was about to send the INVITE and has not sent it. */
  async withdrawInvite(call: CallRef): Promise<void> {
    await this.update(call, ['inviting'], { state: 'void', rings_until: null })
  }

  /** Marks the call as answered. False when it was marked before, or the call is over. */
  markAnswered(call: CallRef, answered_at: Date): Promise<boolean> {
    return this.update(call, ['inviting'], { state: 'answered', answered_at })
  }

  /**
   * Records how a call seems to have ended while its INVITE is open; the response to the INVITE decides. Only the first
   * record is kept. False when the call is answered or over.
   */
  recordProvisionalEnd(call: CallRef, outcome: Outcome | undefined, reason: string): Promise<boolean> {
    const { ended_reason } = livekitCalls
    return this.update(call, ['inviting'], {
      outcome: sql`case when ${ended_reason} is null then ${outcome ?? null}::text else ${livekitCalls.outcome} end`,
      ended_reason: sql`coalesce(${ended_reason}, ${reason})`,
    })
  }

  /** Ends a call unless it is over. Returns the stored call after that; undefined for an unknown call. */
  async markEnded(
    call: CallRef,
    end: { at: Date; is_estimated?: boolean; outcome?: Outcome | undefined; reason: string },
  ): Promise<StoredCall | undefined> {
    await this.update(call, ['inviting', 'answered'], {
      state: 'ended',
      ended_at: end.at,
      is_end_estimated: end.is_estimated ?? false,
      ended_reason: unlessHungUp(storableReason(end.reason), 'hung_up'),
      outcome: unlessHungUp(end.outcome ?? null, 'cancelled'),
    })
    return this.find(call)
  }

  /** Records that the call is to be hung up, unless it has ended. Keeps the time of the first request. */
  async requestHangUp(call: CallRef, now: Date): Promise<void> {
    await this.db.orm
      .update(livekitCalls)
      .set({ hang_up_at: now })
      .where(and(isCall(call), ne(livekitCalls.state, 'ended'), isNull(livekitCalls.hang_up_at)))
  }

  /** Marks that the room of a call that is over has been deleted. */
  async markCleared(call: CallRef): Promise<void> {
    await this.update(call, overStates, { is_cleared: true })
  }

  /** Records that a call could not be ended here, or its room not be deleted. It is tried again after growing delays. */
  async postponeClearing({ company_id, call_id }: CallRef, now: Date): Promise<void> {
    const { clear_failures } = livekitCalls
    const delays = sql.raw(`${maxBackoffMs}, ${firstBackoffMs}`)
    const seconds = sql`least(${delays} * 2 ^ least(${clear_failures} + 1, 30)) / 1000`
    await this.db.orm
      .update(livekitCalls)
      .set({
        clear_failures: sql`${clear_failures} + 1`,
        clear_at: sql`${now.toISOString()}::timestamptz + make_interval(secs => ${seconds})`,
      })
      .where(isCall({ company_id, call_id }))
  }

  /** Calls that are over and whose room may still exist. Companies take turns; of each, the oldest come first. */
  findUncleared(now: Date): Promise<CallRef[]> {
    return findUnclearedCalls(this.db, { now, limit: batchSize })
  }

  /**
   * Calls that are over in `calls` but not here: the agent has reported the outcome and its time to say goodbye is over, or the
   * call was lost. Companies take turns.
   */
  findLeftOpen(now: Date): Promise<CallRef[]> {
    const ended_before = new Date(now.getTime() - goodbyeMs)
    return findOpenCallsThatEnded(this.db, { now, ended_before, limit: batchSize })
  }

  /** Deletes up to 10,000 cleared calls past their retention. Returns the number deleted. */
  prune(now: Date): Promise<number> {
    return deleteExpired(this.db, new Date(now.getTime() - retentionMs))
  }
}

const callRef = { company_id: Type.String(), call_id: Type.String() }

const isDue = (now: SQL) => sql`(l.clear_at is null or l.clear_at <= ${now})`

/** Index: livekit_calls_uncleared_idx. */
const findUnclearedCalls = defineQuery({
  name: 'livekit.find_uncleared_calls',
  params: { now: timestamptz, limit: integer },
  row: callRef,
  sql: (p) => sql`
    select company_id, call_id from livekit_calls l
    where not is_cleared and l.state in (${textList(overStates)}) and ${isDue(p.now)}
    order by row_number() over (partition by company_id order by reserved_at), reserved_at limit ${p.limit}`,
})

/** Indexes: livekit_calls_uncleared_idx, then the primary key of calls. */
const findOpenCallsThatEnded = defineQuery({
  name: 'livekit.find_open_calls_that_ended',
  params: { now: timestamptz, ended_before: timestamptz, limit: integer },
  row: callRef,
  sql: (p) => sql`
    select l.company_id, l.call_id
    from livekit_calls l join calls c on c.company_id = l.company_id and c.id = l.call_id
    where not l.is_cleared and l.state in ('inviting', 'answered') and c.ended_at < ${p.ended_before}
      and ${isDue(p.now)}
    order by row_number() over (partition by l.company_id order by l.reserved_at), l.reserved_at limit ${p.limit}`,
})

/** Index: livekit_calls_call_id_idx. */
const findClearedCalls = defineQuery({
  name: 'livekit.find_cleared_calls',
  params: { call_ids: uuidArray },
  row: callRef,
  sql: (p) => sql`
    select company_id, call_id from livekit_calls where call_id = any(${p.call_ids}) and is_cleared`,
})

/** Index: livekit_calls_cleared_idx. */
const deleteExpired = defineBatchDelete(livekitCalls, {
  name: 'livekit.delete_expired_calls',
  key: [livekitCalls.company_id, livekitCalls.call_id],
  expired: (before) => sql`${livekitCalls.is_cleared} and ${livekitCalls.reserved_at} < ${before}`,
  limit: 10_000,
})

/** The call has ended, or will not be dialed. */
export const isOver = ({ state }: StoredCall): boolean => overStates.includes(state)

/** The end of a stored call as a carrier event. */
export const endedEvent = ({
  company_id,
  call_id,
  answered_at,
  ended_at,
  outcome,
  ended_reason,
  is_end_estimated,
}: StoredCall): CarrierEvent => ({
  company_id,
  call_id,
  type: 'ended',
  at: ended_at ?? new Date(0),
  outcome: outcome ?? undefined,
  ended_reason: ended_reason ?? undefined,
  answered_at: answered_at ?? undefined,
  is_estimated: is_end_estimated,
})
