import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { uuidArray } from '../../../db/query/parameters.ts'
import type { ReadTx } from '../../../db/transaction.ts'

/** A group's value; only a string is an id. */
type GroupValue = string | number | null | undefined

/** Indexes: the primary keys. */
const selectNames = defineCompanyQuery({
  name: 'metrics.select_names',
  params: { campaigns: uuidArray, skillbases: uuidArray },
  row: { id: Type.String(), name: Type.String() },
  sql: (p) => sql`
    select id, name from campaigns where company_id = ${p.company_id} and id = any(${p.campaigns})
    union all
    select id, name from skillbases where company_id = ${p.company_id} and id = any(${p.skillbases})`,
})

/** Looks up the names of campaigns and skillbases. The returned functions give null for an unknown id and for no id. */
export async function findNames(tx: ReadTx, ids: { campaign?: GroupValue[]; skillbase?: GroupValue[] }) {
  const [campaigns, skillbases] = [distinctIds(ids.campaign), distinctIds(ids.skillbase)]
  const names = new Map<string, string>()
  if (campaigns.length + skillbases.length > 0) {
    for (const { id, name } of await selectNames(tx, { campaigns, skillbases })) names.set(id, name)
  }
  const nameOf = (id: GroupValue) => (typeof id === 'string' ? (names.get(id) ?? null) : null)
  return { campaign: nameOf, skillbase: nameOf }
}

const distinctIds = (values: GroupValue[] = []) => [
  ...new Set(values.filter((value) => typeof value === 'string')),
]
