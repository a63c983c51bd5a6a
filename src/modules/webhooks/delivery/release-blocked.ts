import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { defineQuery, type RowOf } from '../../../db/query/define-query.ts'
import { integer, recordset, text, timestamptz, uuid } from '../../../db/query/parameters.ts'
import { acrossCompanies } from '../../../db/transaction.ts'
import { nilUuid } from '../../../lib/uuid.ts'

/** Companies that one step considers. The next step continues behind the last one. */
const maxCompanies = 200
/** Order keys that one step looks up; its companies have equal shares. */
const maxKeys = 2_000

/** The next companies with pending deliveries. A skip scan of webhook_deliveries_order_idx: one index read per company. */
const findCompanies = defineQuery({
  name: 'webhooks.find_companies_with_pending_deliveries',
  params: { after_company_id: uuid, limit: integer },
  row: { company_id: Type.String() },
  sql: (p) => sql`
    with recursive companies as (
      (select d.company_id from webhook_deliveries d
        where d.status = 'pending' and d.company_id > ${p.after_company_id} order by d.company_id limit 1)
      union all
      select following.company_id from companies c cross join lateral (
        select d.company_id from webhook_deliveries d
        where d.status = 'pending' and d.company_id > c.company_id order by d.company_id limit 1) as following
    )
    select company_id from companies limit ${p.limit}`,
})

/** A test delivery has no event_id, and no next attempt while its request is in flight. */
const columnsOfFirst = sql`
  d.webhook_id, d.order_key, d.id, d.next_attempt_at is null and d.event_id is not null as is_blocked`

/**
 * Of each company, looks up the first pending delivery of the next order keys, and makes it due if it waits for another one.
 * Returns the last key of each company that has any. A skip scan of webhook_deliveries_order_idx: one index read per key,
 * however many deliveries it has. Skips deliveries that another transaction has locked. `id >= x and id <= x order by id` means
 * `id = x`, but only webhook_deliveries_pkey has the order.
 */
const releaseFirstOfKeys = defineQuery({
  name: 'webhooks.release_first_deliveries_of_keys',
  params: {
    now: timestamptz,
    companies: recordset('c', { company_id: uuid, webhook_id: uuid, order_key: text }),
    max_per_company: integer,
  },
  row: {
    company_id: Type.String(),
    /** The last key that was looked up. */
    webhook_id: Type.String(),
    order_key: Type.String(),
    keys: Type.Integer(),
    released: Type.Integer(),
  },
  sql: (p) => sql`
    with first_deliveries as materialized (
      select c.company_id, firsts.* from ${p.companies} cross join lateral (
        with recursive of_key as (
          (select ${columnsOfFirst} from webhook_deliveries d
            where d.company_id = c.company_id and d.status = 'pending'
              and (d.webhook_id, d.order_key) > (c.webhook_id, c.order_key)
            order by d.webhook_id, d.order_key, d.event_id limit 1)
          union all
          select following.* from of_key k cross join lateral (
            select ${columnsOfFirst} from webhook_deliveries d
            where d.company_id = c.company_id and d.status = 'pending'
              and (d.webhook_id, d.order_key) > (k.webhook_id, k.order_key)
            order by d.webhook_id, d.order_key, d.event_id limit 1) as following
        )
        select * from of_key limit ${p.max_per_company}
      ) as firsts
    ),
    blocked as materialized (
      select b.company_id, b.id from first_deliveries f cross join lateral (
        select d.company_id, d.id from webhook_deliveries d
        where d.company_id = f.company_id and d.id >= f.id and d.id <= f.id and d.status = 'pending' and d.next_attempt_at is null
        order by d.id limit 1 for update of d skip locked
      ) as b
      where f.is_blocked
    ),
    released as (
      update webhook_deliveries d set next_attempt_at = ${p.now}
      from blocked b where d.company_id = b.company_id and d.id = b.id
      returning d.company_id
    )
    select company_id, (array_agg(webhook_id order by webhook_id desc, order_key desc))[1] as webhook_id,
      (array_agg(order_key order by webhook_id desc, order_key desc))[1] as order_key, count(*)::int as keys,
      (select count(*)::int from released r where r.company_id = f.company_id) as released
    from first_deliveries f group by company_id`,
})

type Key = Pick<RowOf<typeof releaseFirstOfKeys>, 'webhook_id' | 'order_key'>
const beforeAllKeys: Key = { webhook_id: nilUuid, order_key: '' }

/**
 * Releases deliveries that wait for an earlier one which was deleted or given up, because recordAttempt will not release them.
 * Looks through the pending deliveries of all companies in bounded steps.
 */
export class BlockedDeliveryReleaser {
  private readonly db: Db
  /** The last company of the previous step, when there are more behind it. */
  private afterCompany = nilUuid
  /** The last key of each company of which not all keys have been looked up. */
  private readonly afterKeys = new Map<string, Key>()

  constructor(db: Db) {
    this.db = db
  }

  /** Looks up the next order keys. Returns the number of deliveries that it has released. */
  step(now: Date): Promise<number> {
    return acrossCompanies(
      this.db,
      async (tx) => {
        const found = await findCompanies(tx, { after_company_id: this.afterCompany, limit: maxCompanies })
        const last = found.length === maxCompanies ? found.at(-1) : undefined
        this.afterCompany = last?.company_id ?? nilUuid
        if (found.length === 0) return 0
        const max_per_company = Math.floor(maxKeys / found.length)
        const companies = found.map(({ company_id }) => ({
          company_id,
          ...(this.afterKeys.get(company_id) ?? beforeAllKeys),
        }))
        const results = await releaseFirstOfKeys(tx, { now, companies, max_per_company })
        this.remember(companies, results, max_per_company)
        return results.reduce((sum, { released }) => sum + released, 0)
      },
      { plans: 'cached' },
    )
  }

  /** A company whose keys have all been looked up starts again with the first one. */
  private remember(
    companies: readonly { company_id: string }[],
    results: readonly RowOf<typeof releaseFirstOfKeys>[],
    maxPerCompany: number,
  ): void {
    for (const { company_id } of companies) this.afterKeys.delete(company_id)
    for (const { company_id, webhook_id, order_key, keys } of results)
      if (keys === maxPerCompany) this.afterKeys.set(company_id, { webhook_id, order_key })
  }
}
