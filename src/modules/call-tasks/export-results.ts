import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { callTasks } from '../../db/schema/index.ts'
import { instantAsText, type RowSink, streamRows, type TextRow } from '../../db/stream-rows.ts'
import type { Tx } from '../../db/transaction.ts'
import { isObject } from '../../lib/record-of.ts'
import type { Cell, TableColumn, TableRow } from '../../lib/table.ts'
import { mapInSlices, TimeSlices } from '../../lib/time-slice.ts'
import { getCampaign } from '../campaigns/index.ts'
import { type TaskFilter, taskFilters } from './call-tasks.ts'
import { type DataKeys, findDataKeys } from './data-keys.ts'

/** The columns before those of contact_data. */
const contactColumns = [
  { name: 'contact_name', type: 'text' },
  { name: 'phone_number', type: 'text' },
  { name: 'phone_extension', type: 'text' },
] as const satisfies readonly TableColumn[]

/** The columns between those of contact_data and those of collected_data. */
const resultColumns = [
  { name: 'status', type: 'text' },
  { name: 'outcome', type: 'text' },
  { name: 'attempt_count', type: 'number' },
  { name: 'last_call_at', type: 'time' },
  { name: 'last_call_id', type: 'text' },
  { name: 'talk_time_sec', type: 'number' },
  { name: 'cost_total', type: 'number' },
  { name: 'last_call_url', type: 'text' },
  { name: 'call_task_id', type: 'text' },
] as const satisfies readonly TableColumn[]

/** Names of the columns of keys: `contact_data.city`. No other column has a dot, so that every name is unique. */
const keyColumns = (field: string, keys: readonly string[]): TableColumn[] =>
  keys.map((key) => ({ name: `${field}.${key}`, type: 'text' }))

const columnsOf = ({ contact_data, collected_data, hasOthers }: DataKeys): TableColumn[] => [
  ...contactColumns,
  ...keyColumns('contact_data', contact_data),
  ...resultColumns,
  ...keyColumns('collected_data', collected_data),
  ...(hasOthers ? [{ name: 'other_data', type: 'text' } as const] : []),
]

/**
 * The calls of each contact, aggregated: found by calls_call_task_idx for one contact after the other, because an aggregate
 * is not merged into the outer query. Calls without a price are no part of the cost; null: no call has one.
 */
const attemptsOfTask = (tx: Tx): SQL => sql`
  select max(c.started_at) as last_call_at,
    (array_agg(c.id order by c.started_at desc, c.id desc))[1] as last_call_id,
    (array_agg(c.id order by c.started_at desc, c.id desc)
      filter (where c.collected_data <> '{}'))[1] as collected_call_id,
    sum(c.duration_sec) as talk_time_sec, sum(m.cost_total) as cost_total
  from calls c left join lateral (
    select cost_total from call_metrics where company_id = ${tx.company_id}::uuid and call_id = c.id limit 1
  ) as m on true
  where c.company_id = ${tx.company_id}::uuid and c.call_task_id = ${callTasks.id}`

/** One row per contact, in the order in which they were added. Index: call_tasks_campaign_idx. */
const resultsQuery = (tx: Tx, where: SQL | undefined): SQL => sql`
  select ${callTasks.contact_name}, ${callTasks.phone_number}, ${callTasks.phone_extension},
    ${callTasks.contact_data}::text as contact_data, ${callTasks.status}, ${callTasks.outcome},
    ${callTasks.attempt_count}::text as attempt_count, ${instantAsText(sql`attempts.last_call_at`)} as last_call_at,
    attempts.last_call_id::text as last_call_id, attempts.talk_time_sec::text as talk_time_sec,
    attempts.cost_total::text as cost_total, collected.collected_data, ${callTasks.id}::text as call_task_id
  from ${callTasks} cross join lateral (${attemptsOfTask(tx)}) as attempts
  left join lateral (
    select collected_data::text as collected_data from calls
    where company_id = ${tx.company_id}::uuid and id = attempts.collected_call_id limit 1
  ) as collected on true
  where ${where} order by ${callTasks.id}`

