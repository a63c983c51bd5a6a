import { type SQL, sql } from 'drizzle-orm'
import type { ReadTx } from '../../db/transaction.ts'
import { invalid } from '../../lib/errors.ts'

/*
 * How transcripts are found (migration 0026 has the functions):
 *
 * - The operator `@@` is not leakproof, so under row-level security PostgreSQL evaluates the policy first and never uses a GIN
 *   index on the words. `search_transcripts` runs with the rights of the tables' owner, and itself compares the company with
 *   `app.company_id`, as the policy does.
 * - Each document contains a lexeme of its company and day. A search is for the words and that lexeme, day by day from the
 *   newest: the index finds the calls of one company only, however many others use the same words, and a page costs what its
 *   days have, however many years there are.
 */

/** The words of a search, as a tsquery of PostgreSQL. */
export type FoundWords = string & { readonly __brand: 'tsquery' }

/**
 * The words of a search: all must occur; `"..."` is a phrase, `or` between words and `-` before one mean what they do in
 * web searches.
 *
 * @throws Refusal 'invalid' when the text has only words that are not searched, such as "the" and "и"
 */
export async function parseWords(tx: ReadTx, text: string): Promise<FoundWords> {
  const [row] = await tx.execute<{ words: string }>(
    sql`select websearch_to_tsquery('russian', translate(${text}, 'ёЁ', 'еЕ'))::text as words`,
  )
  if (row !== undefined && row.words !== '') return row.words as FoundWords
  const detail =
    'q has no word that can be searched: only words such as "the" and "и", which nearly every call contains, or punctuation.'
  throw invalid('no_search_words', detail, [{ pointer: '/q', detail }])
}

/** SQL condition: the transcript of the call with this id has the words. Index: call_texts_pkey. */
export const transcriptHasWords = (tx: ReadTx, call_id: SQL, words: FoundWords): SQL => sql`
  (select document @@ ${words}::tsquery from call_texts
    where call_texts.company_id = ${tx.company_id}::uuid and call_texts.call_id = ${call_id})`

/**
 * Calls whose transcripts have the words, latest first: rows with `started_at` and `call_id`.
 *
 * @param before a position (started_at, call_id) before which the calls are; undefined: from the latest
 * @param end the calls start before it
 */
export function findTranscripts(
  words: FoundWords,
  { before, start, end }: { before: SQL[] | undefined; start: Date | undefined; end: Date | undefined },
  count: number,
): SQL {
  const [started_at, call_id] = before ?? [
    sql`${end?.toISOString() ?? 'infinity'}::timestamptz`,
    sql`'00000000-0000-0000-0000-000000000000'::uuid`,
  ]
  const since = sql`${start?.toISOString() ?? '-infinity'}::timestamptz`
  return sql`search_transcripts(${words}::tsquery, ${started_at}, ${call_id}, ${since}, ${sql.raw(String(count))})`
}
