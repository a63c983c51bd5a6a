import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { cellsOfDiff, hour, valueColumns } from './cells.ts'
import { mendExtremes } from './extremes.ts'
import { addends, extremes, factColumns, freshFacts, histograms, labels } from './facts.ts'

/** So many notes are taken at once: a transaction of about a second, however many wait. */
const mostNotes = 2_000

const list = (columns: readonly string[], of = '') =>
  sql.raw(columns.map((name) => `${of}${name}`).join(', '))

/**
 * Folds what has changed, a batch of each company that has something. Any number of processes may do so: a company is
 * folded by one at a time. Answers how many notes were taken.
 *
 * @throws what a company could not be folded for, when all were tried
 */
export async function foldStep(db: Db): Promise<number> {
  let taken = 0
  const faults: unknown[] = []
  for (const company_id of await companiesWithChanges(db)) {
    try {
      taken += await foldCompany(db, company_id)
    } catch (error) {
      // The others do not wait for what is wrong with one.
      faults.push(error)
    }
  }
  if (faults.length > 0) throw faults[0]
  return taken
}

/** A skip scan: as many index reads as there are companies, however many notes. */
async function companiesWithChanges({ orm }: Db): Promise<string[]> {
  const rows = await orm.execute<{ company_id: string }>(sql`
    with recursive found as (
      (select company_id from fact_changes order by company_id limit 1)
      union all
      select (select c.company_id from fact_changes c where c.company_id > found.company_id order by company_id limit 1)
      from found where found.company_id is not null
    ) select company_id from found where company_id is not null`)
  return rows.map(({ company_id }) => company_id)
}

/** Takes a batch of a company's notes and folds their calls, in one transaction; 0 while another process does. */
export function foldCompany(db: Db, company_id: string): Promise<number> {
  return asOwner(db, company_id, async (tx) => {
    if (!(await tryLock(tx))) return 0
    const [taken] = await tx.execute<{ n: number; ids: string | null }>(sql`
      with taken as (
        delete from fact_changes where company_id = ${company_id}::uuid and seq = any(array(
          select seq from fact_changes where company_id = ${company_id}::uuid order by seq limit ${mostNotes}))
        returning call_id
      ) select count(*)::int as n, array_agg(distinct call_id)::text as ids from taken`)
    if (taken?.ids) await foldCalls(tx, taken.ids)
    return taken?.n ?? 0
  })
}

const lockKey = (tx: Tx) => sql`hashtextextended(${`rollups of ${tx.company_id}`}, 0)`

async function tryLock(tx: Tx): Promise<boolean> {
  const [row] = await tx.execute<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(${lockKey(tx)}) as locked`,
  )
  return row?.locked === true
}

/** Waits until nobody else folds this company, and holds it until the transaction ends. */
export const lockRollups = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(${lockKey(tx)})`)

/**
 * Replaces what these calls contributed by what they contribute now; a call that is gone contributes nothing. `ids` is
 * an array of uuids as PostgreSQL writes it. Whoever calls this holds the company's rollups. Answers how many calls had
 * changed with no note of it.
 */
export async function foldCalls(tx: Tx, ids: string): Promise<number> {
  const given = sql`(select unnest(${ids}::uuid[]) as call_id)`
  await keepSeries(tx, given)
  const rows = await tx.execute<Folded>(folding(tx.company_id, given))
  await mendExtremes(
    tx,
    rows.filter(({ is_extreme }) => is_extreme),
  )
  return rows.reduce((sum, { unnoted }) => sum + unnoted, 0)
}

interface Folded extends Record<string, unknown> {
  series_id: number
  bucket: string
  is_extreme: boolean
  unnoted: number
}

/** The series of these calls are there, and span their hours. Ids are given out under the company's lock. */
async function keepSeries(tx: Tx, ids: SQL): Promise<void> {
  await tx.execute(sql`
    with hours as (
      select ${list(labels, 'c.')}, ${sql.raw(hour('c.started_at'))} as bucket
      from ${ids} as ids join calls c on c.company_id = ${tx.company_id}::uuid and c.id = ids.call_id
    ), spans as (
      select false as is_total, ${list(labels)}, min(bucket) as first_bucket, max(bucket) as last_bucket
      from hours group by ${list(labels)}
      union all
      select true, null, null, null, direction, outcome, min(bucket), max(bucket) from hours group by direction, outcome
    )
    insert into metric_series as s (company_id, id, is_total, ${list(labels)}, first_bucket, last_bucket)
    select ${tx.company_id}::uuid,
      row_number() over () + (select coalesce(max(id), 0) from metric_series where company_id = ${tx.company_id}::uuid),
      is_total, ${list(labels)}, first_bucket, last_bucket
    from spans
    on conflict (company_id, is_total, ${list(labels)}) do update
    set first_bucket = least(s.first_bucket, excluded.first_bucket),
      last_bucket = greatest(s.last_bucket, excluded.last_bucket)
    where excluded.first_bucket < s.first_bucket or excluded.last_bucket > s.last_bucket`)
}

