import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { nilUuid } from '../../lib/uuid.ts'
import { aggregateColumns, aggregateSql } from './aggregate-sql.ts'
import { columnList, contributionColumns } from './contributions.ts'
import { foldCalls, lockRollups } from './fold.ts'

/** The numbers of calls of a day whose stored contribution was outdated, and of wrong rows in metric_rollups. */
export interface Difference {
  wrong_calls: number
  wrong_buckets: number
}

/** Calls folded in one transaction. */
const batchSize = 2_000

/**
 * Compares a day's rollups with its calls and rebuilds those that differ, while the service runs: first the rollups from
 * the stored contributions, then each stored contribution from its call, in batches, then the rollups again. A changed
 * call that waits in dirty_calls to be folded does not count as a difference. `day` is midnight UTC.
 */
export async function rebuildDay(db: Db, company_id: string, day: Date): Promise<Difference> {
  const wrongBefore = await rebuildRollups(db, company_id, day)
  let wrong_calls = 0
  // The nil uuid is below every id.
  for (let lastId = nilUuid; ; ) {
    const batch = await asOwner(db, company_id, async (tx) => {
      const ids = await nextCallIds(tx, day, lastId)
      if (ids.length === 0) return undefined
      await lockRollups(tx)
      return { lastId: ids.at(-1) as string, wrong: await foldCalls(tx, ids) }
    })
    if (batch === undefined) break
    wrong_calls += batch.wrong
    lastId = batch.lastId
  }
  return { wrong_calls, wrong_buckets: wrongBefore + (await rebuildRollups(db, company_id, day)) }
}

/** Recomputes a day's rollups from the stored contributions if any differs. Returns the number of rows that differed. */
function rebuildRollups(db: Db, company_id: string, day: Date): Promise<number> {
  return asOwner(db, company_id, async (tx) => {
    await lockRollups(tx)
    const wrong = await countWrongRollups(tx, day)
    if (wrong > 0) await replaceRollups(tx, day)
    return wrong
  })
}

const bounds = (day: Date) => ({
  since: sql`${day.toISOString()}::timestamptz`,
  until: sql`(${day.toISOString()}::timestamptz + interval '1 day')`,
})

/** Stored contributions of a day, read series by series: the index is (company_id, series_id, started_at). */
function contributionsOf(tx: Tx, day: Date, columns: SQL): SQL {
  const { since, until } = bounds(day)
  return sql`
    select ${columns} from metric_series s
    join call_contributions contribution on contribution.company_id = ${tx.company_id}::uuid and contribution.series_id = s.id
      and contribution.started_at >= ${since} and contribution.started_at < ${until}
    where s.company_id = ${tx.company_id}::uuid and not s.is_total
      and s.first_bucket < ${until} and s.last_bucket >= ${since}`
}

/** The next ids, ascending, of calls that started on a day or have a stored contribution on that day. */
async function nextCallIds(tx: Tx, day: Date, lastId: string): Promise<string[]> {
  const { since, until } = bounds(day)
  const rows = await tx.execute<{ id: string }>(sql`
    select id from (
      select id from calls
      where company_id = ${tx.company_id}::uuid and started_at >= ${since} and started_at < ${until}
      union
      ${contributionsOf(tx, day, sql`contribution.call_id`)}
    ) as calls_of_day where id > ${lastId}::uuid order by id limit ${batchSize}`)
  return rows.map(({ id }) => id)
}

/** Common table expressions that aggregate all stored contributions of a day; the last is `aggregates`. */
const aggregatesOfDay = (tx: Tx, day: Date) => sql`
    deltas as materialized (
      ${contributionsOf(tx, day, sql`1 as sign, contribution.series_id, contribution.total_series_id, ${columnList(contributionColumns, 'contribution.')}`)}
    ), ${sql.raw(aggregateSql)}`

const isOfDay = (day: Date) => {
  const { since, until } = bounds(day)
  return sql`bucket >= ${since} and bucket < ${until}`
}

async function countWrongRollups(tx: Tx, day: Date): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`
    with ${aggregatesOfDay(tx, day)}
    select count(*)::int as n from aggregates a
    full join (
      select * from metric_rollups where company_id = ${tx.company_id}::uuid and ${isOfDay(day)} and calls <> 0) r
      using (grain, series_id, bucket)
    where row(${columnList(aggregateColumns, 'a.')}) is distinct from row(${columnList(aggregateColumns, 'r.')})`)
  return row?.n ?? 0
}

async function replaceRollups(tx: Tx, day: Date): Promise<void> {
  await tx.execute(
    sql`delete from metric_rollups where company_id = ${tx.company_id}::uuid and ${isOfDay(day)}`,
  )
  await tx.execute(sql`
    with ${aggregatesOfDay(tx, day)}
    insert into metric_rollups (company_id, grain, series_id, bucket, ${columnList(aggregateColumns)})
    select ${tx.company_id}::uuid, grain, series_id, bucket, ${columnList(aggregateColumns)} from aggregates`)
}

/** Each company with its UTC days, from `from` to before `until`, that have calls or rollups. */
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

/** Whether company `c` has calls or series on `d.day`, and so something to compare. */
export const dayHasData = sql`(
  exists (select from calls where company_id = c.id and started_at >= d.day and started_at < d.day + interval '1 day')
  or exists (select from metric_series where company_id = c.id
    and first_bucket < d.day + interval '1 day' and last_bucket >= d.day))`
