import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { columnList, perColumn } from '../../../db/query/column-list.ts'
import { defineCompanyQuery, type RowOf } from '../../../db/query/define-query.ts'
import {
  arrayOf,
  boolean,
  double,
  integer,
  jsonb,
  nullable,
  type Parameter,
  recordset,
  text,
  timestamptz,
  uuid,
  uuidArray,
  type ValuesOf,
} from '../../../db/query/parameters.ts'
import {
  callStatuses,
  computedReplyLatency,
  includedUsage,
  isInSeconds,
  usageDetailNames,
} from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { recordOf } from '../../../lib/record-of.ts'
import { Nullable, OneOf } from '../../../lib/schema/typebox.ts'
import type { Turn } from '../turns.ts'
import type { TurnRow } from './validate-turn.ts'

/** The columns of call_logs that most agents report, without its key and created_at, which is never filled later. */
const usualColumns = {
  role: text,
  content: nullable(text),
  state_id: nullable(text),
  ttfb_stt: nullable(double),
  latency_stt: nullable(double),
  latency_llm: nullable(double),
  ttfb_tts: nullable(double),
  latency_tts: nullable(double),
  eou_latency: nullable(double),
  e2e_latency: nullable(double),
  overlap_ms: nullable(double),
  stt_duration_sec: nullable(double),
  llm_input_tokens: nullable(integer),
  llm_cached_input_tokens: nullable(integer),
  llm_output_tokens: nullable(integer),
  tts_characters: nullable(integer),
  was_interrupted: nullable(boolean),
  is_filler: nullable(boolean),
  sentiment: nullable(double),
  extra_data: nullable(jsonb),
}

/** All columns of call_logs that an agent reports. */
const reportedColumns = {
  ...usualColumns,
  ...recordOf(usageDetailNames, (name) => nullable(isInSeconds(name) ? double : integer)),
} as const satisfies Record<ReportedColumn, Parameter<never>>

type ReportedColumn = Exclude<
  keyof Turn,
  'company_id' | 'call_id' | 'turn_index' | 'created_at' | 'is_e2e_computed'
>
type ReportedValues = ValuesOf<typeof reportedColumns>

const usualNames = Object.keys(usualColumns) as ReportedColumn[]
const columnNames = Object.keys(reportedColumns) as ReportedColumn[]

/** The values of a column of many turns; null where the agent reported none. */
const valuesOf = <C extends ReportedColumn>(rows: readonly CallTurnRow[], name: C) =>
  rows.map(({ row }) => row[name] ?? null) as ReportedValues[C][]

export interface CallTurnRow {
  call_id: string
  row: TurnRow
}

/** What is inserted into each column: reported values, and the reply latency of a turn that reports only its stages. */
const computedLatency = computedReplyLatency('reported.')
const insertedValue = (c: ReportedColumn) =>
  c === 'e2e_latency' ? `coalesce(reported.e2e_latency, ${computedLatency})` : `reported.${c}`
const isComputed = sql.raw(`reported.e2e_latency is null and ${computedLatency} is not null`)

/**
 * Locks the calls and inserts their turns; turns that are already stored, and turns of unknown calls, are skipped. Both
 * tables are found by their primary keys. Returns the calls that exist, and the keys of the inserted turns; these are null
 * when all rows were inserted.
 *
 * The rows are sent as one array per column. Measured alternatives: parsing a JSON array takes 1.5 times as long,
 * VALUES is slower too, and COPY fails at the first turn that is already stored.
 */
const defineInsert = (name: string, names: readonly ReportedColumn[]) => {
  const columns = columnList(names)
  return defineCompanyQuery({
    name: `telemetry.${name}`,
    params: {
      call_ids: uuidArray,
      row_count: integer,
      call_id: uuidArray,
      turn_index: arrayOf(integer),
      created_at: arrayOf(nullable(timestamptz)),
      ...recordOf(names, (column) => arrayOf(reportedColumns[column] as Parameter<unknown>)),
    },
    row: {
      locked_calls: Type.Array(
        Type.Object({
          id: Type.String(),
          status: OneOf(callStatuses),
          campaign_id: Nullable(Type.String()),
          call_task_id: Nullable(Type.String()),
        }),
      ),
      inserted: Nullable(Type.Array(Type.Tuple([Type.String(), Type.Integer()]))),
    },
    sql: (p) => {
      const arrays = names.map((column) => p[column])
      return sql`
    with locked_calls as materialized (
      select id, status, campaign_id, call_task_id from calls
      where company_id = ${p.company_id} and id = any(${p.call_ids})
      order by id for no key update
    ), inserted_turns as (
      insert into call_logs (company_id, call_id, turn_index, created_at, is_e2e_computed, ${columns})
      select ${p.company_id}, call_id, turn_index, coalesce(created_at, now()), ${isComputed}, ${perColumn(names, insertedValue)}
      from unnest(${p.call_id}, ${p.turn_index}, ${p.created_at}, ${sql.join(arrays, sql`, `)})
        as reported(call_id, turn_index, created_at, ${columns})
      join locked_calls on locked_calls.id = reported.call_id order by call_id, turn_index
      on conflict (company_id, call_id, turn_index) do nothing
      returning call_id, turn_index
    )
    select (select coalesce(json_agg(locked_calls), '[]') from locked_calls) as locked_calls,
      case when (select count(*) from inserted_turns) < ${p.row_count}
        then (select coalesce(json_agg(json_build_array(call_id, turn_index)), '[]') from inserted_turns)
      end as inserted`
    },
  })
}

