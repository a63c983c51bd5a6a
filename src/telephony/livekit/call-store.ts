import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { LivekitState, Outcome } from '../../db/schema/index.ts'
import type { CallRef } from '../carrier.ts'

/** What the book says of a call. */
export interface StoredCall extends CallRef, Record<string, unknown> {
  state: LivekitState
  rings_until: string | null
  hang_up_at: string | null
  ended_at: string | null
  outcome: Outcome | null
  ended_reason: string | null
}

/** Rows that one step goes through at most. */
const batch = 50
/** An agent that said how it went may still say goodbye, ms. */
const goodbyeMs = 15_000
/** What ended is kept for so long, ms. */
const keptMs = 7 * 86_400_000

const isOf = ({ company_id, call_id }: CallRef) =>
  sql`b.company_id = ${company_id}::uuid and b.call_id = ${call_id}::uuid`
const instant = (at: Date) => sql`${at.toISOString()}::timestamptz`

/**
 * The book of calls in `livekit_calls`. Each move is one statement that names the state it leaves: of two processes that
 * would decide of one call, one does.
 */
export class CallStore {
  private readonly db: Db

  constructor(db: Db) {
    this.db = db
  }

  async find({ company_id, call_id }: CallRef): Promise<StoredCall | undefined> {
    const [entry] = await this.db.orm.execute<StoredCall>(sql`
      select * from livekit_calls where company_id = ${company_id}::uuid and call_id = ${call_id}::uuid`)
    return entry
  }

  /** The call's company, where a webhook does not say it. */
  async findCompany(call_id: string): Promise<string | undefined> {
    const [entry] = await this.db.orm.execute<{ company_id: string }>(sql`
      select company_id from livekit_calls where not is_cleared and call_id = ${call_id}::uuid`)
    return entry?.company_id
  }

  /** A call is to be dialed. False: it is in the book already, and nobody dials it again. */
  async reserve(call: CallRef, now: Date): Promise<boolean> {
    return this.insert(call, 'reserved', now)
  }

  /** Nobody has dialed the call, and nobody will. False: somebody may have. */
  async markVoid(call: CallRef, now: Date): Promise<boolean> {
    if (await this.insert(call, 'void', now)) return true
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls b set state = 'void' where ${isOf(call)} and state in ('reserved', 'void')`)
    return count > 0
  }

  private async insert({ company_id, call_id }: CallRef, state: LivekitState, now: Date): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      insert into livekit_calls (company_id, call_id, state, reserved_at)
      values (${company_id}::uuid, ${call_id}::uuid, ${state}, ${instant(now)}) on conflict do nothing`)
    return count > 0
  }

  /** An INVITE goes out, once: false where the call was barred meanwhile, or is to be hung up. */
  async markInviting(call: CallRef, rings_until: Date): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls b set state = 'inviting', rings_until = ${instant(rings_until)}
      where ${isOf(call)} and state = 'reserved' and hang_up_at is null`)
    return count > 0
  }

  /** Whoever was to send the INVITE has not, and will not. */
  async withdrawInvite(call: CallRef): Promise<void> {
    await this.db.orm.execute(sql`
      update livekit_calls b set state = 'void', rings_until = null where ${isOf(call)} and state = 'inviting'`)
  }

  /** Somebody answered. True where that is news. */
  async markAnswered(call: CallRef, at: Date): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls b set state = 'answered', answered_at = ${instant(at)}
      where ${isOf(call)} and state = 'inviting'`)
    return count > 0
  }

  /**
   * What is said of its end while its INVITE may still be answered: whoever waits for that knows better. The first word
   * stays. False: it is answered, or over.
   */
  async recordProvisionalEnd(call: CallRef, outcome: Outcome | undefined, reason: string): Promise<boolean> {
    const { count } = await this.db.orm.execute(sql`
      update livekit_calls b set
        outcome = case when ended_reason is null then ${outcome ?? null}::text else outcome end,
        ended_reason = coalesce(ended_reason, ${reason})
      where ${isOf(call)} and state = 'inviting'`)
    return count > 0
  }

  /** It is over; the first word of that counts. Answers what the book says then. */
  async markEnded(
    call: CallRef,
    end: { at: Date; outcome?: Outcome | undefined; reason: string },
  ): Promise<StoredCall | undefined> {
    await this.db.orm.execute(sql`
      update livekit_calls b set state = 'ended', ended_at = ${instant(end.at)}, 
        ended_reason = case when hang_up_at is null then ${end.reason.slice(0, 500)} else 'hung_up' end,
        outcome = case when hang_up_at is null then ${end.outcome ?? null}::text else 'cancelled' end
      where ${isOf(call)} and state in ('inviting', 'answered')`)
    return this.find(call)
  }

  /** It is to end, however far it is. */
  async requestHangUp(call: CallRef, now: Date): Promise<void> {
    await this.db.orm.execute(sql`
      update livekit_calls b set hang_up_at = coalesce(hang_up_at, ${instant(now)}) where ${isOf(call)} and state <> 'ended'`)
  }

  async markCleared(call: CallRef): Promise<void> {
    await this.db.orm.execute(sql`
      update livekit_calls b set is_cleared = true where ${isOf(call)} and state in ('ended', 'void')`)
  }

  /** Calls that are over in the book, and whose room may be there still. */
  async findUncleared(): Promise<StoredCall[]> {
    return this.db.orm.execute<StoredCall>(sql`
      select * from livekit_calls where not is_cleared and state in ('ended', 'void') order by reserved_at limit ${batch}`)
  }

  /** Calls that are over for us, and not in the book: their agents have said how they went. */
  async findLeftOpen(now: Date): Promise<StoredCall[]> {
    return this.db.orm.execute<StoredCall>(sql`
      select b.* from livekit_calls b join calls c on c.company_id = b.company_id and c.id = b.call_id
      where not b.is_cleared and b.state in ('inviting', 'answered')
        and c.ended_at < ${instant(new Date(now.getTime() - goodbyeMs))}
      order by b.reserved_at limit ${batch}`)
  }

  async prune(now: Date): Promise<number> {
    const { count } = await this.db.orm.execute(sql`
      delete from livekit_calls where (company_id, call_id) in (
        select company_id, call_id from livekit_calls
        where is_cleared and reserved_at < ${instant(new Date(now.getTime() - keptMs))} limit 10000)`)
    return count
  }
}
