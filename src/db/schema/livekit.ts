import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyPolicy, isOneOf, timestamptz } from './columns.ts'
import { companies } from './companies.ts'
import { type LivekitState, livekitStates, type Outcome, outcomes } from './states.ts'

/**
 * The calls of the LiveKit carrier and their states. A `reserved` call becomes `inviting` before its INVITE is sent, or
 * `void`, after which no INVITE is sent. Therefore the state shows after a crash whether an INVITE may have been sent.
 */
export const livekitCalls = pgTable(
  'livekit_calls',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    state: text().$type<LivekitState>().notNull(),
    reserved_at: timestamptz().notNull(),
    /** After this time the INVITE has ended, unless the callee is in the room. */
    rings_until: timestamptz(),
    /** When a hang-up was requested: if the INVITE is answered later, the call is hung up. */
    hang_up_at: timestamptz(),
    answered_at: timestamptz(),
    ended_at: timestamptz(),
    /** `ended_at` is when the end was noticed: LiveKit did not report it. */
    is_end_estimated: boolean().notNull().default(false),
    outcome: text().$type<Outcome>(),
    ended_reason: text(),
    /** The room was deleted, or never created. */
    is_cleared: boolean().notNull().default(false),
    /** Attempts in a row to delete the room that failed. */
    clear_failures: integer().notNull().default(0),
    /** The room is not deleted before this time; null: at once. */
    clear_at: timestamptz(),
  },
  (t) => [
    primaryKey({ name: 'livekit_calls_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'livekit_calls_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    index('livekit_calls_uncleared_idx').on(t.reserved_at).where(sql`not ${t.is_cleared}`),
    // Webhooks and lists of rooms name the call only.
    index('livekit_calls_call_id_idx').on(t.call_id),
    index('livekit_calls_cleared_idx').on(t.reserved_at).where(sql`${t.is_cleared}`),
    check('livekit_calls_state_check', isOneOf(t.state, livekitStates)),
    check('livekit_calls_outcome_check', isOneOf(t.outcome, outcomes)),
    check('livekit_calls_ended_at_check', sql`(${t.state} = 'ended') = (${t.ended_at} is not null)`),
    check(
      'livekit_calls_rings_until_check',
      sql`(${t.state} in ('reserved', 'void')) = (${t.rings_until} is null)`,
    ),
    companyPolicy(t.company_id),
  ],
)