// Most batches have no usage details. With the arrays of these, a batch takes 1.3 times as long, also when all are null.
const insertUsualTurns = defineInsert('lock_calls_and_insert_turns', usualNames)
const insertDetailedTurns = defineInsert('lock_calls_and_insert_detailed_turns', columnNames)

export type LockedCall = RowOf<typeof insertUsualTurns>['locked_calls'][number]

const hasUsageDetails = ({ row }: CallTurnRow) => usageDetailNames.some((name) => row[name] != null)

/** Runs the statement of `defineInsert` with the columns that these rows have. */
export async function insertTurns(tx: Tx, call_ids: readonly string[], rows: readonly CallTurnRow[]) {
  const isDetailed = rows.some(hasUsageDetails)
  const insert = isDetailed ? insertDetailedTurns : insertUsualTurns
  const columnValues = recordOf(isDetailed ? columnNames : usualNames, (name) => valuesOf(rows, name))
  const [result] = await insert(tx, {
    call_ids,
    row_count: rows.length,
    call_id: rows.map(({ call_id }) => call_id),
    turn_index: rows.map(({ row }) => row.turn_index),
    created_at: rows.map(({ row }) => row.created_at ?? null),
    ...columnValues,
  })
  return result ?? { locked_calls: [], inserted: [] }
}

/** The stored value of a column as it was reported. A reply latency that was computed gives way to a reported one. */
const storedValue = (c: ReportedColumn) =>
  c === 'e2e_latency' ? '(case when not stored.is_e2e_computed then stored.e2e_latency end)' : `stored.${c}`
const filledColumns = perColumn(
  columnNames,
  (c) => `${c} = coalesce(${storedValue(c)}, reported.${c}, stored.${c})`,
)
const hasColumnToFill = perColumn(
  columnNames,
  (c) => `(${storedValue(c)} is null and reported.${c} is not null)`,
  ' or ',
)
const whenContradicting = perColumn(
  columnNames,
  (c) => `when ${storedValue(c)} <> reported.${c} then '${c}'`,
  ' ',
)

/** Whether filling a turn would make a quantity exceed the one that includes it. Such a turn is not filled. */
const exceedsTotal = ([part, whole]: (typeof includedUsage)[number]) =>
  `coalesce(stored.${part}, reported.${part}, 0) > coalesce(stored.${whole}, reported.${whole}, 2147483647)`
const anyExceedsTotal = sql.raw(`(${includedUsage.map(exceedsTotal).join(' or ')})`)
const whenExceedingTotal = sql.raw(
  includedUsage.map((entry) => `when ${exceedsTotal(entry)} then '${entry[0]}'`).join(' '),
)

const fillAndCompareTurns = defineCompanyQuery({
  name: 'telemetry.fill_and_compare_turns',
  params: { call_id: uuid, turns: recordset('turn', { turn_index: integer, ...reportedColumns }) },
  row: {
    turn_index: Type.Integer(),
    is_filled: Type.Boolean(),
    contradicting_field: Nullable(Type.String()),
  },
  sql: (p) => sql`
    with reported as materialized (
      select * from ${p.turns}
    ), filled_turns as (
      update call_logs stored
      set ${filledColumns}, is_e2e_computed = stored.is_e2e_computed and reported.e2e_latency is null
      from reported
      where stored.company_id = ${p.company_id} and stored.call_id = ${p.call_id}
        and stored.turn_index = reported.turn_index and (${hasColumnToFill}) and not ${anyExceedsTotal}
      returning stored.turn_index
    )
    select reported.turn_index, filled_turns.turn_index is not null as is_filled,
      case ${whenContradicting} ${whenExceedingTotal} end as contradicting_field
    from reported
    left join filled_turns using (turn_index)
    join call_logs stored
      on stored.company_id = ${p.company_id} and stored.call_id = ${p.call_id}
      and stored.turn_index = reported.turn_index`,
})

/**
 * Fills null columns of stored turns from rows that were reported again. Turns without a column to fill are not written.
 * `contradicting_field` is the first field that had another value before this statement, or null. Rows are found by the
 * primary key of call_logs.
 */
export const fillMissingFields = (tx: Tx, call_id: string, rows: readonly TurnRow[]) =>
  // Fields that a row does not have are null in the recordset.
  fillAndCompareTurns(tx, { call_id, turns: rows as ({ turn_index: number } & ReportedValues)[] })
