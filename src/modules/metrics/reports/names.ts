import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import { arrayLiteral } from '../aggregate/filters.ts'

/** A group's value; only a string is an id. */
type GroupValue = string | number | null | undefined

/** Looks up the names of campaigns and skillbases. The returned functions give null for an unknown id and for no id. */
export async function findNames(tx: Tx, ids: { campaign?: GroupValue[]; skillbase?: GroupValue[] }) {
  const [campaigns, skillbases] = [distinctIds(ids.campaign), distinctIds(ids.skillbase)]
  const names = new Map<string, string>()
  if (campaigns.length + skillbases.length > 0) {
    const rows = await tx.execute<{ id: string; name: string }>(sql`
      select id, name from campaigns
      where company_id = ${tx.company_id}::uuid and id = any(${arrayLiteral(campaigns)}::uuid[])
      union all
      select id, name from skillbases
      where company_id = ${tx.company_id}::uuid and id = any(${arrayLiteral(skillbases)}::uuid[])`)
    for (const { id, name } of rows) names.set(id, name)
  }
  const nameOf = (id: GroupValue) => (typeof id === 'string' ? (names.get(id) ?? null) : null)
  return { campaign: nameOf, skillbase: nameOf }
}

const distinctIds = (values: GroupValue[] = []) => [
  ...new Set(values.filter((value) => typeof value === 'string')),
]
