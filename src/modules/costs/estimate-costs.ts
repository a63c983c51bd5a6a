import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { columnList, perColumn } from '../../db/query/column-list.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { integer, nullable, uuid } from '../../db/query/parameters.ts'
import {
  type CostAmounts,
  type CostComponent,
  type CostLine,
  type Providers,
  usageNames,
} from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { invalid } from '../../lib/errors.ts'
import { divide, formatFixed, isZero, parseDecimal } from '../../lib/numbers/decimal.ts'
import { recordOf } from '../../lib/record-of.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
import { getSkillbase, getVersion } from '../skillbases/index.ts'
import { type CallUsage, calculateCallCosts, readPricesFor } from './price-calls.ts'
import type { Usage } from './usage-items.ts'

export interface EstimateInput {
  /** The usage of one call; when absent, the average usage of the skillbase's calls. */
  usage?: Usage | undefined
  /** Length of the call that `usage` describes; without it, there are no costs per minute. */
  minutes?: number | undefined
  skillbase_id?: string | undefined
  skillbase_version?: number | undefined
  providers?: Providers | undefined
  is_phone?: boolean | undefined
  /** The instant whose prices are used; now when absent. */
  at?: Date | undefined
}

export interface Estimate {
  /** USD. */
  per_call: CostAmounts
  /** USD; null when the length of the call is not known. */
  per_minute: CostAmounts | null
  lines: CostLine[]
  unpriced: CostComponent[]
  usage: Record<string, string | number | null>
  minutes: number | null
  /** Number of calls that `usage` is the average of; null when it was given. */
  n: number | null
}

/**
 * Estimates the costs of a call at the prices of an instant. Its usage is given, or is the average of the latest 1,000
 * ended calls of a skillbase.
 *
 * @throws Refusal 'not_found', or 'invalid' when there is neither a usage nor a measured call
 */
export async function estimateCosts(tx: ReadTx, input: EstimateInput, now: Date): Promise<Estimate> {
  const { skillbase_id, providers } = input
  const config =
    skillbase_id === undefined ? null : await readConfig(tx, skillbase_id, input.skillbase_version)
  const estimated = input.usage
    ? { usage: input.usage, minutes: input.minutes ?? null, n: null }
    : await averageUsage(tx, input)
  const call: CallUsage = {
    started_at: input.at ?? now,
    is_phone: input.is_phone ?? true,
    usage: estimated.usage,
    providers: providers ?? null,
    config,
  }
  const { amounts, lines, unpriced } = calculateCallCosts(call, await readPricesFor(tx, [call]))
  const knownUsage = Object.entries(estimated.usage).filter(([, quantity]) => quantity !== undefined)
  return {
    per_call: amounts,
    per_minute: perMinute(amounts, estimated.minutes),
    lines,
    unpriced,
    usage: Object.fromEntries(knownUsage) as Estimate['usage'],
    minutes: estimated.minutes,
    n: estimated.n,
  }
}

function perMinute(amounts: CostAmounts, minutes: number | null): CostAmounts | null {
  if (minutes === null || isZero(parseDecimal(minutes))) return null
  const entries = Object.entries(amounts).map(([name, amount]) => [
    name,
    formatFixed(divide(parseDecimal(amount), parseDecimal(minutes)), 6),
  ])
  return Object.fromEntries(entries)
}

/** The config of a version of a skillbase: by default its published version, else its newest. */
async function readConfig(
  tx: ReadTx,
  skillbase_id: string,
  version: number | undefined,
): Promise<CallUsage['config']> {
  const skillbase = await getSkillbase(tx, skillbase_id)
  const versionNumber = version ?? skillbase.published_version ?? skillbase.version
  return (await getVersion(tx, skillbase_id, versionNumber)).config as CallUsage['config']
}

/** The average usage is that of the latest calls, at most this many. */
const maxAveragedCalls = 1_000

const averages = perColumn(usageNames, (name) => `round(avg(coalesce(${name}::numeric, 0)), 6) as ${name}`)

/** The average usage and length of a skillbase's latest ended calls with any usage. Index: calls_skillbase_idx. */
const averageUsageOfCalls = defineCompanyQuery({
  name: 'costs.average_usage',
  params: { skillbase_id: uuid, skillbase_version: nullable(integer) },
  row: {
    n: Type.Integer(),
    minutes: Nullable(Type.Number()),
    ...recordOf(usageNames, () => Nullable(Type.String())),
  },
  sql: (p) => sql`
    select count(*)::int as n, round(avg(duration_sec)::numeric / 60, 6) as minutes, ${averages}
    from (
      select c.duration_sec, ${columnList(usageNames, 'm.')}
      from calls c join call_metrics m on m.company_id = ${p.company_id} and m.call_id = c.id
      where c.company_id = ${p.company_id} and c.skillbase_id = ${p.skillbase_id}
        and (${p.skillbase_version} is null or c.skillbase_version = ${p.skillbase_version})
        and c.ended_at is not null
        and greatest(${columnList(usageNames, 'm.')}) > 0
      order by c.started_at desc, c.id desc limit ${maxAveragedCalls}
    ) as latest_calls`,
})

/** @throws Refusal 'invalid' when there is no skillbase, or it has no measured call */
async function averageUsage(tx: ReadTx, { skillbase_id, skillbase_version }: EstimateInput) {
  if (skillbase_id === undefined) {
    const detail =
      'There is nothing to estimate. Send `usage` of one call, or `skillbase_id` to use the average of its calls.'
    throw invalid('nothing_to_estimate', detail)
  }
  const [row] = await averageUsageOfCalls(tx, {
    skillbase_id,
    skillbase_version: skillbase_version ?? null,
  })
  const { n = 0, minutes = null, ...usage } = row ?? {}
  if (n === 0) {
    const detail =
      'This skillbase has no ended call with a measured usage yet. Send `usage` of one call instead.'
    throw invalid('no_history', detail)
  }
  return { usage: usage, minutes, n }
}
