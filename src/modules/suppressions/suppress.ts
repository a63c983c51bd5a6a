import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { SuppressionReason, SuppressionSource } from '../../db/schema/index.ts'
import type { PlatformTx, Tx } from '../../db/transaction.ts'

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
 * Suppresses numbers of one or more companies. A suppression that already exists is only ever extended: it is replaced when
 * the new one expires later, and stays as it is otherwise.
 *
 * @returns the number of suppressions created, and the number extended
 */
export async function suppress(
  tx: Tx | PlatformTx,
  inputs: readonly NewSuppression[],
  now: Date,
): Promise<{ created: number; extended: number }> {
  if (inputs.length === 0) return { created: 0, extended: 0 }
  const rows = inputs.map((input) => ({ ...input, id: uuidv7() }))
  const written = await tx.execute<{ is_new: boolean }>(sql`
    insert into suppressions as s (company_id, id, phone_number, reason, source, note, call_id, expires_at, created_at)
    select distinct on (company_id, phone_number) company_id, id, phone_number, reason, source, note, call_id, expires_at,
      ${now.toISOString()}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as i(company_id uuid, id uuid, phone_number text, reason text,
      source text, note text, call_id uuid, expires_at timestamptz)
    order by company_id, phone_number, expires_at desc nulls first
    on conflict (company_id, phone_number) do update set reason = excluded.reason, source = excluded.source,
      note = coalesce(excluded.note, s.note), call_id = excluded.call_id, expires_at = excluded.expires_at,
      updated_at = now()
    where s.expires_at is not null and (excluded.expires_at is null or excluded.expires_at > s.expires_at)
    returning xmax = 0 as is_new`)
  const created = written.filter(({ is_new }) => is_new).length
  return { created, extended: written.length - created }
}

/** SQL condition: the suppression with the alias `s` is active at this instant. */
export const isSuppressionActive = (at: SQL): SQL => sql`(s.expires_at is null or s.expires_at > ${at})`

/** Returns the numbers (E.164) of `phone_numbers` that are suppressed now. */
export async function findSuppressedNumbers(
  tx: Tx,
  phone_numbers: readonly string[],
  now: Date,
): Promise<Set<string>> {
  if (phone_numbers.length === 0) return new Set()
  const rows = await tx.execute<{ phone_number: string }>(sql`
    select phone_number from suppressions s
    where company_id = ${tx.company_id}::uuid and phone_number = any(${`{${phone_numbers.join(',')}}`}::text[])
      and ${isSuppressionActive(sql`${now.toISOString()}::timestamptz`)}`)
  return new Set(rows.map(({ phone_number }) => phone_number))
}
