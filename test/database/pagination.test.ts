import { and, eq, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Sql } from 'postgres'
import { test } from 'tap'
import { type Listing, listPage, type Page, type PageQuery } from '../../src/db/pagination.ts'
import { callLogs, calls } from '../../src/db/schema/index.ts'
import { type ReadTx, readCompany } from '../../src/db/transaction.ts'
import { listTasks } from '../../src/modules/call-tasks/index.ts'
import { type CallFilter, listCalls } from '../../src/modules/calls/index.ts'
import { listCampaigns } from '../../src/modules/campaigns/campaigns.ts'
import { listMetrics } from '../../src/modules/telemetry/call-metrics.ts'
import { listTurns } from '../../src/modules/telemetry/turns.ts'
import { a, b, errorOf, idsOf, insert, openDb, seededDatabase } from './seed.ts'

/**
 * SQL that inserts more than 10,000 calls, which a list does not count exactly. Groups of a hundred calls start at the same
 * time. `times` multiplies the number of rows: a realistic table contains mostly rows of other companies.
 */
const bulkRows = (letter: 'a' | 'b', times: number) => {
  const { company, skillbase, campaign, call } = idsOf(letter)
  const numbers = (count: number) => `from generate_series(1, ${count * times}) i`
  return `
    insert into calls (company_id, direction, started_at, status, outcome, campaign_id, skillbase_id)
      select '${company}', 'outbound', '2026-01-01'::timestamptz + i / 100 * interval '1 minute',
        (array['completed', 'failed', 'active'])[1 + i % 3], (array['success', 'no_answer', null])[1 + i % 3],
        case when i % 2 = 0 then '${campaign}'::uuid end, case when i % 2 = 0 then '${skillbase}'::uuid end
      ${numbers(10_048)};
    insert into campaigns (company_id, skillbase_id, name, status)
      select '${company}', '${skillbase}', 'C' || i, (array['draft', 'running', 'completed'])[1 + i % 3] ${numbers(2000)};
    insert into call_tasks (company_id, campaign_id, phone_number, status)
      select '${company}', '${campaign}', '+7999' || (2000000 + i), (array['pending', 'completed', 'failed'])[1 + i % 3]
      ${numbers(6000)};
    insert into call_logs (company_id, call_id, turn_index, role)
      select '${company}', '${call}', i, 'user' ${numbers(2000)};
    insert into call_metrics (company_id, call_id)
      select company_id, id from calls where company_id = '${company}' on conflict do nothing;`
}

const ofA = (table: typeof calls | typeof callLogs) => eq(table.company_id, a.company)
const allCalls = { from: calls, where: ofA(calls), key: [calls.started_at, calls.id] } satisfies Listing<
  typeof calls
>

