/** Compares calls and their metrics with each other and with the turns that they are derived from. */
import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { perColumn } from '../../db/query/column-list.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuid, uuidArray } from '../../db/query/parameters.ts'
import { finalCallStatuses, textList } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { followCorrectedCalls } from '../call-tasks/index.ts'
import { eventSubject, lockCall } from '../calls/index.ts'
import { emit } from '../events/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { deriveAgain } from './call-metrics.ts'
import { derivedColumns, overwrittenColumns, preferredColumns } from './derive-metrics.ts'
import { computeReplyLatencies } from './reply-latency.ts'

/** A sum of floats depends on their order, so derived values that differ by less than this share are equal. */
const tolerance = 1e-12

const differs = (column: string) => {
  const [stored, derived] = [`m.${column}::float8`, `d.${column}::float8`]
  return `((m.${column} is null) <> (d.${column} is null)
        or abs(${stored} - ${derived}) > ${tolerance} * greatest(1, abs(${stored})))`
}

/** Each derived column, and SQL: metrics `m` differ in it from the turns, which were aggregated as `d`. */
const conditions: readonly [column: string, isDifferent: string][] = [
  ...Object.keys(overwrittenColumns).map((column): [string, string] =>
    column === 'is_derived' ? [column, 'not m.is_derived'] : [column, differs(column)],
  ),
  ...Object.keys(preferredColumns).map((column): [string, string] => [
    column,
    `d.${column} is not null and ${differs(column)}`,
  ]),
]

const anyColumnDiffers = sql.raw(conditions.map(([, isDifferent]) => `(${isDifferent})`).join(' or '))

/** A row (field, stored, expected, is_different) for each derived column. */
const comparedColumns = sql.raw(
  conditions
    .map(
      ([column, isDifferent]) =>
        `('call_metrics.${column}', to_jsonb(m.${column}), to_jsonb(d.${column}), ${isDifferent})`,
    )
    .join(', '),
)

const aggregates = perColumn(
  Object.entries(derivedColumns).map(([column, value]) => `${value} as ${column}`),
  (column) => column,
)

/**
 * The values of these calls and their metrics that differ from each other, or from the turns of calls that have ended.
 * Hand-written SQL may store metrics of a call without turns; they are not compared. Indexes: primary keys and
 * call_metrics_call_id_key.
 */
export const findMetricDifferences = defineCompanyQuery({
  name: 'telemetry.find_metric_differences',
  params: { call_ids: uuidArray },
  row: { call_id: Type.String(), field: Type.String(), stored: Type.Unknown(), expected: Type.Unknown() },
  sql: (p) => sql`
    select c.id as call_id, v.field, v.stored, v.expected
    from unnest(${p.call_ids}) as ids(id)
    join calls c on c.company_id = ${p.company_id} and c.id = ids.id
    left join call_metrics m on m.company_id = c.company_id and m.call_id = c.id
    cross join lateral (
      select ${aggregates}, c.status in (${textList(finalCallStatuses)}) and count(*) > 0 as is_compared
      from call_logs where company_id = c.company_id and call_id = c.id
    ) as d
    cross join lateral (
      select 'call_metrics.outcome' as field, to_jsonb(m.outcome) as stored, to_jsonb(c.outcome) as expected
      where m.call_id is not null and m.outcome is distinct from c.outcome
      union all
      select 'calls.turn_count', to_jsonb(c.turn_count), to_jsonb(d.turn_count)
      where d.is_compared and c.turn_count <> d.turn_count
      union all
      select field, stored, expected from (values ${comparedColumns}) as columns(field, stored, expected, is_different)
      -- Evaluated once for each call, so that the rows are built only for the few calls that differ.
      where d.is_compared and m.call_id is not null and (${anyColumnDiffers}) and is_different
    ) as v
    order by c.id`,
})

/** Gives the metrics of a call its outcome. Index: call_metrics_call_id_key. */
const copyOutcome = defineCompanyQuery({
  name: 'telemetry.copy_outcome',
  params: { call_id: uuid },
  row: {},
  sql: (p) => sql`
    update call_metrics m set outcome = c.outcome, outcome_confidence = null, outcome_reason = null, updated_at = now()
    from calls c
    where c.company_id = ${p.company_id} and c.id = ${p.call_id} and m.company_id = c.company_id and m.call_id = c.id
      and m.outcome is distinct from c.outcome`,
})

/**
 * Makes the metrics of a call agree with the call and its turns. The outcome of the call wins. Locks the call. The task of an
 * attempt keeps its status: nothing was reported.
 */
export async function correctMetrics(tx: Tx, call_id: string): Promise<void> {
  const call = await lockCall(tx, call_id)
  await copyOutcome(tx, { call_id })
  await computeReplyLatencies(tx, [call_id])
  await deriveAgain(tx, [call_id])
  if (call.call_task_id !== null) await followCorrectedCalls(tx, [call_id])
  await markCallsChanged(tx, [call_id])
  emit(tx, { type: 'call.metrics', ...eventSubject(call) })
}