const receded = extremes
  .map(
    ({ how, of }) =>
      `(n.${of} ${how === 'min' ? '>' : '<'} o.${of} or o.${of} is not null and n.${of} is null)`,
  )
  .join(' or ')
const wasExtreme = extremes
  .map(({ how, column, of }) => `o.${of} ${how === 'min' ? '<=' : '>='} r.${column}`)
  .join(' or ')
const added = [...Object.keys(addends), ...histograms].map((name) => `${name} = r.${name} + excluded.${name}`)
const widened = extremes.map(
  ({ how, column }) => `${column} = ${how === 'min' ? 'least' : 'greatest'}(r.${column}, excluded.${column})`,
)

/**
 * Whether a series is known to reach to the call's hour. A call that got other labels since `keepSeries` may have come
 * to one that does not: it is left out as one that is gone, and its note has it folded again.
 */
const spans = (series: string) =>
  sql.raw(`${hour('n.started_at')} between ${series}.first_bucket and ${series}.last_bucket`)

/**
 * One statement, which sees the facts as they were and the calls as they are. It answers the cells that a call left or
 * shrank in, and whether it held an extreme there; and, in a row of its own, how many calls had changed unnoted.
 */
const folding = (company_id: string, ids: SQL): SQL => sql`
    with unlabelled as materialized (${freshFacts(company_id, ids)}
    ), fresh as materialized (
      select n.*, d.id as series_id, t.id as total_series_id from unlabelled n
      join metric_series d on d.company_id = ${company_id}::uuid and not d.is_total
        and row(${list(labels, 'd.')})::text = row(${list(labels, 'n.')})::text and ${spans('d')}
      join metric_series t on t.company_id = ${company_id}::uuid and t.is_total
        and row(t.direction, t.outcome)::text = row(n.direction, n.outcome)::text and ${spans('t')}
    ), old as materialized (
      select f.* from ${ids} as ids join call_facts f on f.company_id = ${company_id}::uuid and f.call_id = ids.call_id
    ), changed as materialized (
      select call_id, n.call_id is null as is_gone from fresh n full join old o using (call_id)
      where row(${list(stored, 'n.')}) is distinct from row(${list(stored, 'o.')})
    ), diff as materialized (
      select -1 as sign, ${list(stored, 'o.')} from old o join changed using (call_id)
      union all
      select 1, ${list(stored, 'n.')} from fresh n join changed using (call_id)
    ), gone as (
      delete from call_facts f using changed
      where is_gone and f.company_id = ${company_id}::uuid and f.call_id = changed.call_id
    ), kept as (
      insert into call_facts (company_id, call_id, ${list(stored)})
      select ${company_id}::uuid, call_id, ${list(stored, 'n.')} from fresh n join changed using (call_id)
      on conflict (company_id, call_id) do update set ${sql.raw(stored.map((c) => `${c} = excluded.${c}`).join(', '))}
    ), ${sql.raw(cellsOfDiff)}, folded as (
      insert into metric_rollups as r (company_id, grain, series_id, bucket, ${list(valueColumns)})
      select ${company_id}::uuid, grain, series_id, bucket, ${list(valueColumns)} from cells
      on conflict (company_id, series_id, grain, bucket) do update
      set ${sql.raw([...added, ...widened].join(', '))}
    )
    select o.series_id, ${sql.raw(hour('o.started_at'))}::text as bucket,
      bool_or(coalesce(${sql.raw(wasExtreme)}, false)) as is_extreme, 0 as unnoted
    from old o join changed using (call_id) left join fresh n using (call_id)
    left join metric_rollups r on r.company_id = ${company_id}::uuid and r.grain = 'hour'
      and r.series_id = o.series_id and r.bucket = ${sql.raw(hour('o.started_at'))}
    where n.call_id is null or n.series_id <> o.series_id
      or ${sql.raw(hour('n.started_at'))} <> ${sql.raw(hour('o.started_at'))} or ${sql.raw(receded)}
    group by 1, 2
    union all
    select null, null, false, count(*)::int from changed
    where not exists (select from fact_changes p where p.company_id = ${company_id}::uuid and p.call_id = changed.call_id)`

const stored: readonly string[] = ['series_id', 'total_series_id', ...factColumns]