test('lists', async (t) => {
  const { url, owner } = await seededDatabase(t)
  await owner.unsafe(bulkRows('a', 1) + bulkRows('b', 4))
  await owner.unsafe('vacuum analyze')
  const db = openDb(t, url, 5)

  /** All pages of a list, each read with the cursor of the previous one. */
  async function pagesOf<T extends PgTable>(
    listing: Listing<T>,
    query: PageQuery,
    betweenPages?: () => Promise<unknown>,
  ) {
    const pages: Page<T['$inferSelect']>[] = []
    let cursor: string | null | undefined
    do {
      const page = await readCompany(db, a.company, (tx) =>
        listPage(tx, listing, { ...query, ...(cursor && { cursor }) }),
      )
      pages.push(page)
      cursor = page.next_cursor
      await betweenPages?.()
    } while (cursor)
    return pages
  }
  const idsOnPages = (pages: { items: { id: string }[] }[]) =>
    pages.flatMap(({ items }) => items.map(({ id }) => id))
  const idsOrderedBy = async (order: string, where = 'true') =>
    (
      await owner.unsafe(
        `select id from calls where company_id = '${a.company}' and ${where} order by ${order}`,
      )
    ).map((row) => row.id as string)

  t.test(
    'Every row is listed once and in order, in both directions, even if a hundred start at the same time',
    async (t) => {
      const newest = await pagesOf(allCalls, { limit: 190 })
      t.same(idsOnPages(newest), await idsOrderedBy('started_at desc, id desc'))
      const oldest = await pagesOf({ ...allCalls, order: 'asc' }, { limit: 190 })
      t.same(idsOnPages(oldest), await idsOrderedBy('started_at, id'))
      t.ok(newest.slice(0, -1).every(({ items }) => items.length === 190))
    },
  )

  t.test('total is exact up to 10,000, and total_is_exact is false beyond', async (t) => {
    const first = (listing: Listing<typeof calls>, query: PageQuery = {}) =>
      readCompany(db, a.company, (tx) => listPage(tx, listing, query))
    t.match(await first(allCalls), { total: 10_000, total_is_exact: false })
    const below10000 = {
      ...allCalls,
      where: and(allCalls.where, sql`${calls.started_at} < '2026-01-01 01:40+00'`),
    }
    const [count] = await owner`
      select count(*)::int as n from calls where company_id = ${a.company} and started_at < '2026-01-01 01:40+00'`
    t.equal(count?.n, 9999)
    t.match(await first(below10000), { total: 9999, total_is_exact: true })
    t.match(await first(below10000, { skip: 9990, limit: 20 }), { total: 9999, total_is_exact: true })
    t.match(await first(below10000, { skip: 10_000 }), { items: [], total: 9999, next_cursor: null })
    await owner.unsafe(`begin; ${insert('calls', { started_at: `'2026-01-01'` })}; commit`)
    t.match(await first(below10000), { total: 10_000, total_is_exact: true })
    await owner.unsafe(
      `delete from calls where company_id = '${a.company}' and started_at = '2026-01-01' and direction = 'inbound'`,
    )
    const pages = await pagesOf(below10000, { limit: 200 })
    t.ok(
      pages.every(({ total, total_is_exact }) => total === 9999 && total_is_exact),
      'the same on every page',
    )
    const emptyList = { ...allCalls, where: and(allCalls.where, eq(calls.status, 'ringing')) }
    t.same(await first(emptyList), { items: [], total: 0, total_is_exact: true, next_cursor: null })
  })

  t.test('A page read with skip equals the page read with a cursor', async (t) => {
    const pages = await pagesOf(allCalls, { limit: 200 })
    const third = await readCompany(db, a.company, (tx) => listPage(tx, allCalls, { limit: 200, skip: 400 }))
    t.same(idsOnPages([third]), idsOnPages(pages.slice(2, 3)))
  })

  t.test('Rows inserted while paging cause no other row to be skipped or repeated', async (t) => {
    const where = and(allCalls.where, eq(calls.status, 'completed'))
    const before = await idsOrderedBy('started_at desc, id desc', `status = 'completed'`)
    let minute = 0
    const pages = await pagesOf({ ...allCalls, where }, { limit: 200 }, () => {
      minute++
      const row = (started_at: string) =>
        insert('calls', { started_at, status: `'completed'`, language: `'xx'` })
      // One row before the first page, and one somewhere in the list.
      return owner.unsafe(
        `${row(`'2026-02-01'`)}; ${row(`'2026-01-01'::timestamptz + interval '${minute} minutes'`)}`,
      )
    })
    const initial = new Set(before)
    const listedIds = idsOnPages(pages)
    t.equal(new Set(listedIds).size, listedIds.length, 'no row is repeated')
    t.same(
      listedIds.filter((id) => initial.has(id)),
      before,
      'no row is skipped',
    )
    await owner.unsafe(`delete from calls where language = 'xx'`)
  })

  t.test(
    'A cursor that was tampered with is rejected as malformed before the database is queried',
    async (t) => {
      const page = await readCompany(db, a.company, (tx) => listPage(tx, allCalls, { limit: 1 }))
      const cursor = page.next_cursor ?? ''
      const [total, at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [
        number,
        string,
        string,
      ]
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const tampered = [
        '',
        '%',
        'null',
        cursor.slice(0, -3),
        cursor.slice(3),
        encode(null),
        encode({}),
        encode([]),
        encode([total, at]),
        encode([total, at, id, id]),
        encode([`${total}`, at, id]),
        encode([1.5, at, id]),
        encode([-1, at, id]),
        encode([10_002, at, id]),
        encode([total, id, at]),
        encode([total, at, `${id}'`]),
        encode([total, at, null]),
        encode([total, 'yesterday', id]),
        encode([total, 'infinity', id]),
        encode([total, 20260101, id]),
        encode([total, [at], id]),
        encode([total, '+275760-09-13T00:00:00.000Z', id]),
        encode([total, '-000001-01-01T00:00:00.000Z', id]),
      ]
      for (const cursor of tampered) {
        const error = await errorOf(readCompany(db, a.company, (tx) => listPage(tx, allCalls, { cursor })))
        const text = Buffer.from(cursor, 'base64url').toString()
        t.match(error ?? {}, { kind: 'malformed', code: 'invalid_cursor' }, JSON.stringify(text))
      }
      const turns = { from: callLogs, where: ofA(callLogs), key: [callLogs.turn_index] } satisfies Listing<
        typeof callLogs
      >
      for (const value of [
        cursor,
        encode([1, 2_147_483_648]),
        encode([1, -2_147_483_649]),
        encode([1, 1e300]),
        encode([1, '1']),
      ]) {
        const error = await errorOf(
          readCompany(db, a.company, (tx) => listPage(tx, turns, { cursor: value })),
        )
        t.match(
          error ?? {},
          { kind: 'malformed', code: 'invalid_cursor' },
          Buffer.from(value, 'base64url').toString(),
        )
      }
      const cursorAndSkip = readCompany(db, a.company, (tx) => listPage(tx, allCalls, { cursor, skip: 1 }))
      t.match(await errorOf(cursorAndSkip), { kind: 'malformed' }, 'a cursor together with skip')
      const reencoded = readCompany(db, a.company, (tx) =>
        listPage(tx, allCalls, { cursor: encode([total, at, id]) }),
      )
      t.equal(await errorOf(reencoded), undefined, 'an unchanged cursor that was encoded again is accepted')
    },
  )

  t.test('A cursor of another company gives access to none of its rows', async (t) => {
    const ofB = { ...allCalls, where: eq(calls.company_id, b.company) }
    const pageOfB = await readCompany(db, b.company, (tx) => listPage(tx, ofB, { limit: 5 }))
    const page = await readCompany(db, a.company, (tx) =>
      listPage(tx, allCalls, { cursor: pageOfB.next_cursor ?? '', limit: 200 }),
    )
    t.ok(page.items.every(({ company_id }) => company_id === a.company))
    t.same(await readCompany(db, a.company, (tx) => listPage(tx, ofB, {})), {
      items: [],
      total: 0,
      total_is_exact: true,
      next_cursor: null,
    })
  })

  interface Plan {
    'Node Type': string
    'Rows Removed by Filter'?: number
    Plans?: Plan[]
  }
  const nodesOf = (plan: Plan): string[] => [plan['Node Type'], ...(plan.Plans ?? []).flatMap(nodesOf)]
  const removedBy = (plan: Plan): number =>
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan.Plans ?? []).reduce((sum, child) => sum + removedBy(child), 0)

  /** The plans of all statements that a list function sends. */
  async function plansOf(list: (tx: ReadTx) => Promise<unknown>): Promise<Plan[]> {
    return readCompany(db, a.company, async (tx) => {
      const statements: [string, unknown[]][] = []
      const { session } = tx as unknown as { session: { client: Sql; logger: object } }
      session.logger = { logQuery: (text: string, values: unknown[]) => statements.push([text, values]) }
      await list(tx)
      const [server] = await session.client.unsafe('show server_version_num', [])
      const plans: Plan[] = []
      const explain = async (options: string, text: string, values: unknown[]) => {
        const [row] = await session.client.unsafe(
          `explain (${options}, format json) ${text}`,
          values as never[],
        )
        plans.push(row?.['QUERY PLAN'][0].Plan)
      }
      for (const [text, values] of statements) {
        await explain('analyze', text, values)
        // The generic plan, which the server may use after a statement was executed often.
        if (Number(server?.server_version_num) >= 160_000) await explain('generic_plan', text, [])
      }
      return plans
    })
  }

  t.test(
    'Each list reads its page from an index in order, without a sort or a sequential scan',
    async (t) => {
      type List = (tx: ReadTx, query: PageQuery) => Promise<Page<object>>
      const [start, end] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T01:00:00Z')]
      const callsBy =
        (filter: CallFilter): List =>
        (tx, query) =>
          listCalls(tx, filter, query)
      const lists: Record<string, List> = {
        calls: callsBy({}),
        'calls of a period': callsBy({ start, end }),
        'calls of a campaign': callsBy({ campaign_id: a.campaign }),
        'calls of a campaign and a period': callsBy({ campaign_id: a.campaign, start, end }),
        'calls of a skillbase': callsBy({ skillbase_id: a.skillbase }),
        'calls with a status': callsBy({ status: 'completed' }),
        'calls with an outcome': callsBy({ outcome: 'success' }),
        'calls with one of two outcomes': callsBy({ outcome: ['success', 'no_answer'] }),
        'calls of one of two statuses, with a filter': callsBy({
          status: ['completed', 'failed'],
          direction: 'outbound',
        }),
        'calls, oldest first': (tx, query) => listPage(tx, { ...allCalls, order: 'asc' }, query),
        'tasks of a campaign': (tx, query) => listTasks(tx, a.campaign, {}, query),
        'tasks of a campaign with one of two statuses': (tx, query) =>
          listTasks(tx, a.campaign, { status: ['pending', 'retry'] }, query),
        'tasks of a campaign with a status': (tx, query) =>
          listTasks(tx, a.campaign, { status: ['pending'] }, query),
        campaigns: (tx, query) => listCampaigns(tx, {}, query),
        'campaigns with a status': (tx, query) => listCampaigns(tx, { status: ['running'] }, query),
        'campaigns with one of two statuses': (tx, query) =>
          listCampaigns(tx, { status: ['running', 'draft'] }, query),
        'campaigns of a skillbase': (tx, query) => listCampaigns(tx, { skillbase_id: a.skillbase }, query),
        'turns of a call': (tx, query) => listTurns(tx, a.call, query),
        'metrics of calls': (tx, query) => listMetrics(tx, {}, query),
      }
      for (const [name, list] of Object.entries(lists)) {
        const first = await readCompany(db, a.company, (tx) => list(tx, {}))
        t.equal(first.items.length, 50, `${name}: a full page`)
        for (const query of [{}, { cursor: first.next_cursor ?? '' }]) {
          for (const plan of await plansOf((tx) => list(tx, query))) {
            const nodes = nodesOf(plan).join(' < ')
            // The total of a first page is counted, up to 10,001 rows in any order.
            const isCount = plan['Node Type'] === 'Aggregate'
            t.match(nodes, /Index (Only )?Scan/, `${name}: ${nodes}`)
            t.notMatch(nodes, isCount ? /Sort|Seq Scan/ : /Sort|Seq Scan|Bitmap/, name)
            if (isCount) continue
            t.ok(removedBy(plan) <= 100, `${name}: reads ${removedBy(plan)} rows that it does not return`)
          }
        }
      }
      const withoutIndex = { ...allCalls, key: [calls.created_at, calls.id] } as Listing<typeof calls>
      const plans = await plansOf((tx) => listPage(tx, withoutIndex, {}))
      t.match(plans.flatMap(nodesOf).join(', '), /Sort/, 'a list without an index is detected')
    },
  )
})
