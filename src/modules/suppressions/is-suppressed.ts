import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/**
 * SQL condition: a suppression is active at this instant.
 *
 * @param expires_at its column; that of the alias `s` unless given
 */
export const isSuppressionActive = (at: SQL, expires_at: SQLWrapper = sql`s.expires_at`): SQL =>
  sql`(${expires_at} is null or ${expires_at} > ${at})`

/**
 * SQL condition: the number of a task with this alias is suppressed at this instant. Index: suppressions_phone_identity_key, by
 * `select 1 ... limit 1`, because `exists` may become a join with the whole table.
 */
export const isNumberSuppressed = (task: string, at: SQL): SQL => {
  const [company_id, phone_identity] = [sql.raw(`${task}.company_id`), sql.raw(`${task}.phone_identity`)]
  return sql`((select 1 from suppressions s
        where s.company_id = ${company_id} and s.phone_identity = ${phone_identity} and ${isSuppressionActive(at)} limit 1)
        is not null)`
}

/**
 * SQL condition: a restart or a copy of its campaign may call the contact of a task with this alias again: its latest outcome is
 * none of these, and its number is not suppressed.
 *
 * @param left_out text[]
 */
export const mayBeCalledAgain = (task: string, left_out: SQL, at: SQL): SQL =>
  sql`(coalesce(${sql.raw(`${task}.outcome`)} <> all(${left_out}), true) and not ${isNumberSuppressed(task, at)})`
