import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { noCompany } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { aggregateColumns, aggregateSql } from './aggregate-sql.ts'
import { columnList, contributionColumns } from './contributions.ts'
import { foldCalls, lockRollups } from './fold.ts'

/** What of a day was not as its calls are: calls that were folded otherwise, and cells that do not add up. */
export interface Difference {
  wrong_calls: number
  wrong_buckets: number
}

/** So many calls are folded in one transaction. */
const mostCalls = 2_000

/**
 * Compares a day of UTC with its calls, and mends what differs, while the service runs: the cells with the facts they were
 * added up from, each call's fact with the call, a batch at a time, then the cells again. What was only not folded yet is
 * no difference. `day` is its midnight.
 */
export async function rebuildDay(db: Db, company_id: string, day: Date): Promise<Difference> {
  const before = await mendCells(db, company_id, day)
  let wrong_calls = 0
  for (let last = noCompany; ; ) {
    const batch = await asOwner(db, company_id, async (tx) => {
      const ids = await callsOf(tx, day, last)
      if (ids.length === 0) return undefined
      await lockRollups(tx)
      return { last: ids.at(-1) as string, wrong: await foldCalls(tx, ids) }
    })
    if (batch === undefined) break
    wrong_calls += batch.wrong
    last = batch.last
  }
  return { wrong_calls, wrong_buckets: before + (await mendCells(db, company_id, day)) }
}

/** Answers how many cells of a day did not add up. */
function mendCells(db: Db, company_id: string, day: Date): Promise<number> {
  return asOwner(db, company_id, async (tx) => {
    await lockRollups(tx)
    const wrong = await wrongCells(tx, day)
    if (wrong > 0) await addUpAgain(tx, day)
    return wrong
  })
}

const bounds = (day: Date) => ({
  since: sql`${day.toISOString()}::timestamptz`,
  until: sql`(${day.toISOString()}::timestamptz + interval '1 day')`,
})

/** The facts of a day, by their series, which the index begins with. */
function factsOf(tx: Tx, day: Date, columns: SQL): SQL {
  const { since, until } = bounds(day)
  return sql`
    select ${columns} from metric_series s
    join call_contributions f on f.company_id = ${tx.company_id}::uuid and f.series_id = s.id
      and f.started_at >= ${since} and f.started_at < ${until}
    where s.company_id = ${tx.company_id}::uuid and not s.is_total
      and s.first_bucket < ${until} and s.last_bucket >= ${since}`
}

/** The next calls that began on a day, or were folded as if they had, by their ids. */
async function callsOf(tx: Tx, day: Date, last: string): Promise<string[]> {
  const { since, until } = bounds(day)
  const rows = await tx.execute<{ id: string }>(sql`
    select id from (
      select id from calls
      where company_id = ${tx.company_id}::uuid and started_at >= ${since} and started_at < ${until}
      union
      ${factsOf(tx, day, sql`f.call_id`)}
    ) as found where id > ${last}::uuid order by id limit ${mostCalls}`)
  return rows.map(({ id }) => id)
}

const deltasOf = (tx: Tx, day: Date) => sql`
    deltas as materialized (
      ${factsOf(tx, day, sql`1 as sign, f.series_id, f.total_series_id, ${columnList(contributionColumns, 'f.')}`)}
    ), ${sql.raw(aggregateSql)}`

const ofDay = (day: Date) => {
  const { since, until } = bounds(day)
  return sql`bucket >= ${since} and bucket < ${until}`
}

async function wrongCells(tx: Tx, day: Date): Promise<number> {
  const [found] = await tx.execute<{ n: number }>(sql`
    with ${deltasOf(tx, day)}
    select count(*)::int as n from aggregates c
    full join (select * from metric_rollups where company_id = ${tx.company_id}::uuid and ${ofDay(day)} and calls <> 0) r
      using (grain, series_id, bucket)
    where row(${columnList(aggregateColumns, 'c.')}) is distinct from row(${columnList(aggregateColumns, 'r.')})`)
  return found?.n ?? 0
}

async function addUpAgain(tx: Tx, day: Date): Promise<void> {
  await tx.execute(
    sql`delete from metric_rollups where company_id = ${tx.company_id}::uuid and ${ofDay(day)}`,
  )
  await tx.execute(sql`
    with ${deltasOf(tx, day)}
    insert into metric_rollups (company_id, grain, series_id, bucket, ${columnList(aggregateColumns)})
    select ${tx.company_id}::uuid, grain, series_id, bucket, ${columnList(aggregateColumns)} from aggregates`)
}

/** Companies, and days of UTC from `from` to before `until`, on which they had calls or rollups. */
export async function findDaysWithCalls(
  db: Db,
  span: { from: Date; until: Date; company_id?: string | undefined },
): Promise<{ company_id: string; day: Date }[]> {
  const rows = await db.orm.execute<{ company_id: string; day: string }>(sql`
    select c.id as company_id, d.day::text as day from companies c
    cross join generate_series(${span.from.toISOString()}::timestamptz, ${span.until.toISOString()}::timestamptz
      - interval '1 ms', interval '1 day') as d(day)
    where (${span.company_id ?? null}::uuid is null or c.id = ${span.company_id ?? null}::uuid) and ${dayHasData}
    order by c.id, d.day`)
  return rows.map(({ company_id, day }) => ({ company_id, day: new Date(day) }))
}

/** A day of a company that has something to compare. */
export const dayHasData = sql`(
  exists (select from calls where company_id = c.id and started_at >= d.day and started_at < d.day + interval '1 day')
  or exists (select from metric_series where company_id = c.id
    and first_bucket < d.day + interval '1 day' and last_bucket >= d.day))`
