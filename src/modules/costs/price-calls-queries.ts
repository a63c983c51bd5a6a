import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { columnList, perColumn } from '../../db/query/column-list.ts'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { jsonb, nullable, numeric, recordset, uuid, uuidArray } from '../../db/query/parameters.ts'
import {
  type CostAmounts,
  type CostLine,
  type CostName,
  costNames,
  type Providers,
  type UsageName,
  usageNames,
} from '../../db/schema/index.ts'
import { Nullable } from '../../lib/schema/typebox.ts'

type CostColumn = `cost_${CostName}`

/** A value for each column of costs in call_metrics and superseded_costs. */
export const perCostColumn = <T>(value: (name: CostName) => T) =>
  Object.fromEntries(costNames.map((name) => [`cost_${name}`, value(name)])) as Record<CostColumn, T>

const calculatedColumns = [...costNames.map((name) => `cost_${name}`), 'cost_lines']
/** The columns of call_metrics that are calculated; superseded_costs has them too. */
export const calculatedCosts = columnList(calculatedColumns)
const setCosts = perColumn([...calculatedColumns, 'cost_reported'], (name) => `${name} = priced.${name}`)

const Json = <T>() => Type.Unsafe<T>({ type: 'object' })

const usage = perColumn(usageNames, (name) => `'${name}', m.${name}::text`)
const amounts = perColumn(costNames, (name) => `'${name}', m.cost_${name}::text`)
const currentAmounts = sql`json_strip_nulls(json_build_object(${amounts}))`

/**
 * What the costs of calls are calculated from, and their stored costs; calls without metrics are left out. Decimals are
 * texts, so that no digit is lost. Rows are found by the primary keys of the three tables and by call_metrics_call_id_key.
 */
export const readBillableCalls = defineCompanyQuery({
  name: 'costs.read_billable_calls',
  params: { call_ids: uuidArray },
  row: {
    call_id: Type.String(),
    started_at: Type.Date(),
    is_phone: Type.Boolean(),
    usage: Json<Record<UsageName, string | null>>(),
    /** The stored costs: reported amounts where there are any, else calculated ones. */
    current: Json<CostAmounts>(),
    /** Lines that were stored before `via_alias` existed do not have it. */
    cost_lines: Nullable(Type.Array(Json<CostLine>())),
    /** Costs that hand-written SQL has stored without lines count as reported. */
    reported: Json<CostAmounts>(),
    providers: Nullable(Json<Providers>()),
    /** The settings of the call's skillbase version. */
    config: Json<{ voice?: Record<string, unknown> | null; llm?: Record<string, unknown> | null }>(),
  },
  sql: (p) => sql`
    select m.call_id, c.started_at, (c.caller_number is not null or c.callee_number is not null) as is_phone,
      json_build_object(${usage}) as usage, ${currentAmounts} as current, m.cost_lines,
      coalesce(m.cost_reported, case when m.cost_lines is null then ${currentAmounts}::jsonb end, '{}') as reported,
      m.providers, json_build_object('voice', v.config->'voice', 'llm', v.config->'llm') as config
    from call_metrics m
    join calls c on c.company_id = ${p.company_id} and c.id = m.call_id
    left join skillbase_versions v on v.company_id = ${p.company_id} and v.skillbase_id = c.skillbase_id
      and v.version = c.skillbase_version
    where m.company_id = ${p.company_id} and m.call_id = any(${p.call_ids})`,
})

export type BillableCall = RowOf<typeof readBillableCalls>

/** Stores costs. The caller holds the locks of the calls. Index: call_metrics_call_id_key. */
export const updateCosts = defineCompanyQuery({
  name: 'costs.update_costs',
  params: {
    costs: recordset('priced', {
      call_id: uuid,
      ...perCostColumn(() => nullable(numeric)),
      cost_lines: jsonb,
      cost_reported: nullable(jsonb),
    }),
  },
  row: {},
  sql: (p) => sql`
    update call_metrics m set ${setCosts}, updated_at = now()
    from ${p.costs}
    where m.company_id = ${p.company_id} and m.call_id = priced.call_id`,
})
