import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { defineCompanyQuery, defineQuery } from '../../db/query/define-query.ts'
import { nullable, recordset, text, textArray, timestamptz, uuid } from '../../db/query/parameters.ts'
import type { SuppressionReason, SuppressionSource } from '../../db/schema/index.ts'
import type { PlatformTx, ReadTx, Tx } from '../../db/transaction.ts'
import { isSuppressionActive } from './is-suppressed.ts'
import { skipSuppressedTasks } from './skip-tasks.ts'

/** A suppression to store. expires_at: undefined or null means it does not expire. */
export interface NewSuppression {
  company_id: string
  /** E.164. */
  phone_number: string
  reason: SuppressionReason
  source: SuppressionSource
  note?: string | null | undefined
  call_id?: string | null | undefined
  expires_at?: Date | null | undefined
}

/**
 * Inserts suppressions, or extends those of the same telephones that expire earlier. Of several for the same telephone the one
 * that expires last is stored. Locks the rows that it extends, in the order of their identities. Index:
 * suppressions_phone_identity_key.
 */
const storeSuppressions = defineQuery({
  name: 'suppressions.store_suppressions',
  params: {
    rows: recordset('i', {
      company_id: uuid,
      id: uuid,
      phone_number: text,
      reason: text,
      source: text,
      note: nullable(text),
      call_id: nullable(uuid),
      expires_at: nullable(timestamptz),
    }),
    now: timestamptz,
  },
  row: { created: Type.Integer(), extended: Type.Integer() },
  sql: (p) => sql`
    with stored as (
      insert into suppressions as s (company_id, id, phone_number, reason, source, note, call_id, expires_at, created_at)
      select distinct on (company_id, phone_identity(phone_number)) company_id, id, phone_number, reason, source, note, call_id, expires_at,
        ${p.now}
      from ${p.rows}
      order by company_id, phone_identity(phone_number), expires_at desc nulls first
      on conflict (company_id, phone_identity) do update set reason = excluded.reason, source = excluded.source,
        note = coalesce(excluded.note, s.note), call_id = excluded.call_id, expires_at = excluded.expires_at,
        updated_at = now()
      where s.expires_at is not null and (excluded.expires_at is null or excluded.expires_at > s.expires_at)
      returning xmax = 0 as is_new
    )
    select (count(*) filter (where is_new))::int as created, (count(*) filter (where not is_new))::int as extended
    from stored`,
})

/**
 * Suppresses numbers of one or more companies, and ends the contacts that wait for a call to them. A suppression that already
 * exists is only ever extended: it is replaced when the new one expires later, and stays as it is otherwise.
 *
 * @returns the number of suppressions created, and the number extended
 */
export async function suppress(
  tx: Tx | PlatformTx,
  inputs: readonly NewSuppression[],
  now: Date,
): Promise<{ created: number; extended: number }> {
  if (inputs.length === 0) return { created: 0, extended: 0 }
  const rows = inputs.map((input) => ({
    note: null,
    call_id: null,
    expires_at: null,
    ...input,
    id: uuidv7(),
  }))
  const [counts] = await storeSuppressions(tx, { rows, now })
  await skipSuppressedTasks(tx, inputs, now)
  return counts ?? { created: 0, extended: 0 }
}

const findSuppressed = defineCompanyQuery({
  name: 'suppressions.find_suppressed',
  params: { phone_identities: textArray, now: timestamptz },
  row: { phone_identity: Type.String() },
  sql: (p) => sql`
    select phone_identity from suppressions s
    where company_id = ${p.company_id} and phone_identity = any(${p.phone_identities}) and ${isSuppressionActive(p.now)}`,
})

/** Returns those of `phone_identities` (see phoneIdentity) that are suppressed now. */
export async function findSuppressedIdentities(
  tx: ReadTx,
  phone_identities: readonly string[],
  now: Date,
): Promise<Set<string>> {
  if (phone_identities.length === 0) return new Set()
  const rows = await findSuppressed(tx, { phone_identities, now })
  return new Set(rows.map(({ phone_identity }) => phone_identity))
}
