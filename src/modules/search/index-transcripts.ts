import { type SQL, sql } from 'drizzle-orm'
import { defineChangeQueue } from '../../db/change-queue.ts'
import type { Db } from '../../db/client.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuidArray } from '../../db/query/parameters.ts'
import { changedTranscripts } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import type { OnSetAside } from '../../lib/set-aside.ts'

/** Characters of a transcript that are searched: a tsvector of their words stays below its limit of 1 MB. */
const maxCharacters = 200_000
/** Whole turns are read until here: a Cyrillic letter has 2 bytes. */
const maxBytes = 2 * maxCharacters

/** Bytes of the texts of a call's turns. Read from the headers of the values, which are not decompressed for it. */
const transcriptBytes = (company_id: SQL, call_id: SQL): SQL => sql`
  (select coalesce(sum(octet_length(l.content)), 0) from call_logs l
    where l.company_id = ${company_id} and l.call_id = ${call_id})`

/** Ended calls whose transcripts may have changed: some 0.3 s of work per batch, of short calls or of long ones. */
const changedCalls = defineChangeQueue(changedTranscripts, {
  module: 'search',
  makes: 'transcripts',
  kind: 'transcript',
  batchSizes: [500, 50, 1],
  work: { sizeOf: transcriptBytes, max: 2_000_000 },
})

/** Indexes one batch of changed transcripts of each company. Returns the number of change records consumed, or set aside. */
export const indexStep = (db: Db, onSetAside?: OnSetAside): Promise<number> =>
  changedCalls.step(db, indexTranscripts, onSetAside)

/** Up to `limit` calls of the company whose transcripts could not be indexed, the oldest change first. */
export const listSetAsideTranscripts = changedCalls.listSetAside

/**
 * Writes the words of the transcripts of ended calls, where the texts have changed: other changes of a call cost a hash. The
 * configuration `russian` of PostgreSQL stems words of Latin letters as English and others as Russian, so one index has both;
 * ё is written as е by many, so it is е here. Indexes: calls_pkey, call_logs_pkey and call_texts_pkey.
 */
const upsertTexts = defineCompanyQuery({
  name: 'search.upsert_texts',
  params: { call_ids: uuidArray },
  row: {},
  sql: (p) => sql`
    insert into call_texts (company_id, call_id, started_at, content_hash, document)
    select c.company_id, c.id, c.started_at, hashed.content_hash,
      to_tsvector('russian', translate(hashed.content, 'ёЁ', 'еЕ'))
        || array_to_tsvector(array[transcript_day(c.company_id, c.started_at)])
    from calls c cross join lateral (
      select left(string_agg(turns.content, E'\n' order by turns.turn_index), ${sql.raw(String(maxCharacters))}) as content
      from (
        select l.turn_index, l.content,
          sum(octet_length(l.content)) over (order by l.turn_index) - octet_length(l.content) as bytes_before
        from call_logs l where l.company_id = ${p.company_id} and l.call_id = c.id and l.content is not null
      ) as turns where turns.bytes_before < ${sql.raw(String(maxBytes))}
    ) as read cross join lateral (
      select read.content, hashtextextended(read.content, 0) as content_hash
    ) as hashed
    where c.company_id = ${p.company_id} and c.id = any(${p.call_ids}) and c.ended_at is not null
      and hashed.content is not null and not exists (
        select from call_texts x where x.company_id = ${p.company_id} and x.call_id = c.id
          and x.started_at = c.started_at and x.content_hash = hashed.content_hash)
    order by c.id
    for key share of c
    on conflict (company_id, call_id) do update
    set started_at = excluded.started_at, content_hash = excluded.content_hash, document = excluded.document`,
})

const indexTranscripts = (tx: Tx, call_ids: readonly string[]) => upsertTexts(tx, { call_ids })

const defineQueueing = (name: string, condition: (company_id: SQL) => SQL) =>
  defineCompanyQuery({
    name: `search.${name}`,
    params: { call_ids: uuidArray },
    row: {},
    sql: (p) => sql`
    insert into changed_transcripts (company_id, call_id)
    select c.company_id, c.id from calls c
    where c.company_id = ${p.company_id} and c.id = any(${p.call_ids}) and c.ended_at is not null
      ${condition(p.company_id)}`,
  })

const insertEnded = defineQueueing('queue_ended_calls', () => sql``)
const insertMissing = defineQueueing(
  'queue_missing_calls',
  (company_id) => sql`
      and not exists (select from call_texts x where x.company_id = ${company_id} and x.call_id = c.id)
      and exists (select from call_logs l where l.company_id = ${company_id} and l.call_id = c.id and l.content is not null)`,
)

/** Queues those of the calls that have ended: a search finds their transcripts some seconds later. */
export async function queueTranscripts(tx: Tx, call_ids: readonly string[]): Promise<void> {
  await insertEnded(tx, { call_ids })
}

/** As `queueTranscripts`, for transcripts without an index: of before the index existed, or inserted by hand-written SQL. */
export async function queueMissingTranscripts(tx: Tx, call_ids: readonly string[]): Promise<void> {
  await insertMissing(tx, { call_ids })
}
