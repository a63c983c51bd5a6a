import type { RowOf } from '../../../db/query/define-query.ts'
import { groupBy } from '../../../lib/group-by.ts'
import type { findDueDeliveries } from './delivery-queries.ts'
import type { DeliverySlots, Target } from './slots.ts'

/** A webhook with due deliveries. */
type DueWebhook = RowOf<typeof findDueDeliveries>

/** A delivery whose slot is taken. */
export interface ChosenDelivery {
  company_id: string
  id: string
  free: ReturnType<DeliverySlots['take']>
}

interface Queue {
  target: Target
  ids: string[]
}

/**
 * Chooses the deliveries to send now and takes their slots: one of each company, then a second of each, and so on, those with
 * the fewest requests in flight first; within a company the same by webhook.
 *
 * @param isBlocked deliveries that are left out
 */
export function chooseDeliveries(
  due: readonly DueWebhook[],
  slots: DeliverySlots,
  isBlocked: (id: string) => boolean,
): ChosenDelivery[] {
  const queued = due.map((webhook): Queue => {
    const ids = (webhook.delivery_ids ?? []).filter((id) => !isBlocked(id))
    return { target: targetOf(webhook), ids }
  })
  const queues = groupBy(queued, ({ target }) => target.company_id)
  const chosen: ChosenDelivery[] = []
  for (let before = -1; before < chosen.length; ) {
    before = chosen.length
    const byLoad = [...queues.keys()].sort((a, b) => slots.inFlightOf(a) - slots.inFlightOf(b))
    for (const company_id of byLoad) {
      const next = takeNext(queues.get(company_id) ?? [], slots)
      if (next !== undefined) chosen.push(next)
    }
  }
  return chosen
}

/** The next delivery of the company's webhook with the fewest requests in flight; undefined when none may start. */
function takeNext(queues: Queue[], slots: DeliverySlots): ChosenDelivery | undefined {
  const [queue] = queues
    .filter(({ ids, target }) => ids.length > 0 && slots.hasRoom(target))
    .sort((a, b) => slots.inFlightTo(a.target.webhook_id) - slots.inFlightTo(b.target.webhook_id))
  const id = queue?.ids.shift()
  if (queue === undefined || id === undefined) return undefined
  return { company_id: queue.target.company_id, id, free: slots.take(queue.target) }
}

/** An invalid url, which hand-written SQL can store, is its own host: its attempts fail. */
const targetOf = ({ company_id, webhook_id, url, is_failing }: DueWebhook): Target => ({
  company_id,
  webhook_id,
  host: URL.canParse(url) ? new URL(url).host : url,
  is_failing,
})
