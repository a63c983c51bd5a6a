import { and, eq, gte, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { containsText } from '../../db/contains-text.ts'
import { alternativesOf, isOneOfValues, listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type Scan, scanPage } from '../../db/scan-page.ts'
import {
  type CallStatus,
  callMetrics,
  calls,
  callTasks,
  type Direction,
  type Outcome,
} from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { queryPhoneIdentity } from '../../lib/phone.ts'
import { type FoundWords, findTranscripts, parseWords, transcriptHasWords } from '../search/index.ts'
import type { Call } from './calls.ts'

/** One value, or any of several. */
type OneOrMore<T> = T | readonly T[]

export interface CallFilter {
  status?: OneOrMore<CallStatus> | undefined
  outcome?: OneOrMore<Outcome> | undefined
  direction?: Direction | undefined
  campaign_id?: OneOrMore<string> | undefined
  skillbase_id?: OneOrMore<string> | undefined
  call_task_id?: string | undefined
  external_call_id?: string | undefined
  /** False: only calls that ended without having been dialed. */
  is_dialed?: boolean | undefined
  start?: Date | undefined
  end?: Date | undefined
  /** The number of the other side, in any notation. */
  phone_number?: string | undefined
  /** ISO 3166 country of `phone_number` without a country code. */
  default_country?: string | undefined
  /** Text in the name of the contact, ignoring case. */
  contact_name?: string | undefined
}

/** Orders of lists of calls; a leading `-` means descending. */
export const callSorts = [
  '-started_at',
  'started_at',
  '-duration_sec',
  'duration_sec',
  '-cost_total',
  'cost_total',
] as const

export interface CallSearch extends CallFilter {
  /** Words of the transcript. */
  q?: string | undefined
  /** Default `-started_at`. */
  sort?: (typeof callSorts)[number] | undefined
}

/**
 * SQL condition: the calls of the company that match every given filter.
 *
 * @throws Refusal 'invalid' when phone_number is not a phone number
 */
export const callFilters = (tx: ReadTx, filter: CallFilter): SQL | undefined =>
  and(
    eq(calls.company_id, tx.company_id),
    isOneOfGiven(calls.status, filter.status),
    isOneOfGiven(calls.outcome, filter.outcome),
    isOneOfGiven(calls.direction, filter.direction),
    isOneOfGiven(calls.campaign_id, filter.campaign_id),
    isOneOfGiven(calls.skillbase_id, filter.skillbase_id),
    isOneOfGiven(calls.call_task_id, filter.call_task_id),
    isOneOfGiven(calls.external_call_id, filter.external_call_id),
    // Not a parameter, so that the planner can use the index of calls that were not dialed.
    filter.is_dialed === undefined
      ? undefined
      : filter.is_dialed
        ? sql`${calls.is_dialed}`
        : sql`not ${calls.is_dialed}`,
    filter.start === undefined ? undefined : gte(calls.started_at, filter.start),
    filter.end === undefined ? undefined : lt(calls.started_at, filter.end),
    filter.phone_number === undefined
      ? undefined
      : eq(calls.contact_identity, queryPhoneIdentity(filter.phone_number, filter.default_country)),
    filter.contact_name === undefined ? undefined : contactNameContains(tx, filter.contact_name),
  )

const isOneOfGiven = (column: PgColumn, values: OneOrMore<string> | undefined): SQL | undefined =>
  isOneOfValues(column, values === undefined ? undefined : [values].flat())

/** A scalar subquery is looked up for each call; EXISTS could be planned as a hash of all contacts. */
const contactNameContains = (tx: ReadTx, text: string): SQL => sql`
  (select ${containsText(callTasks.contact_name, text)} from ${callTasks}
    where ${callTasks.company_id} = ${tx.company_id}::uuid and ${callTasks.id} = ${calls.call_task_id})`

/** Filters by an indexed column that may have several values, the ones with the fewest rows for a value first. */
const listFilters = ['campaign_id', 'skillbase_id', 'outcome', 'status'] as const

/**
 * One page of calls, latest started_at first unless sorted otherwise. Calls without a duration or a cost are not in a list that
 * is sorted by it. A search, and a filtered list with another order, may return fewer items than `limit`: see `scanPage`.
 *
 * @throws Refusal 'invalid' when phone_number is not a phone number, or q has no word to search
 */
export async function listCalls(tx: ReadTx, filter: CallSearch, query: PageQuery): Promise<Page<Call>> {
  const { sort = '-started_at', q, contact_name } = filter
  const words = q === undefined ? undefined : await parseWords(tx, q)
  const order = sort.startsWith('-') ? 'desc' : 'asc'
  if (sort === '-duration_sec' || sort === 'duration_sec')
    return scanPage(tx, byDuration(tx, filter, words, order), query)
  if (sort === '-cost_total' || sort === 'cost_total')
    return scanPage(tx, byCost(tx, filter, words, order), query)
  if (words !== undefined || contact_name !== undefined)
    return scanPage(tx, byStart(tx, filter, words, order), query)
  const driver = listFilters.find((name) => Array.isArray(filter[name]) && filter[name].length > 1)
  return listPage(
    tx,
    {
      from: calls,
      where: callFilters(tx, driver === undefined ? filter : { ...filter, [driver]: undefined }),
      alternatives: driver && alternativesOf(calls[driver], filter[driver] as string[]),
      key: [calls.started_at, calls.id],
      order,
    },
    query,
  )
}

type CallScan = Scan<typeof calls>
type Order = 'asc' | 'desc'

const matchesOf = (tx: ReadTx, filter: CallFilter, words: FoundWords | undefined): SQL | undefined =>
  and(callFilters(tx, filter), words && transcriptHasWords(tx, sql`${calls.id}`, words))

/** Indexes: call_texts_document_idx for words from the latest, else calls_started_at_idx, calls_campaign_idx or calls_contact_idx. */
function byStart(tx: ReadTx, filter: CallFilter, words: FoundWords | undefined, order: Order): CallScan {
  const { start, end, campaign_id, phone_number, default_country } = filter
  const key: CallScan['key'] = [calls.started_at, calls.id]
  if (words === undefined || order === 'asc') {
    const campaign = typeof campaign_id === 'string' || campaign_id?.length === 1 ? { campaign_id } : {}
    const where = callFilters(tx, { start, end, phone_number, default_country, ...campaign })
    return { from: calls, where, matches: matchesOf(tx, filter, words), key, order }
  }
  const candidates: CallScan['candidates'] = (before, count) => sql`
    select extract(epoch from found.started_at)::text as key_0, found.call_id::text as key_1,
      coalesce(matching.is_match, false) as is_match
    from ${findTranscripts(words, { before, start, end }, count)} as found
    left join lateral (
      select true as is_match from ${calls} where ${callFilters(tx, filter)} and ${calls.id} = found.call_id limit 1
    ) as matching on true
    order by found.started_at desc, found.call_id desc`
  return { from: calls, where: undefined, matches: undefined, key, order, candidates }
}

/** Index: calls_duration_idx. */
const byDuration = (
  tx: ReadTx,
  filter: CallFilter,
  words: FoundWords | undefined,
  order: Order,
): CallScan => ({
  from: calls,
  where: and(eq(calls.company_id, tx.company_id), isNotNull(calls.duration_sec)),
  matches: matchesOf(tx, filter, words),
  key: [calls.duration_sec, calls.id],
  order,
})

/** Index: call_metrics_cost_idx. The limit keeps the planner from joining all calls. */
const byCost = (tx: ReadTx, filter: CallFilter, words: FoundWords | undefined, order: Order): CallScan => ({
  from: calls,
  where: undefined,
  matches: undefined,
  key: [callMetrics.cost_total, calls.id],
  order,
  candidates: (after, count) => {
    const direction = sql.raw(order)
    const isNext =
      after &&
      sql`and (m.cost_total, m.call_id) ${sql.raw(order === 'desc' ? '<' : '>')} (${sql.join(after, sql`, `)})`
    return sql`
      select m.cost_total::text as key_0, m.call_id::text as key_1, coalesce(matching.is_match, false) as is_match
      from call_metrics m left join lateral (
        select true as is_match from ${calls}
        where ${matchesOf(tx, filter, words)} and ${calls.id} = m.call_id limit 1
      ) as matching on true
      where m.company_id = ${tx.company_id}::uuid and m.cost_total is not null ${isNext}
      order by m.cost_total ${direction}, m.call_id ${direction} limit ${sql.raw(String(count))}`
  },
})
