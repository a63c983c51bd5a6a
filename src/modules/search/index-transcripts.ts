import { type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuidArray } from '../../db/query/parameters.ts'
import type { Tx } from '../../db/transaction.ts'

/** Characters of a transcript that are searched: a tsvector of their words stays below its limit of 1 MB. */
const maxCharacters = 200_000

/**
 * Writes the words of the transcripts of ended calls, where they have changed. The configuration `russian` of PostgreSQL stems
 * words of Latin letters as English and others as Russian, so one index has both; ё is written as е by many, so it is е here.
 * Indexes: calls_pkey and call_logs_pkey.
 */
const defineUpsert = (name: string, condition: (company_id: SQL) => SQL) =>
  defineCompanyQuery({
    name: `search.${name}`,
    params: { call_ids: uuidArray },
    row: {},
    sql: (p) => sql`
    insert into call_texts (company_id, call_id, started_at, document)
    select c.company_id, c.id, c.started_at,
      to_tsvector('russian', translate(t.content, 'ёЁ', 'еЕ'))
        || array_to_tsvector(array[transcript_day(c.company_id, c.started_at)])
    from calls c cross join lateral (
      select left(string_agg(l.content, E'\n' order by l.turn_index), ${sql.raw(String(maxCharacters))}) as content
      from call_logs l where l.company_id = ${p.company_id} and l.call_id = c.id and l.content is not null
    ) as t
    where c.company_id = ${p.company_id} and c.id = any(${p.call_ids}) and c.ended_at is not null
      and t.content is not null ${condition(p.company_id)}
    order by c.id
    for key share of c
    on conflict (company_id, call_id) do update
    set started_at = excluded.started_at, document = excluded.document
    where (call_texts.started_at, call_texts.document) is distinct from (excluded.started_at, excluded.document)`,
  })

const upsertTexts = defineUpsert('upsert_texts', () => sql``)
const insertMissingTexts = defineUpsert(
  'insert_missing_texts',
  (company_id) => sql`
      and not exists (select from call_texts x where x.company_id = ${company_id} and x.call_id = c.id)`,
)

/**
 * Indexes the transcripts of those of the calls that have ended. Called when the changes of calls are folded: a search finds a
 * call some seconds after its end, and neither ingest nor the end of a call waits for the index. A call that cannot be
 * indexed is set aside as one that cannot be folded.
 */
export async function indexTranscripts(tx: Tx, call_ids: readonly string[]): Promise<void> {
  await upsertTexts(tx, { call_ids })
}

/** As `indexTranscripts`, for those that were never indexed: ended before the index existed, or inserted by hand-written SQL. */
export async function indexMissingTranscripts(tx: Tx, call_ids: readonly string[]): Promise<void> {
  await insertMissingTexts(tx, { call_ids })
}