/** An export of the results of a campaign. */
export class ResultsExport {
  /** Complete when the first rows are read: their keys are columns. */
  columns: readonly TableColumn[] = [...contactColumns, ...resultColumns]
  private readonly db: Db
  private readonly company_id: string
  private readonly campaign_id: string
  private readonly filter: TaskFilter
  private readonly publicUrl: string

  /** @param publicUrl PUBLIC_URL, or an empty text: links are then paths */
  constructor(db: Db, company_id: string, campaign_id: string, filter: TaskFilter, publicUrl: string) {
    this.db = db
    this.company_id = company_id
    this.campaign_id = campaign_id
    this.filter = filter
    this.publicUrl = publicUrl
  }

  /**
   * Streams one row per contact that matches the filter.
   *
   * @throws Refusal 'not_found' when the campaign does not exist; as `streamRows`
   */
  read({ write, signal }: RowSink<TableRow>): Promise<void> {
    let toRow: (row: TextRow) => TableRow = () => []
    const query = async (tx: Tx) => {
      await getCampaign(tx, this.campaign_id)
      const where = taskFilters(tx, this.campaign_id, this.filter)
      const keys = await findDataKeys(tx, where)
      this.columns = columnsOf(keys)
      toRow = rowReader(keys, this.publicUrl)
      return resultsQuery(tx, where)
    }
    const slices = new TimeSlices()
    const sink = {
      write: async (rows: TextRow[]) => write(await mapInSlices(rows, (row) => toRow(row), slices)),
      signal,
    }
    return streamRows(this.db, this.company_id, { name: 'exported_results', query }, sink)
  }
}

/** Returns a function that makes a row of the table from a row of `resultsQuery`. */
function rowReader(keys: DataKeys, publicUrl: string): (row: TextRow) => TableRow {
  const isColumn = { contact_data: new Set(keys.contact_data), collected_data: new Set(keys.collected_data) }
  return (row) => {
    const contact_data = parseObject(row.contact_data)
    const collected_data = parseObject(row.collected_data)
    const id = row.last_call_id
    const values: TextRow = { ...row, last_call_url: id ? `${publicUrl}/api/calls/${id}` : null }
    const textOf = ({ name }: TableColumn) => values[name] ?? null
    return [
      ...contactColumns.map(textOf),
      ...keys.contact_data.map((key) => cellOf(contact_data, key)),
      ...resultColumns.map(textOf),
      ...keys.collected_data.map((key) => cellOf(collected_data, key)),
      ...(keys.hasOthers ? [othersOf({ contact_data, collected_data }, isColumn)] : []),
    ]
  }
}

function parseObject(text: string | null | undefined): Record<string, unknown> {
  const value: unknown = JSON.parse(text ?? '{}')
  return isObject(value) ? value : {}
}

/** A value of JSON as a cell: objects and arrays as JSON; null when the object has no such key. */
function cellOf(object: Record<string, unknown>, key: string): Cell {
  const value = Object.hasOwn(object, key) ? object[key] : null
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Cell)
}

type DataFields = Record<'contact_data' | 'collected_data', Record<string, unknown>>

/** The values whose keys are no columns, as JSON: `{"contact_data":{...}}`; null when there are none. */
function othersOf(data: DataFields, isColumn: Record<keyof DataFields, Set<string>>): Cell {
  const fields = (['contact_data', 'collected_data'] as const).flatMap((field) => {
    const others = Object.entries(data[field]).filter(([key]) => !isColumn[field].has(key))
    return others.length === 0 ? [] : [[field, Object.fromEntries(others)] as const]
  })
  return fields.length === 0 ? null : JSON.stringify(Object.fromEntries(fields))
}
