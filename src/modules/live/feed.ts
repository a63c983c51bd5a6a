import type { EventType } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { headOf, type KeptEvent, readAfter, refuseGap } from '../events/index.ts'
import { expand, type LiveEvent } from './expand.ts'

/** Transactions that are looked through for one page at most. */
const mostRows = 2_000

export interface Feed {
  items: LiveEvent[]
  next_after: number
  has_more: boolean
  first_id: number
  last_id: number
}

/**
 * Events after one, in their order. Where only some types are asked for, `next_after` says how far was looked, so that
 * whoever goes on does not look there again.
 *
 * @throws Refusal 'conflict' when events after it are forgotten
 */
export async function readFeed(
  tx: Tx,
  after: number,
  { types, limit }: { types: readonly string[] | undefined; limit: number },
): Promise<Feed> {
  const head = await headOf(tx)
  refuseGap(after, head)
  const isWanted = ({ item }: KeptEvent) =>
    types === undefined || types.includes(item.type satisfies EventType)
  const found: KeptEvent[] = []
  let position = after
  for (let rows = 0; rows < mostRows && found.length < limit && position < head.last_id; rows += 100) {
    const kept = (await readAfter(tx, position, 100)).filter(({ id }) => id <= head.last_id)
    if (kept.length === 0) break
    for (const one of kept) {
      if (found.length === limit) break
      position = one.id
      if (isWanted(one)) found.push(one)
    }
  }
  return {
    items: await expand(tx, found),
    next_after: position,
    has_more: position < head.last_id,
    ...head,
  }
}
