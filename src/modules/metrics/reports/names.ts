import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import { arrayLiteral } from '../aggregate/filters.ts'

type Value = string | number | null | undefined

/** What campaigns and skillbases are called, by their ids; null for none. */
export async function findNames(tx: Tx, ids: { campaign?: Value[]; skillbase?: Value[] }) {
  const [campaigns, skillbases] = [given(ids.campaign), given(ids.skillbase)]
  const known = new Map<string, string>()
  if (campaigns.length + skillbases.length > 0) {
    const rows = await tx.execute<{ id: string; name: string }>(sql`
      select id, name from campaigns
      where company_id = ${tx.company_id}::uuid and id = any(${arrayLiteral(campaigns)}::uuid[])
      union all
      select id, name from skillbases
      where company_id = ${tx.company_id}::uuid and id = any(${arrayLiteral(skillbases)}::uuid[])`)
    for (const { id, name } of rows) known.set(id, name)
  }
  const nameOf = (id: Value) => (typeof id === 'string' ? (known.get(id) ?? null) : null)
  return { campaign: nameOf, skillbase: nameOf }
}

const given = (ids: Value[] = []) => [...new Set(ids.filter((id) => typeof id === 'string'))]
