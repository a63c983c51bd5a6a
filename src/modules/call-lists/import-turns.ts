import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { driverErrorOf, isDatabaseWideError, isLockConflict } from '../../db/connection-errors.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { timestamptz } from '../../db/query/parameters.ts'
import { imports } from '../../db/schema/index.ts'
import { inCompany, type Tx } from '../../db/transaction.ts'
import { failedItems } from '../../lib/loop-metrics.ts'
import { type Import, isImport, lockImport } from './imports.ts'

/** An import in status receiving that has not set alive_at for this long was interrupted. */
const uploadTimeoutMs = 60_000
/** Imports that one step tries, when the first ones are locked. */
const maxCandidates = 20

/**
 * The imports to continue, the first one first. Companies take turns: the one of which a chunk was merged longest ago is first.
 * So do the imports of a company. Those that failed wait for their next attempt. Indexes: imports_open_idx, imports_served_idx.
 */
const selectNextImports = defineQuery({
  name: 'call_lists.select_next_imports',
  params: { now: timestamptz, interrupted_before: timestamptz },
  row: { company_id: Type.String(), id: Type.String() },
  sql: (p) => sql`
    with ready as (
      select company_id, id, row_number() over (partition by company_id order by served_at nulls first, id) as turn
      from imports
      where finished_at is null and (next_attempt_at is null or next_attempt_at <= ${p.now})
        and case when status = 'receiving' then alive_at < ${p.interrupted_before} else not is_dry_run end
    ),
    companies as (
      select company_id, (select max(served_at) from imports i where i.company_id = r.company_id and served_at is not null) as served_at
      from ready r where turn = 1
    )
    select r.company_id, r.id from ready r join companies c using (company_id)
    order by r.turn, c.served_at nulls first, r.id limit ${maxCandidates}`,
})

/** As `selectNextImports`: an upload that has not set alive_at for a minute was interrupted. */
export const nextImports = (db: Db, now: Date) =>
  selectNextImports(db, { now, interrupted_before: new Date(now.getTime() - uploadTimeoutMs) })

/** Attempts after which an import is set aside. */
const maxFailedAttempts = 5
/** The pause after the first failed attempt; it doubles up to the maximum. */
const firstPauseMs = 5_000
const maxPauseMs = 5 * 60_000

/** A failed attempt to merge or revert a chunk. Has no data of rows, so it can be logged. */
export interface ImportFailure {
  import_id: string
  company_id: string
  failed_attempts: number
  reason: string
  /** Whether the import is not attempted again. */
  is_set_aside: boolean
}

/**
 * Records why a chunk of an import could not be merged or reverted, and when that is attempted again. After five attempts the
 * import is set aside: contacts that it added are deleted, and it fails. A lock of another transaction never sets it aside.
 *
 * @throws `error` when it is the database that does not work, and not the import
 */
export async function recordFailure(
  db: Db,
  { company_id, id }: Pick<Import, 'company_id' | 'id'>,
  error: unknown,
  now: Date,
): Promise<ImportFailure> {
  if (isDatabaseWideError(error)) throw error
  const reason = reasonOf(error)
  return inCompany(db, company_id, async (tx) => {
    const current = await lockImport(tx, id)
    const failed_attempts = current.failed_attempts + 1
    const is_set_aside =
      failed_attempts >= maxFailedAttempts && !isLockConflict(error) && current.status !== 'receiving'
    const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** (failed_attempts - 1))
    const attempt = {
      failed_attempts,
      last_error: reason,
      next_attempt_at: new Date(now.getTime() + pauseMs),
    }
    await tx
      .update(imports)
      .set(is_set_aside ? setAside(current, reason, now) : attempt)
      .where(isImport(tx, id))
    failedItems.inc({ loop: 'import-call-lists', result: is_set_aside ? 'set_aside' : 'retry' })
    return { import_id: id, company_id, failed_attempts, reason, is_set_aside }
  })
}

function setAside(current: Import, reason: string, now: Date): Partial<Import> {
  const last = { last_error: reason, failed_attempts: 0, next_attempt_at: null }
  if (current.status === 'reverting') {
    return {
      ...last,
      status: 'failed',
      finished_at: now,
      error_code: current.error_code ?? 'revert_failed',
      error_message: `Contacts that the import had added could not be deleted. ${reason}`,
    }
  }
  return {
    ...last,
    status: 'reverting',
    line: 0,
    error_code: 'merge_failed',
    error_message: `The rows could not be merged in ${maxFailedAttempts} attempts, so the contacts that were added are deleted again. ${reason} Upload the file again, or split it.`,
  }
}

/** Ends the wait for a lock after a second: the other transaction may take any time, and other imports wait. */
export const limitLockWait = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`set local lock_timeout = '1s'`)
}

function reasonOf(error: unknown): string {
  const { code } = driverErrorOf(error) as { code?: string }
  if (isLockConflict(error)) return 'Another transaction has locked the campaign or its contacts.'
  if (code === '57014') return 'The database cancelled the statement, because it took too long.'
  return code === undefined
    ? 'An unexpected error occurred.'
    : `The database refused the rows (SQLSTATE ${code}).`
}
